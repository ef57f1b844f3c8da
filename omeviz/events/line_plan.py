"""What lines of a shape are made of: constants, and holes between them in which values stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from omeviz.events.shapes import Shape, Variable
from omeviz.sources.arrays import Places
from omeviz.sources.line_form import MARK, MARK_BYTE, Cells, LineForm

_BLANK = ord(" ")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line.

    Attributes:
        first: The first piece it stands in; pieces are what stands between a line's quotes.
        last: The last; a text with escaped quotes spans several.
        head: Bytes of the first piece that stand before it.
        tail: Bytes of the last piece that stand behind it.
    """

    first: int
    last: int
    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class Hole(Stretch):
    """A part of a line that varies.

    Attributes:
        content: The value of AuditData, or the wrapper's cells.
    """

    content: Variable | Cells

    @property
    def name(self) -> str | None:
        """The column it fills: a slot, or a cell's number; several cells have one together. None: no column."""
        if isinstance(self.content, Variable):
            return self.content.slot
        return " ".join(map(str, self.content.columns))


@dataclass(frozen=True)
class LinePlan:
    """A line: constant, hole, constant, hole, …, constant.

    Attributes:
        quotes: How many quotes stand in it.
        constants: UTF-8, one more than holes.
        holes: In order.
        audit: The holes of AuditData among them.
        stretch: Where AuditData's text stands.
        fixed: Columns that are filled by a constant, and with what.
        step: Pieces from one of a value's own to the next: its quotes may be doubled.
        mark: Bytes before a quote of AuditData that belong to it.
        controls: How many control characters stand in it, delimiters among them.
        looked_at: The numbers of those quotes around which something must be looked at, ascending.
    """

    quotes: int
    constants: tuple[bytes, ...]
    holes: tuple[Hole, ...]
    audit: range
    stretch: Stretch
    fixed: Mapping[str, str]
    step: int
    mark: int
    controls: int
    looked_at: tuple[int, ...]

    @property
    def dropped(self) -> int:
        """How many bytes double or mark the quotes of AuditData's text."""
        return self._dropped_until(self.stretch.last)

    def _dropped_until(self, piece: int) -> int:
        """How many of these stand before a piece of AuditData's text."""
        quotes = piece - self.stretch.first
        return quotes * self.mark if self.mark else quotes // 2 if self.step > 1 else 0

    # For each hole, as arrays: what is done for all holes at once is quicker.

    @cached_property
    def first_quotes(self) -> Places:
        """The place of the quote before it among those that are looked at."""
        return np.array([self.place_of(hole.first - 1) for hole in self.holes], np.int64)

    @cached_property
    def last_quotes(self) -> Places:
        """The place of the quote behind it."""
        return np.array([self.place_of(hole.last) for hole in self.holes], np.int64)

    @cached_property
    def heads(self) -> Places:
        """How far behind the quote before it it begins."""
        return np.array([hole.head + 1 for hole in self.holes], np.int64)

    @cached_property
    def tails(self) -> Places:
        """How far before the quote behind it it ends."""
        return np.array([hole.tail for hole in self.holes], np.int64)

    @cached_property
    def dropped_before(self) -> Places:
        """For each hole of AuditData how many dropped bytes of its text stand before it."""
        return np.array([self._dropped_until(self.holes[number].first) for number in self.audit], np.int64)

    @cached_property
    def dropped_behind(self) -> Places:
        """For each hole of AuditData how many dropped bytes of its text stand before its end."""
        return np.array([self._dropped_until(self.holes[number].last) for number in self.audit], np.int64)

    def place_of(self, quote: int) -> int:
        """The place of a quote among those that are looked at, between one before the line and one behind it."""
        if quote < 0:
            return 0
        return len(self.looked_at) + 1 if quote == self.quotes else bisect_left(self.looked_at, quote) + 1


@lru_cache(maxsize=128)
def line_plan(shape: Shape, form: LineForm) -> LinePlan:
    """The plan for lines of a shape in this form."""
    said, fixed = dict(shape.cells), dict(shape.fixed)
    fixed |= {str(column): text for column, text in form.fixed}
    pieces: list[str | Variable | Cells] = []
    for piece in _joined(shape, form) if form.is_object else (*form.before, *shape.pieces, *form.behind):
        if isinstance(piece, Cells) and piece.is_quoted and piece.columns[0] in said:
            pieces.append(said[piece.columns[0]])
            fixed[str(piece.columns[0])] = said[piece.columns[0]]
        else:
            pieces.append(piece)
    constants, holes = _cut(pieces)
    first = sum(hole.first < len(form.before) for hole in holes)
    stretch = _stretch(shape, form)
    written = tuple(_as_bytes(text, shape) for text in constants)
    return LinePlan(
        len(pieces) - 1,
        written,
        tuple(holes),
        range(first, first + len(shape.variables)),
        stretch,
        fixed,
        shape.step,
        len(shape.mark),
        sum(byte < _BLANK for text in written for byte in text) + _delimiters(pieces, form.sign),
        tuple(_looked_at(stretch, holes, len(pieces) - 1)),
    )


def _stretch(shape: Shape, form: LineForm) -> Stretch:
    """Where AuditData's text stands."""
    first = len(form.before)
    if not form.is_object:
        return Stretch(first, first + len(shape.pieces) - 1, 0, 0)
    head, tail = form.before[-1], form.behind[0]
    assert isinstance(head, str) and isinstance(tail, str)  # noqa: S101, PT018  # a name stands before, and behind
    return Stretch(first - 1, first + len(shape.pieces) - 2, len(head.encode()), len(tail.encode()))


def _looked_at(stretch: Stretch, holes: Sequence[Hole], quotes: int) -> Iterator[int]:
    """The quotes around AuditData's text, and around and between the pieces of the holes."""
    found = {stretch.first - 1, stretch.last}
    for hole in holes:
        found.update(range(hole.first - 1, hole.last + 1))
    yield from sorted(number for number in found if 0 <= number < quotes)


def _as_bytes(text: str, shape: Shape) -> bytes:
    """A constant as it stands in lines."""
    written = text.encode()
    return written.replace(MARK.encode(), MARK_BYTE) if shape.mark else written


def _delimiters(pieces: Sequence[str | Variable | Cells], sign: str) -> int:
    """How many delimiters stand between the cells of one piece, if they are control characters."""
    if not sign or ord(sign) >= _BLANK:
        return 0
    return sum(len(piece.columns) - 1 for piece in pieces if isinstance(piece, Cells))


def _joined(shape: Shape, form: LineForm) -> Iterator[str | Variable | Cells]:
    """The pieces where no quotes stand around AuditData."""
    before, first, last, behind = form.before[-1], shape.pieces[0], shape.pieces[-1], form.behind[0]
    yield from form.before[:-1]
    yield f"{before}{first}"
    yield from shape.pieces[1:-1]
    yield f"{last}{behind}"
    yield from form.behind[1:]


def _cut(pieces: Sequence[str | Variable | Cells]) -> tuple[list[str], list[Hole]]:
    """Constants and holes of some pieces with quotes between them."""
    constants, holes, number = [""], list[Hole](), 0
    while number < len(pieces):
        if number:
            constants[-1] += '"'
        piece = pieces[number]
        if isinstance(piece, str):
            constants[-1] += piece
        else:
            before, behind, count = _around(piece)
            constants[-1] += before
            holes.append(Hole(number, number + count, len(before.encode()), len(behind.encode()), piece))
            constants.append(behind)
            number += count
        number += 1
    return constants, holes


def _around(piece: Variable | Cells) -> tuple[str, str, int]:
    """What stands before and behind a value in its pieces, and over how many further ones it goes."""
    if isinstance(piece, Cells):
        return piece.head, piece.tail, 0
    return piece.before, piece.behind, piece.last - piece.first
