"""A ZIP archive: its members, and each of them as a stream.

The standard library reads the directory. The members' bytes are unpacked here, since `zipfile` loses what came
before a damage, knows no Zstandard, and sets no limit to what comes out.
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from omeviz.errors import SourceError
from omeviz.sources.compression import (
    MOST_UNPACKED,
    Budget,
    Damaged,
    Decompressor,
    Unpacked,
    Unpacking,
    decompressor,
    lzma_of_zip,
)
from omeviz.sources.folders import is_hidden
from omeviz.sources.inputs import unreadable

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
"""How an archive begins: with a member, or with the end of an empty directory."""

_LOCAL = struct.Struct("<4s5H3L2H")
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_TAIL = 65_536 + 256
_MOST_DIRECTORY = 64 << 20
"""Bytes of a directory; a million members fit into it."""

_METHODS = {8: "deflate", 12: "bzip2", 14: "lzma", 93: "zstd", 95: "xz"}
_UNKNOWN = {9: "Deflate64", 98: "PPMd", 6: "Implode", 1: "Shrink", 97: "WavPack", 96: "JPEG"}
_AES = 99


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive.

    Attributes:
        name: As the archive has it, with `/` between folders. It is only ever shown, never used as a path.
        size: Bytes of what is in it.
        packed: Bytes it takes in the archive.
        method: The number of its compression (APPNOTE.TXT 4.4.5).
        encrypted: A password is needed.
        offset: Where its local header begins.
        checksum: The CRC-32 of what is in it.
    """

    name: str
    size: int
    packed: int
    method: int
    encrypted: bool
    offset: int
    checksum: int

    @property
    def is_noise(self) -> bool:
        """A folder, or what macOS and hidden files leave in archives."""
        parts = self.name.split("/")
        return not parts[-1] or any(is_hidden(part) for part in parts if part not in (".", ".."))

    @property
    def refusal(self) -> str:
        """Why it cannot be read, or empty."""
        if self.encrypted or self.method == _AES:
            return "is encrypted"
        if self.method and self.method not in _METHODS:
            return f"is compressed by {_UNKNOWN.get(self.method, f'method {self.method}')}, which omeviz cannot read"
        return ""


class ZipArchive:
    """An archive that is opened again whenever it was closed.

    Args:
        opener: Opens its bytes: seekable.
        shown: What a user calls it, for messages.
        limit: Bytes from which on what comes out of it is compared with its size; None: anything goes.

    Attributes:
        members: All of them, in the archive's order.
        damage: What is wrong with the archive as a whole, or empty.
        size: Its bytes.

    Raises:
        SourceError: It cannot be opened, or nothing of an archive is in it.
    """

    def __init__(self, opener: Callable[[], IO[bytes]], shown: str, limit: int | None = MOST_UNPACKED) -> None:
        self._opener = opener
        self._file: IO[bytes] | None = None
        self.shown = shown
        self.budget = Budget(limit)
        self.damage = ""
        try:
            file = self.file()
            self.size = file.seek(0, io.SEEK_END)
            self.members = self._directory(file, limit)
        except OSError as error:
            self.close()
            raise unreadable(shown, error) from error
        except BaseException:
            self.close()
            raise

    def _directory(self, file: IO[bytes], limit: int | None) -> Sequence[Member]:
        import zipfile

        if limit is not None and _directory_size(file, self.size) > _MOST_DIRECTORY:
            raise SourceError(f"{self.shown} has more members than an archive of exports.", "Unpack it first.")
        try:
            # No `with`: the file stays open.
            found = zipfile.ZipFile(file).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError, struct.error):
            from omeviz.sources.archive_salvage import members_in

            self.damage = "its directory is missing or damaged"
            members = members_in(file, self.size, self.budget)
            if not members:
                raise SourceError(f"{self.shown}: the archive is damaged.", "Get the file again.") from None
            return members
        return [
            Member(
                info.filename,
                info.file_size,
                info.compress_size,
                info.compress_type,
                bool(info.flag_bits & 1),
                info.header_offset,
                info.CRC,
            )
            for info in found
        ]

    def file(self) -> IO[bytes]:
        """Its bytes, open."""
        if self._file is None:
            self._file = self._opener()
        return self._file

    def member(self, name: str) -> Member | None:
        """The member of a name, in any case."""
        wanted = name.lstrip("/").lower()
        return next((member for member in self.members if member.name.lower() == wanted), None)

    def open(self, member: Member) -> MemberStream:
        """What is in a member.

        Raises:
            SourceError: It is encrypted, or compressed in a way that is not known.
            OSError: Reading failed.
        """
        if member.refusal:
            remedy = "Unpack the archive, and name the files."
            raise SourceError(f"{self.shown}/{member.name} {member.refusal}.", remedy)
        return MemberStream(self, member)

    def detach(self) -> IO[bytes]:
        """Hand its open file over to whoever asks."""
        file, self._file = self.file(), None
        return file

    def close(self) -> None:
        """Release the file; opening a member opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None


class _Slice:
    """Some bytes of an archive."""

    def __init__(self, archive: ZipArchive, start: int, size: int) -> None:
        self._archive = archive
        self._at = start
        self._stop = start + size
        self.position = 0

    def read(self, size: int) -> bytes:
        """Up to so many bytes."""
        file = self._archive.file()
        file.seek(self._at)
        data = file.read(max(0, min(size, self._stop - self._at)))
        self._at += len(data)
        self.position += len(data)
        return data


class MemberStream(io.RawIOBase):
    """What is in a member, checked at its end.

    Attributes:
        size: Bytes it takes in the archive.
    """

    def __init__(self, archive: ZipArchive, member: Member) -> None:
        self._member = member
        self._archive = archive
        self.size = member.packed
        self._sum = 0
        self._spent_before = archive.budget.spent
        # A size above 4 GiB may be stated wrongly, and the stream knows its end; LZMA's may not.
        self._left = member.size if _METHODS.get(member.method) == "lzma" else sys.maxsize
        header = _Slice(archive, member.offset, _LOCAL.size).read(_LOCAL.size) if member.offset >= 0 else b""
        if len(header) < _LOCAL.size or not header.startswith(MAGICS[0]):
            raise Damaged("its header is not where the directory says")
        start = member.offset + _LOCAL.size + sum(_LOCAL.unpack(header)[-2:])
        self._packed = _Slice(archive, start, member.packed)
        self._stream = self._packed if not member.method else self._unpacking()

    def _unpacking(self) -> Unpacking:
        name = _METHODS[self._member.method]
        engine: Decompressor = lzma_of_zip(self._packed.read(9)) if name == "lzma" else decompressor(name)
        return Unpacking(self._packed, name, self._archive.budget, lambda: self._archive.size, first=engine)

    @property
    def position(self) -> int:
        """Bytes of the archive taken so far."""
        return self._packed.position

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes.

        Raises:
            Damaged: After everything that came before the damage.
            Unpacked: Far more comes out than is in the archive.
        """
        if size < 0:
            return self.readall()
        budget = self._archive.budget
        try:
            data = self._stream.read(min(size, self._left))
            if self._stream is self._packed:
                budget.spend(len(data), self._archive.size)
        except Unpacked:
            budget.forgive(self._spent_before)
            raise
        self._left -= len(data)
        self._sum = zlib.crc32(data, self._sum)
        if size and not data and self._sum != self._member.checksum:
            raise Damaged("its checksum is wrong")
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Read into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _directory_size(file: IO[bytes], size: int) -> int:
    """How many bytes the directory takes by what the archive's end says; 0 where it says nothing."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 16:
        return 0
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    if stated == 0xFFFF_FFFF:
        at = tail.rfind(_END64)
        stated = int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else 0
    return min(stated, size)


WORKBOOK = "an Excel workbook"
"""The one kind of document whose sheets are read."""

_OFFICE = (
    ("xl/workbook", WORKBOOK),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("visio/", "a Visio drawing"),
)


def document_in(names: Iterable[str]) -> str:
    """What kind of document an archive is, in words, by its members' names; empty where it is none.

    ECMA-376 part 2: a package of Office has `[Content_Types].xml`.
    """
    found = {name.lower() for name in names}
    if "[content_types].xml" in found:
        if "xl/workbook.bin" in found:
            return "a binary Excel workbook (.xlsb)"
        for start, kind in _OFFICE:
            if any(name.startswith(start) for name in found):
                return kind
        return "an Office document"
    if "mimetype" in found and "content.xml" in found:
        return "an OpenDocument file"
    if "index/document.iwa" in found or "index.zip" in found:
        return "an Apple iWork document"
    return ""
