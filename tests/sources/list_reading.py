"""Reading lists and Clixml in tests, in blocks of any size."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import IO, cast

from omeviz.load_rules import Rules, sound_json
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.clixml_source import ClixmlSource
from omeviz.sources.inputs import Input
from omeviz.sources.list_source import ListSource
from omeviz.sources.text_window import TextWindow

STDIN = Input("<stdin>", None)


class Dribble(io.RawIOBase):
    """Bytes that come in pieces of these sizes."""

    def __init__(self, data: bytes, sizes: Sequence[int]) -> None:
        self._data = io.BytesIO(data)
        self._sizes = cycle(sizes)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        most = next(self._sizes)
        return self._data.read(most if size < 0 else min(size, most))


@dataclass(frozen=True, slots=True)
class Read:
    """What a source gave.

    Attributes:
        source: After its end.
        batches: In order.
        rows: Each as name -> cell, cells that are None left out.
        audits: AuditData of each row.
        lines: Where each row starts.
        damage: Row -> what is wrong with it.
        notes: As the source tells them.
    """

    source: ListSource | ClixmlSource
    batches: list[RawBatch]
    rows: list[dict[str, str]]
    audits: list[str | None]
    lines: list[int]
    damage: dict[int, Damage]
    notes: list[str]


Made = Callable[[ByteStream, TextWindow], ListSource | ClixmlSource]


def as_list(stream: ByteStream, text: TextWindow) -> ListSource:
    return ListSource(STDIN, stream, text, Rules(), sound_json=sound_json)


def as_clixml(stream: ByteStream, text: TextWindow) -> ClixmlSource:
    return ClixmlSource(STDIN, stream, text, Rules(), sound_json=sound_json)


def read(data: bytes | str, made: Made = as_list, *, sizes: Sequence[int] = (1 << 20,), head: int = 64) -> Read:
    """Read bytes (text is UTF-8) that come in pieces of these sizes."""
    data = data.encode() if isinstance(data, str) else data
    stream = ByteStream(STDIN, cast(IO[bytes], Dribble(data, sizes)))
    source = made(stream, TextWindow(stream, stream.sample(max(head, 64))))
    batches: list[RawBatch] = []
    rows: list[dict[str, str]] = []
    audits: list[str | None] = []
    lines: list[int] = []
    damage: dict[int, Damage] = {}
    for batch in source.batches():
        if batch is None:
            continue
        batches.append(batch)
        damage.update({len(lines) + row: found for row, found in batch.damage.items()})
        for row in range(batch.height):
            cells = zip(batch.header, (column[row] for column in batch.cells), strict=True)
            rows.append({name: cell for name, cell in cells if cell is not None})
        audits += batch.audit
        lines += batch.lines
    return Read(source, batches, rows, audits, lines, damage, list(source.notes()))
