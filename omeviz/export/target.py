"""Where an export goes: to a file that appears at once, or straight into a device, a pipe or a descriptor."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from omeviz.errors import ExportError
from omeviz.export.atomic import atomic_file
from omeviz.export.failures import TargetExistsError, explaining

_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,9})")
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}


@contextmanager
def open_target(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Open what a path stands for. A file gets its name when the block ends without an error.

    A symbolic link is written through: what it points to is the target. Devices and pipes are written to
    directly and need no `replace`; so are this process's own descriptors (`/dev/stdout`, `/dev/fd/3`), where
    replacing the file behind them would part it from its shell.

    Raises:
        TargetExistsError: A file is there and `replace` is not set.
        ExportError: It cannot be written.
        BrokenPipeError: The reader of a pipe has gone.
    """
    where = str(path)
    with explaining(where):
        descriptor = _descriptor(where)
        if descriptor is not None:
            with os.fdopen(os.dup(descriptor), "wb") as sink:
                yield sink
            return
        final, existing = _resolved(path)
        if existing is not None and (stat.S_ISFIFO(existing.st_mode) or stat.S_ISCHR(existing.st_mode)):
            with final.open("wb") as sink:
                yield sink
            return
        if existing is not None:
            _refuse(where, existing, replace=replace)
        with atomic_file(final, existing, replace=replace) as sink:
            yield sink


@contextmanager
def open_stream(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that is open already: flushed at the end, never closed.

    Raises:
        ExportError: It cannot be written, for example because it leads to a full disk.
        BrokenPipeError: Its reader has gone.
    """
    name = getattr(stream, "name", "")
    where = name if isinstance(name, str) and name and name != "<stdout>" else "Standard output"
    with explaining(where):
        yield stream
        stream.flush()


def is_file_target(path: Path) -> bool:
    """Whether an export to this path makes a file of that name, and is not passed on to a device or a pipe."""
    if _descriptor(str(path)) is not None:
        return False
    try:
        return path.is_file() or not path.exists()
    except (OSError, ValueError):
        return True  # writing tells better what is wrong with it


def _descriptor(where: str) -> int | None:
    """The number of this process's descriptor that a path names."""
    if os.name == "nt":
        return None
    found = _DESCRIPTOR.fullmatch(where)
    return int(found[1]) if found else _STANDARD.get(where)


def _resolved(path: Path) -> tuple[Path, os.stat_result | None]:
    """The path behind all links, and what is there, if anything."""
    try:
        final = Path(os.path.realpath(path))  # Path.resolve would raise RuntimeError for a circle of links
        try:
            return final, final.stat()
        except FileNotFoundError:
            return final, None
    except ValueError:  # NUL, lone surrogates
        raise ExportError(f"{path} cannot be written: no file has such a name.", "Choose another name.") from None


def _refuse(where: str, existing: os.stat_result, *, replace: bool) -> None:
    if stat.S_ISDIR(existing.st_mode):
        raise OSError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(existing.st_mode):
        raise ExportError(f"{where} cannot be written: it is a disk or a socket.", "Name a file.")
    if not replace:
        raise TargetExistsError(where)
