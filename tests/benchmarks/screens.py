"""What is measured through a pseudo-terminal: the explorer, and other programs that show the same file."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.measures import WORD, Export, Unexpected, Values
from tests.benchmarks.terminal import LINES, NotShown, Terminal

ROOT = Path(__file__).resolve().parents[2]
MOVES = 100
"""Page moves measured."""
PAGE_DOWN, ENTER, CLEAR_FILTER = "\x1b[6~", "\r", "\x0c"
SOME = 10_000
"""So many events have arrived when moving while loading begins."""
IDLE = 2.0
"""Seconds without a key in which processor time is counted."""

_EVENT = re.compile(r"^.*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*recipient\..*$", re.MULTILINE)
"""A row of the explorer's table."""
_SO_FAR = re.compile(r" ([\d,]+) events so far")


def _explorer(export: Export) -> Terminal:
    return Terminal([sys.executable, "-m", "omeviz", str(export.path)], ROOT)


def _has_events(text: str) -> bool:
    return _EVENT.search(text) is not None


def _is_loaded(events: int) -> Callable[[str], bool]:
    """Whether the first line says that all events are there."""
    return lambda text: f" {events:,} events " in text.partition("\n")[0] and not _SO_FAR.search(text)


def _top(text: str) -> str:
    """The table's first row."""
    found = _EVENT.search(text)
    return found[0] if found else ""


def _page_move(terminal: Terminal) -> float:
    """Seconds until the next page is on the screen."""
    before = _top(terminal.text)
    return terminal.wait(lambda text: _top(text) != before, terminal.send(PAGE_DOWN), "the next page", 10)


def _expected(path: Path) -> tuple[int, int]:
    """How many events hold the word, and how many are failures."""
    word, failure = WORD.encode(), b'""ResultStatus"":""Failure""'
    words = failures = 0
    with path.open("rb") as file:
        for line in file:
            words += word in line.lower()
            failures += failure in line
    return words, failures


def explorer(export: Export) -> Values:
    """Open, load, turn pages, filter, do nothing."""
    words, failures = _expected(export.path)
    terminal = _explorer(export)
    values: Values = {
        "first": [terminal.wait(_has_events, terminal.began, "the first events")],
        "all": [terminal.wait(_is_loaded(export.events), terminal.began, "the number of all events")],
    }
    terminal.wait(lambda text: f"{export.events:,} shown" in text, terminal.began, "all events in order")
    terminal.settle()
    values["move"] = []
    for _ in range(min(MOVES, export.events // LINES)):
        values["move"].append(_page_move(terminal))
        terminal.idle(0.02)
    terminal.settle()
    terminal.send("/")
    terminal.settle()
    sent = terminal.send(WORD)
    values["filter"] = [terminal.wait(lambda text: f" {words:,} of " in text, sent, "the filter's result")]
    terminal.send(ENTER)
    terminal.settle()
    sent = terminal.send(CLEAR_FILTER)
    terminal.wait(lambda text: f"{export.events:,} shown" in text, sent, "all events again")
    terminal.settle()
    sent = terminal.send("s")
    values["status"] = [terminal.wait(lambda text: f" {failures:,} of " in text, sent, "the failures")]
    terminal.settle(1.0)
    before = terminal.processor_seconds()
    terminal.idle(IDLE)
    after = terminal.processor_seconds()
    if before is not None and after is not None:
        values["idle"] = [(after - before) / IDLE * 100]
    return values | {"peak": [terminal.close()]}


def loading(export: Export) -> Values:
    """Turn pages while events are arriving."""
    terminal = _explorer(export)
    loaded = _is_loaded(export.events)

    def begun(text: str) -> bool:
        found = _SO_FAR.search(text)
        return loaded(text) or (found is not None and int(found[1].replace(",", "")) >= SOME)

    terminal.wait(begun, terminal.began, "some events")
    moves: list[float] = []
    while len(moves) < MOVES and not loaded(terminal.text):
        moves.append(_page_move(terminal))
        terminal.idle(0.02)
    terminal.close()
    return {"move": moves}


def first(export: Export) -> Values:
    """Open, and look no further."""
    terminal = _explorer(export)
    values = {"first": [terminal.wait(_has_events, terminal.began, "the first events")]}
    terminal.close()
    return values


EXPLORER: dict[str, Callable[[Export], Values]] = {"explorer": explorer, "loading": loading, "first": first}


def _has_rows(text: str) -> bool:
    return "department." in text


def _at_end(program: str, events: int) -> Callable[[str], bool]:
    """Whether a program shows that it has read all rows."""

    def vd(text: str) -> bool:
        return re.search(rf"(?<!\d){events} rows", text) is not None

    def lnav(text: str) -> bool:
        # It follows the end of the file; the status line has the number of the top line.
        found = re.search(r"\bL([\d,]+)\s+100%", text)
        return found is not None and int(found[1].replace(",", "")) > events - LINES

    def csvlens(text: str) -> bool:
        return re.search(rf"\[Row \d+/{events},", text) is not None

    def others(text: str) -> bool:
        # A whole number in the last lines; the file's name has it between hyphens.
        last = "\n".join(text.rstrip().split("\n")[-2:])
        return re.search(rf"(?<![-\d,])({events}|{events:,})(?![-\d,])", last) is not None

    return {"vd": vd, "lnav": lnav, "csvlens": csvlens}.get(program, others)


def other(program: str, export: Export) -> Values:
    """Open another program on the export, until it has read all rows; raw, since none of them decodes AuditData."""
    path = shutil.which(program)
    if path is None:
        raise Unexpected(f"{program} is not installed")
    terminal = Terminal([path, str(export.path)], ROOT)
    values = {"first": [terminal.wait(_has_rows, terminal.began, "the first rows")]}
    # Some say nowhere how many rows there are.
    patience = 600 if program in {"vd", "lnav"} else 60
    with suppress(NotShown):
        values["all"] = [terminal.wait(_at_end(program, export.events), terminal.began, "the last row", patience)]
    return values | {"peak": [terminal.close()]}
