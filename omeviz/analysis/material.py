"""What an examination looks at: a store as it stands at one moment, by columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from omeviz.analysis.findings import Place
from omeviz.events.problems import ProblemKind
from omeviz.events.wrapper import folded

if TYPE_CHECKING:
    from omeviz.events.part import EventPart
    from omeviz.events.problems import UnusableRow
    from omeviz.store import Store
    from omeviz.summary import SourceSummary

SPREADSHEET_CONTAINERS = frozenset({"csv", "xlsx", ""})
"""Containers that people open and save in a spreadsheet."""

MOST_COLUMNS = 1_000
"""Wrapper columns of one header that are looked at; exports have at most some 150."""

_COLUMNS = ("line", "problems", "time", "type", "operation", "subject", "attachment", "recipient", "sender")


@dataclass(frozen=True)
class Group:
    """All parts under one header.

    Attributes:
        header: The wrapper's column names.
        parts: In order.
    """

    header: tuple[str, ...]
    parts: tuple[EventPart, ...]

    def cells(self, position: int) -> pl.Series:
        """One wrapper column over all parts: texts, String or Categorical."""
        pieces = [part.wrapper.get_column(str(position)) for part in self.parts]
        if len({piece.dtype for piece in pieces}) > 1:
            pieces = [piece.cast(pl.String) for piece in pieces]
        return pl.concat(pieces)

    def position(self, name: str) -> int | None:
        """Where the column of a name (lower case) stands, or None."""
        return next((index for index, written in enumerate(self.header) if folded(written) == name), None)

    @cached_property
    def places(self) -> pl.DataFrame:
        """`source` (UInt32) and `line` (UInt64) of each row."""
        return pl.concat(
            part.frame.select("line").with_columns(source=pl.lit(part.source, pl.UInt32)) for part in self.parts
        )


class Material:
    """A store at one moment.

    Args:
        store: The records.
        now: The present, naive UTC.
        ask: Called between steps; it may raise to give up.
    """

    def __init__(self, store: Store, now: datetime, ask: Callable[[], None]) -> None:
        self.store = store
        self.sources: tuple[SourceSummary, ...] = store.sources
        self.parts: tuple[EventPart, ...] = store.placed.parts
        self.unusable: tuple[UnusableRow, ...] = tuple(store.unusable)
        self.now = now
        self.ask = ask

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Columns `_COLUMNS` of all records, `source` (UInt32) and `row` (UInt32, in the store)."""
        frames = [
            part.frame.select(_COLUMNS).with_columns(source=pl.lit(part.source, pl.UInt32)) for part in self.parts
        ]
        if not frames:
            from omeviz.events.part import FRAME_SCHEMA

            schema = {name: FRAME_SCHEMA[name] for name in _COLUMNS}
            frames = [pl.DataFrame(schema={**schema, "source": pl.UInt32})]
        return pl.concat(frames, rechunk=False).with_row_index("row")

    @cached_property
    def flawed(self) -> pl.DataFrame:
        """Those of `frame` with a problem."""
        return self.frame.filter(pl.col("problems") != 0)

    @cached_property
    def possible(self) -> pl.DataFrame:
        """`source` and `time` of all records with a possible time."""
        impossible = int(ProblemKind.IMPOSSIBLE_TIME)
        wanted = ((pl.col("problems") & impossible) == 0) & pl.col("time").is_not_null()
        return self.frame.lazy().filter(wanted).select("source", "time").collect()

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The parts by header, those without a wrapper left out."""
        found: dict[tuple[str, ...], list[EventPart]] = {}
        for part in self.parts:
            if part.header:
                found.setdefault(part.header, []).append(part)
        return tuple(Group(header, tuple(parts)) for header, parts in found.items())

    def spreadsheet_groups(self) -> Iterator[Group]:
        """Groups of files that a spreadsheet may have saved."""
        for group in self.groups:
            parts = tuple(p for p in group.parts if self.sources[p.source].container in SPREADSHEET_CONTAINERS)
            if parts:
                yield Group(group.header, parts)

    def audit(self, rows: pl.Series) -> pl.Series:
        """AuditData's texts of some rows of the store, in ascending order."""
        pieces = []
        start = 0
        for part in self.parts:
            low, high = rows.search_sorted(pl.Series([start, start + part.height], dtype=rows.dtype)).to_list()
            if high > low:
                pieces.append(part.frame.get_column("audit").gather(rows.slice(low, high - low) - start))
            start += part.height
        return pl.concat(pieces) if pieces else pl.Series("audit", [], dtype=pl.String)

    def tallies(self, rows: pl.DataFrame) -> tuple[Place, ...]:
        """How many rows of each file there are in a frame with `source` and `line`, and the first line of each."""
        counted = rows.group_by("source").agg(pl.len(), pl.col("line").min()).sort("source")
        return tuple(
            Place(source, self.sources[source].name, number, line, counts=self.number_word(source))
            for source, number, line in counted.iter_rows()
        )

    def number_word(self, source: int) -> str:
        """What the numbers of a file's records count."""
        return self.sources[source].number_word

    def place(self, source: int, count: int = 1, detail: str = "") -> Place:
        """One file as the place of a finding."""
        return Place(source, self.sources[source].name, count, None, detail)

    def file_filter(self, places: Sequence[Place], *conditions: str) -> str:
        """A filter for the events of some files that meet conditions; files are named only if not all are meant.

        Where an event has copies, the shown one may be another file's: then conditions have to do alone.
        """
        from omeviz.query.edit import condition

        wanted = list(conditions)
        if len(places) < len(self.sources) and not (wanted and self.store.copies.count):
            names = [place.name for place in places if place.name]
            if len(names) > _MOST_NAMES:
                return " ".join(wanted)
            wanted.append(condition("file", names))
        return " ".join(wanted)


_MOST_NAMES = 20
"""Names in a filter that a user shall still be able to read."""
