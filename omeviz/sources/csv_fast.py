"""Lines of a CSV by the fast path, chunk after chunk on worker threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType

from omeviz.sources.csv_layout import Layout
from omeviz.sources.line_batch import read_lines
from omeviz.sources.line_form import LineForm
from omeviz.sources.row_source import FastPath, FastResult
from omeviz.sources.window import Window

WORKERS = 3
"""Threads: one more than two processors keep busy, while one waits."""

LONG = 0.1
"""Seconds after which whoever waits is asked whether to go on."""

PROBE = 256 << 10
"""Bytes to try first: where records are damaged again and again, a whole chunk would be decoded in vain each time."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Lines on their way through a worker."""

    start: int
    data: bytes
    result: Future[FastResult | None]


class FastReader:
    """Reads lines by the fast path, chunk after chunk on worker threads, as long as all of them are taken.

    Args:
        fast: Decodes lines.
        window: Where their bytes are.
        chunk: How many bytes are taken at once.
        probe: Try a few lines first.

    Attributes:
        position: Where the first byte stands that was not taken.
        line: The number of its line.
    """

    def __init__(self, fast: FastPath, window: Window, chunk: int, *, probe: bool) -> None:
        self._fast = fast
        self._window = window
        self._size = chunk
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

    def results(self, start: int, line: int, layout: Layout, form: LineForm) -> Iterator[FastResult | None]:
        """What the lines from a position on became, in order, up to the first that the fast path does not take.

        None whenever the next takes its time, so that whoever waits can stop.
        """
        self.position, self.line = start, line
        pending: deque[_Chunk] = deque()
        ahead, size = start, self._first
        while True:
            while len(pending) < (WORKERS if size == self._size else 1):
                data = self._next(ahead, size)
                if not data:
                    break
                pending.append(_Chunk(ahead, data, self._pool.submit(self._decode, data, layout, form)))
                ahead += len(data)
            if not pending:
                return
            chunk = pending.popleft()
            while not wait([chunk.result], LONG).done:
                yield None
            got = chunk.result.result()
            if got is None:
                return
            first_line, taken = self.line, got.height
            length = len(chunk.data) if got.complete else _offset_of_line(chunk.data, taken)
            self.position, self.line = chunk.start + length, first_line + taken
            self._window.give_up(self.position)
            if taken:
                yield got.at_line(first_line)
            if not got.complete:
                return
            size = self._size

    def _next(self, start: int, size: int) -> bytes:
        """Whole lines from a position on, up to a chunk; empty where there are none."""
        window = self._window
        window.fill(start + size + 1, wait=False)
        if window.ended and window.stop - start <= size:
            return window.slice(start, window.stop)
        return window.slice(start, window.line_end_before(start, start + size))

    def _decode(self, data: bytes, layout: Layout, form: LineForm) -> FastResult | None:
        batch = read_lines(data, layout, form)
        return None if batch is None else self._fast(batch)


def _offset_of_line(data: bytes, number: int) -> int:
    """Where a line (from 0) begins."""
    position = 0
    for _ in range(number):
        position = data.index(b"\n", position) + 1
    return position
