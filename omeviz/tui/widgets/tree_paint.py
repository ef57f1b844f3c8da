"""Draws one line of a tree: gutter, indentation, marker, and a slice of the row's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style

from omeviz.tui.widgets.row_text import RowText
from omeviz.tui.widgets.tree_find import spans_in
from omeviz.tui.widgets.tree_layout import MARKER, TreeLayout
from omeviz.tui.widgets.tree_nodes import Node

Sought = Callable[[str], Sequence[tuple[int, int]]]
"""Where in a text something is that is looked for: from (inclusive) and to (exclusive)."""

_LONG = 4096
_AROUND = 512
"""Characters."""

GUTTER = 1
"""Cells before everything else, where the cursor's line has a bar."""

CURSOR_BAR = "▌"
OPEN, CLOSED = "▾ ", "▸ "


@dataclass(frozen=True, slots=True)
class Highlight:
    """What find has found.

    Attributes:
        pattern: What was looked for.
        row: The row that holds the current hit, if any.
        span: Where in that row the current hit is.
    """

    pattern: re.Pattern[str]
    row: RowText | None = None
    span: tuple[int, int] | None = None


def line_segments(
    layout: TreeLayout,
    node: Node,
    line: int,
    styles: Mapping[str, Style],
    highlight: Highlight | None,
    sought: Sought | None = None,
) -> list[Segment]:
    """One line of a row without its gutter.

    Args:
        layout: Where the row stands.
        node: The row.
        line: Which of its lines, from 0.
        styles: Style of each `Look`, and `marker`, `stand-in`, `hit`, `hit-current`.
        highlight: Hits to draw.
        sought: Finds what else is to be drawn as a hit where nobody looks for anything in this tree.
    """
    segments = _margin(layout, node, line, styles)
    if not layout.is_measured(node):
        return [*segments, Segment("measuring a long text…", styles["note"])]
    row = node.row
    start, stop = row.line_span(line, layout.wrapping(node))
    spans = [(s.start, s.stop, styles[s.look]) for s in row.stretches if s.start < stop and s.stop > start]
    spans.extend((first, last, styles["stand-in"]) for first, last in row.stand_ins(start, stop))
    if highlight is not None:
        spans.extend((*span, styles["hit"]) for span in spans_in(row, highlight.pattern, start, stop))
        if highlight.row is row and highlight.span is not None:
            spans.append((*highlight.span, styles["hit-current"]))
    elif sought is not None:
        spans.extend((*span, styles["hit"]) for span in _sought_in(row, sought, start, stop))
    segments.extend(painted(row.text, start, stop, spans))
    return segments


def _sought_in(row: RowText, sought: Sought, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where a row's text between two of its indices is sought; of long texts, only what is around them is looked at."""
    for stretch in row.stretches:
        if stretch.findable and stretch.start < stop and stretch.stop > start:
            first, last = stretch.start, stretch.stop
            if last - first > _LONG:
                first, last = max(first, start - _AROUND), min(last, stop + _AROUND)
            yield from ((first + begin, first + end) for begin, end in sought(row.text[first:last]))


def painted(text: str, start: int, stop: int, spans: Iterable[tuple[int, int, Style]]) -> list[Segment]:
    """A slice of a text with styles laid over each other, later ones on top."""
    layers = [(max(first, start), min(last, stop), style) for first, last, style in spans]
    layers = [layer for layer in layers if layer[0] < layer[1]]
    edges = sorted({start, stop, *(edge for first, last, _ in layers for edge in (first, last))})
    segments: list[Segment] = []
    for left, right in pairwise(edges):
        style = Style.null()
        for first, last, above in layers:
            if first <= left and right <= last:
                style += above
        segments.append(Segment(text[left:right], style))
    return segments


def restyled(segments: Iterable[Segment], start: int, stop: int, style: Style) -> list[Segment]:
    """Segments with a style over the characters from `start` to `stop` (-1: to the end)."""
    result: list[Segment] = []
    end = 0
    for text, own, _ in segments:
        begin, end = end, end + len(text)
        left = min(max(start - begin, 0), len(text))
        right = len(text) if stop == -1 else min(max(stop - begin, left), len(text))
        result.append(Segment(text[:left], own))
        result.append(Segment(text[left:right], (own or Style.null()) + style))
        result.append(Segment(text[right:], own))
    return [segment for segment in result if segment.text]


def margin(layout: TreeLayout, node: Node, line: int) -> int:
    """Cells before the text on one of a row's lines, without the gutter."""
    if node.kind == "text" and not node.depth:
        return 0
    return layout.indent(node) + MARKER + (layout.wrapping(node).hang if line else 0)


def _margin(layout: TreeLayout, node: Node, line: int, styles: Mapping[str, Style]) -> list[Segment]:
    cells = margin(layout, node, line)
    if line or not cells:
        return [Segment(" " * cells)] if cells else []
    indent = cells - MARKER
    level = f"{node.depth} " if layout.is_crowded(node) and indent > MARKER + 1 else ""
    marker = "  " if node.make is None else (OPEN if node.is_open else CLOSED)
    pieces = ((" " * (indent - len(level)), "note"), (level, "note"), (marker, "marker"))
    return [Segment(text, styles[name]) for text, name in pieces if text]
