"""Texts cut out of a buffer for many rows at once: comparing them, dropping what is between them, columns of them.

A text of a row is a run of bytes. Columns point into the buffer they were cut from, so a value that stands inside a
longer text takes no memory of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from omeviz.sources.arrays import Bytes, Flags, Places
from omeviz.sources.arrow_views import INLINE, Views, flags_column

BLOCK = 64
"""Bytes that are handled at once, at most."""

Span = tuple[Places, Places]
"""Where something begins and ends in each row."""

_MASKS: Bytes = np.where(np.arange(INLINE) < np.arange(INLINE + 1)[:, None], 255, 0).astype(np.uint8)
"""For each length what is kept of the bytes that stand in a view."""


def all_are(buffer: Bytes, places: Places, text: bytes) -> Flags | None:
    """Whether a text stands at each place; None: everywhere. The places must leave room for it.

    Args:
        buffer: Where to look.
        places: Where the text should begin.
        text: What should stand there.
    """
    if not text:
        return None
    found, expected = _runs(buffer, len(text))[places].tobytes(), text * len(places)
    if found == expected:
        return None
    differs = np.frombuffer(found, np.uint8) != np.frombuffer(expected, np.uint8)
    if np.count_nonzero(differs) > len(places):
        equal: Flags = ~differs.reshape(len(places), len(text)).any(axis=1)
    else:
        equal = np.ones(len(places), np.bool_)
        equal[np.flatnonzero(differs) // len(text)] = False
    return equal


def are_equal(buffer: Bytes, first: Span, second: Span) -> bool:
    """Whether two pieces are equal in every row."""
    lengths = first[1] - first[0]
    if not np.array_equal(lengths, second[1] - second[0]):
        return False
    for rows, shift, width in _blocks(lengths):
        found = [_runs(buffer, width)[starts[rows] + shift] for starts in (first[0], second[0])]
        if found[0].tobytes() != found[1].tobytes():
            return False
    return True


def clear(flags: Flags, starts: Places, ends: Places) -> None:
    """Make flags false in a run for each row."""
    signs = flags.view(np.uint8)
    for rows, shift, width in _blocks(ends - starts):
        _runs(signs, width)[starts[rows] + shift] = np.zeros((), f"V{width}")


def _blocks(lengths: Places) -> Iterator[tuple[Places, Places | int, int]]:
    """Blocks of equal width that cover runs of these lengths, overlapping: (rows, where in the run, width)."""
    rows = np.flatnonzero(lengths > 0)
    while len(rows):
        here = lengths[rows]
        width = min(BLOCK, int(here.min()))
        most = int(here.max())
        if width < BLOCK and most > 4 * width:  # the long ones by themselves, in a few wide blocks
            most = 4 * width
        some, rest = rows[here <= most], rows[here > most]
        yield some, 0, width
        for done in range(width, most, width):
            further = some[lengths[some] > done]
            if len(further):
                yield further, np.minimum(lengths[further] - width, done), width  # the last ends where the run ends
        rows = rest


def kept_bytes(buffer: Bytes, flags: Flags) -> Bytes:
    """The bytes whose flags are true, by Polars: it is quicker, and does not hold the interpreter meanwhile."""
    found: Bytes = pl.Series(buffer).filter(flags_column(flags)).to_numpy()
    return found


def views(buffer: Bytes, starts: Places, ends: Places) -> Views:
    """Views (n, m, 4) of texts (n, m) that stand in the first buffer."""
    lengths = ends - starts
    made: Views = np.empty((*starts.shape, 4), np.uint32)
    made[..., 0] = lengths
    made[..., 1] = gathered(buffer, starts, 4).view(np.uint32)[..., 0]
    made[..., 2] = 0
    made[..., 3] = starts
    short = np.flatnonzero(lengths <= INLINE)
    if len(short):
        inline = gathered(buffer, starts.ravel()[short], INLINE)
        inline &= _MASKS[lengths.ravel()[short]]
        made.reshape(-1, 4)[short, 1:] = inline.view(np.uint32)
    return made


def constant_view(text: bytes, constants: bytearray) -> Views:
    """The view (4) of a text; one that is too long for it is put behind the others in the second buffer."""
    if len(text) <= INLINE:
        parts = text.ljust(INLINE, b"\0")
    else:
        parts = text[:4] + np.array([1, len(constants)], np.uint32).tobytes()
        constants += text
    whole: Views = np.frombuffer(np.uint32(len(text)).tobytes() + parts, np.uint32)
    return whole


def _runs(buffer: Bytes, width: int) -> npt.NDArray[np.void]:
    """So many bytes from every place on, each as one value."""
    return np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))


def gathered(buffer: Bytes, starts: Places, width: int) -> Bytes:
    """So many bytes from each place on (…, width); beyond the buffer's end anything."""
    room = len(buffer) - width
    if room < 0:
        return gathered(np.pad(buffer, (0, -room)), starts, width)
    signs: Bytes = _runs(buffer, width)[np.minimum(starts, room)].view(np.uint8).reshape(*starts.shape, width)
    for place in zip(*np.nonzero(starts > room), strict=True):  # a few at the end
        start = int(starts[place])
        signs[place][: len(buffer) - start] = buffer[start:]
    return signs
