"""The part of a JSON text that is being looked at, which grows as more is needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from omeviz.sources.long_lines import LONGEST

OVERLAP = 256
"""Characters that are kept before the place that was reached: what a line begins with tells something."""

PATIENCE = 0.3
"""Seconds to wait for a pipe before saying so."""

_WORTH = 8
"""Looking again at a text that is not all there is worth it once this part of it is new."""

SHOWN = 200
"""Characters that tell a reader what a text is."""


class More:
    """More text is needed to go on."""


MORE = More()


class Buffer:
    """A window on a text that comes in pieces.

    Args:
        pieces: The text.
        ready: Whether more comes within so many seconds.

    Attributes:
        text: What is there.
        at: How far it has been read.
        ended: No more will come.
        from_start: `text` begins where the source does.
        beginning: The source's first characters, up to `SHOWN`.
    """

    def __init__(self, pieces: Iterator[str], ready: Callable[[float], bool] = lambda _: True) -> None:
        self._pieces = pieces
        self._ready = ready
        self.text = ""
        self.at = 0
        self.ended = False
        self.from_start = True
        self.beginning = ""

    def fetch(self, least: int = 0) -> None:
        """Read on: as much again as is not read yet and at least so many characters, or what there is for now."""
        begin = max(0, self.at - OVERLAP)
        parts, size, wanted = [self.text[begin:]], 0, max(least, len(self.text) - self.at)
        while not self.ended:
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
                break
            parts.append(piece)
            if len(self.beginning) < SHOWN:
                self.beginning = (self.beginning + piece)[:SHOWN]
            size += len(piece)
            if size >= wanted or not self._ready(0.0 if size * _WORTH >= wanted else PATIENCE):
                break
        self.text, self.at = "".join(parts), self.at - begin
        self.from_start = self.from_start and not begin

    def indent(self, start: int) -> str | None:
        """The blanks before what begins here, if nothing else stands on its line before it."""
        line = self.text.rfind("\n", max(0, start - OVERLAP), start) + 1
        before = self.text[line:start]
        return before if (line or self.from_start) and not before.strip(" \t\ufeff") else None

    def is_too_long(self, start: int) -> bool:
        """Whether what begins here is longer than a record may be."""
        return len(self.text) - start > LONGEST

    def may_mend(self, error: Exception, start: int) -> bool:
        """Whether more text may mend what went wrong with what begins at `start`."""
        if self.ended or self.is_too_long(start):
            return False
        return isinstance(error, RecursionError) or self.is_at_end(error)

    def is_at_end(self, error: Exception) -> bool:
        """Whether decoding went wrong only where the text ends, or a little before: in a number, a word, an escape."""
        close = len(self.text) - 16
        if isinstance(error, json.JSONDecodeError):
            return error.msg.startswith("Unterminated string") or error.pos >= close
        return isinstance(error, StopIteration) and int(error.value) >= close


def reason_of(error: Exception, start: int) -> str:
    """What is wrong, in words, with the place in what begins at `start`."""
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg.removesuffix(' at')} at character {error.pos - start + 1}"
    if isinstance(error, StopIteration):
        return f"broken JSON: expecting a value at character {int(error.value) - start + 1}"
    return "nested too deeply" if isinstance(error, RecursionError) else f"broken JSON: {error}"
