"""A piece of a CSV whose records are lines, read by Polars: a proposal, which is proven line by line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType

import polars as pl

from omeviz.sources.csv_layout import Layout
from omeviz.sources.line_form import BARE, LineForm
from omeviz.sources.row_source import FastPath, FastResult
from omeviz.sources.window import Window

WORKERS = 3
"""Threads: one more than two processors keep busy, while one waits."""

LONG = 0.1
"""Seconds after which whoever waits is asked whether to go on."""

PROBE = 256 << 10
"""Bytes to try first: where records are damaged again and again, a whole chunk would be decoded in vain each time."""


_CONTROLS = bytes(code for code in range(1, 32) if code not in b"\r\n")


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines, and how Polars can cut them.

    Attributes:
        layout: The columns in force.
        form: How cells are written.
        data: The lines' bytes, each with its line end.
        lines: The lines without their ends.
        record: The record in a line of another container than CSV; None where there is none, or more.
    """

    layout: Layout
    form: LineForm
    data: bytes
    lines: pl.Series
    record: Callable[[str], str | None] | None = None

    @property
    def is_bare(self) -> bool:
        """Lines are AuditData and nothing else."""
        return self.form is BARE

    def cells_of(self, line: str) -> list[str] | None:
        """A line's cells, if it is one whole record by itself."""
        if self.record is not None:
            record = self.record(line)
            return None if record is None else [record]
        try:
            found = list(csv.reader([line], delimiter=self.layout.delimiter, strict=True))
        except csv.Error:
            return None
        return found[0] if len(found) == 1 and len(found[0]) == len(self.layout.names) else None

    def pieces(self, numbers: Sequence[int]) -> pl.DataFrame:
        """The lines cut at each quote: columns "p0", "p1", … by piece; lines with fewer pieces have nulls."""
        wanted = [f"column_{number}" for number in numbers]
        frame = pl.read_csv(
            self.data,
            has_header=False,
            separator='"',
            quote_char=None,
            schema={f"column_{index}": pl.String for index in range(max(numbers) + 1)},
            columns=wanted,
            empty_string_is_null=False,
            extra_columns="ignore",
            missing_columns="insert",
        )
        return frame.select(pl.col(name).alias(f"p{number}") for name, number in zip(wanted, numbers, strict=True))

    def has_controls(self) -> bool:
        """Whether a line holds a control character, which JSON does not allow."""
        return len(self.data.translate(None, _CONTROLS)) != len(self.data)


def read_lines(data: bytes, layout: Layout, form: LineForm) -> LineBatch | None:
    """Read lines that look like one record each; None where they are something else.

    Args:
        data: Whole lines, UTF-8.
        layout: The columns in force.
        form: How cells are written.
    """
    if b"\x00" in data or data.startswith(b"\xef\xbb\xbf"):
        return None
    try:
        lines = pl.read_csv(
            data,
            has_header=False,
            separator="\x01",
            quote_char=None,
            schema={"line": pl.String},
            empty_string_is_null=False,
            extra_columns="raise",
        )["line"]
    except (pl.exceptions.PolarsError, ValueError):
        return None
    ends = len(data) - int(lines.str.len_bytes().sum())
    if not lines.len() - 1 <= ends <= 2 * lines.len() or lines.str.contains("\r", literal=True).any():
        return None
    return LineBatch(layout, form, data, lines)


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

    Attributes:
        position: Where the first byte stands that was not taken.
        line: The number of its line.
    """

    def __init__(self, fast: FastPath, window: Window, chunk: int) -> None:
        self._fast = fast
        self._window = window
        self._size = chunk
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
        ahead, size = start, min(PROBE, self._size)
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
