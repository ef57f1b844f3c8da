"""Random keys for the running explorer on a hostile file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import cast

from omeviz.load import Loader
from omeviz.tui.actions import ACTIONS
from tests.hostile import HOSTILE_FILE_NAME, UNDRAWABLE, hostile_csv
from tests.tui.journey import NAMED_KEYS, Journey, StoreLoader, explore

SIZES = ((120, 36), (80, 24), (20, 5), (200, 60), (40, 10))
"""Columns and lines of the terminal; a run changes between them."""

_OWN = [key for action in ACTIONS if action.id != "quit" for key in action.keys]
_MORE = (
    *("down", "up", "enter", "escape", "escape", "tab", "space", "pagedown", "backspace", "delete", "home", "end"),
    *("ctrl+a", "ctrl+c", "ctrl+d", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+v", "ctrl+w", "ctrl+x", "f5", "shift+down"),
    *"abcfmort:/\"()*=-@[]{}\\|'",
)


def keys_of(seed: int, count: int) -> list[str]:
    """The keys of a seed: those that do something, and some that are typed. None of them quits."""
    random = Random(seed)
    keys = random.choices(_OWN, k=count) if seed % 2 else random.choices([*_OWN, *_MORE], k=count)
    return [NAMED_KEYS.get(key, key) for key in keys]


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Exports land in this folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


async def check(seed: int, count: int, folder: Path) -> None:
    """Press so many keys, then leave.

    Args:
        seed: What the keys are made from.
        count: How many.
        folder: Where the file is made, and exports land.

    Raises:
        AssertionError: The screen no longer draws, or draws what acts, or cannot be left.
        Exception: What nobody may see.
    """
    name = HOSTILE_FILE_NAME if os.name == "posix" else "hostile.csv"
    hostile_csv(folder / name)
    random = Random(seed)
    with inside(folder):
        async with explore(loader=cast(StoreLoader, Loader([name])), size=SIZES[seed % len(SIZES)]) as journey:
            keys = keys_of(seed, count)
            while keys:
                burst = random.choice((1, 4, 12))  # as from a hand, and as from a stuck key
                await journey.pilot.press(*keys[:burst])
                del keys[:burst]
                await journey.settle()
                drawn(journey)
                if random.random() < 0.1:
                    await journey.pilot.resize_terminal(*random.choice(SIZES))
            await journey.pilot.resize_terminal(120, 36)
            drawn(journey)
            await leave(journey)


def drawn(journey: Journey) -> None:
    """Something is on the screen, and nothing of it acts."""
    text = journey.text
    assert text.strip(), "the screen is empty"
    found = UNDRAWABLE.search(text.replace("\n", ""))
    assert found is None, repr(found)


async def leave(journey: Journey) -> None:
    """From wherever one is: back, and quit."""
    for _ in range(12):
        await journey.press("escape")
        if journey.app.screen is journey.screen:
            await journey.press("ctrl+q")
            if not journey.app.is_running:
                break
    else:
        raise AssertionError("the explorer cannot be left")
    assert not journey.session.failures
