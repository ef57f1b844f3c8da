"""The first line: which files, how many events, from when to when, in which zone, and how many problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from omeviz.tui.actions import ACTION, key_name
from omeviz.tui.safe import safe

if TYPE_CHECKING:
    from textual import events

SHORTEST_NAME = 12
BRAND = "omeviz"


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What the header line says.

    Attributes:
        names: The sources' names, as in the session; from outside.
        events: How many were read.
        records: How many records those are; said where some are copies.
        first: The earliest time, in the shown zone.
        last: The latest.
        zone: The name of the shown zone.
        problems: Records with a problem, unusable rows and files that failed.
        marks: Marked events.
        partial: Loading was stopped before the end.
        loading: More is on its way.
        guesses: What was guessed of the files: encoding, delimiter, order of day and month.
        sort: By which column the table is ordered, where it is not time.
        kept_of: Rows read where only matching events were kept, else 0.
    """

    names: tuple[str, ...] = ()
    events: int = 0
    records: int = 0
    first: datetime | None = None
    last: datetime | None = None
    zone: str = "UTC"
    problems: int = 0
    marks: int = 0
    partial: bool = False
    loading: bool = False
    guesses: str = ""
    sort: str = ""
    kept_of: int = 0


def count(number: int, noun: str) -> str:
    """`1 event`, `9,608 events`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _dates(state: HeaderState) -> tuple[str, str]:
    """From when to when, at length and in short."""
    if state.first is None or state.last is None:
        return "", ""
    first, last = f"{state.first:%Y-%m-%d}", f"{state.last:%Y-%m-%d}"
    if first == last:
        return first, first
    short = last[5:] if first[:4] == last[:4] else last
    return f"{first} to {last}", f"{first} to {short}"


def header_content(state: HeaderState, width: int) -> Content:
    """The line, fitted into `width` cells: what matters least gives way first, and the files' names are cut last."""
    marks = f"{state.marks:,} marked" if state.marks else ""
    records = f"{count(state.records, 'record')}, " if state.records > state.events else ""
    dates, short_dates = _dates(state)
    # (importance, text, style): the least important is the first to go.
    parts: list[tuple[int, str, str]] = [
        (3, BRAND, "bold $text-accent"),
        (9, f"{records}{count(state.events, 'event')}{' so far' if state.loading else ''}", "bold"),
        (8, f"kept of {count(state.kept_of, 'row')}" if state.kept_of else "", "$text-warning"),
        (4, dates, ""),
        (6, state.zone, ""),
        (8, "partial" if state.partial else "", "$text-warning bold"),
        (7, marks, "$text-accent bold"),
        (2, f"by {state.sort}" if state.sort else "", ""),
        (1, state.guesses, "dim"),
    ]
    parts = [part for part in parts if part[1]]
    problems = _problems(state)
    more = f" + {len(state.names) - 1} more" if len(state.names) > 1 else ""
    name = safe(state.names[0] if state.names else "", "bold", limit=200)

    def taken() -> int:
        return sum(len(text) + 3 for _, text, _ in parts) + (len(problems) + 2 if problems else 0) + len(more) + 2

    while parts and taken() + min(name.cell_length, SHORTEST_NAME) > width:
        least = min(parts)
        place = parts.index(least)
        if least[1] == dates != short_dates:
            parts[place] = (least[0], short_dates, least[2])
        else:
            del parts[place]
    room = max(0, width - taken())
    if name.cell_length > room:
        name = name.truncate(room, ellipsis=True)
    left = Content.assemble(" ", name, more)
    if parts and parts[0][1] == BRAND:
        left = Content.assemble(" ", (BRAND, parts.pop(0)[2]), "  " if name else "", left if name else "")
    for _, text, style in parts:
        left = Content.assemble(left, "   ", (text, style))
    if not problems:
        return left.truncate(width)
    gap = max(1, width - left.cell_length - len(problems) - 1)
    return Content.assemble(left, " " * gap, (problems, "bold $text-warning")).truncate(width)


def _problems(state: HeaderState) -> str:
    """How many problems there are, and the key that lists them, which a short footer leaves out."""
    key = key_name(ACTION["problems"].keys[0])
    return f"! {count(state.problems, 'problem')} ({key})" if state.problems else ""


class HeaderLine(Widget):
    """The first line of the explorer. A click on its right end opens the problems."""

    DEFAULT_CSS: ClassVar[str] = "HeaderLine { height: 1; }"

    state: reactive[HeaderState] = reactive(HeaderState())
    """What it says."""

    class ProblemsClicked(Message):
        """The count of problems was clicked."""

    def render(self) -> Content:
        """The line, as wide as the screen."""
        return header_content(self.state, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """The count of problems can be clicked."""
        if self.state.problems and event.x >= self.size.width - len(_problems(self.state)) - 2:
            self.post_message(self.ProblemsClicked())
