"""A Parquet file read once in another process before it is read here.

Polars ends the whole process where a damaged or hostile file makes it ask for more memory than there is, and writes
to standard error where its checks fail. What another process has read to its end cannot do that here: both take
exactly the same steps. Where no process can be started, the file is read without a trial.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from omeviz import own_parquet
from omeviz.another_process import started
from omeviz.sources.parquet_frames import batches, copies, groups, table_of, unusable_rows
from omeviz.sources.parquet_values import places_of, texts_of

if TYPE_CHECKING:
    import subprocess

PATIENCE = 600.0
"""Seconds without any row after which a file counts as one that cannot be read."""

_MEMORY = 16 << 30
_PROGRAM = "from omeviz.sources.parquet_trial import main; main()"
_WAIT = 0.1
_UNSOUND = "its checksum is wrong"


def steps(path: Path) -> Iterator[int]:
    """Read everything; yields 0 once the table of contents was read, then the rows so far, at last -1.

    Raises:
        ValueError: It is damaged.
        Exception: Whatever Polars raises; it may also end the process.
    """
    with path.open("rb") as file:
        own_parquet.footer_of(file)
    table = table_of(path)
    sound = own_parquet.is_sound(path)
    if sound is False or (sound is None and table.told is not None):
        raise ValueError(_UNSOUND)
    yield 0
    rows = 0
    if table.told is not None:
        unusable_rows(path, table.told)
        for frame in chain(groups(path, table.told), copies(path, table.told)):
            rows += frame.height
            yield rows
    else:
        places = places_of(table.schema, deep=True)
        columns = list(dict.fromkeys(place.path[0] for place in places))
        for frame in batches(path, columns):
            for place in places:
                texts_of(frame, place)
            rows += frame.height
            yield rows
    yield -1


def main() -> None:
    """Run the trial of a file and say how far it came, a line each; called in a process of its own."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for step in steps(Path(sys.argv[1])):
            sys.stdout.write(f"{step}\n")
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  # Polars' panics are no Exception; it is said and all ends
        sys.stdout.write(f"{json.dumps(str(error)[:300])}\n")
        sys.stdout.flush()


class Trial:
    """A file's trial while it runs.

    Args:
        path: The file.

    Attributes:
        rows: How many rows have been read without harm; None once all have.
        failure: Why the file cannot be read, or None.
    """

    def __init__(self, path: Path) -> None:
        self.rows: int | None = -1
        self.failure: str | None = None
        self._lines: deque[str] = deque()
        self._news = threading.Event()
        self._ended = False
        self._heard = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = started(_PROGRAM, str(path))
        except OSError:
            self.rows = None
            return
        self._reader = threading.Thread(target=self._listen, name="omeviz-parquet-trial", daemon=True)
        self._reader.start()

    def waits_for(self, rows: int) -> bool:
        """Whether so many rows have not been tried yet; waits for a moment where that is so. 0: the contents."""
        if self._passed(rows):
            return False
        self._news.wait(_WAIT)
        return not self._passed(rows)

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _passed(self, rows: int) -> bool:
        self._news.clear()
        ended = self._ended
        while self._lines:
            self._take(self._lines.popleft())
            self._heard = time.monotonic()
        if ended and self.rows is not None and self.failure is None:
            if self.rows < 0 and self._process is not None and self._process.wait() in (1, 2):
                self.rows = None  # that interpreter did not even begin
            else:
                self.failure = "reading it ended another process"
        if self.failure is None and time.monotonic() - self._heard > PATIENCE:
            self.failure = "it takes too long to read"
        return self.failure is not None or self.rows is None or 0 <= rows <= self.rows

    def _take(self, line: str) -> None:
        try:
            step = json.loads(line)
        except ValueError:
            return
        if isinstance(step, str):
            self.failure = step
        elif isinstance(step, int):
            self.rows = None if step < 0 else step

    def _listen(self) -> None:
        process = self._process
        if process is not None and process.stdout is not None:
            with suppress(ValueError, OSError):
                for line in TextIOWrapper(process.stdout, encoding="utf-8"):
                    self._lines.append(line)
                    self._news.set()
        self._ended = True
        self._news.set()
