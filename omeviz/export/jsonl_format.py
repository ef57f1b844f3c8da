"""JSON Lines (NDJSON): one object a line, UTF-8 without a byte order mark."""

from __future__ import annotations

from typing import BinaryIO

from omeviz.export.json_records import columns_read, json_texts
from omeviz.export.slices import Slice

__all__ = ["JsonLinesWriter", "columns_read", "writer"]


def writer(sink: BinaryIO, columns: tuple[str, ...] | None) -> JsonLinesWriter:
    """A writer onto a sink."""
    return JsonLinesWriter(sink, columns)


class JsonLinesWriter:
    """Writes records as lines."""

    def __init__(self, sink: BinaryIO, columns: tuple[str, ...] | None) -> None:
        self._sink = sink
        self._columns = columns

    def write(self, piece: Slice) -> None:
        """Write the records of a slice."""
        lines = json_texts(piece, self._columns)
        self._sink.write("\n".join([*lines, ""]).encode())

    def finish(self) -> None:
        """Nothing stands behind the last line."""
