"""Rows of a part that a filter is evaluated on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from omeviz.copies import Copies
from omeviz.events.part import EventPart

_GLANCE = 4_096
"""Bytes among which nearly all that are anywhere are met."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a filter needs to know beside the records.

    Attributes:
        source_names: The name of each source of the session.
        marked: The row numbers of marked events in the store, sorted or not; None: nothing is marked.
        first_row: The store's row number of the part's first row.
        newest: The time of the newest event with a possible time, microseconds UTC; None: there is none.
        copies: Which records are copies of one event; None: none are.
    """

    source_names: tuple[str, ...] = ()
    marked: pl.Series | None = None
    first_row: int = 0
    newest: int | None = None
    copies: Copies | None = None

    def at(self, first_row: int) -> Context:
        """The same for a part that begins at another row."""
        return replace(self, first_row=first_row)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a part; columns are taken from it only when they are asked for.

    Attributes:
        part: Of which part.
        context: With `first_row` of that part.
        start: The first row in the part.
        height: How many rows.
        rows: Which rows of the part (UInt32); None: all from `start` on.
    """

    part: EventPart
    context: Context
    start: int
    height: int
    rows: pl.Series | None = None
    _columns: dict[str, pl.Series] = field(default_factory=dict)

    @staticmethod
    def of(part: EventPart, context: Context) -> Block:
        """All rows of a part."""
        return Block(part, context, 0, part.height)

    def column(self, name: str) -> pl.Series:
        """A column of the frame for these rows."""
        known = self._columns.get(name)
        if known is None:
            known = self._columns[name] = self._taken(self.part.frame.get_column(name))
        return known

    def cells(self, index: int) -> pl.Series:
        """A wrapper column for these rows, as texts: String, or Categorical where there are few."""
        return self._taken(self.part.wrapper.to_series(index))

    def few_texts(self, index: int) -> pl.Series | None:
        """The different texts of a wrapper column of the part (Categorical); None where there may be many."""
        cells, memory = self.part.wrapper.to_series(index), self.part.memory
        if cells.dtype != pl.Categorical:
            return None
        known = memory.get(f"texts {index}")
        if known is None:
            known = memory[f"texts {index}"] = cells.unique()
        return known

    def bytes_in(self, index: int) -> frozenset[int]:
        """The bytes (UTF-8) that stand anywhere in a wrapper column of the part; found once."""
        name, memory = f"bytes {index}", self.part.memory
        known = memory.get(name)
        if known is None:
            text = self.part.wrapper.to_series(index).cast(pl.String).str.join("")[0]
            known = memory[name] = pl.Series(sorted(_bytes_of((text or "").encode())), dtype=pl.UInt8)
        return frozenset(known.to_list())

    def remembered(self, name: str, find: Callable[[EventPart], pl.Series]) -> pl.Series:
        """Something about every row of the part, found once, for these rows."""
        memory = self.part.memory
        known = memory.get(name)
        if known is None:
            known = memory[name] = find(self.part)
        return self._taken(known)

    def places_of(self, rows: pl.Series) -> pl.Series:
        """Where rows of the part (UInt32, ascending) stand in this block (UInt32); those outside are left out."""
        if self.rows is None:
            inside = rows.filter((rows >= self.start) & (rows < self.start + self.height))
            return (inside - self.start).cast(pl.UInt32)
        return self.rows.is_in(rows.implode()).arg_true()

    def numbers(self) -> pl.Series:
        """The rows' numbers in the part (UInt32)."""
        if self.rows is not None:
            return self.rows
        return pl.arange(self.start, self.start + self.height, dtype=pl.UInt32, eager=True)

    def slices(self, height: int) -> list[Block]:
        """The same rows in blocks of at most this height."""
        offsets = range(0, self.height, height)
        if self.rows is None:
            return [
                replace(self, start=self.start + at, height=min(height, self.height - at), _columns={})
                for at in offsets
            ]
        return [self._of(self.rows.slice(at, height)) for at in offsets]

    def where(self, mask: pl.Series) -> Block:
        """Only the rows for which the mask is true."""
        return self._of(self.numbers().filter(mask))

    def _of(self, rows: pl.Series) -> Block:
        return replace(self, rows=rows, height=len(rows), _columns={})

    def _taken(self, column: pl.Series) -> pl.Series:
        if self.rows is None:
            return column.slice(self.start, self.height)
        return column.gather(self.rows)


def _bytes_of(data: bytes) -> set[int]:
    """The different bytes; few are quicker found by taking away all that are known."""
    found: set[int] = set()
    while data:
        found.update(data[:_GLANCE])
        data = data.translate(None, bytes(found))
    return found
