"""Running the command line in tests."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.make_samples import EXPECTED, SAMPLES

ROOT = Path(__file__).resolve().parent.parent
EVENTS = str(SAMPLES / "events.csv")
ALL = EXPECTED["events.csv"].records
PORTAL = str(SAMPLES / "purview.csv")
POSIX = sys.platform != "win32"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Stdout as text, without a byte order mark."""
        return self.out.decode("utf-8-sig")


Run = Callable[..., Result]
"""Runs the command line in this process."""


def spawn(
    command: str, *, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a shell line in which `omeviz` is this checkout's."""
    line = command.replace("omeviz ", f"{shlex.quote(sys.executable)} -m omeviz ")
    done = subprocess.run(
        ["bash", "-c", line],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
        env=os.environ | (environment or {}),
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"Exception ignored" not in done.stderr, done.stderr
    return done


def counted(run: Run, *arguments: str) -> int:
    """The number on stdout of a successful count."""
    result = run("--count", *arguments)
    assert (result.code, result.err) == (0, "")
    return int(result.out)


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of an exported CSV."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def ids(result: Result) -> list[str]:
    """The Ids of an export as JSON Lines."""
    return [json.loads(line)["Id"] for line in result.out.splitlines()]


def on_a_terminal(command: list[str]) -> bytes:
    """What a command sends to a terminal that is its stdout."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL, cwd=ROOT)
    os.close(slave)
    pieces: list[bytes] = []
    try:
        while piece := os.read(master, 65_536):
            pieces.append(piece)
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(master)
    assert process.wait() == 0
    return b"".join(pieces)
