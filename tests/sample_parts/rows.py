"""Rows of the cmdlet, and the ways to write cells, dates, lines and files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sample_parts.story import Event, compact

REMOTE_COLUMNS = ("PSComputerName", "RunspaceId", "PSShowComputerName")
REMOTE_CELLS = ("outlook.contoso.com", "5f0c2a7e-63b1-4d0a-9a51-2f6f0d3c7b11", "False")
"""The first three columns of the older module, and what stands in them."""

TYPE_LINE = "#TYPE System.Management.Automation.PSObject"


def month_first(time: datetime) -> str:
    """`3/22/2023 7:00:59 PM`, the dates of en-US."""
    return (
        f"{time.month}/{time.day}/{time.year:04} {time.hour % 12 or 12}:{time:%M:%S} {'AM' if time.hour < 12 else 'PM'}"
    )


def day_first(time: datetime) -> str:
    """`22/03/2023 19:00:59`, the dates of much of Europe."""
    return f"{time:%d/%m/%Y %H:%M:%S}"


def year_first(time: datetime) -> str:
    """`2023-03-22 7:00:59 PM`, the dates of en-CA."""
    return f"{time:%Y-%m-%d} {time.hour % 12 or 12}:{time:%M:%S} {'AM' if time.hour < 12 else 'PM'}"


def needed(cell: str, delimiter: str = ",") -> str:
    """A cell in quotes only where it must be, as `-UseQuotes AsNeeded` and the portal write it."""
    return quoted(cell) if any(mark in cell for mark in (delimiter, '"', "\r", "\n")) else cell


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record of the cmdlet, but ResultIndex and ResultCount."""

    type_name: str
    created: datetime
    user: str
    operation: str
    audit: str
    identity: str

    def cells(self, index: int, count: int, dates: str = "mdy") -> tuple[str, ...]:
        """The 10 cells, in the order of `CMDLET_COLUMNS`."""
        created = {"mdy": month_first, "dmy": day_first, "ymd": year_first}[dates](self.created)
        head = (self.type_name, created, self.user, self.operation, self.audit)
        return (*head, str(index), str(count), self.identity, "True", "Unchanged")


def row_of(audit: str, type_name: str = "OMEPortal") -> Row:
    """The row that the cmdlet makes of a sound AuditData text."""
    record = json.loads(audit)
    created = datetime.fromisoformat(record["CreationTime"])
    return Row(type_name, created, record["UserId"], record["Operation"], audit, record["Id"])


def rows_of(events: tuple[Event, ...]) -> list[Row]:
    """The cmdlet's rows for events; every fourth has its AuditData in JSON escapes."""
    return [row_of(compact(event.record(), escaped=event.number % 4 == 3)) for event in events]


def encoded(lines: list[str], encoding: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    """The file of some lines, the last one ended too; `utf-16` gets its BOM and little-endian order everywhere."""
    text = "".join(line + end for line in lines)
    return b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)


def cmdlet(rows: list[Row], *, dates: str = "mdy", delimiter: str = ",", older: bool = False) -> list[str]:
    """Lines of an `Export-Csv` in which every cell is quoted, with its header; `older`: 13 columns and `#TYPE`."""
    columns = (*REMOTE_COLUMNS, *CMDLET_COLUMNS) if older else CMDLET_COLUMNS
    lines = [TYPE_LINE] if older else []
    lines.append(delimiter.join(map(quoted, columns)))
    for index, row in enumerate(rows, 1):
        cells = row.cells(index, len(rows), dates)
        lines.append(delimiter.join(map(quoted, (*REMOTE_CELLS, *cells) if older else cells)))
    return lines
