"""Whoever uses the screen goes first: while keys come, those who decode take turns, and leave a processor free."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

PAUSE = 0.5
"""Seconds after a key for which more are expected."""


class Courtesy:
    """What those at the screen and those who work behind it know of each other."""

    def __init__(self) -> None:
        self._until = 0.0
        self._turn = Lock()

    def ask(self) -> None:
        """Somebody has pressed a key, or moved the mouse."""
        self._until = monotonic() + PAUSE

    @property
    def is_asked(self) -> bool:
        """Whether somebody did a moment ago."""
        return monotonic() < self._until

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around a piece of work: as long as it is asked for, one at a time begins."""
        if not self.is_asked:
            yield
            return
        with self._turn:
            yield
