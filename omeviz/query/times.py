"""Dates and times as a filter writes them, to moments in UTC.

`2023`, `2023-03`, `2023-03-22`, `2023-03-22T19`, `…T19:00`, `…T19:00:59`, `…T19:00:59.5`, each with `Z` or an
offset such as `+01:00` behind it; a blank may stand for the `T`. Without `Z` or offset the filter's zone counts,
and a unit means every moment whose local time begins like that: where clocks go back, both of them; where they
go forward, none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from omeviz.query.tree import Interval

_MOMENT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[Tt ]+(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?)?)?)?"
    r"[ ]?(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1)
_MINUTE = 60_000_000
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """One written date or time: a unit of local time.

    Attributes:
        start: Its first local moment, naive.
        stop: The first local moment after it, naive; `datetime.max` at the end of the calendar.
        zone: In which it is local.
        fine: The unit is a minute or shorter.
    """

    start: datetime
    stop: datetime
    zone: tzinfo
    fine: bool


def parse_times(text: str, zone: tzinfo) -> tuple[Interval, ...]:
    """The moments of a date, a time, or a range `A..B`, `A..`, `..B` (the whole of both).

    Raises:
        ValueError: It is none; the message says why.
    """
    if ".." not in text:
        return _whole(parse_moment(text, zone))
    first, last = (part.strip() for part in text.split("..", 1))
    if not first and not last:
        raise ValueError("a range needs a date on at least one side of `..`")
    low = first_instant(parse_moment(first, zone)) if first else None
    high = _end(parse_moment(last, zone)) if last else None
    return ((low, high),)


def parse_moment(text: str, zone: tzinfo) -> Moment:
    """One date or time.

    Raises:
        ValueError: It is none; the message says why.
    """
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        raise ValueError("not a date")
    parts = match.groupdict()
    numbers = [int(parts[name] or low) for name, low in _LOWEST]
    fraction = (parts["fraction"] or "")[:6]
    year, month, day, hour, minute, second = numbers
    start = datetime(year, month, day, hour, minute, second, int(fraction.ljust(6, "0")))
    stop = _stop(start, parts, len(fraction))
    fine = parts["minute"] is not None
    return Moment(start, stop, _offset(parts["offset"]) or zone, fine)


_LOWEST = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError("an offset's minutes go up to 59")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if text[0] == "-" else shift)


def _stop(start: datetime, parts: dict[str, str | None], fraction_digits: int) -> datetime:
    try:
        if parts["month"] is None:
            return start.replace(year=start.year + 1)
        if parts["day"] is None:
            months = start.year * 12 + start.month
            return start.replace(year=months // 12, month=months % 12 + 1)
        if parts["hour"] is None:
            return start + timedelta(days=1)
        if parts["minute"] is None:
            return start + timedelta(hours=1)
        if parts["second"] is None:
            return start + timedelta(minutes=1)
        return start + timedelta(microseconds=10 ** (6 - fraction_digits))
    except (ValueError, OverflowError):
        return datetime.max


def first_instant(moment: Moment) -> int:
    """The first moment whose local time is the unit's start or later (microseconds UTC)."""
    return _first(moment.start, moment.zone)


def _end(moment: Moment) -> int:
    """The end of the unit's last moment, exclusive."""
    intervals = _whole(moment)
    return max(high for _, high in intervals if high is not None) if intervals else _first(moment.stop, moment.zone)


def _whole(moment: Moment) -> tuple[Interval, ...]:
    if moment.fine:
        return tuple(_merged(_occurrences(moment.start, moment.stop, moment.zone)))
    if moment.stop - moment.start == timedelta(hours=1):
        # Clocks may change within it; minutes never contain a change.
        minutes = (moment.start + timedelta(minutes=m) for m in range(60))
        return tuple(_merged(i for m in minutes for i in _occurrences(m, m + timedelta(minutes=1), moment.zone)))
    low, high = _first(moment.start, moment.zone), _first(moment.stop, moment.zone)
    return ((low, high),) if low < high else ()


def _occurrences(start: datetime, stop: datetime, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """Every time that a local minute or a part of one happens: twice, once, or not at all."""
    length = (stop - start) // _MICROSECOND
    for instant in {_utc(start, zone, fold) for fold in (0, 1)}:
        if _local(instant, zone) == _micros(start):
            yield instant, instant + length


def _merged(intervals: Iterator[tuple[int, int]]) -> list[Interval]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return list(merged)


def _first(local: datetime, zone: tzinfo) -> int:
    wanted = _micros(local)
    early, late = sorted((_utc(local, zone, 0), _utc(local, zone, 1)))
    if _local(early, zone) == wanted or early == late:
        return early
    # Clocks jump over it: the moment of the jump, to the second.
    while late - early > 1_000_000:
        middle = early + (late - early) // 2_000_000 * 1_000_000
        early, late = (early, middle) if _local(middle, zone) >= wanted else (middle, late)
    return late


def _utc(local: datetime, zone: tzinfo, fold: int) -> int:
    offset = _offset_at(local.replace(tzinfo=zone, fold=fold))
    return _micros(local) - offset


def _local(instant: int, zone: tzinfo) -> int:
    try:
        moment = (_EPOCH + instant * _MICROSECOND).replace(tzinfo=UTC).astimezone(zone)
    except (OverflowError, ValueError):
        return instant
    return _micros(moment.replace(tzinfo=None))


def _offset_at(moment: datetime) -> int:
    try:
        return (moment.utcoffset() or timedelta()) // _MICROSECOND
    except (OverflowError, ValueError):
        return 0


def _micros(moment: datetime) -> int:
    return (moment.replace(tzinfo=None) - _EPOCH) // _MICROSECOND
