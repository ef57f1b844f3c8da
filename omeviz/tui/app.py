"""The explorer as a Textual application.

Nothing here, nor what is imported at the top, imports Polars: the first page is on the screen before it is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.app import App
from textual.events import Event, InputEvent

from omeviz.garbage import settle
from omeviz.text import visible
from omeviz.tui.commands import ActionCommands
from omeviz.tui.screens.explorer import ExplorerScreen
from omeviz.tui.session import Session

if TYPE_CHECKING:
    from textual.command import Provider

    from omeviz.courtesy import Courtesy
    from omeviz.store import Store

LASTING = 10.0
"""Seconds from which on a message is not taken away by the next one."""


class LoaderLike(Protocol):
    """What the explorer needs of a loader; tests bring their own."""

    @property
    def store(self) -> Store | None:
        """The records; None until the first are decoded."""

    @property
    def courtesy(self) -> Courtesy:
        """Told of keys, so that loading makes way for what they do."""

    def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
        """Load, telling each step (`omeviz.load`); runs on a worker thread."""


class Explorer(App[int]):
    """Shows the events of a loader.

    A short message takes the place of the one before; warnings, errors and results stay for their time.

    Args:
        loader: Brings the records.
        filter_text: The filter to begin with.
        zone: `UTC`, `local` or the name of a zone.
        portal: Where there are events of other types too, begin with a filter for the portal's.
    """

    CSS_PATH = "omeviz.tcss"
    TITLE = "omeviz"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionCommands}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, loader: LoaderLike, *, filter_text: str = "", zone: str = "UTC", portal: bool = False) -> None:
        super().__init__()
        self.loader = loader
        self.session = Session(filter_text=filter_text, portal_first=portal)
        self._cleared_from = 0.0
        self.session.set_zone(zone)

    def get_default_screen(self) -> ExplorerScreen:
        """The explorer's screen is the first and the only one that is not a dialog."""
        return ExplorerScreen(self.loader, self.session)

    def on_ready(self) -> None:
        """The first screen stands."""
        settle()

    async def on_event(self, event: Event) -> None:
        """Tell the loader of keys and of the mouse before anything else is done."""
        if isinstance(event, InputEvent):
            self.loader.courtesy.ask()
        await super().on_event(event)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; a lone surrogate, which no terminal could take, becomes U+FFFD."""
        super().copy_to_clipboard(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))

    def action_help_quit(self) -> None:
        """Ctrl+C where nothing is selected: say how to leave."""
        self.notify("q quits. Select text with the mouse to copy it with Ctrl+C.")

    def push_screen(self, *arguments: Any, **options: Any) -> Any:
        """Open a dialog. What the corner says was read by then, and would cover what the dialog says."""
        self._cleared_from = 0.0
        self.clear_notifications()
        return super().push_screen(*arguments, **options)

    def notify(self, message: str, **options: Any) -> None:
        """Show a message in a corner. It is made visible and never read as markup."""
        options["markup"] = False
        lasting = (options.get("timeout") or 0) >= LASTING
        now = monotonic()
        if not lasting and now > self._cleared_from:
            self.clear_notifications()  # a pile of them would cover what is being read
        if lasting:
            self._cleared_from = now + options["timeout"]
        super().notify("\n".join(visible(line) for line in message.split("\n")), **options)


def run_explorer(
    loader: LoaderLike, filter_text: str, zone: str, *, before: Callable[[], None] = lambda: None, portal: bool = False
) -> int:
    """Open what a loader brings in the explorer.

    Args:
        loader: Brings the records.
        filter_text: The filter to begin with.
        zone: `UTC`, `local` or the name of a zone.
        before: Called when everything is ready to take over the terminal.
        portal: Begin with a filter for the portal's events where there are others too.

    Returns:
        The exit code: 1 where an input could not be read, else 0.
    """
    explorer = Explorer(loader, filter_text=filter_text, zone=zone, portal=portal)
    before()
    explorer.run()
    for error in explorer.session.failures:
        sys.stderr.write(f"omeviz: {visible(str(error))}\n")
    return explorer.return_code or (1 if explorer.session.failures else 0)
