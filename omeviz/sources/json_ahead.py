"""Looking ahead in a JSON text: is this a page that holds rows, and where does the next record begin?"""

from __future__ import annotations

import re
from typing import NamedTuple

from omeviz.sources.json_buffer import OVERLAP, Buffer
from omeviz.sources.json_records import Records
from omeviz.sources.json_scan import FAILURES, GAP, WHOLE_STRING, key_at, scan_lenient, value_end

_DEEPEST = 4
_GUESSES = 50
_OBJECT = re.compile(r'\{\s*+"([^"\\]{0,80})"\s*+:')
_BETWEEN = frozenset(",[]}")
_BRACKETS = frozenset("}][")
_WORD_END = re.compile(r'[\w"]')
_KEY_AHEAD = re.compile(r'[^"{}\[\]]{0,40}"([^"\\]{1,80})"\s{0,20}:')
_MOST_AHEAD = 160


class Marks(NamedTuple):
    """What a record begins like.

    Attributes:
        indent: The blanks before it, or None where it does not begin its line.
        key: Its first key, or None where that cannot be read.
    """

    indent: str | None
    key: str | None


class Ahead:
    """Questions about a text that is not all there.

    Args:
        buffer: The text.
        records: What tells pages from rows, and where records begin.
    """

    def __init__(self, buffer: Buffer, records: Records) -> None:
        self._buffer = buffer
        self._records = records

    def is_page(self, start: int, depth: int = 0) -> bool | None:
        """`Records.is_page` for an object that is not all there, or not sound; None: more text is needed to tell."""
        buffer, position = self._buffer, start + 1
        text = buffer.text
        while True:
            key = key_at(text, position)
            if key is None:
                return None if self._may_be_key(position) else False
            name, position = key
            if self._records.is_telling(name):
                return False
            if text[position] in "[{":
                rows = self.holds_rows(name, position, depth)
                if rows is not False:
                    return rows
            try:
                _, position = scan_lenient(text, position)
            except FAILURES as error:
                end = value_end(text, position) if isinstance(error, RecursionError) else None
                if end is None:
                    return None if buffer.may_mend(error, start) else False
                position = end
            position = GAP.match(text, position).end()  # type: ignore[union-attr]  # matches always

    def holds_rows(self, key: str, start: int, depth: int = 0) -> bool | None:
        """Whether the list or object of a page's key is rows; None: more text is needed to tell."""
        buffer, records = self._buffer, self._records
        text = buffer.text
        if text[start] == "{":
            return records.may_hold_rows(key) and depth < _DEEPEST and self.is_page(start, depth + 1)
        if records.may_hold_rows(key):
            return True
        first = GAP.match(text, start + 1).end()  # type: ignore[union-attr]  # matches always
        if first >= len(text) and not buffer.ended:
            return None
        if not text.startswith("{", first):
            return False
        try:
            return records.is_surely_record(scan_lenient(text, first)[0])
        except FAILURES as error:
            return None if buffer.may_mend(error, first) else False

    def _may_be_key(self, position: int) -> bool:
        """Whether what stands here may be a key that has not come wholly."""
        text = self._buffer.text
        position = GAP.match(text, position).end()  # type: ignore[union-attr]  # matches always
        if self._buffer.ended or self._buffer.is_too_long(position) or text[position : position + 1] not in ("", '"'):
            return False
        string = WHOLE_STRING.match(text, position)
        return string is None or not text[string.end() :].strip(" \t\r\n:")

    def marks(self, start: int) -> Marks:
        """What the next record may begin like, judged by what begins here."""
        key = key_at(self._buffer.text, start + 1)
        return Marks(self._buffer.indent(start), None if key is None else key[0])

    def next_start(self, start: int, marks: Marks) -> int | None:
        """Where the next record begins behind this place, as far as the text goes.

        A line indented as this one's begins a record, and so does the first key of a record (this one's too), or an
        object in a list that is one beyond doubt.
        """
        text, first_keys = self._buffer.text, self._records.first_keys
        guesses = _GUESSES
        for match in _OBJECT.finditer(text, start + 1):
            place = match.start()
            before = text[max(0, place - OVERLAP) : place]
            outside = before.rstrip(" \t\r")
            sign = outside[-1:]
            if sign == "\n":
                if marks.indent == before[len(outside) :]:
                    return place
            elif sign not in _BETWEEN and (len(outside) < len(before) or not _WORD_END.match(sign)):
                continue
            if match[1] in first_keys or match[1] == marks.key:
                return place
            if guesses and outside.rstrip(" \t\r\n,")[-1:] in _BRACKETS:
                guesses -= 1
                try:
                    value, _ = scan_lenient(text, place)
                except FAILURES:
                    continue
                if self._records.is_telling_record(value):
                    return place
        return None

    def goes_on(self, end: int) -> bool | None:
        """Whether keys follow a sound object, so that a bracket too many closed it early; None: more text is needed.

        Where the key is one that records begin with, it is the next one that lost its opening bracket.
        """
        text = self._buffer.text
        follows = GAP.match(text, end).end()  # type: ignore[union-attr]  # matches always
        if text[follows : follows + 1] in ("{", "["):
            return False
        if follows + _MOST_AHEAD > len(text) and not self._buffer.ended:
            return None
        key = _KEY_AHEAD.match(text, follows)
        return key is not None and key[1] not in self._records.first_keys
