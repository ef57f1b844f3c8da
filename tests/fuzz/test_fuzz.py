"""A fixed budget of what `python -m tests.fuzz` does without end; the message of a failure tells its seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import keys
from tests.fuzz.__main__ import filters_of, loader_of
from tests.fuzz.mutate import damaged, seeds
from tests.fuzz.watchdog import Hangs, within
from tests.support import examples

LOADS, FILTERS, KEYS, STEP = examples(160), examples(400), 45, 40


@pytest.mark.parametrize("first", range(0, LOADS, STEP))
def test_damaged_files(first: int) -> None:
    check = loader_of()
    for seed in range(first, first + STEP):
        within(lambda seed=seed: check(seed))  # type: ignore[misc]


def test_random_filters() -> None:
    check = filters_of()
    told = {within(lambda seed=seed: check(seed)) for seed in range(FILTERS)}  # type: ignore[misc]
    assert told == {"a filter", "none"}


@pytest.mark.parametrize("seed", [0, 3, 4])
async def test_random_keys(seed: int, tmp_path: Path) -> None:
    await keys.check(seed, KEYS, tmp_path)


def test_a_seed_is_a_file() -> None:
    files = seeds()
    assert [damaged(seed, files) for seed in range(9)] == [damaged(seed, files) for seed in range(9)]
    assert len({damaged(seed, files).data for seed in range(90)}) > 60
    assert {damaged(seed, files).name for seed in range(len(files))} == set(files)


def test_what_hangs_is_a_failure_that_says_where() -> None:
    import threading

    gate = threading.Event()
    with pytest.raises(Hangs, match="gate"):
        within(lambda: gate.wait(), 0.05)
    gate.set()
    with pytest.raises(ZeroDivisionError):
        within(lambda: 1 // 0)
