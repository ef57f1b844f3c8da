"""How cells stand between the quotes of a line: those of a CSV, or the values of a JSON object."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from omeviz.sources.csv_layout import Layout

MARK = "\x02"
"""In a form, what stands before a quote of AuditData's text instead of a backslash."""

MARK_BYTE = b"\xff"
"""The same in the lines: a byte that no UTF-8 has."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A piece of a line, between two quotes or beyond them, that holds cells.

    Attributes:
        columns: Which of the wrapper's columns, in order; a cell in quotes is a piece by itself.
        head: What stands before them.
        tail: What stands behind them.
    """

    columns: tuple[int, ...]
    head: str = ""
    tail: str = ""

    @property
    def is_quoted(self) -> bool:
        """The piece is one cell in quotes."""
        return not (self.head or self.tail)


@dataclass(frozen=True, slots=True)
class LineForm:
    """A line cut at each quote, but for AuditData's text: constants and pieces with cells.

    Attributes:
        sign: The delimiter.
        before: Pieces before AuditData's text, whose opening quote ends the last of them.
        behind: Pieces behind it; its closing quote begins the first of them.
        quote: How a quote of AuditData is written.
        is_json: Lines are JSON objects; a cell that is not in quotes is a number.
        is_object: AuditData is an object, not a text: no quotes around it.
        fixed: Cells that are the same in every line of this form, and no texts: (column, what they say).
    """

    sign: str
    before: tuple[str | Cells, ...]
    behind: tuple[str | Cells, ...]
    quote: str = '""'
    is_json: bool = False
    is_object: bool = False
    fixed: tuple[tuple[int, str], ...] = ()


BARE = LineForm("", (), (), '"', is_json=True)
"""A line that is AuditData and nothing else."""


def form_of(line: str, layout: Layout) -> LineForm | None:
    """The form of a sound line, or None where AuditData is not in quotes."""
    try:
        cells = next(csv.reader([line], delimiter=layout.delimiter, strict=True), [])
    except csv.Error:
        return None
    if len(cells) != len(layout.names) or layout.audit is None:
        return None
    position, quoted = 0, list[bool]()
    for cell in cells:
        quoted.append(line.startswith('"', position))
        position += len(cell) + (cell.count('"') + 2 if quoted[-1] else 0) + 1
    if not quoted[layout.audit]:
        return None
    columns = iter(range(len(cells)))
    here = [None if index == layout.audit else next(columns) for index in range(len(cells))]
    sign, audit = layout.delimiter, layout.audit
    before = tuple(_pieces(here[:audit], quoted[:audit], sign, head="", tail=sign if audit else ""))
    behind = tuple(_pieces(here[audit + 1 :], quoted[audit + 1 :], sign, head=sign, tail=""))
    return LineForm(sign, before, behind)


def _pieces(columns: list[int | None], quoted: list[bool], sign: str, *, head: str, tail: str) -> Iterator[str | Cells]:
    """Cells in a row, cut at each quote.

    Args:
        columns: Their columns.
        quoted: Which of them stand in quotes.
        sign: The delimiter.
        head: What stands before the first where there is one.
        tail: What stands behind the last.
    """
    waiting: list[int] = []
    begin = head
    for column, in_quotes in zip(columns, quoted, strict=True):
        assert column is not None  # noqa: S101  # only AuditData's column has none
        if in_quotes:
            yield Cells(tuple(waiting), begin, sign) if waiting else begin
            yield Cells((column,))
            waiting, begin = [], sign
        else:
            waiting.append(column)
    yield Cells(tuple(waiting), begin, tail) if waiting else tail
