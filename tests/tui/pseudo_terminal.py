"""The real program in a pseudo-terminal, and what it sends there. POSIX only."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"  # what else begins with ESC
)
"""One escape sequence, of whatever kind."""

PROGRAM = (
    sys.executable,
    "-c",
    "import sys; from omeviz.cli import main; from omeviz.tui import first_page; first_page.PATIENCE = 20.0;"
    "sys.exit(main())",
)
"""omeviz, which waits for its first page however busy the machine is."""

QUIET = 0.08
"""Seconds without output after which the screen is taken as drawn."""

ESCAPE = 0.15
"""Seconds after which ESC is a key by itself and not the beginning of another."""

LONGEST = 20.0
"""Seconds that anything may take."""


class PseudoTerminal:
    """A running program and all bytes it has sent.

    Args:
        master: The terminal's end of the line.
    """

    def __init__(self, master: int) -> None:
        self._master = master
        self.sent = b""

    @property
    def text(self) -> str:
        """What was sent; strict UTF-8."""
        return self.sent.decode("utf-8")

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def read(self, seconds: float) -> bool:
        """Take what arrives within some time; False where nothing does, or the program is gone."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.sent += data
        return bool(data)

    def settle(self) -> None:
        """Read until nothing comes for a moment."""
        end = time.monotonic() + LONGEST
        while self.read(QUIET):
            assert time.monotonic() < end, "the screen never comes to rest"

    def press(self, keys: str, awaited: str = "") -> str:
        """Type, and read until a text was drawn and the screen is at rest.

        Returns:
            What was sent since, without escape sequences.
        """
        start, end = len(self.sent), time.monotonic() + LONGEST
        self.send(keys)
        if keys.endswith("\x1b"):
            time.sleep(ESCAPE)
        while awaited not in self.shown_since(start):
            self.read(QUIET)
            assert time.monotonic() < end, f"{awaited!r} is not drawn: {self.shown_since(start)[-500:]!r}"
        self.settle()
        return self.shown_since(start)

    def shown_since(self, start: int) -> str:
        """What was sent from a place on, without escape sequences."""
        return SEQUENCE.sub("", self.sent[start:].decode("utf-8", "replace"))


@contextmanager
def explorer(arguments: Sequence[str], folder: Path, size: tuple[int, int]) -> Iterator[PseudoTerminal]:
    """Run omeviz in a terminal of so many columns and lines, in a folder."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    columns, lines = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    here = str(Path(__file__).parents[2])
    environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": here}
    environment |= {"COLUMNS": str(columns), "LINES": str(lines), "TEXTUAL_ANIMATIONS": "none"}
    process = subprocess.Popen(
        [*PROGRAM, *arguments], cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    try:
        yield PseudoTerminal(master)
    finally:
        process.kill()
        process.wait()
        os.close(master)
