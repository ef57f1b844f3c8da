"""Names of the audit record types.

`record_types.tsv` lists number, name and, where two of Microsoft's sources disagree, the other source's name.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

PORTAL = "OMEPortal"
"""The record type of the encrypted message portal (154)."""

_LONGEST_NUMBER = 20
"""Characters: no record type has more digits, and Python refuses to convert thousands of them."""

_NAME_IN_OTHER_COLUMN = frozenset({22, 216})
"""Numbers whose first name is a display name; records carry the second (`Yammer`, `VivaGoals`)."""


@cache
def _tables() -> tuple[dict[int, str], dict[str, str], dict[str, int]]:
    """Number -> name, lower-case name -> name, name -> number."""
    by_number: dict[int, str] = {}
    by_name: dict[str, str] = {}
    others: dict[str, str] = {}
    numbers: dict[str, int] = {}
    text = files("omeviz.events").joinpath("record_types.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        digits, first, *rest = line.split("\t")
        number, second = int(digits), rest[0] if rest else ""
        name, other = (second, first) if number in _NAME_IN_OTHER_COLUMN and second else (first, second)
        by_number[number] = name
        by_name.setdefault(name.lower(), name)
        numbers.setdefault(name, number)
        if other:
            others.setdefault(other.lower(), name)
    return by_number, others | by_name, numbers


def name_of(number: int) -> str:
    """The name for a number; an unknown number is its own digits."""
    return _tables()[0].get(number, str(number))


def number_of(name: str) -> int | None:
    """The number of a canonical name, or None."""
    return _tables()[2].get(name)


@lru_cache(maxsize=1024)
def canonical(value: str | int) -> str:
    """The name for a number, a numeric text or a name in any case; an unknown name is returned as it is."""
    if isinstance(value, int):
        return name_of(value)
    text = value.strip()
    known = _tables()[1].get(text.lower())
    if known is not None:
        return known
    if len(text) <= _LONGEST_NUMBER and text.isascii() and text.removeprefix("-").removesuffix(".0").isdigit():
        return name_of(int(text.removesuffix(".0")))
    return text


def begins_a_name(text: str) -> bool:
    """Whether a text is a number, or a record type's name begins with it, in any case."""
    digits = text.strip().removeprefix("-").removesuffix(".0")
    return digits.isdecimal() or any(name.startswith(text.strip().lower()) for name in _tables()[1])


def means(number: int, name: str) -> bool:
    """Whether either source's name for a number is this name, in any case."""
    return name.lower() in _names_of(number)


@cache
def _names_of(number: int) -> frozenset[str]:
    by_number, names, _ = _tables()
    canonical_name = by_number.get(number)
    return frozenset(name for name, meant in names.items() if meant == canonical_name)
