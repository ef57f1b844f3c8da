"""Problems of single records: counted by kind, each with what it means and what to do."""

from __future__ import annotations

import json

import pytest

from omeviz.analysis.kinds import KINDS
from omeviz.events.problems import UnusableRow
from omeviz.query.parse import parse
from omeviz.query.select import matching
from omeviz.store import Store
from tests.analysis.support import found, report_of
from tests.support import PUBLIC_RECORD, portal_record, store_of

WHOLE = json.dumps(PUBLIC_RECORD)
WRAPPER = {"CreationDate": "3/22/2023 7:00:59 PM", "UserIds": "admin@M365x965352.onmicrosoft.com"}


def _one(audit: str | None, **cells: str) -> Store:
    return store_of(audit, wrappers=[{**WRAPPER, **cells}])


FIRES: dict[str, Store] = {
    "audit-data-cut": _one(WHOLE[:300]),
    "no-audit-data": _one(None),
    "not-json": _one("could not be exported"),
    "repeated-key": _one(WHOLE[:-1] + ', "recipient": "second@example.org"}'),
    "shallow-export": _one(json.dumps(portal_record(OperationProperties="System.Object[]"))),
    "odd-code": _one(json.dumps(portal_record(AuthenticationStatus=1.9))),
    "unreadable-time": _one(json.dumps(portal_record(CreationTime="32 March 2023"))),
    "impossible-time": store_of(portal_record(CreationTime="0001-01-01T00:00:00")),
    "disagreement": _one(WHOLE, UserIds="other@contoso.com"),
}
NEAR: dict[str, Store] = {
    "audit-data-cut": _one(WHOLE),
    "no-audit-data": _one("{}"),
    "not-json": _one(json.dumps(portal_record(ResultStatus="could not be exported"))),
    "repeated-key": _one(json.dumps(portal_record(Nested={"Recipient": "second@example.org"}))),
    "shallow-export": _one(json.dumps(portal_record(MailSubject="about objects"))),
    "odd-code": _one(json.dumps(portal_record(AuthenticationStatus=0.0))),
    "unreadable-time": _one(json.dumps(portal_record(CreationTime="2023-03-22T19:00:59Z"))),
    "impossible-time": store_of(portal_record(CreationTime="2010-01-01T00:00:00")),
    "disagreement": _one(WHOLE, UserIds="ADMIN@m365x965352.onmicrosoft.com"),
}


@pytest.mark.parametrize("kind", FIRES)
def test_each_problem_is_found(kind: str) -> None:
    finding = found(FIRES[kind])[kind]
    assert finding.certain
    assert finding.count == 1
    assert (finding.places[0].name, finding.places[0].line) == ("events.csv", 2)


@pytest.mark.parametrize("kind", NEAR)
def test_what_is_only_near_it_is_not(kind: str) -> None:
    assert found(NEAR[kind]) == {}


@pytest.mark.parametrize("kind", FIRES)
def test_the_filter_shows_the_events(kind: str) -> None:
    store = FIRES[kind]
    assert list(matching(store, parse(found(store)[kind].filter))) == [0]
    assert list(matching(NEAR[kind], parse(found(store)[kind].filter))) == []


def test_impossible_times_never_stretch_the_time_covered() -> None:
    times = ("0001-01-01T00:00:00", "2023-03-22T19:00:59", "2093-01-01T00:00:00", "2023-03-23T00:00:00")
    report = report_of(store_of(*(portal_record(Id=time, CreationTime=time) for time in times)))
    assert (str(report.first), str(report.last)) == ("2023-03-22 19:00:59", "2023-03-23 00:00:00")
    assert report.impossible == report.files[0].impossible == 2


@pytest.mark.parametrize(
    ("length", "words"),
    [(3_060, "about 3,060 characters"), (32_767, "32,767 characters, the most that a spreadsheet"), (1_234, "")],
)
def test_common_lengths_of_cut_audit_data_are_named(length: int, words: str) -> None:
    audit = json.dumps(portal_record(More="x" * 40_000))[:length]
    details = found(store_of(audit))["audit-data-cut"].details
    assert [words in detail for detail in details] == ([True] if words else [])


def test_unusable_rows_and_their_first_line() -> None:
    store = store_of(portal_record())
    store.unusable += [UnusableRow(0, 9, "no record", "--- page 2"), UnusableRow(0, 7, "no record", "")]
    finding = found(store)["unusable-rows"]
    assert (finding.count, finding.places[0].line, finding.filter) == (2, 7, "")


def test_a_file_that_was_not_read_to_its_end() -> None:
    store = store_of(portal_record())
    store.sources[0].complete = False
    assert found(store)["incomplete"].certain


def test_only_the_files_in_question_are_in_the_filter() -> None:
    store = store_of(portal_record(Id="other", AuthenticationStatus=7), name="other.csv")
    store_of(WHOLE[:300], name='an "odd" name.csv', store=store)
    finding = found(store)["audit-data-cut"]
    assert list(matching(store, parse(finding.filter))) == [1]
    assert "other" not in finding.filter


def test_the_filter_shows_an_event_whose_damaged_copy_is_hidden() -> None:
    store = store_of(portal_record(), name="sound.csv")
    store_of(WHOLE[:300], name="cut.csv", store=store)
    assert list(matching(store, parse(found(store)["audit-data-cut"].filter))) == [0]


def test_every_kind_says_what_it_means_and_what_to_do() -> None:
    for name, kind in KINDS.items():
        assert kind.meaning.endswith("."), name
        assert kind.remedy.endswith("."), name
        assert bool(kind.why) == (kind.level == "hint"), name
