"""Traces that a spreadsheet leaves."""

from __future__ import annotations

import pytest

from tests.analysis.support import found, with_cells

TIME = "3/1/2023 12:00:00 AM"


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("IsValid", "TRUE", "capitals"),
        ("IsValid", "WAHR", "capitals"),
        ("Number", "1.23E+15", "rounded"),
        ("Number", "1,23E+15", "rounded"),
        ("Number", "-5E+20", "rounded"),
        ("CreationDate", "3/1/2023 0:00", "rewritten date"),
        ("CreationDate", "01.03.2023 00:00", "rewritten date"),
        ("CreationDate", "44986", "rewritten date"),
        ("Note", "'=SUM(A1)", "guarded"),
        ("Note", '="00123"', "guarded"),
        ("Note", "#NAME?", "lost in it"),
        ("Note", "########", "lost in it"),
    ],
)
def test_traces_are_found(column: str, cell: str, words: str) -> None:
    kinds = found(with_cells({column: None}, {column: cell}))
    finding = kinds["spreadsheet"]
    assert finding.certain
    assert words in finding.details[0]
    assert cell in finding.details[0]
    assert (finding.count, finding.places[0].line) == (1, 3)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("IsValid", "True"),
        ("IsValid", "False"),
        ("Note", "TRUE"),
        ("Number", "1230000000000000"),
        ("Number", "5E+XX"),
        ("Identity2", "12345678-1E+2-4321"),
        ("CreationDate", TIME),
        ("CreationDate", "2023-03-01T00:00:00"),
        ("CreationDate", "01/03/2023 00:00:00"),
        ("Note", "3/1/2023 0:00"),
        ("Note", "'tis"),
        ("Note", "# 4"),
        ("Note", "a=b"),
    ],
)
def test_what_exports_write_is_none(column: str, cell: str) -> None:
    assert "spreadsheet" not in found(with_cells({column: cell}))


@pytest.mark.parametrize("container", ["json", "list", "clixml"])
def test_only_tables_are_saved_by_a_spreadsheet(container: str) -> None:
    assert found(with_cells({"IsValid": "TRUE", "Number": "1.23E+15"}, container=container)) == {}


def test_a_workbook_says_the_truth_in_its_own_way() -> None:
    assert found(with_cells({"IsValid": "TRUE"}, container="xlsx")) == {}
    assert "spreadsheet" in found(with_cells({"IsValid": "TRUE", "Number": "1.23E+15"}, container="xlsx"))


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+SUM(1)"])
def test_cells_that_would_be_calculated_are_a_hint(cell: str) -> None:
    kinds = found(with_cells({"Note": cell}, {"Note": "x"}))
    assert set(kinds) == {"formula-cells"}
    assert not kinds["formula-cells"].certain


@pytest.mark.parametrize("cell", ["+49 89 1234", "= 4", "-x", "==" * 0])
def test_numbers_and_words_are_none(cell: str) -> None:
    assert found(with_cells({"Note": cell})) == {}


def test_the_same_trace_in_several_columns_is_counted_once_a_cell() -> None:
    finding = found(with_cells({"A": "1E+12", "B": "2E+12"}, {"A": "3E+12", "B": "4"}))["spreadsheet"]
    assert finding.count == 3
    assert finding.details == ("3 cells with a rounded number: 1E+12, 3E+12, 2E+12",)
