"""AuditData in a form in which two copies of one event are equal, whoever exported them.

The cmdlet, its `-Formatted`, Microsoft Graph, the Management Activity API and PowerShell's own JSON write the same
record differently. What means the same has the same leaves here: keys in any case and any order, without
`@odata.type`; codes and their names; times with and without zone and fraction; lists of names and values in any
order, also as JSON text or as PowerShell shows objects; absent, null and empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from omeviz.events import powershell_text, times
from omeviz.events.codes import outcome, status_of
from omeviz.events.json_text import NotJson, Number, Pairs, Value, compact, parse_pairs, scalar_text
from omeviz.events.meaning import USER_TYPES
from omeviz.events.record_types import canonical
from omeviz.events.values import list_within, recipients_in_text

ODATA_TYPE = "@odata.type"
"""Ends the keys with which Microsoft Graph tags types; they are no part of a record."""

TYPE_KEYS = frozenset({"recordtype", "auditlogrecordtype"})

Path: TypeAlias = tuple[str, ...]
"""Names in lower case, from the record's top; entries of a list by their name or their place, from 1."""


class Leaf(NamedTuple):
    """One value of a record.

    Attributes:
        text: In canonical form.
        name: Its path as written.
        shown: The value as written.
        lost: The export wrote the name of a type in place of the value, which therefore contradicts nothing.
    """

    text: str
    name: str
    shown: str
    lost: bool = False


Leaves: TypeAlias = dict[Path, Leaf]

_ENUMS: dict[str, tuple[str, ...]] = {
    "usertype": USER_TYPES,
    "scope": ("Online", "Onprem"),
    "azureactivedirectoryeventtype": ("AccountLogon", "AzureApplicationAuditEvent"),
    "logontype": ("Owner", "Admin", "Delegated", "Transport", "SystemService", "BestAccess", "DelegatedAdmin"),
}
"""Names of codes, by number from 0. Source: the Management Activity API schema."""

_NUMBERS: dict[str, dict[str, str]] = {
    key: {name.lower(): str(number) for number, name in enumerate(names)} for key, names in _ENUMS.items()
}
_SPELLINGS: dict[str, dict[str, str]] = {
    "operation": {"authenticationrequest": "authenticaterequest"},
    "authenticationmethod": {"gmail": "google"},
}
"""Values that are compared in any case, and which of them are one."""

_LOST = re.compile(r"System\.(?:Object\[\]|Collections\.[\w.`\[\], ]+)")
_GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_PROPERTY = ["name", "value"]
_WHOLE = re.compile(r"(-?\d{1,9})(?:\.0+)?", re.ASCII)
_FARTHEST = 400
"""Digits before or behind the point beyond which a number is compared as it is written."""
_DEEPEST_TEXT = 2
"""How often a text is taken for the JSON in it: a list as text, in a list as text."""


def leaves_of(record: Value) -> Leaves:
    """The leaves of a decoded record (`Pairs`). Of a repeated key each value is one; absent ones are none."""
    found: Leaves = {}
    repeated: dict[Path, int] = {}
    stack: list[tuple[Path, str, Value, int]] = [((), "", record, 0)]
    while stack:
        path, name, value, opened = stack.pop()
        key = path[-1] if path else ""
        if isinstance(value, str) and not isinstance(value, Number) and opened < _DEEPEST_TEXT:
            inner = _opened(key, value)
            if inner is not None:
                value, opened = inner, opened + 1
        value = list_within(value)
        if isinstance(value, Pairs) and path and _is_property(value) and _named(value) is not None:
            value = [value]  # a list of one name and its value, unrolled by PowerShell
        if isinstance(value, Pairs):
            inside = list(_members(path, name, value))
        elif isinstance(value, list):
            inside = list(_entries(path, name, key, value))
        else:
            leaf = _leaf(name, key, value)
            if leaf is not None:
                if path in found:
                    repeated[path] = number = repeated.get(path, 1) + 1
                    path = (*path[:-1], f"{key}\n{number}")
                found[path] = leaf
            continue
        stack += [(*one, opened) for one in reversed(inside)]
    return found


def same(key: str, one: str, other: str) -> bool:
    """Whether two canonical texts of a key (in lower case) mean the same."""
    if one == other:
        return True
    if key not in TYPE_KEYS:
        return False
    from omeviz.events.careful import same_record_type  # two of Microsoft's sources disagree on some names

    return same_record_type(one, other) or same_record_type(other, one)


def _leaf(name: str, key: str, value: Value) -> Leaf | None:
    text = "" if value is None else scalar_text(value)
    if not text.strip():
        return None
    return Leaf(_canonical(key, value), name, text, isinstance(value, str) and _LOST.fullmatch(text) is not None)


def _members(path: Path, name: str, pairs: Pairs) -> Iterator[tuple[Path, str, Value]]:
    for key, value in pairs:
        folded = key.strip().lower()
        if not folded.endswith(ODATA_TYPE):
            yield (*path, folded), f"{name}.{key}" if name else key, value


def _entries(path: Path, name: str, key: str, values: list[Value]) -> Iterator[tuple[Path, str, Value]]:
    """By their names where all have one, else by their places; the only one is the list's value."""
    values = [value for value in values if value is not None and value != ""]
    named = [named for value in values if isinstance(value, Pairs) and (named := _named(value)) is not None]
    if named and len(named) == len(values):
        if len({entry_name.lower() for entry_name, _ in named}) < len(named):
            named.sort(key=lambda one: (one[0].lower(), _rank(one[1])))
        for entry_name, rest in named:
            yield (*path, entry_name.lower()), f"{name}.{entry_name}", rest
        return
    if key == "recipient":
        values.sort(key=_rank)
    for number, value in enumerate(values, start=1):
        yield (path, name, value) if len(values) == 1 else ((*path, str(number)), f"{name}.{number}", value)


def _rank(value: Value) -> str:
    """What entries of a list without an order are sorted by: the same for any order and case of keys."""
    if isinstance(value, Pairs):
        members = ((key.strip().lower(), item) for key, item in value)
        return (
            f"{{{','.join(sorted(f'{key}:{_rank(item)}' for key, item in members if not key.endswith(ODATA_TYPE)))}}}"
        )
    if isinstance(value, list):
        return f"[{','.join(map(_rank, value))}]"
    return compact(value)


def _is_property(pairs: Pairs) -> bool:
    """Whether an object is a name and its value, and nothing else."""
    return sorted(folded for key, _ in pairs if not (folded := key.strip().lower()).endswith(ODATA_TYPE)) == _PROPERTY


def _named(pairs: Pairs) -> tuple[str, Value] | None:
    """The name of a list's entry and what else it holds: its value, where that is all; None for another object."""
    name: Value = None
    rest: list[tuple[str, Value]] = []
    for key, value in pairs:
        folded = key.strip().lower()
        if folded == "name" and name is None:
            name = value
        elif not folded.endswith(ODATA_TYPE):
            rest.append((folded, value))
    if not isinstance(name, str) or not name.strip():
        return None
    if [key for key, _ in rest] == ["value"]:
        return name.strip(), rest[0][1]
    return name.strip(), Pairs(rest)


def _opened(key: str, text: str) -> Value:
    """What a text is when it is taken for JSON, for PowerShell's objects, or for several recipients; else None."""
    text = text.strip()
    if text[:1] in ("[", "{"):
        try:
            value = parse_pairs(text)
        except NotJson:
            return None
        return value if isinstance(value, (list, Pairs)) else None
    if text[:2] == "@{":
        entries: list[Value] = [
            Pairs((("Name", name), ("Value", value))) for name, value in powershell_text.properties_of(text)
        ]
        return entries or Pairs(powershell_text.pairs_of(text)) or None
    several = recipients_in_text(text) if key == "recipient" else None
    return list(several) if several else None


def _canonical(key: str, value: Value) -> str:
    text = scalar_text(value).strip()
    folded = text.lower()
    if key in TYPE_KEYS:
        return canonical(text)
    if key in ("authenticationstatus", "operationstatus"):
        return outcome(text) or folded
    if key == "resultstatus":
        status = status_of(text, None, None)
        return folded if status == "unknown" else status
    if key in _NUMBERS:
        whole = _WHOLE.fullmatch(text)
        return str(int(whole[1])) if whole else _NUMBERS[key].get(folded, folded)
    if key in _SPELLINGS:
        return _SPELLINGS[key].get(folded, folded)
    if isinstance(value, Number):
        return _number(text)
    if isinstance(value, bool) or folded in ("true", "false"):
        return folded
    if _GUID.fullmatch(text):
        return folded
    return _moment(text) or text


def _moment(text: str) -> str | None:
    if text[:1] not in "12/\\" or len(text) > 60:
        return None
    moment = times.parse_iso(text)
    if moment is None and "/Date(" in text:
        read = times.parse_any(text)
        moment = read[0] if read else None
    return None if moment is None else moment.isoformat()


def _number(text: str) -> str:
    """A number's literal without exponent and without zeros that say nothing."""
    if len(text) > _FARTHEST:
        return text
    number = Decimal(text)
    if not -_FARTHEST < number.adjusted() < _FARTHEST:
        return text
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain
