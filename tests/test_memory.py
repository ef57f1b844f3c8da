"""How much memory is left, and what is said where it is little."""

from __future__ import annotations

import sys

import pytest

from omeviz.memory import NEEDED, RESERVE, Guard, available


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no cheap answer")
def test_this_machine_tells() -> None:
    free = available()
    assert free is not None
    assert free > 10 << 20


def test_files_that_fit_are_loaded_without_a_word() -> None:
    guard = Guard(lambda: RESERVE + int(1e9 * NEEDED) + 10)
    assert guard.warning(1_000_000_000) == ""
    assert "need about 2.1 GB" in guard.warning(1_000_000_100)
    assert "--record-type" in guard.warning(1_000_000_100)


def test_where_nothing_is_known_nothing_is_said() -> None:
    guard = Guard(lambda: None, every=0.0)
    assert guard.warning(10**15) == ""
    assert not guard.is_short()


def test_it_looks_now_and_then_only() -> None:
    answers = [RESERVE - 1, RESERVE + 1]
    asked = Guard(lambda: answers.pop(), every=0.0)
    assert not asked.is_short()
    assert asked.is_short()
    seldom = Guard(lambda: RESERVE - 1, every=1000.0)
    assert seldom.is_short()
    assert not seldom.is_short()
