"""What a name in front of `:` or `=` stands for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from omeviz.events.columns import COLUMN, COLUMNS, NAMES
from omeviz.query.schema_keys import SCHEMA_KEYS

Special = Literal["time", "after", "before", "last", "has", "is"]

SPECIALS: tuple[Special, ...] = ("time", "after", "before", "last", "has", "is")

FLAGS: dict[str, str] = {
    "marked": "marked by you",
    "copied": "with copies",
    "problem": "with a problem",
}
"""What `is:` knows, with its meaning."""

CONTAINS_THOUGH_FEW = frozenset({"file"})
"""Columns of few values that are matched like text."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a name stands for: exactly one of the three is set."""

    column: str | None = None
    special: Special | None = None
    path: tuple[str, ...] | None = None


def _known() -> dict[str, Field]:
    known = {key: Field(path=(name,)) for key, name in SCHEMA_KEYS.items()}
    for column in COLUMNS:
        names = (column.export, *column.keys)
        known |= {name.lower(): _column(column.name) for name in names}
    known["mailsubject"] = _column("subject")
    known |= {name: _column(column_name) for name, column_name in NAMES.items()}
    known |= {name: Field(special=name) for name in SPECIALS}
    return known


def _column(name: str) -> Field:
    return Field(special="time") if COLUMN[name].kind == "time" else Field(column=name)


_KNOWN = _known()


def lookup(name: str) -> Field | None:
    """What a name (in any case, without `data.`) stands for, or None."""
    return _KNOWN.get(name.lower())


def is_few(column: str) -> bool:
    """Whether `:` on this column means is, or begins with."""
    return COLUMN[column].kind == "few" and column not in CONTAINS_THOUGH_FEW


def suggest(name: str) -> str:
    """A remedy for an unknown name: the nearest known ones."""
    text = f'To search for it as text, put it in quotes: "{name}:…".'
    flag = next((flag for flag in FLAGS if name.lower() in (flag, f"{flag}s")), None)
    if flag is not None:
        return f"Did you mean is:{flag} ({FLAGS[flag]})? {text}"
    short = [*NAMES, *SPECIALS]
    near = difflib.get_close_matches(name.lower(), list(dict.fromkeys([*short, *SCHEMA_KEYS])), n=3, cutoff=0.7)
    if near:
        return f"Did you mean {_either([SCHEMA_KEYS.get(n, n) if n not in short else n for n in near])}? {text}"
    return f"Any key of AuditData can be reached as data.{name}. {text}"


def suggest_flag() -> str:
    """A remedy for an unknown `is:`."""
    return f"Known are {_either([f'is:{flag}' for flag in FLAGS], 'and')}."


def _either(names: list[str], word: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def suggest_column(name: str) -> str:
    """A remedy for the name of a column that does not exist."""
    near = difflib.get_close_matches(name.lower(), NAMES, n=3, cutoff=0.6)
    return f"Did you mean {_either(near)}?" if near else f"Columns are {_either([c.name for c in COLUMNS], 'and')}."
