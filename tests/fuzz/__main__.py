"""Long runs of random damage: `python -m tests.fuzz --seconds 600`.

    python -m tests.fuzz [--seconds N] [--only loader|filters|keys] [--seed N] [--count N]

Damaged files of every container go through the loader, the careful way and the fast way; random texts through the
filter language; random keys through the running explorer. What fails is printed with its seed, and the run goes on;
a failure is seen again with `--only WHAT --seed SEED --count 1`. The exit code is 1 where anything failed.

A run without `--seed` begins at a random seed, which it prints. The damaged files are made from `samples/`: a seed
means the same file only as long as the samples are the same, so what was found belongs into `test_found.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import SystemRandom

from tests.fuzz import filters, keys, loading, mutate
from tests.fuzz.watchdog import within
from tests.hostile import HOSTILE, hostile_record
from tests.support import store_of

KEYS = 150
"""Keys of one run of the explorer."""


def loader_of() -> Callable[[int], str]:
    """Checks the damaged file of a seed; returns what it was."""
    files = mutate.seeds()

    def run(seed: int) -> str:
        case = mutate.damaged(seed, files)
        try:
            loading.check(case)
        except Exception as error:
            error.add_note(str(case))
            raise
        return case.name

    return run


def filters_of() -> Callable[[int], str]:
    """Checks the filter of a seed."""
    store = store_of(*(hostile_record(text, number=number) for number, (_, text) in enumerate(HOSTILE)))

    def run(seed: int) -> str:
        text = filters.filter_text(seed)
        try:
            return "a filter" if filters.check(text, store) else "none"
        except Exception as error:
            error.add_note(repr(text))
            raise

    return run


def explorer_of() -> Callable[[int], str]:
    """Presses the keys of a seed."""

    def run(seed: int) -> str:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(keys.check(seed, KEYS, Path(folder)))
        return "explored"

    return run


WHAT: dict[str, tuple[Callable[[], Callable[[int], str]], int]] = {
    "loader": (loader_of, 100),
    "filters": (filters_of, 100),
    "keys": (explorer_of, 1),
}
"""Name -> what makes its check, and how many are checked in turn."""


def passes(name: str, check: Callable[[int], str], seed: int) -> bool:
    """Whether all holds for a seed; says what does not."""
    try:
        within(lambda: check(seed))
    except Exception as error:  # noqa: BLE001  # whatever it is, it was found
        print(f"\n--only {name} --seed {seed} --count 1 fails:", file=sys.stderr)
        traceback.print_exception(error, limit=-8)
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until the time is over; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default 60)")
    parser.add_argument("--only", choices=sorted(WHAT), help="one of the three alone")
    parser.add_argument("--seed", type=int, help="the first seed")
    parser.add_argument("--count", type=int, help="how many seeds of each, whatever time that takes")
    options = parser.parse_args(arguments)
    first = SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    print(f"seeds from {first} on")
    checks = {name: (make(), step) for name, (make, step) in WHAT.items() if options.only in (None, name)}
    end = time.monotonic() + options.seconds
    done: Counter[str] = Counter()
    slowest: dict[str, tuple[float, int]] = {}
    failed = 0
    while not done or (options.count is None and time.monotonic() < end):
        for name, (check, step) in checks.items():
            for seed in range(first + done[name], first + done[name] + (options.count or step)):
                if options.count is None and time.monotonic() > end:
                    break
                started = time.monotonic()
                failed += not passes(name, check, seed)
                done[name] += 1
                slowest[name] = max(slowest.get(name, (0.0, 0)), (time.monotonic() - started, seed))
    for name, (seconds, seed) in slowest.items():
        print(f"{name}: {done[name]:,} checked, the slowest took {seconds:.1f} s (seed {seed})")
    print(f"{failed:,} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
