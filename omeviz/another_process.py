"""This Python once more, beside the one that runs, as a process that reads and writes pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

_WIDE = 1 << 20


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
    if any("\0" in argument for argument in args):
        raise OSError("no argument can have a NUL")
    # -P: modules are never looked for in the current folder, which may hold evidence.
    return subprocess.Popen(  # noqa: S603  # this interpreter
        [
            sys.executable,
            "-P",
            "-c",
            f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}; {program}",
            *args,
        ],
        stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the screen is the explorer's
        bufsize=0,
        pipesize=_WIDE,
        env={**os.environ, **(environment or {})},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
