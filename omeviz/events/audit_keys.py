"""Which key of AuditData fills which column of an event; keys are matched in any case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from omeviz.events.wrapper_plan import SLOTS

AUDIT_KEYS: dict[str, tuple[str, ...]] = {
    "time": ("creationtime", "creationdate", "createddatetime", "timegenerated"),
    "operation": ("operation", "operations"),
    "result": ("resultstatus",),
    "auth": ("authenticationstatus",),
    "operationstatus": ("operationstatus",),
    "recipient": ("recipient",),
    "sender": ("sender",),
    "user": ("userid", "userids", "userprincipalname"),
    "method": ("authenticationmethod",),
    "subject": ("operationproperties",),
    "attachment": ("attachmentname",),
    "message": ("messageid",),
    "type": ("recordtype", "auditlogrecordtype"),
    "workload": ("workload", "service", "officeworkload"),
    "object": ("objectid", "officeobjectid"),
    "ip": ("clientip",),
    "id": ("id", "identity", "recordid"),
    "org": ("organizationid",),
}
"""Slot -> keys in lower case, of which the first that is not empty counts."""

_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')
_TOO_MANY = 1_000_000_000


@lru_cache(maxsize=4096)
def audit_keys(keys: tuple[str, ...]) -> tuple[str | None, ...] | None:
    """The key that fills each slot, for an object of these keys; None where two keys differ only in case."""
    by_folded = {key.lower(): key for key in keys}
    if len(by_folded) != len(keys):
        return None
    return tuple(next((by_folded[name] for name in AUDIT_KEYS[slot] if name in by_folded), None) for slot in SLOTS)


@lru_cache(maxsize=4096)
def further_keys(keys: tuple[str, ...]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The keys that fill a slot where its first one is empty; most objects have none."""
    by_folded = {key.lower(): key for key in keys}
    present = (tuple(by_folded[name] for name in AUDIT_KEYS[slot] if name in by_folded) for slot in SLOTS)
    return tuple((slot, found[1:]) for slot, found in enumerate(present) if len(found) > 1)


@lru_cache(maxsize=1024)
def places_of_keys(keys: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Where the keys stand that fill each slot, the one that counts first; of repeated ones the last."""
    by_folded = {key.lower(): place for place, key in enumerate(keys)}
    return tuple(tuple(by_folded[name] for name in AUDIT_KEYS[slot] if name in by_folded) for slot in SLOTS)


def surely_unrepeated(keys: int, audit: str) -> bool:
    """A quick test that no key was lost to a repetition: as many keys came out as can stand in the text.

    Args:
        keys: How many keys came out at all depths.
        audit: The text.
    """
    return keys == audit.count('":') and _SPACED_COLON.search(audit) is None


def count_distinct(value: dict[str, Any] | list[Any]) -> int:
    """How many keys there are at all depths; a negative number where two keys of an object differ only in case."""
    count = 0
    items: Iterable[Any] = value
    if type(value) is dict:
        if not keys_are_distinct(tuple(value)):
            return -_TOO_MANY
        count, items = len(value), value.values()
    for item in items:
        if type(item) is list or type(item) is dict:
            count += count_distinct(item)
    return count


def holds_float(value: Any) -> bool:
    """Whether a value is, or has inside, a number with a fraction or an exponent."""
    if type(value) is list:
        return any(map(holds_float, value))
    return any(map(holds_float, value.values())) if type(value) is dict else type(value) is float


@lru_cache(maxsize=4096)
def keys_are_distinct(keys: tuple[str, ...]) -> bool:
    """Whether no two keys differ only in case."""
    return len({key.lower() for key in keys}) == len(keys)
