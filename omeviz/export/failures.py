"""What can go wrong with the target of an export, in words a user can act on."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from omeviz.errors import ExportError


class TargetExistsError(ExportError):
    """The file exists and may not be replaced; a dialog asks, then exports again with `replace`."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} exists already.", "Choose another name, or have it replaced (--force).")


class ExportCancelledError(ExportError):
    """Somebody stopped the export; no file was written."""

    def __init__(self) -> None:
        super().__init__("The export was stopped.", "Nothing was written.")


_NO_SPACE = "Make room on the disk, or choose another; nothing was written."
_NO_PERMISSION = "Choose a folder you may write to."
_NO_FOLDER = "Create the folder first, or choose another."
_IN_USE = "Close it in other programs, or choose a folder you may write to."

_EXPLAINED: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _NO_SPACE),
    errno.EDQUOT: ("the disk quota is used up", _NO_SPACE),
    errno.EFBIG: ("the file would be too large for its disk", "Choose another disk, or export fewer events."),
    errno.EACCES: ("no permission", _IN_USE if os.name == "nt" else _NO_PERMISSION),
    errno.EPERM: ("no permission", _NO_PERMISSION),
    errno.EROFS: ("the disk is read-only", _NO_PERMISSION),
    errno.ENOENT: ("its folder does not exist", _NO_FOLDER),
    errno.ENOTDIR: ("its folder is a file", _NO_FOLDER),
    errno.EISDIR: ("it is a folder", "Name a file in it."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one."),
    errno.ELOOP: ("its links go in a circle", "Choose another name."),
    errno.EINVAL: ("the name is not allowed here", "Choose another name."),
    errno.EIO: ("the disk failed", "Choose another disk."),
}


def explained(error: OSError, where: str) -> ExportError:
    """An operating system's error as one that says which target, why, and what to do."""
    if isinstance(error, FileExistsError):
        return TargetExistsError(where)
    known = _EXPLAINED.get(error.errno) if error.errno is not None else None
    reason, remedy = known or (error.strerror or str(error) or type(error).__name__, "Choose another target.")
    return ExportError(f"{where} cannot be written: {reason}.", remedy)


@contextmanager
def explaining(where: str) -> Iterator[None]:
    """Turn an OSError inside into an ExportError about `where`; a closed pipe stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explained(error, where) from error
