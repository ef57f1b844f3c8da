"""Unusual silences, and events that may be late."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from omeviz.analysis.findings import Gap
from omeviz.analysis.timing import duration, gap_finding, gaps_in, modified_time
from omeviz.query.parse import parse
from tests.analysis.support import found
from tests.support import portal_record, store_of

START = datetime(2024, 1, 1)
Times = list[datetime]


def gaps(times: Times) -> tuple[Gap, ...] | None:
    return gaps_in(pl.Series(times, dtype=pl.Datetime("us")))


def steady(count: int, minutes: int = 10) -> Times:
    return [START + timedelta(minutes=minutes * number) for number in range(count)]


def office(seed: int, weeks: int = 12, a_day: int = 40) -> Times:
    """Office hours, silent nights, nearly silent weekends."""
    rng = random.Random(seed)
    times = []
    for day in (START + timedelta(days=number) for number in range(7 * weeks)):
        count = a_day if day.weekday() < 5 else rng.randint(0, 2)
        times += [day + timedelta(hours=min(23.9, max(0.0, rng.gauss(13, 3)))) for _ in range(count)]
    return times


def by_chance(seed: int, count: int = 1_000) -> Times:
    rng = random.Random(seed)
    return [START + timedelta(hours=rng.uniform(0, 500)) for _ in range(count)]


def without(times: Times, first: datetime, last: datetime) -> Times:
    return [time for time in times if not first <= time < last]


@pytest.mark.parametrize("make", [office, by_chance])
@pytest.mark.parametrize("seed", range(6))
def test_nights_weekends_and_chance_are_usual(make: Callable[[int], Times], seed: int) -> None:
    assert gaps(make(seed)) == ()


def test_a_silence_in_a_steady_log() -> None:
    first, last = START + timedelta(days=2), START + timedelta(days=3)
    (gap,) = gaps(without(steady(1_000), first, last)) or ()
    assert (gap.after, gap.before) == (first - timedelta(minutes=10), last)
    assert gap.usual == "long silences usually last 10 minutes"


@pytest.mark.parametrize(("minutes", "number"), [(50, 0), (60, 1)])
def test_a_short_silence_is_none(minutes: int, number: int) -> None:
    first = START + timedelta(hours=5)
    silent = gaps(without(steady(1_000, 5), first, first + timedelta(minutes=minutes - 5))) or ()
    assert len(silent) == number


@pytest.mark.parametrize("seed", range(3))
def test_a_weekday_that_is_never_silent_else(seed: int) -> None:
    day = datetime(2024, 2, 14)
    (gap,) = gaps(without(office(seed), day, day + timedelta(days=1))) or ()
    assert gap.after < day
    assert gap.before > day + timedelta(days=1)
    assert gap.usual.startswith("every other Wednesday has ")


@pytest.mark.parametrize("seed", range(3))
def test_a_missing_part_of_an_export(seed: int) -> None:
    (gap,) = gaps(without(office(seed), datetime(2024, 2, 5), datetime(2024, 2, 19))) or ()
    assert gap.length > timedelta(days=13)


def test_a_small_sample_has_no_rhythm() -> None:
    assert gaps(without(steady(120), START + timedelta(hours=2), START + timedelta(hours=12))) is None


def test_a_sparse_stretch_beside_a_dense_one_is_no_row_of_gaps() -> None:
    sparse = [START + timedelta(days=400, hours=12 * number) for number in range(20)]
    assert [gap.length.days for gap in gaps(steady(1_000) + sparse) or ()] == [393]


def test_the_finding_shows_the_events_around_the_longest() -> None:
    found_gaps = gaps(without(steady(1_000), START + timedelta(days=2), START + timedelta(days=3)))
    (finding,) = gap_finding(found_gaps)
    assert not finding.certain
    assert finding.filter == "time:2024-01-02T23:50:00Z..2024-01-04T00:00:00Z"
    parse(finding.filter)
    assert list(gap_finding(())) == list(gap_finding(None)) == []


NEWEST = datetime(2023, 3, 22, 19, 0, 59)


def _written(after: timedelta) -> list[str]:
    store = store_of(portal_record())
    store.sources[0].modified = (NEWEST + after).replace(tzinfo=UTC).timestamp()
    return list(found(store))


@pytest.mark.parametrize("minutes", [0, 10, 90])
def test_a_file_written_soon_after_its_newest_event_may_lack_some(minutes: int) -> None:
    assert _written(timedelta(minutes=minutes)) == ["late-data"]


@pytest.mark.parametrize("minutes", [-1, 91, 60 * 24])
def test_a_file_written_later_does_not(minutes: int) -> None:
    assert _written(timedelta(minutes=minutes)) == []


def test_times_that_no_file_can_have() -> None:
    assert modified_time(None) is None
    assert modified_time(1e300) is None
    assert modified_time(0.0) == datetime(1970, 1, 1)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=61), "1 hour 1 minute"),
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours"),
        (timedelta(days=3, minutes=5), "3 days 5 minutes"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_durations_in_words(length: timedelta, words: str) -> None:
    assert duration(length) == words
