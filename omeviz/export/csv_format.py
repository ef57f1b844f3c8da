"""CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, the columns of `omeviz.guard.CSV_HEADINGS`.

A cell that a spreadsheet would take for a formula has a quote in front (`omeviz.guard`); everything else is as it
was decoded, and AuditData as it was in the source. An absent value is an empty cell, an empty text is `""`.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from typing import BinaryIO

import polars as pl

from omeviz.export.cells import texts
from omeviz.export.columns import DEFAULT_COLUMNS
from omeviz.export.slices import Slice
from omeviz.guard import CSV_HEADINGS, GUARDED_PATTERN, QUOTE


def columns_read(columns: tuple[str, ...] | None) -> tuple[str, ...]:
    """The columns to write, and whether AuditData can be read."""
    chosen = columns or DEFAULT_COLUMNS
    return (*chosen, "problems")


def writer(sink: BinaryIO, columns: tuple[str, ...] | None) -> CsvWriter:
    """A writer onto a sink; the header is written at once."""
    return CsvWriter(sink, columns or DEFAULT_COLUMNS)


class CsvWriter:
    """Writes records as rows of cells."""

    def __init__(self, sink: BinaryIO, columns: Sequence[str]) -> None:
        self._sink = sink
        self._columns = columns
        sink.write(codecs.BOM_UTF8 + ",".join(CSV_HEADINGS[name] for name in columns).encode() + b"\r\n")

    def write(self, piece: Slice) -> None:
        """Write the records of a slice."""
        frame = texts(piece, self._columns).select(_guarded(name) for name in self._columns)
        if len(self._columns) == 1:
            frame = frame.select(pl.all().fill_null(""))  # written as "": a blank line would be no row
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False, line_terminator="\r\n", quote_style="necessary")
        self._sink.write(buffer.getbuffer())

    def finish(self) -> None:
        """Nothing stands behind the last row."""


def _guarded(name: str) -> pl.Expr:
    cell = pl.col(name)
    guarded = pl.concat_str(pl.lit(QUOTE), cell)
    return pl.when(cell.str.contains(GUARDED_PATTERN)).then(guarded).otherwise(cell).alias(name)
