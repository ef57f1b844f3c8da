"""How many shown events have each value of a column, apart from what the filter says about that column itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from omeviz.tui.views import row_series

if TYPE_CHECKING:
    from omeviz.store import Store

MOST_VALUES = 1_000
"""Values listed; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class CountRequest:
    """What is counted.

    Attributes:
        store: The records.
        text: The filter.
        column: The column, one of few values.
        zone: In which zone the filter's times are read.
        marked: Row numbers of the marked records.
    """

    store: Store
    text: str
    column: str
    zone: tzinfo = UTC
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    """Counted values.

    Attributes:
        values: (value as written most often, events), most frequent first; an absent value is an empty text.
        more: Values left out because there are too many.
    """

    values: tuple[tuple[str, int], ...]
    more: int = 0


def count_values(request: CountRequest, should_stop: Callable[[], bool]) -> Counts:
    """Count. Values that differ only in case, and the two spellings of the sign-in, are one.

    Raises:
        FilterError: The filter does not parse.
        Overtaken: `should_stop` turned true.
    """
    import polars as pl

    from omeviz.query.columns import SAME
    from omeviz.query.edit import toggle_value, values_of
    from omeviz.query.parse import parse
    from omeviz.query.select import matching

    text = request.text
    for value in values_of(text, request.column):
        text = toggle_value(text, request.column, value)
    parsed, marked = parse(text, zone=request.zone), row_series(request.marked)
    rows = matching(request.store, parsed, marked=marked, should_stop=should_stop)
    column = request.store.frame[request.column].gather(rows)
    table = column.value_counts(sort=True).cast({request.column: pl.String})
    one = {name.lower(): min(group).lower() for group in SAME.get(request.column, ()) for name in group}
    found: dict[str, tuple[str, int]] = {}
    for value, number in table.iter_rows():
        key = one.get((value or "").lower(), (value or "").lower())
        known = found.get(key)
        found[key] = (known[0], known[1] + number) if known else (value or "", number)
    ranked = sorted(found.values(), key=lambda pair: (-pair[1], pair[0].lower()))
    return Counts(tuple(ranked[:MOST_VALUES]), max(0, len(ranked) - MOST_VALUES))
