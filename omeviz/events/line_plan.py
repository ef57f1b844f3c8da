"""What lines of a shape are made of: constants, and holes between them in which values stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from omeviz.events.shapes import Shape, Variable
from omeviz.sources.line_form import MARK, MARK_BYTE, Cells, LineForm

_BLANK = ord(" ")


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a line that varies.

    Attributes:
        first: The first piece it stands in; pieces are what stands between a line's quotes.
        last: The last; a text with escaped quotes spans several.
        head: Bytes of the first piece that stand before it.
        tail: Bytes of the last piece that stand behind it.
        content: The value of AuditData, or the wrapper's cells.
    """

    first: int
    last: int
    head: int
    tail: int
    content: Variable | Cells

    @property
    def name(self) -> str | None:
        """The column it fills: a slot, or a cell's number; several cells have one together. None: no column."""
        if isinstance(self.content, Variable):
            return self.content.slot
        return " ".join(map(str, self.content.columns))


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line: constant, hole, constant, hole, …, constant.

    Attributes:
        quotes: How many quotes stand in it.
        constants: UTF-8, one more than holes.
        holes: In order.
        audit: The holes of AuditData among them.
        audit_constants: What stands around those in AuditData's text, UTF-8.
        fixed: Columns that are filled by a constant, and with what.
        step: Pieces from one of a value's own to the next: its quotes may be doubled.
        mark: Bytes before a quote of AuditData that belong to it.
        controls: How many control characters stand in it, delimiters among them.
    """

    quotes: int
    constants: tuple[bytes, ...]
    holes: tuple[Hole, ...]
    audit: range
    audit_constants: tuple[bytes, ...]
    fixed: Mapping[str, str]
    step: int
    mark: int
    controls: int


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
    audit_constants, audit_holes = _cut(shape.pieces)
    first = sum(hole.first < len(form.before) for hole in holes)
    written = tuple(_as_bytes(text, shape) for text in constants)
    return LinePlan(
        len(pieces) - 1,
        written,
        tuple(holes),
        range(first, first + len(audit_holes)),
        tuple(text.replace(shape.quote, '"').encode() for text in audit_constants),
        fixed,
        shape.step,
        len(shape.mark),
        sum(byte < _BLANK for text in written for byte in text) + _delimiters(pieces, form.sign),
    )


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
