"""Opening an input as a stream of bytes, decompressed by content, that knows how far it has come."""

from __future__ import annotations

import gzip
import io
import select
import sys
import zlib
from pathlib import Path
from typing import IO, Any, cast

from omeviz.errors import SourceError
from omeviz.sources.inputs import Input, reason_of

_PATIENCE = 0.3
"""Seconds without anything new after which what a pipe has brought is shown."""

_GZIP = b"\x1f\x8b"


class _Counting(io.RawIOBase):
    """A raw stream that counts what was read from it, and can be given back its head."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._head = b""
        self.position = 0
        self.partial = False  # what is there is enough: more may be long in coming

    @property
    def number(self) -> int:
        """The file descriptor."""
        return self._stream.fileno()

    @property
    def has_head(self) -> bool:
        """Whether something was peeked at and not yet read."""
        return bool(self._head)

    def peek(self, size: int) -> bytes:
        """The first bytes, up to `size`, without consuming them."""
        while len(self._head) < size:
            more = self._stream.read(size - len(self._head))
            if not more:
                break
            self._head += more
        return self._head[:size]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        head, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
        rest = b"" if head and self.partial else self._stream.read(size - len(head) if size >= 0 else -1)
        data = head + (rest or b"")
        self.position += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class ByteStream:
    """The decompressed bytes of an input.

    Attributes:
        size: Bytes on disk, or None where unknown.
        compression: `gzip`, or empty.

    A pipe may be long in coming: `read` gives what is there, and `ready` tells whether it would have to wait.

    Raises:
        SourceError: On opening or reading, with the path and the reason.
    """

    def __init__(self, source: Input, stdin: IO[bytes] | None = None) -> None:
        self._source = source
        self._stdin = stdin
        self.size: int | None = None
        self.compression = ""
        try:
            self._raw = _Counting(self._open())
            if self._raw.peek(2) == _GZIP:
                self.compression = "gzip"
                self._stream: Any = gzip.GzipFile(fileobj=self._raw, mode="rb")
            else:
                self._stream = self._raw
            self._pipe = self._file_number() if self.size is None and not self.compression else None
            self._raw.partial = self._pipe is not None
        except (OSError, ValueError) as error:
            raise self._error(error) from error

    def _open(self) -> IO[bytes]:
        if self._source.path is None:
            if self._stdin is None and sys.stdin is None:
                raise OSError("it is closed")
            stream = self._stdin or sys.stdin.buffer
            return getattr(stream, "raw", stream)  # a buffer would wait until it is full
        path: Path = self._source.path
        if path.is_file():
            self.size = path.stat().st_size
            return path.open("rb")
        return cast(IO[bytes], path.open("rb", buffering=0))

    def _file_number(self) -> int | None:
        """The descriptor of a pipe that can be asked whether it has something; Windows cannot."""
        if sys.platform == "win32":
            return None
        try:
            return self._raw.number
        except (OSError, ValueError, AttributeError):
            return None

    def ready(self, patience: float = 0.0) -> bool:
        """Whether `read` would not have to wait; asks for so many seconds at most."""
        if self._pipe is None or self._raw.has_head:
            return True
        return bool(select.select([self._pipe], [], [], patience)[0])

    def sample(self, size: int) -> bytes:
        """The first bytes: `size` of them, or what has come when nothing more does for a moment."""
        data = self.read(size)
        while data and len(data) < size and self.ready(_PATIENCE):
            more = self.read(size - len(data))
            if not more:
                break
            data += more
        return data

    @property
    def position(self) -> int:
        """Bytes read from the disk so far, to compare with `size`."""
        return self._raw.position

    def read(self, size: int) -> bytes:
        """Up to `size` decompressed bytes; empty at the end."""
        try:
            data: bytes = self._stream.read(size)
            return data
        except (OSError, EOFError, zlib.error) as error:
            raise self._error(error) from error

    def close(self) -> None:
        """Release the file."""
        if self._source.path is not None:
            self._raw.close()

    def _error(self, error: Exception) -> SourceError:
        if isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile)):
            return SourceError(f"{self._source.shown}: the compressed data is damaged.", "Get the file again.")
        remedy = "Ask for permission to read it." if isinstance(error, PermissionError) else "Check the path."
        return SourceError(f"{self._source.shown} cannot be read: {reason_of(error)}.", remedy)
