"""How much memory is left, and what is said where it is little."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import pytest

from omeviz import load
from omeviz.load import Finished, Loader, Note, SourceFailed
from omeviz.memory import NEEDED, RESERVE, Guard, available
from omeviz.sources.arrow_views import lent_count
from tests.test_fast_path import csv_of, plain_records


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no cheap answer")
def test_this_machine_tells() -> None:
    free = available()
    assert free is not None
    assert free > 10 << 20


def test_files_that_fit_are_loaded_without_a_word() -> None:
    guard = Guard(lambda: RESERVE + int(1e9 * NEEDED) + 10)
    assert guard.warning(1_000_000_000) == ""
    assert "needs about 2.1 GB" in guard.warning(1_000_000_100)
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


def test_a_load_stops_when_memory_runs_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was loaded is kept, labelled as partial, with what to do."""
    monkeypatch.setattr(load, "FEW", 300)
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(900)))
    loader = Loader([str(path), str(path)], chunk=20_000, guard=Guard(lambda: RESERVE - 1, every=0.0))
    steps = list(loader.run())
    assert any(isinstance(step, Note) and "needs about" in step.text for step in steps)
    (failed,) = [step for step in steps if isinstance(step, SourceFailed)]
    assert "memory" in failed.error.message
    assert "--record-type" in failed.error.remedy
    assert steps[-1] == Finished(partial=True)
    assert loader.store is not None
    assert 300 <= loader.store.record_count < 900
    assert not loader.store.sources[0].complete


def test_a_small_load_never_stops(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(300)))
    loader = Loader([str(path)], guard=Guard(lambda: 0, every=0.0))
    assert list(loader.run())[-1] == Finished(partial=False)
    assert loader.store is not None
    assert loader.store.record_count == 300


def test_texts_are_not_copied_because_of_a_damaged_row_among_them(tmp_path: Path) -> None:
    records = plain_records(3_000)
    records[1_000::100] = [str(json.dumps(record))[:-40] for record in records[1_000::100]]
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(records))
    gc.collect()
    before = lent_count()
    loader = Loader([str(path)], chunk=1 << 20)
    assert list(loader.run())[-1] == Finished(partial=False)
    assert loader.store is not None
    damaged = [part for part in loader.store.parts if part.unproven.len()]
    assert damaged
    gc.collect()
    assert lent_count() >= before + len(damaged), "columns point into the bytes that were read"
