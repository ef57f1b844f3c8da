"""JSON objects whose texts hold JSON, with the escapes of these texts undone: it can be read where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from omeviz.sources.arrays import Bytes, Places
from omeviz.sources.byte_search import places_of
from omeviz.sources.line_batch import Written
from omeviz.sources.line_form import MARK_BYTE

_MARK, _OTHER = MARK_BYTE[0], 4
_QUOTE, _BACKSLASH, _SLASH, _U = b'"\\/u'
_SEVERAL: dict[bytes, int] = {b"003c": ord("<"), b"003e": ord(">"), b"0026": ord("&"), b"0027": ord("'")}
"""What Windows PowerShell 5.1 escapes by its number."""

_BLOCK = 1 << 19
"""Bytes that are looked at at once."""

_AS_NUMBER = {int.from_bytes(digits, "big"): sign for digits, sign in _SEVERAL.items()}


def with_marks(written: Written) -> Written | None:
    """Lines with escapes undone, but for quotes, which have a mark; None where that cannot be told.

    An escape that is not undone leaves a control character, so that nothing proves its line.

    Args:
        written: UTF-8.
    """
    if bytes([_OTHER]) in written.data:
        return None
    signs = np.frombuffer(written.data, np.uint8)
    escapes = _escapes(signs)
    if not len(escapes):
        return written
    kinds = signs[escapes + 1]
    changes = [(escapes, np.where(kinds == _QUOTE, np.uint8(_MARK), np.uint8(_OTHER)))]
    others = np.flatnonzero(kinds != _QUOTE)
    kinds, escapes = kinds[others], escapes[others]
    gone = [escapes[(kinds == _BACKSLASH) | (kinds == _SLASH)]]
    numbers = escapes[kinds == _U]
    numbers = numbers[numbers + 5 < len(signs)]
    if len(numbers):
        digits = sum(signs[numbers + 2 + place].astype(np.int64) << (24 - 8 * place) for place in range(4))
        for number, sign in _AS_NUMBER.items():
            found = numbers[digits == number]
            changes.append((found + 5, np.full(len(found), sign, np.uint8)))
            gone.append((found[:, None] + np.arange(5)).ravel())
    return _without(written, changes, np.sort(np.concatenate(gone)))


def _escapes(signs: Bytes) -> Places:
    """Where backslashes stand that escape what follows: in a row of them every second one does not."""
    places = places_of(signs, _BACKSLASH)
    if len(places) and places[-1] == len(signs) - 1:
        places = places[:-1]
    following = np.flatnonzero(np.diff(places) == 1)  # the next one stands right behind
    if not len(following):
        return places
    first = np.flatnonzero(np.append(True, np.diff(following) != 1))
    within = np.arange(len(following)) - np.repeat(first, np.diff(np.append(first, len(following))))
    left: Places = np.delete(places, following[within % 2 == 0] + 1)
    return left


def _without(written: Written, changes: Sequence[tuple[Places, Bytes]], gone: Places) -> Written:
    """Lines with other bytes at some places, and without some: in blocks that stay in the processor's cache.

    Args:
        written: The lines.
        changes: Places, ascending, and what stands there.
        gone: Places of bytes that are left out, ascending.
    """
    signs = np.frombuffer(written.data, np.uint8)
    data = bytearray(len(signs) - len(gone))
    shown = np.frombuffer(data, np.uint8)
    block, kept = np.empty(_BLOCK, np.uint8), np.empty(_BLOCK, np.bool_)
    edges = np.arange(0, len(signs) + _BLOCK, _BLOCK)
    cuts = [np.searchsorted(places, edges) for places, _ in changes]
    left_out = np.searchsorted(gone, edges)
    at = 0
    for number, start in enumerate(range(0, len(signs), _BLOCK)):
        length = min(_BLOCK, len(signs) - start)
        block[:length] = signs[start : start + length]
        for (places, instead), cut in zip(changes, cuts, strict=True):
            here = slice(cut[number], cut[number + 1])
            block[places[here] - start] = instead[here]
        absent = gone[left_out[number] : left_out[number + 1]] - start
        kept[:length] = True
        kept[absent] = False
        shown[at : at + length - len(absent)] = block[:length][kept[:length]] if len(absent) else block[:length]
        at += length - len(absent)
    starts = written.starts - np.searchsorted(gone, written.starts)
    return Written(data, starts, written.ends - np.searchsorted(gone, written.ends))
