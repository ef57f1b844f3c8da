"""Where lines end: LF, CR LF or a lone CR. Searches for one byte are quick; counts, and searches for two, are not."""

from __future__ import annotations


def has_lone_cr(text: str) -> bool:
    """Whether a CR stands anywhere but before an LF."""
    place = text.find("\r")
    while place >= 0:
        if text[place + 1 : place + 2] != "\n":
            return True
        place = text.find("\r", place + 1)
    return False


def lines_ended(data: bytes, start: int, stop: int) -> int:
    """How many lines end in a part of some bytes."""
    count, place = 0, data.find(b"\n", start, stop)
    while place >= 0:
        count += 1
        place = data.find(b"\n", place + 1, stop)
    place = data.find(b"\r", start, stop)
    while place >= 0:
        count += not data.startswith(b"\n", place + 1, stop)
        place = data.find(b"\r", place + 1, stop)
    return count
