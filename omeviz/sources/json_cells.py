"""The values of a JSON object as cells: texts as they are, everything else as it is written."""

from __future__ import annotations

import re
from typing import Any

from omeviz.sources.json_scan import compact, members, skimmed_end, unquoted

_DATED = frozenset({"value", "datetime", "displayhint"})
"""Keys of a time as Windows PowerShell 5.1 writes it where it came with its own display."""

_COLON = re.compile(r"\s*+:\s*+")


def slice_of(text: str, key: str, following: str = "") -> str:
    """The value of one of an object's keys, as written.

    Args:
        text: The object.
        key: One of its keys.
        following: The key behind it, if that is known.
    """
    place = _only_place(text, key)
    if place > 0:
        colon = _COLON.match(text, place + len(key) + 2)
        behind = _only_place(text, following) if following else -1
        if colon and behind > colon.end():
            return text[colon.end() : behind].rstrip(" \t\r\n,")
        end = skimmed_end(text, colon.end()) if colon else None
        if colon is not None and end is not None:
            return text[colon.end() : end]
    found = ""
    for member in members(text):
        if member.key == key:
            found = text[member.start : member.stop]
    return found


def _only_place(text: str, key: str) -> int:
    """Where a string occurs that is one of an object's keys; -1 where it occurs several times."""
    sign = f'"{key}"'
    place = text.find(sign)
    return place if text.rfind(sign) == place else -1


def nested(value: Any, text: str, key: str) -> str:
    """A list or an object among a wrapper's values, as JSON; of a time with its display, the time."""
    if not value:
        return "[]" if type(value) is list else "{}"
    if type(value) is dict and type(value.get("value")) is str and all(name.lower() in _DATED for name in value):
        return str(value["value"])
    return compact(slice_of(text, key))


def cell_of(raw: str, *, as_written: bool = False) -> str | None:
    """A value as a cell."""
    if raw == "null":
        return None
    if raw[:1] == '"':
        return unquoted(raw)
    return raw if as_written else compact(raw)
