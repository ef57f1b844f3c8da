"""Textual's pilot waits 20 ms at a time for the program to come to rest, several times a key; 5 ms are enough."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import _wait

FINER = 4


@pytest.fixture(autouse=True, scope="session")
def short_waits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wait, "SLEEP_GRANULARITY", _wait.SLEEP_GRANULARITY / FINER)
        patch.setattr(_wait, "SLEEP_IDLE", _wait.SLEEP_IDLE / FINER)
        yield
