"""This Python once more, beside the one that runs, as a process that reads and writes pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

_WIDE = 1 << 20
"""Bytes."""


def started(
    program: str, *args: str, listens: bool = False, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that finds the same modules; its standard output is a pipe, what it says of errors is dropped.

    Args:
        program: Python source; it finds `args` in `sys.argv` from 1 on.
        args: Arguments.
        listens: Its standard input is a pipe too; otherwise it is empty.
        environment: Variables to set beside this process's own.

    Raises:
        OSError: No process can be started.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("this is no Python that could run another program")
    program = f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}; {program}"
    try:
        process = subprocess.Popen(  # noqa: S603  # this interpreter
            [sys.executable, *_flags(), "-c", program, *args],
            stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the screen is the explorer's
            bufsize=0,
            env={**os.environ, **(environment or {})},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except ValueError as error:
        raise OSError(str(error)) from error
    for pipe in (process.stdin, process.stdout) if listens else ():
        _widen(pipe)
    return process


def _flags() -> list[str]:
    """What this interpreter was told not to read; and modules are not looked for in the current folder."""
    told = {
        "-I": sys.flags.isolated,
        "-E": sys.flags.ignore_environment,
        "-s": sys.flags.no_user_site,
        "-S": sys.flags.no_site,
    }
    return ["-P", *(flag for flag, value in told.items() if value)]


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe hold more, so that much goes through in a few pieces; it works as well where that is refused."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        if pipe is not None:
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _WIDE)
