"""Column names as platforms write them, and what they can and cannot tell."""

from __future__ import annotations

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.events.wrapper import (
    embedding,
    holds_record,
    is_audit,
    is_weak,
    looks_like_header,
    may_be_header,
    meanings,
    repeats,
    schema_name,
    single,
)
from tests.events.support import decoded, kinds, value
from tests.hostile import CMDLET_COLUMNS
from tests.sample_parts.siem_csv import DEFENDER_COLUMNS, ELASTIC_COLUMNS, GRAPH_COLUMNS, SPLUNK_FIELDS
from tests.sample_parts.siem_sentinel import CUSTOM_COLUMNS, OFFICE_ACTIVITY_COLUMNS

FIELDS = {
    "time": ("CreationTime", "CreationDate", "createdDateTime", "TimeGenerated"),
    "operation": ("Operation", "Operations"),
    "result": ("ResultStatus",),
    "auth": ("AuthenticationStatus",),
    "operationstatus": ("OperationStatus",),
    "recipient": ("Recipient",),
    "sender": ("Sender",),
    "user": ("UserId", "UserIds", "userPrincipalName"),
    "method": ("AuthenticationMethod",),
    "subject": ("OperationProperties",),
    "attachment": ("AttachmentName",),
    "message": ("MessageId",),
    "type": ("RecordType", "auditLogRecordType"),
    "workload": ("Workload", "service", "OfficeWorkload"),
    "object": ("ObjectId", "OfficeObjectId"),
    "ip": ("ClientIP", "clientIp"),
    "id": ("Id", "Identity", "RecordId", "id"),
    "org": ("OrganizationId",),
}
"""The documented names of each field, in their order."""


@pytest.mark.parametrize("field", FIELDS)
def test_every_documented_name_in_its_order(field: str) -> None:
    names = FIELDS[field]
    for name in names:
        for written in (name, name.upper(), f" {name} [UTC]", f"{name}_s", f"{name}_t", f"{name}_", f"{name}_d [UTC]"):
            assert meanings([written]) == {field: (0,)}, written
        for prefix in ("o365audit.", "o365.audit.", "_source.", "_source.o365audit.", "AuditData."):
            assert meanings([prefix + name]) == {field: (0,)}
    distinct = list(dict.fromkeys(name.lower() for name in names))
    for order in (distinct, distinct[::-1]):
        assert [order[position] for position in meanings(order)[field]] == distinct


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Start_Time [UTC]", "start_time"),
        ("UserId_", "userid"),
        ("AuditData_s", "auditdata_s"),
        ("Actor{}", "actor"),
        ("Type", "type"),
        ("Site_", "site_"),
        ("MyUserId_s", "myuserid_s"),
        ("", ""),
        ("_s", "_s"),
    ],
)
def test_schema_names(name: str, wanted: str) -> None:
    assert schema_name(name) == wanted


def test_a_doubled_column_stands_behind_its_first() -> None:
    assert meanings(["UserId_", "UserId", "Operation_s", "Operation"]) == {"user": (1, 0), "operation": (3, 2)}


def test_the_type_of_a_table_is_no_record_type() -> None:
    assert "type" not in meanings(["Type", "UserType", "_sourcetype", "sourcetype"])


@pytest.mark.parametrize(
    ("columns", "header", "record"),
    [
        (GRAPH_COLUMNS, True, False),
        (SPLUNK_FIELDS, True, True),
        (DEFENDER_COLUMNS, True, False),
        (ELASTIC_COLUMNS, True, False),
        (OFFICE_ACTIVITY_COLUMNS, True, True),
        (CUSTOM_COLUMNS, True, True),
        (("Timestamp", "ActionType", "AccountDisplayName"), True, True),
        (("TimeGenerated [UTC]", "Operation", "UserId", "OfficeObjectId"), True, True),
        (("CreationTime", "Operation", "Recipient"), True, True),
        (("CreationTime_t", "Operation_s", "AuditData_s"), True, False),
        (("RawEventData",), True, False),
        (CMDLET_COLUMNS, True, False),
        (("timestamp", "id", "message"), False, False),
        (("_time", "_raw", "host"), False, False),
        (("@timestamp", "event.original"), False, False),
    ],
)
def test_headers_of_platforms(columns: tuple[str, ...], header: bool, record: bool) -> None:
    assert looks_like_header(list(columns)) == header
    assert holds_record(list(columns)) == record
    if header:
        for sign in ",;\t|":
            assert may_be_header(sign.join(columns))
            assert may_be_header(sign.join(f'"{name.upper()}"' for name in columns))


@pytest.mark.parametrize(
    "line", ["", "Identity,Details", "OfficeActivityManager", "MyOperational,useridsx", "Users,Id"]
)
def test_lines_that_cannot_be_headers(line: str) -> None:
    assert not may_be_header(line)
    assert not looks_like_header(line.split(","))


def test_columns_that_may_hold_the_record_in_their_order() -> None:
    assert embedding(["message", "_raw", "RawEventData", "x", "event.original"]) == [
        (2, True),
        (4, False),
        (1, False),
        (0, False),
    ]
    assert embedding(["AuditData_s", "AuditData"]) == [(0, True)]
    assert embedding(list(CMDLET_COLUMNS)) == []
    assert not is_audit("AuditData_s")
    assert is_audit("auditData{}")


def test_a_platforms_own_columns_fill_gaps_only() -> None:
    record = {"CreationTime": "2023-03-22T19:00:59", "Operation": "MessageAccess", "UserId": "a@x", "Id": "1"}
    cells: dict[str, str | None] = {
        "Timestamp": "3/25/2023 10:00:00 AM",
        "ActionType": "Access",
        "AccountId": "b@x",
        "OfficeId": "2",
        "IPAddress": "192.0.2.1",
    }
    assert all(map(is_weak, cells))
    assert not any(map(is_weak, CMDLET_COLUMNS))
    found = decoded(record, cells)
    assert kinds(found) == 0
    assert value("user", record, cells) == "a@x"
    assert value("ip", record, cells) == "192.0.2.1"
    assert value("user", {}, cells) == "b@x"
    assert value("id", {}, cells) == "2"
    unreadable = decoded({}, {"Timestamp": "soon", "ActionType": "x"})
    assert kinds(unreadable) == ProblemKind.BAD_TIME


def test_a_real_column_beside_a_platforms_own_is_a_witness() -> None:
    cells = {"_time": "2023-03-22T19:00:59Z", "CreationDate": "3/25/2023 10:00:00 AM"}
    assert kinds(decoded({"CreationTime": "2023-03-22T19:00:59"}, cells)) == ProblemKind.DISAGREEMENT


GUID = "6f1c2d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f"


@pytest.mark.parametrize(
    ("own", "theirs", "name", "user", "disagrees"),
    [
        (None, GUID, "a@x", "a@x", False),
        (None, GUID.upper(), "", GUID.upper(), False),
        (None, "b@x", "a@x", "b@x", False),
        ("a@x", GUID, "a@x", "a@x", False),
        ("A@X", GUID, "a@x", "A@X", False),
        (GUID, GUID, "a@x", GUID, False),
        ("a@x", GUID, "c@x", "a@x", True),
        ("a@x", GUID, "", "a@x", True),
        ("a@x", "b@x", "a@x", "a@x", True),
    ],
)
def test_a_user_named_by_directory_id(own: str | None, theirs: str, name: str, user: str, disagrees: bool) -> None:
    cells = {"userId": theirs, "userPrincipalName": name}
    record = {} if own is None else {"UserId": own}
    assert value("user", record, cells) == user
    assert kinds(decoded(record, cells)) == (ProblemKind.DISAGREEMENT if disagrees else 0)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("a", "a"), ("a\na", "a"), ("a\r\na\r\n", "a"), ("a\nb", "a\nb"), ("\n", "\n"), ("a\n", "a\n"), ("\na", "\na")],
)
def test_a_value_written_twice(cell: str, wanted: str) -> None:
    assert single(cell) == wanted


@pytest.mark.parametrize(
    ("cell", "text", "agrees"), [("a", " A", True), ("a\nb", "B", True), ("a b", "b", False), ("a\nb", "a\nb", True)]
)
def test_a_cell_that_repeats_a_value(cell: str, text: str, agrees: bool) -> None:
    assert repeats(cell, text) == agrees


def test_rows_that_lost_nested_values_are_marked() -> None:
    cells: dict[str, str | None] = {"Operation": "x", "CreationTime": None, "OperationProperties": "System.Object[]"}
    assert kinds(decoded(None, cells, row_is_record=True)) == ProblemKind.SHALLOW
    cells["OperationProperties"] = '[{"Name":"MailSubject","Value":"s"}]'
    found = decoded(None, cells, row_is_record=True)
    assert kinds(found) == 0
