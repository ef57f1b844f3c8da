"""What the explorer shows, computed away from the screen's thread.

A `View` is which records are shown in which order; a `ViewRequest` asks for one. Both are immutable, and a view
carries the request's generation, so that the screen can drop one that was overtaken. Polars is imported when the
first view is computed, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from omeviz.events.columns import TABLE_COLUMNS

if TYPE_CHECKING:
    import polars as pl

    from omeviz.copies import Copies
    from omeviz.events.part import EventPart
    from omeviz.query.sort import SortKey
    from omeviz.query.tree import Filter
    from omeviz.store import Store

PORTAL = "OMEPortal"
OTHER_COLUMNS: tuple[str, ...] = ("user", "workload", "type", "object")
"""What the table shows besides, where records of other types are loaded."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of all records of a store, whatever is filtered.

    Attributes:
        records: How many of the store's records were looked at.
        first: The earliest possible time, UTC without zone.
        last: The latest.
        problems: Records with a problem of their own, further copies among them.
        further: Records that are further copies of an event.
        differing: Events whose copies differ and whose shown copy has no problem of its own.
        filled: Columns in which any record has a value.
        other_types: Records of other types than the portal's are among them.
        portal: Records of the portal's type are among them.
    """

    records: int = 0
    first: datetime | None = None
    last: datetime | None = None
    problems: int = 0
    further: int = 0
    differing: int = 0
    filled: frozenset[str] = frozenset()
    other_types: bool = False
    portal: bool = False

    @property
    def events(self) -> int:
        """How many events those records are."""
        return self.records - self.further

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the table shows unless the user chose others."""
        if not self.other_types:
            return TABLE_COLUMNS
        always = {"time", "operation", "status"}
        return tuple(name for name in (*TABLE_COLUMNS, *OTHER_COLUMNS) if name in always or name in self.filled)


@dataclass(frozen=True, slots=True)
class View:
    """Which records are shown, in which order.

    Attributes:
        generation: Of the request it answers.
        text: The filter text it was made from.
        filter: The parsed filter.
        rows: Row numbers of the store, UInt32, in shown order.
        ordered: Sorted; otherwise in the order of arrival.
        facts: About all records it chose from.
        copies: Which of them are copies of one event.
        emptied_by: Where nothing is shown: which part of the filter emptied it, one sentence.
    """

    generation: int
    text: str
    filter: Filter
    rows: pl.Series
    ordered: bool
    facts: Facts
    copies: Copies
    emptied_by: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that suit: where the filter asks for the portal's events, those of others would stand empty."""
        from omeviz.query.parse import parse

        portal_only = parse(f"type:{PORTAL}").node in self.filter.terms
        return TABLE_COLUMNS if portal_only else self.facts.columns


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """What is asked for.

    Attributes:
        generation: Grows with every change by the user.
        store: The records.
        text: The filter.
        zone: In which zone the filter's times are read.
        sort: The order; empty for the usual one.
        marked: Row numbers of the marked records.
        ordered: Sort; otherwise keep the order of arrival (while loading).
        previous: The view before: where it has the same generation, only what arrived since is looked at.
    """

    generation: int
    store: Store
    text: str
    zone: tzinfo = UTC
    sort: tuple[SortKey, ...] = ()
    marked: frozenset[int] = frozenset()
    ordered: bool = True
    previous: View | None = None


def compute_view(request: ViewRequest, should_stop: Callable[[], bool]) -> View:
    """Find what is shown. Runs on a worker thread.

    Raises:
        FilterError: The filter does not parse.
        Overtaken: `should_stop` turned true.
    """
    from omeviz.query.explain import which_part_emptied
    from omeviz.query.parse import parse

    store, previous = request.store, request.previous
    copies = store.merge_copies(final=request.ordered)  # first: what else shows the records needs it too
    parsed = parse(request.text, zone=request.zone)
    facts = facts_of(store.parts, previous.facts if previous is not None else Facts())
    rows = _rows(request, parsed, facts.records, copies, should_stop)
    if store.copies.version == copies.version:
        copies = store.copies  # the filter may have asked which of them differ
    facts = with_copies(facts, copies, store)
    view = View(request.generation, request.text, parsed, rows, request.ordered, facts, copies)
    if not rows.len() and facts.records and not parsed.is_empty:
        marked = copies.events_of(row_series(request.marked))
        sentence = which_part_emptied(store, parsed, marked=marked, should_stop=should_stop)
        view = replace(view, emptied_by=sentence)
    return view


def _rows(
    request: ViewRequest, parsed: Filter, records: int, copies: Copies, should_stop: Callable[[], bool]
) -> pl.Series:
    """The matching rows; of those that a view of the same request has looked at, its answer is taken."""
    import polars as pl

    from omeviz.query.narrow import narrows
    from omeviz.query.select import select

    store, previous, marked = request.store, request.previous, copies.events_of(row_series(request.marked))
    if previous is not None and previous.copies.version != copies.version:
        previous = None  # other records are shown
    if request.ordered:
        fewer = previous is not None and previous.facts.records == records and not previous.filter.is_empty
        inside = previous.rows if previous is not None and fewer and narrows(previous.filter, parsed) else None
        return select(store, parsed, request.sort, marked=marked, within=inside, should_stop=should_stop)
    known = previous.facts.records if previous is not None and previous.generation == request.generation else 0
    within = pl.arange(known, records, dtype=pl.UInt32, eager=True)
    added = select(store, parsed, marked=marked, within=within, arrival=True, should_stop=should_stop)
    return added if previous is None or not known else pl.concat([previous.rows, added])


def row_series(rows: Iterable[int]) -> pl.Series:
    """Row numbers as the query takes them."""
    import polars as pl

    return pl.Series(sorted(rows), dtype=pl.UInt32)


def facts_of(parts: tuple[EventPart, ...], known: Facts) -> Facts:
    """Facts about all parts; those already counted in `known` are not looked at again."""
    facts, stop = known, 0
    for part in parts:
        start, stop = stop, stop + part.height
        if stop > facts.records:  # a part may have grown
            facts = _with_rows(facts, part.frame.slice(max(0, facts.records - start)))
    return facts


def _with_rows(facts: Facts, frame: pl.DataFrame) -> Facts:
    import polars as pl

    from omeviz.events.problems import ProblemKind

    possible = (pl.col("problems") & int(ProblemKind.IMPOSSIBLE_TIME)) == 0
    found = frame.select(
        first=pl.col("time").filter(possible).min(),
        last=pl.col("time").filter(possible).max(),
        problems=(pl.col("problems") != 0).sum(),
        other=pl.col("type").cast(pl.String).ne(PORTAL).any(),
        portal=pl.col("type").cast(pl.String).eq(PORTAL).any(),
    ).row(0, named=True)
    nulls = frame.null_count().row(0, named=True)
    return replace(
        facts,
        records=facts.records + frame.height,
        first=min((t for t in (facts.first, found["first"]) if t is not None), default=None),
        last=max((t for t in (facts.last, found["last"]) if t is not None), default=None),
        problems=facts.problems + (found["problems"] or 0),
        filled=facts.filled | {name for name, missing in nulls.items() if missing < frame.height},
        other_types=facts.other_types or bool(found["other"]),
        portal=facts.portal or bool(found["portal"]),
    )


def with_copies(facts: Facts, copies: Copies, store: Store) -> Facts:
    """Facts with what is known of copies."""
    differing = 0
    if copies.differing is not None and copies.differing.len():
        differing = int((store.frame["problems"].gather(copies.differing) == 0).sum())
    return replace(facts, further=copies.count, differing=differing)


def compared(store: Store, should_stop: Callable[[], bool]) -> Copies:
    """Find out which events have copies that differ. Runs on a worker thread.

    Raises:
        Overtaken: `should_stop` turned true.
    """
    from omeviz.query.select import Overtaken

    copies = store.compare_copies(should_stop)
    if copies is None:
        raise Overtaken
    return copies


def prepared(store: Store, should_stop: Callable[[], bool]) -> None:
    """Get ready for the first search in what is loaded. Runs on a worker thread."""
    from omeviz.query.textsearch import prepare

    prepare(store.parts, should_stop)


def place_of(row: int | None, rows: pl.Series, store: Store) -> int | None:
    """Where a record stands among the shown ones, or else the one nearest to it in time.

    Args:
        row: The record's row number in the store.
        rows: Row numbers in shown order.
        store: Holds the times.

    Returns:
        An index into `rows`; None where there is nothing to stand on.
    """
    if row is None or not rows.len():
        return None
    row = store.copies.event_of(row)
    place = rows.index_of(row)
    if place is not None:
        return place
    times = store.frame["time"]
    moment = times[row]
    if moment is None:
        return 0
    distance = (times.gather(rows) - moment).abs()
    nearest = distance.arg_min()
    return 0 if nearest is None else nearest
