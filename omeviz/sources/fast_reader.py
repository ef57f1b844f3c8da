"""Lines by the fast path, chunk after chunk on worker threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from omeviz.sources.csv_layout import Layout
from omeviz.sources.line_batch import LineBatch, read_lines
from omeviz.sources.line_form import LineForm
from omeviz.sources.line_rows import RowReader
from omeviz.sources.row_source import FastPath, FastResult
from omeviz.sources.window import Window

WORKERS = 3 if (os.cpu_count() or 2) > 2 else 2
"""Threads. A third one on two processors is no faster, and holds one more chunk in memory."""

AHEAD = 1
"""Chunks that wait for a worker, so that no worker waits for a chunk to be read."""

LONG = 0.02
"""Seconds after which whoever waits is asked whether to go on."""

PROBE = 256 << 10
"""Bytes to try first: where records are damaged again and again, a whole chunk would be decoded in vain each time."""


class Cut(Protocol):
    """How a source is cut into chunks, and these into lines."""

    def end(self, window: Window, start: int, stop: int) -> int:
        """Where a chunk ends that begins at `start` and does not go beyond `stop`; `start`: there is none."""

    def lines(self, data: bytes) -> LineBatch | None:
        """A chunk's lines, each where it stands in the chunk; None where it has none that the fast path could take."""


@dataclass(frozen=True, slots=True)
class CsvCut:
    """Lines of a CSV.

    Attributes:
        layout: The columns in force.
        form: How their cells are written.
        reader: Reads lines one by one.
        foreign: Lines that are no UTF-8 may be read as Windows-1252.
    """

    layout: Layout
    form: LineForm
    reader: RowReader
    foreign: bool

    def end(self, window: Window, start: int, stop: int) -> int:
        """Behind the last line end, or where the source ends."""
        if window.ended and window.stop <= stop:
            return window.stop
        return window.line_end_before(start, stop)

    def lines(self, data: bytes) -> LineBatch | None:
        """As they are."""
        return read_lines(data, self.layout, self.form, self.reader, foreign=self.foreign)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Lines on their way through a worker: what became of them, and how many bytes those have that were taken."""

    start: int
    length: int
    result: Future[tuple[FastResult, int] | None]


class FastReader:
    """Reads lines by the fast path, chunk after chunk on worker threads, as long as all of them are taken.

    Args:
        fast: Decodes lines.
        window: Where their bytes are.
        chunk: How many bytes are taken at once.
        probe: Try a few lines first.
        kept: Bytes before `position` that stay in the window, as far as they were there.

    Attributes:
        position: Where the first byte stands that was not taken.
        line: The number of its line.
    """

    def __init__(self, fast: FastPath, window: Window, chunk: int, *, probe: bool, kept: int = 0) -> None:
        self._fast = fast
        self._window = window
        self._size = chunk
        self._kept = kept
        self._first = min(PROBE, chunk) if probe else chunk
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="omeviz-decode")
        self.position = window.start
        self.line = 1

    def __enter__(self) -> FastReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)  # whoever stops does not wait for what it will not see

    def results(self, start: int, line: int, cut: Cut) -> Iterator[FastResult | None]:
        """What the lines from a position on became, in order, up to the first that the fast path does not take.

        None whenever the next takes its time, so that whoever waits can stop.
        """
        self.position, self.line = start, line
        pending: deque[_Chunk] = deque()
        ahead, size = start, self._first
        while True:
            while len(pending) < (WORKERS + AHEAD if size == self._size else 1):
                data = self._next(cut, ahead, size)
                if not data:
                    break
                pending.append(_Chunk(ahead, len(data), self._pool.submit(self._decode, data, cut)))
                ahead += len(data)
            if not pending:
                return
            chunk = pending.popleft()
            while not wait([chunk.result], LONG).done:
                yield None
            done = chunk.result.result()
            if done is None:
                return
            got, length = done
            first_line = self.line
            self.position, self.line = chunk.start + length, first_line + got.height
            self._window.give_up(self.position - self._kept)
            if got.height:
                yield got.at_line(first_line)
            if not got.complete:
                return
            size = self._size

    def _next(self, cut: Cut, start: int, size: int) -> bytes:
        """Whole lines from a position on, up to a chunk; empty where there are none."""
        window = self._window
        window.fill(start + size + 1, wait=False)
        return window.slice(start, cut.end(window, start, min(start + size, window.stop)))

    def _decode(self, data: bytes, cut: Cut) -> tuple[FastResult, int] | None:
        batch = cut.lines(data)
        if batch is None:
            return None
        got = self._fast(batch)
        return got, len(data) if got.complete else int(batch.written.starts[got.height])
