"""Lines and records that are longer than any export has: how much of them is kept, and where they end."""

from __future__ import annotations

LONGEST = 64 << 20
"""Bytes of a line, or characters of a record, at most: no export comes near it, and what is longer is no export."""

KEPT = 1 << 20
"""How much is kept of what is longer."""

TOO_LONG = f"longer than {LONGEST >> 20} MiB: only the first MiB was kept"


def line_end(data: bytes) -> int | None:
    """Where the first line end is; a CR at the very end may be half of one, and does not count."""
    places = data.find(b"\n"), data.find(b"\r", 0, max(0, len(data) - 1))
    return min((place for place in places if place >= 0), default=None)


def line_length(begun: bytes, data: bytes) -> int:
    """Bytes of a line that has begun and goes on, as far as they have come."""
    if begun.endswith(b"\r"):
        return len(begun) - 1
    end = line_end(data)
    return len(begun) + (len(data) - data.endswith(b"\r") if end is None else end)


def behind_lone(line: bytes, data: bytes) -> int:
    """Behind the last lone CR in what came before a block; 0 where there is none."""
    return line.rfind(b"\r", 0, len(line) - data.startswith(b"\n")) + 1


def whole_characters(data: bytes) -> bytes:
    """UTF-8 without a last character that is not whole."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return data[:-back] if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else data
    return data
