"""Nothing grows when a user filters and sorts again and again."""

from __future__ import annotations

import asyncio
import gc
import heapq
import re
from collections import Counter
from functools import _lru_cache_wrapper
from typing import Any

from tests.support import portal_record, store_of
from tests.tui.journey import Journey, explore

FIRST, ROUNDS = 25, 100
"""The first rounds fill what is kept of the last filters."""

SLACK = 60
"""Objects of one type that may come and go: one a round is more."""


async def test_a_hundred_filters_and_sorts_leave_nothing_behind() -> None:
    store = store_of(*(portal_record(Id=str(number), MailSubject=f"Budget {number}") for number in range(200)))
    async with explore(store, size=(80, 16)) as journey:
        for number in range(FIRST):
            await filter_and_sort(journey, number)
        objects, kept = living(), kept_bytes(journey)
        for number in range(FIRST, ROUNDS):
            await filter_and_sort(journey, number)
        grown = {name: count - objects[name] for name, count in living().items() if count - objects[name] > SLACK}
        assert not grown
        assert kept_bytes(journey) == kept


async def filter_and_sort(journey: Journey, number: int) -> None:
    """A filter that was not there before, a sort, and neither again."""
    await journey.press("slash")
    await journey.type(f"{number}")
    assert journey.rows
    await journey.press("enter", "d" if number % 2 else "a", "l", "ctrl+l")
    assert len(journey.rows) == 200


def living() -> Counter[str]:
    """How many objects of each type there are, without those that caches of a limited size keep."""
    re.purge()
    forget_cancelled_timers()
    gc.unfreeze()
    for thing in gc.get_objects():
        if isinstance(thing, _lru_cache_wrapper) and thing.cache_info().maxsize is not None:
            thing.cache_clear()
    gc.collect()
    return Counter(f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.get_objects())


def forget_cancelled_timers() -> None:
    """Drop timers that were cancelled: asyncio keeps up to a hundred of them, so their number goes up and down."""
    loop: Any = asyncio.get_running_loop()
    timers = list(loop._scheduled)
    for timer in timers:
        timer._scheduled = not timer.cancelled()
    loop._scheduled[:] = [timer for timer in timers if not timer.cancelled()]
    heapq.heapify(loop._scheduled)
    loop._timer_cancelled_count = 0


def kept_bytes(journey: Journey) -> int:
    """What the records keep to answer the same question sooner."""
    assert journey.session.store is not None
    return sum(int(series.estimated_size()) for part in journey.session.store.parts for series in part.memory.values())
