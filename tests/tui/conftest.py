"""When a pilot goes on: Textual guesses from the processor's time, which is slow, and wrong on a busy machine."""

from __future__ import annotations

import asyncio
from asyncio import get_running_loop, sleep
from collections.abc import Iterator
from time import monotonic

import pytest
from textual import _wait, app, pilot
from textual._context import active_app

CALM = 3
"""Turns of the event loop without anything to do, after which nothing comes of what was done."""

LONGEST = 20.0
"""Seconds after which the program is taken to turn in circles."""


async def come_to_rest(min_sleep: float = 0) -> None:  # noqa: ARG001  # Textual's parameter
    """Wait until the event loop has nothing to do, no thread of the program works, and everything is drawn."""
    running = active_app.get()
    end = monotonic() + LONGEST
    while True:
        await _nothing_ready(end)
        if any(worker.is_running for worker in running.workers):
            await _wait.wait_for_idle(0)
            await _nothing_ready(end)
        if not running.is_running or not running._screen_stack:
            return
        screen = running.screen
        if running._resize_timer is not None:
            running._check_resize()
            continue
        if not (screen._layout_required or screen._dirty_widgets or screen._callbacks or screen._scroll_required):
            return
        screen._on_timer_update()


async def _nothing_ready(end: float) -> None:
    loop = get_running_loop()
    assert isinstance(loop, asyncio.BaseEventLoop)
    calm = 0
    while calm < CALM:
        await sleep(0)
        calm = 0 if loop._ready else calm + 1  # type: ignore[attr-defined]
        assert monotonic() < end, "the program never comes to rest"


@pytest.fixture(autouse=True, scope="session")
def exact_waits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "wait_for_idle", come_to_rest)
        patch.setattr(pilot, "wait_for_idle", come_to_rest)
        yield
