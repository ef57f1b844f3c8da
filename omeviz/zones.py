"""Time zones by the names a user types: `UTC`, `local`, `Area/City`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from omeviz.errors import UsageError


class LocalZone(tzinfo):
    """This computer's zone, summer time of each date included (a fixed offset would be wrong half of the year)."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """The offset at a wall-clock time."""
        return timedelta(seconds=self._local(moment).tm_gmtoff)

    def dst(self, moment: datetime | None) -> timedelta:
        """One hour in summer, as far as anybody needs it."""
        return timedelta(hours=1 if self._local(moment).tm_isdst > 0 else 0)

    def tzname(self, moment: datetime | None) -> str:
        """The abbreviation, such as CET."""
        return self._local(moment).tm_zone

    def fromutc(self, moment: datetime) -> datetime:
        """UTC to this zone."""
        try:
            seconds = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
            offset = time.localtime(seconds).tm_gmtoff
        except (OverflowError, OSError, ValueError):
            offset = time.localtime().tm_gmtoff
        return (moment + timedelta(seconds=offset)).replace(tzinfo=self)

    def _local(self, moment: datetime | None) -> time.struct_time:
        if moment is None:
            return time.localtime()
        parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, 0, 0, -1)
        try:
            return time.localtime(time.mktime(parts))
        except (OverflowError, OSError, ValueError):
            return time.localtime()


def zone_named(name: str) -> tzinfo:
    """The zone of a name.

    Raises:
        UsageError: No zone has that name.
    """
    text = name.strip()
    if text.upper() in {"UTC", "Z", ""}:
        return UTC
    if text.lower() == "local":
        return LocalZone()
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"No time zone is called {name!r}.", "Write UTC, local or Area/City, as Europe/Berlin."
        ) from None


def zone_title(name: str) -> str:
    """What the header calls a zone: `UTC`, `local (CET)`, `Europe/Berlin`."""
    if name.lower() == "local":
        return f"local ({time.strftime('%Z')})"
    return "UTC" if name.upper() in {"UTC", "Z", ""} else name
