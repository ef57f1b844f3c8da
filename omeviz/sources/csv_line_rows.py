"""Lines of a CSV that are read by themselves, among others that the fast path takes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from omeviz.sources.batch import RawBatch
from omeviz.sources.csv_batch import BatchBuilder, text_of_row
from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_row import Row
from omeviz.sources.csv_rows import CsvRows
from omeviz.sources.headers import HeaderRules
from omeviz.sources.line_batch import Written
from omeviz.sources.line_rows import LineRows, from_zero

_AHEAD = 4
"""Lines that are given to the reader of damaged rows first; then more each time it asks."""


@dataclass(frozen=True, slots=True)
class CsvLineReader:
    """Reads single lines as `CsvRows` does.

    Attributes:
        reader: Reads the whole source, and stands where the lines begin.
        layout: The columns in force.
        rules: What column names mean.
    """

    reader: CsvRows
    layout: Layout
    rules: HeaderRules

    def cells(self, line: str) -> list[str] | None:
        """The cells of a plain line."""
        layout = self.layout
        try:
            found = list(csv.reader([line], delimiter=layout.delimiter, strict=True))
        except csv.Error:
            return None
        if len(found) != 1 or layout.audit is None or len(found[0]) != len(layout.names):
            return None
        return found[0] if found[0][layout.audit][:1] == "{" else None

    def rows(self, lines: Written, numbers: Sequence[int]) -> LineRows:
        """Plain lines at once; where one is not, `CsvRows` reads on until a row ends."""
        builder, done, blank = BatchBuilder(self.layout, self.rules), 0, 0
        beyond: list[int] = []
        foreign = lines.foreign.tolist()
        for number in numbers:
            if number < done:
                continue
            done = number + 1
            if lines.is_empty(number):
                blank += 1
                continue
            cells = self.cells(lines.line(number))
            if cells is not None:
                builder.add(Row(self.layout, cells, done), foreign)
                continue
            row = self._row(lines, number)
            if row is None:
                return LineRows(from_zero(builder.batch()), number, beyond, blank)
            builder.add(row, foreign)
            done = number + row.height
            beyond += range(number + 1, done)
        return LineRows(from_zero(builder.batch()), lines.height, beyond, blank)

    def _row(self, lines: Written, number: int) -> Row | None:
        """The row at a line; None where it is none, or might go on beyond the last line."""
        reader = self.reader.beside(_texts(lines, number), number + 1)
        row = next(iter(reader), None)
        if row is None or reader.lines.ended or reader.blank or reader.headers or row.layout is not self.layout:
            return None
        audit = self.layout.audit
        if self.layout.candidates and (audit is None or len(row.cells) <= audit or row.cells[audit][:1] != "{"):
            return None  # another column may hold the record, which adds columns
        return row if row.line == number + 1 else None

    def raw(self, batch: RawBatch, row: int) -> str:
        """As CSV again."""
        return text_of_row(batch, row, self.layout.delimiter)

    def elsewhere(self) -> CsvLineReader:
        """Itself: of the reader of the source only what it knows of rows is sent."""
        return self


def _texts(lines: Written, number: int) -> Iterator[str]:
    """The text from a line on, in pieces of whole lines."""
    count = _AHEAD
    while number < lines.height:
        stop = min(number + count, lines.height)
        yield "".join([lines.whole_line(each) for each in range(number, stop)])
        number, count = stop, count * 4
