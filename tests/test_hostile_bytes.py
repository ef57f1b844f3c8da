"""Bytes nobody expects: the loader answers with rows or one line, and the same whichever way it reads them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omeviz.load import Loader, LoadOptions
from omeviz.sources import csv_source
from tests.hostile import HOSTILE, hostile_row, quoted
from tests.make_samples import EXPECTED, SAMPLES
from tests.support import examples
from tests.ugly import ugly_files
from tests.ugly_styles import CRLF, styles


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that loading made of some bytes, whatever the batches were.

    Attributes:
        events: The frame's rows.
        wrappers: (name, cell) of each record, extra cells included.
        damage: (reason, raw text) of each record.
        unusable: (line, reason, cells) of each unusable row. How they were quoted, only one of the ways knows.
        sources: What is known of each source, the notes included.
        failures: What failed.
        fast_rows: How many rows took the fast path.
    """

    events: list[tuple[Any, ...]]
    wrappers: list[tuple[tuple[str, str], ...]]
    damage: list[tuple[str | None, str | None]]
    unusable: list[tuple[int, str, list[list[str]]]]
    sources: list[Any]
    failures: list[str]
    fast_rows: int

    def differences(self, other: Loaded) -> list[str]:
        """Names of what is not the same."""
        names = ("events", "wrappers", "damage", "unusable", "sources", "failures")
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def cells_of(raw: str) -> list[list[str]]:
    """The cells of a row's text, as far as they can be told."""
    return list(csv.reader(raw.splitlines(keepends=True)))


def loaded(data: bytes, *, careful: bool, chunk: int = 1 << 20) -> Loaded:
    """Load bytes from standard input."""
    loader = Loader(["-"], LoadOptions(stdin=io.BytesIO(data), careful=careful), chunk=chunk)
    for _ in loader.run():
        pass
    store = loader.store
    assert store is not None
    records = [store.record(row) for row in range(store.record_count)]
    return Loaded(
        store.frame.rows(),
        [record.wrapper for record in records],
        [(record.reason, record.raw) for record in records],
        [(row.line, row.reason, cells_of(row.raw)) for row in store.unusable],
        list(store.sources),
        [str(error) for error in loader.failures],
        loader.fast_rows,
    )


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast path is tried after two rows already."""
    monkeypatch.setattr(csv_source, "FIRST_BATCH", 2)
    monkeypatch.setattr(csv_source, "MIN_PATIENCE", 1)
    monkeypatch.setattr(csv_source, "BATCH_ROWS", 8)
    monkeypatch.setattr(csv_source, "MOST_PATIENCE", 8)


CHUNKS = (4_096, 1 << 20)


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_samples_come_out_the_same_both_ways(name: str, chunk: int) -> None:
    data = (SAMPLES / name).read_bytes()
    assert loaded(data, careful=False, chunk=chunk).differences(loaded(data, careful=True)) == []


def test_the_fast_path_is_taken_where_files_are_sound() -> None:
    data = (SAMPLES / "events.csv").read_bytes()
    assert loaded(data, careful=True).fast_rows == 0
    assert loaded(data, careful=False).fast_rows > EXPECTED["events.csv"].rows // 2


def test_ugly_files_come_out_the_same_both_ways() -> None:
    taken = 0
    for index, file in enumerate(islice(ugly_files(997), 0, None, 11)):
        chunk = CHUNKS[index % len(CHUNKS)]
        fast, careful = loaded(file.data, careful=False, chunk=chunk), loaded(file.data, careful=True)
        assert fast.differences(careful) == [], file.name
        taken += fast.fast_rows
    assert taken > 30


CODES = ["0", "1", "0.0", '"0"', '"Success"', "1.9", "true", "null", "1e20", "01", "-0", "2", '"\\u0030"', "[]"]
TEXTS = [
    "x",
    "",
    "é漢\U0001f3fd",
    "a\\\\b",
    '\\"',
    "\\u2013",
    "\\ud83d",
    "\\u0000",
    "a@x; b@x",
    "[1]",
    "@{x",
    "{",
    "}",
    "\x7f",
]
KEYS = ["Id", "id", "Operation", "Recipient", "ResultStatus", "AuthenticationStatus", "CreationTime", "Other", "Sender"]
TIMES = ["2023-03-22T19:00:59", "2023-03-22T19:00:59Z", "2023-02-30T00:00:00", "1999-01-01T00:00:00", "soon", ""]
CELLS = [
    "3/22/2023 7:00:59 PM",
    "22/03/2023 19:00:59",
    "2023-03-22T19:00:59.0000000Z ",
    "",
    " ",
    "x",
    "a,b",
    'a"b',
    "a\nb",
]
VALUE = st.one_of(
    st.sampled_from(CODES), st.sampled_from(TEXTS).map(lambda text: f'"{text}"'), st.sampled_from(TIMES).map(quoted)
)
AUDIT = st.one_of(
    st.lists(st.tuples(st.sampled_from(KEYS), VALUE), max_size=5).map(
        lambda pairs: "{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}"
    ),
    st.sampled_from(styles()["cmdlet"].audits),
    st.sampled_from(["", "{", "[]", "null", '{"Id":"1"', '{"Id" :"1"}', '{"Id":"1"} ', ' {"Id":"1"}', "x"]),
)
RECORDS = st.lists(
    st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS), AUDIT, st.sampled_from(CELLS)), min_size=1, max_size=12
)
DAMAGE = st.sampled_from([b"", b"", b"", b'"', b",", b"\xff", b"\x00", b"\r", b"\n", b'""', b"#TYPE x\r\n", b"\xc3"])


@given(
    records=RECORDS,
    damage=DAMAGE,
    place=st.integers(0, 3_000),
    end=st.sampled_from(["\r\n", "\n"]),
    chunk=st.sampled_from([300, 1_000, 1 << 20]),
    bom=st.booleans(),
)
@example([("3/22/2023 7:00:59 PM", "u", "{}", 'a"b')], b"", 0, "\r\n", 1_000, False)
@example([("3/22/2023 7:00:59 PM", "u", "{}", "x")], b"\r", 1, "\r\n", 300, False)
@settings(max_examples=examples(60))
def test_any_records_come_out_the_same_both_ways(
    records: list[tuple[str, ...]], damage: bytes, place: int, end: str, chunk: int, bom: bool
) -> None:
    sound = styles()["hand picked"].records[0]
    lines = ["CreationDate,UserIds,AuditData,Operations"]
    lines += [",".join(map(quoted, next_cells(sound)))] * 3
    lines += [",".join(map(quoted, cells)) for cells in records]
    data = "".join(line + end for line in lines).encode("utf-8-sig" if bom else "utf-8")
    place = min(place, len(data))
    data = data[:place] + damage + data[place:]
    fast, careful = loaded(data, careful=False, chunk=chunk), loaded(data, careful=True)
    assert fast.differences(careful) == []


def next_cells(record: str) -> tuple[str, ...]:
    """The cells of a hand-picked record in the order of the generated files."""
    date, user, operation = record.split('","')[:3]
    return date.strip('"'), user, styles()["hand picked"].audits[0], operation


def test_hostile_text_comes_out_the_same_both_ways() -> None:
    head = styles()["cmdlet"].head
    rows = [hostile_row(text, number=number) for number, (_, text) in enumerate(HOSTILE)]
    rows += [hostile_row(text, number=number, escaped=True) for number, (_, text) in enumerate(HOSTILE)]
    data = (head + "".join(row + CRLF for row in rows)).encode("utf-8-sig")
    fast = loaded(data, careful=False, chunk=100_000)
    assert fast.differences(loaded(data, careful=True)) == []
    assert fast.fast_rows > 0


@given(data=st.binary(max_size=400), header=st.booleans())
def test_any_bytes_come_out_the_same_both_ways(data: bytes, header: bool) -> None:
    if header:
        data = b'CreationDate,AuditData\r\nx,"{}"\r\nx,"{}"\r\nx,"{}"\r\n' + data
    assert loaded(data, careful=False).differences(loaded(data, careful=True)) == []
