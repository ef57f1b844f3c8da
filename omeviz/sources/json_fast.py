"""Bare JSON records, one after another with the same sign between them, read as lines by the fast path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from omeviz.sources.csv_fast import LONG, WORKERS
from omeviz.sources.csv_layout import Layout
from omeviz.sources.json_buffer import Buffer
from omeviz.sources.line_batch import read_lines
from omeviz.sources.line_form import BARE
from omeviz.sources.row_source import FastPath, FastResult

MOST_CHARACTERS = 8 << 20
"""Taken at once: a text takes up to four bytes a character while it waits."""

PROBE = 256 << 10
"""Characters to try first."""

_LEAST = 1 << 12
_LAYOUT = Layout(("AuditData",), 0, ",")
_BETWEEN = re.compile(r'(,\r?\n|\r?\n|,)(\{"[^"\\\r\n]{1,80}":)')

Record = Callable[[str], "str | None"]
"""The record in a text that is one object; None where there is none, or more."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some records on their way through a worker.

    Attributes:
        text: As in the source, without the sign before the first.
        result: What the fast path made of them.
    """

    text: str
    result: Future[FastResult | None]


class JsonFastReader:
    """Reads on from where a buffer stands, as long as everything is taken.

    Args:
        fast: Decodes lines.
        buffer: Stands behind a record; is moved behind the last one taken.
        record: Tells records among objects.
        chunk: Characters that are taken at once.
    """

    def __init__(self, fast: FastPath, buffer: Buffer, record: Record, chunk: int) -> None:
        self._fast = fast
        self._buffer = buffer
        self._record = record
        self._size = min(chunk, MOST_CHARACTERS)

    def results(self, number: int) -> Iterator[FastResult | None]:
        """What the records from here on became, in order; None whenever the next takes its time.

        Args:
            number: The number of the first.
        """
        size = min(PROBE, self._size)
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="omeviz-decode")
        try:
            while True:
                between = self._between()
                if between is None:
                    return
                pieces = [
                    _Piece(text, pool.submit(self._decode, text, between))
                    for text in self._texts(between, size, 1 if size < self._size else WORKERS)
                ]
                if not pieces:
                    return
                for piece in pieces:
                    while not wait([piece.result], LONG).done:
                        yield None
                    got = piece.result.result()
                    if got is None:
                        return
                    if got.height:
                        self._move(between, piece.text, got)
                        yield got.at_line(number)
                        number += got.height
                    if not got.complete:
                        return
                size = self._size
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _between(self) -> tuple[str, str] | None:
        """The sign between records, and how the next one begins; None where that is unusual."""
        buffer = self._buffer
        if len(buffer.text) - buffer.at < _LEAST and not buffer.ended:
            buffer.fetch(_LEAST)
        found = _BETWEEN.match(buffer.text, buffer.at)
        return None if found is None else (found[1], found[2])

    def _texts(self, between: tuple[str, str], size: int, count: int) -> list[str]:
        """Whole records from where the buffer stands, in pieces; the last of the source is left."""
        buffer, (sign, start) = self._buffer, between
        missing = size * count - (len(buffer.text) - buffer.at)
        if missing > 0 and not buffer.ended:
            buffer.fetch(missing)
        text, at, texts = buffer.text, buffer.at, list[str]()
        for _ in range(count):
            begin = at + len(sign)
            stop = text.rfind(sign + start, begin, begin + size)
            if stop < 0:
                break
            texts.append(text[begin:stop])
            at = stop
        return texts

    def _decode(self, text: str, between: tuple[str, str]) -> FastResult | None:
        sign, start = between
        lines = text
        if "," in sign:
            lines = text.replace(sign + start, "\n" + start)
            if lines.count("\n") * (len(sign) - 1) != len(text) - len(lines):
                return None  # line ends elsewhere
            if sign == "," and "\n" in text:
                return None
        try:
            data = lines.encode()
        except UnicodeEncodeError:  # bytes that were no UTF-8
            return None
        batch = read_lines(data, _LAYOUT, BARE, self._record)
        return None if batch is None else self._fast(batch)

    def _move(self, between: tuple[str, str], text: str, got: FastResult) -> None:
        """Behind the records that were taken."""
        sign, start = between
        end = len(text)
        if not got.complete:
            mark = sign + start if "," in sign else "\n"
            end = -1
            for _ in range(got.height):
                end = text.find(mark, end + 1)
            if sign == "\r\n":
                end -= 1
        self._buffer.at += len(sign) + end
