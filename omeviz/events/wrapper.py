"""What a wrapper's columns mean, by name, in any case: the second witness beside AuditData."""

from __future__ import annotations

from collections.abc import Iterable

from omeviz.events.columns import COLUMNS

AUDIT_NAMES = frozenset({"auditdata"})
"""Names of the AuditData column, lower case."""

_MEANINGS: dict[str, str] = {
    key.lower(): column.name
    for column in COLUMNS
    for key in (*column.keys, *([column.export] if column.export not in {"Status", "File"} else ()))
} | {"operationproperties": "subject", "mailsubject": "subject"}

_SAVED_RESULTS = {"date": "time", "user": "user", "activity": "operation", "item": "object"}
"""Columns of Purview's "Save loaded results", which mean this only together."""

_PRECEDENCE = {key.lower(): rank for column in COLUMNS for rank, key in enumerate(column.keys)}

OTHER_NAMES = frozenset(
    {
        "pscomputername",
        "runspaceid",
        "psshowcomputername",
        "resultindex",
        "resultcount",
        "isvalid",
        "objectstate",
        "associatedadminunits",
        "associatedadminunitsnames",
        "details",
    }
)
"""Wrapper columns that fill no column of an event, lower case."""


def folded(name: str) -> str:
    """A wrapper column's name for comparing: lower case, without Log Analytics' ` [UTC]`."""
    return name.strip().lower().removesuffix("[utc]").strip()


def meanings(header: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Column name -> the positions in the header that can fill it, first one first.

    Source of the names: `omeviz.events.columns`, and Purview's saved results.
    """
    names = [folded(name) for name in header]
    known = _MEANINGS
    if {"date", "user", "activity"} <= set(names):
        known = known | _SAVED_RESULTS
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        if name in known:
            found.setdefault(known[name], []).append(position)
    return {
        column: tuple(sorted(positions, key=lambda p: (_PRECEDENCE.get(names[p], 99), p)))
        for column, positions in found.items()
    }


def is_audit(name: str) -> bool:
    """Whether a column of this name holds AuditData."""
    return folded(name) in AUDIT_NAMES


def known_names(names: Iterable[str]) -> int:
    """How many of these are names of an audit export."""
    return sum(1 for n in map(folded, names) if n in _MEANINGS or n in OTHER_NAMES or n in AUDIT_NAMES)


def looks_like_header(names: list[str]) -> bool:
    """Whether a row of cells is the header of an audit export.

    AuditData is enough; without it two of time, operation, user and id are needed, one of them by a name that
    only audit exports use.
    """
    lowered = [folded(name) for name in names]
    if any(name in AUDIT_NAMES for name in lowered):
        return True
    key_columns = {"time", "operation", "user", "id"} & set(meanings(names))
    return len(key_columns) >= 2 or ("recordtype" in lowered and bool(key_columns))


def holds_record(header: list[str]) -> bool:
    """Whether rows under this header are records themselves: schema keys as columns, and no AuditData."""
    lowered = {folded(name) for name in header}
    if lowered & AUDIT_NAMES:
        return False
    return {"operation", "recordtype"} <= lowered and bool(
        lowered & {"organizationid", "workload", "officeworkload", "userkey", "usertype"}
    )
