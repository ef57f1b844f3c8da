"""The terminal: its keyboard while standard input is a pipe, and text from a log on its screen."""

from __future__ import annotations

import io
import os
import sys
from typing import IO

from omeviz.errors import UsageError
from omeviz.text import visible


def keyboard_beside_pipe() -> IO[bytes]:
    """Keep the pipe open under another number, and make the terminal the standard input again.

    Returns:
        The pipe.

    Raises:
        UsageError: There is no terminal.
    """
    windows = sys.platform == "win32"
    try:
        pipe: IO[bytes] = io.BufferedReader(io.FileIO(os.dup(0), "rb"))
        terminal = os.open("CONIN$" if windows else "/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError(
            "the explorer needs a keyboard, and standard input is a pipe without a terminal.",
            "Use --count or --export PATH where there is no terminal.",
        ) from error
    os.dup2(terminal, 0)
    os.close(terminal)
    if windows:
        _set_windows_input()
    return pipe


def _set_windows_input() -> None:
    """The console's input handle, which does not follow the descriptor."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        ctypes.windll.kernel32.SetStdHandle(-10, msvcrt.get_osfhandle(0))


class SafeTerminal(io.RawIOBase):
    """A terminal that shows text from a log without obeying it: every line goes through `visible`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any bytes-like buffer
        """Show whole lines; the beginning of the next waits for its end."""
        whole = self._rest + bytes(data)
        cut = whole.rfind(b"\n") + 1
        self._rest = whole[cut:]
        self._show(whole[:cut])
        return len(data)

    def flush(self) -> None:
        """Show everything that was written."""
        if not self.closed:
            rest, self._rest = self._rest, b""
            self._show(rest)
            self._stream.flush()

    def _show(self, data: bytes) -> None:
        lines = data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        shown = "\n".join(visible(line.removesuffix("\r")) for line in lines)
        self._stream.write(shown.encode("utf-8", "backslashreplace"))
