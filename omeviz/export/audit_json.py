"""AuditData on one line, as in the source but for line breaks and indentation between its tokens."""

from __future__ import annotations

import json
import re
from typing import NoReturn

import orjson

# A text stays, blanks on one line stay, any other white space holds a line break and goes. Nothing backtracks.
_LAYOUT = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")|([ \t]++(?![\r\n]))|[ \t\r\n]++', re.DOTALL)

_DEEP = 300
"""Brackets from which on the standard library is asked too: it refuses what is nested a thousand deep."""

_LONG_NUMBER = re.compile(r"\d{4300}")
"""Digits that the standard library refuses in one number."""


def on_one_line(text: str) -> str | None:
    """AuditData that any JSON parser reads, without line breaks; None where it is no such object.

    Repeated keys, escapes, the literals of numbers and blanks within a line stay. An escaped lone surrogate and a
    number beyond a double (`1e999`) are sound JSON to some parsers only.

    Args:
        text: AuditData as in the source.
    """
    line = _LAYOUT.sub(r"\1\2", text) if "\n" in text or "\r" in text else text
    return line if _is_object(line) else None


def _is_object(text: str) -> bool:
    try:
        if type(orjson.loads(text)) is not dict:
            return False
    except ValueError:
        return False
    if text.count("[") + text.count("{") > _DEEP or (len(text) > 4300 and _LONG_NUMBER.search(text)):
        return _standard_library_reads_object(text)
    return True


def _standard_library_reads_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=_refuse_constant), dict)
    except (ValueError, RecursionError):
        return False


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
