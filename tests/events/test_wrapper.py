"""What column names mean."""

from __future__ import annotations

import pytest

from omeviz.events.columns import COLUMNS
from omeviz.events.wrapper import folded, holds_record, is_audit, known_names, looks_like_header, meanings
from omeviz.guard import CSV_HEADINGS
from tests.hostile import CMDLET_COLUMNS


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("CreationDate", "creationdate"), (" UserIds ", "userids"), ("TimeGenerated [UTC]", "timegenerated")],
)
def test_folded(name: str, wanted: str) -> None:
    assert folded(name) == wanted


def test_every_key_of_a_column_means_it_in_any_case() -> None:
    for column in COLUMNS:
        for key in column.keys:
            assert meanings([key.upper()]) == {column.name: (0,)}


def test_every_heading_of_an_own_export_means_its_column() -> None:
    found = meanings(CSV_HEADINGS.values())
    names = list(CSV_HEADINGS)
    for column, positions in found.items():
        assert [names[position] for position in positions] == [column]
    assert set(names) - set(found) == {"status", "file", "audit"}


def test_several_columns_of_one_meaning_in_the_order_of_their_keys() -> None:
    assert meanings(["Identity", "x", "ID", "RecordId", "id"]) == {"id": (2, 4, 0, 3)}


@pytest.mark.parametrize("name", ["AuditData", "auditdata", " AUDITDATA "])
def test_audit_data(name: str) -> None:
    assert is_audit(name)
    assert not is_audit(name + "x")


@pytest.mark.parametrize(
    "names",
    [
        list(CMDLET_COLUMNS),
        ["AuditData"],
        ["auditData", "x"],
        ["Date", "User", "Activity", "Item", "Details"],
        ["CreationDate", "UserIds"],
        ["RecordType", "CreationDate"],
        ["id", "createdDateTime", "operation"],
    ],
)
def test_headers(names: list[str]) -> None:
    assert looks_like_header(names)


@pytest.mark.parametrize(
    "names", [[], [""], ["Name", "Age"], ["CreationDate"], ["Date", "User"], ["AuditDataX"], ["OMEPortal", "3/22/2023"]]
)
def test_what_is_no_header(names: list[str]) -> None:
    assert not looks_like_header(names)


def test_known_names() -> None:
    assert known_names([*CMDLET_COLUMNS, "x", ""]) == 10


@pytest.mark.parametrize(
    ("names", "record"),
    [
        (["Operation", "RecordType", "OfficeWorkload", "TimeGenerated"], True),
        (["Operation", "RecordType", "OrganizationId"], True),
        (["Operation", "RecordType", "OrganizationId", "AuditData"], False),
        (["Operations", "RecordType", "CreationDate"], False),
        (["Operation", "RecordType"], False),
    ],
)
def test_rows_that_are_records(names: list[str], record: bool) -> None:
    assert holds_record(names) == record
