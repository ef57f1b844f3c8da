"""Rows of omeviz's own Parquet as parts of a store, without decoding them again.

The decoded columns are trusted: the file is as omeviz wrote it (its checksum says so), in this version of the format.
Where somebody does not want to trust them, or where the columns of an event are others than in the file, everything is
decoded from the texts, in the order of day and month that the source had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from omeviz import own_parquet
from omeviz.events.decode import UNUSABLE_REASON, decode
from omeviz.events.part import FRAME_SCHEMA, EventPart
from omeviz.events.problems import ProblemKind
from omeviz.events.times import Order
from omeviz.events.wrapper import meanings
from omeviz.guard import CSV_HEADINGS
from omeviz.own_parquet import Description, KeptLayout
from omeviz.sources.batch import Damage, RawBatch

MOST_CUTS = 256
"""Cuts in one row group. Records of one time stay in their order, unless a file needs more cuts than that for it."""

_ALL_PROBLEMS = sum(ProblemKind)
_LIST = pl.List(pl.String)
_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999  # what Python calls a date
_SHARED = ("id", "user", "message", "org", "object", "ip")


@dataclass(frozen=True, slots=True)
class KeptPart:
    """Some records of one source.

    Attributes:
        source: Index of the source in the file.
        part: The records; its `source` is that of the file too.
        unusable: (line, reason, raw text) of rows that are no records when they are decoded again.
    """

    source: int
    part: EventPart
    unusable: tuple[tuple[int, str, str], ...] = ()


def column_of(name: str) -> str:
    """The file's column for a column of the frame."""
    special = {"line": own_parquet.LINE, "problems": own_parquet.PROBLEMS, "recipients": own_parquet.RECIPIENTS}
    return special.get(name) or CSV_HEADINGS.get(name) or f"{own_parquet.KEY}.{name}"


def decoded_columns() -> tuple[tuple[str, str, str], ...]:
    """(column of the frame, column of the file, its type in the frame) for everything that is decoded."""
    return tuple((name, column_of(name), str(dtype)) for name, dtype in FRAME_SCHEMA.items() if name != "audit")


class KeptReader:
    """Makes parts of the row groups of one file.

    Args:
        told: What the file says of itself.
        careful: Decode everything from the texts.
        dates: The order of day and month, where the user names one: then everything is decoded with it.

    Attributes:
        trusts: Nothing is decoded.
    """

    def __init__(self, told: Description, *, careful: bool = False, dates: Order | None = None) -> None:
        self._told = told
        self._dates = dates
        self.trusts = not careful and dates is None and told.decoded == decoded_columns()

    def parts(self, group: pl.DataFrame) -> Iterator[KeptPart]:
        """The records of a row group: one part for each source and header in it, those of one time in their order.

        Raises:
            ValueError: The file is not what it says it is.
            PolarsError: Neither are its columns.
        """
        codes = self._codes(group)
        times = group[column_of("time")] if self.trusts else None
        ends = [0, *_cuts(codes, times), group.height]
        for start, stop in pairwise(ends):
            here = codes.slice(start, stop - start)
            rows = group.slice(start, stop - start)
            several = here.unique().sort()
            for code in several:
                source, layout = divmod(int(code), len(self._told.layouts))
                some = rows if len(several) == 1 else rows.filter(here == code)
                yield self._part(some, source, self._told.layouts[layout])

    def _codes(self, group: pl.DataFrame) -> pl.Series:
        """Source and layout of each row as one number; sources first, as their records came."""
        sources, layouts = group[own_parquet.SOURCE], group[own_parquet.LAYOUT]
        for column, known in ((sources, len(self._told.sources)), (layouts, len(self._told.layouts))):
            highest = column.max()
            if column.dtype != pl.UInt32 or column.null_count() or not isinstance(highest, int) or highest >= known:
                raise ValueError(f"{column.name} counts what is not there")
        codes = sources.cast(pl.UInt64) * len(self._told.layouts) + layouts.cast(pl.UInt64)
        if any(self._told.sources[source] is None for source in sources.unique()):
            raise ValueError("it lacks a source")
        return codes

    def _part(self, rows: pl.DataFrame, source: int, layout: KeptLayout) -> KeptPart:
        wrapper = self._wrapper(rows, layout)
        raw = _present(rows, own_parquet.RAW, pl.String)
        reasons = _present(rows, own_parquet.REASON, pl.String)
        extra = {row: tuple(map(str, cells)) for row, cells in _present(rows, own_parquet.EXTRA, _LIST).items()}
        if not self.trusts:
            return self._decoded(rows, source, layout, wrapper, raw, reasons, extra)
        frame = _frame(rows)
        wrapper, frame = _shared(wrapper, frame, layout)
        part = EventPart(
            source, layout.names, layout.audit_index, layout.row_is_record, frame, wrapper, raw, reasons, extra
        )
        return KeptPart(source, part)

    def _wrapper(self, rows: pl.DataFrame, layout: KeptLayout) -> pl.DataFrame:
        width = len(layout.names)
        if layout.places or not width:
            names = [self._told.wrapper[place] for place in layout.places]
            return pl.DataFrame([_texts(rows, name).alias(str(place)) for place, name in enumerate(names)])
        cells = rows[own_parquet.CELLS]
        if cells.dtype != _LIST or (cells.list.len() != width).any() or cells.null_count():
            raise ValueError("its wrapper cells are none")
        by_row = cells.to_list()
        return pl.DataFrame([pl.Series(str(i), [row[i] for row in by_row], dtype=pl.String) for i in range(width)])

    def _decoded(
        self,
        rows: pl.DataFrame,
        source: int,
        layout: KeptLayout,
        wrapper: pl.DataFrame,
        raw: dict[int, str],
        reasons: dict[int, str],
        extra: dict[int, tuple[str, ...]],
    ) -> KeptPart:
        kept = self._told.sources[source]
        dates = self._dates or ("dmy" if kept is not None and kept.dates == "dmy" else "mdy")
        bits = rows[own_parquet.PROBLEMS].cast(pl.UInt32).fill_null(0)
        encoding = int(ProblemKind.ENCODING)
        batch = RawBatch(
            layout.names,
            layout.audit_index,
            layout.row_is_record,
            [wrapper[name].to_list() for name in wrapper.columns],
            _texts(rows, own_parquet.AUDIT).to_list(),
            rows[own_parquet.LINE].cast(pl.UInt64).fill_null(0).to_list(),
            {row: Damage(reasons.get(row, ""), text, bool(bits[row] & encoding)) for row, text in raw.items()},
            extra,
        )
        decoded = decode(batch, dates)
        unusable = tuple(
            (batch.lines[row], reasons.get(row, UNUSABLE_REASON), raw.get(row, batch.audit[row] or ""))
            for row in decoded.unusable
        )
        return KeptPart(source, decoded.part(source), unusable)


def _cuts(codes: pl.Series, times: pl.Series | None) -> list[int]:
    """Where a group must be cut so that records of one time keep their order when they are sorted by their codes."""
    if times is None or codes.n_unique() < 2:
        return []
    rows = pl.DataFrame({"time": times, "code": codes.cast(pl.Int64)}).with_row_index("row")
    tied = rows.sort("time", maintain_order=True).select(
        "row", turned=pl.col("time").eq_missing(pl.col("time").shift(1)) & (pl.col("code").diff() < 0)
    )
    found = tied.filter(pl.col("turned").fill_null(value=False))["row"].sort()
    return found.head(MOST_CUTS).to_list()


def _frame(rows: pl.DataFrame) -> pl.DataFrame:
    """The decoded columns, checked so that nothing else in the program can stumble over them."""
    series = []
    for name, dtype in FRAME_SCHEMA.items():
        column = rows[column_of(name)]
        if name == "time":
            if column.dtype != pl.Datetime("us", "UTC"):
                raise ValueError("its times are none")
            column = column.dt.replace_time_zone(None)
            low, high = column.to_physical().min(), column.to_physical().max()
            if isinstance(low, int) and isinstance(high, int) and not _EARLIEST <= low <= high <= _LATEST:
                raise ValueError("its times are none")
        elif column.dtype != dtype:
            raise ValueError(f"{column.name} is of another type")
        if name in ("line", "problems", "status") and column.null_count():
            raise ValueError(f"{column.name} has gaps")
        if name == "problems":
            column = column & _ALL_PROBLEMS
        series.append(column.alias(name))
    return pl.DataFrame(series)


def _shared(wrapper: pl.DataFrame, frame: pl.DataFrame, layout: KeptLayout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Equal columns share their memory: the wrapper repeats AuditData, and the sender is the user."""
    if layout.audit_index is not None:
        for slot, places in meanings(layout.names).items():
            name = str(places[0])
            if slot in _SHARED and wrapper[name].equals(frame[slot], check_names=False):
                wrapper = wrapper.with_columns(frame[slot].alias(name))
    if frame["sender"].equals(frame["user"], check_names=False):
        frame = frame.with_columns(sender=frame["user"])
    return wrapper, frame


def _texts(rows: pl.DataFrame, name: str) -> pl.Series:
    column = rows[name]
    if column.dtype != pl.String:
        raise ValueError(f"{name} holds no texts")
    return column


def _present(rows: pl.DataFrame, name: str, dtype: Any) -> dict[int, Any]:
    """The rows that have something in a column, which few have."""
    column = rows[name]
    if column.dtype != dtype:
        raise ValueError(f"{name} is of another type")
    places = column.is_not_null().arg_true()
    return dict(zip(places.to_list(), column.gather(places).to_list(), strict=True)) if len(places) else {}
