"""Words for the problems of a record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from omeviz.events import times


def json_kind(value: Any) -> str:
    """What a decoded JSON value that is no object is."""
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "null" if value is None else "a number or literal"


def time_difference(wrapped: str, theirs: datetime, mine: datetime) -> str:
    """How a wrapper's time differs from AuditData's, and the likely reason; naive datetimes are UTC."""
    detail = f"the wrapper's time is {shortened(wrapped)}, AuditData's is {mine} UTC"
    seconds = abs((theirs - mine).total_seconds())
    if times.is_ambiguous(wrapped) and any(
        read and times.agrees(*read, mine)
        for read in (times.parse_any(wrapped, "mdy"), times.parse_any(wrapped, "dmy"))
    ):
        return detail + "; day and month look swapped"
    if seconds % 900 == 0 and seconds <= 14 * 3600:
        return detail + "; the wrapper's may be local time"
    return detail


def shortened(text: Any) -> str:
    """A value from a record, at most 80 characters of it."""
    shown = str(text)
    return shown if len(shown) <= 80 else shown[:79] + "…"
