"""What a wrapper's columns mean, by name, in any case: the second witness beside AuditData."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from omeviz.events.columns import COLUMNS

AUDIT_NAMES = frozenset({"auditdata"})
"""Names of the AuditData column, lower case."""

_SURE = ("auditdata_s", "raweventdata")
_POSSIBLE = (
    *(
        "event.original",
        "event_original",
        "log.original",
        "_raw",
        "raw",
        "rawdata",
        "raw_data",
        "rawevent",
        "raw_event",
        "rawmessage",
        "raw_message",
        "rawlog",
        "raw_log",
    ),
    *("message", "log", "_source", "event", "payload", "body", "record", "json"),
)
"""Columns that hold the record as text where there is no AuditData, likeliest first: those of Log Analytics' custom
tables and of Defender; and those of Elastic, Splunk and others, which may hold something else."""

_MEANINGS: dict[str, str] = {
    key.lower(): column.name
    for column in COLUMNS
    for key in (*column.keys, *([column.export] if column.export not in {"Status", "File"} else ()))
} | {"operationproperties": "subject", "mailsubject": "subject"}

_SAVED_RESULTS = {"date": "time", "user": "user", "activity": "operation", "item": "object"}
"""Columns of Purview's "Save loaded results", which mean this only together."""

_CLOUD_APP_EVENTS = frozenset({"timestamp", "actiontype"})
"""Columns of Defender's table, which tell it by standing together."""

_HINTS: dict[str, tuple[str, ...]] = {
    "time": ("start_time", "timestamp", "@timestamp", "_time"),
    "operation": ("actiontype", "event.action"),
    "user": ("accountupn", "accountid", "user.id", "accountdisplayname"),
    "workload": ("event.provider",),
    "ip": ("client_ipaddress", "ipaddress", "source.ip"),
    "id": ("officeid", "sourcerecordid", "event.id"),
    "org": ("organization.id",),
}
"""Columns that a platform fills by its own rules (Log Analytics, Defender, Elastic, Splunk), likeliest first: better
than nothing where the record does not say, and no witness against it where it does."""

_TELLING = re.compile(
    "(?<![a-z])(?:"
    + "|".join(
        re.escape(name)
        for name in sorted(
            {
                *(name for name, column in _MEANINGS.items() if column in ("time", "operation", "user")),
                *("recordtype", "activity", "actiontype", *AUDIT_NAMES, *_SURE),
            }
        )
    )
    + ")(?![a-z])",
    re.IGNORECASE,
)
"""Of two among time, operation, user and id, one is no id."""

_WEAK = {name: column for column, names in _HINTS.items() for name in names}

_PRECEDENCE = {key.lower(): rank for column in COLUMNS for rank, key in enumerate(column.keys)} | {
    name: 100 + rank for names in _HINTS.values() for rank, name in enumerate(names)
}

OTHER_NAMES = frozenset(
    {
        *("pscomputername", "runspaceid", "psshowcomputername", "resultindex", "resultcount", "isvalid", "objectstate"),
        *("associatedadminunits", "associatedadminunitsnames", "administrativeunits", "details"),
        *("usertype", "userkey", "version", "officetenantid", "sourcesystem", "_resourceid", "elevationtime"),
        *("host", "source", "sourcetype", "index", "linecount", "punct", "splunk_server", "_indextime"),
        *("application", "applicationid", "accountobjectid", "accounttype", "reportid", "activityobjects"),
    }
)
"""Wrapper columns that fill no column of an event, lower case."""

_KNOWN = frozenset({*_MEANINGS, *_WEAK, *OTHER_NAMES, *AUDIT_NAMES, *_SURE, *_POSSIBLE})

_PREFIXES = ("_source.", "o365audit.", "o365.audit.", "properties.", "auditdata.", "auditdata_", "raweventdata.")
_SUFFIXES = ("_s", "_t", "_d", "_b", "_g", "_")
"""What platforms put around a key: Elastic and Splunk its path, Log Analytics the type of a custom table's column or,
for the doubled columns of `OfficeActivity`, nothing behind the `_`."""


def folded(name: str) -> str:
    """A wrapper column's name for comparing: lower case, without Log Analytics' ` [UTC]` and Splunk's `{}`."""
    return name.strip().lower().removesuffix("[utc]").strip().removesuffix("{}")


def schema_name(name: str) -> str:
    """A wrapper column's name, folded, and without what a platform put around a key it knows."""
    plain = folded(name)
    if plain in _KNOWN:
        return plain
    for prefix in _PREFIXES:
        plain = plain.removeprefix(prefix)
    if plain in _KNOWN:
        return plain
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and plain.removesuffix(suffix) in _KNOWN:
            return plain.removesuffix(suffix)
    return plain


def is_decorated(name: str) -> bool:
    """Whether a platform put something around a key of the schema: `Operation_s`, `o365.audit.Operation`."""
    return schema_name(name) != folded(name)


def meanings(header: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Column name -> the positions in the header that can fill it, first one first.

    Source of the names: `omeviz.events.columns`, Purview's saved results, and the platforms' own columns.
    """
    written = list(header)
    names = [schema_name(name) for name in written]
    known = _WEAK | _MEANINGS
    if {"date", "user", "activity"} <= set(names):
        known = known | _SAVED_RESULTS
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        if name in known:
            found.setdefault(known[name], []).append(position)
    return {
        column: tuple(
            sorted(positions, key=lambda p: (_PRECEDENCE.get(names[p], 99), names[p] != folded(written[p]), p))
        )
        for column, positions in found.items()
    }


def is_weak(name: str) -> bool:
    """Whether a column fills a gap but is no witness: a platform fills it by its own rules."""
    return schema_name(name) in _WEAK


def is_audit(name: str) -> bool:
    """Whether a column of this name holds AuditData."""
    return folded(name) in AUDIT_NAMES


def embedding(names: Sequence[str]) -> list[tuple[int, bool]]:
    """The columns that may hold the record as text, likeliest first; True: it is AuditData by another name."""
    ranks = {name: rank for rank, name in enumerate((*_SURE, *_POSSIBLE))}
    plain = [schema_name(name) for name in names]
    found = sorted((ranks[name], position) for position, name in enumerate(plain) if name in ranks)
    return [(position, rank < len(_SURE)) for rank, position in found]


def known_names(names: Iterable[str]) -> int:
    """How many of these are names of an audit export."""
    return sum(1 for name in names if schema_name(name) in _KNOWN)


def looks_like_header(names: list[str]) -> bool:
    """Whether a row of cells is the header of an audit export.

    AuditData is enough, by whatever name; without it two of time, operation, user and id are
    needed, one of them by a name that only audit exports use.
    """
    lowered = {schema_name(name) for name in names}
    if not lowered.isdisjoint(AUDIT_NAMES) or not lowered.isdisjoint(_SURE) or lowered >= _CLOUD_APP_EVENTS:
        return True
    strong = [name for name in names if not is_weak(name)]
    key_columns = {"time", "operation", "user", "id"} & set(meanings(strong))
    return len(key_columns) >= 2 or ("recordtype" in lowered and bool(key_columns))


def may_be_header(line: str) -> bool:
    """Whether a name stands in a line without which `looks_like_header` is never true; much quicker than that."""
    return _TELLING.search(line) is not None


def holds_record(header: list[str]) -> bool:
    """Whether rows under this header are records themselves: schema keys as columns, and no AuditData."""
    lowered = {schema_name(name) for name in header}
    if not lowered.isdisjoint(AUDIT_NAMES) or not lowered.isdisjoint(_SURE):
        return False
    if lowered >= {"operation", "recordtype"} and lowered & {
        *("organizationid", "workload", "officeworkload", "userkey", "usertype")
    }:
        return True
    if "operation" in lowered and lowered & {"creationtime", "timegenerated", "officeworkload", "officeobjectid"}:
        return True
    return lowered >= _CLOUD_APP_EVENTS


def single(cell: str) -> str:
    """A cell, or its one line where Splunk wrote the same value several times below each other."""
    if "\n" not in cell:
        return cell
    lines = [line.strip() for line in cell.strip().split("\n")]
    return lines[0] if len(lines) > 1 and len(set(lines)) == 1 else cell


def repeats(cell: str, value: str) -> bool:
    """Whether a cell says a value, in any case: as a whole, or as one of several values below each other."""
    wanted = value.strip().lower()
    said = cell.strip().lower()
    return said == wanted or ("\n" in said and wanted in map(str.strip, said.split("\n")))
