"""Nothing is drawn or laid out again that stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from omeviz.load import Finished, PartLoaded
from omeviz.tui.widgets.event_table import EventTable
from tests.support import portal_record, store_of
from tests.tui.counting import drawn_lines, layouts
from tests.tui.journey import Journey, StoreLoader, explore


async def test_events_that_arrive_out_of_sight_draw_no_row_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, later = (
        store_of(*(portal_record(Id=f"{half}-{number}") for number in range(200))) for half in ("first", "later")
    )
    more, gate = Event(), Event()

    class TwoParts(StoreLoader):
        def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
            store = self.store = first
            yield PartLoaded(0, store.record_count)
            while not more.wait(0.01) and not should_stop():
                pass
            yield PartLoaded(store.append(later.parts[0]), 200)
            while not gate.wait(0.01) and not should_stop():
                pass
            yield Finished(partial=False)

    async with explore(loader=TwoParts(None, gate=gate)) as journey:
        await until(journey, "200 shown")
        drawn = drawn_lines(monkeypatch, EventTable)
        more.set()
        await until(journey, "400 shown")
        assert not drawn
        gate.set()


async def test_a_page_move_lays_nothing_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [
        portal_record(Id=str(number), **{f"Key{more}": 1 for more in range(number % 7)}) for number in range(200)
    ]
    async with explore(store_of(*records)) as journey:
        await journey.press("pagedown")
        assert journey.screen.detail_open
        assert journey.screen.detail.record_tree.show_vertical_scrollbar
        laid_out = layouts(monkeypatch)
        for _ in range(4):
            before = journey.text
            await journey.press("pagedown")
            await journey.pilot.pause(0.15)  # the pane passes over records that follow each other quickly
            assert journey.text != before
        assert not laid_out
        assert journey.screen.detail.record is not None
        assert journey.screen.detail.record.row == journey.row


async def until(journey: Journey, text: str) -> None:
    """Wait for a text on the screen."""
    for _ in range(400):
        if text in journey.text:
            return
        await journey.pilot.pause(0.02)
    raise AssertionError(f"{text} is not shown:\n{journey.text}")
