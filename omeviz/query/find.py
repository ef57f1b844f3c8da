"""Finding among the rows that are shown, without narrowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from omeviz.query.select import matching
from omeviz.query.tree import Filter
from omeviz.store import Store

_FIRST_STEP = 2_048
_LARGEST_STEP = 131_072


def _never() -> bool:
    return False


def find(
    store: Store,
    rows: pl.Series,
    filter: Filter,  # noqa: A002  # its name everywhere
    start: int,
    *,
    backwards: bool = False,
    marked: pl.Series | None = None,
    should_stop: Callable[[], bool] = _never,
) -> int | None:
    """The next hit in shown order, going round at the end.

    Args:
        store: The records.
        rows: Row numbers in shown order.
        filter: What to find.
        start: The first index into `rows` to look at; what lies before it comes last.
        backwards: Go up instead of down.
        marked: Row numbers of the marked events.
        should_stop: Asked between steps.

    Returns:
        An index into `rows`, or None where nothing is hit.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    for low, high in _stretches(len(rows), start, backwards=backwards):
        stretch = rows.slice(low, high - low)
        found = matching(store, filter, marked=marked, within=stretch, should_stop=should_stop)
        if len(found):
            hit = stretch.cast(pl.UInt32).is_in(found.implode()).arg_true()
            return low + int(hit[-1] if backwards else hit[0])
    return None


def hits(
    store: Store,
    rows: pl.Series,
    filter: Filter,  # noqa: A002
    *,
    marked: pl.Series | None = None,
    should_stop: Callable[[], bool] = _never,
) -> pl.Series:
    """The indexes into `rows` of everything that is hit, ascending (UInt32).

    Raises:
        Overtaken: `should_stop` returned true.
    """
    found = matching(store, filter, marked=marked, within=rows, should_stop=should_stop)
    return rows.cast(pl.UInt32).is_in(found.implode()).arg_true()


def _stretches(height: int, start: int, *, backwards: bool) -> Iterator[tuple[int, int]]:
    """Growing stretches of indexes from `start` to the end and from the other end to `start`."""
    step = _FIRST_STEP
    if backwards:
        first = min(max(start + 1, 0), height)
        for top, bottom in ((first, 0), (height, first)):
            while top > bottom:
                low = max(bottom, top - step)
                yield low, top
                top, step = low, min(step * 4, _LARGEST_STEP)
        return
    first = min(max(start, 0), height)
    for low, end in ((first, height), (0, first)):
        while low < end:
            high = min(end, low + step)
            yield low, high
            low, step = high, min(step * 4, _LARGEST_STEP)
