"""How far loading has come: rows, bytes, rate, and how to stop it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from omeviz.tui.safe import safe

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadingState:
    """What the bar says.

    Attributes:
        source: The file being read; from outside.
        rows: Rows read.
        bytes_read: Bytes read, of all files.
        bytes_total: Bytes there are, or None where nobody knows.
        seconds: Since loading began.
        stop: What stops it, in words.
    """

    source: str = ""
    rows: int = 0
    bytes_read: int = 0
    bytes_total: int | None = None
    seconds: float = 0.0
    stop: str = "Esc stops"


def size_text(number: int) -> str:
    """A number of bytes as a user reads it: `612 B`, `14.2 KiB`, `906 MiB`."""
    amount, unit = float(number), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1000:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def loading_content(state: LoadingState, width: int) -> Content:
    """The line, fitted into `width` cells."""
    stop = (state.stop, "bold")
    if not (state.rows or state.bytes_read):  # the first page is there before anything is counted
        source = safe(f" {state.source}" if state.source else "", limit=40)
        return Content.assemble(" Loading", source, "…   ", stop, " ").truncate(width)
    words = [f"{state.rows:,} rows"]
    if state.bytes_total:
        done = min(1.0, state.bytes_read / state.bytes_total)
        words.append(f"{size_text(state.bytes_read)} of {size_text(state.bytes_total)}")
    else:
        done = None
        words.append(size_text(state.bytes_read))
    if state.seconds > 0.5:
        words.append(f"{size_text(int(state.bytes_read / state.seconds))}/s")
    tail = Content.assemble("  ", "   ".join(words), "   ", stop, " ")
    if tail.cell_length + 14 > width:
        tail = Content.assemble("  ", words[0], "   ", stop, " ")
    head = Content.assemble(" Loading ", safe(state.source, limit=40))
    bar_width = min(30, width - tail.cell_length - head.cell_length - 8)
    if bar_width < 5:
        head, bar_width = Content(" Loading"), min(30, width - tail.cell_length - 16)
    if done is None or bar_width < 5:
        percent = "" if done is None else f" {done:4.0%}"
        return Content.assemble(head, percent, tail).truncate(width)
    filled = round(bar_width * done)
    return Content.assemble(
        head, "  ", ("━" * filled, "$accent"), ("─" * (bar_width - filled), "dim"), f" {done:4.0%}", tail
    )


class LoadingBar(Widget, can_focus=True):
    """The progress of loading. Esc on it, or a click, asks whether to stop."""

    DEFAULT_CSS: ClassVar[str] = "LoadingBar { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "stop loading", show=False)]
    """
    | Key | What |
    | :- | :- |
    | escape | Ask whether to stop loading. |
    """

    state: reactive[LoadingState] = reactive(LoadingState())
    """What it says."""
    refused: reactive[bool] = reactive(False)
    """The user said no to stopping; from then on Esc stops only where the bar has the focus."""

    class StopRequested(Message):
        """The user wants loading to stop."""

    def on_mount(self) -> None:
        """Remember when loading began."""
        self._began = monotonic()

    def progress(self, source: str, rows: int, bytes_read: int, bytes_total: int | None) -> None:
        """Show how far loading has come."""
        self.state = LoadingState(source, rows, bytes_read, bytes_total, monotonic() - self._began)

    def render(self) -> Content:
        """The line, as wide as the screen."""
        state = self.state
        if self.refused and not self.has_focus:
            state = replace(state, stop="Shift+Tab, Esc stops")
        return loading_content(state, self.size.width)

    def action_stop(self) -> None:
        """Ask the screen to ask."""
        self.post_message(self.StopRequested())

    def on_click(self) -> None:
        """A click asks as well."""
        self.action_stop()
