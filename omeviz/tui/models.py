"""What a table draws from: rows of texts, asked for a page at a time.

The models hold row numbers and references, never copies of the data. `ListModel` needs nothing but Python, so that
the first page can be drawn while Polars is still being imported.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import polars as pl

    from omeviz.copies import Copies
    from omeviz.events.part import EventPart
    from omeviz.store import Store

CELL_LIMIT = 1024
"""Characters of a cell that a model hands out: more than can ever be drawn, little enough to cost nothing."""


class TableModel(Protocol):
    """Rows that a table can draw.

    Row numbers are places in the shown order, from 0. Rows may be added behind the last while the table shows the
    model; the table is told by `EventTable.rows_added`.
    """

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        ...

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        """The texts of rows `start` to `stop` (exclusive): one list for each column, in the order asked for.

        The texts are as in the log, cut to `CELL_LIMIT` characters; an absent value is an empty text.
        """
        ...

    def marked(self, start: int, stop: int) -> list[bool]:
        """Which of the rows are marked."""
        ...

    def problems(self, start: int, stop: int) -> list[bool]:
        """Which of the rows have a problem."""
        ...

    def times(self, start: int, stop: int) -> list[int]:
        """How often each of the rows was seen: 1, or more where an event has copies."""
        ...


class ListModel:
    """Rows from plain Python columns.

    Args:
        columns: Column name -> one text a row. All of one length; may grow while shown.
        marked: Row numbers that are marked.
        problems: Row numbers that have a problem.
    """

    def __init__(
        self,
        columns: Mapping[str, Sequence[str]],
        marked: Container[int] = (),
        problems: Container[int] = (),
    ) -> None:
        self._columns = columns
        self._marked = marked
        self._problems = problems

    @property
    def row_count(self) -> int:
        """How many rows there are: as many as the shortest column has."""
        return min((len(values) for values in self._columns.values()), default=0)

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        """The texts of some rows, a list for each column; of a column that is not there, empty ones."""
        count = min(stop, self.row_count) - start
        result = []
        for name in columns:
            values = self._columns.get(name)
            result.append(
                [""] * max(0, count)
                if values is None
                else [text[:CELL_LIMIT] for text in values[start : start + count]]
            )
        return result

    def marked(self, start: int, stop: int) -> list[bool]:
        """Which of the rows are marked."""
        return [row in self._marked for row in range(start, min(stop, self.row_count))]

    def problems(self, start: int, stop: int) -> list[bool]:
        """Which of the rows have a problem."""
        return [row in self._problems for row in range(start, min(stop, self.row_count))]

    def times(self, start: int, stop: int) -> list[int]:
        """Once: copies are not known of yet."""
        return [1] * max(0, min(stop, self.row_count) - start)


class FrameModel:
    """Events of the store, in a given order.

    Args:
        store: All records.
        rows: The shown rows of the store, in the shown order; None: all of them in the order they arrived, also
            those that arrive later.
        zone: The zone in which times are shown; None is the computer's own.
        marks: Rows of the store that are marked.
        copies: Which records are copies of one event; None: what the store knows at present.
    """

    def __init__(
        self,
        store: Store,
        rows: pl.Series | None = None,
        zone: tzinfo | None = UTC,
        marks: Container[int] = (),
        copies: Copies | None = None,
    ) -> None:
        self.store = store
        self.copies = store.copies if copies is None else copies
        self.rows = rows
        self.zone = zone
        self.marks = marks

    @property
    def row_count(self) -> int:
        """How many rows are shown."""
        return self.store.record_count if self.rows is None else self.rows.len()

    def store_rows(self, start: int, stop: int) -> Sequence[int]:
        """Which rows of the store are shown from `start` to `stop` (exclusive)."""
        stop = min(stop, self.row_count)
        if self.rows is None:
            return range(start, stop)
        return [int(row) for row in self.rows.slice(start, max(0, stop - start)).to_list()]

    def store_row(self, index: int) -> int:
        """Which row of the store is shown at a place.

        Raises:
            IndexError: There is no such place.
        """
        if not 0 <= index < self.row_count:
            raise IndexError(index)
        return index if self.rows is None else int(self.rows[index])

    def index_of(self, store_row: int) -> int | None:
        """Where a row of the store is shown; None where it is not. Looks through all shown rows."""
        if self.rows is None:
            return store_row if 0 <= store_row < self.row_count else None
        index = self.rows.index_of(store_row)
        return None if index is None else int(index)

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        """The texts of some rows, a list for each column; see `TableModel.cells`."""
        places = self._places(start, stop)
        return [self._column(name, places) for name in columns]

    def marked(self, start: int, stop: int) -> list[bool]:
        """Which of the rows are marked."""
        return [row in self.marks for row in self.store_rows(start, stop)]

    def problems(self, start: int, stop: int) -> list[bool]:
        """Which of the rows have a problem, of their own or of their copies."""
        found = [bool(bits) for bits in self._values("problems", self._places(start, stop))]
        if not self.copies.count:
            return found
        import polars as pl

        by_copies = self.copies.problems_of(pl.Series(list(self.store_rows(start, stop)), dtype=pl.UInt32))
        return [own or other for own, other in zip(found, by_copies, strict=True)]

    def times(self, start: int, stop: int) -> list[int]:
        """How often each of the rows was seen."""
        return self.copies.times_of(self.store_rows(start, stop))

    def _places(self, start: int, stop: int) -> list[tuple[EventPart, int]]:
        part_of = self.store.part_of
        return [part_of(row) for row in self.store_rows(start, stop)]

    @staticmethod
    def _values(name: str, places: Sequence[tuple[EventPart, int]]) -> list[object]:
        """Single values. For the few rows of a page this is faster than any gathering over many parts."""
        series: dict[int, pl.Series] = {}
        values: list[object] = []
        for part, row in places:
            column = series.get(id(part))
            if column is None:
                column = series[id(part)] = part.frame.get_column(name)
            values.append(column[row])
        return values

    def _column(self, name: str, places: Sequence[tuple[EventPart, int]]) -> list[str]:
        if name == "file":
            sources = self.store.sources
            return [sources[part.source].name[:CELL_LIMIT] for part, _ in places]
        values = self._values(name, places)
        if name == "time":
            return [time_text(value, self.zone) if isinstance(value, datetime) else "" for value in values]
        return ["" if value is None else str(value)[:CELL_LIMIT] for value in values]


def time_text(time: datetime, zone: tzinfo | None = UTC) -> str:
    """A time as the table shows it: `2023-03-22 19:00:59`, with a fraction only where it has one.

    Args:
        time: A naive time, UTC.
        zone: The zone to show it in; None is the computer's own.
    """
    if zone is not UTC:
        # At the ends of the calendar there is no time in other zones.
        with suppress(OverflowError, OSError, ValueError):
            time = time.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    text = time.isoformat(" ")
    return text.rstrip("0") if time.microsecond else text
