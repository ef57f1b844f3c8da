"""Which rows of a tree are shown, and on which lines; only measured as far as that is cheap."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from omeviz.tui.widgets.row_text import Wrapping
from omeviz.tui.widgets.tree_nodes import Node

STEP = 2
"""Cells of indentation a level."""

MARKER = 2
"""Cells of the fold marker and the blank behind it."""

HANG = 2
"""Cells by which the further lines of a value are indented."""

TEXT_CELLS = 24
"""Cells always left for text; deeper levels share one indentation, with the level's number before it."""

OPEN_ROWS = 400
"""Nodes start unfolded only while fewer rows than this are shown."""

MEASURED_AT_ONCE = 20_000
"""Characters beyond plain ASCII that are measured while the screen waits; the rest is a worker's job."""

MOST_FOLDS = 5_000
"""Remembered folds."""


class TreeLayout:
    """The shown rows of a tree at a width.

    Attributes:
        roots: The tree's sections.
        rows: The nodes shown, in order.
        unmeasured: Rows whose lines are not known yet; each takes one line meanwhile.
        wanted: Unfolded nodes whose children must be made by a worker.
    """

    def __init__(self) -> None:
        self.roots: Sequence[Node] = ()
        self.rows: list[Node] = []
        self.unmeasured: list[Node] = []
        self.wanted: list[Node] = []
        self.width = 80
        self._tops: list[int] = [0]
        self._folds: dict[tuple[str, ...], bool] = {}

    @property
    def line_count(self) -> int:
        """Lines of all shown rows."""
        return self._tops[-1]

    def show(self, roots: Sequence[Node]) -> None:
        """Another tree, with the folds that were remembered."""
        self.roots = roots
        for index, node in enumerate(roots):
            node.index = index
        self.update()

    def update(self) -> None:
        """After folding, making children, measuring or resizing."""
        self.rows = []
        self.wanted = []
        stack = list(reversed(self.roots))
        while stack:
            node = stack.pop()
            self.rows.append(node)
            if node.make is None:
                continue
            if node.is_open is None:
                room = len(self.rows) + len(stack) < OPEN_ROWS
                node.toggled(self._folds.get(node.fold_path, node.opens and room))
            if not node.is_open:
                continue
            if node.children is None and node.slow:
                self.wanted.append(node)
            else:
                stack.extend(reversed(node.unfold().nodes))
        self._measure()

    def _measure(self) -> None:
        self.unmeasured = []
        budget = MEASURED_AT_ONCE
        heights: list[int] = []
        for node in self.rows:
            wrapping = self.wrapping(node)
            if not node.has_row or not node.row.is_wrapped(wrapping):
                cost = _cost(node)
                if cost > budget:
                    self.unmeasured.append(node)
                    heights.append(1)
                    continue
                budget -= cost
            heights.append(len(node.row.starts(wrapping)))
        self._tops = [0, *accumulate(heights)]

    def is_measured(self, node: Node) -> bool:
        """Whether a node's lines are known."""
        return node.has_row and node.row.is_wrapped(self.wrapping(node))

    def height_of(self, node: Node) -> int:
        """How many lines a node takes."""
        return len(node.row.starts(self.wrapping(node))) if self.is_measured(node) else 1

    def indent(self, node: Node) -> int:
        """Cells before a node's marker."""
        return min(node.depth * STEP, self._deepest_indent())

    def is_crowded(self, node: Node) -> bool:
        """Whether a node is deeper than its indentation shows."""
        return node.depth * STEP > self._deepest_indent()

    def wrapping(self, node: Node) -> Wrapping:
        """How a node's text is wrapped: a value's further lines stand below its first, if there is room."""
        if node.kind == "text" and not node.depth:
            return Wrapping(max(TEXT_CELLS, self.width), 0, False)
        room = max(TEXT_CELLS, self.width - self.indent(node) - MARKER)
        if node.lead and room - node.lead >= TEXT_CELLS:
            return Wrapping(room - node.lead, node.lead, True)
        return Wrapping(room - HANG, HANG, False)

    def _deepest_indent(self) -> int:
        return max(0, self.width - TEXT_CELLS) // 2 // STEP * STEP

    def row_at(self, y: int) -> tuple[int, int]:
        """Which row is on a line, and which of its lines that is."""
        index = min(max(bisect_right(self._tops, y) - 1, 0), len(self.rows) - 1)
        return index, y - self._tops[index]

    def node_at(self, y: int) -> Node | None:
        """The node on a line."""
        return self.rows[self.row_at(y)[0]] if self.rows else None

    def top_of(self, node: Node) -> int | None:
        """The first line of a node, or None where it is not shown."""
        try:
            return self._tops[self.rows.index(node)]
        except ValueError:
            return None

    def toggle(self, node: Node, is_open: bool) -> None:
        """Fold or unfold a node, and remember it for other records; `update` afterwards."""
        node.toggled(is_open)
        path = node.fold_path
        self._folds.pop(path, None)
        self._folds[path] = is_open
        if len(self._folds) > MOST_FOLDS:
            del self._folds[next(iter(self._folds))]

    def open_all(self, limit: int) -> bool:
        """Unfold level by level until about `limit` rows are shown; returns whether that was everything."""
        level: list[Node] = list(self.roots)
        count = len(level)
        while level:
            below: list[Node] = []
            for node in level:
                if node.make is None:
                    continue
                if count > limit:
                    return False
                if not node.is_open:
                    self.toggle(node, True)
                if node.children is not None or not node.slow:
                    nodes = node.unfold().nodes
                    count += len(nodes)
                    below.extend(nodes)
            level = below
        return True

    def close_all(self) -> None:
        """Fold everything that is shown."""
        for node in self.rows:
            if node.make is not None and node.is_open:
                self.toggle(node, False)

    def lines(self) -> Iterator[tuple[Node, int]]:
        """Each line's node and which of its lines it is."""
        for index, node in enumerate(self.rows):
            yield from ((node, line) for line in range(self._tops[index + 1] - self._tops[index]))


def _cost(node: Node) -> int:
    """Characters that are expensive to measure."""
    if node.kind in ("section", "group"):
        return len(node.label)
    if isinstance(node.value, str) and not (node.value.isascii() and node.value.isprintable()):
        return node.size
    return 0 if node.label.isascii() else len(node.label)
