"""Physical lines of a text, pulled as they are needed, with the way back to any line not yet given up."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from omeviz.sources.line_ends import has_lone_cr

LONGEST_OPEN_QUOTE = 1 << 20
"""Characters: a quote open for longer is doubted as soon as a line starts like a record."""

PATIENCE = 0.3
"""Seconds to wait for a pipe before saying so."""

_ANY_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


class OpenTooLong(Exception):
    """A record has taken very much text, and the next line starts like another record."""


class NothingYet(Exception):
    """No record has begun, and whoever writes the text is taking their time."""


class Lines:
    """An iterator over lines with their line ends: LF, CR LF or a lone CR.

    What was taken since the last `keep` can be put back. Most lines are looked at many at a time (`at_hand`), so they
    wait without their line feeds, which they get where they are taken one by one.

    Attributes:
        taken: Lines given out since the last `keep`.
        number: The number of the first of `taken`, from 1.
        impatient: Raise `NothingYet` between records rather than wait.
        ended: Somebody has asked for more text than there is.
    """

    def __init__(self, pieces: Iterator[str], number: int = 1, ready: Callable[[float], bool] = lambda _: True) -> None:
        self._pieces = pieces
        self._ready = ready
        self._pending: deque[str] = deque()
        self._stock: list[str] = []  # behind `_pending`; each but for its line feed
        self._place = 0  # of the next one in `_stock`
        self._carry = ""
        self.ended = False
        self._size = 0
        self._doubt: Callable[[str], bool] | None = None
        self.impatient = False
        self.taken: list[str] = []
        self.number = number

    def doubt(self, starts_record: Callable[[str], bool]) -> None:
        """From now on raise `OpenTooLong` where a long record reaches a line that starts like a record."""
        self._doubt = starts_record

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if self._pending:
            line = self._pending.popleft()
        else:
            if self._place == len(self._stock):
                if self.impatient and not self.taken and not self.ended and not self._ready(PATIENCE):
                    raise NothingYet
                if not self._fill():
                    raise StopIteration
            line = self._next_pulled()
        if self.taken:
            self._size += len(line)
            if self._size > LONGEST_OPEN_QUOTE and self._doubt is not None and self._doubt(line):
                self._pending.appendleft(line)
                raise OpenTooLong
        self.taken.append(line)
        return line

    def keep(self) -> None:
        """Give up what was taken: the next record starts behind it."""
        if len(self.taken) == 1:
            self.number += 1
        else:
            self.number += len(self.taken)
            self._size = 0
        self.taken.clear()

    def put_back(self, count: int | None = None) -> None:
        """Put the last `count` taken lines back, or all of them."""
        count = len(self.taken) if count is None else count
        if count:
            self._pending.extendleft(reversed(self.taken[-count:]))
            del self.taken[-count:]
            self._size = 0

    def _next_pulled(self) -> str:
        if self._pending:  # the last line of a text may have no line end
            return self._pending.popleft()
        self._place += 1
        return self._stock[self._place - 1] + "\n"

    def peek(self, count: int, size: int) -> list[str]:
        """The next lines, up to `count` of them and about `size` characters, without taking them."""
        while self._waiting() < count and self._length() < size and self._ready(PATIENCE) and self._fill():
            pass
        few = list(islice(self._pending, count))
        return few + [line + "\n" for line in self._stock[self._place : self._place + count - len(few)]]

    def at_hand(self, count: int) -> list[str]:
        """The next lines, up to `count` of those that are there, without taking them; a line feed may lack."""
        few = list(islice(self._pending, count))
        return few + self._stock[self._place : self._place + count - len(few)]

    def skip(self, count: int) -> None:
        """Give up the next lines, so many of `at_hand`, with nothing taken before."""
        self.number += count
        while count and self._pending:
            self._pending.popleft()
            count -= 1
        self._place += count

    def _waiting(self) -> int:
        return len(self._pending) + len(self._stock) - self._place

    def _length(self) -> int:
        """How many characters wait."""
        rest = self._stock[self._place :]
        return sum(map(len, self._pending)) + sum(map(len, rest)) + len(rest)

    def _fill(self) -> bool:
        """Pull one more piece of text; False at the end."""
        while not self.ended:
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
                piece, self._carry = self._carry, ""
            else:
                piece, self._carry = self._carry + piece, ""
                if piece.endswith("\r"):  # its line feed may still come
                    piece, self._carry = piece[:-1], "\r"
                    cut = max(piece.rfind("\n"), piece.rfind("\r")) + 1
                    piece, self._carry = piece[:cut], piece[cut:] + "\r"
            if piece:
                self._take(piece)
                return True
        return False

    def _take(self, piece: str) -> None:
        """Make lines of a piece of text."""
        rest = self._stock[self._place :]
        if piece.endswith("\n") and not has_lone_cr(piece):
            lines = piece.split("\n")
            lines.pop()
            self._stock, self._place = rest + lines if rest else lines, 0
        else:
            self._pending.extend([line + "\n" for line in rest])
            self._pending.extend(split_lines(piece))
            self._stock, self._place = [], 0


def split_lines(text: str) -> list[str]:
    """A text as lines with their ends. Only CR and LF end lines: other separators are text."""
    if not has_lone_cr(text):
        lines = text.split("\n")
        last = lines.pop()
        lines = [line + "\n" for line in lines]
        if last:
            lines.append(last)
        return lines
    return _ANY_LINE.findall(text)
