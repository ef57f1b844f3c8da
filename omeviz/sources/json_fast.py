"""JSON objects, one after another with the same sign between them, read as lines by the fast path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from omeviz.sources.arrays import Places
from omeviz.sources.byte_search import no_utf8
from omeviz.sources.csv_layout import Layout
from omeviz.sources.json_batches import Column, columns_of
from omeviz.sources.json_buffer import Buffer
from omeviz.sources.json_form import form_of_object
from omeviz.sources.json_marks import with_marks
from omeviz.sources.json_records import Found
from omeviz.sources.json_scan import FAILURES, scan
from omeviz.sources.line_batch import LineBatch, Written, read_spans
from omeviz.sources.line_form import LineForm
from omeviz.sources.line_rows import ObjectReader
from omeviz.sources.window import Window

_LEAST = 1 << 16
_TAIL = 1 << 16
"""Bytes in which the end of a chunk is looked for first."""

_LARGEST = 1 << 30

_BETWEEN = re.compile(
    r"(?P<sign>[ \t\r\n]*+,[ \t\r\n]*+|[ \t]*+\r?\n[ \t\r\n]*+)(?P<start>(?P<brace>\{)[ \t\r\n]*+\"[^\"\\\r\n]{1,80}\")"
)


@dataclass(frozen=True, slots=True)
class JsonCut:
    """Objects between which the same sign stands; a chunk begins with it.

    Attributes:
        sign: What stands between objects.
        start: How each begins.
        layout: Their keys.
        form: How they are written.
        reader: Reads objects one by one.
        columns: The keys as columns.
    """

    sign: bytes
    start: bytes
    layout: Layout
    form: LineForm
    reader: ObjectReader
    columns: Sequence[Column]

    def end(self, window: Window, start: int, stop: int) -> int:
        """Before the last sign; the source's last object is left, since nothing shows that it is whole."""
        first, tail = start + len(self.sign), _TAIL
        while True:
            begin = max(first, stop - tail)
            found = window.slice(begin, stop).rfind(self.sign + self.start) if begin < stop else -1
            if found >= 0:
                return begin + found
            if begin == first or begin >= stop:
                return start
            tail *= 8

    def lines(self, data: bytes) -> LineBatch | None:
        """Each object as a line."""
        if not data.startswith(self.sign + self.start) or len(data) > _LARGEST or no_utf8(data):
            return None
        written = self._objects(data)
        if self.form.is_object or self.form.quote == '"':
            return read_spans(self.layout, self.form, self.reader, written, written)
        lines = with_marks(written)
        return None if lines is None else read_spans(self.layout, self.form, self.reader, lines, written)

    def _objects(self, data: bytes) -> Written:
        """Where objects begin and end, without the blanks around them."""
        sign = self.sign + self.start
        places = [match.start() for match in re.finditer(re.escape(sign), data)]
        starts: Places = np.array(places, np.int64)
        ends = np.append(starts[1:], len(data))
        starts += len(self.sign)
        signs = np.frombuffer(data, np.uint8)
        while (blank := np.isin(signs[ends - 1], np.frombuffer(b" \t\r\n", np.uint8)) & (ends > starts)).any():
            ends -= blank
        return Written(data, starts, ends)


def cut_of(buffer: Buffer, find: Callable[[str], Found | None]) -> JsonCut | None:
    """How the objects from where a buffer stands are cut; None where the next one, or the sign before it, is unusual.

    Args:
        buffer: Stands behind an object.
        find: The record in a text that is one object; None where there is none, or more.
    """
    if len(buffer.text) - buffer.at < _LEAST and not buffer.ended:
        buffer.fetch(_LEAST)
    between = _BETWEEN.match(buffer.text, buffer.at)
    if between is None:
        return None
    begin = between.start("start")
    try:
        text = buffer.text[begin : scan(buffer.text, begin)[1]]
        found = find(text)
        form = None if found is None else form_of_object(text, found)
        if found is None or form is None:
            return None
        sign, start = between["sign"], between["start"]
        if "," not in sign:  # where lines are records, they may begin with any key
            start = between["brace"]
        return JsonCut(sign.encode(), start.encode(), *form, ObjectReader(find, form[0]), columns_of(found))
    except FAILURES:  # bytes that were no UTF-8, too
        return None
