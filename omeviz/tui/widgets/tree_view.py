"""Shows a tree of nodes: lays it out, draws the lines on screen, and leaves what is large to workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from omeviz.tui.widgets.drawn_lines import DrawnLines
from omeviz.tui.widgets.quiet import set_content_size
from omeviz.tui.widgets.row_text import Wrapping
from omeviz.tui.widgets.tree_layout import TreeLayout
from omeviz.tui.widgets.tree_nodes import Children, Node
from omeviz.tui.widgets.tree_paint import CURSOR_BAR, GUTTER, Highlight, Sought, line_segments, margin, restyled

_LOOKS = (
    "section",
    "sentence",
    "label",
    "text",
    "string",
    "number",
    "constant",
    "note",
    "problem",
    "marker",
    "stand-in",
    "hit",
    "hit-current",
)


class TreeView(DrawnLines, can_focus=True):
    """A tree of which only the lines on screen are drawn, and only what is unfolded exists."""

    ALLOW_SELECT = True

    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-tree--cursor", *(f"record-tree--{look}" for look in _LOOKS)}
    """One class for each kind of text (`section`, `sentence`, `label`, `text`, `string`, `number`, `constant`, `note`,
    `problem`, `marker`, `stand-in`), one for the cursor's line, and `hit` and `hit-current` for what was found."""

    DEFAULT_CSS = """
    TreeView {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .record-tree--section { color: $text-primary; text-style: bold; }
        & > .record-tree--sentence { text-style: bold; }
        & > .record-tree--label { color: $text-secondary; }
        & > .record-tree--string { color: $text-success; }
        & > .record-tree--number { color: $text-accent; }
        & > .record-tree--constant { color: $text-accent; text-style: italic; }
        & > .record-tree--note { color: $text-muted; }
        & > .record-tree--problem { color: $text-error; }
        & > .record-tree--marker { color: $text-muted; }
        & > .record-tree--stand-in { color: $text-muted; }
        & > .record-tree--hit { text-style: underline; background: $warning-muted; color: $text-warning; }
        & > .record-tree--hit-current { text-style: bold reverse; }
        & > .record-tree--cursor { background: $primary-muted; }
    }
    """

    class Made(Message, bubble=False):
        """A worker has made a node's children."""

        def __init__(self, node: Node, children: Children, generation: int) -> None:
            super().__init__()
            self.node = node
            self.children = children
            self.generation = generation

    class Measured(Message, bubble=False):
        """A worker has measured long texts."""

        def __init__(self, generation: int) -> None:
            super().__init__()
            self.generation = generation

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.tree_layout = TreeLayout()
        self.cursor_line = 0
        self.highlight: Highlight | None = None
        self._sought: Sought | None = None
        self._generation = 0
        self._making: set[int] = set()
        self._measuring = False
        self._styles: dict[str, Style] = {}

    @property
    def sought(self) -> Sought | None:
        """Finds what is drawn as a hit while nobody looks for anything in this tree."""
        return self._sought

    @sought.setter
    def sought(self, sought: Sought | None) -> None:
        if sought is not None or self._sought is not None:
            self._sought = sought
            self.refresh()

    # What is shown

    def show(self, roots: Sequence[Node], *, keep_place: bool = False) -> None:
        """Show another tree.

        Args:
            roots: Its sections.
            keep_place: It is the same record: leave cursor and scrolling where they are.
        """
        self._generation += 1
        self._making = set()
        self._measuring = False
        self.tree_layout.show(roots)
        if not keep_place:
            self.cursor_line = 0
            self.set_scroll(0, 0)
        self._laid_out()

    @property
    def cursor_node(self) -> Node | None:
        """The node under the cursor."""
        return self.tree_layout.node_at(self.cursor_line)

    def line_text(self, y: int) -> str:
        """The text of a line as drawn, without the gutter."""
        return "".join(segment.text for segment in self._line(y))

    @property
    def line_texts(self) -> list[str]:
        """All lines as drawn."""
        return [self.line_text(y) for y in range(self.tree_layout.line_count)]

    def move_cursor(self, y: int) -> None:
        """Put the cursor on a line and show it."""
        last = self.tree_layout.line_count - 1
        self.cursor_line = max(0, min(y, last))
        self.scroll_to_region(Region(0, self.cursor_line, 1, 1), animate=False, immediate=True, x_axis=False)
        self.refresh()

    # Laying out

    def update_layout(self, keep: Node | None = None) -> None:
        """Lay out again, `keep` (else the cursor's node) staying under the cursor and at its place on the screen."""
        layout = self.tree_layout
        node = keep or self.cursor_node
        top = layout.top_of(node) if node else None
        inside = self.cursor_line - top if top is not None and keep is None else 0
        from_screen_top = self.cursor_line - self.scroll_offset.y
        layout.update()
        while node is not None and (top := layout.top_of(node)) is None:
            node, inside = node.parent, 0
        if node is not None and top is not None:
            height = layout.height_of(node)
            self.cursor_line = top + min(inside, height - 1)
        self._laid_out()
        if 0 <= from_screen_top < self.size.height:
            self.scroll_to(y=max(0, self.cursor_line - from_screen_top), animate=False, immediate=True)

    def _laid_out(self) -> None:
        layout = self.tree_layout
        self.cursor_line = max(0, min(self.cursor_line, layout.line_count - 1))
        set_content_size(self, Size(self.scrollable_content_region.width, layout.line_count))
        self.refresh()
        for node in layout.wanted:
            if id(node) not in self._making and node.make is not None:
                self._making.add(id(node))
                self.in_thread(partial(self._make, node, node.make, self._generation))
        if layout.unmeasured and not self._measuring:
            self._measuring = True
            widths = [(node, layout.wrapping(node)) for node in layout.unmeasured]
            self.in_thread(partial(self._measure, widths, self._generation))

    def in_thread(self, work: Callable[[], None]) -> None:
        """Run something that takes long; its result must come back as a message."""
        self.run_worker(work, thread=True, exit_on_error=False, group="record-tree")

    def _make(self, node: Node, make: Callable[[], Children], generation: int) -> None:
        """In a worker: make children, unless another record is shown by then."""
        if generation == self._generation:
            try:
                children = make()
            except (ValueError, RecursionError, MemoryError) as error:
                text = f"This cannot be decoded: {error or type(error).__name__}"
                children = Children([Node("text", key="error", value=text, look="problem")])
            self.post_message(self.Made(node, children, generation))

    def _measure(self, widths: Sequence[tuple[Node, Wrapping]], generation: int) -> None:
        """In a worker: wrap long texts."""
        for node, wrapping in widths:
            if generation != self._generation:
                return
            node.row.starts(wrapping)
        self.post_message(self.Measured(generation))

    def on_tree_view_made(self, message: Made) -> None:
        """Show what a worker has decoded."""
        if message.generation == self._generation:
            message.node.adopt(message.children)
            self.update_layout()
            self.children_made()

    def children_made(self) -> None:
        """Called when a worker's children are shown; for subclasses."""

    def on_tree_view_measured(self, message: Measured) -> None:
        """Show what a worker has measured."""
        if message.generation == self._generation:
            self._measuring = False
            self.update_layout()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        width = max(1, self.scrollable_content_region.width - GUTTER)
        if width != self.tree_layout.width:
            self.tree_layout.width = width
            self.update_layout()

    # Drawing

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        super().notify_style_update()
        self._styles = {}

    def _look_up_styles(self) -> dict[str, Style]:
        """The style of each look, and of a line as a whole."""
        if not self._styles:
            self._styles = {look: self._component(look, background=look.startswith("hit")) for look in _LOOKS}
            self._styles["line"] = self.rich_style
        return self._styles

    def _component(self, name: str, *, background: bool) -> Style:
        """A component's style; its background only where it has one of its own (colours may be see-through)."""
        style = self.get_component_rich_style(f"record-tree--{name}")
        colours = Style.from_color(style.color, style.bgcolor if background else None)
        return colours + Style(
            bold=style.bold, dim=style.dim, italic=style.italic, underline=style.underline, reverse=style.reverse
        )

    def _line(self, y: int) -> list[Segment]:
        """A line of the whole tree, without the gutter."""
        layout = self.tree_layout
        if not 0 <= y < layout.line_count:
            return []
        index, line = layout.row_at(y)
        node = layout.rows[index]
        styles = self._look_up_styles()
        if node.make is not None and node.is_open and node.children is None and not line:
            decoding = Segment(" decoding…", styles["note"])
            return [*line_segments(layout, node, line, styles, self.highlight, self._sought), decoding]
        return line_segments(layout, node, line, styles, self.highlight, self._sought)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        y += self.scroll_offset.y
        width = self.scrollable_content_region.width
        style = self._look_up_styles()["line"]
        has_cursor = self.has_focus and y == self.cursor_line
        if has_cursor:
            style += Style(bgcolor=self._component("cursor", background=True).bgcolor)
        bar = CURSOR_BAR if has_cursor else " "
        segments = [Segment(bar, style)]
        segments.extend(Segment(s.text, style + s.style if s.style else style) for s in self._line(y))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(y)) is not None:
            segments = restyled(segments, *span, self.screen.get_component_rich_style("screen--selection"))
        strip = Strip(segments).adjust_cell_length(width, style)
        return strip if self.drawing else strip.apply_offsets(0, y)

    def watch_has_focus(self, value: bool) -> None:
        """Draw the cursor, or take it away."""
        super().watch_has_focus(value)
        self.refresh()

    # Selecting text with the mouse

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text; lines that only wrapping broke are joined again."""
        layout = self.tree_layout
        first = max(0, selection.start.y if selection.start else 0)
        last = min(layout.line_count - 1, selection.end.y if selection.end else layout.line_count)
        parts: list[str] = []
        for y in range(first, last + 1):
            span = selection.get_span(y)
            if span is None:
                continue
            text = " " * GUTTER + self.line_text(y)
            start, stop = span[0], len(text) if span[1] == -1 else span[1]
            if y > first:
                index, line = layout.row_at(y)
                start = GUTTER + (margin(layout, layout.rows[index], line) if line else 0)
                parts.append("" if line else "\n")
            parts.append(text[start:stop])
        return "".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection, or take it away."""
        del selection  # asked for again by each line
        self.refresh()
