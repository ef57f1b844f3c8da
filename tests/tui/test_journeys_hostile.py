"""Every dialog and line of the explorer, driven with the hostile strings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import OptionList

from omeviz.errors import SourceError
from omeviz.events.problems import UnusableRow
from omeviz.store import Store
from tests.hostile import HOSTILE, HOSTILE_FILE_NAME, UNDRAWABLE, hostile_record
from tests.support import store_of
from tests.tui.journey import Journey, StoreLoader, explore

PAGES = [HOSTILE[start : start + 20] for start in range(0, len(HOSTILE), 20)]
"""As many as are on the screen at once."""

SOME = HOSTILE[::20]
"""Some of every kind, where each costs many keys; that every string can be filtered by is the query's own test."""


def hostile_store(strings: tuple[tuple[str, str], ...]) -> Store:
    """A store whose every value, operation, name of a file and unusable row is hostile."""
    records = [hostile_record(text, number=number) for number, (_, text) in enumerate(strings)]
    wrappers: list[dict[str, str | None]] = [{"Operations": text, "UserIds": text} for _, text in strings]
    store = store_of(*records, *(text for _, text in strings), wrappers=wrappers * 2, name=HOSTILE_FILE_NAME)
    store.unusable += [UnusableRow(0, 100 + number, text, text) for number, (_, text) in enumerate(strings)]
    return store


@asynccontextmanager
async def hostile_explorer(strings: tuple[tuple[str, str], ...]) -> AsyncIterator[Journey]:
    loader = StoreLoader(hostile_store(strings), [SourceError(text, text) for _, text in strings[:3]])
    async with explore(loader=loader, size=(140, 44)) as journey:
        yield journey


def drawn(journey: Journey) -> None:
    """Nothing that acts is on the screen."""
    found = UNDRAWABLE.search(journey.text.replace("\n", ""))
    assert found is None, repr(found)


@pytest.mark.parametrize("strings", PAGES, ids=lambda strings: strings[0][0])
async def test_lists_dialogs_and_pages(strings: tuple[tuple[str, str], ...]) -> None:
    async with hostile_explorer(strings) as journey:
        drawn(journey)
        for key in ("o", "p", "i", "Y", "e"):
            await journey.press(key)
            drawn(journey)
            await journey.press("escape")
        await journey.press("enter", "E")
        drawn(journey)
        await journey.press("r")
        drawn(journey)


async def test_values_can_be_filtered_by_and_copied() -> None:
    async with hostile_explorer(SOME) as journey:
        journey.screen.table.move_column("operation")
        for _ in SOME:
            await journey.press("y")
            assert not any(character in journey.app.clipboard for character in "\x1b\x07\r\x00\x9b")
            row = journey.row
            assert row is not None
            await journey.press("f")
            drawn(journey)
            assert not journey.screen.filter_bar.error, journey.filter_text
            assert row in journey.rows
            await journey.press("ctrl+l")
            assert journey.row == row
            await journey.press("down")


async def test_ticking_hostile_operations_keeps_the_filter_sound() -> None:
    async with hostile_explorer(SOME) as journey:
        await journey.press("o")
        values = journey.app.screen.query_one(OptionList)
        for _ in range(values.option_count):
            await journey.press("space")
            assert not journey.screen.filter_bar.error, journey.filter_text
            assert journey.rows
            drawn(journey)
            await journey.press("down")


async def test_hostile_paths_of_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    from omeviz.tui.widgets.safe_input import SafeInput

    async with hostile_explorer(HOSTILE[:3]) as journey:
        for _, text in SOME:
            await journey.press("e")
            journey.app.screen.query_one(SafeInput).value = f"no/{text[:200]}.csv"
            await journey.press("enter")
            drawn(journey)
            await journey.press("escape")
            if journey.app.screen is not journey.screen:
                await journey.press("escape")
            drawn(journey)
