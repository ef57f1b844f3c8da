"""The quote in front of cells that a spreadsheet would take for a formula, and how to know omeviz's own CSV.

Neutral ground: the exporter guards, whoever reads a CSV takes exactly one quote off again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from omeviz.events.columns import COLUMNS

QUOTE = "'"
"""What a guarded cell begins with."""

GUARDED_PATTERN = r"^[=+\-@\t\r']"
"""What a cell that needs a guard begins with; the same meaning for `re` and for Polars."""

AUDIT_HEADING = "AuditData"
"""The heading of the last column."""

_HEADING_OF = {"id": "RecordId"}  # the portal's own heading, which other tools look for
_FIRST = (
    "id",
    "time",
    "type",
    "operation",
    "user",
    "status",
    "result",
    "auth",
    "operationstatus",
    "recipient",
    "sender",
    "method",
    "subject",
    "attachment",
    "message",
)

CSV_HEADINGS: dict[str, str] = {
    **dict.fromkeys(_FIRST, ""),
    **{column.name: _HEADING_OF.get(column.name, column.export) for column in COLUMNS},
    "audit": AUDIT_HEADING,
}
"""Column name -> heading in omeviz's own CSV, in the order of its columns."""

_OWN_HEADER = tuple(CSV_HEADINGS.values())
_OWN_NAMES = frozenset(_OWN_HEADER)
_GUARDED = re.compile(GUARDED_PATTERN)
_UNGUARDED = re.compile(r"'(?=[=+\-@\t\r'])")


def guard(cell: str) -> str:
    """A cell as an export writes it: a quote in front where a spreadsheet would calculate."""
    return QUOTE + cell if _GUARDED.match(cell) else cell


def unguard(cell: str) -> str:
    """A cell of an own export as it was: exactly one guarding quote is taken off."""
    return cell[1:] if _UNGUARDED.match(cell) else cell


def is_own_header(names: Sequence[str], *, bom: bool = True) -> bool:
    """Whether a CSV with this header was written by omeviz, so that its cells are guarded.

    The full header is known by itself. One with chosen columns is known by its names, all of which must be
    omeviz's own, once each, in this spelling, and by the byte order mark that every export begins with. The
    cmdlet writes other names (`UserIds`, `Operations`) and the portal more (`AssociatedAdminUnits`); in a
    hand-picked part of the portal's columns that does match, only a cell that begins with a quote *and* a
    formula's character would be read otherwise than written, and AuditData would win over it.

    Args:
        names: All column names in the file's order, AuditData's included, without the byte order mark.
        bom: The file begins with a UTF-8 byte order mark.
    """
    names = tuple(names)
    if names == _OWN_HEADER:
        return True
    return bom and bool(names) and len(set(names)) == len(names) and _OWN_NAMES.issuperset(names)
