"""A piece of a CSV whose records are lines, read by Polars: a proposal, which is proven line by line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

import polars as pl

from omeviz.sources.csv_layout import Layout
from omeviz.sources.row_source import FastPath, FastResult
from omeviz.sources.window import Window

WORKERS = 3
"""Threads: one more than two processors keep busy, while one waits."""

PROBE = 256 << 10
"""Bytes to try first: where records are damaged again and again, a whole chunk would be decoded in vain each time."""

Quoting = tuple[str, ...]
"""For each column, how its cells are written: `always` in quotes, or `needed`: only where a cell has a reason."""


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines, and what Polars made of them.

    Attributes:
        layout: The columns in force.
        quoting: How cells are written.
        data: The lines' bytes, each with its line end.
        lines: The lines without their ends.
        wrapper: The cells beside AuditData, as proposed, columns "0", "1", … in the order of the header.
    """

    layout: Layout
    quoting: Quoting
    data: bytes
    lines: pl.Series
    wrapper: pl.DataFrame

    @property
    def quotes_before(self) -> int:
        """How many quotes stand before AuditData's text in a line, where every column keeps to its quoting."""
        assert self.layout.audit is not None  # noqa: S101  # there is no batch without it
        return sum(2 for style in self.quoting[: self.layout.audit] if style == "always") + 1

    def pieces(self, numbers: Sequence[int]) -> pl.DataFrame:
        """The lines cut at each quote: columns named by piece, counted from the beginning of AuditData's text.

        Lines with fewer pieces have nulls.
        """
        offset = self.quotes_before
        wanted = [f"column_{number + offset}" for number in numbers]
        frame = pl.read_csv(
            self.data,
            has_header=False,
            separator='"',
            quote_char=None,
            schema={f"column_{index}": pl.String for index in range(max(numbers) + offset + 1)},
            columns=wanted,
            empty_string_is_null=False,
            extra_columns="ignore",
            missing_columns="insert",
        )
        return frame.select(pl.col(name).alias(str(number)) for name, number in zip(wanted, numbers, strict=True))


def written(layout: Layout, quoting: Quoting, audit: Sequence[pl.Expr]) -> list[pl.Expr]:
    """The texts which, joined, are a line of a batch's cells.

    Args:
        layout: The columns.
        quoting: How cells are written.
        audit: The texts which, joined, are AuditData with its quotes doubled.
    """
    sign, texts = layout.delimiter, list[pl.Expr]()
    column = 0
    for index, style in enumerate(quoting):
        texts.append(pl.lit(("" if index == 0 else sign) + ('"' if style == "always" else "")))
        if index == layout.audit:
            texts.extend(audit)
        else:
            texts.append(written_cell(pl.col(str(column)), style, sign))
            column += 1
        if style == "always":
            texts.append(pl.lit('"'))
    return texts


def written_cell(cell: pl.Expr, style: str, sign: str) -> pl.Expr:
    """A cell as it stands between its delimiters (`always`: without the outer quotes)."""
    doubled = cell.str.replace_all('"', '""', literal=True)
    if style == "always":
        return pl.when(cell.str.contains('"', literal=True)).then(doubled).otherwise(cell)
    quoted = pl.concat_str(pl.lit('"'), doubled, pl.lit('"'))
    return pl.when(cell.str.contains_any([sign, '"', "\r", "\n"])).then(quoted).otherwise(cell)


def quoting_of(line: str, layout: Layout) -> Quoting | None:
    """How the cells of a sound line are written, or None where AuditData is not in quotes."""
    try:
        cells = next(csv.reader([line], delimiter=layout.delimiter, strict=True), [])
    except csv.Error:
        return None
    if len(cells) != len(layout.names) or layout.audit is None:
        return None
    position, styles = 0, list[str]()
    for cell in cells:
        quoted = line.startswith('"', position)
        styles.append("always" if quoted else "needed")
        position += len(cell) + (cell.count('"') + 2 if quoted else 0) + 1
    return tuple(styles) if styles[layout.audit] == "always" else None


def read_lines(data: bytes, layout: Layout, quoting: Quoting) -> LineBatch | None:
    """Read lines that look like one record each; None where they are something else.

    Args:
        data: Whole lines, UTF-8.
        layout: The columns in force.
        quoting: How cells are written.
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
    wrapper = _cells(data, layout)
    if wrapper is None or wrapper.height != lines.len():
        return None
    return LineBatch(layout, quoting, data, lines, wrapper)


def _cells(data: bytes, layout: Layout) -> pl.DataFrame | None:
    """The cells beside AuditData, as Polars reads them."""
    names = [f"column_{index}" for index in range(len(layout.names))]
    wanted = [name for index, name in enumerate(names) if index != layout.audit]
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            separator=layout.delimiter,
            schema=dict.fromkeys(names, pl.String),
            columns=wanted,
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
        )
    except (pl.exceptions.PolarsError, ValueError):
        return None
    return cells.select(pl.col(name).alias(str(index)) for index, name in enumerate(wanted))


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
        self._pool.shutdown(cancel_futures=True)

    def results(self, start: int, line: int, layout: Layout, quoting: Quoting) -> Iterator[FastResult]:
        """What the lines from a position on became, in order, up to the first that the fast path does not take."""
        self.position, self.line = start, line
        pending: deque[_Chunk] = deque()
        ahead, size = start, min(PROBE, self._size)
        while True:
            while len(pending) < (WORKERS if size == self._size else 1):
                data = self._next(ahead, size)
                if not data:
                    break
                pending.append(_Chunk(ahead, data, self._pool.submit(self._decode, data, layout, quoting)))
                ahead += len(data)
            if not pending:
                return
            chunk = pending.popleft()
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

    def _decode(self, data: bytes, layout: Layout, quoting: Quoting) -> FastResult | None:
        batch = read_lines(data, layout, quoting)
        return None if batch is None else self._fast(batch)


def _offset_of_line(data: bytes, number: int) -> int:
    """Where a line (from 0) begins."""
    position = 0
    for _ in range(number):
        position = data.index(b"\n", position) + 1
    return position
