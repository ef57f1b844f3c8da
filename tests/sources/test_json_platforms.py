"""JSON as PowerShell, Microsoft's interfaces and SIEMs write it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from omeviz.events.problems import ProblemKind
from tests.sample_parts.json_files import json_samples
from tests.sample_parts.story import Event, compact, story
from tests.sources.json_support import rows_of, source_of

EVENTS = story()[5::6][:12]
RECORD = compact(EVENTS[0].record())
ID = EVENTS[0].id


def around(template: str, inside: str) -> str:
    """A template with something in the place of `%`."""
    return template.replace("%", inside)


def expected(name: str) -> list[Event]:
    """The events of a sample, in its order."""
    counts = {"management_activity.json": 11, "powershell51.json": 12, "graph_pages.json": 12}
    counts |= {"extractor.jsonl": 12, "extractor_runs.json": 12}
    events = list(EVENTS[: counts.get(name, 8)])
    return events + events[-1:] if name == "management_activity.json" else events


SAMPLES = json_samples(EVENTS)
WITH_AUDIT = sorted(set(SAMPLES) - {"sentinel.json", "damaged.jsonl", "powershell_shallow.json"})


@pytest.mark.parametrize("name", WITH_AUDIT)
@pytest.mark.parametrize("size", [61, 1 << 20])
def test_samples_hold_their_records(name: str, size: int) -> None:
    rows = rows_of(SAMPLES[name], size)
    events = expected(name)
    assert [row.id for row in rows] == [event.id for event in events]
    for row, event in zip(rows, events, strict=True):
        record = json.loads(row.audit or "")
        record.pop("@odata.type", None)
        assert record == event.record() | ({"Recipient": record["Recipient"]} if "Recipient" in record else {})
        assert (row.subject, row.damage, row.bits) == (event.message.subject, None, 0)


@pytest.mark.parametrize("name", ["powershell51.json", "extractor.jsonl", "elastic.json", "splunk.json"])
def test_audit_data_as_text_is_verbatim(name: str) -> None:
    assert [row.audit for row in rows_of(SAMPLES[name])] == [compact(event.record()) for event in expected(name)]


def test_times_of_windows_powershell_are_understood() -> None:
    text = '{"CreationDate":"\\/Date(1679511659000)\\/","UserIds":"a@contoso.com","AuditData":null}'
    (row,) = rows_of(text)
    assert (row.cells["CreationDate"], row.time) == ("/Date(1679511659000)/", "2023-03-22T19:00:59")
    (row,) = rows_of(
        '{"CreationDate":{"value":"\\/Date(1679511659000)\\/","DateTime":"Wednesday"},"UserIds":"a","AuditData":""}'
    )
    assert (row.cells["CreationDate"], row.time) == ("/Date(1679511659000)/", "2023-03-22T19:00:59")


def test_a_list_inside_as_windows_powershell_writes_it_is_left_to_the_decoder() -> None:
    properties = {"value": [{"Name": "MailSubject", "Value": "Hello"}], "Count": 1}
    record = compact({"Id": "1", "Operation": "MessageAccess", "OperationProperties": properties})
    (row,) = rows_of(around('{"value":[{"AuditData":%}],"Count":1}', record))
    assert (row.audit, row.subject) == (record, "Hello")


def test_what_a_shallow_export_left_is_read_and_marked() -> None:
    rows = rows_of(SAMPLES["powershell_shallow.json"])
    assert [row.subject for row in rows] == [event.message.subject for event in EVENTS[:8]]
    assert all(row.bits == ProblemKind.SHALLOW for row in rows)


def test_rows_of_sentinel_are_records() -> None:
    rows = rows_of(SAMPLES["sentinel.json"], 13)
    assert [row.operation for row in rows] == [event.operation for event in EVENTS[:8]]
    assert [row.time for row in rows] == [event.time.isoformat() for event in EVENTS[:8]]
    assert [row.subject for row in rows] == [event.message.subject for event in EVENTS[:8]]
    assert json.loads(rows[0].audit or "")["OfficeWorkload"] == "Exchange"


def test_a_table_of_the_older_interface_and_rows_of_another_width() -> None:
    columns = '[{"ColumnName":"Operation"},{"ColumnName":"AuditData"}]'
    cell = json.dumps(RECORD)
    text = f'{{"Tables":[{{"TableName":"Table_0","Columns":{columns},"Rows":[["x",{cell}],["y",{cell},1.0],["z"]]}}]}}'
    rows = rows_of(text)
    assert [row.audit for row in rows] == [RECORD, RECORD, '{"Operation":"z"}']
    assert [row.cells for row in rows] == [{"Operation": "x"}, {"Operation": "y", "column 3": "1.0"}, {}]


def test_a_page_of_graph_tells_its_next_and_keeps_the_wrapper() -> None:
    rows = rows_of(SAMPLES["graph_pages.json"])
    first = rows[0].cells
    assert (first["auditLogRecordType"], first["service"], first["administrativeUnits"]) == (
        "omePortal",
        "Exchange",
        "[]",
    )
    assert "auditData" not in first
    assert rows[0].time == (EVENTS[0].time + timedelta()).isoformat()


QUOTED = json.dumps(RECORD)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (around('{"_raw":%,"host":"h"}', QUOTED), {"host": "h"}),
        (around('{"preview":false,"result":{"_raw":%,"host":"h"}}', QUOTED), {"preview": "false", "host": "h"}),
        (around('{"event":{"original":%,"kind":"x"}}', QUOTED), {"event.kind": "x"}),
        (around('{"event.original":%,"tags":["a", "b"]}', QUOTED), {"tags": '["a","b"]'}),
        (around('{"o365audit":%,"@timestamp":"t"}', RECORD), {"@timestamp": "t"}),
        (around('{"o365":{"audit":%,"v":1},"x":{"y": 1}}', RECORD), {"o365.v": "1", "x": '{"y":1}'}),
        (around('{"o365.audit":%}', RECORD), {}),
        (around('{"_id":"1","_source":%}', RECORD), {"_id": "1"}),
        (around('{"_source":{"event":{"original":%}},"_id":"1"}', QUOTED), {"_id": "1"}),
        (around('{"message":%,"level":"info"}', QUOTED), {"level": "info"}),
        (around('{"message":%}', json.dumps("<14>Mar 22 19:00:59 host o365: " + RECORD)), {}),
        (around('{"_raw":%}', json.dumps('154,x,"' + RECORD.replace('"', '""') + '",1')), {}),
        (around('{"RawEventData":%,"ActionType":"MessageAccess"}', RECORD), {"ActionType": "MessageAccess"}),
        (around('{"RawEventData":%,"ReportId":2}', QUOTED), {"ReportId": "2"}),
        (around('{"_raw":%}', json.dumps(around('{"UserIds":"a","AuditData":%}', QUOTED))), {"UserIds": "a"}),
        (around('{"message":%,"message":"later"}', QUOTED), None),
    ],
)
@pytest.mark.parametrize("size", [3, 1 << 20])
def test_the_record_inside_an_envelope(text: str, cells: dict[str, str] | None, size: int) -> None:
    (row,) = rows_of(text + '\n{"Id":"1"}', size)[:1]
    if cells is None:
        assert not row.is_record
        return
    assert row.audit == RECORD
    assert row.cells == cells
    assert row.id == ID


@pytest.mark.parametrize(
    "text",
    [
        '{"Operation":"x","message":"no JSON {","Id":"1"}',
        '{"Operation":"x","message":"{\\"a\\":1}","Id":"1"}',
        '{"Operation":"x","event":{"original":"text"},"Id":"1"}',
        '{"Operation":"x","value":"5","_raw":"","Id":"1"}',
        around('{"Operation":"x","RecordType":1,"Workload":"w","message":%,"Id":"1"}', QUOTED),
        '{"Operation":"x","value":[{"Id":"2"}],"Id":"1"}',
    ],
)
def test_what_holds_no_record_leaves_the_object_itself(text: str) -> None:
    (row,) = rows_of(text)
    assert (row.audit, row.id) == (text, "1")


def test_a_cut_record_in_a_text_is_found_too() -> None:
    (row,) = rows_of(around('{"_raw":%,"host":"h"}', json.dumps(RECORD[:300])))
    assert (row.audit, row.id) == (RECORD[:300], ID)
    assert row.bits & ProblemKind.CUT


@pytest.mark.parametrize("key", ["value", "records", "Results", "AuditLogs", "whatever"])
@pytest.mark.parametrize("size", [1, 11, 1 << 20])
def test_lists_under_any_key_are_rows(key: str, size: int) -> None:
    rows = rows_of(f'{{"total":2,"meta":{{"a":[1]}},"{key}":[{RECORD},{{"Id":"2"}}],"more":[{{"a":1}}]}}', size)
    assert [row.audit for row in rows] == [RECORD, '{"Id":"2"}']


def test_a_record_that_lists_records_is_one() -> None:
    text = around('{"Id":"1","Operation":"x","value":[%],"records":[{"Id":"3"}]}', RECORD)
    assert [row.audit for row in rows_of(text, 9)] == [text]


def test_lists_before_the_first_telling_key_of_a_record_are_its_own() -> None:
    text = '{"Actor":[{"ID":"a@contoso.com","Type":5}],"Target":[{"ID":"b"}],"CreationTime":"2023-03-22T19:00:59"}'
    assert [row.audit for row in rows_of(text, 5)] == [text]


def test_damaged_sample() -> None:
    rows = rows_of(SAMPLES["damaged.jsonl"])
    assert [row.is_record for row in rows] == [True, True, True, False, True, True, True, True, True]
    assert [row.number for row in rows if row.damage] == [2, 4, 9]
    assert rows[3].damage is not None
    assert rows[3].damage.raw == "WARNING: stopped at 2023-03-22, {retrying}"
    assert rows[1].id == EVENTS[1].id
    assert rows[8].damage is not None
    assert rows[8].damage.reason == "the text ends inside of it"


def test_notes_of_a_cut_page() -> None:
    source = source_of(b'{"value":[{"Id":"1"},')
    assert [batch.height for batch in source.batches() if batch] == [1]
    assert any("ends inside" in note for note in source.notes())
