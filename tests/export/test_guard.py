from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omeviz.events.columns import COLUMNS
from omeviz.guard import CSV_HEADINGS, guard, is_own_header, unguard

FULL = tuple(CSV_HEADINGS.values())


@given(st.text())
@example("'")
@example("''=1")
@example("=\n")
def test_unguard_takes_off_what_guard_put_in_front(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(st.text())
def test_no_guarded_cell_begins_like_a_formula(cell: str) -> None:
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'x", "'", "'=1"])
def test_dangerous_cells_get_one_quote(cell: str) -> None:
    assert guard(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", " =1", "\n=1", "{}", "1-2", "\u2212x"])
def test_other_cells_stay(cell: str) -> None:
    assert guard(cell) == cell


def test_a_quote_before_an_ordinary_letter_is_no_guard() -> None:
    assert unguard("'x") == "'x"


def test_the_headings_are_in_the_order_of_the_rules() -> None:
    assert FULL[:15] == (
        "RecordId",
        "CreationDate",
        "RecordType",
        "Operation",
        "UserId",
        "Status",
        "ResultStatus",
        "AuthenticationStatus",
        "OperationStatus",
        "Recipient",
        "Sender",
        "AuthenticationMethod",
        "Subject",
        "AttachmentName",
        "MessageId",
    )
    assert FULL[-1] == "AuditData"
    assert set(CSV_HEADINGS) == {column.name for column in COLUMNS} | {"audit"}
    assert len(set(FULL)) == len(FULL)
    assert all(FULL)


def test_own_headers_are_recognised() -> None:
    assert is_own_header(FULL, bom=False)
    assert is_own_header(["CreationDate", "Subject"])
    assert is_own_header(["AuditData"])


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["CreationDate", "UserIds", "Operations", "AuditData"],
        ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData", "AssociatedAdminUnits"],
        ["creationdate", "subject"],
        ["Subject", "Subject"],
        [*FULL, "Extra"],
    ],
)
def test_other_headers_are_not_taken_for_own(names: list[str]) -> None:
    assert not is_own_header(names)


def test_chosen_columns_without_a_byte_order_mark_are_not_own() -> None:
    assert not is_own_header(["CreationDate", "Operation", "UserId", "AuditData"], bom=False)
