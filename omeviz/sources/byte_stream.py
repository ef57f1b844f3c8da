"""Opening an input as a stream of bytes, decompressed by content, that knows how far it has come."""

from __future__ import annotations

import io
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from omeviz.errors import SourceError
from omeviz.sources.compression import (
    MAGIC_SIZE,
    MOST_UNPACKED,
    Budget,
    Damaged,
    Reader,
    Unpacked,
    Unpacking,
    compression_of,
    may_be_compressed,
)
from omeviz.sources.inputs import Input, raw_stdin, unreadable

if TYPE_CHECKING:
    from omeviz.sources.archive_zip import MemberStream

_PATIENCE = 0.3
"""Seconds without anything new after which what a pipe has brought is shown."""

_LAYERS = 2
"""How many compressions around one another are undone: a download may have added one."""

_BLOCK = 1 << 20
_IN_MEMORY = 32 << 20


class PeekStream(io.RawIOBase):
    """A raw stream that counts what was read from it, and can be looked into without reading."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._head = b""
        self.position = 0
        self.partial = False  # what is there is enough: more may be long in coming

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
        """It is."""
        return True

    def fileno(self) -> int:
        """The file descriptor."""
        return self._stream.fileno()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        head, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
        rest = b"" if head and self.partial else self._stream.read(size - len(head) if size >= 0 else -1)
        data = head + (rest or b"")
        self.position += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Read into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what it reads."""
        if not self.closed:
            self._stream.close()
        super().close()


class ByteStream:
    """The decompressed bytes of an input.

    What came before a failure is given, then the stream ends as if nothing had been wrong, so that every reader
    keeps its rows: whoever reads asks for `failure` at the end.

    Args:
        source: What to open.
        stdin: Where standard input's bytes are read from; None is the process's own.
        limit: Bytes from which on what was unpacked is compared with what was read; None: anything goes.

    Attributes:
        size: Bytes on disk (of a member: in its archive), or None where unknown.
        compression: `gzip`, `bzip2`, `xz` or `zstd`, outermost first with `+` between; or empty.
        failure: Why the stream ended too early, or None.

    A pipe may be long in coming: `read` gives what is there, and `ready` tells whether it would have to wait.

    Raises:
        SourceError: On opening, with the path and the reason; on reading where nothing was read before.
    """

    def __init__(self, source: Input, stdin: IO[bytes] | None = None, *, limit: int | None = MOST_UNPACKED) -> None:
        self._source = source
        self._stdin = stdin
        self._limit = limit
        self._came = 0
        self._before: os.stat_result | None = None
        self._member: MemberStream | None = None
        self.size: int | None = None
        self.compression = ""
        self.failure: SourceError | None = None
        if source.failure is not None:
            raise source.failure
        try:
            self._raw = self._open()
            self._pipe = self._file_number() if self.size is None else None
            self._stream: Reader = self._unpacked(Budget(limit))
            self._raw.partial = self._pipe is not None
        except (OSError, ValueError, Damaged, Unpacked) as error:
            raise self._error(error) from error

    def _open(self) -> PeekStream:
        source = self._source
        if source.opened is not None:
            if isinstance(source.opened, PeekStream):
                return source.opened
            self.size = source.opened.seek(0, io.SEEK_END)  # a temporary copy
            source.opened.seek(0)
            return PeekStream(source.opened)
        if source.archive is not None and source.entry is not None:
            self._member = source.archive.open(source.entry)
            self.size = self._member.size
            return PeekStream(cast(IO[bytes], self._member))
        if source.path is None:
            return PeekStream(raw_stdin(self._stdin))
        path: Path = source.path
        if path.is_file():
            stream = PeekStream(path.open("rb"))
            self._before = os.fstat(stream.fileno())
            self.size = self._before.st_size
            return stream
        return PeekStream(path.open("rb", buffering=0))

    def _unpacked(self, budget: Budget) -> Reader:
        stream: Any = self._raw
        for _ in range(_LAYERS):
            try:
                name = compression_of(stream.peek(MAGIC_SIZE)) if may_be_compressed(stream.peek(2)) else ""
            except (Damaged, Unpacked):
                break  # told when it is read
            if not name:
                break
            self.compression += f"+{name}" if self.compression else name
            unpacking = Unpacking(stream, name, budget, lambda: self._raw.position, ready=self._raw_ready)
            stream = PeekStream(cast(IO[bytes], unpacking))
        if stream is not self._raw:
            stream.partial = True
        return cast(Reader, stream)

    def _raw_ready(self) -> bool:
        """Whether the compressed bytes would not have to wait."""
        return self._pipe is None or self._raw.has_head or bool(select.select([self._pipe], [], [], 0)[0])

    def _file_number(self) -> int | None:
        """The descriptor of a pipe that can be asked whether it has something; Windows cannot."""
        if sys.platform == "win32":
            return None
        try:
            return self._raw.fileno()
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
        return self._raw.position if self._member is None else self._member.position

    def read(self, size: int) -> bytes:
        """Up to `size` decompressed bytes; empty at the end, and where reading on fails."""
        if self.failure is not None:
            return b""
        try:
            data: bytes = self._stream.read(size)
        except (OSError, ValueError, Damaged, Unpacked) as error:
            self.failure = self._error(error)
            if not self._came:
                raise self.failure from error
            return b""
        self._came += len(data)
        if size and not data:
            self.failure = self._shrunk()
        return data

    def whole(self, head: bytes = b"") -> IO[bytes]:
        """Everything as a file with positions, for readers that must jump: the file itself, or a temporary copy.

        Args:
            head: What was already read from the stream.

        Raises:
            SourceError: Reading failed.
        """
        import tempfile

        if not self.compression and self.size is not None and self._source.entry is None:
            if self._source.opened is not None:
                self._source.opened.seek(0)
                return self._source.opened
            if self._source.path is not None:
                return self._reopened(self._source.path)
        copy = cast(IO[bytes], tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  # the caller closes it
        try:
            copy.write(head)
            while data := self.read(_BLOCK):
                copy.write(data)
            copy.seek(0)
        except OSError as error:
            copy.close()
            raise unreadable(self._source.shown, error) from error
        except BaseException:
            copy.close()
            raise
        return copy

    def _reopened(self, path: Path) -> IO[bytes]:
        try:
            return path.open("rb")
        except OSError as error:
            raise self._error(error) from error

    def notes(self) -> Iterator[str]:
        """What happened to the file while it was read, one sentence without full stop each."""
        before = self._before
        if before is None or self._raw.closed or not before.st_size:
            return
        now = os.fstat(self._raw.fileno())
        if now.st_size > before.st_size:
            yield f"the file grew from {before.st_size:,} to {now.st_size:,} bytes while it was read"
        elif now.st_mtime_ns != before.st_mtime_ns:
            yield "the file was written to while it was read"

    def close(self) -> None:
        """Release the file."""
        if self._source.path is not None or self.size is not None:
            self._raw.close()

    def _shrunk(self) -> SourceError | None:
        """The error where a file ends before the size it had."""
        if self._before is None or self.position >= self._before.st_size:
            return None
        message = f"{self._source.shown} was cut while it was read, after {self.position:,} of {self.size:,} bytes."
        return SourceError(message, "Load it again when nothing writes to it.")

    def _error(self, error: Exception) -> SourceError:
        shown = self._source.shown
        if isinstance(error, Unpacked):
            return SourceError(f"{shown}: {error}.", "--no-size-limit reads it all the same.")
        if isinstance(error, Damaged):
            came = ", but what came before was read" if self._came else ""
            return SourceError(f"{shown}: the compressed data is damaged{came}: {error}.", "Get the file again.")
        return unreadable(shown, error)
