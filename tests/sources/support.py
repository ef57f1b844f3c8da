"""Reading CSV bytes in tests, in blocks of any size."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from omeviz.load_rules import Rules, sound_json
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_row import Row
from omeviz.sources.csv_rows import CsvRows
from omeviz.sources.decoder import Decoder
from omeviz.sources.encoding import guess
from omeviz.sources.inputs import Input
from omeviz.sources.open_rows import open_rows
from omeviz.sources.row_source import ReadOptions

STDIN = Input("<stdin>", None)


@dataclass(frozen=True, slots=True)
class Read:
    """What the careful reader made of some bytes.

    Attributes:
        layout: The first header's, or None where there is none.
        rows: Every row.
        blank: How many rows were wholly empty.
        headers: How many headers there were.
        decoder: The decoder after the last byte.
        audits: AuditData of each row; None where the row has no such cell.
    """

    layout: Layout | None
    rows: list[Row]
    blank: int
    headers: int
    decoder: Decoder

    @property
    def audits(self) -> list[str | None]:
        """AuditData of each row."""
        return [audit_of(row) for row in self.rows]

    @property
    def dicts(self) -> list[dict[str, str]]:
        """Each row by column name, as far as both go."""
        return [dict(zip(row.layout.names, row.cells, strict=False)) for row in self.rows]


def audit_of(row: Row) -> str | None:
    """AuditData of a row, or None where it ended before."""
    place = row.layout.audit
    return row.cells[place] if place is not None and place < len(row.cells) else None


def blocks(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """The bytes in blocks of these sizes, over and over."""
    start = 0
    for size in cycle(sizes):
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


def read(data: bytes, *, sizes: Sequence[int] = (1 << 20,), delimiter: str | None = None) -> Read:
    """Decode and parse bytes that come in blocks of these sizes."""
    encoding = guess(data, whole=True)
    decoder = Decoder(encoding)
    rows = CsvRows(
        decoder.decode(blocks(data, sizes)),
        Rules(),
        delimiter=delimiter,
        bom=encoding.bom > 0,
        sound_json=sound_json,
    )
    layout = rows.find_layout()
    return Read(layout, [row for row in rows if row is not None], rows.blank, rows.headers, decoder)


def text_of(data: bytes, *, sizes: Sequence[int] = (1 << 20,)) -> str:
    """The decoded text of bytes that come in blocks of these sizes."""
    return "".join(Decoder(guess(data, whole=True)).decode(blocks(data, sizes)))


def batches(data: bytes, *, codec: str | None = None, delimiter: str | None = None) -> list[RawBatch]:
    """What the source yields for bytes on standard input."""
    stream = ByteStream(STDIN, io.BytesIO(data))
    options = ReadOptions(codec, delimiter)
    source = open_rows(STDIN, stream, Rules(), sound_json=sound_json, options=options)
    return [batch for batch in source.batches() if isinstance(batch, RawBatch)]
