"""A workbook as Excel saves it, as batches of raw rows.

People open the CSV in Excel and save it. Read here by expat and not by a library: openpyxl takes several times as
long, and python-calamine, the fastest, takes memory for every cell between the first and the last one, so that a
workbook of two cells ends the process. This reads a row at a time and holds the shared texts only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omeviz.errors import NotAnExportError, SourceError
from omeviz.sources.archive_zip import WORKBOOK, ZipArchive, document_in
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.compression import MOST_UNPACKED, Unpacked
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.row_source import FastPath
from omeviz.sources.xlsx_layout import Columns, columns_by_content, header_of, says_nothing, surely_header
from omeviz.sources.xlsx_parts import PART_ERRORS, Sheet, Texts, Workbook, strings_in, styles_in, workbook_in
from omeviz.sources.xlsx_sheet import MOST_ROWS, SheetRow, SheetRows
from omeviz.sources.xlsx_values import Style

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding

LONGEST_CELL = 32_767
"""Characters of a cell: Excel cuts what is longer."""

_FIRST_BATCH = 256
_BATCH_ROWS = 8192
_BATCH_SIZE = 16 << 20
_BATCH_CELLS = 2 << 20
_CELL_SIZE = 16
_HEADER_ROWS = 64
_REMEDY = "Open it in Excel and save it again, or export the audit search as CSV."


@dataclass(slots=True)
class _Builder:
    """Rows of one sheet under one header on their way to a batch."""

    columns: Columns
    audit: list[str | None] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    damage: dict[int, Damage] = field(default_factory=dict)
    extra: dict[int, tuple[str, ...]] = field(default_factory=dict)
    size: int = 0

    def add(self, row: SheetRow, rules: HeaderRules, reason: str = "") -> None:
        """Take a row; empty cells are empty texts, cells without a heading are kept apart."""
        layout = self.columns.layout
        given = self.columns.cells_of(row.cells)
        cells: list[str | None] = [given.get(place, "") for place in self.columns.places]
        if len(given) > len(cells) - cells.count(""):
            places = set(self.columns.places)
            self.extra[len(self.lines)] = tuple(given[place] for place in sorted(given) if place not in places)
        if layout.own:
            cells = [rules.unguard(cell or "") for cell in cells]
        if row.lost:
            reason = reason or f"{row.lost} cells refer to texts that the workbook does not have"
        if reason:
            self.damage[len(self.lines)] = Damage(reason, as_csv([given[place] for place in sorted(given)]))
        self.size += sum(map(len, given.values()))
        self.audit.append(cells.pop(layout.audit) if layout.audit is not None else None)
        self.rows.append(cells)
        self.lines.append(row.number)

    @property
    def full(self) -> bool:
        """It is large enough."""
        return self.size > _BATCH_SIZE or len(self.lines) * len(self.columns.places) > _BATCH_CELLS

    def batch(self) -> RawBatch:
        """Everything taken so far, as columns."""
        layout = self.columns.layout
        header = layout.wrapper_names
        columns = list(zip(*self.rows, strict=True)) if header else []
        return RawBatch(
            header, layout.audit, layout.row_is_record, columns, self.audit, self.lines, self.damage, self.extra
        )


class XlsxSource:
    """Reads the sheets of one workbook, each with a header of its own.

    Args:
        source: What to read; for messages.
        stream: Its bytes.
        head: The first of them, already read.
        rules: What column names mean.
        limit: Bytes from which on what was unpacked is compared with the file's size; None: anything goes.

    Attributes:
        blank: Wholly empty rows so far, those between others included that the file leaves out.
        headers: Header rows so far.
        fast: Ignored; there is no fast path.

    Raises:
        NotAnExportError: It is another kind of document, or an archive.
        SourceError: It is damaged.
    """

    container = "xlsx"

    def __init__(
        self, source: Input, stream: ByteStream, head: bytes, rules: HeaderRules, *, limit: int | None = MOST_UNPACKED
    ) -> None:
        self._source = source
        self._rules = rules
        self.fast: FastPath | None = None
        self.blank = 0
        self.headers = 0
        self._notes: list[str] = []
        self._cut = 0
        self._first = True
        self._stream = stream
        file = stream.whole(head)
        try:
            self._archive = ZipArchive(lambda: file, source.shown, limit)
        except SourceError as error:
            raise stream.failure or error from error
        kind = document_in(member.name for member in self._archive.members)
        if kind != WORKBOOK:
            self._archive.close()
            remedy = "Save it as .xlsx or CSV." if kind else "Unpack it, and name the files."
            raise NotAnExportError(f"{source.shown} is {kind or 'a ZIP archive'}.", remedy)

    @property
    def encoding(self) -> Encoding | None:
        """A workbook is no text."""
        return None

    @property
    def delimiter(self) -> str:
        """There is none."""
        return ""

    def batches(self) -> Iterator[RawBatch]:
        """Batches in the order of the sheets, the first small.

        Raises:
            NotAnExportError: No sheet has a column of an audit export.
            SourceError: The workbook is damaged; what came before has been given.
        """
        texts = Texts()
        error: Exception | None = None
        try:
            book = workbook_in(self._archive)
            styles = styles_in(self._archive, book.styles)
            try:
                strings_in(self._archive, book.strings, texts)
            except PART_ERRORS as caught:
                error = caught  # the texts before that are used
            for sheet in book.sheets:
                try:
                    yield from self._sheet(sheet, book, texts.found, styles)
                except PART_ERRORS as caught:
                    error = error or caught
        except PART_ERRORS as caught:
            error = caught
        finally:
            self._archive.close()
        if self._stream.failure is not None:
            raise self._stream.failure
        if isinstance(error, Unpacked):
            raise SourceError(f"{self._source.shown}: {error}.", "--no-size-limit reads it all the same.")
        if error is not None or self._archive.damage:
            reason = error or self._archive.damage
            raise SourceError(f"{self._source.shown}: the workbook is damaged: {reason}.", _REMEDY)
        if not self.headers and self._first:
            raise NotAnExportError(f"{self._source.shown} has no sheet with a column of an audit export.", _REMEDY)

    def _sheet(self, sheet: Sheet, book: Workbook, texts: list[str], styles: list[Style]) -> Iterator[RawBatch]:
        member = self._archive.member(sheet.part)
        if member is None:
            self._notes.append(f"sheet {sheet.name} is missing")
            return
        if sheet.hidden:
            self._notes.append(f"sheet {sheet.name} is hidden")
        stream = self._archive.open(member)
        rows = self._told(SheetRows(stream, texts, styles, from_1904=book.from_1904), sheet)
        error: Exception | None = None
        builder: _Builder | None = None
        before: list[SheetRow] = []
        try:
            for row in rows:
                if builder is None:
                    builder = self._begun(row, before)
                    if builder is None and len(before) == _HEADER_ROWS:
                        break
                    continue
                again = self._header_again(row, builder.columns)
                if again is not None:
                    if builder.lines:
                        yield self._given(builder)
                    builder = _Builder(again)
                    continue
                builder.add(row, self._rules)
                if builder.full or len(builder.lines) >= (_FIRST_BATCH if self._first else _BATCH_ROWS):
                    yield self._given(builder)
                    builder = _Builder(builder.columns)
        except PART_ERRORS as caught:
            error = caught
        builder = builder or self._guessed(before)
        if builder is None:
            self._notes.append(f"sheet {sheet.name} has no column of an audit export")
        elif builder.lines:
            yield self._given(builder)
        if error is not None:
            raise error

    def _told(self, rows: SheetRows, sheet: Sheet) -> Iterator[SheetRow]:
        """The rows that say something; the others are counted."""
        last = 0
        for row in rows:
            self.blank += row.number - last - 1
            last = row.number
            if not row.lost and not any(cell.strip() for cell in row.cells.values()):
                self.blank += 1
            elif not says_nothing(row.cells):
                yield row
        if last == MOST_ROWS:
            self._notes.append(f"sheet {sheet.name} is full: Excel drops what comes after row {MOST_ROWS:,}")

    def _begun(self, row: SheetRow, before: list[SheetRow]) -> _Builder | None:
        """A builder once the header was found; rows above it hold no record."""
        columns = header_of(row.cells, self._rules)
        if columns is None:
            before.append(row)
            return self._guessed(before) if len(before) == _HEADER_ROWS else None
        self.headers += 1
        builder = _Builder(columns)
        for above in before:
            builder.add(SheetRow(above.number, {}), self._rules, "text above the header")
            text = as_csv([above.cells[place] for place in sorted(above.cells)])
            builder.damage[len(builder.lines) - 1] = Damage("text above the header", text)
        return builder

    def _guessed(self, rows: list[SheetRow]) -> _Builder | None:
        """A builder with the rows of a sheet without a header, where one of them holds JSON."""
        columns = next(filter(None, (columns_by_content(row.cells) for row in rows)), None)
        if columns is None:
            return None
        self._notes.append("no header: columns were named by their position")
        builder = _Builder(columns)
        for row in rows:
            builder.add(row, self._rules)
        return builder

    def _header_again(self, row: SheetRow, columns: Columns) -> Columns | None:
        """The columns of a header in the middle, of joined files."""
        layout = columns.layout
        if layout.audit is not None and not columns.delimiter:
            if row.cells.get(columns.places[layout.audit], "").startswith("{"):
                return None
        elif not self._rules.known_names([row.cells[min(row.cells)]] if row.cells else []) and not columns.delimiter:
            return None
        found = header_of(row.cells, self._rules)
        if found is None or not surely_header(found, columns, self._rules):
            return None
        self.headers += 1
        return found

    def _given(self, builder: _Builder) -> RawBatch:
        self._first = False
        self._cut += sum(1 for audit in builder.audit if audit is not None and len(audit) == LONGEST_CELL)
        # A shared text may be used any number of times, and a few wide headings make many empty cells.
        cells = len(builder.lines) * len(builder.columns.places)
        self._archive.budget.spend(builder.size + cells * _CELL_SIZE, self._archive.size)
        return builder.batch()

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A sound row as CSV."""
        values = [column[row] for column in batch.cells]
        if batch.audit_index is not None:
            values.insert(batch.audit_index, batch.audit[row])
        return as_csv(values)

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        yield from self._notes
        if self.headers > 1:
            yield f"{self.headers} headers: several sheets, or several exports that were joined"
        if self._cut:
            what = "1 AuditData cell has" if self._cut == 1 else f"{self._cut:,} AuditData cells have"
            yield f"{what} exactly {LONGEST_CELL:,} characters: Excel cuts what is longer"

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows} rows under {max(self.headers, 1)} header"


def as_csv(values: list[str] | list[str | None]) -> str:
    """Cells as a line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()
