"""Times as exports write them, read into naive UTC datetimes.

AuditData writes ISO 8601. Wrappers write the culture's format without a zone, in UTC: `3/22/2023 7:00:59 PM`,
`22/03/2023 19:00:59`, `2022-09-15 5:49:22 PM`, `2026-01-24T06:54:24.0000000Z `, `4/26/2021, 7:17:10.000 AM`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

Order = Literal["mdy", "dmy", "ymd"]
"""Order of day, month and year in dates that begin with neither a four-digit year nor an ISO form."""

ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

EARLIEST = datetime(2010, 1, 1)  # naive datetimes are UTC throughout
"""Nothing was recorded before; an earlier time is impossible."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_CULTURE = re.compile(
    r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})"
    r"(?:,?[ T]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?)?"
    r"(?: ?(?:[Zz]|UTC))?",
    re.ASCII,
)
_EPOCH = re.compile(r"\\?/Date\((-?\d{1,15})\)\\?/", re.ASCII)
_PLACES: dict[Order, tuple[int, int, int]] = {"mdy": (2, 0, 1), "dmy": (2, 1, 0), "ymd": (0, 1, 2)}
"""Where year, month and day stand."""

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
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        try:
            return datetime(1970, 1, 1) + timedelta(milliseconds=int(epoch[1])), 1
        except OverflowError:
            return None
    match = _CULTURE.fullmatch(text)
    return _from_culture(match, order) if match else None


def _from_culture(match: re.Match[str], order: Order) -> tuple[datetime, int] | None:
    first, _, second, third, hour, minute, second_of_minute, fraction, half = match.groups()
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
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "pP" else 0)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, day, hours, int(minute or 0), int(second_of_minute or 0), micro)
    except ValueError:
        return None
    return moment, 86_400 if hour is None else 60 if second_of_minute is None else 1


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
