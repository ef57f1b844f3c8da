"""A JSON text of any size as its elements: the rows of lists, pages and documents, one after the other.

What is damaged costs one element: the next one begins where something begins like a record of this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from omeviz.sources.json_ahead import Ahead, Marks
from omeviz.sources.json_buffer import MORE, OVERLAP, PATIENCE, Buffer, More, reason_of
from omeviz.sources.json_records import Records
from omeviz.sources.json_scan import (
    FAILURES,
    GAP,
    WHOLE_STRING,
    Repeated,
    key_at,
    scan,
    scan_lenient,
    unquoted,
    value_end,
)
from omeviz.sources.json_tables import column_names, row_as_object
from omeviz.sources.long_lines import KEPT, TOO_LONG

_MOST_FRAMES = 10_000
_OPENERS = re.compile(r"\[[\s,\[]*+")
_STRAY = re.compile(r"[\s,\]}]*+")
_CLOSERS = re.compile(r"[\s,\x1e\ufeff{}\[\]]*+")
_ATOM = re.compile(r"-?+[\w.+-]++")
_ATOM_ENDS = re.compile(r"[\s,\]}\x1e]|\Z")
_JUNK_STOP = re.compile(r'\n|\{\s*+"|\[\s*+\{')

_Frame = Literal["list", "page", "table"]


class Element(NamedTuple):
    """One element.

    Attributes:
        value: Decoded: an object as a dict or `Repeated` (empty where it is nested too deeply), numbers as texts.
        text: As written.
        damage: What is wrong with it, or None. A damaged element has no value.
    """

    value: Any
    text: str
    damage: str | None = None


class Elements:
    """The elements of a JSON text.

    Args:
        pieces: The text.
        records: What tells pages from rows, and where records begin.
        ready: Whether more text comes within so many seconds.

    Attributes:
        buffer: The text that is being looked at; between two elements it stands behind the first.
        next_link: Whether the last page has a link to a next one; None: there was no page.
        open_at_end: How many lists and pages had not ended where the text did.
    """

    def __init__(
        self, pieces: Iterator[str], records: Records, ready: Callable[[float], bool] = lambda _: True
    ) -> None:
        self.buffer = Buffer(pieces, ready)
        self._ready = ready
        self._records = records
        self._ahead = Ahead(self.buffer, records)
        self._frames: list[_Frame] = []
        self._columns: list[str] = []
        self._cut = ""
        self._cut_marks = Marks(None, None)
        self.next_link: bool | None = None
        self.open_at_end = 0

    def __iter__(self) -> Iterator[Element | None]:
        """Every element, and None whenever more is long in coming."""
        buffer, is_page, goes_on = self.buffer, self._records.is_page, self._ahead.goes_on
        buffer.fetch()
        while True:
            text = buffer.text
            start = GAP.match(text, buffer.at).end()  # type: ignore[union-attr]  # matches always
            buffer.at = start
            got: Element | More | None
            if not text.startswith("{", start) or self._cut:
                got = self._step(start)
            else:
                try:
                    value, end = scan(text, start)
                except FAILURES as error:
                    got = self._hard(start, error)
                else:
                    if is_page(value):
                        self._open(start, "page")
                        continue
                    known = text.startswith(("\n", "\r\n"), end) or self._frames[-1:] == ["page"]
                    more = False if known else goes_on(end)
                    if more is False:
                        buffer.at = end
                        yield Element(value, text[start:end])
                        continue
                    got = self._damaged(start, "a closing bracket too many") if more else MORE
            if got is not None:
                if not isinstance(got, More):
                    yield got
                    continue
                while not self._ready(PATIENCE):
                    yield None
                buffer.fetch()
            elif buffer.ended and buffer.at >= len(buffer.text):
                self.open_at_end = len(self._frames)
                return

    @property
    def beginning(self) -> str:
        """The first characters of the text."""
        return self.buffer.beginning

    def _open(self, start: int, frame: _Frame) -> None:
        if frame == "page":
            self._columns = []
            self.next_link = bool(self.next_link) and self._frames[-1:] == ["page"]
        if len(self._frames) < _MOST_FRAMES:
            self._frames.append(frame)
        self.buffer.at = start + 1

    def _open_lists(self, start: int) -> None:
        """Lists inside each other, however many."""
        text = self.buffer.text
        end = _OPENERS.match(text, start).end()  # type: ignore[union-attr]  # matches always
        self._frames += ["list"] * min(text.count("[", start, end), _MOST_FRAMES - len(self._frames))
        self.buffer.at = end

    def _close(self, start: int) -> None:
        """A closing bracket; one that closes nothing means nothing."""
        text = self.buffer.text
        if not self._frames:
            self.buffer.at = _STRAY.match(text, start).end()  # type: ignore[union-attr]  # matches always
            return
        self.buffer.at = start + 1
        if (self._frames[-1] == "page") == (text[start] == "}"):
            self._frames.pop()

    def _step(self, start: int) -> Element | More | None:
        """What begins here and is no object."""
        buffer, text = self.buffer, self.buffer.text
        if self._cut:
            return self._end_of_cut()
        if start >= len(text):
            return None if buffer.ended else MORE
        sign, frame = text[start], self._frames[-1] if self._frames else None
        if sign == "[" and frame == "table":
            return self._table_row(start)
        if sign == '"':
            return self._string(start, frame)
        if sign == "[":
            self._open_lists(start)
        elif sign in "]}":
            self._close(start)
        else:
            return self._atom(start)
        return None

    def _atom(self, start: int) -> Element | More | None:
        """A number, a word, or what is no JSON."""
        buffer, text = self.buffer, self.buffer.text
        atom = _ATOM.match(text, start)
        if atom is None:
            return self._junk(start)
        if atom.end() == len(text) and not buffer.ended:
            return self._cut_off(start) if buffer.is_too_long(start) else MORE
        try:
            value, end = scan(text, start)
        except FAILURES:
            return self._junk(start)
        if end != atom.end() or not _ATOM_ENDS.match(text, end):
            return self._junk(start)
        buffer.at = end
        return Element(value, text[start:end])

    def _string(self, start: int, frame: _Frame | None) -> Element | More | None:
        buffer, text = self.buffer, self.buffer.text
        string = WHOLE_STRING.match(text, start)
        may_wait = not buffer.ended and not buffer.is_too_long(start)
        if string is None:
            return MORE if may_wait else self._damaged(start, "a quote that is not closed")
        end = string.end()
        if may_wait and not text[end:].strip(" \t\r\n:"):
            return MORE
        key = key_at(text, start) if frame == "page" else None
        if key is not None:
            return self._member(*key)
        if _ATOM_ENDS.match(text, end):
            buffer.at = end
            return Element(unquoted(string[0]), string[0])
        return self._damaged(start, "no object")

    def _member(self, key: str, start: int) -> Element | More | None:
        """A key of a page: its rows, or something told about them."""
        buffer, text = self.buffer, self.buffer.text
        rows = self._ahead.holds_rows(key, start) if text[start] in "[{" else False
        if rows is None:
            return MORE
        if rows:
            table = bool(self._columns) and key.lower() == "rows"
            self._open(start, "page" if text[start] == "{" else "table" if table else "list")
            return None
        try:
            value, end = scan_lenient(text, start)
        except FAILURES as error:
            return MORE if buffer.may_mend(error, buffer.at) else self._damaged(buffer.at, reason_of(error, buffer.at))
        if end == len(text) and not buffer.ended:
            return MORE
        buffer.at = end
        if key.lower() == "columns":
            self._columns = column_names(value)
        elif key.lower().endswith("nextlink") and value:
            self.next_link = True
        return None

    def _hard(self, start: int, error: Exception) -> Element | More | None:
        """An object that is not simply decoded: not all there, a page with damage inside, nested deeply, damaged."""
        buffer, text = self.buffer, self.buffer.text
        page = self._ahead.is_page(start)
        if page:
            self._open(start, "page")
        if page is not False:
            return None if page else MORE
        value: Any = Repeated()
        end: int | None = None
        if isinstance(error, RecursionError):
            end = value_end(text, start)
        elif isinstance(error, json.JSONDecodeError) and error.msg.startswith("Invalid control"):
            try:
                value, end = scan_lenient(text, start)
            except FAILURES as lenient_error:
                error = lenient_error
        if end is not None:
            buffer.at = end
            return Element(value, text[start:end])
        if buffer.may_mend(error, start):
            return MORE
        cut = buffer.ended and buffer.is_at_end(error)
        return self._damaged(start, "the text ends inside of it" if cut else reason_of(error, start))

    def _damaged(self, start: int, reason: str) -> Element | More | None:
        """A damaged element, up to where the next one begins."""
        buffer, text = self.buffer, self.buffer.text
        stop = self._ahead.next_start(start, self._ahead.marks(start))
        if stop is None:
            if not buffer.ended:
                return self._cut_off(start) if buffer.is_too_long(start) else MORE
            stop = len(text)
        end = value_end(text[start:stop], 0) if text[start] == "{" else None
        if end is not None and _CLOSERS.fullmatch(text, start + end, stop):
            stop = start + end  # its brackets balance: those behind it are not its own
        buffer.at = stop
        return Element(None, text[start:stop].rstrip(" \t\r\n,"), reason)

    def _junk(self, start: int) -> Element | More | None:
        """What is no JSON: up to the line's end, or to what is."""
        buffer, text = self.buffer, self.buffer.text
        stop = _JUNK_STOP.search(text, start)
        if stop is None and not buffer.ended:
            return self._cut_off(start) if buffer.is_too_long(start) else MORE
        buffer.at = stop.start() if stop else len(text)
        return Element(None, text[start : buffer.at].rstrip(" \t\r\n,"), "no JSON")

    def _cut_off(self, start: int) -> More:
        """Forget what is too long, but for its beginning, and go on to where it ends."""
        buffer = self.buffer
        self._cut_marks = self._ahead.marks(start)
        self._cut, buffer.at = buffer.text[start : start + KEPT], len(buffer.text) - OVERLAP
        return MORE

    def _end_of_cut(self) -> Element | More | None:
        """Look for the end of an element that is too long."""
        buffer = self.buffer
        stop = self._ahead.next_start(buffer.at, self._cut_marks)
        if stop is None:
            if not buffer.ended:
                buffer.at = max(buffer.at, len(buffer.text) - OVERLAP)
                return MORE
            stop = len(buffer.text)
        kept, self._cut, buffer.at = self._cut, "", stop
        return Element(None, kept, TOO_LONG)

    def _table_row(self, start: int) -> Element | More | None:
        """A row of a table whose columns are named apart, as an object."""
        buffer, text = self.buffer, self.buffer.text
        try:
            value, end = scan_lenient(text, start)
        except FAILURES as error:
            return MORE if buffer.may_mend(error, start) else self._damaged(start, reason_of(error, start))
        buffer.at = end
        row = row_as_object(self._columns, len(value), text[start:end])
        try:
            return Element(scan_lenient(row, 0)[0], row)
        except RecursionError:
            return Element(Repeated(), row)
