"""Records as text in a column of their own: found by content, taken apart, and never lost."""

from __future__ import annotations

import csv
import io
import json

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.load_rules import Rules, sound_json
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.csv_source import CsvSource
from omeviz.sources.embedded import PREFIX, Inside, record_in, shows_record
from omeviz.sources.text_window import TextWindow
from omeviz.store import Store
from tests.hostile import CMDLET_COLUMNS, quoted
from tests.load_support import check_counts, load_bytes, store_of_bytes
from tests.sample_parts.rows import REMOTE_CELLS, REMOTE_COLUMNS, encoded
from tests.sample_parts.siem_csv import SPLUNK_FIELDS, cmdlet_line, lines_of, splunk_csv, splunk_row
from tests.sample_parts.story import compact, story
from tests.sources.support import STDIN, batches, read

EVENTS = story()[5::6][:9]
EVENT = EVENTS[0]
RECORD = compact(EVENT.record())
LINE = cmdlet_line(EVENT, 6, 7)
CELLS = dict(zip(CMDLET_COLUMNS, next(csv.reader([LINE])), strict=True))


def csv_of(columns: tuple[str, ...], *rows: tuple[str, ...]) -> bytes:
    """A CSV with every cell in quotes."""
    return "".join(",".join(map(quoted, row)) + "\r\n" for row in (columns, *rows)).encode()


def cells_of(store: Store, row: int = 0) -> dict[str, str | None]:
    """The wrapper's cells of a record."""
    return dict(store.record(row).wrapper)


def test_a_record_as_json_is_taken_as_it_stands() -> None:
    for text in (RECORD, f" \ufeff{RECORD}\n", json.dumps(EVENT.record(), indent=2), RECORD[:200], '{"a":1}'):
        assert record_in(text) == Inside(text)


@pytest.mark.parametrize("text", ["", "plain", "OMEPortal,3/22/2023,a,b,c", "x {", '"{', "{ no", "a,{b}"])
def test_what_is_no_record(text: str) -> None:
    found = record_in(text)
    assert found is None or text.lstrip().startswith("{")
    assert not shows_record(text, Rules())


@pytest.mark.parametrize(
    ("first", "last"), [(0, 13), (3, 13), (4, 8)], ids=["13 columns", "10 columns", "4 columns of the portal"]
)
def test_a_line_is_taken_apart_by_position(first: int, last: int) -> None:
    names = (REMOTE_COLUMNS + CMDLET_COLUMNS)[first:last]
    cells = (*REMOTE_CELLS, *CELLS.values())[first:last]
    wanted = {name: cell for name, cell in zip(names, cells, strict=True) if name != "AuditData"}
    for line in (",".join(map(quoted, cells)), ";".join(map(quoted, cells)), ",".join(cells)):
        found = record_in(line)
        assert found is not None
        assert found.audit == RECORD
        assert dict(zip(found.names, found.cells, strict=True)) == wanted


def test_a_line_of_the_portal() -> None:
    line = f"{EVENT.id},2026-01-24T06:54:24.0000000Z ,154,{EVENT.operation},a@contoso.com,{quoted(RECORD)},,"
    found = record_in(line)
    assert found is not None
    assert (found.audit, found.names[0], found.cells[0]) == (RECORD, "RecordId", EVENT.id)


def test_a_line_that_splunk_has_cut() -> None:
    cut = LINE[:400]
    found = record_in(cut)
    assert found is not None
    assert RECORD.startswith(found.audit)
    assert len(found.audit) > 200
    assert found.cells[:4] == tuple(CELLS.values())[:4]


def test_text_in_front_of_json_is_kept_beside_it() -> None:
    assert record_in(f"<134>1 2023-03-22T19:00:59Z collector o365 - - - {RECORD}") == Inside(
        RECORD, (PREFIX,), ("<134>1 2023-03-22T19:00:59Z collector o365 - - -",)
    )


def test_json_that_is_a_wrapper_gives_the_record_in_it() -> None:
    pretty = json.dumps(EVENT.record(), indent=1)
    assert record_in(json.dumps({"Operations": "x", "AuditData": RECORD, "ResultIndex": 3})) == Inside(
        RECORD, ("Operations", "ResultIndex"), ("x", "3")
    )
    assert record_in(f'{{"id":"7", "auditData" : {pretty}, "userId":null}}') == Inside(
        pretty, ("id", "userId"), ("7", "")
    )
    assert record_in(json.dumps({"event": {"original": RECORD, "id": "7"}, "tags": ["x"]})) == Inside(
        RECORD, ("tags", "id"), ('["x"]', "7")
    )
    streamed = {"time": "t", "properties": {"ActionType": "x", "RawEventData": EVENT.record()}}
    assert record_in(json.dumps(streamed)) == Inside(json.dumps(EVENT.record()), ("time", "ActionType"), ("t", "x"))


def test_a_record_with_such_a_key_is_the_record() -> None:
    text = json.dumps({**EVENT.record(), "AuditData": {"x": 1}})
    assert record_in(text) == Inside(text)


def test_lines_and_wrappers_become_columns() -> None:
    rows = [(LINE, "2023-03-22T19:00:59.000+0000", "idx1"), (compact({"AuditData": RECORD, "Note": "n"}), "", "idx1")]
    store = store_of_bytes(csv_of(("_raw", "_time", "splunk_server"), *rows))
    assert store.frame["audit"].to_list() == [RECORD, RECORD]
    assert cells_of(store)["Operations"] == EVENT.operation
    assert cells_of(store)["ResultIndex"] == "6"
    assert "_raw" not in cells_of(store)
    assert cells_of(store, 1)["Note"] == "n"
    assert not any(store.record(row).problems for row in range(2))


def test_what_splunk_has_extracted_is_not_repeated() -> None:
    data = csv_of(("_raw", "Operations", "userids"), (LINE, EVENT.operation, "someone.else@contoso.com"))
    (batch,) = batches(data)
    assert batch.header.count("Operations") == 1
    assert "UserIds" in batch.header
    assert {ProblemKind.DISAGREEMENT} == {problem.kind for problem in store_of_bytes(data).record(0).problems}


def test_rows_without_a_record_fall_back_to_the_columns() -> None:
    columns = ("_time", "_raw", "Operation", "UserId")
    data = csv_of(
        columns,
        ("2023-03-22T19:00:59.000+0000", "sshd[1]: Accepted", "", ""),
        ("2023-03-22T20:00:59.000+0100", RECORD, EVENT.operation, EVENT.message.sender),
        ("", "other text", "MessageAccess", "a@contoso.com"),
        ("", "", "MessageForward", "b@contoso.com"),
        ("", "only text", "", ""),
    )
    store = store_of_bytes(data)
    check_counts(store)
    assert store.frame["operation"].to_list() == [None, EVENT.operation, "MessageAccess", "MessageForward"]
    assert store.frame["audit"].to_list() == ["sshd[1]: Accepted", RECORD, "other text", ""]
    assert [row.raw for row in store.unusable] == [",only text,,"]
    kinds = [[problem.kind for problem in store.record(row).problems] for row in range(4)]
    assert kinds == [[ProblemKind.NOT_JSON], [], [ProblemKind.NOT_JSON], [ProblemKind.NO_AUDIT_DATA]]


def test_audit_data_wins_and_the_text_helps_where_its_cell_is_blank() -> None:
    other = compact(EVENTS[1].record())
    data = csv_of(("AuditData", "_raw"), (RECORD, other), ("", other), (" ", "text"), ("", cmdlet_line(EVENTS[2])))
    store = store_of_bytes(data)
    assert store.frame["id"].to_list() == [EVENT.id, EVENTS[1].id, EVENTS[2].id]
    assert cells_of(store)["_raw"] == other
    assert [row.line for row in store.unusable] == [4]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["message", "Message", "_raw", "event.original", "log.original", "payload", "_source"])
def test_a_header_that_only_its_rows_explain(name: str, sign: str) -> None:
    lines = [("timestamp", "host", name), ("22.03.2023", "h", "started"), ("", "h", RECORD), ("", "h", RECORD)]
    found = read("".join(sign.join(map(quoted, line)) + "\r\n" for line in lines).encode())
    assert found.layout is not None
    assert (found.layout.names, found.layout.audit) == (lines[0], 2)
    assert found.layout.embedded
    assert [row.cells for row in found.rows] == [list(line) for line in lines[1:]]


def test_the_column_with_most_records_is_taken() -> None:
    row = ("3/22/2023", "x", "see below", RECORD)
    data = csv_of(("CreationDate", "Operations", "message", "_raw"), row, (*row[:2], RECORD, RECORD), row)
    found = read(data)
    assert found.layout is not None
    assert found.layout.audit == 3
    assert store_of_bytes(data).frame["audit"].to_list() == [RECORD] * 3


def test_a_message_in_prose_is_no_record() -> None:
    data = csv_of(("CreationDate", "Operations", "message"), ("3/22/2023", "MessageAccess", "hello {name}"))
    store = store_of_bytes(data)
    assert store.parts[0].audit_index is None
    assert cells_of(store)["message"] == "hello {name}"


def test_records_that_come_late_are_found_too() -> None:
    filler = [("3/22/2023 10:00:00", "MessageAccess", "x" * 90)] * 4000
    store = store_of_bytes(csv_of(("CreationDate", "Operations", "message"), *filler, ("", "", RECORD)))
    assert store.parts[0].audit_index is None
    assert store.record_count == 4001
    assert (store.frame["audit"][-1], store.frame["id"][-1]) == (RECORD, EVENT.id)
    assert cells_of(store, 4000).get("message") is None


def test_a_lost_quote_costs_one_row() -> None:
    lines = splunk_csv(EVENTS).decode().split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith('"{""CreationTime')]
    for number in starts[1:-1]:
        changed = [*lines[:number], lines[number].replace('""', '"', 1), *lines[number + 1 :]]
        store = store_of_bytes("\n".join(changed).encode())
        check_counts(store)
        lost = {event.id for event in EVENTS} - set(store.frame["id"].to_list())
        assert len(lost) <= 1
        assert set(store.frame.filter(store.frame["problems"] == 0)["id"]) >= {
            event.id for at, event in zip(starts, EVENTS, strict=True) if at != number
        }


def test_a_lost_quote_among_lines_costs_one_row() -> None:
    rows = [splunk_row(event, cmdlet_line(event)) for event in EVENTS]
    lines = lines_of(SPLUNK_FIELDS[:19], rows)
    lines[4] = lines[4].replace('"', "", 1)
    store = store_of_bytes(encoded(lines))
    check_counts(store)
    assert [event.id for event in EVENTS if event.id not in store.frame["id"].to_list()] in ([], [EVENTS[3].id])


def test_a_value_twice_in_a_cell_agrees_and_another_does_not() -> None:
    columns = ("_raw", "UserId", "Operation")
    sender = EVENT.message.sender
    for cell, kinds in (
        (f"{sender}\n{sender}", []),
        (f"{sender}\nother@contoso.com", []),
        ("one@contoso.com\nother@contoso.com", [ProblemKind.DISAGREEMENT]),
    ):
        store = store_of_bytes(csv_of(columns, (RECORD, cell, f"{EVENT.operation}\n{EVENT.operation}")))
        assert [problem.kind for problem in store.record(0).problems] == kinds, cell
    store = store_of_bytes(csv_of(columns, ("", f"{sender}\n{sender}", "x\nx")))
    assert (store.frame["user"][0], store.frame["operation"][0]) == (sender, "x")


def test_a_platforms_own_time_is_no_witness() -> None:
    record = (RECORD, "2023-03-30T08:00:00.000+0000", "not a time")
    store = store_of_bytes(csv_of(("_raw", "_time", "Timestamp"), record))
    assert store.frame["time"][0] == EVENT.time
    assert not store.record(0).problems
    row = ("cut off", "1679511659.5", "MessageAccess", "a@contoso.com")
    alone = store_of_bytes(csv_of(("_raw", "_time", "Operation", "UserId"), row))
    assert str(alone.frame["time"][0]) == "2023-03-22 19:00:59.500000"


def test_what_was_read_is_given_up_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that the fast path does not take must not keep the whole file in memory."""
    monkeypatch.setattr("omeviz.sources.csv_source.BATCH_ROWS", 400)
    data = splunk_csv([event for event in story() for _ in range(30)])
    stream = ByteStream(STDIN, io.BytesIO(data))
    source = CsvSource(STDIN, stream, TextWindow(stream, stream.sample(1 << 16)), Rules(), sound_json=sound_json)
    held = []
    for _ in source.batches():
        source.fast = lambda _: None  # type: ignore[assignment]  # never asked
        held.append(source._window.stop - source._window.start)
    assert len(data) > 5 << 20
    assert max(held) < 3 << 20


@pytest.mark.parametrize(
    "cell",
    [
        "{" * 100_000,
        '{"AuditData":' * 20_000,
        '"{""' * 50_000,
        "{ " * 100_000,
        '{"original":"{' * 20_000 + '"}' * 9,
        ",{" * 90_000,
    ],
)
def test_hostile_cells_take_no_time(cell: str) -> None:
    loader = load_bytes(
        csv_of(("_raw", "Operation"), (RECORD, "x"), (cell, "x"), ("t" + cell, "x"), (f"a,{cell}", "x"))
    )
    assert loader.store is not None
    assert loader.store.record_count == 4
