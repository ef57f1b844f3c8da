"""UTF-16 in which something is wrong: bytes that were lost or added, and lines of another encoding behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

CODECS = ("utf-16-le", "utf-16-be")
"""What is looked at here."""

ASCII_RUN = re.compile(rb"[\x09-\x7e]{16}")
"""So much of it is no accident."""

_NARROW = rb"(?:\xef\xbb\xbf)?[\x09-\x7e]{48}"
_NARROW_BEGUN = rb"(?:\xef(?:\xbb(?:\xbf[\x09-\x7e]{0,47})?)?|[\x09-\x7e]{0,47})"
_NARROW_START = re.compile(_NARROW)
_NARROW_PIECE = re.compile(_NARROW_BEGUN + rb"\Z")
_NARROW_LINES = {
    codec: (re.compile(end + b"(?=" + _NARROW + b")"), re.compile(end + b"(?=" + _NARROW_BEGUN + rb"\Z)"))
    for codec, end in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n"))
}
"""Line ends of UTF-16 behind which a line of ASCII or UTF-8 begins, or may begin where the block is cut. As UTF-16 the
48 bytes would be 24 rare characters without a blank."""

_LONGEST_PIECE = 64
_SHIFTED = 16
_ZEROS = bytes(_SHIFTED)
_LOST = {"utf-16-le": b"\xfd\xff", "utf-16-be": b"\xff\xfd"}


def aligned(blocks: Iterator[bytes], codec: str, tell: Callable[[], None]) -> Iterator[bytes]:
    """UTF-16 whose characters all begin at even bytes, even where a byte was lost or added.

    Behind such a place the zeros of ASCII stand where its letters should. The half of a character that is left
    becomes U+FFFD.

    Args:
        blocks: The bytes.
        codec: `utf-16-le` or `utf-16-be`.
        tell: Called at each such place.
    """
    little = codec == "utf-16-le"
    held = b""
    for block in blocks:
        data, start = held + block, 0
        while True:
            place = _shifted_at(data, start, little=little)
            if place is None:
                break
            tell()
            lone = place and (data[place - 1] != 0) == little
            # `lone`: the byte before belongs to what follows, and the one before that is all there is of another
            before, after = (place - 2, place - 1) if lone else (place, place + 1)
            yield data[start:before] + _LOST[codec]
            data, start = data[after:], 0
        stop = len(data) & ~1
        if stop and (data[stop - 1] != 0) == little:
            stop = max(start, stop - 2 * _SHIFTED)  # such a run may have begun, or begins with the next byte
        yield data[start:stop]
        held = data[stop:]
    yield held


def parted(blocks: Iterator[bytes], codec: str, tell: Callable[[], None]) -> tuple[Iterator[bytes], Iterator[bytes]]:
    """The blocks up to where lines of another encoding begin, and those from there on, to be read afterwards.

    Args:
        blocks: The bytes.
        codec: `utf-16-le` or `utf-16-be`.
        tell: Called where there are such lines.
    """
    narrow: list[bytes] = []
    starts, may_start = _NARROW_LINES[codec]

    def wide() -> Iterator[bytes]:
        held, at_start = b"", False
        for block in blocks:
            data = held + block
            start = 0 if at_start and _NARROW_START.match(data) else _even_end(starts, data)
            if start is not None:
                tell()
                narrow.append(data[start:])
                yield data[:start]
                return
            stop = len(data) & ~1
            if at_start and _NARROW_PIECE.match(data):
                stop = 0
            else:
                stop = _even_end(may_start, data, max(0, stop - _LONGEST_PIECE)) or stop
            at_start = at_start if not stop else _even_end(may_start, data[:stop], stop - 2) is not None
            held = data[stop:]
            yield data[:stop]
        yield held

    return wide(), chain(narrow, blocks)


def _shifted_at(data: bytes, start: int, *, little: bool) -> int | None:
    """The even place from which on a run of ASCII in UTF-16 is one byte off; None where there is none."""
    zeros, letters = (data[start::2], data[start + 1 :: 2]) if little else (data[start + 1 :: 2], data[start::2])
    at = zeros.find(_ZEROS)
    while at >= 0:
        run = ASCII_RUN.search(letters, at)
        if run is None:
            return None
        found = zeros.find(_ZEROS, run.start())
        if found == run.start():
            return start + 2 * found
        at = found
    return None


def _even_end(pattern: re.Pattern[bytes], data: bytes, start: int = 0) -> int | None:
    """Where the first match ends that begins at a whole character of UTF-16."""
    return next((match.end() for match in pattern.finditer(data, start) if not match.start() % 2), None)
