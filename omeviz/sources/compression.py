"""Compressed bytes, known by how they begin, as a stream of what is in them.

A stream gives everything that came before a damage, and only then the error: each decompressor is fed in small
pieces, since it keeps nothing of the piece it fails on. What comes out is counted against a budget.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any, Protocol

MOST_UNPACKED = 1 << 30
"""Bytes that may come out of anything, however small it is."""

MOST_RATIO = 200
"""How many times its size may come out of something beyond that; audit records shrink to a 20th or a 60th."""

_MEMORY = 256 << 20
"""Bytes a decompressor may ask for; `xz -9` needs 65 MiB."""

_READ = 1 << 16
_PIECE = 2048
_FIRST_PIECE = 16

MAGIC_SIZE = 10
"""Bytes that tell every compression."""


class Damaged(Exception):
    """The compressed data is damaged or ends too early."""


class Unpacked(Exception):
    """Far more comes out than went in."""


class Reader(Protocol):
    """Something that gives up to so many bytes; empty at the end."""

    def read(self, size: int, /) -> bytes:
        """Up to so many bytes."""


class Decompressor(Protocol):
    """What `bz2`, `lzma` and `compression.zstd` have in common."""

    @property
    def eof(self) -> bool:
        """The end of a compressed stream was reached."""

    @property
    def needs_input(self) -> bool:
        """More can only come out when more goes in."""

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Up to so many bytes."""


_MOST_FORGIVEN = 8
"""Members of an archive that may be refused before all others are too."""


class Budget:
    """How much may come out of so little, so that a small file cannot fill memory or disk.

    Args:
        limit: Bytes from which on the ratio counts; None: anything goes.
    """

    def __init__(self, limit: int | None = MOST_UNPACKED) -> None:
        self.limit = limit
        self._out = 0
        self._forgiven = 0

    @property
    def spent(self) -> int:
        """Bytes that came out so far."""
        return self._out

    def forgive(self, spent: int) -> None:
        """Go back to what was spent before something was refused, so that its neighbours are not; a few times."""
        self._forgiven += 1
        if self._forgiven <= _MOST_FORGIVEN:
            self._out = spent

    def spend(self, size: int, taken: int) -> None:
        """Count so many bytes that came out of a source of which so many bytes were read in all.

        Raises:
            Unpacked: That is too much.
        """
        self._out += size
        if self.limit is not None and self._out > self.limit and self._out > MOST_RATIO * taken:
            raise Unpacked(f"it unpacks to more than {MOST_RATIO} times its size and {self.limit / 2**30:.3g} GiB")


def compression_of(head: bytes) -> str:
    """`gzip`, `bzip2`, `xz` or `zstd` by the first `MAGIC_SIZE` bytes; empty where it is none of them."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head[:3] == b"BZh" and b"1" <= head[3:4] <= b"9" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and b"\x50" <= head[:1] <= b"\x5f"):
        return "zstd"  # the second one begins with a frame to be skipped
    return ""


def may_be_compressed(start: bytes) -> bool:
    """Whether the first two bytes may begin something compressed."""
    return start in (b"\x1f\x8b", b"BZ", b"\xfd7", b"\x28\xb5") or (start[1:] == b"\x2a" and 0x50 <= start[0] <= 0x5F)


class Deflate:
    """Zlib's decompressor with the others' manners.

    Args:
        wbits: 31 for gzip, -15 for the bare stream in a ZIP archive.
    """

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        """The end was reached."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """More can only come out when more goes in."""
        return not self._full and not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Up to so many bytes; zlib's own error where it is damaged."""
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(out) == max_length
        return out


def decompressor(name: str) -> Decompressor:
    """A decompressor for one stream of a compression that `compression_of` names, or `deflate`."""
    if name == "deflate":
        return Deflate(-15)
    if name == "gzip":
        return Deflate(31)
    if name == "bzip2":
        import bz2

        return bz2.BZ2Decompressor()
    if name == "xz":
        import lzma

        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
    zstd: Any
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    unpacking: Decompressor = zstd.ZstdDecompressor()
    return unpacking


def lzma_of_zip(header: bytes) -> Decompressor:
    """A decompressor for a ZIP member compressed by LZMA.

    Args:
        header: Its first nine bytes: version, size of the properties, and those (APPNOTE.TXT 5.8.8).
    """
    import lzma

    if len(header) < 9 or int.from_bytes(header[2:4], "little") != 5:
        raise Damaged("the LZMA header is wrong")
    rest, lc = divmod(header[4], 9)
    pb, lp = divmod(rest, 5)
    size = int.from_bytes(header[5:9], "little")
    if pb > 4 or lc + lp > 4 or size > _MEMORY:
        raise Damaged("the LZMA header is wrong")
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)


class Unpacking:
    """What is in a compressed stream, several such streams one after another included.

    Args:
        raw: The compressed bytes.
        name: How they are compressed.
        budget: How much may come out.
        taken: How many bytes were read of the whole source so far.
        ready: Whether `raw` would not have to wait.
        first: The decompressor of a stream that no other follows; what stands behind it is left alone.
    """

    def __init__(
        self,
        raw: Reader,
        name: str,
        budget: Budget,
        taken: Callable[[], int],
        *,
        ready: Callable[[], bool] = lambda: True,
        first: Decompressor | None = None,
    ) -> None:
        self._raw = raw
        self._name = name
        self._budget = budget
        self._taken = taken
        self._ready = ready
        self._single = first is not None
        self._engine = first or decompressor(name)
        self._pending = b""
        self._at = 0
        self._fed = 0
        self._ended = False
        self._error: Exception | None = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer where more is long in coming, none at the end.

        Raises:
            Damaged: After everything that came before the damage was given.
            Unpacked: Likewise, far more comes out than went in.
            OSError: Reading failed.
        """
        parts: list[bytes] = []
        wanted = size
        while wanted and not self._ended and self._error is None:
            if parts and self._engine.needs_input and self._at >= len(self._pending) and not self._ready():
                break
            try:
                part = self._more(wanted)
                self._budget.spend(len(part), self._taken())
            except (Damaged, Unpacked, OSError) as error:
                self._error = error
                break
            if part:
                parts.append(part)
                wanted -= len(part)
        if self._error is not None and not parts:
            raise self._error
        return b"".join(parts)

    def close(self) -> None:
        """Nothing of its own is open."""

    def _more(self, size: int) -> bytes:
        if self._engine.eof and not self._next_stream():
            self._ended = True
            return b""
        piece = b""
        if self._engine.needs_input:
            piece = self._piece()
            if not piece:
                raise Damaged("it ends too early")
        try:
            return self._engine.decompress(piece, size)
        except Exception as error:  # each decompressor has errors of its own
            raise Damaged(str(error)) from error

    def _piece(self) -> bytes:
        """A little of the compressed bytes: what comes out of it is lost where it is damaged."""
        if self._at >= len(self._pending):
            self._pending, self._at = self._raw.read(_READ), 0
        size = min(_PIECE, max(_FIRST_PIECE, self._fed // 8))
        piece = self._pending[self._at : self._at + size]
        self._at += len(piece)
        self._fed += len(piece)
        return piece

    def _next_stream(self) -> bool:
        """Whether another compressed stream follows; zeros between them are padding."""
        if self._single:
            return False
        rest = (self._engine.unused_data + self._pending[self._at :]).lstrip(b"\0")
        while len(rest) < MAGIC_SIZE:
            more = self._raw.read(_READ)
            if not more:
                break
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if compression_of(rest) != self._name:
            raise Damaged("something else follows it")
        self._pending, self._at = rest, 0
        self._engine = decompressor(self._name)
        return True
