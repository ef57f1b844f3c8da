"""From what the user wrote to inputs that can be opened."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from omeviz.errors import SourceError

STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read.

    Attributes:
        name: What the user calls it: the file's name without its folder, or `<stdin>`.
        path: Where it is; None is standard input.
    """

    name: str
    path: Path | None

    @property
    def shown(self) -> str:
        """For messages: the path as the user wrote it."""
        return self.name if self.path is None else str(self.path)


def input_of(argument: str) -> Input:
    """The input an argument names; `-` is standard input.

    Raises:
        SourceError: It does not exist, or is a folder.
    """
    if argument == "-":
        return Input(STDIN_NAME, None)
    if not argument:
        raise SourceError("an empty name is no file.", "Name a file, or - for standard input.")
    path = Path(argument)
    try:
        if path.is_dir():
            raise SourceError(f"{argument} is a folder.", "Name the files in it.")
        if not path.exists():
            raise SourceError(f"{argument} does not exist.", "Check the path; quote one with blanks.")
    except (OSError, ValueError) as error:
        raise SourceError(f"{argument} cannot be opened: {reason_of(error)}.", "Check the path.") from error
    return Input(path.name, path)


def reason_of(error: Exception) -> str:
    """An operating system's reason without its number and path."""
    return getattr(error, "strerror", None) or str(error)


def stdin_is_terminal() -> bool:
    """Whether standard input is a keyboard: nothing was piped in."""
    return sys.stdin is None or sys.stdin.isatty()
