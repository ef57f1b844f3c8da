"""What is known of one source: counts, guesses, notes. Apart from the store, so that it needs no Polars."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""What a user calls the usual ones."""

DATES = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year/month/day"}
"""Orders of day and month, in words."""

_NUMBERS = {"json": "item", "xlsx": "row", "parquet": "row"}


def number_word(container: str) -> str:
    """What the number of a record counts: lines, or in a container that need not have any, its items or rows."""
    return _NUMBERS.get(container, "line")


@dataclass(slots=True)
class SourceSummary:
    """What is known of one source. Counts grow while it is read.

    Attributes:
        name: What a user calls it: the file's name, or `<stdin>`.
        path: Where it is, or None for standard input.
        container: What it was read as: `csv`, `json`, … (`omeviz.sources.containers`).
        encoding: For example `UTF-8`, as guessed or told.
        delimiter: Of the CSV, or empty.
        dates: Order of day and month in the wrapper's dates: `mdy`, `dmy`, `ymd`, or empty where there are none.
        size: Bytes on disk, or None where unknown.
        modified: When the file was last changed, in seconds since 1970 (UTC), as it stood when it was opened; None
            for standard input.
        rows: Rows read: records and unusable rows.
        records: Rows that are records.
        dropped: Records that were not kept because they did not match.
        kept_only: The condition of those that were kept, or empty.
        blank: Wholly empty rows, which are no rows.
        complete: Everything was read.
        notes: What else was seen (several headers, an encoding that changed), one sentence each.
        origin: Where its records were read before they were kept in omeviz's own Parquet, in words, or empty.
        numbers: The container in which the numbers of its records count: its own, or for omeviz's own Parquet the
            one they were read from first; empty where that is not known.
        exported_from: How many rows were there, of which some or all were exported; None where it is no such Parquet.
    """

    name: str
    path: Path | None
    container: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    size: int | None = None
    modified: float | None = None
    rows: int = 0
    records: int = 0
    dropped: int = 0
    kept_only: str = ""
    blank: int = 0
    complete: bool = False
    notes: tuple[str, ...] = ()
    origin: str = ""
    numbers: str | None = None
    exported_from: int | None = None

    @property
    def unusable(self) -> int:
        """Rows that are no records."""
        return self.rows - self.records

    def place(self, number: int) -> str:
        """Where in the source a record stands: `line 5`, `item 5`, `row 5`."""
        return f"{self.number_word} {number:,}"

    @property
    def number_word(self) -> str:
        """What the numbers of its records count."""
        return number_word(self.container if self.numbers is None else self.numbers)


class Guessed(Protocol):
    """What has been guessed, as `SourceSummary` names it."""

    @property
    def encoding(self) -> str: ...  # noqa: D102

    @property
    def delimiter(self) -> str: ...  # noqa: D102

    @property
    def dates(self) -> str: ...  # noqa: D102


def guesses(file: Guessed) -> str:
    """Encoding, delimiter and date order in a few words, as far as there are any."""
    words = (file.encoding, DELIMITERS.get(file.delimiter, file.delimiter), DATES.get(file.dates, file.dates))
    return ", ".join(filter(None, words))


def modified_of(path: Path | None) -> float | None:
    """When a regular file was last changed, in seconds since 1970 (UTC); None for anything else."""
    try:
        return path.stat().st_mtime if path is not None and path.is_file() else None
    except (OSError, ValueError):
        return None
