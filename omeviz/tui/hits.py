"""Where the shown events match what is looked for without narrowing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from omeviz.query.tree import Filter
    from omeviz.store import Store


@dataclass(frozen=True, slots=True)
class FindRequest:
    """What is looked for.

    Attributes:
        store: The records.
        rows: The shown rows of the store, in shown order.
        text: What is looked for, in the filter language.
        zone: In which zone times are read.
        marked: Row numbers of the marked records.
    """

    store: Store
    rows: pl.Series
    text: str
    zone: tzinfo = UTC
    marked: pl.Series | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found.

    Attributes:
        filter: What was looked for, parsed.
        places: Where it is among the shown rows, ascending (UInt32).
    """

    filter: Filter
    places: pl.Series

    @property
    def count(self) -> int:
        """How many events match."""
        return self.places.len()

    def after(self, place: int, *, itself: bool = False) -> int | None:
        """The first hit behind a place (or at it), beginning again at the top; None where there is none."""
        if not self.count:
            return None
        index = int(self.places.search_sorted(place, side="left" if itself else "right"))
        return int(self.places[index % self.count])

    def before(self, place: int) -> int | None:
        """The last hit before a place, beginning again at the end; None where there is none."""
        if not self.count:
            return None
        return int(self.places[int(self.places.search_sorted(place, side="left")) - 1])

    def number(self, place: int) -> int | None:
        """Which hit a place is, from 1; None where it is none."""
        index = int(self.places.search_sorted(place, side="left"))
        return index + 1 if index < self.count and self.places[index] == place else None


def find(request: FindRequest, should_stop: Callable[[], bool]) -> Hits:
    """Look through the shown rows.

    Raises:
        FilterError: The text does not parse.
        Overtaken: `should_stop` turned true.
    """
    from omeviz.query.find import hits
    from omeviz.query.parse import parse

    parsed = parse(request.text, zone=request.zone)
    return Hits(parsed, hits(request.store, request.rows, parsed, marked=request.marked, should_stop=should_stop))
