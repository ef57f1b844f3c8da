"""Times as exports write them, read into naive UTC datetimes.

AuditData writes ISO 8601. Wrappers write the culture's format without a zone, in UTC: `3/22/2023 7:00:59 PM`,
`22/03/2023 19:00:59`, `2022-09-15 5:49:22 PM`, `2026-01-24T06:54:24.0000000Z `, `4/26/2021, 7:17:10.000 AM`,
`2023. 3. 22. 오후 7:00:59`. Others write `/Date(1679511659000)/` (ConvertTo-Json of Windows PowerShell), seconds or
milliseconds since 1970 (Splunk), or the month's English name (`Mar 22, 2023 @ 19:00:59.000` in Kibana).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

Order = Literal["mdy", "dmy", "ymd"]
"""Order of day, month and year in dates that begin with neither a four-digit year nor an ISO form."""

ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

EARLIEST = datetime(2010, 1, 1)  # naive datetimes are UTC throughout
"""Nothing was recorded before; an earlier time is impossible."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_HALF = r"[AaPp]\.? ?[Mm]\.?|上午|下午|午前|午後|오전|오후|ص|م|[πμ]\.?μ\.?|[Ss][Aa]|[Cc][Hh]"
"""The halves of the day as cultures write them: English and Spanish, Chinese, Japanese, Korean, Arabic, Greek,
Vietnamese."""

_EVENING = re.compile("[pP下مμcC]|午後|오후")
"""How the second one begins."""

_CLOCK = (
    rf"(?:({_HALF}) ?)?(\d{{1,2}})[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d{{1,9}}))?)?(?: ?({_HALF}))?"
    r"(?: ?([Zz]|UTC|GMT|[+-]\d\d:?\d\d))?"
)
"""Half of the day, hour, minute, second, fraction, half of the day, zone."""

_CULTURE = re.compile(
    rf"(\d{{1,4}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{1,4}})\.?(?: г\.)?(?:(?:,?[ T]+){_CLOCK}|(?: ?(?:[Zz]|UTC))?)", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_NAMED = re.compile(
    rf"(?:[A-Z][a-z]{{2,8}},? )?(?:(\d{{1,2}})[ -]{_MONTH}[ -],?(\d{{4}}|\d\d)|{_MONTH} (\d{{1,2}}),? (\d{{4}}))"
    rf"(?:(?:,|,? at|,? @)?[ T]+{_CLOCK})?",
    re.ASCII | re.IGNORECASE,
)
"""Day, month, year; or month, day, year; then the clock."""

_EPOCH = re.compile(r"\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_SECONDS = re.compile(r"(\d{10})(?:\.(\d{1,9}))?|(\d{13})", re.ASCII)
"""Since 1970: ten digits of seconds reach from 2001 to 2286, thirteen of milliseconds as far."""

_PLACES: dict[Order, tuple[int, int, int]] = {"mdy": (2, 0, 1), "dmy": (2, 1, 0), "ymd": (0, 1, 2)}
"""Where year, month and day stand."""

_LONGEST = 64
_ODD_BLANKS = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u200e": None, "\u200f": None})


def parse_iso(text: str) -> datetime | None:
    """An ISO 8601 time; one without a zone is UTC. None where it cannot be read."""
    if len(text) == 19 and text[4] == text[7] == "-" and text[10] == "T":
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            return None
        return parsed if parsed.tzinfo is None else None  # `T19+01:00` is as long
    text = text.strip()
    if not _ISO.fullmatch(text):
        return None
    try:
        parsed = datetime.fromisoformat(text.replace("z", "Z"))
        return parsed if parsed.tzinfo is None else parsed.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def parse_any(text: str, order: Order = "mdy") -> tuple[datetime, int] | None:
    """A time in any form an export writes.

    Args:
        text: The cell.
        order: How to read a date such as `3/12/2025`.

    Returns:
        The time and its precision in seconds (1; 60 without seconds; 86,400 without a time of day), or None.
    """
    text = text.translate(_ODD_BLANKS).strip()
    iso = parse_iso(text)
    if iso is not None:
        return iso, 1
    match = _CULTURE.fullmatch(text)
    if match:
        return _from_culture(match, order)
    named = _NAMED.fullmatch(text) if len(text) <= _LONGEST else None
    return _from_name(named) if named else _since_1970(text)


def _since_1970(text: str) -> tuple[datetime, int] | None:
    """A count of seconds or milliseconds; the zone that `/Date(…+0200)/` may hold changes only how it was shown."""
    if epoch := _EPOCH.fullmatch(text):
        passed = timedelta(milliseconds=int(epoch[1]))
    elif seconds := _SECONDS.fullmatch(text):
        whole, fraction, milliseconds = seconds.groups()
        micro = int((fraction or "0").ljust(6, "0")[:6])
        passed = timedelta(milliseconds=int(milliseconds)) if milliseconds else timedelta(0, int(whole), micro)
    else:
        return None
    try:
        return datetime(1970, 1, 1) + passed, 1
    except OverflowError:
        return None


def _from_culture(match: re.Match[str], order: Order) -> tuple[datetime, int] | None:
    first, _, second, third = match.group(1, 2, 3, 4)
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(first) > 2 or len(third) not in (2, 4):
        return None
    else:
        parts = (int(first), int(second), int(third))
        places = _PLACES[order]
        year, month, day = parts[places[0]], parts[places[1]], parts[places[2]]
        if len(first if order == "ymd" else third) == 2:
            year += 2000
    return _at(year, month, day, match.groups()[4:])


def _from_name(match: re.Match[str]) -> tuple[datetime, int] | None:
    day, name, year, other_name, other_day, other_year = match.groups()[:6]
    month = _MONTHS.index((name or other_name)[:3].lower()) + 1
    written = year or other_year
    return _at(int(written) + (2000 if len(written) == 2 else 0), month, int(day or other_day), match.groups()[6:])


def _at(year: int, month: int, day: int, clock: Sequence[str | None]) -> tuple[datetime, int] | None:
    """The moment of a date and of `_CLOCK`'s groups, and its precision; None where there is no such moment."""
    before, hour, minute, second, fraction, behind, zone = clock
    hours, half = int(hour or 0), before or behind
    if half:
        if not half.isascii() <= hours <= 12 or (before and behind):  # `午前 0:30` is half past midnight
            return None
        hours = hours % 12 + (12 if _EVENING.match(half) else 0)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, day, hours, int(minute or 0), int(second or 0), micro)
        if zone and zone[0] in "+-":
            moment -= _offset(zone)
    except (ValueError, OverflowError):
        return None
    return moment, 86_400 if hour is None else 60 if second is None else 1


def _offset(zone: str) -> timedelta:
    """`+02:00` as a duration.

    Raises:
        ValueError: No zone is that far away.
    """
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def is_ambiguous(text: str) -> bool:
    """Whether the order of day and month matters for reading it."""
    match = _CULTURE.fullmatch(text.translate(_ODD_BLANKS).strip())
    return match is not None and len(match[1]) < 4


def vote(text: str, truth: datetime | None) -> Order | None:
    """Which order a wrapper's time speaks for: by AuditData's time where there is one, else by a day above 12."""
    if not is_ambiguous(text):
        return None
    readings = {order: parse_any(text, order) for order in ("mdy", "dmy")}
    if truth is not None:
        matching = [order for order, read in readings.items() if read and agrees(read[0], read[1], truth)]
    else:
        matching = [order for order, read in readings.items() if read]
    if len(matching) != 1:
        return None
    return "mdy" if matching[0] == "mdy" else "dmy"


def testimony(
    text: str, order: Order, truth: datetime | None
) -> tuple[tuple[datetime, int] | None, bool, Order | None]:
    """What a wrapper's time says: `parse_any`, `is_ambiguous` and `vote` in one look."""
    match = _CULTURE.fullmatch(text)
    if match is None or truth is None:
        return parse_any(text, order), is_ambiguous(text), vote(text, truth)
    read = _from_culture(match, order)
    ambiguous = len(match[1]) < 4
    if ambiguous and (order == "ymd" or read is None or not agrees(*read, truth)):
        return read, ambiguous, vote(text, truth)
    # It agrees in this order; in the other it would only where day and month are equal.
    speaks = ambiguous and read is not None and read[0].day != read[0].month
    return read, ambiguous, order if speaks else None


def agrees(moment: datetime, precision: int, truth: datetime) -> bool:
    """Whether a wrapper's time of some precision (seconds) says the same as AuditData's."""
    return -1 < (truth - moment).total_seconds() < precision


def default_order(text: str) -> Order:
    """The likelier order for a date nothing else tells: slashes month first, dots and dashes day first."""
    match = _CULTURE.fullmatch(text.translate(_ODD_BLANKS).strip())
    return "dmy" if match is not None and match[2] in ".-" else "mdy"
