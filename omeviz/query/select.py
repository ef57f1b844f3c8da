"""The rows of a view: the events that match a filter, in order.

A record that is a further copy of an event (`Store.copies`) is in no view; a filter is asked about the copy shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import polars as pl

from omeviz.events.problems import ProblemKind
from omeviz.query.block import Block, Context
from omeviz.query.evaluate import Predicate, compiled
from omeviz.query.sort import SortKey, ordered, parse_sort
from omeviz.query.tree import Filter, Is, Last, leaves
from omeviz.store import Copies, Store

__all__ = ["SLICE", "Overtaken", "SortKey", "context_of", "matching", "newest_time", "parse_sort", "select"]

SLICE = 65_536
"""Rows in one step at most; between steps a selection can be overtaken."""

_SMALLEST_SLICE = 8_192
"""Below that a step costs more than it saves."""

_WORKERS = 2

_MANY = 3
"""From one of so many rows on, looking at all of them takes less time than picking out those to look at."""


class Overtaken(Exception):
    """The selection was given up because `should_stop` said so."""


def _never() -> bool:
    return False


def select(
    store: Store,
    filter: Filter | None,  # noqa: A002  # its name everywhere
    sort: Sequence[SortKey] = (),
    *,
    marked: pl.Series | None = None,
    within: pl.Series | None = None,
    arrival: bool = False,
    should_stop: Callable[[], bool] = _never,
) -> pl.Series:
    """Row numbers (UInt32) of the matching events in shown order.

    Args:
        store: The records; those appended meanwhile may be left out.
        filter: A parsed filter; None matches everything.
        sort: What to sort by, the first one first; none: time ascending. Missing values come last, and equal
            ones keep the default order.
        marked: Row numbers of the marked events.
        within: Look only at these row numbers, in any order (see `narrows`).
        arrival: Keep the order of arrival and do not sort at all, as while loading.
        should_stop: Asked between slices and steps.

    Raises:
        Overtaken: `should_stop` returned true.
    """

    def check() -> None:
        if should_stop():
            raise Overtaken

    check()
    rows = matching(store, filter, marked=marked, within=within, should_stop=should_stop)
    return rows if arrival else ordered(store, rows, sort, check)


def matching(
    store: Store,
    filter: Filter | None,  # noqa: A002
    *,
    marked: pl.Series | None = None,
    within: pl.Series | None = None,
    should_stop: Callable[[], bool] = _never,
) -> pl.Series:
    """Row numbers (UInt32) of the matching events, ascending.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    copies = store.copies
    chosen = None if within is None else copies.visible(within.cast(pl.UInt32).sort())
    if filter is None or filter.is_empty:
        return copies.visible(_all_rows(store)) if chosen is None else chosen
    predicate = compiled(filter)
    total = sum(part.height for part in store.parts)
    many = chosen is not None and len(chosen) * _MANY > total
    blocks = _blocks(store, context_of(store, filter, marked, should_stop), None if many else chosen)
    pieces: list[pl.Series] = []
    for piece in _mapped(predicate, blocks):
        if should_stop():
            raise Overtaken
        pieces.append(piece)
    found = copies.visible(pl.concat(pieces)) if pieces else pl.Series([], dtype=pl.UInt32)
    if chosen is None or not many:
        return found
    inside = pl.repeat(False, total, eager=True).scatter(chosen, True)
    return found.filter(inside.gather(found))


def context_of(
    store: Store,
    filter: Filter,  # noqa: A002
    marked: pl.Series | None = None,
    should_stop: Callable[[], bool] = _never,
) -> Context:
    """What evaluating the filter needs to know of a store.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    asked = list(leaves(filter.node))
    newest = newest_time(store) if any(isinstance(leaf, Last) for leaf in asked) else None
    copies: Copies | None = store.copies
    if any(isinstance(leaf, Is) and "problem" in leaf.flags for leaf in asked):
        copies = store.compare_copies(should_stop)
        if copies is None:
            raise Overtaken
    return Context(tuple(source.name for source in store.sources), marked, 0, newest, copies)


def newest_time(store: Store) -> int | None:
    """The newest possible time of all events, microseconds UTC."""
    found: int | None = None
    copies, placed = store.copies, store.placed
    for first, part in zip(placed.starts, placed.parts, strict=True):
        possible = (part.frame.get_column("problems") & int(ProblemKind.IMPOSSIBLE_TIME)) == 0
        possible &= copies.mask(first, part.height)
        newest = part.frame.get_column("time").to_physical().filter(possible).max()
        if isinstance(newest, int) and (found is None or newest > found):
            found = newest
    return found


def _all_rows(store: Store) -> pl.Series:
    return pl.arange(0, sum(part.height for part in store.parts), dtype=pl.UInt32, eager=True)


def _blocks(store: Store, context: Context, chosen: pl.Series | None) -> Iterator[Block]:
    first, parts = 0, store.parts
    total = sum(part.height for part in parts) if chosen is None else len(chosen)
    height = max(_SMALLEST_SLICE, min(SLICE, -(-total // (2 * _WORKERS))))
    for part in parts:
        here = context.at(first)
        if chosen is None:
            block = Block.of(part, here)
        else:
            ends = pl.Series([first, first + part.height], dtype=pl.UInt32)
            low, high = chosen.search_sorted(ends, side="left").to_list()
            block = Block(part, here, 0, high - low, chosen.slice(low, high - low) - first)
        yield from block.slices(height)
        first += part.height


def _rows_of(predicate: Predicate, block: Block) -> pl.Series:
    rows = block.numbers().filter(predicate(block))
    return (rows + block.context.first_row).cast(pl.UInt32)


def _mapped(predicate: Predicate, blocks: Iterable[Block]) -> Iterator[pl.Series]:
    """Matching rows block by block, two blocks at once where there are several; Polars releases the lock."""
    waiting = iter(blocks)
    ahead = list(islice(waiting, _WORKERS + 1))
    if len(ahead) <= _WORKERS:
        for block in ahead:
            yield _rows_of(predicate, block)
        return
    with ThreadPoolExecutor(_WORKERS, "omeviz-select") as pool:
        running: list[Future[pl.Series]] = [pool.submit(_rows_of, predicate, block) for block in ahead]
        try:
            while running:
                piece = running.pop(0).result()
                running += [pool.submit(_rows_of, predicate, block) for block in islice(waiting, 1)]
                yield piece
        finally:
            for future in running:
                future.cancel()
