"""Many records at once give what `CarefulDecoder` gives one by one."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.events.careful import SLOTS, CarefulDecoder, Decoded, WrapperPlan
from omeviz.events.columns_decode import Columns, ColumnsDecoder
from omeviz.events.problems import ProblemKind
from omeviz.events.times import ORDERS, Order
from tests.events.support import LATEST
from tests.support import PUBLIC_RECORD, examples, portal_record

HEADERS = (
    ("RecordType", "CreationDate", "UserIds", "Operations", "ResultIndex", "Identity"),
    ("CreationDate", "UserId", "Operation", "RecordId", "RecordType", "AssociatedAdminUnits"),
    ("TimeGenerated", "UserId", "UserKey", "Operation", "ResultStatus", "Recipient", "Subject", "Id", "RecordType"),
    ("_time", "host", "Operation", "user"),
    ("Identity", "createdDateTime", "userPrincipalName", "userId", "operation", "auditLogRecordType"),
    (),
)
ID, USER = str(PUBLIC_RECORD["Id"]), str(PUBLIC_RECORD["UserId"])
USERS = (USER, USER.upper(), "alexw@contoso.com", "3f2504e0-4f89-11d3-9a0c-0305e82c3301")
TIMES = ("2023-03-22T19:00:59", "2023-03-22T19:01:07", "2023-04-03T07:00:00", "2023-03-22T19:00:59Z")
FUTURE = "2035-01-01T00:00:00"
CODES: tuple[Any, ...] = (0, 1, 7, "0", "Success", "Failure", "odd", "", None, True, 1.5, 10**30)
CHANGES: dict[str, tuple[Any, ...]] = {
    "CreationTime": (*TIMES, FUTURE, "1999-12-31T23:59:59", "no time", "3/22/2023 7:00:59 PM", "", None, 5),
    "Operation": ("MessageAccess", "AttachmentReview", "messageaccess", "", None, 7),
    "UserId": (*USERS, "", None),
    "Id": (ID, "another", "", None),
    "RecordType": (154, "154", "OMEPortal", 28, "ExchangeItem", 1.5, "1.5", True, 99999, "", None, [154]),
    "ResultStatus": ("Success", "Failed", "PartiallySucceeded", "", None, "odd"),
    "AuthenticationStatus": CODES,
    "OperationStatus": CODES,
    "Sender": ("", None, "alexw@contoso.com"),
    "Recipient": (
        "a@example.org",
        "a@example.org;b@example.org",
        ["a@x", "b@x"],
        '["a@x"]',
        "",
        None,
    ),
    "OperationProperties": (
        [{"Name": "MailSubject", "Value": "Lease"}],
        [{"Name": "Other", "Value": "x"}, {"Name": "MailSubject", "Value": 5}],
        {"MailSubject": "Lease"},
        "System.Object[]",
        "@{Name=MailSubject; Value=Lease}",
        [],
        None,
    ),
}
CELLS = (
    *USERS,
    "3/22/2023 7:00:59 PM",
    "3/22/2023 7:01:07 PM",
    "4/3/2023 7:00:00 AM",
    "03.04.2023 07:00:00",
    "2023-03-22T19:00:59.0000000Z",
    "2023-03-22 19:00",
    "3/22/2023 8:00:59 PM",
    "no time",
    "MessageAccess",
    "messageaccess",
    "MessageAccess\nMessageAccess",
    "OMEPortal",
    "154",
    "ExchangeItem",
    ID,
    "Success",
    "Lease",
    "a@example.org;b@example.org",
    "",
    " ",
    None,
)


@st.composite
def audits(draw: st.DrawFn) -> str | None:
    """AuditData: mostly the public record with a few values changed, seldom damaged."""
    record = portal_record()
    for key in draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=3)):
        record[key] = draw(st.sampled_from(CHANGES[key]))
    if draw(st.integers(0, 9)) == 0:
        del record[draw(st.sampled_from(sorted(record)))]
    text = json.dumps(record, separators=(",", ":"))
    kind = draw(st.integers(0, 24))
    if kind == 0:
        return draw(st.sampled_from([None, "", " ", "[]", "7", "no JSON", text[:-20], text[:60]]))
    if kind == 1:
        more = draw(st.sampled_from(['"userid":"x"', '"Id":"twice"', '"Extra":1.0', '"Extra":"@{a=b}"']))
        return f"{text[:-1]},{more}}}"
    return text


def likely(header: tuple[str, ...]) -> list[str | None]:
    """The cells of a row that agrees with the public record."""
    record = {key: str(value) for key, value in PUBLIC_RECORD.items()}
    said: dict[str, str] = record | {
        "RecordType": "OMEPortal",
        "auditLogRecordType": "OMEPortal",
        "CreationDate": "3/22/2023 7:00:59 PM",
        "TimeGenerated": "2023-03-22T19:00:59.0000000Z",
        "createdDateTime": "2023-03-22T19:00:59Z",
        "_time": "2023-03-22T19:00:59.000Z",
        "Identity": record["Id"],
        "RecordId": record["Id"],
        "Operations": record["Operation"],
        "operation": record["Operation"],
        "UserIds": record["UserId"],
        "user": record["UserId"],
        "userPrincipalName": record["UserId"],
    }
    return [said.get(name, "1") for name in header]


@st.composite
def batches(draw: st.DrawFn) -> tuple[tuple[str, ...], list[str | None], list[list[str | None]]]:
    """A header, AuditData texts and rows of cells."""
    header = draw(st.sampled_from(HEADERS))
    rows = draw(st.lists(audits(), max_size=12))
    cells = []
    for _ in rows:
        row = likely(header)
        for place in draw(st.lists(st.integers(0, max(0, len(header) - 1)), max_size=2)) if header else []:
            row[place] = draw(st.sampled_from(CELLS))
        cells.append(row)
    return header, rows, cells


def one_by_one(decoder: CarefulDecoder, audits: list[str | None], cells: list[list[str | None]]) -> list[Decoded]:
    return [decoder.decode(audit, row) for audit, row in zip(audits, cells, strict=True)]


def assert_same(found: Columns, expected: list[Decoded]) -> None:
    assert list(map(list, zip(*found.values, strict=True))) == [each.values for each in expected]
    assert found.status == [each.status for each in expected]
    assert found.recipients == [each.recipients for each in expected]
    assert found.bits == [each.bits for each in expected]
    assert all(type(bits) is int for bits in found.bits)
    assert found.unusable == [row for row, each in enumerate(expected) if not each.is_record]
    votes: dict[Order, int] = {}
    for each in expected:
        if each.is_record and each.vote is not None:
            votes[each.vote] = votes.get(each.vote, 0) + 1
    assert found.testimony.votes == votes
    ambiguous = [(row, each.ambiguous) for row, each in enumerate(expected) if each.ambiguous is not None]
    assert found.testimony.ambiguous == (ambiguous[0] if ambiguous else None)
    year_first = [row for row, each in enumerate(expected) if each.year_first]
    assert found.testimony.year_first == (year_first[0] if year_first else None)


@settings(max_examples=examples(300))
@given(batches(), st.sampled_from(ORDERS))
def test_columns_are_what_one_by_one_gives(
    batch: tuple[tuple[str, ...], list[str | None], list[list[str | None]]], dates: Order
) -> None:
    header, texts, rows = batch
    plan = WrapperPlan.of(header, row_is_record=False)
    expected = one_by_one(CarefulDecoder(plan, dates, LATEST), texts, rows)
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in header]
    assert_same(ColumnsDecoder(plan, dates, LATEST).decode(texts, columns), expected)


@pytest.mark.parametrize(
    ("changes", "cells", "kind"),
    [
        ({"AuthenticationStatus": 7}, {}, ProblemKind.ODD_CODE),
        ({"OperationStatus": "odd"}, {}, ProblemKind.ODD_CODE),
        ({"RecordType": "1.5"}, {"RecordType": None}, ProblemKind.ODD_CODE),
        ({"RecordType": 28}, {}, ProblemKind.DISAGREEMENT),
        ({}, {"UserIds": "alexw@contoso.com"}, ProblemKind.DISAGREEMENT),
        ({}, {"CreationDate": "3/22/2023 8:00:59 PM"}, ProblemKind.DISAGREEMENT),
        ({}, {"CreationDate": "no time"}, ProblemKind.BAD_TIME),
        ({"CreationTime": FUTURE}, {"CreationDate": None}, ProblemKind.IMPOSSIBLE_TIME),
    ],
)
def test_a_single_problem_needs_no_closer_look(
    changes: dict[str, Any], cells: dict[str, str | None], kind: ProblemKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = HEADERS[0]
    row = [cells.get(name, said) for name, said in zip(header, likely(header), strict=True)]
    decoder = ColumnsDecoder(WrapperPlan.of(header, row_is_record=False), "mdy", LATEST)
    monkeypatch.setattr(CarefulDecoder, "decode", lambda *_: pytest.fail("a closer look"))
    found = decoder.decode([json.dumps(portal_record(**changes), separators=(",", ":"))], [[cell] for cell in row])
    assert found.bits == [kind]
    assert found.values[SLOTS.index("time")][0] in (datetime(2023, 3, 22, 19, 0, 59), datetime(2035, 1, 1))


def test_who_is_also_named_by_a_number_agrees_with_that() -> None:
    header, guid = HEADERS[4], USERS[-1]
    row = likely(header)
    row[header.index("userId")] = guid
    plan = WrapperPlan.of(header, row_is_record=False)
    text = json.dumps(portal_record(UserId=guid))
    expected = CarefulDecoder(plan, "mdy", LATEST).decode(text, row)
    assert not expected.bits
    assert_same(ColumnsDecoder(plan, "mdy", LATEST).decode([text], [[cell] for cell in row]), [expected])
