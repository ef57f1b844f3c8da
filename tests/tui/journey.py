"""The real explorer on a small store, driven by keys."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

from textual.pilot import Pilot

from omeviz.courtesy import Courtesy
from omeviz.errors import OmevizError
from omeviz.load import Finished, PartLoaded, Progress, SourceFailed
from omeviz.store import Store
from omeviz.tui.app import Explorer
from omeviz.tui.screens.explorer import ExplorerScreen
from omeviz.tui.session import Session
from tests.support import portal_record, store_of

NAMED_KEYS = {" ": "space", "/": "slash", ":": "colon", "-": "minus", "=": "equals_sign", '"': "quotation_mark"}


class StoreLoader:
    """Tells of a store that is there already.

    Args:
        store: The records.
        failures: What went wrong.
        gate: Loading ends only when it is set (or loading is stopped).
    """

    def __init__(self, store: Store | None, failures: Sequence[OmevizError] = (), gate: Event | None = None) -> None:
        self.store = store
        self.failures = failures
        self.gate = gate
        self.courtesy = Courtesy()

    def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
        """Tell of each part, then of the end."""
        store = self.store or Store()
        self.store = store
        for first, part in zip(store.starts, store.parts, strict=True):
            yield PartLoaded(first, part.height)
            yield Progress(first + part.height, 1_000, 2_000, store.sources[part.source].name)
        while self.gate is not None and not self.gate.wait(0.01):
            if should_stop():
                yield Finished(partial=True)
                return
        for error in self.failures:
            yield SourceFailed(error)
        yield Finished(partial=False)


@dataclass(slots=True)
class Journey:
    """A running explorer."""

    app: Explorer
    pilot: Pilot[int]

    @property
    def screen(self) -> ExplorerScreen:
        """The explorer's own screen, below any dialog."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, ExplorerScreen)
        return screen

    @property
    def session(self) -> Session:
        """What the user did."""
        return self.app.session

    @property
    def rows(self) -> list[int]:
        """The shown rows of the store."""
        assert self.session.view is not None
        return [int(row) for row in self.session.view.rows]

    @property
    def row(self) -> int | None:
        """The row of the store under the cursor."""
        return self.screen.current_row()

    @property
    def text(self) -> str:
        """What the terminal shows."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def filter_text(self) -> str:
        """The one filter, which the box shows as well."""
        assert self.screen.filter_bar.text == self.session.filter_text
        return self.session.filter_text

    @property
    def notices(self) -> list[str]:
        """What was said in the corner."""
        return [notification.message for notification in self.app._notifications]

    async def press(self, *keys: str) -> None:
        """Press keys one by one and wait for what they do."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text without waiting in between, as fast typists do."""
        await self.pilot.press(*(NAMED_KEYS.get(character, character) for character in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing runs in the background any more."""
        await self.pilot.pause()
        while self._busy:
            await sleep(0.005)
            if not self._busy:
                await self.pilot.pause()

    async def until_loaded(self) -> None:
        """Wait until loading has ended, and for what that does."""
        for _ in range(100):
            await self.pilot.pause(0.02)
            if not self.session.loading:
                break
        await self.settle()

    @property
    def _busy(self) -> bool:
        gated = getattr(self.app.loader, "gate", None) is not None
        working = any(worker.group in {"latest", "export"} and not worker.is_finished for worker in self.app.workers)
        return working or (self.session.loading and not gated) or self.screen.views.busy or self.screen.finds.busy


def small_store() -> Store:
    """Six events of three recipients, in an order that is not that of time."""
    records: list[dict[str, Any]] = [
        {"CreationTime": "2023-03-22T19:00:00", "Recipient": "ann@example.com", "Id": "0"},
        {"CreationTime": "2023-03-22T18:00:00", "Recipient": "bob@example.com", "Id": "1", "ResultStatus": "Failure"},
        {
            "CreationTime": "2023-03-23T10:00:00",
            "Recipient": "ann@example.com",
            "Id": "2",
            "Operation": "MessageForward",
        },
        {"CreationTime": "2023-03-24T10:00:00", "Recipient": "cem@example.com", "Id": "3", "MailSubject": "Invoice"},
        {"CreationTime": "2023-03-25T10:00:00", "Recipient": "bob@example.com", "Id": "4", "ResultStatus": "Failure"},
        {
            "CreationTime": "2023-03-26T10:00:00",
            "Recipient": "ann@example.com",
            "Id": "5",
            "Operation": "MessageForward",
        },
    ]
    return store_of(*(portal_record(**record) for record in records))


IN_ORDER = [1, 0, 2, 3, 4, 5]
"""The rows of `small_store` by time."""


@asynccontextmanager
async def explore(
    store: Store | None = None,
    *,
    filter_text: str = "",
    zone: str = "UTC",
    size: tuple[int, int] = (120, 36),
    loader: StoreLoader | None = None,
) -> AsyncIterator[Journey]:
    """Open the explorer and wait until everything is loaded."""
    app = Explorer(loader or StoreLoader(store or small_store()), filter_text=filter_text, zone=zone)
    async with app.run_test(size=size, notifications=True) as pilot:
        journey = Journey(app, pilot)
        await journey.settle()
        yield journey
