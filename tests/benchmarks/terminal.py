"""A program in a pseudo-terminal: what a person would see there, and when.

Linux and macOS only. Output is read in bursts, and a burst counts from its last byte: a screen is there when it is
complete. Reading comes before interpreting, so that a slow terminal in memory does not slow the times down.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import pyte

try:
    import psutil
except ImportError:
    psutil = None

COLUMNS, LINES = 160, 45
_GRACE = 0.002
"""Seconds without output that end a burst."""
_LONGEST_BURST = 0.05
"""Seconds."""

_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*\$?([a-zA-Z])|\x1b[P_^][^\x1b]*\x1b\\")
"""Sequences that the terminal in memory would print as text; setting and resetting modes is among them."""
_CUT = re.compile(rb"\x1b(\[[<>=?]?[0-9;]*\$?|[P_^][^\x1b]*)?$")
"""The beginning of a sequence whose end is not there yet."""
_ANSWERS = ((re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"), (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;c"))
"""What programs ask a terminal and wait for."""


class NotShown(Exception):
    """The program ended, or did not show in time what was waited for."""


def _without_private(data: bytes) -> bytes:
    return _PRIVATE.sub(lambda found: found[0] if found[1] in {b"h", b"l"} else b"", data)


def _started(command: Sequence[str], cwd: Path) -> tuple[int, int]:
    """Start a program in a pseudo-terminal; its process id, and the terminal's other end."""
    if sys.platform == "win32":
        raise NotShown("Windows has no pseudo-terminal of this kind")
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for name in ("COLUMNS", "LINES", "NO_COLOR", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    pid, terminal = pty.fork()
    if not pid:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.chdir(cwd)
            os.execvpe(command[0], list(command), environment)  # noqa: S606  # arguments are a list, no shell
        finally:
            os._exit(127)
    return pid, terminal


def _ended(pid: int) -> float:
    """End a program; returns its peak resident memory, MiB."""
    if sys.platform == "win32":
        return 0.0
    os.kill(pid, signal.SIGKILL)
    _, _, usage = os.wait4(pid, 0)
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


class Terminal:
    """A program and its screen.

    Args:
        command: The program and its arguments.
        cwd: Where it runs.

    Attributes:
        began: When it was started, on the clock of `perf_counter`.
        arrived: When the newest output was complete, on the same clock.
    """

    def __init__(self, command: Sequence[str], cwd: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._ended = False
        self._name = Path(command[0]).name
        self.began = self.arrived = perf_counter()
        self._pid, self._terminal = _started(command, cwd)

    def line(self, number: int) -> str:
        """One line of the screen, from 0."""
        cells = self._screen.buffer[number]
        return "".join(cells[column].data for column in range(COLUMNS))

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(map(self.line, range(LINES)))

    def send(self, keys: str) -> float:
        """Type; returns when, on the clock of `perf_counter`."""
        moment = perf_counter()
        os.write(self._terminal, keys.encode())
        return moment

    def wait(self, condition: Callable[[str], bool], since: float, what: str, timeout: float = 600) -> float:
        """Seconds from `since` until the screen's text met a condition.

        Raises:
            NotShown: It never did; says `what`.
        """
        while not condition(self.text):
            left = since + timeout - perf_counter()
            if left <= 0 or self._ended:
                sys.stderr.write(f"{self.text}\n")
                why = "it ended" if self._ended else f"not within {timeout:.0f} s"
                raise NotShown(f"{self._name}: {what} was not shown: {why}")
            self._read(left)
        return self.arrived - since

    def settle(self, quiet: float = 0.3, longest: float = 10) -> None:
        """Wait until nothing was written for so many seconds; not for ever, since some programs never are quiet."""
        end = perf_counter() + longest
        while perf_counter() < end and self._read(quiet):
            pass

    def idle(self, seconds: float) -> None:
        """Let time pass, reading on."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0 and not self._ended:
            self._read(left)

    def processor_seconds(self) -> float | None:
        """Processor time that the program and its children took so far; None without psutil."""
        if psutil is None:
            return None
        program = psutil.Process(self._pid)
        times = [process.cpu_times() for process in (program, *program.children(recursive=True))]
        return float(sum(time.user + time.system for time in times))

    def close(self) -> float:
        """End the program; returns its peak resident memory, MiB: at least this process's own, which it began as."""
        peak = _ended(self._pid)
        os.close(self._terminal)
        return peak

    def _ready(self, timeout: float) -> bool:
        return bool(select.select([self._terminal], [], [], timeout)[0])

    def _read(self, timeout: float) -> bool:
        """Take up one burst; returns whether there was one."""
        if self._ended or not self._ready(timeout):
            return False
        data, end = b"", perf_counter() + _LONGEST_BURST
        while True:
            try:
                piece = os.read(self._terminal, 65_536)
            except OSError:  # how Linux says that the program has ended
                piece = b""
            if not piece:
                self._ended = True
                break
            data += piece
            self.arrived = perf_counter()
            if self.arrived > end or not self._ready(_GRACE):
                break
        for question, answer in _ANSWERS:
            if question.search(data):
                os.write(self._terminal, answer)
        data, self._rest = self._rest + data, b""
        cut = _CUT.search(data)
        if cut:
            data, self._rest = data[: cut.start()], data[cut.start() :]
        self._stream.feed(_without_private(data))
        return True
