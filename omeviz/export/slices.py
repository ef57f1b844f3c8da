"""The records of an export, a slice at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from omeviz.events.part import EventPart
from omeviz.store import Store

SLICE_ROWS = 10_000
"""Most records in a slice."""

SLICE_BYTES = 32 * 1024 * 1024
"""Roughly the most AuditData in a slice, so that huge records do not have the whole export in memory twice."""

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


class WrapperFilter(Protocol):
    """What a wrapper's cells go through before anything is written."""

    def wrapper(self, position: int, cells: WrapperCells) -> WrapperCells:
        """The cells as they may be written.

        Args:
            position: Which record of the slice, from 0.
            cells: Its cells as in the source.
        """


@dataclass(frozen=True, slots=True)
class Slice:
    """Some records, in the order to write.

    A writer takes wrapper cells from `wrapper_cells` only: what it finds in `parts` is not redacted.

    Attributes:
        frame: The columns that were asked for; categories as texts, `file` the source's name.
        rows: Their row numbers in the store.
        parts: The store's parts, for what the frame does not have.
        starts: The row number of each part's first record.
        redaction: Set where this slice is redacted; its frame is already.
    """

    frame: pl.DataFrame
    rows: pl.Series
    parts: Sequence[EventPart]
    starts: Sequence[int]
    redaction: WrapperFilter | None = None


@dataclass(frozen=True, slots=True)
class WrapperCells:
    """What one record's row held beside AuditData.

    Attributes:
        names: The column names as in the source; a cell beyond the header's has an empty one.
        cells: One for each name; None: the row ended before it.
        row_is_record: These cells are the record.
    """

    names: tuple[str, ...]
    cells: tuple[str | None, ...]
    row_is_record: bool


def slices(store: Store, rows: pl.Series | Sequence[int], columns: Sequence[str]) -> Iterator[Slice]:
    """Gather records from the store.

    Args:
        store: It may grow meanwhile; row numbers stay.
        rows: Row numbers, in the order to write.
        columns: Columns of the store's frame, and `file`.
    """
    frame, placed = store.frame, store.placed
    names = [_LONE_SURROGATES.sub("\ufffd", source.name) for source in store.sources]
    wanted = [_expression(name, frame.schema, names) for name in columns]
    needed = [name if name != "file" else "source" for name in columns]
    frame = frame.select(list(dict.fromkeys(needed)))
    numbers = pl.Series(rows, dtype=pl.UInt32)
    height = _slice_height(frame)
    for start in range(0, len(numbers), height):
        chosen = numbers.slice(start, height)
        yield Slice(frame[chosen].select(wanted), chosen, placed.parts, placed.starts)


def _expression(name: str, schema: Mapping[str, pl.DataType], source_names: Sequence[str]) -> pl.Expr:
    if name == "file":
        numbers = list(range(len(source_names)))
        return pl.col("source").replace_strict(numbers, source_names, return_dtype=pl.String).alias("file")
    if isinstance(schema[name], pl.Categorical | pl.Enum):
        return pl.col(name).cast(pl.String)
    return pl.col(name)


def _slice_height(frame: pl.DataFrame) -> int:
    """Records in a slice, fewer where they are huge."""
    if "audit" not in frame.columns or not frame.height:
        return SLICE_ROWS
    size = frame["audit"].str.len_bytes().sum() / frame.height
    return int(max(1, min(SLICE_ROWS, SLICE_BYTES / max(size, 1.0))))


def wrapper_cells(piece: Slice, positions: Sequence[int]) -> list[WrapperCells]:
    """The wrapper's cells of some records of a slice.

    Args:
        piece: The slice.
        positions: Positions in the slice, from 0.
    """
    if not positions:
        return []
    rows = piece.rows.gather(list(positions))
    part_of = pl.Series(piece.starts, dtype=pl.UInt32).search_sorted(rows, side="right") - 1
    found: list[WrapperCells | None] = [None] * len(positions)
    for index in part_of.unique():
        part = piece.parts[index]
        places = (part_of == index).arg_true()
        local = rows.gather(places) - piece.starts[index]
        cells = part.wrapper[local].rows() if part.header else [()] * len(local)
        for place, row, texts in zip(places, local, cells, strict=True):
            extra = part.extra.get(row, ())
            names = (*part.header, *[""] * len(extra))
            found[place] = WrapperCells(names, (*texts, *extra), part.row_is_record)
    rows_found = [item for item in found if item is not None]
    if piece.redaction is None:
        return rows_found
    return [piece.redaction.wrapper(position, cells) for position, cells in zip(positions, rows_found, strict=True)]
