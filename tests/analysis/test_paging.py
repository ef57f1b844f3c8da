"""What ResultIndex and ResultCount say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omeviz.events.problems import UnusableRow
from tests.analysis.support import found, found_in, paged, report_of
from tests.support import portal_record, store_of


def test_index_minus_one_of_none_is_a_time_out() -> None:
    finding = found(paged([(-1, 0), (-1, 0), (-1, 0)]))["time-out"]
    assert finding.certain
    assert (finding.count, finding.places[0].line) == (3, 2)


@pytest.mark.parametrize("page", [(-1, 1), (0, 0), (1, 1)])
def test_other_numbers_are_no_time_out(page: tuple[int, int]) -> None:
    assert "time-out" not in found(paged([page]))


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [
        ('"","","","","","-1","0","","True","Unchanged"', True),
        (",,,,,-1,0,,,", True),
        ('{"ResultIndex": -1, "ResultCount": 0}', True),
        ("ResultIndex : -1", True),
        ('"","","","","","1","0","","True","Unchanged"', False),
        ("temperature,2-1,0", False),
    ],
)
def test_a_time_out_without_a_record_is_seen_in_the_raw_row(raw: str, is_one: bool) -> None:
    store = paged([(1, 1)])
    store.unusable.append(UnusableRow(0, 3, "no record", raw))
    assert ("time-out" in found(store)) == is_one


def test_fewer_rows_than_announced_are_a_hint_that_says_why() -> None:
    hint = found(paged([(n, 30) for n in range(1, 21)]))["partial-page"]
    assert not hint.certain
    assert "since 2026" in hint.why.lower()
    assert hint.details == ("20 of 30 rows that ResultCount announces are here",)


COMPLETE = [
    pytest.param([(n, 30) for n in range(1, 31)], id="all"),
    pytest.param([(n, 30) for n in range(30, 0, -1)], id="newest last"),
    pytest.param([(n, 16) for n in range(1, 17)] * 2 + [(n, 8) for n in range(1, 9)], id="three exports joined"),
    pytest.param([(n, 30) for n in range(1, 16)] + [(n, 31) for n in range(16, 32)], id="one came in meanwhile"),
    pytest.param([(n, 10) for n in range(1, 31)], id="the page's own size"),
    pytest.param([(n, 10) for n in range(1, 11)] * 3, id="the page's own size, counted from 1"),
    pytest.param([(n, 10) for n in range(1, 11)] + [(n, 3) for n in range(11, 14)], id="a last page"),
    pytest.param([(0, 0)] * 5, id="nothing is counted"),
]


@pytest.mark.parametrize("pages", COMPLETE)
def test_complete_searches_give_no_hint(pages: list[tuple[int, int]]) -> None:
    assert found(paged(pages)) == {}


def test_pages_in_several_files_belong_together() -> None:
    store = paged([(n, 20) for n in range(1, 11)], name="1.csv")
    assert "partial-page" in found(store)
    assert found(paged([(n, 20) for n in range(11, 21)], name="2.csv", store=store)) == {}


def test_a_missing_page_in_the_middle() -> None:
    hint = found(paged([(n, 10) for n in (*range(1, 11), *range(21, 31))]))["partial-page"]
    assert hint.details == ("ResultIndex leaves out 10 numbers between its first and last",)


def test_numbers_that_are_none_say_nothing() -> None:
    cells = [{"ResultIndex": index, "ResultCount": count} for index, count in (("", "7"), ("x", "7"), ("9" * 30, "7"))]
    assert found(store_of("{}", '{"Id":"1"}', '{"Id":"2"}', wrappers=cells)) == {}
    assert found(paged([(10**15, 10**15), (10**18, 9 * 10**18)])) == {}


def test_rows_dropped_while_reading_are_not_missing() -> None:
    store = paged([(3, 7), (6, 7)])
    source = store.sources[0]
    source.rows, source.records, source.dropped, source.kept_only = 7, 7, 5, "type:OMEPortal"
    report = report_of(store)
    assert report.findings == ()
    (file,) = report.files
    assert (file.rows, file.records, file.dropped, file.events, file.copies) == (7, 7, 5, 2, 0)


@pytest.mark.parametrize(
    ("last", "hinted"), [([True], True), ([False], False), ([True, True], True), ([True, False], False)]
)
def test_a_link_to_a_next_page_is_a_hint_unless_another_file_may_be_that_page(
    tmp_path: Path, last: list[bool], hinted: bool
) -> None:
    pages = []
    for number, more in enumerate(last):
        link = {"@odata.nextLink": "https://graph.example/next"} if more else {}
        pages.append(json.dumps({**link, "value": [portal_record(Id=f"id-{number}")]}).encode())
    hint = found_in(tmp_path, *pages).get("next-page")
    assert (hint is not None) == hinted
    assert hint is None or (not hint.certain and hint.count == len(last))
