"""The files below a folder, and those that a pattern names."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from omeviz.errors import SourceError
from omeviz.sources.inputs import unreadable

_MAGIC = "*?["
_HIDDEN_ATTRIBUTE = 2  # FILE_ATTRIBUTE_HIDDEN of Windows


@dataclass(frozen=True, slots=True)
class Entry:
    """Something below a folder.

    Attributes:
        path: Where it is.
        name: The same from the folder on, with `/`.
        usable: A file that can be read twice; otherwise a device, a FIFO, a link to nowhere.
        failure: Why a folder could not be looked into.
    """

    path: Path
    name: str
    usable: bool = True
    failure: SourceError | None = None


def is_pattern(argument: str) -> bool:
    """Whether an argument holds wildcards."""
    return any(sign in argument for sign in _MAGIC)


def is_hidden(name: str) -> bool:
    """Whether an entry of this name is left alone: hidden files, and what macOS leaves in archives."""
    return name.startswith(".") or name == "__MACOSX"


def walk(folder: Path) -> Iterator[Entry]:
    """All files below a folder, sorted by name at each level; hidden ones and their folders left out.

    A folder that is reached again by a link is walked once, so loops end.
    """
    walked: set[tuple[int, int]] = set()
    waiting: list[tuple[Path, str]] = [(folder, "")]
    while waiting:
        path, name = waiting.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield Entry(path, name, stat.S_ISREG(status.st_mode))
                continue
            identity = (status.st_dev, status.st_ino)
            if identity in walked:
                continue
            walked.add(identity)
            names = sorted(_visible(path))
        except FileNotFoundError:
            yield Entry(path, name, usable=False)  # a link to nowhere, or gone since
        except (OSError, ValueError) as error:
            yield Entry(path, name, failure=unreadable(str(path), error))
        else:
            waiting += [(path / each, f"{name}/{each}" if name else each) for each in reversed(names)]


def _visible(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not is_hidden(entry.name) and not _has_hidden_attribute(entry):
                yield entry.name


def _has_hidden_attribute(entry: os.DirEntry[str]) -> bool:
    """Whether Windows hides it; elsewhere there is no such attribute."""
    if os.name != "nt":
        return False
    attributes: int = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(attributes & _HIDDEN_ATTRIBUTE)


def matches(pattern: str) -> Iterator[Path]:
    """What a pattern names, sorted: `*`, `?` and `[…]` within a name, `**` for any folders, links to them left out.

    Hidden names match only where the pattern's part begins with a dot. What cannot be looked into matches nothing.
    """
    parts = Path(pattern).parts
    start = next((index for index, part in enumerate(parts) if is_pattern(part)), len(parts))
    found: Iterator[Path] = iter([Path(*parts[:start])])
    for index, part in enumerate(parts[start:], start):
        last = index + 1 == len(parts)
        if part == "**":
            found = _once(_below(found, files=last))
        elif is_pattern(part):
            found = _children(found, part)
        else:
            found = _existing(found, part)
    return _once(found)


def _once(paths: Iterator[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        if path not in seen:
            seen.add(path)
            yield path


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except (OSError, ValueError):
        return []


def _children(folders: Iterator[Path], part: str) -> Iterator[Path]:
    for folder in folders:
        for name in _names_in(folder):
            if fnmatch(name, part) and (part.startswith(".") or not is_hidden(name)):
                yield folder / name


def _existing(folders: Iterator[Path], part: str) -> Iterator[Path]:
    for folder in folders:
        try:
            if (folder / part).exists():
                yield folder / part
        except (OSError, ValueError):
            continue


def _below(folders: Iterator[Path], *, files: bool) -> Iterator[Path]:
    """The folders themselves and all below them; with `files` the files in them instead."""
    waiting = list(folders)[::-1]
    while waiting:
        folder = waiting.pop()
        if not files:
            yield folder
        deeper = []
        for name in _names_in(folder):
            path = folder / name
            try:
                if is_hidden(name):
                    continue
                if path.is_dir():
                    if not path.is_symlink():
                        deeper.append(path)
                elif files:
                    yield path
            except OSError:
                continue
        waiting += reversed(deeper)
