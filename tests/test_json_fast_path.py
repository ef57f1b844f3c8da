"""JSON records by the fast path: the same as the careful way, for any bytes, and taken on clean files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omeviz.sources import json_fast, json_source
from tests.support import examples, portal_record
from tests.test_fast_path import EDIT, assert_same, mutated, odd_texts, plain_records

BETWEEN = ("\n", "\r\n", ",", ",\n", ",\r\n")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """All seams are met in small files."""
    monkeypatch.setattr(json_source, "FIRST_BATCH", 16)
    monkeypatch.setattr(json_source, "MIN_PATIENCE", 4)
    monkeypatch.setattr(json_fast, "_LEAST", 64)


def json_of(records: list[dict[str, Any] | str], between: str) -> bytes:
    """Bare records with a sign between them; in a list where that is a comma."""
    texts = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in records]
    body = between.join(texts)
    return (f"[{body}]" if "," in between else f"{body}{between}").encode()


@pytest.mark.parametrize("between", BETWEEN)
def test_clean_files_take_the_fast_path(tmp_path: Path, between: str) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(json_of(plain_records(200), between))
    assert assert_same(path, 20_000).fast_rows > 150


@pytest.mark.parametrize("between", BETWEEN)
def test_another_encoding(tmp_path: Path, between: str) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(json_of(plain_records(150), between).decode().encode("utf-16"))
    assert assert_same(path, 20_000).fast_rows > 100


def test_records_that_hold_others_are_looked_at_one_by_one(tmp_path: Path) -> None:
    """A key under which a record may stand: what it holds decides, not what the first ones held."""
    records = plain_records(200)
    inner = json.dumps(records[0])
    for number, record in enumerate(records):
        assert isinstance(record, dict)
        record["message"] = inner if number == 150 else "plain"
    path = tmp_path / "events.json"
    path.write_bytes(json_of(records, "\n"))
    assert_same(path, 20_000)


def test_pages_between_records(tmp_path: Path) -> None:
    records = plain_records(200)
    records[120] = json.dumps({"value": plain_records(3)})
    records[121] = "{}"
    records[122] = json.dumps({"AuditData": plain_records(1)[0], "Identity": "x"})
    path = tmp_path / "events.json"
    path.write_bytes(json_of(records, "\n"))
    loader = assert_same(path, 5_000)
    assert loader.store is not None
    assert loader.store.record_count == 201


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(EDIT, max_size=5),
    chunk=st.integers(300, 9000),
    between=st.sampled_from(BETWEEN),
    records=st.lists(st.sampled_from([*range(0, 600, 11)]), max_size=3),
)
def test_damaged_bytes(
    tmp_path: Path, edits: list[tuple[int, int, bytes]], chunk: int, between: str, records: list[int]
) -> None:
    texts = odd_texts()
    rows = plain_records(80)
    for number in records:
        rows.insert(number % 80, texts[number % len(texts)])
    path = tmp_path / "events.json"
    path.write_bytes(mutated(json_of(rows, between), edits))
    assert_same(path, chunk)


def test_damaged_records_of_which_differing_keys_are_left(tmp_path: Path) -> None:
    """Read carefully they share a batch, by the fast path they do not: neither may lend the other its columns."""
    first, second = json_of(plain_records(2), "\n").splitlines()
    damaged = [first.replace(b"OrganizationId", b'Organ"izationId'), second[3:], first[:200], second[3:300] + first[9:]]
    sound = json_of(plain_records(30), "\n")
    path = tmp_path / "events.json"
    path.write_bytes(sound + b"".join(text + b"\n" + sound for text in (*damaged, *reversed(damaged))))
    assert_same(path, 419)
    path.write_bytes(mutated(json_of(plain_records(160), "\n"), [(15883, 0, b'"'), (54684, 3, b"")]))
    assert_same(path, 419)


def test_unusual_words_among_proven_records(tmp_path: Path) -> None:
    """Records without a wrapper of which some are proven but not plain: an odd code, an impossible time."""
    records = plain_records(160)
    records[60:60] = [portal_record(AuthenticationStatus=7), portal_record(CreationTime="1999-03-22T19:00:59")]
    path = tmp_path / "events.json"
    path.write_bytes(json_of(records, "\n"))
    assert assert_same(path, 20_000).fast_rows > 100


@pytest.mark.parametrize("damaged", ['{"CreationTime":"2023-03-22T19:00:59","Id":', "[1]", '{"odd":{}}'])
def test_another_line_end_before_a_record_that_is_left_to_the_careful_way(tmp_path: Path, damaged: str) -> None:
    lines = json_of(plain_records(200), "\r\n").decode().split("\r\n")
    path = tmp_path / "events.json"
    path.write_bytes(("\r\n".join(lines[:150]) + f"\n{damaged}\n" + "\r\n".join(lines[150:])).encode())
    assert_same(path, 20_000)
