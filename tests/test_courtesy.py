"""Work makes way for whoever uses the screen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Lock
from time import sleep

import pytest

from omeviz import courtesy
from omeviz.courtesy import Courtesy
from omeviz.load import Loader
from tests.support import portal_record, store_of
from tests.test_fast_path import csv_of, plain_records
from tests.tui.journey import StoreLoader, explore


def most_at_once(asked: Courtesy) -> int:
    """How many of four pieces of work were ever done at the same time."""
    meet, lock, now, most = Barrier(4), Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with asked.turn():
            with lock:
                now += 1
                most = max(most, now)
            try:
                meet.wait(0.2)
            except BrokenBarrierError:
                sleep(0.01)
            with lock:
                now -= 1

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    return most


def test_at_other_times_all_work_at_once() -> None:
    assert most_at_once(Courtesy()) == 4


def test_while_keys_come_one_works_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PAUSE", 60.0)
    asked = Courtesy()
    asked.ask()
    assert asked.is_asked
    assert most_at_once(asked) == 1


def test_it_is_asked_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PAUSE", 0.01)
    asked = Courtesy()
    asked.ask()
    sleep(0.05)
    assert not asked.is_asked


def test_the_fast_path_takes_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[Courtesy] = []

    def turn(asked: Courtesy) -> AbstractContextManager[bool]:
        turns.append(asked)
        return Lock()

    monkeypatch.setattr(Courtesy, "turn", turn)
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(600)))
    loader = Loader([str(path)], chunk=50_000)
    list(loader.run())
    assert loader.fast_rows
    assert len(turns) > 2
    assert set(turns) == {loader.courtesy}


async def test_a_key_and_the_mouse_ask_for_it() -> None:
    loader = StoreLoader(store_of(portal_record()))
    async with explore(loader=loader) as journey:
        assert not loader.courtesy.is_asked
        await journey.pilot.press("down")
        assert loader.courtesy.is_asked
        loader.courtesy._until = 0.0
        await journey.pilot.click()
        assert loader.courtesy.is_asked


async def test_while_keys_come_progress_is_told_less_often() -> None:
    loader = StoreLoader(store_of(portal_record()))
    async with explore(loader=loader) as journey:
        screen = journey.screen
        waits = []
        for asked in (False, True):
            loader.courtesy._until = float("inf") if asked else 0.0
            screen._next_progress = 0.0
            assert screen._is_due()
            waits.append(screen._next_progress)
            assert not screen._is_due()
        assert waits[1] - waits[0] > 0.5
