"""The wrapper's times beside AuditData's, many at once.

Within an hour only minutes and seconds differ, and both write them alike: what one time of an hour looks like tells
what all of them must look like.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from omeviz.events import times
from omeviz.events.careful import begins_with_year
from omeviz.events.problems import ProblemKind
from omeviz.events.times import Order
from omeviz.events.wrapper_columns import TIME, WrapperColumns
from omeviz.events.wrapper_plan import WrapperPlan

_LONGEST = 64
_BAD_TIME, _DISAGREEMENT = int(ProblemKind.BAD_TIME), int(ProblemKind.DISAGREEMENT)
_HOUR = len("2023-03-22T19:")


@dataclass(slots=True)
class Testimony:
    """What the wrapper's times of some rows say about the order of day and month.

    Attributes:
        votes: Order -> how many rows speak for it.
        ambiguous: The first row whose time can be read in two orders, and the time; or None.
        year_first: The first row whose time begins with the year, or None.
    """

    votes: dict[Order, int] = field(default_factory=dict)
    ambiguous: tuple[int, str] | None = None
    year_first: int | None = None

    def add(self, row: int, text: str, *, ambiguous: bool, vote: Order | None, count: int = 1) -> None:
        """Count a row, or so many from this one on that say the same."""
        if vote is not None:
            self.votes[vote] = self.votes.get(vote, 0) + count
        if ambiguous:
            if self.ambiguous is None or row < self.ambiguous[0]:
                self.ambiguous = row, text
        elif (self.year_first is None or row < self.year_first) and begins_with_year(text):
            self.year_first = row

    def moved(self, rows: Sequence[int]) -> Testimony:
        """The same for rows that stand elsewhere, in the same order."""
        first, year = self.ambiguous, self.year_first
        return Testimony(
            self.votes,
            None if first is None else (rows[first[0]], first[1]),
            None if year is None else rows[year],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Hour:
    """What the wrapper's times of one hour look like.

    Attributes:
        start: The hour as AuditData writes it, `2023-03-22T19:`; empty where they cannot be told so simply.
        head: What stands before minutes and seconds.
        tail: What stands behind them.
        ambiguous: The times can be read in two orders.
        vote: The order they speak for.
    """

    start: str
    head: str = ""
    tail: str = ""
    ambiguous: bool = False
    vote: Order | None = None


@lru_cache(maxsize=8192)
def hour_of(head: str, tail: str, dates: Order) -> Hour:
    """The hour of times such as `3/22/2023 7:00:59 PM`.

    Args:
        head: What stands before the first colon.
        tail: What stands behind minutes and seconds.
        dates: The order of day and month.
    """
    text = f"{head}:00:00{tail}"
    read = None if len(text) > _LONGEST or "\n" in text else times.parse_any(text, dates)
    if read is None or read[1] != 1 or (read[0].minute, read[0].second, read[0].microsecond) != (0, 0, 0):
        return Hour("")
    _, ambiguous, vote = times.testimony(text, dates, read[0])
    return Hour(read[0].isoformat()[:_HOUR], f"{head}:", tail, ambiguous, vote)


class WrapperTimes:
    """Compares the wrapper's times with AuditData's; for a few thousand rows at most.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in its dates.
    """

    def __init__(self, plan: WrapperPlan, dates: Order) -> None:
        self._positions = plan.positions[TIME]
        self._weak = TIME in plan.weak
        self._dates = dates
        self._hours: dict[str, Hour] = {}

    def hear(
        self,
        wrapper: WrapperColumns,
        written: Sequence[str] | None,
        moments: Sequence[datetime],
        odd: Collection[int],
        bits: list[int],
    ) -> Testimony:
        """What the wrapper's times of some rows say.

        Args:
            wrapper: The rows' cells.
            written: AuditData's times, if all are written as `2023-03-22T19:00:59`.
            moments: The same, read.
            odd: Rows that need a closer look, which do not count.
            bits: Gets what is wrong with a row.
        """
        testimony = Testimony()
        if not self._positions:
            return testimony
        cells = wrapper.column(self._positions[0])
        hours, agreeing = self._agreeing(written, cells) if written is not None else ([], [False] * len(cells))
        rows: Sequence[int] = range(len(cells))
        if odd or not all(agreeing):
            for row, agrees in enumerate(agreeing):
                if not agrees and row not in odd:
                    self._hear_one(row, wrapper.said(TIME, row), moments[row], bits, testimony)
            rows = [row for row, agrees in enumerate(agreeing) if agrees and row not in odd]
            hours = [hours[row] for row in rows]
        for hour in dict.fromkeys(hours):
            row = rows[hours.index(hour)]
            if hour is not None:
                count = hours.count(hour)
                testimony.add(row, cells[row] or "", ambiguous=hour.ambiguous, vote=hour.vote, count=count)
        return testimony

    def _agreeing(self, written: Sequence[str], cells: Sequence[str | None]) -> tuple[list[Hour | None], list[bool]]:
        """The hour of each row, where it is known; and whether the wrapper's time looks as it must."""
        hours = [self._hours.get(time[:_HOUR]) for time in written]
        if None in hours:
            hours = [
                self._learned(time, cell) if hour is None else hour
                for hour, time, cell in zip(hours, written, cells, strict=True)
            ]
        return hours, [
            hour is not None and hour.head + time[_HOUR:] + hour.tail == cell
            for hour, time, cell in zip(hours, written, cells, strict=True)
        ]

    def _learned(self, time: str, cell: str | None) -> Hour | None:
        """The hour of a time, which the wrapper's time may tell."""
        known = self._hours.get(time[:_HOUR])
        if known is None and cell:
            head, _, rest = cell.partition(":")
            hour = hour_of(head, rest[5:], self._dates)
            if hour.start == time[:_HOUR]:
                self._hours[hour.start] = known = hour
        return known

    def _hear_one(self, row: int, said: str | None, moment: datetime, bits: list[int], testimony: Testimony) -> None:
        """Compare one time by reading it."""
        if said is None:
            return
        read, ambiguous, vote = times.testimony(said, self._dates, moment)
        if not self._weak:
            if read is None:
                bits[row] |= _BAD_TIME
            elif not times.agrees(*read, moment):
                bits[row] |= _DISAGREEMENT
        testimony.add(row, said, ambiguous=ambiguous, vote=vote)
