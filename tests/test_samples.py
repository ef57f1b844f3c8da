"""The samples are what their script makes, hold what it promises, and load as `EXPECTED` says."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.load import Loader, SourceFailed, load_all
from tests.benchmarks.generate import generate
from tests.make_samples import EXPECTED, SAMPLES, make
from tests.sample_parts.archive_files import unpacked
from tests.sample_parts.containers import container_samples
from tests.sample_parts.damaged import PROBLEM_KINDS
from tests.sample_parts.story import PUBLIC_RECORDS, SIGN_IN, compact, story
from tests.support import store_of

if TYPE_CHECKING:
    from pathlib import Path


def cells(name: str) -> list[dict[str, str]]:
    """The records of a sound sample, read by the standard library; header and `#TYPE` lines left out."""
    expected = EXPECTED[name]
    encoding = {"UTF-8": "utf-8-sig"}.get(expected.encoding, expected.encoding)
    text = unpacked(name, (SAMPLES / name).read_bytes()).decode(encoding)
    header: list[str] = []
    found = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=expected.delimiter):
        if "AuditData" in row or "auditdata" in row or row[0] == "Date":
            header = row
        elif not row[0].startswith("#TYPE"):
            found.append(dict(zip(header, row, strict=True)))
    return found


def audits(name: str) -> list[str]:
    """AuditData texts of a sound sample, in its order."""
    return [row.get("AuditData", row.get("auditdata", "")) for row in cells(name)]


OTHERS = sorted(container_samples(story()[5::6]))
"""Containers and tools that the standard library's CSV reader knows nothing of."""

SOUND = sorted(
    set(EXPECTED)
    - {"problems.csv", "powershell7_never.csv", "powershell7_no_header.csv", "purview_loaded.csv"}
    - set(OTHERS)
)


def test_samples_are_what_the_script_makes() -> None:
    made = make()
    assert set(made) == set(EXPECTED)
    assert sorted(path.name for path in SAMPLES.iterdir()) == sorted(made)
    for name, data in made.items():
        assert unpacked(name, (SAMPLES / name).read_bytes()) == unpacked(name, data), name


def test_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 650_000


@pytest.mark.parametrize("name", SOUND)
def test_rows_as_the_standard_library_counts_them(name: str) -> None:
    assert len(cells(name)) == EXPECTED[name].rows


@pytest.mark.parametrize("name", SOUND)
def test_events_are_different_keys(name: str) -> None:
    keys = Counter(text.partition('"Id":')[2].strip()[:38] for text in audits(name))
    assert len(keys) == (EXPECTED[name].events or EXPECTED[name].records)


def test_public_records_are_verbatim() -> None:
    last = cells("events.csv")[-2:]
    assert [row["AuditData"] for row in last] == list(PUBLIC_RECORDS)
    assert [list(row.values())[:4] + list(row.values())[5:] for row in last] == [
        [
            *("OMEPortal", "3/22/2023 7:00:59 PM", "admin@M365x965352.onmicrosoft.com", "MessageAccess"),
            *("6", "7", "a3500d45-6ab3-4971-a762-a01a846015d0", "True", "Unchanged"),
        ],
        [
            *("OMEPortal", "3/22/2023 7:04:09 PM", "admin@M365x965352.onmicrosoft.com", "AttachmentReview"),
            *("4", "7", "ef29c387-c81b-4812-9020-90b378d92cde", "True", "Unchanged"),
        ],
    ]


def test_records_have_the_keys_of_the_public_ones_in_their_order() -> None:
    model = list(json.loads(PUBLIC_RECORDS[1]))
    for event in story():
        keys = list(event.record())
        assert keys == [key for key in model if key in keys]
        absent = set(model) - set(keys)
        if event.result is None:
            absent -= {"ResultStatus", "AuthenticationStatus", "OperationStatus"}
        assert absent <= {"AttachmentName"}


def test_the_story_has_every_operation_method_and_outcome() -> None:
    events = story()
    assert {event.operation for event in events} == {
        *("AttachmentDownload", "AttachmentReview", "MessageAccess", "MessageForward"),
        *SIGN_IN,
    }
    assert {event.method for event in events} == {"OTP", "Google", "Gmail", "Yahoo", "Microsoft"}
    assert {(event.result, event.auth, event.outcome) for event in events} == {
        ("Success", 0, 0),
        ("Failure", 0, 1),
        ("Failure", 1, 1),
        ("PartiallySucceeded", 0, 0),
        (None, None, None),
    }
    assert any(isinstance(event.recipient, tuple) for event in events)


def test_the_story_can_be_found() -> None:
    novak = [event for event in story() if str(event.recipient).lower() == "paul.novak@example.org"]
    failed = [event for event in novak if event.auth]
    assert len(failed) == 14
    assert (failed[-1].time - failed[0].time).total_seconds() < 180
    night = [event for event in novak if event.method == "Google"]
    taken = [event for event in night if event.operation == "AttachmentDownload"]
    assert sorted(event.attachment or "" for event in taken) == list(taken[0].message.attachments)
    assert (taken[-1].time - taken[0].time).total_seconds() < 120
    assert night[0].time > failed[-1].time
    assert night[-1].operation == "MessageForward"
    weiss = [event for event in story() if event.recipient == "dana.weiss@example.net"]
    assert len({event.time.date() for event in weiss}) == 4
    assert all(event.auth == 1 for event in weiss)


@pytest.mark.parametrize("kind", ["cmdlet", "cmdlet13", "purview", "formatted"])
def test_big_exports_are_sound(kind: str, tmp_path: Path) -> None:
    count = 2_000
    target = tmp_path / "big.csv"
    assert generate(target, count, kind) == target.stat().st_size
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode(), newline="")))
    records = [json.loads(row["AuditData"]) for row in rows]
    assert len({record["Id"] for record in records}) == count
    models = [list(json.loads(text)) for text in PUBLIC_RECORDS]
    assert all(list(record) in models for record in records)
    assert {record["Operation"] for record in records} == {event.operation for event in story()}
    assert {record["AuthenticationMethod"] for record in records} == {"OTP", "Google", "Yahoo", "Microsoft"}
    assert {
        (record["ResultStatus"], record["AuthenticationStatus"], record["OperationStatus"]) for record in records
    } == {*(("Success", 0, 0), ("Failure", 0, 1), ("Failure", 1, 1))}
    for row, record in zip(rows, records, strict=True):
        assert row.get("Identity", row.get("RecordId")) == record["Id"]
        assert row.get("UserIds", row.get("UserId")) == record["UserId"]


@pytest.mark.parametrize("kind", ["cmdlet", "cmdlet13", "purview", "formatted"])
def test_damaged_big_exports_differ_in_so_many_lines(kind: str, tmp_path: Path) -> None:
    sound, damaged = tmp_path / "sound.csv", tmp_path / "damaged.csv"
    generate(sound, 300, kind)
    generate(damaged, 300, kind, damage=12)
    pairs = zip(sound.read_bytes().split(b"\r\n"), damaged.read_bytes().split(b"\r\n"), strict=True)
    assert sum(a != b for a, b in pairs) == 12


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_samples_load(name: str) -> None:
    expected = EXPECTED[name]
    loader = Loader([str(SAMPLES / name)])
    failures = [step for step in loader.run() if isinstance(step, SourceFailed)]
    store = loader.store
    assert store is not None
    assert (failures, loader.notes) == ([], [])
    assert (store.record_count, len(store.unusable)) == (expected.records, expected.unusable)
    bits = store.frame["problems"].to_list()
    assert sum(1 for value in bits if value) == expected.problems
    for source, part in zip(store.sources, expected.members or (expected,), strict=True):
        assert (source.rows, source.records) == (part.rows, part.records)
        assert (source.container, source.delimiter, source.dates) == (part.container, part.delimiter, part.dates)
        assert source.encoding.startswith(part.encoding)
        assert source.complete


@pytest.mark.parametrize("name", sorted(set(OTHERS) - {"sentinel.csv"}))
def test_the_same_events_come_out_of_every_container(name: str) -> None:
    events = {event.id: event for event in story()}
    store = load_all([str(SAMPLES / name)])
    found = [store.record(row).fields for row in range(store.record_count)]
    ids = list(dict.fromkeys(fields["id"] for fields in found))
    assert ids == [event.id for event in story()[5::6]][: len(ids)]
    assert len(ids) == (EXPECTED[name].events or EXPECTED[name].records)
    wanted = store_of(*(compact(events[str(fields["id"])].record()) for fields in found))
    lost = {"file", "subject"} if name == "extractor_audit_data_only.csv" else {"file"}
    for row, fields in enumerate(found):
        if not store.record(row).problem_bits & ~ProblemKind.SHALLOW:  # else half of it is gone
            whole = wanted.record(row).fields
            assert dict(fields.items()) | dict.fromkeys(lost) == dict(whole.items()) | dict.fromkeys(lost)


def test_kinds_of_problems() -> None:
    bits = load_all([str(SAMPLES / "problems.csv")]).frame["problems"].to_list()
    found = {kind: sum(1 for value in bits if value & kind) for kind in PROBLEM_KINDS}
    assert {kind.name: count for kind, count in found.items() if count < PROBLEM_KINDS[kind]} == {}


def test_kinds_of_problems_in_the_main_sample() -> None:
    bits = load_all([str(SAMPLES / "events.csv")]).frame["problems"].to_list()
    assert sorted(value for value in bits if value) == [
        ProblemKind.CUT,
        ProblemKind.DISAGREEMENT,
        ProblemKind.ODD_CODE,
    ]
