"""A record as a foldable tree that is walked by keys, searched and copied from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from omeviz.tui.widgets.tree_find import Hit, pattern_for, search, span_of
from omeviz.tui.widgets.tree_nodes import Node, copy_text
from omeviz.tui.widgets.tree_paint import GUTTER, Highlight
from omeviz.tui.widgets.tree_view import TreeView

UNFOLD_LIMIT = 5_000
"""Rows up to which everything is unfolded at once."""


class RecordTree(TreeView):
    """Sections, names and values of one record; the cursor stands on a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Line above", show=False),
        Binding("down,j", "cursor_down", "Line below", show=False),
        Binding("left,h", "fold", "Fold, or go to what encloses this", show=False),
        Binding("right,l", "unfold", "Unfold, or go into it", show=False),
        Binding("enter,space", "toggle_fold", "Fold or unfold", show=False),
        Binding("E,asterisk", "unfold_all", "Unfold everything", show=False),
        Binding("C", "fold_all", "Fold everything", show=False),
        Binding("pageup", "page_up", "One page up", show=False),
        Binding("pagedown", "page_down", "One page down", show=False),
        Binding("ctrl+u", "half_page_up", "Half a page up", show=False),
        Binding("ctrl+d", "half_page_down", "Half a page down", show=False),
        Binding("home,g", "first", "To the first line", show=False),
        Binding("end,G", "last", "To the last line", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | up,k / down,j | Move the cursor by a line. |
    | left,h / right,l | Fold or go out; unfold or go in. |
    | enter,space | Fold or unfold. |
    | E,* / C | Unfold or fold everything. |
    | pageup,pagedown,ctrl+u,ctrl+d,home,g,end,G | Move further. |
    """

    class CopyRequested(Message):
        """A user wants something on the clipboard.

        Attributes:
            text: It, exactly as in the record.
            what: What it is, in a few words, for a notification.
        """

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    class Found(Message):
        """What find has found has changed.

        Attributes:
            index: The current hit, from 0, or -1 where there is none.
            count: How many there are; `MOST_HITS` stands for at least as many.
            searching: The search goes on.
        """

        def __init__(self, tree: RecordTree, index: int, count: int, searching: bool) -> None:
            super().__init__()
            self.tree = tree
            self.index = index
            self.count = count
            self.searching = searching

        @property
        def control(self) -> RecordTree:
            """The tree."""
            return self.tree

    class Searched(Message, bubble=False):
        """A worker has searched a large record."""

        def __init__(self, hits: Sequence[Hit], generation: int, move: bool) -> None:
            super().__init__()
            self.hits = hits
            self.generation = generation
            self.move = move

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.is_large = False
        """Searching this record takes long: do it in a worker."""
        self._search_generation = 0
        self._find_text = ""
        self._hits: Sequence[Hit] = ()
        self._current = -1
        self._pending: Hit | None = None

    def show(self, roots: Sequence[Node], *, keep_place: bool = False) -> None:
        """Show another record; a find goes on in it."""
        super().show(roots, keep_place=keep_place)
        self._search(move=False)

    # Folding

    def action_toggle_fold(self) -> None:
        """Fold or unfold what is under the cursor."""
        node = self.cursor_node
        if node is not None and node.make is not None:
            self._fold(node, not node.is_open)

    def action_fold(self) -> None:
        """Fold, or go to what encloses this."""
        node = self.cursor_node
        if node is None:
            return
        if node.make is not None and node.is_open:
            self._fold(node, False)
        elif node.parent is not None and (top := self.tree_layout.top_of(node.parent)) is not None:
            self.move_cursor(top)

    def action_unfold(self) -> None:
        """Unfold, or go into what is unfolded."""
        node = self.cursor_node
        if node is None or node.make is None:
            return
        if not node.is_open:
            self._fold(node, True)
        elif node.children and node.children.nodes:
            top = self.tree_layout.top_of(node.children.nodes[0])
            self.move_cursor(self.cursor_line if top is None else top)

    def action_unfold_all(self) -> None:
        """Unfold everything, up to `UNFOLD_LIMIT` rows."""
        complete = self.tree_layout.open_all(UNFOLD_LIMIT)
        self.update_layout()
        if not complete:
            text = f"Unfolded about {UNFOLD_LIMIT:,} rows; the rest is still folded."
            self.notify(text, severity="warning", markup=False)

    def action_fold_all(self) -> None:
        """Fold everything."""
        self.tree_layout.close_all()
        self.update_layout()
        self.move_cursor(self.cursor_line)

    def _fold(self, node: Node, is_open: bool) -> None:
        self.tree_layout.toggle(node, is_open)
        self.update_layout(node)
        if node.encloses:  # its hits are in the text while folded, below it while unfolded
            self._search(move=False)

    # Copying

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        node = self.cursor_node
        if node is None:
            return
        if self.is_large and node.container is not None:
            self.in_thread(partial(self._copy, node))
        else:
            self._copy(node)

    def _copy(self, node: Node) -> None:
        try:
            self.post_message(self.CopyRequested(copy_text(node), node.label or "text"))
        except RecursionError:
            self.notify("Nested too deeply to be copied by itself; copy the record.", severity="warning", markup=False)

    def action_copy_path(self) -> None:
        """Copy the path of what is under the cursor, as the filter takes it."""
        node = self.cursor_node
        if node is not None and node.path:
            self.post_message(self.CopyRequested(node.path, "path"))
        else:
            said = "Only values inside AuditData have a path to copy, such as data.Recipient; go to one of them first."
            self.notify(said, severity="warning", markup=False)

    # Finding

    @property
    def found(self) -> tuple[int, int]:
        """The current hit's number from 0 (-1: none), and how many there are."""
        return self._current, len(self._hits)

    def find(self, text: str) -> None:
        """Look for a text in any case, folded parts included, and go to the first hit from the cursor on.

        An empty text ends finding.
        """
        self._find_text = text
        self._hits, self._current, self._pending = (), -1, None
        self.highlight = Highlight(pattern_for(text)) if text else None
        self._search(move=True)

    def find_next(self) -> None:
        """To the next hit, from the last to the first."""
        self._go_to(self._current + 1)

    def find_previous(self) -> None:
        """To the hit before, from the first to the last."""
        self._go_to(self._current - 1 if self._current >= 0 else -1)

    def _search(self, *, move: bool) -> None:
        self._search_generation += 1
        generation = self._search_generation
        self.refresh()
        if not self.highlight:
            self._took([], move)
            return
        work = partial(search, list(self.tree_layout.roots), self.highlight.pattern)
        if not self.is_large:
            self._took(work(lambda: False), move)
            return

        def in_worker() -> None:
            if generation == self._search_generation:
                hits = work(lambda: generation != self._search_generation)
                self.post_message(self.Searched(hits, generation, move))

        self.post_message(self.Found(self, self._current, len(self._hits), True))
        self.in_thread(in_worker)

    def on_record_tree_searched(self, message: Searched) -> None:
        """Take a worker's hits."""
        if message.generation == self._search_generation:
            self._took(message.hits, message.move)

    def _took(self, hits: Sequence[Hit], move: bool) -> None:
        current = self._hits[self._current] if 0 <= self._current < len(self._hits) else None
        self._hits, self._current = hits, -1
        if move and hits:
            node = self.cursor_node
            here = Hit(node.indices if node else (), 0)
            self._go_to(bisect_left(hits, here) % len(hits))
            return
        if current in hits:
            self._current = hits.index(current)
        self.post_message(self.Found(self, self._current, len(hits), False))

    def children_made(self) -> None:
        """Look into what a worker has decoded."""
        self._search(move=self._current < 0 and bool(self._find_text) and self._pending is None)

    def _go_to(self, index: int) -> None:
        if not self._hits:
            return
        self._current = index % len(self._hits)
        self._pending = self._hits[self._current]
        self._reveal()
        self.post_message(self.Found(self, self._current, len(self._hits), False))

    def update_layout(self, keep: Node | None = None) -> None:
        """Lay out again; a hit that had to wait for it is shown."""
        super().update_layout(keep)
        if self._pending is not None:
            self._reveal()

    def _reveal(self) -> None:
        """Unfold what hides the pending hit and go there; later, if its lines are not known yet."""
        hit, self._pending = self._pending, None
        if hit is None or self.highlight is None:
            return
        node = self._open_to(hit)
        super().update_layout(node)
        if not self.tree_layout.is_measured(node):
            self._pending = hit
            return
        row = node.row
        span = span_of(row, self.highlight.pattern, hit.ordinal)
        self.highlight = Highlight(self.highlight.pattern, row, span)
        top = self.tree_layout.top_of(node)
        if top is not None:
            self.move_cursor(top + (row.line_of(span[0], self.tree_layout.wrapping(node)) if span else 0))

    def _open_to(self, hit: Hit) -> Node:
        node = self.tree_layout.roots[hit.indices[0]]
        for index in hit.indices[1:]:
            child = node.child(index)
            for above in child.ancestors():
                if above is not child and not above.is_open:
                    above.toggled(True)
            node = child
        if node.encloses and node.is_open:
            label_hits = 0 if self.highlight is None else len(self.highlight.pattern.findall(node.label))
            if hit.ordinal >= label_hits:
                node.toggled(False)
        return node

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Go to a line; on its marker, or with two clicks, fold or unfold it."""
        y = event.y + self.scroll_offset.y
        if event.chain > 1:
            event.prevent_default()  # Textual would select all text
        if y >= self.tree_layout.line_count:
            return
        self.move_cursor(y)
        node = self.cursor_node
        if node is None or node.make is None:
            return
        marker = GUTTER + self.tree_layout.indent(node)
        on_marker = marker <= event.x < marker + 2 and self.tree_layout.row_at(y)[1] == 0
        if event.chain == 2 or (event.chain == 1 and on_marker):
            self._fold(node, not node.is_open)

    def action_cursor_up(self) -> None:
        """To the line above."""
        self.move_cursor(self.cursor_line - 1)

    def action_cursor_down(self) -> None:
        """To the line below."""
        self.move_cursor(self.cursor_line + 1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_cursor(self.cursor_line - max(1, self.size.height - 1))

    def action_page_down(self) -> None:
        """One page down."""
        self.move_cursor(self.cursor_line + max(1, self.size.height - 1))

    def action_half_page_up(self) -> None:
        """Half a page up."""
        self.move_cursor(self.cursor_line - max(1, self.size.height // 2))

    def action_half_page_down(self) -> None:
        """Half a page down."""
        self.move_cursor(self.cursor_line + max(1, self.size.height // 2))

    def action_first(self) -> None:
        """To the first line."""
        self.move_cursor(0)

    def action_last(self) -> None:
        """To the last line."""
        self.move_cursor(self.tree_layout.line_count - 1)
