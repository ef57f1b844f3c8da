"""Sensitive values that are known from elsewhere, found again inside other texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from omeviz.export.redact.kinds import COLUMN_KINDS, Kind
from omeviz.export.redact.patterns import Place
from omeviz.export.redact.stand_ins import StandIns

if TYPE_CHECKING:
    from omeviz.store import Store

_T = TypeVar("_T")

SHORTEST = 4
"""Characters of a value that is looked for inside other texts: shorter ones are in every text by chance."""

_MOST_WORDS = 64
_WORD = re.compile(r"\w+")
_FORM_TELLS = r"(?i)^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$|^[^\s@<>]+@[^\s@<>]+$|^\s*$"
_SEARCHED = tuple(
    name
    for name, kind in COLUMN_KINDS.items()
    if kind in (Kind.USER, Kind.SUBJECT, Kind.ATTACHMENT, Kind.MESSAGE, Kind.ID)
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a value: its kind, and how many signs stand before its first and behind its last word."""

    kind: Kind
    before: int
    after: int


class Vocabulary:
    """Values, found by their words in any case; only hashes of them are held."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._lengths: dict[int, tuple[int, ...]] = {}
        self._shared: dict[object, Any] = {}

    def add(self, kind: Kind, value: str) -> None:
        """Add a value; one without words, with very many, or a very short one is left out."""
        words = [match.span() for match in _WORD.finditer(value)]
        if not words or len(words) > _MOST_WORDS:
            return
        start, stop = words[0][0], words[-1][1]
        core = hash(value[start:stop].casefold())
        if stop - start < SHORTEST or core in self._known:
            return
        known = _Known(kind, start, len(value) - stop)
        self._known[core] = self._once(known)
        if kind is not Kind.MESSAGE and (known.before or known.after):
            self._known[hash(value.casefold())] = self._once(_Known(kind, 0, 0))
        first = hash(value[slice(*words[0])].casefold())
        lengths = {*self._lengths.get(first, ()), len(words)}
        self._lengths[first] = self._once(tuple(sorted(lengths, reverse=True)))

    def _once(self, item: _T) -> _T:
        """The same object for equal ones: there may be millions."""
        shared: _T = self._shared.setdefault(item, item)
        return shared

    def places(self, text: str, stand_ins: StandIns) -> list[Place]:
        """Where values stand in a text, longest first from each word on, without overlaps."""
        found: list[Place] = []
        words = [match.span() for match in _WORD.finditer(text)] if self._known else []
        index = 0
        while index < len(words):
            start = words[index][0]
            for length in self._lengths.get(hash(text[start : words[index][1]].casefold()), ()):
                if index + length > len(words):
                    continue
                stop = words[index + length - 1][1]
                known = self._known.get(hash(text[start:stop].casefold()))
                if known is not None:
                    found.append(self._place(text, start, stop, known, stand_ins))
                    index += length - 1
                    break
            index += 1
        return found

    def _place(self, text: str, start: int, stop: int, known: _Known, stand_ins: StandIns) -> Place:
        """A value, with the signs around its words where they are its own: so it gets the stand-in it has elsewhere."""
        wide = text[max(0, start - known.before) : stop + known.after]
        if (known.before or known.after) and hash(wide.casefold()) in self._known:
            return Place(start - known.before, stop + known.after, lambda: stand_ins.whole(known.kind, wide))
        return Place(start, stop, lambda: stand_ins.whole(known.kind, text[start:stop]))


def vocabulary_of(store: Store) -> Vocabulary:
    """Everything sensitive in a session's decoded columns but what its form gives away anyway."""
    import polars as pl

    words = Vocabulary()
    frame = store.frame
    for name in _SEARCHED:
        values = frame.get_column(name).drop_nulls()
        kind = COLUMN_KINDS[name]
        if kind is not Kind.MESSAGE:
            values = values.filter(~values.str.contains(_FORM_TELLS))
        add_all(words, kind, values.unique())
    several = frame.lazy().select(pl.col("recipients").drop_nulls().explode().drop_nulls().unique()).collect()
    add_all(words, Kind.USER, several.to_series())
    return words


def add_all(words: Vocabulary, kind: Kind, values: Iterable[str]) -> None:
    """Add values of one kind."""
    for value in values:
        words.add(kind, value)
