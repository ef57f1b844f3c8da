"""Reading JSON texts in tests, in blocks of any size."""

from __future__ import annotations

import io
from dataclasses import dataclass

from omeviz.events.decode import decode
from omeviz.load_rules import Rules, sound_json
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.encoding import SAMPLE_SIZE, guess
from omeviz.sources.inputs import Input
from omeviz.sources.json_source import JsonSource
from omeviz.sources.text_window import TextWindow

STDIN = Input("<stdin>", None)


class Trickle(ByteStream):
    """A stream that never gives more than a few bytes at once."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(STDIN, io.BytesIO(data))
        self._most = size

    def read(self, size: int) -> bytes:
        """Up to the smaller of both sizes."""
        return super().read(min(size, self._most))


def source_of(data: bytes, size: int = 1 << 20) -> JsonSource:
    """The reader of some bytes that come in blocks of this size."""
    stream = Trickle(data, size)
    if size >= SAMPLE_SIZE:
        text = TextWindow(stream, stream.sample(SAMPLE_SIZE))
    else:  # so little tells no encoding
        text = TextWindow(stream, b"".join(stream.read(size) for _ in range(4)), guess(data, whole=True).codec)
    return JsonSource(STDIN, stream, text, Rules(), sound_json=sound_json)


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One row of a batch.

    Attributes:
        audit: AuditData, or None.
        cells: The wrapper's cells by name, those that are absent left out.
        number: Its number in the source.
        damage: What is wrong with it, or None.
        is_record: As the decoder sees it.
        id: The decoded Id.
        operation: The decoded operation.
        subject: The decoded subject.
        time: The decoded time, ISO 8601, or empty.
        bits: Its problems.
    """

    audit: str | None
    cells: dict[str, str]
    number: int
    damage: Damage | None = None
    is_record: bool = False
    id: str | None = None
    operation: str | None = None
    subject: str | None = None
    time: str = ""
    bits: int = 0


def batches_of(data: bytes, size: int = 1 << 20) -> list[RawBatch]:
    """What the source yields."""
    return [batch for batch in source_of(data, size).batches() if isinstance(batch, RawBatch)]


def rows_of(data: bytes | str, size: int = 1 << 20) -> list[JsonRow]:
    """Every row of a text that holds at least one record."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return [row for batch in batches_of(data, size) for row in _rows(batch)]


def _rows(batch: RawBatch) -> list[JsonRow]:
    decoded = decode(batch)
    columns = decoded.columns()
    place = {row: number for number, row in enumerate(decoded.rows)}
    found = []
    for row in range(batch.height):
        cells = {
            name: cell
            for name, column in zip(batch.header, batch.cells, strict=True)
            if (cell := column[row]) is not None
        }
        fixed = (batch.audit[row], cells, batch.lines[row], batch.damage.get(row))
        number = place.get(row)
        if number is None:
            found.append(JsonRow(*fixed))
            continue
        values = [columns[name][number] for name in ("id", "operation", "subject", "time")]
        time = values[3].isoformat() if values[3] else ""
        found.append(JsonRow(*fixed, True, values[0], values[1], values[2], time, decoded.bits[number]))
    return found
