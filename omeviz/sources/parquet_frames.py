"""Reading the rows of a Parquet file, in the same steps for the trial and for the reading itself."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omeviz import own_parquet
from omeviz.own_parquet import Description

if TYPE_CHECKING:
    import polars as pl

BATCH_ROWS = 8192
"""Rows that are taken at once of a table that is not omeviz's own."""

_OUTSIDE = -(2**62)


@dataclass(frozen=True, slots=True)
class Table:
    """What a Parquet file says it holds.

    Attributes:
        schema: Type of each column.
        told: What omeviz wrote about it, or None.
        metadata: The file's own key-value metadata.
    """

    schema: dict[str, Any]
    told: Description | None
    metadata: dict[str, str]


def table_of(path: Path) -> Table:
    """The table of contents; raises whatever Polars does."""
    import polars as pl

    schema = dict(pl.read_parquet_schema(path))
    metadata = pl.read_parquet_metadata(path)
    return Table(schema, own_parquet.described(metadata, schema), metadata)


def groups(path: Path, told: Description) -> Iterator[pl.DataFrame]:
    """The rows of an own file, a row group at a time; a reader that goes on waits until it is asked."""
    import polars as pl

    whole = pl.scan_parquet(path, glob=False)
    for start in range(0, told.records, told.group_rows):
        frame = whole.slice(start, told.group_rows).collect()
        if frame.height != min(told.group_rows, told.records - start):
            raise ValueError("it has fewer rows than it should")
        yield frame


def copies(path: Path, told: Description) -> Iterator[pl.DataFrame]:
    """The further copies of the events of an own file, as `groups` gives its rows."""
    import polars as pl

    if not told.copies:
        return
    whole = pl.scan_parquet(io.BytesIO(_inserted(path, told.unusable_size + told.copies_size, told.copies_size)))
    for start in range(0, told.copies, told.group_rows):
        frame = whole.slice(start, told.group_rows).collect()
        if frame.height != min(told.group_rows, told.copies - start):
            raise ValueError("it has fewer copies than it should")
        yield frame


def _inserted(path: Path, before: int, size: int) -> bytes:
    """So many of the bytes between rows and footer, from so many bytes before the footer on."""
    with path.open("rb") as file:
        start, _ = own_parquet.footer_of(file)
        if start < before:
            raise ValueError("it has fewer bytes than it should")
        file.seek(start - before)
        return file.read(size)


def unusable_rows(path: Path, told: Description) -> Sequence[tuple[int, int, str, str]]:
    """(source, line, reason, raw text) of the unusable rows that an own file keeps."""
    import polars as pl

    if not told.unusable_size:
        return []
    frame = pl.read_parquet(io.BytesIO(_inserted(path, told.unusable_size, told.unusable_size)))
    wanted = {"source": pl.UInt32, "line": pl.UInt64, "reason": pl.String, "raw": pl.String}
    if frame.schema != wanted or sum(frame.null_count().row(0)):
        raise ValueError("its unusable rows are none")
    return frame.rows()


def batches(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows of any file, these columns, some thousands at a time."""
    import polars as pl

    frames = pl.scan_parquet(path, glob=False).select(columns).collect_batches(chunk_size=BATCH_ROWS)
    for frame in frames:
        for start in range(0, frame.height, BATCH_ROWS):
            yield frame.slice(start, BATCH_ROWS)
