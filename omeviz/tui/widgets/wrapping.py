"""Where a text's lines start when it is wrapped to a width in cells; every character stays on some line.

Measured with `rich.cells`, as everything that Textual draws. Texts are as `omeviz.text.visible` returns them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

WORD_LIMIT = 2_000
"""Texts up to this many characters wrap at blanks where they can; longer ones anywhere, which is cheaper."""

CLUSTER_LIMIT = 32
"""Most characters that are kept together as one (a base with its marks, a joined emoji)."""

_NARROW = r"\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2400-\u2426"
_WIDE = r"\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
_RUNS = (
    # A run of characters of one width, but for its last one where a mark or a joiner follows it.
    rf"(?P<narrow>[{_NARROW}]+(?![^{_NARROW}{_WIDE}]))"
    rf"|(?P<wide>[{_WIDE}]+(?![^{_NARROW}{_WIDE}]))"
    rf"|(?P<other>[{_NARROW}{_WIDE}]?[^{_NARROW}{_WIDE}]+)"
)
_ONLY_NARROW = rf"[{_NARROW}]*"


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compiled when it is needed: that takes longer than showing the first page may."""
    return re.compile(expression)


def is_narrow(text: str) -> bool:
    """Whether each character is known to take exactly one cell."""
    return text.isascii() or _compiled(_ONLY_NARROW).fullmatch(text) is not None


def line_starts(text: str, width: int, breaks: Sequence[int] = (), first: int = 0) -> Sequence[int]:
    """The index of each line's first character; the first is `first`.

    Args:
        text: Printable text without line ends.
        width: Cells a line may take, at least 2.
        breaks: Ascending indices at which a line must start.
        first: What comes before is no part of the lines.
    """
    if first:
        starts = line_starts(text[first:], width, [b - first for b in breaks if b > first])
        if isinstance(starts, range):
            return range(first, starts.stop + first, width)
        return array("Q", (first + start for start in starts))
    if breaks:
        edges = [0, *(b for b in breaks if 0 < b < len(text)), len(text)]
        starts = array("Q")
        for start, stop in pairwise(edges):
            starts.extend(start + offset for offset in line_starts(text[start:stop], width))
        return starts
    if is_narrow(text):
        if len(text) <= width:
            return (0,)
        if len(text) > WORD_LIMIT or " " not in text:
            return range(0, len(text), width)
    if len(text) <= WORD_LIMIT:
        return _at_words(text, width)
    return _anywhere(text, width)


def _at_words(text: str, width: int) -> list[int]:
    """Lines end behind a blank, unless the word that follows is longer than half a line."""
    starts = [0]
    used = blank = used_at_blank = 0
    for start, stop, cells in _clusters(text):
        if used + cells > width:
            left = used - used_at_blank
            if blank > starts[-1] and left <= width // 2:
                starts.append(blank)
                used = left
            if used + cells > width:
                starts.append(start)
                used = 0
        used += cells
        if text[stop - 1] == " ":
            blank, used_at_blank = stop, used
    return starts


def _anywhere(text: str, width: int) -> array[int]:
    starts = array("Q", (0,))
    used = 0
    for run in _compiled(_RUNS).finditer(text):
        start, stop = run.span()
        if run.lastgroup == "other":
            for first, _, cells in _grapheme_spans(text, start, stop):
                if used + cells > width:
                    starts.append(first)
                    used = 0
                used += cells
            continue
        size = 2 if run.lastgroup == "wide" else 1
        free = (width - used) // size
        if stop - start <= free:
            used += (stop - start) * size
            continue
        per_line = width // size
        first = start + free
        starts.extend(range(first, stop, per_line))
        used = ((stop - first - 1) % per_line + 1) * size
    return starts


def _clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, stop, cells) of what belongs together."""
    for run in _compiled(_RUNS).finditer(text):
        start, stop = run.span()
        if run.lastgroup == "other":
            yield from _grapheme_spans(text, start, stop)
        else:
            size = 2 if run.lastgroup == "wide" else 1
            yield from ((index, index + 1, size) for index in range(start, stop))


def _grapheme_spans(text: str, start: int, stop: int) -> Iterable[tuple[int, int, int]]:
    spans, _ = split_graphemes(text[start:stop])
    for first, last, cells in spans:
        if last - first <= CLUSTER_LIMIT:
            yield start + first, start + last, cells
            continue
        for part in range(first, last, CLUSTER_LIMIT):
            piece = text[start + part : start + min(part + CLUSTER_LIMIT, last)]
            yield start + part, start + part + len(piece), cell_len(piece)
