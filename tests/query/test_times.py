"""Dates in filters: units, ranges, offsets, and clocks that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.query.times import first_instant, parse_moment, parse_times

BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
SAO_PAULO, HAVANA, APIA = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/Havana"), ZoneInfo("Pacific/Apia")


def told(text: str, zone: tzinfo = UTC) -> list[tuple[str | None, str | None]]:
    return [(_iso(low), _iso(high)) for low, high in parse_times(text, zone)]


def _iso(instant: int | None) -> str | None:
    if instant is None:
        return None
    return (datetime(1970, 1, 1) + timedelta(microseconds=instant)).isoformat()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2023", "2023-01-01T00:00:00", "2024-01-01T00:00:00"),
        ("2023-12", "2023-12-01T00:00:00", "2024-01-01T00:00:00"),
        ("2024-02", "2024-02-01T00:00:00", "2024-03-01T00:00:00"),
        ("2023-03-22", "2023-03-22T00:00:00", "2023-03-23T00:00:00"),
        ("2023-3-2", "2023-03-02T00:00:00", "2023-03-03T00:00:00"),
        ("2023-03-22T19", "2023-03-22T19:00:00", "2023-03-22T20:00:00"),
        ("2023-03-22T19:00", "2023-03-22T19:00:00", "2023-03-22T19:01:00"),
        ("2023-03-22 19:00:59", "2023-03-22T19:00:59", "2023-03-22T19:01:00"),
        ("2023-03-22T19:00:59.5", "2023-03-22T19:00:59.500000", "2023-03-22T19:00:59.600000"),
        ("2023-03-22T19:00:59.0000000Z", "2023-03-22T19:00:59", "2023-03-22T19:00:59.000001"),
        ("2023-03-22T19:00+02:00", "2023-03-22T17:00:00", "2023-03-22T17:01:00"),
        ("2023-03-22T19:00-0530", "2023-03-23T00:30:00", "2023-03-23T00:31:00"),
        ("2023-03-22..2023-03-24", "2023-03-22T00:00:00", "2023-03-25T00:00:00"),
        ("2023-03..2023-03-24T12", "2023-03-01T00:00:00", "2023-03-24T13:00:00"),
        ("2023-03-22..", "2023-03-22T00:00:00", None),
        ("..2023-03-22", None, "2023-03-23T00:00:00"),
    ],
)
def test_units_and_ranges(text: str, low: str | None, high: str | None) -> None:
    assert told(text) == [(low, high)]


def test_the_zone_counts_only_without_an_offset() -> None:
    assert told("2023-03-22", BERLIN) == [("2023-03-21T23:00:00", "2023-03-22T23:00:00")]
    assert told("2023-03-22T12Z", BERLIN) == [("2023-03-22T12:00:00", "2023-03-22T13:00:00")]


def test_days_of_23_and_25_hours() -> None:
    assert told("2023-03-26", BERLIN) == [("2023-03-25T23:00:00", "2023-03-26T22:00:00")]
    assert told("2023-10-29", BERLIN) == [("2023-10-28T22:00:00", "2023-10-29T23:00:00")]


def test_an_hour_that_happens_twice() -> None:
    assert told("2023-10-29T02", BERLIN) == [("2023-10-29T00:00:00", "2023-10-29T02:00:00")]
    assert told("2023-10-29T02:30", BERLIN) == [
        ("2023-10-29T00:30:00", "2023-10-29T00:31:00"),
        ("2023-10-29T01:30:00", "2023-10-29T01:31:00"),
    ]
    assert told("2023-10-29T02:59:59", BERLIN)[0] == ("2023-10-29T00:59:59", "2023-10-29T01:00:00")
    assert told("2023-04-02T01", LORD_HOWE) == [("2023-04-01T14:00:00", "2023-04-01T15:30:00")]


def test_an_hour_that_does_not_happen() -> None:
    assert told("2023-03-26T02", BERLIN) == []
    assert told("2023-03-26T02:30", BERLIN) == []
    assert _iso(first_instant(parse_moment("2023-03-26T02:30", BERLIN))) == "2023-03-26T01:00:00"
    assert told("2023-03-26T02:30..2023-03-26T03:00", BERLIN) == [("2023-03-26T01:00:00", "2023-03-26T01:01:00")]
    assert told("2011-12-30", APIA) == []


def test_clocks_that_change_at_midnight() -> None:
    assert told("2018-11-04", SAO_PAULO) == [("2018-11-04T03:00:00", "2018-11-05T02:00:00")]
    assert told("2018-02-17", SAO_PAULO) == [("2018-02-17T02:00:00", "2018-02-18T03:00:00")]
    assert told("2023-11-05", HAVANA) == [("2023-11-05T04:00:00", "2023-11-06T05:00:00")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "22.03.2023",
        "2023-00",
        "2023-13",
        "2023-02-29",
        "2023-03-22T24",
        "2023-03-22T19:60",
        "..",
        "2023-03-22T19:00+25:00",
        "2023-03-22T19:00+01:75",
        "2023...2024",
        "٢٠٢٣",
    ],
)
def test_no_dates(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_times(text, UTC)


@pytest.mark.parametrize("text", ["0001", "0001-01-01T00:00", "9999", "9999-12-31T23:59:59", "9999..", "..0001"])
@pytest.mark.parametrize("zone", [UTC, BERLIN, NEW_YORK, APIA])
def test_the_ends_of_the_calendar(text: str, zone: tzinfo) -> None:
    for low, high in parse_times(text, zone):
        assert low is None or high is None or low < high


SHAPES = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


@settings(deadline=None)
@given(
    st.integers(1_672_531_200, 1_704_067_200),
    st.integers(-7200, 7200),
    st.sampled_from(SHAPES),
    st.sampled_from([UTC, BERLIN, NEW_YORK, LORD_HOWE]),
)
def test_a_unit_holds_exactly_the_moments_that_read_like_it(second: int, away: int, shape: str, zone: tzinfo) -> None:
    def written(instant: int) -> str:
        return datetime.fromtimestamp(instant, UTC).astimezone(zone).strftime(shape)

    other = second + away
    micros = other * 1_000_000
    held = any(low <= micros < high for low, high in parse_times(written(second), zone) if low is not None and high)
    assert held == (written(other) == written(second))
