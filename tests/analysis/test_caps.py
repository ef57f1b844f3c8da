"""Files cut off by a limit, and files that only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from omeviz.analysis.caps import CAPS, WORKSHEET_ROWS
from omeviz.events.problems import UnusableRow
from omeviz.export import export
from omeviz.load import load_all
from omeviz.store import Store
from tests.analysis.support import found, numerous, paged


@pytest.mark.parametrize("rows", sorted(CAPS))
def test_exactly_so_many_rows_reached_a_cap(rows: int) -> None:
    cap = found(numerous(rows))["cap-reached"]
    assert cap.certain
    assert cap.places[0].detail == f"{rows:,} rows exactly"
    assert len(cap.commands) == 2


@pytest.mark.parametrize("rows", [4_999, 5_001, 49_999, 99, 101, 121])
def test_one_row_more_or_less_is_no_cap(rows: int) -> None:
    assert found(numerous(rows)) == {}


@pytest.mark.parametrize("rows", [100, 120])
def test_a_small_cap_is_only_a_hint(rows: int) -> None:
    hint = found(numerous(rows))["cap-possible"]
    assert not hint.certain
    assert "may be chance" in hint.why
    assert len(hint.commands) == 2


def test_a_small_cap_is_certain_where_result_count_says_so() -> None:
    kinds = found(numerous(100, index=1, announced=7_312))
    assert set(kinds) == {"cap-reached"}  # and no partial page besides
    assert kinds["cap-reached"].places[0].detail == "100 rows exactly, and ResultCount announces 7,312"


def test_result_count_of_a_small_page_that_is_all_there_proves_nothing() -> None:
    assert set(found(numerous(100, index=1, announced=100))) == {"cap-possible"}


def test_rows_that_are_no_records_count_as_the_export_counts_them() -> None:
    store = numerous(4_999)
    store.unusable.append(UnusableRow(0, 9, "no record", "---"))
    assert "cap-reached" in found(store)


def _two_pages(announced: int) -> Store:
    store = numerous(5_000, index=1, announced=announced)
    return paged([(5_000 + n, announced) for n in range(1, announced - 4_999)], store=store, name="2.csv")


def test_a_page_whose_search_goes_on_in_another_file_is_no_cap() -> None:
    assert found(_two_pages(5_020)) == {}


def test_pages_of_a_search_that_reached_a_cap_itself_are_caps() -> None:
    assert "cap-reached" in found(_two_pages(10_000))


def test_a_page_whose_search_does_not_go_on_is_one() -> None:
    store = numerous(5_000, index=1, announced=5_020)
    assert set(found(paged([(5_001, 5_020)], store=store, name="2.csv"))) == {"cap-reached", "partial-page"}


def test_the_end_of_a_worksheet() -> None:
    kinds = found(numerous(WORKSHEET_ROWS - 1, container="xlsx"))
    assert set(kinds) == {"spreadsheet-rows"}
    assert kinds["spreadsheet-rows"].commands == ()


def test_each_capped_file_is_named_and_the_filter_names_only_those() -> None:
    store = numerous(5_000)
    paged([(1, 2), (2, 2)], store=store, name="other.csv")
    cap = found(store)["cap-reached"]
    assert [place.name for place in cap.places] == ["events.csv"]
    assert cap.filter == "file=events.csv"


@pytest.mark.parametrize(
    ("rows", "kept", "capped"), [(6_000, 5_000, False), (5_000, 2_500, True), (5_000, 5_000, True)]
)
def test_of_an_export_of_omeviz_the_rows_of_its_source_count(
    tmp_path: Path, rows: int, kept: int, capped: bool
) -> None:
    store = numerous(rows, index=1, announced=rows)
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    export(store, range(kept), first, "parquet")
    again = load_all([str(first)])
    export(again, range(kept - 1), second, "parquet")
    for path in (first, second):
        findings = found(load_all([str(path)]))
        assert set(findings) == ({"cap-reached"} if capped else set())
        assert not capped or "in the file they were exported from" in findings["cap-reached"].places[0].detail
