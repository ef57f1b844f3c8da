"""The columns of a slice as texts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omeviz.events.problems import UNUSABLE_AUDIT
from omeviz.events.wrapper import meanings
from omeviz.export.slices import Slice, wrapper_cells

ISO_TIME = "%Y-%m-%dT%H:%M:%S%.fZ"
"""ISO 8601 in UTC, with a fraction of a second only where there is one."""


def texts(piece: Slice, columns: Sequence[str]) -> pl.DataFrame:
    """The chosen columns of a slice as texts; absent values are null."""
    frame = piece.frame
    if "time" not in columns:
        return frame.select(columns)
    unreadable = frame.select(
        (pl.col("time").is_null() & (pl.col("problems") & int(UNUSABLE_AUDIT) != 0)).arg_true()
    ).to_series()
    frame = frame.select(columns).with_columns(pl.col("time").dt.strftime(ISO_TIME))
    if len(unreadable):
        # Nothing else in the export would say what stood there, and a row of nothing else would be no record.
        frame = frame.with_columns(frame["time"].scatter(unreadable, _times_as_written(piece, unreadable)))
    return frame


def _times_as_written(piece: Slice, positions: pl.Series) -> list[str | None]:
    """The wrapper's cell of the time, for records whose time cannot be read."""
    found: list[str | None] = []
    places: dict[tuple[str, ...], tuple[int, ...]] = {}
    for row in wrapper_cells(piece, positions.to_list()):
        if row.names not in places:
            places[row.names] = meanings(row.names).get("time", ())
        cells = (row.cells[place] or "" for place in places[row.names])
        found.append(next((cell for cell in cells if cell.strip()), None))
    return found
