"""The part of a table that fetches, places and draws; the cursor's movements and the keys are elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip

from omeviz.text import visible
from omeviz.tui.widgets.cells import MORE
from omeviz.tui.widgets.column_layout import GUTTER, ColumnLayout, Placed, TableColumn, arrange
from omeviz.tui.widgets.drawn_lines import DrawnLines
from omeviz.tui.widgets.page_cache import PageCache
from omeviz.tui.widgets.quiet import set_content_size
from omeviz.tui.widgets.row_painter import RowPainter, RowState

if TYPE_CHECKING:
    from rich.style import Style
    from textual.selection import Selection

Highlighter = Callable[[str, str], Sequence[tuple[int, int]]]
"""Takes a column's name and a text of the log, returns the stretches (start, stop) of it to highlight."""

HEADER_HEIGHT = 1
SELECTED_ROWS_LIMIT = 5_000
"""Rows whose text is copied at most; more are counted in a last line."""
KEPT_STRIPS = 200
"""Drawn rows that are kept: several pages, so that scrolling by a line draws one line."""
_WHOLE_STYLES = ("header", "header-cursor", "cursor", "cell")
_LAID_OVER_STYLES = ("success", "failure", "partial", "unknown", "mark", "problem", "copies", "stand-in", "hit")


class _View(NamedTuple):
    """What is seen of the table; worked out once for all the lines of a page."""

    width: int
    """Cells of a line on screen, without the scrollbar."""
    line_width: int
    """Cells of a whole line: at least `width`."""
    fixed: int
    """Cells of the first column, which does not scroll."""
    left: int
    """Cells that the other columns are scrolled by."""
    top: int
    """The first row in view."""
    selection: Selection | None
    """The selected text."""


class TableCanvas(DrawnLines):
    """A scrolled view of rows under a header: which columns stand where, and what each line looks like.

    A line's number on the screen, less the header, plus the scroll offset, is the number of its row.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-table--header",
        "event-table--header-cursor",
        "event-table--cursor",
        "event-table--cell",
        "event-table--success",
        "event-table--failure",
        "event-table--partial",
        "event-table--unknown",
        "event-table--mark",
        "event-table--problem",
        "event-table--copies",
        "event-table--stand-in",
        "event-table--hit",
    }
    """
    | Class | Description |
    | :- | :- |
    | `event-table--header` | The header. |
    | `event-table--header-cursor` | The heading of the column that the cursor is in. |
    | `event-table--cursor` | The row that the cursor is on. |
    | `event-table--cell` | The cell that the cursor is on. |
    | `event-table--success` | An outcome that says success. |
    | `event-table--failure` | An outcome that says failure. |
    | `event-table--partial` | An outcome that says partial. |
    | `event-table--unknown` | Any other outcome. |
    | `event-table--mark` | The sign `*` of a marked row. |
    | `event-table--problem` | The sign `!` of a row with a problem. |
    | `event-table--copies` | How often an event was seen. |
    | `event-table--stand-in` | What is drawn for characters that cannot be shown. |
    | `event-table--hit` | What the filter or the search found. |
    """

    DEFAULT_CSS = """
    TableCanvas {
        background: $surface;
        color: $foreground;
        overflow-x: auto;
        overflow-y: scroll;
        scrollbar-size: 1 1;
        & > .event-table--header { background: $panel; color: $foreground; text-style: bold; }
        & > .event-table--header-cursor { background: $panel; color: $foreground; text-style: bold underline; }
        & > .event-table--cursor { background: $block-cursor-blurred-background; color: $foreground; }
        & > .event-table--cell {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: underline;
        }
        &:focus > .event-table--cell {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .event-table--success { color: $text-success; }
        & > .event-table--failure { color: $text-error; text-style: bold; }
        & > .event-table--partial { color: $text-warning; }
        & > .event-table--unknown { text-style: italic; }
        & > .event-table--mark { color: $text-accent; text-style: bold; }
        & > .event-table--problem { color: $text-warning; text-style: bold; }
        & > .event-table--copies { color: $text-secondary; text-style: bold; }
        & > .event-table--stand-in { text-style: dim; }
        & > .event-table--hit { color: $text-warning; text-style: bold reverse; }
    }
    """

    ALLOW_SELECT = True

    def __init__(
        self,
        columns: Sequence[TableColumn],
        column_layout: ColumnLayout,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._columns = tuple(columns)
        self._layout = column_layout
        self._labels: dict[str, str] = {}
        self._pages = PageCache()
        self._highlighter: Highlighter | None = None
        self._empty_message = ""
        self._cursor = 0
        self._column = next(iter(column_layout.shown), "")
        self._placed: tuple[Placed, ...] = ()
        self._painter: RowPainter | None = None
        self._strips: dict[tuple[int, RowState], Strip] = {}
        self._page: _View | None = None
        self._gutter = GUTTER

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._pages.row_count

    @property
    def page_height(self) -> int:
        """How many rows can be seen at once."""
        return max(1, self._view_size.height - HEADER_HEIGHT)

    @property
    def _view_size(self) -> Size:
        """The table's content without the scrollbars."""
        return self.scrollable_content_region.size

    # Places

    def _arrange(self) -> None:
        """Place the columns; after a change of the layout, the columns or the room."""
        self._placed = arrange(self._layout, self._columns, self._view_size.width, self._gutter)
        self._pages.set_columns([place.column.name for place in self._placed])
        self._resize_rows()
        self._repaint()

    def _resize_rows(self) -> None:
        width = self._placed[-1].stop if self._placed else 0
        set_content_size(self, Size(width, self.row_count + HEADER_HEIGHT))

    @property
    def _fixed_width(self) -> int:
        """Cells of the first column, which does not scroll; 0 where it would leave too little for the others."""
        if len(self._placed) < 2:
            return 0
        width = self._placed[1].start
        return width if width + self._placed[1].width <= self._view_size.width else 0

    def _place_at(self, x: int) -> Placed | None:
        """The column drawn at a cell of the screen."""
        place_x = x if x < self._fixed_width else x + self.scroll_offset.x
        return next((place for place in self._placed if place.start <= place_x <= place.stop), None)

    def _scroll_rows(self, top: int) -> None:
        top = max(0, min(top, self.row_count - self.page_height))
        if top != self.scroll_offset.y:
            # Textual learns only with the next layout that there is something to scroll.
            self.scroll_to(y=top, animate=False, force=True)

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        self._scroll_rows(max(min(top, self._cursor), self._cursor - self.page_height + 1))

    def _show_column(self, name: str) -> None:
        """Scroll sideways by whole columns until one is in view."""
        places = self._placed[1 if self._fixed_width else 0 :]
        place = next((place for place in places if place.column.name == name), None)
        left = self.scroll_offset.x
        if place is None or (place.start >= self._fixed_width + left and place.stop <= self._view_size.width + left):
            return
        starts = [other.start - self._fixed_width for other in places if other.start <= place.start]
        least = place.stop - self._view_size.width if place.start > left + self._fixed_width else 0
        target = next((start for start in starts if start >= least), starts[-1])
        self.scroll_to(x=min(target, starts[-1]), animate=False, force=True)

    # Drawing

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y + HEADER_HEIGHT
        if HEADER_HEIGHT <= y < self._view_size.height:
            self.refresh(Region(0, y, self._view_size.width, 1))

    def notify_style_update(self) -> None:
        """Forget drawn lines when theme, focus or classes change."""
        super().notify_style_update()
        self._painter = None
        self._strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines for the screen, with what is seen of the table worked out once."""
        self._page = self._view()
        try:
            return super().render_lines(crop)
        finally:
            self._page = None

    def render_line(self, y: int) -> Strip:
        """One line: the header, a row, or blank.

        The offsets that text selection works with cost more than everything else, and only who asks what text lies
        under the mouse needs them.
        """
        view = self._page or self._view()
        if y < HEADER_HEIGHT:
            header = self._paint().header(self._placed, self._column, self._layout.sort, self._labels, view.line_width)
            return self._window(header, view)
        row = y - HEADER_HEIGHT + view.top
        if row < self.row_count:
            return self._window(self._row_strip(row, view), view, None if self.drawing else row)
        if not self.row_count and (message := self._message_line(y - HEADER_HEIGHT - 1)):
            return self._paint().message(message, view.width)
        return Strip.blank(view.width, self.rich_style)

    def _view(self) -> _View:
        scroll = self.scroll_offset
        return _View(
            self._view_size.width,
            max(self._view_size.width, self.virtual_size.width),
            self._fixed_width,
            scroll.x,
            scroll.y,
            self.text_selection,
        )

    def _paint(self) -> RowPainter:
        if self._painter is None:
            styles: dict[str, Style] = {"row": self.rich_style}
            for name in _WHOLE_STYLES:
                styles[name] = self.get_component_rich_style(f"event-table--{name}")
            for name in _LAID_OVER_STYLES:
                styles[name] = self.get_component_rich_style(f"event-table--{name}", partial=True)
            self._painter = RowPainter(styles)
        return self._painter

    def _row_strip(self, row: int, view: _View) -> Strip:
        """A whole row, unscrolled, with what is selected of it."""
        fetched = self._pages.row(row)
        cursor = row == self._cursor
        times = fetched.times if self._gutter > GUTTER else None
        state = RowState(cursor, self._column if cursor else "", fetched.marked, fetched.problem, times)
        strip = self._strips.get((row, state))
        if strip is None:
            if len(self._strips) > KEPT_STRIPS:
                self._strips.clear()
            strip = self._paint().row(self._placed, fetched.texts, state, view.line_width, self._highlighter)
            self._strips[row, state] = strip
        span = None if view.selection is None else view.selection.get_span(row)
        if span is None:
            return strip
        style = self.screen.get_component_rich_style("screen--selection")
        return _restyle(strip, max(span[0], self._gutter), span[1] if span[1] >= 0 else len(strip.text), style)

    def _window(self, strip: Strip, view: _View, row: int | None = None) -> Strip:
        """What of a whole line is in view: the fixed column, and the others scrolled.

        Args:
            strip: The line.
            view: What is seen of the table.
            row: Its row, where the places of its text are wanted for text selection.
        """
        if not view.left and (not self._placed or self._placed[-1].stop <= view.width):
            return strip if row is None else strip.apply_offsets(0, row)
        first = view.fixed + view.left
        parts = [strip.crop(0, view.fixed), self._mark_edges(strip, first, view.width + view.left)]
        if row is not None:
            hidden = strip.crop(0, first)
            parts = [parts[0].apply_offsets(0, row), parts[1].apply_offsets(len(hidden.text), row)]
        return Strip.join(parts)

    def _mark_edges(self, strip: Strip, start: int, stop: int) -> Strip:
        """A line from cell `start` to `stop`; a `…` where that cuts a text."""
        shown = strip.crop(start, stop)
        for place in self._placed:
            if place.start < start < place.stop and strip.crop(place.start, start).text.strip():
                shown = Strip.join([_more(shown.crop(0, 1)), shown.crop(1)])
            if place.start < stop < place.stop and strip.crop(stop, place.stop).text.strip():
                last = shown.cell_length - 1
                shown = Strip.join([shown.crop(0, last), _more(shown.crop(last))])
        return shown

    def _message_line(self, number: int) -> str:
        width = max(10, self._view_size.width - 4)
        lines = [
            part for line in self._empty_message.splitlines() for part in (textwrap.wrap(visible(line), width) or [""])
        ]
        return "  " + lines[number] if 0 <= number < len(lines) else ""

    # Text selection

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual passes it
        """Draw what is selected."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it is shown. Where no end is known, the page on screen is meant."""
        view = self._view()
        top = view.top
        first = top if selection.start is None else selection.start.y
        last = top + self.page_height - 1 if selection.end is None else selection.end.y
        stop = min(last + 1, self.row_count)
        lines = []
        for row in range(first, min(stop, first + SELECTED_ROWS_LIMIT)):
            span = selection.get_span(row)
            if span is not None:
                text = self._row_strip(row, view).text
                lines.append(text[max(span[0], self._gutter) : span[1] if span[1] >= 0 else len(text)].rstrip())
        if stop - first > SELECTED_ROWS_LIMIT:
            lines.append(f"… ({stop - first - SELECTED_ROWS_LIMIT:,} more rows)")
        return ("\n".join(lines), "\n") if lines else None


def _more(cell: Strip) -> Strip:
    """A cell that says that the text goes on, in the style of what stood there."""
    return Strip([Segment(MORE, segment.style) for segment in cell][:1], 1)


def _restyle(strip: Strip, start: int, stop: int, style: Style) -> Strip:
    """A strip with a style laid over its characters from `start` to `stop`."""
    segments = []
    index = 0
    for text, own, _ in strip:
        cuts = [0, *(min(max(cut - index, 0), len(text)) for cut in (start, stop)), len(text)]
        for number, (a, b) in enumerate(pairwise(cuts)):
            if a < b:
                segments.append(Segment(text[a:b], (own + style if own else style) if number == 1 else own))
        index += len(text)
    return Strip(segments, strip.cell_length)
