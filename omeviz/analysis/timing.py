"""Unusual silences, and events that may not have arrived yet when the file was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from omeviz.analysis.findings import FileFacts, Finding, Gap
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import Material

LATE = timedelta(minutes=90)
"""Microsoft promises records 60 to 90 minutes after the event; many come later."""

FEWEST = 100
"""Different moments below which no rhythm can be told."""

LONGER = 5
"""How many times as long as the usual long silences an unusual one is."""

NEIGHBOURS = 10
"""So many events must there be within a gap's length before it or behind it."""

SHORTEST = timedelta(hours=1)
"""A shorter silence is never unusual."""

MOST_GAPS = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKS = 6
"""So many of a weekday must be there before a silent one is unusual."""

BUSY = 5
"""So many events must all others of that weekday have."""


def late_data(material: Material, files: Sequence[FileFacts]) -> Iterator[Finding]:
    """Files written so soon after their newest event that more may have come."""
    places = []
    for index, file in enumerate(files):
        if file.modified is not None and file.last is not None and timedelta(0) <= file.modified - file.last <= LATE:
            minutes = (file.modified - file.last) // timedelta(minutes=1)
            detail = f"written {minutes} minutes after its newest event, {file.last:%Y-%m-%d %H:%M:%S} UTC"
            places.append(material.place(index, 1, detail))
    if places:
        yield finding("late-data", places)


def modified_time(seconds: float | None) -> datetime | None:
    """A file's time as naive UTC; None where it is none."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        return None


def gaps_in(times: pl.Series) -> tuple[Gap, ...] | None:
    """Unusual silences between events, longest first; None where there are too few events to tell.

    A silence is unusual where it is `LONGER` times as long as the long ones usually are (nights and weekends are such
    long ones wherever they are silent), or where it holds a whole day that on the same weekday is never silent else.

    Args:
        times: Naive UTC times of events, in any order.
    """
    moments = times.unique().sort()
    if moments.len() < FEWEST:
        return None
    found = {gap.after: gap for gap in (*_silent_days(times, moments), *_long_silences(moments))}
    found = {after: gap for after, gap in found.items() if _is_amid_events(gap, moments)}
    return tuple(sorted(found.values(), key=lambda gap: (-gap.length, gap.after))[:MOST_GAPS])


def _is_amid_events(gap: Gap, moments: pl.Series) -> bool:
    """Whether as much time just before it, or just behind it, is full of events: a sparse stretch has no rhythm."""
    moments_around = [gap.after - gap.length, gap.after, gap.before, gap.before + gap.length]
    ends = pl.Series(moments_around, dtype=moments.dtype)
    low, at, behind, high = moments.search_sorted(ends, side="left").to_list()
    return int(max(at - low, high - behind)) >= NEIGHBOURS


def _long_silences(moments: pl.Series) -> Iterator[Gap]:
    table = pl.DataFrame({"after": moments.head(-1), "length": moments.diff().tail(-1)})
    span = moments[-1] - moments[0]
    weeks = span // timedelta(weeks=1)
    compared = max(8, 2 * weeks)
    longest = table.sort("length", descending=True).head(MOST_GAPS + compared)
    lengths = longest.get_column("length").to_list()
    starts = longest.get_column("after").to_list()
    for place, (start, length) in enumerate(zip(starts[:MOST_GAPS], lengths, strict=False)):
        others = lengths[place + 1 : place + 1 + compared]
        if not others:
            return
        usual = others[len(others) // 2]
        if length < SHORTEST or length < LONGER * usual:
            return
        yield Gap(start, start + length, f"long silences usually last {duration(usual)}")


def _silent_days(times: pl.Series, moments: pl.Series) -> Iterator[Gap]:
    """Silences that hold a day without events, where all others of that weekday, at least `WEEKS`, are busy."""
    first, last = moments[0].date(), moments[-1].date()
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    counts = times.dt.date().alias("day").value_counts(name="events")
    days = days.join(counts, on="day", how="left").with_columns(
        pl.col("events").fill_null(0), weekday=pl.col("day").dt.weekday()
    )
    days = days.slice(1, max(0, days.height - 2))  # the first and the last day are not whole
    silent = days.filter(pl.col("events") == 0)
    if not 0 < silent.height <= MOST_GAPS:
        return
    usual = days.group_by("weekday").agg(
        silent=(pl.col("events") == 0).sum(),
        weeks=pl.len(),
        events=pl.col("events").filter(pl.col("events") > 0).min(),
    )
    odd = silent.drop("events").join(
        usual.filter((pl.col("silent") == 1) & (pl.col("weeks") > WEEKS) & (pl.col("events") >= BUSY)), on="weekday"
    )
    for day, events in odd.select("day", "events").iter_rows():
        at = int(moments.search_sorted(datetime(day.year, day.month, day.day), side="left"))
        yield Gap(moments[at - 1], moments[at], f"every other {WEEKDAYS[day.weekday()]} has {events:,} events or more")


def gap_finding(gaps: Sequence[Gap] | None) -> Iterator[Finding]:
    """The gaps as a finding, whose filter shows the events around the longest."""
    if gaps:
        longest = gaps[0]
        around = f"time:{longest.after:%Y-%m-%dT%H:%M:%S}Z..{longest.before:%Y-%m-%dT%H:%M:%S}Z"
        details = tuple(
            f"{gap.after:%Y-%m-%d %H:%M:%S} to {gap.before:%Y-%m-%d %H:%M:%S} UTC, {duration(gap.length)}; {gap.usual}"
            for gap in gaps
        )
        yield finding("gap", (), count=len(gaps), details=details, filter=around)


def duration(length: timedelta) -> str:
    """`3 days 4 hours`, `12 minutes`: the two largest units."""
    minutes = int(length.total_seconds() // 60)
    if not minutes:
        return _many(int(length.total_seconds()), "second")
    days, rest = divmod(minutes, 24 * 60)
    parts = [
        _many(number, unit) for number, unit in ((days, "day"), (rest // 60, "hour"), (rest % 60, "minute")) if number
    ]
    return " ".join(parts[:2])


def _many(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
