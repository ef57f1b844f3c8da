"""Batches decoded ahead by helpers are what they are when they are decoded here."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from omeviz import load_ahead
from omeviz.events import one_by_one
from omeviz.events.decode import decode
from omeviz.helpers import HelperLost, Helpers
from omeviz.load import Finished, Loader, LoadOptions, Progress
from omeviz.load_ahead import decode_packed, needed
from omeviz.sources import csv_source, fast_reader, json_source
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.csv_line_rows import CsvLineReader
from omeviz.sources.line_batch import Written
from omeviz.sources.line_rows import LineRows
from omeviz.store import Store
from tests import ugly
from tests.support import examples, portal_record
from tests.test_fast_path import csv_of, loaded, plain_records


class Counting(Helpers):
    """Says what was asked of them."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.asked: Counter[str] = Counter()

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        self.asked[function.__module__.rpartition(".")[2]] += 1
        return super().submit(function, *args)


@pytest.fixture(scope="module")
def helpers() -> Iterator[Counting]:
    made = Counting(2)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches in small files, and helpers get all they can."""
    for module in (csv_source, json_source):
        monkeypatch.setattr(module, "FIRST_BATCH", 4)
        monkeypatch.setattr(module, "BATCH_ROWS", 8)
    monkeypatch.setattr(csv_source, "MIN_PATIENCE", 4)
    monkeypatch.setattr(load_ahead, "ENOUGH", 0)
    monkeypatch.setattr(load_ahead, "WORTH_SENDING", 1)
    monkeypatch.setattr(one_by_one, "ENOUGH", 0.0)
    monkeypatch.setattr(one_by_one, "MANY", 1)


def assert_same(path: Path, helpers: Helpers) -> None:
    """A file is the same with and without helpers, the careful way and the fast."""
    for careful in (True, False):
        alone, _ = loaded(path, careful=careful, chunk=5_000, helpers=Helpers(0))
        together, _ = loaded(path, careful=careful, chunk=5_000, helpers=helpers)
        for key, value in alone.items():
            assert together[key] == value, key


def test_ugly_files(tmp_path: Path, helpers: Counting) -> None:
    path = tmp_path / "events.csv"
    helpers.asked.clear()
    for number, file in enumerate(ugly.ugly_files(101)):
        if number % 23 == 0:
            path.write_bytes(file.data)
            assert_same(path, helpers)
    assert set(helpers.asked) == {"load_ahead", "one_by_one"}


@pytest.mark.parametrize("dmy", [True, False])
def test_both_orders_of_day_and_month(tmp_path: Path, helpers: Counting, dmy: bool) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(100), dmy=dmy))
    assert_same(path, helpers)


def test_the_order_that_only_the_end_tells(tmp_path: Path, helpers: Helpers) -> None:
    rows = "".join(f'{day}/4/2023 7:00:59,u,"{{""Id"":""{day}""}}"\n' for day in [3] * 40 + [13] * 60)
    path = tmp_path / "events.csv"
    path.write_text(f"CreationDate,UserIds,AuditData\n{rows}")
    assert_same(path, helpers)


def test_json_lines(tmp_path: Path, helpers: Helpers) -> None:
    import json

    path = tmp_path / "events.jsonl"
    records = [portal_record(Id=str(n), MailSubject=["a\0b", "lone \ud83d", None, ""][n % 4]) for n in range(60)]
    lines = [json.dumps(record) for record in records]
    wrapped = [json.dumps({"Operations": "x", "AuditData": line, "Odd": number}) for number, line in enumerate(lines)]
    nothing = '{ "Operations":null, "AuditData": null , "Odd":1.50 }'  # no record: its text is kept as it stands
    for several in (lines, [nothing if number % 5 == 3 else line for number, line in enumerate(wrapped)]):
        path.write_text("\n".join(several))
        assert_same(path, helpers)


CELL = st.one_of(
    st.none(), st.text(st.characters(codec=None), max_size=8), st.sampled_from(["", "\0", "a\0b", "\ud800"])
)


def test_every_row_damaged(tmp_path: Path, helpers: Counting) -> None:
    path = tmp_path / "events.csv"
    lines = csv_of(plain_records(150)).split(b"\r\n")
    for name, damaged in {
        "ragged": [line + b",x" for line in lines],
        "cut": [line.replace(b'}","', b'","') for line in lines],
        "quote lost": [line.replace(b'"OMEPortal",', b'OMEPortal",') for line in lines],
        "foreign byte": [line.replace(b"OMEPortal", b"OM\xe9") for line in lines],
        "two lines": [line.replace(b"@", b'@"\r\n"', 1) for line in lines],
        "no record": [line.replace(b"{", b"[") for line in lines],
    }.items():
        helpers.asked.clear()
        path.write_bytes(b"\r\n".join([lines[0], *lines[1:30], *damaged[30:]]))
        assert_same(path, helpers)
        assert helpers.asked["one_by_one"], name


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=9), damaged=st.sets(st.integers(0, 8)))
def test_what_is_sent_tells_all_that_decoding_needs(rows: list[tuple[str | None, ...]], damaged: set[int]) -> None:
    time, other, audit = zip(*rows, strict=True)
    damage = {row: Damage("reason", "raw", bool(row % 2)) for row in damaged if row < len(rows)}
    batch = RawBatch(("CreationDate", "odd"), 1, False, [time, other], audit, range(len(rows)), damage)
    here, there = decode(batch, "dmy").framed(), decode_packed(needed(batch), "dmy")
    assert_frame_equal(here.frame, there.frame)
    assert (list(here.rows), list(here.unusable), here.votes) == (list(there.rows), list(there.unusable), there.votes)
    assert_frame_equal(here.part(batch, 3).frame, there.part(batch, 3).frame)


def test_a_helper_that_is_lost_costs_no_row(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(200)))
    alone, _ = loaded(path, careful=True, chunk=5_000, helpers=Helpers(0))
    helpers = Helpers(2)
    ended = helpers.submit(os._exit, 3)
    together, _ = loaded(path, careful=True, chunk=5_000, helpers=helpers)
    assert ended.exception() is not None
    assert together == alone
    assert helpers.count == 0
    helpers.close()


class Slow(Helpers):
    """Answers nothing before it may."""

    def __init__(self) -> None:
        super().__init__(0)
        self.count = 2
        self.calls: list[tuple[Future[Any], Callable[..., Any], Sequence[Any]]] = []

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        self.calls.append((Future(), function, args))
        return self.calls[-1][0]

    def answer(self) -> None:
        while self.calls:
            future, function, args = self.calls.pop()  # the last first
            future.set_result(function(*args))


def test_rows_keep_their_order_whoever_is_done_first(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(120)))
    slow = Slow()
    loader = Loader([str(path)], LoadOptions(careful=True), helpers=slow)
    for step in loader.run():
        if isinstance(step, Progress) and len(slow.calls) > 2:
            slow.answer()
    store = loader.store
    assert store is not None
    assert store.frame["line"].to_list() == list(range(2, 122))


def test_a_helper_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_ahead, "PATIENCE", 0.05)
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(100)))
    alone, _ = loaded(path, careful=True, chunk=5_000, helpers=Helpers(0))
    slow = Slow()
    together, _ = loaded(path, careful=True, chunk=5_000, helpers=slow)
    assert together == alone
    assert not slow.count


def test_nothing_is_left_out_before_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops while a batch is awaited gets neither it nor what the fast path made of the lines behind it."""
    monkeypatch.setattr(csv_source, "MIN_PATIENCE", 16)
    monkeypatch.setattr(fast_reader, "LONG", 5.0)
    monkeypatch.setattr(one_by_one, "ENOUGH", 100.0)
    lines = csv_of(plain_records(300)).split(b"\r\n")
    lines.insert(100, lines[0])  # a header again, which the fast path leaves to the careful reader
    path = tmp_path / "events.csv"
    path.write_bytes(b"\r\n".join(lines))
    slow = Slow()
    loader = Loader([str(path)], chunk=5_000, helpers=slow)
    waiting = list[bool]()

    def should_stop() -> bool:
        waiting.append(bool(slow.calls))
        return sum(waiting) > 20

    assert list(loader.run(should_stop))[-1] == Finished(partial=True)
    assert slow.calls
    store = loader.store
    assert isinstance(store, Store)
    kept = store.frame["line"].to_list()
    assert kept == [line for line in range(2, kept[-1] + 1) if line != 101]


def test_who_stops_gets_what_is_decoded_already(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(100)))
    slow = Slow()
    loader = Loader([str(path)], LoadOptions(careful=True), helpers=slow)

    stopped = threading.Event()

    def should_stop() -> bool:
        if len(slow.calls) == 4:
            future, function, args = slow.calls.pop()
            slow.answer()
            slow.calls.append((future, function, args))  # the last one stays without
            stopped.set()
        return stopped.is_set()

    list(loader.run(should_stop))
    store = loader.store
    assert isinstance(store, Store)
    assert store.record_count == 4 + 3 * 8
    assert not loader._ahead._pending


def test_who_stops_does_not_wait_for_helpers(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(200)))
    slow, over = Slow(), threading.Event()
    timer = threading.Timer(0.3, over.set)
    loader = Loader([str(path)], LoadOptions(careful=True), helpers=slow)
    timer.start()
    begun = time.monotonic()
    steps = list(loader.run(over.is_set))
    assert time.monotonic() - begun < 20
    assert steps[-1] == Finished(partial=True)
    store = loader.store
    assert isinstance(store, Store)
    assert store.record_count == 4
    assert [(source.rows, source.complete) for source in store.sources] == [(4, False)]


def test_a_chunk_is_not_read_in_vain_once_loading_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = csv_of(plain_records(200)).split(b"\r\n")
    path = tmp_path / "events.csv"
    path.write_bytes(b"\r\n".join([*lines[:40], *(line + b",x" for line in lines[40:])]))
    slow, read = Slow(), list[int]()
    rows = CsvLineReader.rows

    def counted(self: CsvLineReader, written: Written, numbers: Sequence[int]) -> LineRows:
        read.append(len(numbers))
        return rows(self, written, numbers)

    loader = Loader([str(path)], chunk=5_000, helpers=slow)
    steps = loader.run(lambda: bool(slow.calls))
    assert list(steps)[-1] == Finished(partial=True)
    monkeypatch.setattr(CsvLineReader, "rows", counted)
    slow.close()
    for future, _, _ in slow.calls:
        future.set_exception(HelperLost())
    time.sleep(0.1)
    assert not read


def test_helpers_are_not_started_for_a_few_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_ahead, "ENOUGH", 300)
    monkeypatch.setattr(one_by_one, "ENOUGH", 100.0)
    monkeypatch.setattr(Helpers, "submit", None)
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(300)))
    loaded(path, careful=True, chunk=5_000)


def test_they_end_with_the_load(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(100)))
    loader = Loader([str(path)], LoadOptions(careful=True))
    steps = loader.run()
    process = None
    for _ in steps:
        process = process or next((helper._process for helper in loader._helpers._helpers if helper._process), None)
    assert process is not None
    assert process.returncode is not None
