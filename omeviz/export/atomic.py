"""A file that appears complete under its name, or not at all.

It is written beside its target as `.<name>.omeviz-<random>`, flushed to the disk, then renamed. A run that is
killed leaves that file; the next export to the same target removes it. Whether its writer lives is told by a
lock on it, which the system drops with the process; Windows does not let an open file be removed at all.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_LONGEST_NAME = 255  # bytes; what nearly every file system allows
_RANDOM_BYTES = 4
_ABANDONED_AFTER = 24 * 3600.0  # seconds; where the file system knows no locks
_NO_SUCH_FEATURE = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@contextmanager
def atomic_file(target: Path, existing: os.stat_result | None, *, replace: bool) -> Iterator[BinaryIO]:
    """A file that gets its name when the block ends without an error; otherwise nothing of it remains.

    Args:
        target: Its path, links resolved.
        existing: What is there, so that its permissions are kept.
        replace: What is there may be replaced. Without it, a file that somebody else puts there meanwhile stays.

    Raises:
        FileExistsError: There is a file and `replace` is not set.
        OSError: It cannot be written.
    """
    prefix = temporary_prefix(target.name)
    remove_leftovers(target.parent, prefix)
    descriptor, temporary = _create(target.parent, prefix, private=existing is not None)
    sink = os.fdopen(descriptor, "wb")
    try:
        if existing is not None:
            _take_over_permissions(descriptor, existing)
        yield sink
        sink.flush()
        _sync(descriptor)
        if sys.platform == "win32":
            sink.close()  # an open file cannot be renamed there; elsewhere the lock is held until it has its name
        if replace:
            temporary.replace(target)
        else:
            _publish(temporary, target)
    finally:
        try:
            with suppress(OSError):
                sink.close()
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def temporary_prefix(name: str) -> str:
    """What the names of a target's temporary files begin with; a name near the limit is shortened."""
    room = _LONGEST_NAME - len(f"..omeviz-{'':{2 * _RANDOM_BYTES}}")
    encoded = os.fsencode(name)
    shown = name if len(encoded) <= room else encoded[:room].decode("utf-8", "ignore")
    return f".{shown}.omeviz-"


def remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove temporary files whose writers have been killed; those of running exports stay."""
    try:
        with os.scandir(folder) as entries:
            found = [e.path for e in entries if e.name.startswith(prefix) and e.is_file(follow_symlinks=False)]
    except OSError:
        return  # creating the file beside it tells better what is wrong
    for path in found:
        with suppress(OSError):
            _remove_if_abandoned(Path(path))


def _remove_if_abandoned(path: Path) -> None:
    if sys.platform == "win32":
        path.unlink()  # fails while its writer has it open
        return
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        locked = _lock(descriptor)
        age = time.time() - os.fstat(descriptor).st_mtime
        if locked or (locked is None and age > _ABANDONED_AFTER):
            path.unlink()
    finally:
        os.close(descriptor)


def _create(folder: Path, prefix: str, *, private: bool) -> tuple[int, Path]:
    """A fresh, locked file of a random name."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        path = folder / f"{prefix}{secrets.token_hex(_RANDOM_BYTES)}"
        try:
            descriptor = os.open(path, flags, 0o600 if private else 0o666)
        except FileExistsError:
            continue
        # Until it is locked, another export may take it for a leftover and remove it.
        if _lock(descriptor) is not False and path.exists():
            return descriptor, path
        os.close(descriptor)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _lock(descriptor: int) -> bool | None:
    """Lock a file: True if it is locked, False if somebody else has it, None where there are no locks."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True
    return None


def _take_over_permissions(descriptor: int, existing: os.stat_result) -> None:
    """Who may read the old file may read the one that replaces it, and nobody else."""
    if sys.platform == "win32":
        return
    mode = stat.S_IMODE(existing.st_mode) & 0o777
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (existing.st_uid, existing.st_gid):
        try:
            os.fchown(descriptor, existing.st_uid, existing.st_gid)
        except OSError:
            if own.st_gid != existing.st_gid:
                mode &= ~0o070  # the bits were meant for another group
    with suppress(OSError):  # file systems without permissions
        os.fchmod(descriptor, mode)


def _publish(temporary: Path, target: Path) -> None:
    """Give a file its name, without replacing anything."""
    if sys.platform == "win32":
        temporary.rename(target)  # fails there if the target exists
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (exFAT, some network drives): claim the name with an empty file, then replace that.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
        try:
            temporary.replace(target)
        except BaseException:
            target.unlink()
            raise


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_FEATURE:
            raise


def _sync_folder(folder: Path) -> None:
    """Put the name on the disk too; the data is there already, so a failure here is none of the export's."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
