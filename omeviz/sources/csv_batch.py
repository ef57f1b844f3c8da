"""Rows of a CSV on their way to a batch."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Sequence

from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_row import Row
from omeviz.sources.embedded import Inside, columns_inside, look_inside
from omeviz.sources.headers import HeaderRules
from omeviz.sources.long_lines import TOO_LONG

_BLOCK = 256
"""Rows that are turned into columns at once, while they are still in the processor's cache."""


class BatchBuilder:
    """Rows of one layout on their way to a batch.

    Args:
        layout: The columns in force.
        rules: What their names mean.

    Attributes:
        size: Characters of AuditData so far.
    """

    def __init__(self, layout: Layout, rules: HeaderRules) -> None:
        self.layout = layout
        self.size = 0
        self._rules = rules
        self._width = len(layout.names)
        self._audit = self._width if layout.audit is None else layout.audit  # its own place behind the others
        self._columns: list[list[str | None]] = [[] for _ in range(max(self._width, self._audit + 1))]
        self._rows: list[Sequence[str | None]] = []
        self._lines: list[int] = []
        self._damage: dict[int, Damage] = {}
        self._extra: dict[int, tuple[str, ...]] = {}
        self._inside: dict[int, Inside] = {}

    @property
    def height(self) -> int:
        """How many rows so far."""
        return len(self._lines)

    def add(self, row: Row, foreign: Sequence[int], cut: Sequence[int] = ()) -> None:
        """Take a row.

        Args:
            row: A row of this layout.
            foreign: Lines (from 0) that are no UTF-8 in a UTF-8 file, ascending.
            cut: Lines of which only the beginning is here, ascending.
        """
        if cut and _lines_among(cut, row.line - 1, row.height):
            self._damage[self.height] = Damage(TOO_LONG, row.raw or _written(row.cells, self.layout.delimiter))
        elif row.damage is not None:
            self._damage[self.height] = Damage(row.damage, row.raw or "", row.encoding)
        else:
            if foreign and _lines_among(foreign, row.line - 1, row.height):
                self._damage[self.height] = self._encoding_damage(row.cells)
        self._add_cells(row.cells, row.line)

    def add_plain(
        self, rows: Sequence[Sequence[str]], line: int, foreign: Sequence[int], cut: Sequence[int] = ()
    ) -> None:
        """Take plain rows (`CsvRows.plain`), of which the first stands at a line."""
        layout, height = self.layout, self.height
        for number in _lines_among(foreign, line - 1, len(rows)):
            self._damage[height + number - line + 1] = self._encoding_damage(rows[number - line + 1])
        for number in _lines_among(cut, line - 1, len(rows)):
            raw = _written(rows[number - line + 1], layout.delimiter)
            self._damage[height + number - line + 1] = Damage(TOO_LONG, raw)
        if layout.own or layout.candidates or layout.embedded:
            for number, cells in enumerate(rows, line):
                self._add_cells(cells, number)
            return
        self.size += sum([len(cells[self._audit]) for cells in rows])
        self._rows.extend(rows)
        self._lines.extend(range(line, line + len(rows)))
        if len(self._rows) >= _BLOCK:
            self._settle()

    def _add_cells(self, found: Sequence[str], line: int) -> None:
        """Take a row's cells; those it lacks are None, those beyond the header's are kept apart."""
        cells: list[str | None] = list(found)
        layout, width = self.layout, self._width
        if layout.own:
            cells = [None if cell is None else self._rules.unguard(cell) for cell in cells]
        if len(cells) > width:
            self._extra[self.height] = tuple(cell for cell in cells[width:] if cell is not None)
            del cells[width:]
        cells += [None] * (len(self._columns) - len(cells))
        inside = look_inside(cells[:width], layout, self._rules) if layout.candidates or layout.embedded else None
        if inside is not None:
            place, self._inside[self.height] = inside
            cells[place] = None
            cells[self._audit] = inside[1].audit
        self.size += len(cells[self._audit] or "")
        self._rows.append(cells)
        self._lines.append(line)
        if len(self._rows) >= _BLOCK:
            self._settle()

    def _encoding_damage(self, cells: Sequence[str]) -> Damage:
        raw = _written(cells, self.layout.delimiter)
        return Damage("bytes that are no UTF-8 were read as Windows-1252", raw, encoding=True)

    def _settle(self) -> None:
        """Turn rows into columns."""
        for column, cells in zip(self._columns, zip(*self._rows, strict=True), strict=True):
            column.extend(cells)
        self._rows.clear()

    def batch(self) -> RawBatch:
        """Everything taken so far, as columns."""
        if self._rows:
            self._settle()
        header = self.layout.wrapper_names
        columns: list[list[str | None]] = list(self._columns)
        audit = columns.pop(self._audit)
        if self._inside:
            names, more = columns_inside(self._inside, header, columns, self.height)
            header, columns = (*header, *names), [*columns, *more]
        return RawBatch(
            header,
            self.layout.audit,
            self.layout.row_is_record,
            columns,
            audit,
            self._lines,
            self._damage,
            self._extra,
        )


def _lines_among(lines: Sequence[int], first: int, count: int) -> Sequence[int]:
    """Those of some ascending lines that are among so many from the first on."""
    return lines[bisect_left(lines, first) : bisect_left(lines, first + count)]


def text_of_row(batch: RawBatch, row: int, delimiter: str) -> str:
    """A sound row as CSV again, without line end."""
    values = [column[row] for column in batch.cells]
    if batch.audit_index is not None:
        values.insert(batch.audit_index, batch.audit[row])
    while values and values[-1] is None:  # cells it never had
        values.pop()
    return _written(values, delimiter)


def _written(cells: Sequence[str | None], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()
