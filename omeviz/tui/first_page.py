"""The first page before the explorer stands: importing Textual takes several times as long as reading a page.

A loader is begun on a thread; what it brings first is drawn at once with a few plain lines, and handed on to the
explorer with the loader. Imports neither Textual nor Polars.
"""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TextIO

from omeviz.load_steps import FirstRows
from omeviz.text import visible

if TYPE_CHECKING:
    from datetime import tzinfo

    from omeviz.courtesy import Courtesy
    from omeviz.load import Loader
    from omeviz.store import Store

PATIENCE = 0.15
"""Seconds to wait for the first rows; who brings none by then is not waited for."""

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[?25h\x1b[?1049l"


class BegunLoader:
    """A loader whose first step is taken while nothing can show it yet; the others wait for `run`.

    Args:
        loader: What loads.

    Attributes:
        first: The first step, once it is there.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._should_stop: Callable[[], bool] = lambda: False
        self._steps = loader.run(lambda: self._should_stop())
        self._error: BaseException | None = None
        self.first: object | None = None
        self._thread = Thread(target=self._begin, name="omeviz-first", daemon=True)
        self._thread.start()

    def _begin(self) -> None:
        try:
            self.first = next(self._steps, None)
        except Exception as error:  # noqa: BLE001  # raised again by `run`
            self._error = error

    @property
    def store(self) -> Store | None:
        """The records; None until the first are decoded."""
        return self._loader.store

    @property
    def courtesy(self) -> Courtesy:
        """Told of keys."""
        return self._loader.courtesy

    def wait(self, seconds: float) -> None:
        """Wait for the first step, but no longer."""
        self._thread.join(seconds)

    def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
        """Load on, beginning with the step that was taken already."""
        self._should_stop = should_stop
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self.first is not None:
            yield self.first
        yield from self._steps


def can_begin(inputs: Sequence[str]) -> bool:
    """Whether the first input is a file, of which something can be read at once."""
    with suppress(OSError, ValueError):
        return bool(inputs) and Path(inputs[0]).is_file() and sys.platform != "win32"
    return False


@contextmanager
def shown_early(step: object, zone: tzinfo | None, zone_name: str) -> Iterator[Callable[[], None]]:
    """Draw the first rows where a step brings them.

    Whoever draws from there on calls what this gives, and leaves the screen itself. Where that fails, the screen is
    as it was before.

    Args:
        step: The loader's first step.
        zone: The zone of shown times; None is the computer's own.
        zone_name: What it is called.
    """
    stream = sys.__stderr__
    if not isinstance(step, FirstRows) or stream is None:
        yield lambda: None
        return
    loud = _quiet_keyboard()
    try:
        with suppress(OSError, ValueError):
            _draw(stream, step, zone, zone_name)
        yield loud
    except BaseException:
        loud()
        with suppress(OSError, ValueError):
            stream.write(_LEAVE)
            stream.flush()
        raise


def _quiet_keyboard() -> Callable[[], None]:
    """Keep keys that are typed early from the page; returns what makes the keyboard as it was."""
    if sys.platform == "win32":
        return lambda: None
    import termios

    try:
        number = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        before = termios.tcgetattr(number)
        quiet = [*before]
        quiet[3] = before[3] & ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(number, termios.TCSANOW, quiet)
    except (termios.error, OSError, ValueError):
        return lambda: None

    def restore() -> None:
        with suppress(termios.error, OSError, ValueError):
            termios.tcsetattr(number, termios.TCSANOW, before)

    return restore


def _draw(stream: TextIO, step: FirstRows, zone: tzinfo | None, zone_name: str) -> None:
    width, height = shutil.get_terminal_size()
    lines = page(step, width, height - 1, zone, zone_name)
    stream.write(_ENTER + "".join(f"\x1b[{number};1H{line}" for number, line in enumerate(lines, 1)))
    stream.flush()


def page(step: FirstRows, width: int, height: int, zone: tzinfo | None, zone_name: str) -> list[str]:
    """The lines of the first page, where the explorer will draw them too; headings in bold, no other escapes.

    Args:
        step: The first rows.
        width: Cells of a line.
        height: Lines at most.
        zone: The zone of shown times; None is the computer's own.
        zone_name: What it is called.
    """
    from omeviz.tui.models import time_text
    from omeviz.tui.widgets.column_layout import arrange, event_columns, event_layout

    columns: dict[str, list[Any]] = step.columns
    filled = [name for name in event_layout().shown if any(columns.get(name, ()))]
    placed = arrange(event_layout(filled or ("time",)), event_columns(), width)
    lines = [
        _bold(_fit(f" omeviz   {step.source}   loading   {zone_name}", width)),
        _fit(" Filter > press / to filter, ? for help", width),
        _bold(_line([(p.start, p.width, _heading(p.column.label, p.column.name, zone_name)) for p in placed], width)),
    ]
    rows = len(next(iter(columns.values()), ()))
    for row in range(min(rows, height - len(lines))):
        cells = []
        for place in placed:
            value = columns.get(place.column.name, [None] * rows)[row]
            text = time_text(value, zone) if isinstance(value, datetime) else "" if value is None else str(value)
            cells.append((place.start, place.width, text))
        lines.append(_line(cells, width))
    return lines


def _heading(label: str, name: str, zone_name: str) -> str:
    return f"{label} ({zone_name})" if name == "time" else label


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _line(cells: Sequence[tuple[int, int, str]], width: int) -> str:
    """Texts at their places, as (first cell, cells, text as in the log)."""
    out, at = "", 0
    for start, size, text in cells:
        if start >= width:
            break
        out += " " * (start - at) + _fit(text, min(size, width - start))
        at = start + min(size, width - start)
    return out


def _fit(text: str, width: int) -> str:
    """A text from a log made visible and cut or padded to so many cells."""
    shown = visible(text[: 4 * width])
    if shown.isascii():
        return shown.ljust(width) if len(shown) <= width else shown[: width - 1] + "…"
    taken, used = [], 0
    for character in shown:
        size = _cells(character)
        if used + size > width - 1:
            taken.append("…")
            used += 1
            break
        taken.append(character)
        used += size
    return "".join(taken) + " " * (width - used)


def _cells(character: str) -> int:
    """Terminal cells of a character, well enough for a page that stands for a third of a second."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
