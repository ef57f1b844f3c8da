"""The members of a ZIP archive whose directory, which stands at its end, is missing: a download that broke off."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO

from omeviz.sources.archive_zip import Member
from omeviz.sources.compression import Budget, Unpacked

_LOCAL = struct.Struct("<4s5H3L2H")
_MAGIC = b"PK\x03\x04"
_KNOWN_BEHIND = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"")
_SIZES_BEHIND, _UTF8 = 0x8, 0x800
_MOST_MEMBERS = 100_000
_BLOCK = 1 << 16


def members_in(file: IO[bytes], size: int, budget: Budget) -> list[Member]:
    """The members by their own headers (APPNOTE.TXT 4.3.7), as far as they follow one another.

    Args:
        file: The archive.
        size: Its bytes.
        budget: How much may come out: of a member that does not tell its size, the end must be looked for.

    Raises:
        OSError: Reading failed.
    """
    found: list[Member] = []
    at = 0
    while len(found) < _MOST_MEMBERS:
        file.seek(at)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(_MAGIC):
            break
        _, _, flags, method, _, _, checksum, packed, full, name_size, extra_size = _LOCAL.unpack(header)
        name = file.read(name_size).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        full, packed = _sizes64(file.read(extra_size), full, packed)
        start = at + _LOCAL.size + name_size + extra_size
        if start > size:
            break
        behind = 0
        if flags & _SIZES_BEHIND and not packed:
            packed, full, checksum = _measured(file, start, method, budget, size)
            behind = _descriptor_size(file, start + packed)
        packed = min(packed, max(0, size - start))
        found.append(Member(name.replace("\0", ""), full, packed, method, bool(flags & 1), at, checksum))
        at = start + packed + behind
    return found


def _sizes64(extra: bytes, full: int, packed: int) -> tuple[int, int]:
    """Both sizes where the ZIP64 field has them (APPNOTE.TXT 4.5.3)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1 and length >= 16 and len(extra) >= 20 and 0xFFFF_FFFF in (full, packed):
            return struct.unpack_from("<2Q", extra, 4)
        extra = extra[4 + length :]
    return full, packed


def _measured(file: IO[bytes], start: int, method: int, budget: Budget, size: int) -> tuple[int, int, int]:
    """Packed size, size and checksum of a deflated member, found by unpacking it; else all that is left."""
    if method != 8:
        return size - start, size - start, 0
    engine, full, checksum, fed = zlib.decompressobj(-15), 0, 0, 0
    try:
        for block in _blocks(file, start):
            fed += len(block)
            rest = block
            while rest and not engine.eof:
                data = engine.decompress(rest, 1 << 20)
                rest = engine.unconsumed_tail
                full += len(data)
                checksum = zlib.crc32(data, checksum)
                budget.spend(len(data), size)
            if engine.eof:
                return fed - len(engine.unused_data), full, checksum
    except (zlib.error, Unpacked):
        pass
    return size - start, full, checksum


def _blocks(file: IO[bytes], start: int) -> Iterator[bytes]:
    file.seek(start)
    while block := file.read(_BLOCK):
        yield block


def _descriptor_size(file: IO[bytes], at: int) -> int:
    """How many bytes stand between a member and the next: its sizes, in one of four forms."""
    file.seek(at)
    behind = file.read(28)
    return next((size for size in (16, 12, 24, 20) if behind[size : size + 4] in _KNOWN_BEHIND), 0)
