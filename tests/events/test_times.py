"""Times in every form that exports write, and the order of day and month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.events.problems import ProblemKind
from omeviz.events.times import Order, agrees, default_order, is_ambiguous, parse_any, parse_iso, vote
from tests.events.support import decoded, kinds, value
from tests.sample_parts.rows import day_first, month_first, year_first

PUBLIC = datetime(2023, 3, 22, 19, 0, 59)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))

FORMS = {
    "2023-03-22T19:00:59": PUBLIC,
    "2023-03-22T19:00:59Z": PUBLIC,
    "2023-03-22T19:00:59z": PUBLIC,
    "2023-03-22 19:00:59": PUBLIC,
    "2023-03-22T21:00:59+02:00": PUBLIC,
    "2023-03-22T12:00:59-0700": PUBLIC,
    "2023-03-22T19:00:59.0000000Z ": PUBLIC,
    "2023-03-22T19:00:59.1234567Z": PUBLIC.replace(microsecond=123456),
    "2023-03-22T19:00:59.5": PUBLIC.replace(microsecond=500000),
    "3/22/2023 7:00:59 PM": PUBLIC,
    "03/22/2023 07:00:59 PM": PUBLIC,
    "3/22/2023 7:00:59\u202fPM": PUBLIC,
    "3/22/2023 19:00:59": PUBLIC,
    "3/22/2023, 7:00:59.000 PM": PUBLIC,
    "2023-03-22 7:00:59 PM": PUBLIC,
    "2023/03/22 19:00:59": PUBLIC,
    "22.03.2023 19:00:59": PUBLIC,
    "22-03-2023 19.00.59": PUBLIC,
    "22/03/2023 19:00:59": PUBLIC,
    "3/22/2023 7:00:59 p.m.": PUBLIC,
    "3/22/23 7:00:59 PM": PUBLIC,
    "3/22/2023 12:00:59 AM": PUBLIC.replace(hour=0),
    "3/22/2023 12:00:59 PM": PUBLIC.replace(hour=12),
    "3/22/2023 7:00 PM": PUBLIC.replace(second=0),
    "3/22/2023": PUBLIC.replace(hour=0, minute=0, second=0),
    "/Date(1679511659000)/": PUBLIC,
    "\\/Date(1679511659000)\\/": PUBLIC,
}


@pytest.mark.parametrize("text", FORMS)
def test_forms(text: str) -> None:
    order: Order = "dmy" if text.startswith("22") else "mdy"
    for shown in (text, f" {text} "):
        read = parse_any(shown, order)
        assert read is not None
        assert read[0] == FORMS[text]
    assert value("time", {"CreationTime": text}) == FORMS[text] or order == "dmy"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "2023", "13/13/2023", "22/03/2023 19:00:59 PM", "3/22/2023 0:00:59 AM", "0/1/2023"),
        *("2023-02-29T00:00:00", "2023-03-22T24:00:01", "2023-03-22T19:60:00", "2023-03-22T19+01:00", "3/22"),
        *("2023-03-22T19:00:59+25:00", "3/22-2023", "1/2/3", "0001-01-01T00:00:00+10:00", "32 March 2023"),
        *("/Date(99999999999999999)/", "/Date(999999999999999)/", "/Date(x)/", "٢٠٢٣-٠٣-٢٢T١٩:٠٠:٥٩", "1e3"),
        *("3/22/2023 7:00:59 PM x", "x 3/22/2023", "45007.79235", "2023-03-22T19:00:59" * 2, "9" * 5_000),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse_any(text) is None
    if text.strip():
        assert kinds(decoded({"CreationTime": text})) == ProblemKind.BAD_TIME
        assert kinds(decoded({}, {"CreationDate": text})) == ProblemKind.BAD_TIME


@given(moment=MOMENTS)
def test_every_moment_in_the_cultures_formats(moment: datetime) -> None:
    assert parse_any(month_first(moment), "mdy") == (moment, 1)
    assert parse_any(day_first(moment), "dmy") == (moment, 1)
    assert parse_any(year_first(moment), "ymd") == (moment, 1)
    assert parse_any(f"{moment:%d.%m.%Y %H:%M:%S}", "dmy") == (moment, 1)
    assert parse_any(f"{moment:%Y-%m-%dT%H:%M:%S}.0000000Z ", "mdy") == (moment, 1)
    assert parse_any(f"{moment:%m/%d/%Y %H:%M}", "mdy") == (moment.replace(second=0), 60)
    assert parse_any(f"{moment:%m/%d/%Y}", "mdy") == (datetime(moment.year, moment.month, moment.day), 86_400)
    epoch = int(moment.replace(tzinfo=UTC).timestamp() * 1000)
    assert parse_any(f"/Date({epoch})/") == (moment, 1)


@given(text=st.text(st.sampled_from("0123456789-/.:T+Z APMapm\u202f,"), max_size=30))
def test_no_text_raises_and_what_is_read_has_no_zone(text: str) -> None:
    for order in ("dmy", "mdy", "ymd"):
        read = parse_any(text, order)
        assert read is None or read[0].tzinfo is None
    iso = parse_iso(text)
    assert iso is None or iso.tzinfo is None
    decoded({"CreationTime": text}, {"CreationDate": text})


@given(moment=MOMENTS)
def test_votes(moment: datetime) -> None:
    truth: datetime | None = moment
    for text, order in ((month_first(moment), "mdy"), (day_first(moment), "dmy")):
        other = "dmy" if order == "mdy" else "mdy"
        assert vote(text, truth) == (None if moment.day == moment.month else order)
        assert vote(text, None) == (order if moment.day > 12 else None)
        assert vote(text, truth) != other
    assert vote(year_first(moment), truth) is None


def test_no_vote_where_neither_reading_is_true() -> None:
    assert vote("3/12/2023 10:00:00", datetime(2023, 6, 1)) is None
    assert vote("soon", PUBLIC) is None


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [("3/12/2023", True), ("22/03/2023", True), ("2023-03-12", False), ("2023-03-12T00:00:00", False), ("x", False)],
)
def test_ambiguous(text: str, ambiguous: bool) -> None:
    assert is_ambiguous(text) == ambiguous


@pytest.mark.parametrize(("text", "order"), [("3/4/2023", "mdy"), ("3.4.2023", "dmy"), ("3-4-2023", "dmy")])
def test_the_likelier_order_where_nothing_tells(text: str, order: Order) -> None:
    assert default_order(text) == order


def test_agreement_is_as_fine_as_what_is_written() -> None:
    for precision in (1, 60, 86_400):
        just = timedelta(seconds=precision) - timedelta(microseconds=1)
        assert agrees(PUBLIC, precision, PUBLIC + just)
        assert not agrees(PUBLIC, precision, PUBLIC + timedelta(seconds=precision))


@pytest.mark.parametrize("cell", ["3/22/2023 7:00:59 PM", "3/22/2023 7:00 PM", "3/22/2023", "2023-03-22T19:00:59.9"])
def test_a_wrapper_that_agrees(cell: str) -> None:
    assert kinds(decoded({"CreationTime": "2023-03-22T19:00:59"}, {"CreationDate": cell})) == 0


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("3/22/2023 8:00:59 PM", "local time"),
        ("3/22/2023 12:30:59 PM", "local time"),
        ("3/22/2023 7:01:00 PM", ""),
        ("3/23/2023", ""),
        ("3/23/2023 8:00:00 PM", ""),
    ],
)
def test_a_wrapper_that_disagrees(cell: str, hint: str) -> None:
    record = decoded({"CreationTime": "2023-03-22T19:00:59"}, {"CreationDate": cell})
    assert kinds(record) == ProblemKind.DISAGREEMENT
    assert value("time", {"CreationTime": "2023-03-22T19:00:59"}, {"CreationDate": cell}) == PUBLIC
    assert record.problems[0].detail.endswith(hint)


def test_swapped_day_and_month_are_told() -> None:
    record = decoded({"CreationTime": "2023-03-04T19:00:59"}, {"CreationDate": "4/3/2023 7:00:59 PM"}, dates="mdy")
    assert kinds(record) == ProblemKind.DISAGREEMENT
    assert "swapped" in record.problems[0].detail
    assert record.vote == "dmy"
    agreeing = decoded({"CreationTime": "2023-03-04T19:00:59"}, {"CreationDate": "4/3/2023 7:00:59 PM"}, dates="dmy")
    assert kinds(agreeing) == 0


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00", "1999-12-31T23:59:59", "2009-12-31T23:59:59", "2093-03-22T19:00:59"]
)
def test_impossible_times(text: str) -> None:
    record = decoded({"CreationTime": text})
    assert kinds(record) == ProblemKind.IMPOSSIBLE_TIME
    assert value("time", {"CreationTime": text}) == datetime.fromisoformat(text)


def test_possible_times() -> None:
    for text in ("2010-01-01T00:00:00", "2023-03-22T19:00:59", "2030-01-01T00:00:00"):
        assert kinds(decoded({"CreationTime": text})) == 0


@pytest.mark.parametrize("written", ["1679511659", "true", "[]", "{}", "1.5", '["2023-03-22T19:00:59"]'])
def test_a_creation_time_that_is_no_text(written: str) -> None:
    record = decoded(f'{{"CreationTime":{written}}}', {"CreationDate": "3/22/2023 7:00:59 PM"})
    assert kinds(record) == ProblemKind.BAD_TIME
    assert value("time", f'{{"CreationTime":{written}}}', {"CreationDate": "3/22/2023 7:00:59 PM"}) == PUBLIC


def test_an_absent_creation_time_is_no_problem() -> None:
    for audit in ({}, {"CreationTime": None}, {"CreationTime": ""}):
        assert kinds(decoded(audit)) == 0
        assert value("time", audit) is None
