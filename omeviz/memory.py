"""How much memory is left: records are held in memory, and a machine that swaps helps nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

_CGROUP = Path("/sys/fs/cgroup")


def available() -> int | None:
    """Bytes that can be taken before the system runs short; None where that cannot be told.

    Source: `MemAvailable` of /proc/meminfo and the limits of the control group on Linux, `GlobalMemoryStatusEx` on
    Windows. macOS has no cheap answer.
    """
    if sys.platform == "win32":
        return _windows()
    known = [size for size in (_meminfo(), _cgroup()) if size is not None]
    return min(known, default=None)


def _meminfo() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _cgroup() -> int | None:
    """What the control group has left; its cache of files can be given back."""
    with suppress(OSError, ValueError):
        limit = (_CGROUP / "memory.max").read_text("ascii").strip()
        if limit != "max":
            used = int((_CGROUP / "memory.current").read_text("ascii"))
            for line in (_CGROUP / "memory.stat").read_text("ascii").splitlines():
                if line.startswith(("inactive_file ", "active_file ")):
                    used -= int(line.split()[1])
            return max(0, int(limit) - used)
    return None


def _windows() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "page_total", "page_available")),
            *((name, ctypes.c_ulonglong) for name in ("virtual_total", "virtual_available", "extended")),
        ]

    status = Status()
    status.length = ctypes.sizeof(Status)
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)


NEEDED = 2.1
"""Bytes of memory for each byte of a CSV or JSON file, at the peak (measured at a million events)."""

RESERVE = 256 << 20
"""Bytes that are left to the system."""

REMEDY = "Keep only what you need while reading: --record-type OMEPortal, or --filter TEXT --keep-only."


class Guard:
    """Watches over the memory of a load.

    Args:
        free: Tells the bytes that can be taken, or None.
        every: Seconds between two looks.
    """

    def __init__(self, free: Callable[[], int | None] = available, every: float = 0.25) -> None:
        self._free = free
        self._every = every
        self._next = 0.0

    def warning(self, size: int) -> str:
        """What to say before files of so many bytes are loaded; empty where they will fit."""
        free = self._free()
        needed = int(size * NEEDED)
        if free is None or needed < free - RESERVE:
            return ""
        return (
            f"needs about {_gigabytes(needed)} of memory, and {_gigabytes(free)} are free:"
            f" loading stops when it runs short. {REMEDY.removesuffix('.')}"
        )

    def is_short(self) -> bool:
        """Whether hardly any memory is left; looks only now and then."""
        now = monotonic()
        if now < self._next:
            return False
        self._next = now + self._every
        free = self._free()
        return free is not None and free < RESERVE


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
