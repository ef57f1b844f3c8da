"""One JSON array of the objects that JSON Lines has, each on its line; UTF-8 without a byte order mark."""

from __future__ import annotations

from typing import BinaryIO

from omeviz.export.json_records import columns_read, json_texts
from omeviz.export.slices import Slice

__all__ = ["JsonWriter", "columns_read", "writer"]


def writer(sink: BinaryIO, columns: tuple[str, ...] | None) -> JsonWriter:
    """A writer onto a sink; the bracket is opened at once."""
    return JsonWriter(sink, columns)


class JsonWriter:
    """Writes records as elements of an array."""

    def __init__(self, sink: BinaryIO, columns: tuple[str, ...] | None) -> None:
        self._sink = sink
        self._columns = columns
        self._separator = "\n"
        sink.write(b"[")

    def write(self, piece: Slice) -> None:
        """Write the records of a slice."""
        lines = json_texts(piece, self._columns)
        if lines:
            self._sink.write((self._separator + ",\n".join(lines)).encode())
            self._separator = ",\n"

    def finish(self) -> None:
        """Close the bracket."""
        self._sink.write(b"\n]\n")
