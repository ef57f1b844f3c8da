"""`Search-UnifiedAuditLog` lines that fetch a time range in two halves."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from omeviz.text import powershell_quote

_BARE = re.compile("[A-Za-z][A-Za-z0-9]*", re.ASCII)
_SECOND = timedelta(seconds=1)


def halves(first: datetime, last: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """A time range in two halves of whole seconds that meet; none where it is too short.

    Args:
        first: Its first moment.
        last: Its last moment, which the second half holds: it ends a second later.
    """
    start = first.replace(microsecond=0)
    stop = last.replace(microsecond=0) + _SECOND
    middle = (start + (stop - start) / 2).replace(microsecond=0)
    return ((start, middle), (middle, stop)) if start < middle < stop else ()


def search_command(start: datetime, stop: datetime, record_type: str = "", operation: str = "") -> str:
    """One line; times are naive UTC and written with `Z`, without which the cmdlet may read local time.

    What of the other values cannot be put into a command safely is left out: the search is then wider.
    """
    words = ["Search-UnifiedAuditLog"]
    for option, value in (("-RecordType", record_type), ("-Operations", operation)):
        written = value if _BARE.fullmatch(value) else powershell_quote(value) if value else None
        if written is not None:
            words += [option, written]
    words += ["-StartDate", _quoted(start), "-EndDate", _quoted(stop), "-ResultSize", "5000"]
    return " ".join(words)


def _quoted(moment: datetime) -> str:
    return f"'{moment:%Y-%m-%dT%H:%M:%S}Z'"
