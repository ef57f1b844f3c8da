"""Bare JSON records, one after another with the same sign between them, read as lines by the fast path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from omeviz.sources.csv_layout import Layout
from omeviz.sources.json_buffer import Buffer
from omeviz.sources.line_batch import LineBatch, read_lines
from omeviz.sources.line_form import BARE
from omeviz.sources.line_rows import RecordReader
from omeviz.sources.window import Window

_LEAST = 1 << 12
_TAIL = 1 << 16
"""Bytes in which the end of a chunk is looked for first."""

_LAYOUT = Layout(("AuditData",), 0, ",")
_BETWEEN = re.compile(r'(,\r?\n|\r?\n|,)(\{"[^"\\\r\n]{1,80}":)')


@dataclass(frozen=True, slots=True)
class JsonCut:
    """Records between which the same sign stands; a chunk begins with it.

    Attributes:
        sign: What stands between records.
        start: How each begins.
        reader: Tells records among objects.
    """

    sign: bytes
    start: bytes
    reader: RecordReader

    def end(self, window: Window, start: int, stop: int) -> int:
        """Before the last sign; the source's last record is left, since nothing shows that it is whole."""
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
        """Each record as a line; a sign becomes line ends of the same length, and lines that are empty do not count."""
        lines = data
        if b"," in self.sign:
            lines = data.replace(self.sign + self.start, self.sign.replace(b",", b"\n") + self.start)
            ends = data.count(b"\n")
            if ends and (self.sign == b"," or lines.count(b"\n") != 2 * ends):
                return None  # line ends elsewhere
        return read_lines(lines, _LAYOUT, BARE, self.reader, blanks=False)


def cut_of(buffer: Buffer, record: Callable[[str], str | None]) -> JsonCut | None:
    """How the records from where a buffer stands are cut; None where what stands between them is unusual.

    Args:
        buffer: Stands behind a record.
        record: The record in a text that is one object; None where there is none, or more.
    """
    if len(buffer.text) - buffer.at < _LEAST and not buffer.ended:
        buffer.fetch(_LEAST)
    found = _BETWEEN.match(buffer.text, buffer.at)
    if found is None:
        return None
    try:
        return JsonCut(found[1].encode(), found[2].encode(), RecordReader(record))
    except UnicodeEncodeError:  # bytes that were no UTF-8
        return None
