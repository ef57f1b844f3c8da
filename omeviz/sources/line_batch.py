"""Lines that look like one record each, with the places of their quotes: a proposal, which is proven line by line."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from omeviz.sources.arrays import Bytes, Flags, Places
from omeviz.sources.byte_search import BLOCK, no_utf8
from omeviz.sources.csv_layout import Layout
from omeviz.sources.encoding import legacy_text
from omeviz.sources.line_form import BARE, LineForm
from omeviz.sources.line_rows import RowReader

_LF, _CR, _QUOTE, _BLANK, _BACKSLASH, _BRACE, _BRACKET = b'\n\r" \\{['

_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Written:
    """Lines in the bytes of their source.

    Attributes:
        data: The bytes.
        starts: Where each line begins.
        ends: Where it ends.
        foreign: Lines that are no UTF-8, and are read as Windows-1252.
    """

    data: bytes | bytearray
    starts: Places
    ends: Places
    foreign: Places = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def height(self) -> int:
        """How many lines."""
        return len(self.starts)

    def line(self, number: int) -> str:
        """A line as the source has it, without its end."""
        return self._text(self.starts[number], self.ends[number])

    def whole_line(self, number: int) -> str:
        """The same with its end, and with what stands before the next one."""
        following = number + 1
        return self._text(self.starts[number], self.starts[following] if following < self.height else len(self.data))

    def _text(self, start: int, end: int) -> str:
        data = bytes(self.data[start:end])
        try:
            return data.decode()
        except UnicodeDecodeError:
            return legacy_text(data)

    def is_empty(self, number: int) -> bool:
        """Whether a line has no character."""
        return bool(self.starts[number] == self.ends[number])


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines, and where their quotes stand.

    Attributes:
        layout: The columns in force.
        form: How cells are written.
        data: The lines' bytes, with what stands between them; UTF-8, but for `foreign` lines.
        reader: Reads lines one by one.
        starts: Where each line begins.
        ends: Where it ends, without its line end.
        quotes: Where the quotes of all lines stand; the longest of these lists, so its numbers are short.
        first_quote: For each line the index in `quotes` of the first that does not stand before it; one more at the
            end for what would follow.
        controls: How many control characters stand in each line.
        escapes: Where backslashes stand.
        openings: Where opening brackets stand: braces and square ones.
        written: The lines as the source has them.
    """

    layout: Layout
    form: LineForm
    data: bytes | bytearray
    reader: RowReader
    starts: Places
    ends: Places
    quotes: npt.NDArray[np.int32]
    first_quote: Places
    controls: Places
    escapes: Places
    openings: Places
    written: Written

    @property
    def height(self) -> int:
        """How many lines."""
        return len(self.starts)

    @property
    def is_bare(self) -> bool:
        """Lines are AuditData and nothing else."""
        return self.form is BARE

    @property
    def foreign(self) -> Places:
        """Lines that are no UTF-8, and are read as Windows-1252."""
        return self.written.foreign


def read_lines(
    data: bytes, layout: Layout, form: LineForm, reader: RowReader, *, foreign: bool = False
) -> LineBatch | None:
    """Find lines and quotes; None where they are something else than lines of UTF-8.

    Args:
        data: Whole lines.
        layout: The columns in force.
        form: How cells are written.
        reader: Reads lines one by one.
        foreign: Lines that are no UTF-8 may be read as Windows-1252.
    """
    if not data or len(data) > _LARGEST or data.startswith(b"\xef\xbb\xbf"):
        return None
    strange_at = no_utf8(data)
    if strange_at and not foreign:
        return None
    signs = np.frombuffer(data, np.uint8)
    found = _scan(signs)
    feeds, returns = found.of(_LF), found.of(_CR)
    if len(found.of(0)) or not _end_lines(signs, returns):
        return None
    starts = np.concatenate((np.zeros(1, np.int64), feeds + 1))
    ends = np.append(feeds, len(data))
    if starts[-1] == len(data):
        starts, ends = starts[:-1], ends[:-1]
    if len(returns):
        ends = ends - ((ends > starts) & (signs[ends - 1] == _CR))
    kinds = found.kinds
    controls = found.others[(kinds < _BLANK) & (kinds != _LF) & (kinds != _CR)]
    strange: Places = np.searchsorted(starts, np.array(strange_at, np.int64), side="right") - 1
    lines = Written(data, starts, ends, strange)
    return _batch(layout, form, reader, lines, lines, found, controls)


def read_spans(layout: Layout, form: LineForm, reader: RowReader, lines: Written, written: Written) -> LineBatch:
    """Lines whose places are known, which may hold line breaks.

    Args:
        layout: The columns in force.
        form: How cells are written.
        reader: Reads lines one by one.
        lines: UTF-8; between them stands no quote.
        written: The same as the source has them.
    """
    found = _scan(np.frombuffer(lines.data, np.uint8))
    return _batch(layout, form, reader, lines, written, found, found.others[found.kinds < _BLANK])


def _batch(
    layout: Layout,
    form: LineForm,
    reader: RowReader,
    lines: Written,
    written: Written,
    found: _Signs,
    controls: Places,
) -> LineBatch:
    return LineBatch(
        layout,
        form,
        lines.data,
        reader,
        lines.starts,
        lines.ends,
        found.quotes,
        np.searchsorted(found.quotes, np.append(lines.starts, len(lines.data)).astype(np.int32)),
        np.searchsorted(controls, lines.ends) - np.searchsorted(controls, lines.starts),
        found.of(_BACKSLASH),
        found.of(_BRACE, _BRACKET),
        written,
    )


@dataclass(frozen=True, slots=True)
class _Signs:
    """Where quotes stand, and where controls, backslashes, opening brackets and bars do; and which of these."""

    quotes: npt.NDArray[np.int32]
    others: Places
    kinds: Bytes

    def of(self, *kinds: int) -> Places:
        """Where some of the others stand."""
        chosen: Flags = self.kinds == kinds[0]
        for kind in kinds[1:]:
            chosen |= self.kinds == kind
        places: Places = self.others[chosen]
        return places


def _scan(signs: Bytes) -> _Signs:
    """Find them all."""
    quotes: list[npt.NDArray[np.int32]] = []
    others: list[Places] = []
    scratch = np.empty((2, min(BLOCK, len(signs))), np.bool_)  # blocks that stay in the processor's cache
    shifted = np.empty(scratch.shape[1], np.uint8)
    for start in range(0, len(signs), BLOCK):
        block = signs[start : start + BLOCK]
        found, more = scratch[:, : len(block)]
        quotes.append(np.flatnonzero(np.equal(block, _QUOTE, out=found)).astype(np.int32) + np.int32(start))
        # Brackets and backslashes at once: these two, and `{` with `|`, differ by the same bit.
        small = shifted[: len(block)]
        np.bitwise_or(block, _BRACKET ^ _BRACE, out=small)
        np.subtract(small, _BRACE, out=small)
        np.less(small, 2, out=found)
        np.logical_or(found, np.less(block, _BLANK, out=more), out=found)
        others.append(np.flatnonzero(found) + start)
    places = np.concatenate(others)
    return _Signs(np.concatenate(quotes), places, signs[places])


def _end_lines(signs: Bytes, returns: Places) -> bool:
    """Whether every carriage return stands before a line feed."""
    if not len(returns):
        return True
    return bool(returns[-1] + 1 < len(signs) and (signs[returns + 1] == _LF).all())
