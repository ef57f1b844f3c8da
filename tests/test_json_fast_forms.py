"""JSON objects of every common form by the fast path: the same as the careful way for any bytes, taken when clean."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omeviz.sources import json_fast, json_marks
from tests.support import examples
from tests.test_fast_path import EDIT, assert_same, loaded, mutated, odd_texts, plain_records
from tests.test_json_fast_path import small_steps

__all__ = ["small_steps"]

Record = dict[str, Any]


@pytest.fixture(autouse=True)
def little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_fast, "_LEAST", 2048)
    monkeypatch.setattr(json_marks, "_BLOCK", 257)


def cmdlet(number: int, audit: str, known: Record) -> Record:
    """An object of `Search-UnifiedAuditLog | ConvertTo-Json`."""
    return {
        "RecordType": "OMEPortal",
        "CreationDate": f"{known.get('CreationTime')}Z",
        "UserIds": known.get("UserId"),
        "Operations": known.get("Operation"),
        "AuditData": audit,
        "ResultIndex": number,
        "ResultCount": 200,
        "Identity": known.get("Id"),
        "IsValid": True,
        "ObjectState": "Unchanged",
    }


def windows(number: int, audit: str, known: Record) -> Record:
    """The same by Windows PowerShell 5.1, before its escapes."""
    made = cmdlet(number, audit, known)
    try:
        moment = datetime.fromisoformat(known["CreationTime"]).replace(tzinfo=UTC)
        made["CreationDate"] = f"/Date({int(moment.timestamp() * 1000)})/"
    except ValueError:
        made["CreationDate"] = "/Date(1)/"
    return {"PSComputerName": "outlook.office365.com", "PSShowComputerName": False, **made}


def graph(number: int, audit: str, known: Record) -> Record:
    """A row of a Microsoft Graph page."""
    try:
        data = json.loads(audit)
    except ValueError:
        data = None
    return {
        "id": known.get("Id"),
        "createdDateTime": f"{known.get('CreationTime')}Z",
        "auditLogRecordType": "OMEPortal",
        "operation": known.get("Operation"),
        "userId": known.get("UserId"),
        "service": "Exchange",
        "objectId": None,
        "userPrincipalName": known.get("UserId"),
        "clientIp": None,
        "administrativeUnits": [],
        "note": f"n{number}",
        "auditData": data,
    }


def bare(_number: int, audit: str, known: Record) -> Record:
    """The record alone."""
    try:
        value = json.loads(audit)
    except ValueError:
        return known
    return value if isinstance(value, dict) else known


MAKERS: dict[str, Callable[[int, str, Record], Record]] = {
    "cmdlet": cmdlet,
    "windows": windows,
    "graph": graph,
    "bare": bare,
}
DUMPS: dict[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "spaced": {},
    "indented": {"indent": 4},
    "wide": {"indent": 2, "separators": (",", ":  ")},
}
LISTS = {"array": ("[", ",", "]"), "lines": ("[\r\n", ",\r\n", "\r\n]"), "page": ('{"value":[', ",\n ", "]}")}


def documents(
    kind: str, style: str, records: list[Record | str], around: str = "array", *, ascii_only: bool = False
) -> bytes:
    """A file of these records: AuditData objects, or texts as they are."""
    made: list[str] = []
    for number, record in enumerate(records, 1):
        known: Record = json.loads(json.dumps(record if isinstance(record, dict) else plain_records(1)[0]))
        audit = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        text = json.dumps(MAKERS[kind](number, audit, known), ensure_ascii=ascii_only, **DUMPS[style])
        if kind == "windows":
            text = text.replace("/Date", "\\/Date").replace(")/", ")\\/")
            for sign in "<>&'":
                text = text.replace(sign, f"\\u{ord(sign):04x}")
        made.append(text.replace("\n", "\r\n"))
    first, between, last = LISTS[around]
    if style in ("indented", "wide") and around == "array":
        first, between, last = "[\r\n    ", ",\r\n    ", "\r\n]"
        made = [text.replace("\r\n", "\r\n    ") for text in made]
    return (first + between.join(made) + last).encode("utf-8", "surrogatepass")


def assert_lines_same(folder: Path, lines: list[bytes], *chunks: int) -> None:
    """Both paths agree on a file of these lines, in chunks of any of these sizes."""
    path = folder / "events.json"
    path.write_bytes(b"\r\n".join(lines))
    for chunk in chunks:
        assert_same(path, chunk)


@pytest.mark.parametrize("around", LISTS)
@pytest.mark.parametrize("style", DUMPS)
@pytest.mark.parametrize("kind", MAKERS)
def test_clean_files_take_the_fast_path(tmp_path: Path, kind: str, style: str, around: str) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(documents(kind, style, plain_records(200), around))
    # Text with a backslash that no column shows is left to the careful way.
    assert assert_same(path, 40_000).fast_rows > 130


@pytest.mark.parametrize("kind", MAKERS)
def test_lines_of_objects(tmp_path: Path, kind: str) -> None:
    data = json.loads(documents(kind, "compact", plain_records(200)))
    path = tmp_path / "events.jsonl"
    for end in ("\n", "\r\n", "\n\n"):
        path.write_text(end.join(json.dumps(value, ensure_ascii=False) for value in data), "utf-8", newline="")
        assert assert_same(path, 40_000).fast_rows > 130


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("chunk", [9_000, 40_000])
def test_odd_records_between_plain_ones(tmp_path: Path, kind: str, chunk: int) -> None:
    records = plain_records(60)
    for number, text in enumerate(odd_texts()):
        records[20 + number // 2 : 20 + number // 2] = [text] if number % 2 else [text, *plain_records(2)]
    path = tmp_path / "events.json"
    for style, ascii_only in (("compact", False), ("indented", True)):
        path.write_bytes(documents(kind, style, records, ascii_only=ascii_only))
        assert_same(path, chunk)


@pytest.mark.parametrize("kind", ["cmdlet", "windows", "graph"])
def test_cells_of_other_kinds(tmp_path: Path, kind: str) -> None:
    """Numbers written in other ways, words, nulls, lists, escapes, quotes; more keys, and in another order."""
    data = json.loads(documents(kind, "compact", plain_records(260)))
    values: list[Any] = [
        *(None, True, False, 0, -1, 1.5, 1e20, 12345678901234567890, "", " ", "x\\y", 'a "b" c', "\t", "\u00fc\u2028"),
        *("/x/", "<&'>", [], {}, [1, "a, b"], {"a": {"b": None}}, "OMEPortal", "[", "\x02", '\x02"', "\x03", "\ud800"),
    ]
    pick = random.Random(3)
    for number in range(30, 250):
        if number % 5 == 0:
            key = pick.choice([key for key in data[number] if key.lower() != "auditdata"])
            data[number][key] = values[number // 5 % len(values)] if number % 2 else pick.choice(values)
        if number % 35 == 0:
            data[number] = dict(reversed(data[number].items()))
        if number % 41 == 0:
            data[number]["More"] = 1
        if number % 43 == 0:
            data[number].popitem()
    path = tmp_path / "events.json"
    for dump in DUMPS.values():
        path.write_text("[" + ",\n".join(json.dumps(value, **dump) for value in data) + "]")
        assert_same(path, 20_000)
        raw = ",\n".join(json.dumps(value, ensure_ascii=False, **dump) for value in data)
        path.write_bytes(f"[{raw}]".encode("utf-8", "surrogatepass").replace(b"\\u0002", b"\x02"))
        assert_same(path, 20_000)


SIGNS = (
    *(b"\\u2013", b"\xe2\x80\x93", b"\\\\u2013", b"\\/", b"\\n"),
    *(b"\\x", b"\\\\", b"\\u003c", b"\\\\u003c", b"\\u000a"),
)
NUMBERS = (b"01", b"1.", b"+1", b"1 2", b"", b"-", b"0x1", b"NaN", b"1e", b"[1]", b"1e5", b"-0")


@pytest.mark.parametrize("kind", ["cmdlet", "windows", "graph"])
def test_escapes_in_texts_and_cells(tmp_path: Path, kind: str) -> None:
    """What an escape says counts, whichever way it is written, and what is none is damage."""
    records = plain_records(200)
    for number, record in enumerate(records):
        assert isinstance(record, dict)
        record["Recipient"] = f"r{number}@example.org"
    lines = documents(kind, "spaced", records, "lines").split(b"\r\n")
    for number, sign in enumerate(SIGNS):
        place = 40 + number * 12
        written = sign.replace(b"\\", b"\\\\")
        lines[place] = re.sub(rb"(r\d+)(?=@example)", rb"\1" + written, lines[place])
        lines[place + 3] = re.sub(rb'(?<="note": "n)', written, lines[place + 3])
        lines[place + 6] = lines[place + 6].replace(b"contoso", b"con" + sign + b"toso")
        lines[place + 9] = lines[place + 9].replace(b'"ObjectState": "', b'"ObjectState": "' + sign)
    assert_lines_same(tmp_path, lines, 4_000, 60_000)


def test_numbers_that_are_none(tmp_path: Path) -> None:
    lines = documents("cmdlet", "spaced", plain_records(200), "lines").split(b"\r\n")
    for number, instead in enumerate(NUMBERS):
        place = 40 + number * 12
        lines[place] = re.sub(rb'(?<="ResultIndex": )\d+', instead, lines[place])
    assert_lines_same(tmp_path, lines, 4_000, 60_000)


def test_quotes_that_only_look_like_those_of_a_text(tmp_path: Path) -> None:
    """AuditData whose quotes are doubled, marked, or not escaped at all is no JSON, however much it looks like it."""
    data = documents("cmdlet", "compact", plain_records(120), "lines").split(b"\r\n")
    for number, instead in enumerate([b'""', b'\x02"', b'\xff"', b'"', b"\\u0022", b"'"]):
        data[60 + number * 9] = data[60 + number * 9].replace(b'\\"', instead)
        data[61 + number * 9] = data[61 + number * 9].replace(b'\\"', instead, 1)
    assert_lines_same(tmp_path, data, 5_000, 60_000)


@pytest.mark.parametrize("instead", [rb'\\"', rb"\"", rb'\\x"', b'"', rb'\x"'])
def test_quotes_inside_of_a_text_that_end_it(tmp_path: Path, instead: bytes) -> None:
    data = documents("cmdlet", "compact", plain_records(120), "lines").split(b"\r\n")
    inner = rb"\\\""  # of AuditData: 'the "final" offer'
    place = next(place for place in range(60, 65) if inner in data[place])
    data[place] = data[place].replace(inner, instead)
    assert_lines_same(tmp_path, data, 200_000)


def test_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    for kind in MAKERS:
        path.write_bytes(documents(kind, "indented", plain_records(150)).decode().encode("utf-16"))
        assert assert_same(path, 40_000).fast_rows > 60


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(EDIT, max_size=5),
    chunk=st.integers(600, 20_000),
    kind=st.sampled_from(list(MAKERS)),
    style=st.sampled_from(list(DUMPS)),
    around=st.sampled_from(list(LISTS)),
    records=st.lists(st.sampled_from([*range(0, 600, 11)]), max_size=3),
)
def test_damaged_bytes(
    tmp_path: Path,
    edits: list[tuple[int, int, bytes]],
    chunk: int,
    kind: str,
    style: str,
    around: str,
    records: list[int],
) -> None:
    texts = odd_texts()
    rows = plain_records(80)
    for number in records:
        rows.insert(number % 80, texts[number % len(texts)])
    data = documents(kind, style, rows, around)
    spread = [(place + 60_000 * (n % 2), length, instead) for n, (place, length, instead) in enumerate(edits)]
    path = tmp_path / "events.json"
    path.write_bytes(mutated(data, spread))
    assert_same(path, chunk)


@pytest.mark.parametrize("nul", [100, 30_000, 60_000], ids=lambda n: f"NUL at {n}")
def test_a_line_with_a_nul_and_a_foreign_byte_costs_the_records_they_are_in(tmp_path: Path, nul: int) -> None:
    """A file on one line: what is wrong in one record says nothing about how the others are written."""
    path = tmp_path / "events.json"
    path.write_bytes(
        mutated(documents("cmdlet", "compact", plain_records(80)), [(nul, 1, b"\x00"), (60_500, 1, b"\xff")])
    )
    careful, _ = loaded(path, careful=True, chunk=600)
    sound = [audit for _, audit, *_ in careful["records"] if "dash \u2013 \U0001f600" in audit]
    assert len(sound) >= 18
    assert_same(path, 600)
