"""A CSV as batches of raw rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from omeviz.errors import SourceError
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_rows import CsvRows, Row
from omeviz.sources.encoding import SAMPLE_SIZE, Decoder, Encoding, guess
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.kinds import kind_of_bytes

FIRST_BATCH = 256
"""Rows of the first batch: enough for any screen."""

BATCH_ROWS = 8192
"""Rows of the others."""

_BATCH_SIZE = 16 << 20
_BLOCK = 1 << 20


@dataclass(slots=True)
class _Builder:
    """Rows of one layout on their way to a batch."""

    layout: Layout
    audit: list[str | None] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    damage: dict[int, Damage] = field(default_factory=dict)
    extra: dict[int, tuple[str, ...]] = field(default_factory=dict)
    size: int = 0

    def add(self, row: Row, rules: HeaderRules) -> None:
        """Take a row; cells it lacks are None, cells beyond the header's are kept apart."""
        cells: list[str | None] = list(row.cells)
        layout, names = self.layout, len(self.layout.names)
        if layout.own:
            cells = [None if cell is None else rules.unguard(cell) for cell in cells]
        if len(cells) != names:
            if len(cells) > names:
                self.extra[len(self.lines)] = tuple(cell for cell in cells[names:] if cell is not None)
                del cells[names:]
            else:
                cells += [None] * (names - len(cells))
        if layout.audit is not None:
            audit = cells.pop(layout.audit)
            self.size += len(audit) if audit else 0
        else:
            audit = None
        if row.damage is not None:
            self.damage[len(self.lines)] = Damage(row.damage, row.raw or "", row.encoding)
        self.audit.append(audit)
        self.rows.append(cells)
        self.lines.append(row.line)

    def batch(self) -> RawBatch:
        """Everything taken so far, as columns."""
        header = self.layout.wrapper_names
        columns: list[Sequence[str | None]] = list(zip(*self.rows, strict=True)) if header and self.rows else []
        return RawBatch(
            header,
            self.layout.audit,
            self.layout.row_is_record,
            columns or [()] * len(header),
            self.audit,
            self.lines,
            self.damage,
            self.extra,
        )


class CsvSource:
    """Reads one CSV the careful way.

    Args:
        source: What to read; for messages.
        stream: Its bytes.
        rules: What column names mean.
        sound_json: Whether a text is JSON.
        codec: The encoding the user named, or None to guess.
        delimiter: The delimiter the user named, or None to guess.

    Attributes:
        encoding: As guessed or told.
        delimiter: As guessed or told; empty before `batches` has begun.
        has_header: The columns were named by a header, not by position.
        blank: Wholly empty rows so far.
        headers: Header lines so far.
    """

    def __init__(
        self,
        source: Input,
        stream: ByteStream,
        rules: HeaderRules,
        *,
        sound_json: Callable[[str], bool],
        codec: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        self._source = source
        self._stream = stream
        self._rules = rules
        head = stream.read(SAMPLE_SIZE)
        self._head = head
        if not head:
            raise SourceError(f"{source.shown} is empty.", "Run the export again, or name another file.")
        kind = kind_of_bytes(head)
        if kind and codec is None:
            raise SourceError(f"{source.shown} is {kind}, not a CSV export.", "Export the audit search as CSV.")
        self.encoding: Encoding = guess(head, whole=len(head) < SAMPLE_SIZE, codec=codec)
        self.decoder = Decoder(self.encoding)
        self._rows = CsvRows(
            self.decoder.decode(self._blocks()),
            rules,
            delimiter=delimiter,
            bom=self.encoding.bom > 0,
            sound_json=sound_json,
        )
        self.delimiter = ""
        self.has_header = True

    @property
    def blank(self) -> int:
        """Wholly empty rows so far; they are no rows in the sense of the counts."""
        return self._rows.blank

    @property
    def headers(self) -> int:
        """Header lines so far."""
        return self._rows.headers

    def _blocks(self) -> Iterator[bytes]:
        head, self._head = self._head, b""
        yield head
        while block := self._stream.read(_BLOCK):
            yield block

    def batches(self) -> Iterator[RawBatch]:
        """Batches in order; the first is small.

        Raises:
            SourceError: There is no audit column, or reading failed.
        """
        layout = self._rows.find_layout()
        if layout is None:
            first = "".join(self._rows.lines.peek(1, 200))[:200].strip()
            found = f" It begins with: {first[:100]}" if first else ""
            raise SourceError(
                f"{self._source.shown} has no column of an audit export.{found}",
                "omeviz needs AuditData, or columns such as CreationDate, UserIds and Operations; "
                "--delimiter or --encoding helps where the guess is wrong.",
            )
        self.delimiter, self.has_header = layout.delimiter, layout.has_header
        limit, builder = FIRST_BATCH, _Builder(layout)
        seen = 0
        for row in self._rows:
            if row.layout is not builder.layout:
                if builder.lines:
                    yield builder.batch()
                builder = _Builder(row.layout)
            bad_lines = self.decoder.foreign_lines
            if bad_lines is not None:
                row, seen = self._with_encoding_damage(row, bad_lines, seen)
            builder.add(row, self._rules)
            if len(builder.lines) >= limit or builder.size > _BATCH_SIZE:
                yield builder.batch()
                limit, builder = BATCH_ROWS, _Builder(row.layout)
        if builder.lines:
            yield builder.batch()

    @staticmethod
    def _with_encoding_damage(row: Row, bad_lines: list[int], seen: int) -> tuple[Row, int]:
        """The row, with damage where one of its lines had bytes that are no UTF-8; and how many such lines are done."""
        while seen < len(bad_lines) and bad_lines[seen] < row.line - 1:
            seen += 1
        if seen < len(bad_lines) and bad_lines[seen] < row.line - 1 + row.height and row.damage is None:
            out = io.StringIO()
            csv.writer(out, delimiter=row.layout.delimiter, lineterminator="").writerow(row.cells)
            reason = "bytes that are no UTF-8 were read as Windows-1252"
            row = Row(row.layout, row.cells, row.line, row.height, reason, out.getvalue(), encoding=True)
        return row, seen
