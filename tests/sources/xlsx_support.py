"""Reading workbooks in tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from omeviz.errors import SourceError
from omeviz.load_rules import Rules
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.encoding import SAMPLE_SIZE
from omeviz.sources.inputs import Input
from omeviz.sources.xlsx_source import XlsxSource
from tests.sample_parts.xlsx_book import Cell, packed, parts_of, workbook

NAMES = ("CreationDate", "UserIds", "Operations", "AuditData")
AUDIT = '{"Id":"1","CreationTime":"2023-03-22T19:00:59","Operation":"MessageAccess"}'
TIME = datetime(2023, 3, 22, 19, 0, 59)
ROW: tuple[Cell, ...] = (TIME, "a@contoso.com", "MessageAccess", AUDIT)


@dataclass(frozen=True, slots=True)
class Book:
    """What was read of a workbook: batches, the source, and how it failed at the end."""

    batches: list[RawBatch]
    source: XlsxSource
    failure: SourceError | None

    @property
    def rows(self) -> list[dict[str, str | None]]:
        """Each row by column name."""
        found = []
        for batch in self.batches:
            for row in range(batch.height):
                cells = {name: column[row] for name, column in zip(batch.header, batch.cells, strict=True)}
                found.append({**cells, "AuditData": batch.audit[row]})
        return found

    @property
    def lines(self) -> list[int]:
        """The row numbers."""
        return [line for batch in self.batches for line in batch.lines]


def opened(data: bytes, limit: int | None = 1 << 30) -> XlsxSource:
    source = Input("<stdin>", None)
    stream = ByteStream(source, io.BytesIO(data))
    return XlsxSource(source, stream, stream.sample(SAMPLE_SIZE), Rules(), limit=limit)


def book_of(data: bytes, limit: int | None = 1 << 30) -> Book:
    source = opened(data, limit)
    batches: list[RawBatch] = []
    try:
        for batch in source.batches():
            assert all(len(column) == batch.height for column in (*batch.cells, batch.audit))
            batches.append(batch)
    except SourceError as error:
        return Book(batches, source, error)
    return Book(batches, source, None)


def sheet_of(*rows: tuple[Cell, ...], from_1904: bool = False) -> Book:
    return book_of(workbook({"s": rows}, from_1904=from_1904))


def changed(part: str, old: str, new: str, *rows: tuple[Cell, ...]) -> bytes:
    """A workbook with one text of a part replaced."""
    parts = parts_of({"s": rows or (NAMES, ROW)})
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new)})
