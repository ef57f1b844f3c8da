"""Texts put together from pieces of a buffer for many rows at once, and columns of texts that share one buffer.

A text of a row is a run of bytes; all of a column's are moved by one step each. Columns point into the buffer they
were cut from, so a value that stands inside a longer text takes no memory of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import nanoarrow
import numpy as np
import numpy.typing as npt
import polars as pl

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLOCK = 64
"""Bytes of a piece that are moved at once, at most."""

Span = tuple[Places, Places]
"""Where something begins and ends in each row."""


def all_are(buffer: Bytes, places: Places, text: bytes) -> Flags | None:
    """Whether a text stands at each place; None: everywhere. The places must leave room for it.

    Args:
        buffer: Where to look.
        places: Where the text should begin.
        text: What should stand there.
    """
    if not text:
        return None
    found = _runs(buffer, len(text))[places]
    if found.tobytes() == text * len(places):
        return None
    signs = found.view(np.uint8).reshape(len(places), len(text))
    equal: Flags = (signs == np.frombuffer(text, np.uint8)).all(axis=1)
    return equal


def are_equal(buffer: Bytes, first: Span, second: Span) -> bool:
    """Whether two pieces are equal in every row."""
    lengths = first[1] - first[0]
    if not np.array_equal(lengths, second[1] - second[0]):
        return False
    done, rows = 0, np.arange(len(lengths))
    while len(rows := rows[lengths[rows] > done]):
        width = int(min(BLOCK, lengths[rows].max() - done))
        both = [_gathered(buffer, starts[rows] + done, width) for starts in (first[0], second[0])]
        left = (lengths[rows] - done)[:, None]
        if ((both[0] != both[1]) & (np.arange(width) < left)).any():
            return False
        done += width
    return True


class Writer:
    """Writes a row's pieces one behind the other, for many rows at once, from left to right.

    Args:
        source: Where pieces come from.
        target: Where they go; `BLOCK` bytes longer than needed.
        at: Where each row begins.

    Attributes:
        at: Where each row goes on.
    """

    def __init__(self, source: Bytes, target: Bytes, at: Places) -> None:
        self._source = source
        self._target = target
        self.at = at

    def constant(self, text: bytes) -> Span:
        """Write the same text in every row; returns where it stands."""
        begin = self.at
        if text:
            _runs(self._target, len(text))[begin] = np.frombuffer(text, f"V{len(text)}")
            self.at = begin + len(text)
        return begin, self.at

    def piece(self, starts: Places, ends: Places) -> Span:
        """Write a piece of the source in every row; up to `overrun` bytes behind it lose what they were."""
        lengths = ends - starts
        begin, end = self.at, self.at + lengths
        longest = int(lengths.max(initial=0))
        if longest:
            self._move(starts, begin, min(BLOCK, longest))
        for done in range(BLOCK, longest, BLOCK):
            # The blocks of long pieces end where the piece ends.
            rows = np.flatnonzero(lengths > done)
            shift = np.minimum(lengths[rows] - BLOCK, done)
            self._move(starts[rows] + shift, begin[rows] + shift, BLOCK)
        self.at = end
        return begin, end

    def _move(self, starts: Places, places: Places, width: int) -> None:
        room = len(self._source) - width
        if starts[-1] > room or int(starts.max()) > room:  # the last pieces of the source
            late = starts > room
            for start, place in zip(starts[late].tolist(), places[late].tolist(), strict=True):
                rest = self._source[start : start + width]
                self._target[place : place + len(rest)] = rest
            starts, places = starts[~late], places[~late]
        _runs(self._target, width)[places] = _runs(self._source, width)[starts]


def overrun(lengths: Places) -> int:
    """How many bytes behind the shortest of these pieces are overwritten while they are written."""
    return int(min(BLOCK, lengths.max()) - min(BLOCK, lengths.min())) if len(lengths) else 0


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column's texts stand in a buffer.

    Attributes:
        starts: Ascending.
        ends: Where each ends; not behind the next one's start.
        present: Which are there; None: all.
    """

    starts: Places
    ends: Places
    present: Flags | None = None


def texts(buffer: Bytes, columns: Mapping[str, Column]) -> pl.DataFrame:
    """Columns of texts that stand in a buffer, without copying them.

    Args:
        buffer: UTF-8 where the texts are.
        columns: By name, all of the same height.
    """
    # Arrow's texts lie one behind the other: every second of these is what stands between two of ours.
    runs = {name: _runs_of(buffer, column) for name, column in columns.items()}
    return pl.DataFrame(runs).lazy().select(pl.all().gather_every(2)).collect(optimizations=pl.QueryOptFlags.none())


def _runs_of(buffer: Bytes, column: Column) -> pl.Series:
    height = len(column.starts)
    offsets = np.empty(2 * height + 1, np.int64)
    offsets[:-1:2] = column.starts
    offsets[1::2] = column.ends
    offsets[-1] = offsets[-2] if height else 0
    present = None
    if column.present is not None:
        present = np.packbits(np.repeat(column.present, 2), bitorder="little")
    array = nanoarrow.c_array_from_buffers(nanoarrow.large_string(), 2 * height, [present, offsets, buffer])
    return pl.Series(array)


def _runs(buffer: Bytes, width: int) -> npt.NDArray[np.void]:
    """So many bytes from every place on, each as one value."""
    return np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))


def _gathered(buffer: Bytes, starts: Places, width: int) -> Bytes:
    """So many bytes from each place on, a row each; beyond the buffer's end the last ones again."""
    if int(starts.max()) + width > len(buffer):
        places = np.minimum(starts[:, None] + np.arange(width), len(buffer) - 1)
        around: Bytes = buffer[places]
        return around
    signs: Bytes = _runs(buffer, width)[starts].view(np.uint8)
    return signs.reshape(len(starts), width)
