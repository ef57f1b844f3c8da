"""The text of one tree row, ready to be wrapped and drawn: visible characters and what each stretch of them is."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from omeviz.text import segments, visible
from omeviz.tui.widgets.wrapping import line_starts

_LOOK_BACK = 64
"""Characters looked at for a good place to cut."""

Look = Literal["section", "sentence", "label", "text", "string", "number", "constant", "note", "problem"]
"""What a stretch of a row is; each has its own style. `note` is omeviz's own dimmed remark."""

_NONE: array[int] = array("Q")
"""What a row without stand-ins has of them."""

CHUNK = 8_192
"""Characters made visible at a time, so that a hostile text of megabytes never becomes millions of tuples at once."""


def shown(text: str) -> str:
    """What a text of any length looks like in a row."""
    return visible(text) if len(text) <= CHUNK else "".join(map(visible, _chunks(text)))


class Piece(NamedTuple):
    """A stretch of a row as it comes from the record."""

    text: str
    look: Look
    findable: bool = True
    """Whether find looks into it: the record's own text, not omeviz's remarks."""


class Stretch(NamedTuple):
    """A stretch of a row's visible text."""

    start: int
    stop: int
    look: Look
    findable: bool


class Wrapping(NamedTuple):
    """How a row is wrapped."""

    width: int
    """Cells of a line; the first line has the lead besides, where it is kept apart."""
    hang: int
    """Cells by which the further lines are indented."""
    keeps_lead: bool
    """Only what follows the lead is wrapped: the further lines stand below it."""


class RowText:
    """The visible text of a row and its stretches; made once, wrapped to any width.

    Args:
        pieces: What the row says.
        lead: How many of the pieces (name, colon, blanks) come before the value.
        breaks: A line break inside the text starts a line here too, behind its stand-in.

    Attributes:
        text: All of it, printable, one line.
        stretches: Consecutive, covering the text.
    """

    __slots__ = ("_break_after", "_stand_in_starts", "_stand_in_stops", "_value_start", "_wrapped", "stretches", "text")

    def __init__(self, pieces: Sequence[Piece], lead: int = 0, *, breaks: bool = True) -> None:
        texts: list[str] = []
        stretches: list[Stretch] = []
        self._stand_in_starts = self._stand_in_stops = self._break_after = _NONE
        end = 0
        self._value_start = 0
        for place, piece in enumerate(pieces):
            start = end
            if place == lead:
                self._value_start = start
            for part in _chunks(piece.text):
                if part.isascii() and part.isprintable():
                    texts.append(part)
                    end += len(part)
                    continue
                for drawn, stands_in in segments(part):
                    if stands_in:
                        self._stand_in(drawn, end, breaks)
                    texts.append(drawn)
                    end += len(drawn)
            if end > start:
                stretches.append(Stretch(start, end, piece.look, piece.findable))
        self.text = "".join(texts)
        self.stretches = tuple(stretches)
        self._wrapped: tuple[Wrapping | None, Sequence[int]] = (None, (0,))

    def _stand_in(self, drawn: str, start: int, breaks: bool) -> None:
        if self._stand_in_starts is _NONE:
            self._stand_in_starts, self._stand_in_stops, self._break_after = array("Q"), array("Q"), array("Q")
        self._stand_in_starts.append(start)
        self._stand_in_stops.append(start + len(drawn))
        if breaks and "⏎" in drawn:
            self._break_after.extend(start + i + 1 for i, character in enumerate(drawn) if character == "⏎")

    def starts(self, wrapping: Wrapping) -> Sequence[int]:
        """The index of each line's first character; of the first line, of its value's first character."""
        known, starts = self._wrapped  # one attribute, since a worker may set it meanwhile
        if known != wrapping:
            lead = self._value_start if wrapping.keeps_lead else 0
            starts = line_starts(self.text, wrapping.width, self._break_after, lead)
            self._wrapped = (wrapping, starts)
        return starts

    def is_wrapped(self, wrapping: Wrapping) -> bool:
        """Whether the lines are known."""
        return self._wrapped[0] == wrapping

    def line_span(self, line: int, wrapping: Wrapping) -> tuple[int, int]:
        """Where a line starts and ends in the text."""
        starts = self.starts(wrapping)
        stop = starts[line + 1] if line + 1 < len(starts) else len(self.text)
        return starts[line] if line else 0, stop

    def line_of(self, index: int, wrapping: Wrapping) -> int:
        """Which line holds a character."""
        return max(0, bisect_right(self.starts(wrapping), index) - 1)

    def stand_ins(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The stretches of stand-ins between two indices, cut to them."""
        index = bisect_right(self._stand_in_stops, start)
        while index < len(self._stand_in_starts) and self._stand_in_starts[index] < stop:
            yield max(start, self._stand_in_starts[index]), min(stop, self._stand_in_stops[index])
            index += 1


def _chunks(text: str) -> Iterator[str]:
    """The text in parts, cut between two plain characters, where nothing is joined."""
    if len(text) <= CHUNK:
        yield text
        return
    start = 0
    while len(text) - start > CHUNK:
        stop = start + CHUNK
        for cut in range(stop, stop - _LOOK_BACK, -1):
            around = text[cut - 1 : cut + 1]
            if around.isascii() and around.isalnum():
                stop = cut
                break
        yield text[start:stop]
        start = stop
    yield text[start:]
