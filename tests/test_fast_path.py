"""The fast path gives what the careful path gives: records, order, columns, problems, lines, for any bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omeviz.helpers import Helpers
from omeviz.load import Loader, LoadOptions, SourceFailed
from omeviz.sources import csv_source
from tests import ugly
from tests.support import examples, portal_record

HEADER = [
    "RecordType",
    "CreationDate",
    "UserIds",
    "Operations",
    "AuditData",
    "ResultIndex",
    "ResultCount",
    "Identity",
    "IsValid",
    "ObjectState",
]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """All seams are met in small files."""
    monkeypatch.setattr(csv_source, "FIRST_BATCH", 16)
    monkeypatch.setattr(csv_source, "MIN_PATIENCE", 4)


def loaded(path: Path, *, careful: bool, chunk: int, helpers: Helpers | None = None) -> tuple[dict[str, Any], Loader]:
    """Everything a load makes of a file, in plain Python."""
    loader = Loader([str(path)], LoadOptions(careful=careful), chunk=chunk, helpers=helpers)
    failures = [str(step.error) for step in loader.run() if isinstance(step, SourceFailed)]
    store = loader.store
    assert store is not None
    records = [store.record(row) for row in range(store.record_count)]
    return {
        "failures": failures,
        "records": [
            (r.line, r.audit_text, r.wrapper, r.audit_index, r.row_is_record, dict(r.fields), r.recipients)
            for r in records
        ],
        "problems": [(r.problem_bits, r.problems, r.raw, r.reason) for r in records],
        "unusable": store.unusable,
        "sources": [
            (s.rows, s.records, s.blank, s.encoding, s.delimiter, s.dates, s.complete, s.notes) for s in store.sources
        ],
    }, loader


def assert_same(path: Path, chunk: int) -> Loader:
    """Both paths agree on a file; returns the fast one's loader."""
    careful, _ = loaded(path, careful=True, chunk=chunk)
    fast, loader = loaded(path, careful=False, chunk=chunk)
    for key, value in careful.items():
        assert fast[key] == value, key
    return loader


def quoted(cells: list[str], always: bool = True) -> str:
    """One CSV line."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if always or set(cell) & set(',"\r\n') else cell for cell in cells
    )


def csv_of(records: list[dict[str, Any] | str], *, always: bool = True, end: str = "\r\n", dmy: bool = False) -> bytes:
    """A cmdlet export of records: AuditData objects, or texts as they are."""
    lines = [quoted(HEADER, always)]
    for number, record in enumerate(records):
        text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        known = record if isinstance(record, dict) else portal_record()
        moment = str(known.get("CreationTime", "2023-03-22T19:00:59"))
        year, month, day, clock = moment[:4], moment[5:7], moment[8:10], moment[11:]
        date = f"{day}/{month}/{year} {clock}" if dmy else f"{int(month or 1)}/{int(day or 1)}/{year} {clock}"
        cells = ["OMEPortal", date, str(known.get("UserId")), str(known.get("Operation")), text]
        lines.append(quoted([*cells, str(number), "9", str(known.get("Id")), "True", "Unchanged"], always))
    return (end.join(lines) + end).encode()


def plain_records(count: int) -> list[dict[str, Any] | str]:
    """Sound records of several shapes."""
    made: list[dict[str, Any] | str] = []
    for n in range(count):
        changes: dict[str, Any] = {
            "Id": f"{n:08x}-6ab3-4971-a762-a01a846015d0",
            "CreationTime": f"2023-03-{n % 28 + 1:02}T{n % 24:02}:00:{n % 60:02}",
            "AuthenticationStatus": n % 2,
            "MailSubject": ["Support case", "dash \u2013 \U0001f600", 'the "final" offer', "back\\slash"][n % 4],
        }
        if n % 3 == 0:
            changes["AttachmentName"] = "Form.docx"
        made.append(portal_record(**changes))
    return made


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("dmy", [True, False])
def test_clean_files_take_the_fast_path(tmp_path: Path, always: bool, end: str, dmy: bool) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(400), always=always, end=end, dmy=dmy))
    loader = assert_same(path, 64 << 10)
    assert loader.fast_rows > 350


def test_encodings_take_the_fast_path(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(300)).decode().encode("utf-16"))
    assert assert_same(path, 64 << 10).fast_rows > 250
    path.write_bytes(b"\xef\xbb\xbf" + csv_of(plain_records(300)))
    assert assert_same(path, 64 << 10).fast_rows > 250


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_tabs_between_cells_take_the_fast_path(tmp_path: Path, quoting: Literal[0, 1]) -> None:
    """A tab is a control character, which JSON does not allow in its texts: here it is a delimiter."""
    rows = list(csv.reader(io.StringIO(csv_of(plain_records(200)).decode())))
    rows[120][9] = "a\ttab"
    path = tmp_path / "events.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", quoting=quoting).writerows(rows)
    assert assert_same(path, 64 << 10).fast_rows > 150


def test_every_chunk_offset(tmp_path: Path) -> None:
    """Chunks end at every place of a record, line ends included."""
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(32)))
    careful, _ = loaded(path, careful=True, chunk=1000)
    for chunk in range(1000, 1900, 61):
        assert loaded(path, careful=False, chunk=chunk)[0] == careful, chunk


ODD: list[Any] = [
    {"AuthenticationStatus": 1.9},
    {"AuthenticationStatus": True},
    {"AuthenticationStatus": "0"},
    {"AuthenticationStatus": 0.0},
    {"OperationStatus": 7},
    {"OperationStatus": None},
    {"RecordType": "omeportal"},
    {"RecordType": 47},
    {"RecordType": 1e20},
    {"RecordType": -1},
    {"Recipient": ["a@example.org", "b@example.org"]},
    {"Recipient": "a@example.org;b@example.org"},
    {"Recipient": ""},
    {"Sender": None},
    {"Sender": ""},
    {"Operation": "messageaccess"},
    {"Operation": 5},
    {"UserId": "other@contoso.com"},
    {"Id": "A3500D45-6AB3-4971-A762-A01A846015D0"},
    {"CreationTime": "2023-03-22T19:00:59Z"},
    {"CreationTime": "2023-02-30T19:00:59"},
    {"CreationTime": "1999-03-22T19:00:59"},
    {"CreationTime": "2999-03-22T19:00:59"},
    {"CreationTime": "2023-03-22T23:59:60"},
    {"CreationTime": ""},
    {"ResultStatus": "PartiallySucceeded"},
    {"ResultStatus": ""},
    {"MailSubject": "lone \ud800 surrogate"},
    {"MailSubject": "NUL \x00 and \x1b[31m"},
    {"MailSubject": 'quotes " and \\ and / and \u2028'},
    {"MailSubject": ""},
    {"MailSubject": "@{Name=x; Value=y}"},
    {"OperationProperties": []},
    {"OperationProperties": "System.Object[]"},
    {"OperationProperties": [{"Name": "Other", "Value": "x"}, {"Name": "MailSubject", "Value": "y"}]},
    {"OperationProperties": [{"Name": "MailSubject", "Value": "y"}, {"Name": "MailSubject", "Value": "z"}]},
    {"operation": "again"},
    {"Extra": {"Operation": "nested", "operation": "twice"}},
    {"Extra": [1, 2, {"a": None}]},
    {"ClientIP": "192.0.2.1"},
    {"UserKey": "DOMAIN\\user"},
    {"Workload": "Exchange\u00e9"},
]


def odd_texts() -> list[str]:
    """AuditData texts with something unusual, which two decoders might read differently."""
    texts = [json.dumps(portal_record(**dict(changes)), separators=(",", ":")) for changes in ODD]
    texts += [
        json.dumps(portal_record(**dict(changes)), ensure_ascii=True, separators=(", ", ": ")) for changes in ODD[:9]
    ]
    plain = json.dumps(portal_record(), separators=(",", ":"))
    texts += [
        plain.replace('"UserType":0', '"UserType":0,"UserType":1'),
        plain.replace('"UserType":0', '"UserType":00'),
        plain.replace('"UserType":0', '"UserType":-0'),
        plain.replace('"UserType":0', '"UserType":12345678901234567890'),
        plain.replace('"UserType":0', '"UserType":NaN'),
        plain.replace("Support case", 'a\\"b'),
        plain.replace("Support case", 'a\\"b\\"c'),
        plain.replace("Support case", 'a\\"b\\"c\\"d\\"e'),
        plain.replace('"Sender":"', '"Sender":"x","UserKey2":"'),
        plain.replace('"Support', '"\\u0053upport'),
        plain.replace('"Support', '"\\x53upport'),
        plain.replace('"Support', '"\\ud83d\\ude00upport'),
        plain.replace('"Support', '"\\ud83dupport'),
        plain.replace('"Support', '"\\u0000upport'),
        plain.replace("1234567", "1234567\\"),
        plain.replace("samschan.msft@", "samschan.msft\\u0040"),
        plain.replace('"samschan', '"\\u005bsamschan'),
        plain.replace("MessageAccess", "Message\\u0041ccess"),
        plain.replace("2023-03-22T", "2023\\u002d03-22T"),
        plain + " ",
        plain + "x",
        plain[:-1],
        plain[:300],
        plain.replace('"Version":1', '"Version":true'),
        plain.replace('"Version":1', '"Version":null'),
        plain.replace('"Workload":"Exchange"', '"Workload":null'),
        plain.replace('"Name":"MailSubject"', '"name":"MailSubject"'),
        plain.replace('"Name":"MailSubject"', '"Name":"mailsubject"'),
        plain.replace("Support case", "Support\tcase"),
        "{}",
        "",
        "null",
    ]
    return texts


@pytest.mark.parametrize("chunk", [1200, 5000, 1 << 20])
def test_odd_records_between_plain_ones(tmp_path: Path, chunk: int) -> None:
    texts, plain = odd_texts(), plain_records(200)
    records = plain[:20]
    for number, text in enumerate(texts, 20):
        records += [text, plain[number]]
    if chunk > 1200:  # there each record is read by itself: the second time tells nothing
        records += texts
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(records))
    loader = assert_same(path, chunk)
    assert loader.fast_rows > 0


@pytest.mark.parametrize("chunk", [900, 20_000])
def test_ugly_files(tmp_path: Path, chunk: int) -> None:
    """The damaged files, behind enough sound records that the fast path has begun."""
    path = tmp_path / "events.csv"
    for number, file in enumerate(ugly.ugly_files(401)):
        if number % 31:
            continue
        path.write_bytes(file.data)
        assert_same(path, chunk)


@pytest.mark.parametrize("block", [101, 211])
def test_line_ends_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """A block that ends between CR and LF does not make two lines of it, wherever the paths take turns."""
    monkeypatch.setattr("omeviz.sources.text_window.BLOCK", block)
    records = plain_records(300)
    lines = csv_of(records).split(b"\r\n")
    for number in range(5, len(lines) - 1, 20):
        lines[number] = lines[number].replace(b'""', b'"', 1)
    path = tmp_path / "events.csv"
    path.write_bytes(b"\r\n".join(lines))
    assert_same(path, 3000)


def mutated(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Bytes with pieces replaced: (place, length, what instead)."""
    for place, length, instead in edits:
        at = place % (len(data) + 1)
        data = data[:at] + instead + data[at + length :]
    return data


EDIT = st.tuples(
    st.integers(0, 1 << 20),
    st.integers(0, 3),
    st.sampled_from(
        [b"", b'"', b'""', b"\n", b"\r\n", b"\r", b",", b"\\", b"\x00", b"\xff", b"{", b"}", b"\xef\xbb\xbf", b"x"]
    ),
)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(EDIT, max_size=6),
    chunk=st.integers(300, 9000),
    always=st.booleans(),
    records=st.lists(st.sampled_from([*range(0, 600, 11)]), max_size=3),
)
def test_damaged_bytes(
    tmp_path: Path, edits: list[tuple[int, int, bytes]], chunk: int, always: bool, records: list[int]
) -> None:
    texts = odd_texts()
    rows = plain_records(80)
    for number in records:
        rows.insert(number % 80, texts[number % len(texts)])
    data = csv_of(rows, always=always)
    path = tmp_path / "events.csv"
    spread = [(place + 50_000 * (n % 2), length, instead) for n, (place, length, instead) in enumerate(edits)]
    path.write_bytes(mutated(data, spread))
    assert_same(path, chunk)


def test_frames_are_equal_to_the_type(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(700)))
    frames = []
    for careful in (True, False):
        _, loader = loaded(path, careful=careful, chunk=50_000)
        assert loader.store is not None
        frames.append(loader.store.frame)
    assert frames[0].schema == frames[1].schema
    assert frames[0].equals(frames[1])
    assert isinstance(frames[0]["operation"].dtype, pl.Categorical)
