"""What was guessed of a file, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omeviz.summary import SourceSummary

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
DATES = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year/month/day"}


def guesses(source: SourceSummary) -> str:
    """Encoding, delimiter and date order in a few words."""
    delimiter = DELIMITERS.get(source.delimiter, source.delimiter)
    return ", ".join(part for part in (source.encoding, delimiter, DATES.get(source.dates, source.dates)) if part)
