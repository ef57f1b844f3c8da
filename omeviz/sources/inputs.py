"""From what the user wrote to inputs that can be opened."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from omeviz.errors import SourceError

if TYPE_CHECKING:
    from omeviz.sources.archive_zip import Member, ZipArchive

STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read.

    Attributes:
        name: What the user calls it: the file's name without its folder, `<stdin>`, the path below the folder that
            was named (`march/a.csv`), or a member of an archive (`archive.zip/a.csv`).
        path: Where it is, the archive's path for a member; None is standard input.
        member: The member's name in its archive, or None.
        group: The folder, pattern or archive that the user named instead of it, or empty.
        failure: Why it cannot be read; raised when it is opened.
        archive: The archive it is a member of.
        entry: Which member.
        opened: Its bytes where it cannot be opened twice (standard input, a FIFO).
    """

    name: str
    path: Path | None
    member: str | None = None
    group: str = ""
    failure: SourceError | None = field(default=None, compare=False, repr=False)
    archive: ZipArchive | None = field(default=None, compare=False, repr=False)
    entry: Member | None = field(default=None, compare=False, repr=False)
    opened: IO[bytes] | None = field(default=None, compare=False, repr=False)

    @property
    def shown(self) -> str:
        """For messages: the path as the user wrote it."""
        if self.path is None:
            return self.name
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"


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
            raise missing(argument)
    except (OSError, ValueError) as error:
        raise SourceError(f"{argument} cannot be opened: {reason_of(error)}.", "Check the path.") from error
    return Input(path.name, path)


def missing(argument: str) -> SourceError:
    """The error for a path where nothing is."""
    return SourceError(f"{argument} does not exist.", "Check the path; quote one with blanks.")


def unreadable(shown: str, error: Exception) -> SourceError:
    """The error for what the operating system does not let us read."""
    remedy = "Ask for permission to read it." if isinstance(error, PermissionError) else "Check the path."
    return SourceError(f"{shown} cannot be read: {reason_of(error)}.", remedy)


def reason_of(error: Exception) -> str:
    """An operating system's reason without its number and path."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def stdin_is_terminal() -> bool:
    """Whether standard input is a keyboard: nothing was piped in."""
    return sys.stdin is None or sys.stdin.isatty()


def raw_stdin(stdin: IO[bytes] | None) -> IO[bytes]:
    """Standard input without a buffer, which would wait until it is full.

    Raises:
        OSError: It is closed.
    """
    if stdin is None and sys.stdin is None:
        raise OSError("it is closed")
    stream: Any = stdin or sys.stdin.buffer
    return cast(IO[bytes], getattr(stream, "raw", stream))


def is_regular(path: Path) -> bool:
    """Whether a path is a file that can be opened twice; False where it cannot be asked."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False
