"""Looking for things in the bytes of many lines at once, without holding the interpreter for long meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omeviz.sources.arrays import Bytes, Places
from omeviz.sources.arrow_views import is_utf8

BLOCK = 1 << 19
"""Bytes that are looked at at once: few enough to stay in the processor's cache."""

_LF = ord("\n")
_LAST_ASCII = 0x7F
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


def may_hold(signs: Bytes, text: bytes) -> bool:
    """Whether a text may stand in bytes; False is certain.

    Wherever it stood, one of its first words would begin at a multiple of a word's length. While
    `bytes.find` looks, nothing else runs.

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
    """Where the lines begin that are no UTF-8: seldom there is any, which Polars tells quickly."""
    signs = np.frombuffer(data, np.uint8)
    if data.isascii() or is_utf8(signs):
        return []
    starts = np.append(0, places_of(signs, _LF) + 1)
    return [start for start, end in _not_ascii(signs, starts) if not _is_decoded(data[start:end])]


def _not_ascii(signs: Bytes, starts: Places) -> Iterator[tuple[int, int]]:
    """Where lines begin and end in which something is not ASCII."""
    numbers: list[Places] = []
    for start in range(0, len(signs), BLOCK):
        places = np.flatnonzero(signs[start : start + BLOCK] > _LAST_ASCII) + start
        numbers.append(np.unique(np.searchsorted(starts, places, side="right") - 1))
    found = np.unique(np.concatenate(numbers))
    ends = np.append(starts[1:], len(signs))
    return zip(starts[found].tolist(), ends[found].tolist(), strict=True)


def _is_decoded(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
