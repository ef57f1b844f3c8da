"""SHA-256 of files and of what was read, a piece at a time, so that it can be stopped and never fills the memory."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from omeviz.summary import SourceSummary

_PIECE = 4 * 1024 * 1024  # bytes; hashing lets other threads run meanwhile


class HashingStopped(Exception):
    """`should_stop` said so."""


@dataclass(frozen=True, slots=True)
class FileHash:
    """A file's bytes on disk.

    Attributes:
        sha256: In lower-case hexadecimal.
        size: How many bytes were hashed.
        modified: When the file was last changed, in seconds since 1970 (UTC), as it stood when hashing ended.
    """

    sha256: str
    size: int
    modified: float


def hash_of(
    path: Path, should_stop: Callable[[], bool] | None = None, progress: Callable[[int], None] | None = None
) -> FileHash:
    """Hash a file.

    Args:
        path: A regular file; anything else could keep the reader waiting for ever.
        should_stop: Asked between pieces.
        progress: Called with the number of bytes so far, after every piece.

    Raises:
        HashingStopped: `should_stop` said so.
        OSError: It cannot be read, or is no regular file.
        ValueError: No file can have such a name.
    """
    if not path.is_file():
        path.stat()  # says what is wrong where nothing is there
        raise OSError(0, "it is no regular file")
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is no regular file")
        while piece := file.read(_PIECE):
            if should_stop is not None and should_stop():
                raise HashingStopped
            digest.update(piece)
            size += len(piece)
            if progress is not None:
                progress(size)
        return FileHash(digest.hexdigest(), size, os.fstat(file.fileno()).st_mtime)


def sha256_of(path: Path, should_stop: Callable[[], bool] | None = None) -> str:
    """A file's SHA-256 in lower-case hexadecimal; raises as `hash_of` does."""
    return hash_of(path, should_stop).sha256


class HashedInput(io.RawIOBase):
    """A stream whose bytes are hashed while they are read: a pipe cannot be read a second time.

    Args:
        stream: An open binary stream; it is left open.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: IO[bytes] = getattr(stream, "raw", stream)  # a buffer would wait until it is full
        self._digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The stream's descriptor, for asking whether a pipe has something."""
        return self._stream.fileno()

    def read(self, size: int = -1) -> bytes:
        """What is there, up to `size` bytes."""
        data = self._stream.read(size) or b""
        self._digest.update(data)
        self.size += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Read into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    @property
    def sha256(self) -> str:
        """Of the bytes read so far, in lower-case hexadecimal."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class SourceHash:
    """What is known of a source's bytes.

    Attributes:
        sha256: In lower-case hexadecimal, or None.
        size: Bytes, or None.
        reason: Why there is no hash, or empty.
        changed: The file is not as it was when its records were read.
    """

    sha256: str | None
    size: int | None
    reason: str = ""
    changed: bool = False


class SourceHashes:
    """Hashes of sources, each file read once as long as it stays as it is.

    Args:
        stdin: Standard input's bytes as they were read, where they were hashed.
    """

    def __init__(self, stdin: HashedInput | None = None) -> None:
        self._stdin = stdin
        self._known: dict[tuple[Path, int, float], FileHash] = {}

    def of(
        self,
        source: SourceSummary,
        should_stop: Callable[[], bool] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> SourceHash:
        """The hash of a source; never raises for a file that cannot be read.

        Raises:
            HashingStopped: `should_stop` said so.
        """
        if source.path is None:
            if self._stdin is not None:
                return SourceHash(self._stdin.sha256, self._stdin.size)
            return SourceHash(None, source.size, "standard input cannot be read a second time")
        try:
            found = self._of_file(source.path, should_stop, progress)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            was_file = source.modified is not None
            return SourceHash(None, source.size, f"it cannot be read a second time: {reason}", changed=was_file)
        changed = source.modified is not None and found.modified != source.modified
        if source.size is not None and PurePath(source.name).name == source.path.name:  # else the size of a member
            changed = changed or found.size != source.size
        return SourceHash(found.sha256, found.size, "", changed)

    def _of_file(
        self, path: Path, should_stop: Callable[[], bool] | None, progress: Callable[[int], None] | None
    ) -> FileHash:
        status = path.stat()
        known = self._known.get((path, status.st_size, status.st_mtime))
        if known is None:
            known = hash_of(path, should_stop, progress)
            self._known[path, known.size, known.modified] = known
        return known
