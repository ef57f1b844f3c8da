"""Events, duplicates within a file, and the same events in several files."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.support import found, found_in, report_of
from tests.sample_parts.rows import cmdlet, encoded, rows_of
from tests.sample_parts.story import story
from tests.support import PUBLIC_RECORD, portal_record, store_of

CELLS = {"UserIds": "admin@M365x965352.onmicrosoft.com"}
ONE, TWO = portal_record(Id="1"), portal_record(Id="2", CreationTime="2023-03-22T20:00:00")


def test_duplicates_in_one_file_need_attention() -> None:
    finding = found(store_of(ONE, TWO, ONE, ONE, wrappers=[CELLS] * 4))["duplicates"]
    assert finding.certain
    assert (finding.count, finding.places[0].line) == (2, 4)


def test_duplicates_that_differ_in_result_index_only_are_no_more_than_that() -> None:
    cells = [{"ResultIndex": str(n), "ResultCount": "2"} for n in (1, 2)]
    assert set(found(store_of(ONE, ONE, wrappers=cells))) == {"duplicates"}


def test_bare_records_come_twice_by_design() -> None:
    kinds = found(store_of(ONE, TWO, ONE))
    assert set(kinds) == {"duplicates-by-design"}
    assert not kinds["duplicates-by-design"].certain


def test_the_same_events_in_two_files_are_nothing_to_find() -> None:
    store = store_of(ONE, TWO, wrappers=[CELLS] * 2, name="a.csv")
    store_of(TWO, ONE, wrappers=[CELLS] * 2, name="b.csv", store=store)
    report = report_of(store)
    assert report.findings == ()
    assert [(file.records, file.events, file.copies) for file in report.files] == [(2, 2, 0)] * 2
    assert (report.records, report.events, report.copies) == (4, 2, 2)
    assert report.types == (("OMEPortal", 2),)


def test_records_without_an_id_are_events_by_themselves() -> None:
    bare = portal_record(Id=None)
    report = report_of(store_of(bare, bare, portal_record(Id=""), wrappers=[CELLS] * 3))
    assert (report.findings, report.events) == ((), 3)


def test_copies_that_contradict_each_other() -> None:
    store = store_of(ONE, TWO, name="a.csv")
    store_of({**ONE, "Recipient": "someone.else@example.org"}, TWO, name="b.csv", store=store)
    kinds = found(store)
    assert set(kinds) == {"copies-differ"}
    assert (kinds["copies-differ"].count, kinds["copies-differ"].certain) == (1, True)


def test_copies_in_other_words_do_not() -> None:
    store = store_of(ONE, name="a.csv")
    other = {"@odata.type": "#x", **{key: ONE[key] for key in reversed(ONE)}, "RecordType": "OMEPortal"}
    store_of(json.dumps(other, indent=2), name="b.csv", store=store)
    assert found(store) == {}


def test_a_cap_in_one_file_is_not_hidden_by_copies_in_another() -> None:
    store = store_of(ONE, wrappers=[CELLS], name="a.csv")
    store_of(ONE, ONE, wrappers=[CELLS] * 2, name="b.csv", store=store)
    report = report_of(store)
    assert [(file.events, file.copies) for file in report.files] == [(1, 0), (1, 1)]
    assert [place.name for place in report.findings[0].places] == ["b.csv"]


def test_cmdlet_and_graph_together_are_clean(tmp_path: Path) -> None:
    events = story()[20:40]
    graph = [
        {
            "id": event.id,
            "createdDateTime": f"{event.time:%Y-%m-%dT%H:%M:%S}Z",
            "auditLogRecordType": "OMEPortal",
            "operation": event.operation,
            "userId": event.message.sender,
            "auditData": {"@odata.type": "#microsoft.graph.security.omePortalAuditRecord", **event.record()},
        }
        for event in events
    ]
    page = json.dumps({"@odata.context": "https://graph.microsoft.com/v1.0", "value": graph}, indent=1).encode()
    assert found_in(tmp_path, encoded(cmdlet(rows_of(events))), page) == {}


def test_the_public_record_twice_in_one_export(tmp_path: Path) -> None:
    cell = json.dumps(PUBLIC_RECORD).replace('"', '""')
    row = f'3/22/2023 7:00:59 PM,"{cell}"\r\n'
    assert set(found_in(tmp_path, f"CreationDate,AuditData\r\n{row}{row}".encode())) == {"duplicates"}
