"""CSV files of other platforms: every event, every column, and nothing to complain about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.export import export
from omeviz.store import Store
from tests.load_support import check_counts, load_bytes, store_of_bytes
from tests.sample_parts.other_records import other_records
from tests.sample_parts.siem_csv import (
    DEFENDER_COLUMNS,
    DIRECTORY_ID,
    audit_data_only_csv,
    defender_csv,
    defender_row,
    elastic_csv,
    graph_csv,
    lines_of,
    splunk_csv,
    splunk_lines_csv,
)
from tests.sample_parts.siem_sentinel import (
    OFFICE_ACTIVITY_COLUMNS,
    custom_table_csv,
    custom_text_csv,
    office_activity_csv,
)
from tests.sample_parts.story import Event, compact, story
from tests.support import store_of

EVENTS = story()[5::6][:12]
COLUMNS = [
    *("time", "operation", "status", "result", "auth", "operationstatus", "recipient", "sender", "user", "method"),
    *("subject", "attachment", "message", "type", "workload", "id", "org"),
]
WITH_RECORD: dict[str, Callable[[Sequence[Event]], bytes]] = {
    "graph": graph_csv,
    "splunk": splunk_csv,
    "splunk lines": splunk_lines_csv,
    "defender": defender_csv,
    "elastic": elastic_csv,
    "custom text": custom_text_csv,
}


def wanted(columns: list[str]) -> list[tuple[object, ...]]:
    """The same events from bare AuditData."""
    return store_of(*(event.record() for event in EVENTS)).frame.select(columns).rows()


def problems(store: Store) -> list[ProblemKind]:
    """Every kind of problem of every record."""
    return [problem.kind for row in range(store.record_count) for problem in store.record(row).problems]


@pytest.mark.parametrize("name", WITH_RECORD)
def test_the_record_is_found(name: str) -> None:
    store = store_of_bytes(WITH_RECORD[name](EVENTS))
    assert store.frame.select(COLUMNS).rows() == wanted(COLUMNS)
    assert problems(store) == []
    assert not any(part.row_is_record for part in store.parts)
    check_counts(store)


@pytest.mark.parametrize("name", sorted(set(WITH_RECORD) - {"graph"}))
def test_audit_data_is_the_text_in_the_source(name: str) -> None:
    store = store_of_bytes(WITH_RECORD[name](EVENTS))
    assert store.frame["audit"].to_list() == [compact(event.record()) for event in EVENTS]


def test_graph_names_the_person_where_the_user_is_a_directory_id() -> None:
    data = graph_csv(EVENTS)
    assert DIRECTORY_ID.encode() in data
    without = data.replace(b'"UserId"', b'"X"').replace(b"UserId\r\n", b"X\r\n")
    store = store_of_bytes(without)
    assert store.frame["user"].to_list() == [event.message.sender for event in EVENTS]


def test_a_graph_user_that_is_another_disagrees() -> None:
    events = [event for event in EVENTS if event.number % 3]
    sender = events[0].message.sender
    head, _, rows = graph_csv(events[:1]).decode("utf-8-sig").partition("\r\n")
    changed = rows.replace(f",{sender},Exchange,,{sender},", ",eve@contoso.com,Exchange,,mallory@contoso.com,")
    assert changed != rows
    assert problems(store_of_bytes(f"{head}\r\n{changed}".encode())) == [ProblemKind.DISAGREEMENT]


def test_audit_data_only_loses_what_was_nested_and_says_so() -> None:
    store = store_of_bytes(audit_data_only_csv(EVENTS))
    kept = [name for name in COLUMNS if name not in ("subject", "attachment")]
    assert store.frame.select(kept).rows() == wanted(kept)
    assert store.frame["subject"].null_count() == len(EVENTS)
    assert all(part.row_is_record for part in store.parts)
    assert set(problems(store)) == {ProblemKind.SHALLOW}


def test_office_activity_rows_are_the_records() -> None:
    assert len(OFFICE_ACTIVITY_COLUMNS) == 130
    store = store_of_bytes(office_activity_csv())
    records = [record for _, record in other_records()]
    expected = store_of(*records).frame
    columns = ["time", "operation", "result", "user", "type", "workload", "object", "ip", "id", "org"]
    found = store.frame.select(columns).rows()
    assert [row[:2] + row[3:] for row in found] == [
        tuple(value or None for value in row[:2] + row[3:]) for row in expected.select(columns).rows()
    ]
    assert problems(store) == []
    assert all(part.row_is_record for part in store.parts)
    assert store.sources[0].dates == "mdy"


def test_without_time_generated_the_start_is_the_time() -> None:
    name = OFFICE_ACTIVITY_COLUMNS[0].encode()
    store = store_of_bytes(office_activity_csv().replace(name, b"Nothing", 1))
    assert store.frame["time"].to_list() == store_of_bytes(office_activity_csv()).frame["time"].to_list()


def test_a_custom_table_is_read_without_its_suffixes() -> None:
    store = store_of_bytes(custom_table_csv(EVENTS))
    assert store.frame.select(COLUMNS).rows() == wanted(COLUMNS)
    assert problems(store) == []
    assert all(part.row_is_record for part in store.parts)


def test_cloud_app_events_without_the_raw_event() -> None:
    columns = [name for name in DEFENDER_COLUMNS if name != "RawEventData"]
    lines = lines_of(columns, [defender_row(event) for event in EVENTS])
    store = store_of_bytes("\r\n".join(lines).encode())
    assert store.frame["time"].to_list() == [event.time for event in EVENTS]
    assert store.frame["operation"].to_list() == [event.operation for event in EVENTS]
    assert store.frame["user"].to_list() == [defender_row(event)["AccountDisplayName"] for event in EVENTS]
    assert problems(store) == []


def test_the_fast_path_reads_defender_as_the_careful_one(tmp_path: Path) -> None:
    from tests.test_fast_path import assert_same

    path = tmp_path / "events.csv"
    for columns in (("Timestamp", "RawEventData", "ReportId"), ("RawEventData",), DEFENDER_COLUMNS):
        rows = [{**defender_row(event), "Timestamp": f"{event.time:%Y-%m-%dT%H:%M:%S}Z"} for event in story()] * 4
        path.write_text("\n".join(lines_of(columns, rows)) + "\n", encoding="utf-8", newline="")
        loader = assert_same(path, 50_000)
        assert loader.fast_rows > 0 or columns is DEFENDER_COLUMNS


@pytest.mark.parametrize("name", WITH_RECORD)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_in_another_encoding_and_joined_with_itself(name: str, encoding: str) -> None:
    text = WITH_RECORD[name](EVENTS).decode("utf-8-sig")
    if not text.endswith("\n"):
        text += "\n"
    store = store_of_bytes((text + text).encode(encoding))
    assert store.frame["id"].to_list() == [event.id for event in EVENTS] * 2
    assert problems(store) == []
    assert not store.unusable


@pytest.mark.parametrize("name", WITH_RECORD)
def test_every_export_of_it_comes_back(name: str, tmp_path: Path) -> None:
    store = store_of_bytes(WITH_RECORD[name](EVENTS))
    for form in ("csv", "jsonl"):
        with (tmp_path / "out").open("w+b") as sink:
            export(store, list(range(len(EVENTS))), sink, form)
            sink.seek(0)
            data = sink.read()
        if form == "csv":
            assert store_of_bytes(data).frame.select(COLUMNS).rows() == wanted(COLUMNS)
        else:
            assert len(data.splitlines()) == len(EVENTS)


def test_a_foreign_csv_is_none() -> None:
    for text in (
        "timestamp,host,message\r\n2023-03-22,web,GET /index.html\r\n",
        "_time,_raw\r\n2023-03-22,plain\r\n",
        "name,event\r\n",
        "message\r\n",
    ):
        loader = load_bytes(text.encode())
        assert [type(error).__name__ for error in loader.failures] == ["NotAnExportError"], text
