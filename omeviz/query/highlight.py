"""Where a filter hits a shown text."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from omeviz.query.fields import is_few
from omeviz.query.scan import storable
from omeviz.query.tree import And, Compare, Data, Filter, Node, Or, Text, Value

Span = tuple[int, int]
"""From (inclusive) and to (exclusive), in characters."""

_LONGEST = 100_000
"""Longer texts are highlighted up to here."""

_MOST_VALUES = 50


class Needles:
    """What to highlight: texts that a filter looks for. Negated conditions have nothing to show."""

    def __init__(self, filter: Filter | None) -> None:  # noqa: A002  # its name everywhere
        self._plain: dict[str | None, list[str]] = {}
        self._regex: dict[str | None, list[str]] = {}
        if filter is not None:
            self._collect(filter.node)
        # Each by itself: hits may overlap.
        self._compiled = {
            column: [re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in patterns]
            for column, patterns in self._plain.items()
        }
        # A page is drawn from the same texts again and again.
        self._known = lru_cache(maxsize=4096)(self._spans)

    def __bool__(self) -> bool:
        return bool(self._compiled or self._regex)

    def spans(self, text: str, column: str | None = None) -> list[Span]:
        """Where a text is hit, in order, without overlaps.

        Args:
            text: A value as it is, not its visible form.
            column: The column it stands in; None: somewhere in the record, which only text searches hit.
        """
        return list(self._known(text[:_LONGEST], column)) if self and text else []

    def _spans(self, text: str, column: str | None) -> tuple[Span, ...]:
        found: list[Span] = []
        for where in dict.fromkeys((None, column)):
            for compiled in self._compiled.get(where, ()):
                found += [match.span() for match in compiled.finditer(text)]
            for pattern in self._regex.get(where, ()):
                found += _regex_spans(text, pattern)
        return _merged(found)

    def _collect(self, node: Node) -> None:
        match node:
            case And(children=children) | Or(children=children):
                for child in children:
                    self._collect(child)
            case Text(value=value):
                self._add(None, value, "{}")
            case Compare(column=column, operator=operator, values=values):
                whole = r"\A{}\Z" if operator == "=" else r"\A{}" if is_few(column) else "{}"
                if column == "message" and operator == "=":
                    whole = r"\A<?{}>?\Z"
                for value in [each for given in values for each in given.each][:_MOST_VALUES]:
                    self._add(column, value, whole)
            case Data(values=values, operator=operator):
                for value in [each for given in values for each in given.each][:_MOST_VALUES]:
                    self._add("data", value, r"\A{}\Z" if operator == "=" else "{}")

    def _add(self, column: str | None, value: Value, whole: str) -> None:
        if value.kind == "regex":
            self._regex.setdefault(column, []).append(f"(?i){value.text}")
        elif value.kind == "wild":
            pattern = ".*?".join(re.escape(piece) for piece in re.split(r"\*+", value.text))
            self._plain.setdefault(column, []).append(rf"\A{pattern}\Z")
        else:
            self._plain.setdefault(column, []).append(whole.format(re.escape(value.text)))


def needles(filter: Filter | None) -> Needles:  # noqa: A002
    """What a filter highlights. The column name `data` stands for any value of AuditData."""
    return Needles(filter)


def _regex_spans(text: str, pattern: str) -> list[Span]:
    """Hits of an expression by the engine that searches, which never takes longer than the text is long."""
    hits = pl.Series([storable(text)]).str.extract_all(pattern)[0]
    found: list[Span] = []
    at = 0
    for hit in hits:
        start = text.find(hit, at) if hit else -1
        if start >= 0:
            at = start + len(hit)
            found.append((start, at))
    return found


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)
