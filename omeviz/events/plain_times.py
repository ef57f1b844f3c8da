"""Times of many rows at once: read from their bytes, and compared with what a wrapper writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from omeviz.events.times import EARLIEST, Order
from omeviz.sources.arrays import Bytes, Flags

Micros = npt.NDArray[np.int64]
"""Microseconds since 1970, UTC."""

WIDTH = len("2023-03-22T19:00:59")

_SIGNS = np.frombuffer(b"--T::", np.uint8)
_AT_SIGNS = [4, 7, 10, 13, 16]
_AT_DIGITS = [place for place in range(WIDTH) if place not in _AT_SIGNS]
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_DAY = 86_400
_SECOND = 1_000_000

EPOCH = "/Date(%s000)/"
"""Milliseconds since 1970, as Windows PowerShell writes JSON."""

_DATES: tuple[tuple[str, Order], ...] = (
    ("%-m/%-d/%Y", "mdy"),
    ("%m/%d/%Y", "mdy"),
    *((f"%-d{sign}%-m{sign}%Y", "dmy") for sign in "/.-"),
    *((f"%d{sign}%m{sign}%Y", "dmy") for sign in "/.-"),
)
_CLOCKS = ("%-I:%M:%S %p", "%-H:%M:%S", "%H:%M:%S", "%I:%M:%S %p")
FORMATS: tuple[tuple[str, Order | None], ...] = (
    *((f"{date} {clock}", order) for date, order in _DATES for clock in _CLOCKS),
    *((f"%Y-%m-%dT%H:%M:%S{end}", None) for end in (".0000000Z ", ".0000000Z", ".000Z", "Z", "")),
    *((f"%Y-%m-%d {clock}", None) for clock in _CLOCKS),
    (EPOCH, None),
)
"""How exports write a wrapper's time, and in which order of day and month it must be read."""

ONE_WAY = frozenset(pattern for pattern, order in FORMATS if order is None)
"""Those that can be read in one order only."""


def moments(signs: Bytes) -> tuple[Micros, Flags]:
    """Times written as JSON has them, `2023-03-22T19:00:59`.

    Args:
        signs: The bytes of each (n, `WIDTH`).

    Returns:
        Each time, and whether it is one; those that are none are 0.
    """
    digits = signs[:, _AT_DIGITS] - ord("0")  # what is below "0" becomes large
    good: Flags = (digits <= 9).all(axis=1) & (signs[:, _AT_SIGNS] == _SIGNS).all(axis=1)
    numbers = digits.T.astype(np.int64)
    pairs = numbers[0::2] * 10 + numbers[1::2]
    year, month, day = pairs[0] * 100 + pairs[1], pairs[2], pairs[3]
    hour, minute, second = pairs[4:]
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    month = np.where(good, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= (day >= 1) & (day <= _LENGTHS[month - 1] + (leap & (month == 2)))
    first = (np.where(good, year, 1970) * 12 - 1970 * 12 + month - 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    seconds = (first + day - 1) * _DAY + hour * 3600 + minute * 60 + second
    return np.where(good, seconds * _SECOND, 0), good


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What a pattern writes for each day from `EARLIEST` on, up to the clock, and for each second of a day."""

    days: pl.Series
    clock: pl.Series


@lru_cache(maxsize=64)
def _calendar(pattern: str, last: date) -> _Calendar | None:
    """None for a pattern that does not write the day first and then the clock."""
    cut = min((pattern.find(hour) for hour in ("%-I", "%I", "%-H", "%H") if hour in pattern), default=-1)
    if cut < 0 or last < EARLIEST.date():  # no day counts where the computer's clock is that wrong
        return None
    days = pl.datetime_range(EARLIEST, datetime(last.year, last.month, last.day), "1d", time_unit="us", eager=True)
    seconds = pl.Series(np.arange(_DAY) * _SECOND).cast(pl.Datetime("us"))
    return _Calendar(days.dt.strftime(pattern[:cut]), seconds.dt.strftime(pattern[cut:]))


def are_written(cells: pl.Series, times: pl.Series, pattern: str, last: datetime) -> pl.Series:
    """Whether texts are what a pattern writes for times (Boolean; null where there is no text).

    Args:
        cells: The texts.
        times: Datetime("us"), UTC. What is said of missing ones and of those not from `EARLIEST` to `last` is open.
        pattern: One of `FORMATS`.
        last: The latest time that counts.
    """
    calendar = _calendar(pattern, last.date())
    if calendar is None:
        return times.dt.strftime(pattern) == cells
    seconds = times.to_physical().fill_null(0).to_numpy() // _SECOND
    day = seconds // _DAY
    from_first = np.clip(day - (EARLIEST - datetime(1970, 1, 1)).days, 0, calendar.days.len() - 1)
    parts = pl.DataFrame(
        {
            "cell": cells,
            "day": calendar.days.gather(from_first.astype(np.uint32)),
            "clock": calendar.clock.gather((seconds - day * _DAY).astype(np.uint32)),
        }
    )
    cell = pl.col("cell").str
    lengths = pl.col("day").str.len_bytes() + pl.col("clock").str.len_bytes()
    same = cell.starts_with(pl.col("day")) & cell.ends_with(pl.col("clock")) & (cell.len_bytes() == lengths)
    return parts.select(same).to_series()
