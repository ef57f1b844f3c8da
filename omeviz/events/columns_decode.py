"""Many records at once, as columns: what `CarefulDecoder` makes of them one by one, only sooner.

Records of a usual form are decoded column by column. What a look at a column finds is noted where that is all there is
to it; all others are decoded by `CarefulDecoder`, which defines what is unusual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from omeviz.events import record_types, times
from omeviz.events.careful import CarefulDecoder, Decoded, same_record_type, type_of
from omeviz.events.codes import outcome, status_of
from omeviz.events.plain_records import PlainRecords, plain_records
from omeviz.events.problems import ProblemKind, note
from omeviz.events.record_forms import Forms
from omeviz.events.values import text_of
from omeviz.events.wrapper_columns import RECIPIENT, SUBJECT, TIME, TYPE, USER, WrapperColumns
from omeviz.events.wrapper_plan import SLOTS, WrapperPlan
from omeviz.events.wrapper_times import Testimony, WrapperTimes

_RESULT, _AUTH, _OPSTATUS, _SENDER = (SLOTS.index(name) for name in ("result", "auth", "operationstatus", "sender"))

_SIGNS = ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"))
"""What stands between the digits of AuditData's times."""


@dataclass(slots=True)
class Columns:
    """Decoded rows.

    Attributes:
        values: A column for each of `SLOTS`: texts, and naive UTC datetimes for `time`; None where absent.
        status: As in `Decoded`, for each row; so are the others.
        recipients: See there.
        bits: See there.
        unusable: Rows that are no record, ascending. They have values too.
        testimony: What the wrapper's times say; votes of unusable rows do not count.
    """

    values: list[list[Any]]
    status: list[str]
    recipients: list[list[str] | None]
    bits: list[int]
    unusable: list[int] = field(default_factory=list)
    testimony: Testimony = field(default_factory=Testimony)


class ColumnsDecoder:
    """Decodes the records of one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
        latest: The latest possible time, naive UTC.
    """

    def __init__(self, plan: WrapperPlan, dates: times.Order = "mdy", latest: datetime | None = None) -> None:
        self._plan = plan
        self._times = WrapperTimes(plan, dates)
        self._one = CarefulDecoder(plan, dates, latest)
        self._forms = Forms()

    def decode(self, audits: Sequence[str | None], cells: Sequence[list[str | None]]) -> Columns:
        """Decode some hundred rows.

        Args:
            audits: Their AuditData texts.
            cells: The wrapper's columns.
        """
        found = plain_records(audits, self._forms)
        odd: set[int] = set()
        columns = self._plain_columns(found, cells, odd)
        if len(found.rows) == len(audits) and not odd:
            return columns
        closer = sorted({*range(len(audits))} - {*found.rows} | {found.rows[place] for place in odd})
        for place in sorted(odd, reverse=True):
            _remove(columns, place)
        columns.testimony = columns.testimony.moved(found.rows)
        for row in closer:
            decoded = self._one.decode(audits[row], [column[row] for column in cells])
            _insert(columns, row, decoded)
        return columns

    def _plain_columns(self, found: PlainRecords, cells: Sequence[list[str | None]], odd: set[int]) -> Columns:
        """Plain records as columns; `odd` gets those that need a closer look nevertheless."""
        height = len(found.rows)
        bits = [0] * height
        values: list[list[Any]] = list(map(list, zip(*found.values, strict=True))) if height else [[] for _ in SLOTS]
        values[SUBJECT] = list(found.subjects)
        wrapper = WrapperColumns(self._plan, cells, found.rows)
        wrapper.fill(values, odd, bits)
        for slot in (_AUTH, _OPSTATUS):
            values[slot] = _codes(values[slot], bits)
        values[TYPE] = self._types(values[TYPE], wrapper, bits)
        odd.update(row for row, to in enumerate(values[RECIPIENT]) if to and (to[0] == "[" or to.count("@") > 1))
        if not all(values[_SENDER]):
            values[_SENDER] = [
                sender or (user or sender if kind == record_types.PORTAL else sender)
                for sender, user, kind in zip(values[_SENDER], values[USER], values[TYPE], strict=True)
            ]
        written = values[TIME]
        values[TIME], alike = self._moments(written, odd, bits)
        testimony = self._times.hear(wrapper, written if alike else None, values[TIME], odd, bits)
        outcomes = list(zip(values[_RESULT], values[_OPSTATUS], values[_AUTH], strict=True))
        statuses = {each: status_of(*each) for each in set(outcomes)}
        status = list(map(statuses.__getitem__, outcomes))
        return Columns(values, status, [None] * height, bits, testimony=testimony)

    def _types(self, found: list[Any], wrapper: WrapperColumns, bits: list[int]) -> list[str | None]:
        """Record types by name; `bits` gets what is wrong with them."""
        names: dict[Any, str | None] = {}
        bad: set[Any] = set()
        for value in set(found):
            text = None if value is None else text_of(value)
            names[value], is_odd = type_of(text) if text else (text, False)
            if is_odd:
                bad.add(value)
        if bad:
            note(bits, (row for row, value in enumerate(found) if value in bad), ProblemKind.ODD_CODE)
        if self._plan.positions[TYPE]:
            pairs = wrapper.pairs(TYPE, found)
            differing = {
                (value, said)
                for value, said in set(pairs)
                if value not in (None, "") and said is not None and not same_record_type(names[value] or "", said)
            }
            if differing:
                rows = (row for row, pair in enumerate(pairs) if pair in differing)
                note(bits, rows, ProblemKind.DISAGREEMENT)
        return list(map(names.__getitem__, found))

    def _moments(self, written: list[str], odd: set[int], bits: list[int]) -> tuple[list[datetime], bool]:
        """AuditData's times, and whether all are written alike; unreadable ones make a row odd."""
        moments = _read_alike(written)
        alike = moments is not None
        if moments is None:
            read = list(map(times.parse_iso, written))
            odd.update(row for row, moment in enumerate(read) if moment is None)
            moments = [moment or times.EARLIEST for moment in read]
        latest = self._one.latest
        if moments and not times.EARLIEST <= min(moments) <= max(moments) <= latest:
            impossible = (row for row, moment in enumerate(moments) if not times.EARLIEST <= moment <= latest)
            note(bits, impossible, ProblemKind.IMPOSSIBLE_TIME)
        return moments, alike


def _codes(found: list[Any], bits: list[int]) -> list[str | None]:
    """Outcomes by name; other texts stay, and are noted."""
    names: dict[Any, str | None] = {}
    bad: set[Any] = set()
    for value in set(found):
        text = None if value is None else text_of(value)
        names[value] = name = outcome(text) if text else text
        if name is None and text is not None:
            names[value] = text
            bad.add(value)
    if bad:
        note(bits, (row for row, value in enumerate(found) if value in bad), ProblemKind.ODD_CODE)
    return list(map(names.__getitem__, found))


def _read_alike(written: list[str]) -> list[datetime] | None:
    """Times that are all written as `2023-03-22T19:00:59`; None where one is not."""
    count, text = len(written), "".join(written)
    if set(map(len, written)) != {19} or any(text[place::19] != sign * count for place, sign in _SIGNS):
        return None
    try:
        return list(map(datetime.fromisoformat, written))
    except ValueError:
        return None


def _remove(columns: Columns, row: int) -> None:
    for column in (*columns.values, columns.status, columns.recipients, columns.bits):
        del column[row]


def _insert(columns: Columns, row: int, decoded: Decoded) -> None:
    """Put a row that was decoded by itself where it belongs; those before it are there."""
    for column, value in zip(columns.values, decoded.values, strict=True):
        column.insert(row, value)
    columns.status.insert(row, decoded.status)
    columns.recipients.insert(row, decoded.recipients)
    columns.bits.insert(row, decoded.bits)
    testimony = columns.testimony
    if not decoded.is_record:
        columns.unusable.append(row)
    elif decoded.vote is not None:
        testimony.votes[decoded.vote] = testimony.votes.get(decoded.vote, 0) + 1
    if decoded.ambiguous is not None and (testimony.ambiguous is None or row < testimony.ambiguous[0]):
        testimony.ambiguous = row, decoded.ambiguous
    if decoded.year_first and (testimony.year_first is None or row < testimony.year_first):
        testimony.year_first = row
