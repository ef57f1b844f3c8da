"""Looking for things in the bytes of many lines at once, without holding the interpreter for long meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omeviz.sources.arrays import Bytes, Places
from omeviz.sources.arrow_views import is_utf8

BLOCK = 1 << 19
"""Bytes that are looked at at once: few enough to stay in the processor's cache."""

_PIECE = 1 << 16
"""Bytes that Python checks for their encoding at once, at least a line."""

_WORD = 4
"""Bytes that are compared at once."""


def places_of(signs: Bytes, sign: int) -> Places:
    """Where a byte stands."""
    scratch = np.empty(min(BLOCK, len(signs)), np.bool_)
    found: list[Places] = [np.zeros(0, np.int64)]
    for start in range(0, len(signs), BLOCK):
        block = signs[start : start + BLOCK]
        found.append(np.flatnonzero(np.equal(block, sign, out=scratch[: len(block)])) + start)
    return np.concatenate(found)


def holds(signs: Bytes, text: bytes) -> bool:
    """Whether a text may stand in bytes; where it does not, this is mostly known quickly.

    Wherever it stood, one of its first words would begin at a multiple of a word's length. `bytes.find` takes twice
    as long, and nothing else runs meanwhile.

    Args:
        signs: Where to look.
        text: What for; at least two words less one byte.
    """
    words = [np.frombuffer(text[place : place + _WORD], np.uint32)[0] for place in range(_WORD)]
    whole = signs[: len(signs) // _WORD * _WORD].view(np.uint32)
    step = BLOCK // _WORD
    scratch = np.empty(min(step, len(whole)), np.bool_)
    for start in range(0, len(whole), step):
        block = whole[start : start + step]
        found = scratch[: len(block)]
        if any(np.equal(block, word, out=found).any() for word in words):
            return True
    return False


def no_utf8(data: bytes) -> list[int]:
    """Where the lines begin that are no UTF-8.

    Asked of Polars first, which is quick and does not hold the interpreter; Python is quicker to tell where they are.
    """
    if data.isascii() or is_utf8(np.frombuffer(data, np.uint8)):
        return []
    found: list[int] = []
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _PIECE) + 1 or data.find(b"\n", start) + 1 or len(data)
        found += _no_utf8_among(data, start, end)
        start = end
    return found


def _no_utf8_among(data: bytes, start: int, end: int) -> Iterator[int]:
    """The same for some whole lines."""
    while True:
        try:
            data[start:end].decode()
        except UnicodeDecodeError as error:
            place = start + error.start
            yield data.rfind(b"\n", start, place) + 1 or start
            start = data.find(b"\n", place, end) + 1 or end
        else:
            return
