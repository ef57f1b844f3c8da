"""Values of a condition as regular expressions of the Rust `regex` crate, and columns matched against them.

Everything is case-insensitive by simple Unicode folding, which is what `(?i)` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import polars as pl

from omeviz.query.tree import Value

Way = Literal["contains", "begins", "equals"]

_BATCH = 200
"""How many plain values go into one expression; larger ones compile slowly."""

_LONGEST_BATCH = 20_000
"""And how many characters; beyond some ten thousands the engine refuses."""


def expressions(values: Iterable[Value], way: Way) -> list[str]:
    """Expressions of which any must be found in a text; `way` tells how plain values are compared."""
    plain: list[str] = []
    own: list[str] = []
    for value in (each for given in values for each in given.each):
        if value.kind == "regex":
            own.append(f"(?i){value.text}")
        elif value.kind == "wild":
            plain.append(rf"\A(?:{wildcard(value.text)})\z")
        elif way == "contains":
            plain.append(pl.escape_regex(value.text))
        else:
            plain.append(rf"\A(?:{pl.escape_regex(value.text)}){'' if way == 'begins' else chr(92) + 'z'}")
    plain = list(dict.fromkeys(plain))
    return ["(?is)" + "|".join(batch) for batch in _batches(plain)] + own


def _batches(patterns: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    length = 0
    for pattern in patterns:
        if batch and (len(batch) == _BATCH or length + len(pattern) > _LONGEST_BATCH):
            yield batch
            batch, length = [], 0
        batch.append(pattern)
        length += len(pattern)
    if batch:
        yield batch


def wildcard(text: str) -> str:
    """The expression for a text in which `*` stands for any text."""
    return ".*".join(pl.escape_regex(piece) for piece in re.split(r"\*+", text))


def any_found(column: pl.Series, patterns: Sequence[str]) -> pl.Series:
    """Which texts hold any of the expressions; a missing text holds none."""
    found: pl.Series | None = None
    for pattern in patterns:
        hit = column.str.contains(pattern, literal=False, strict=True)
        found = hit if found is None else found | hit
    if found is None:
        return nothing(len(column))
    return found.fill_null(False)


def nothing(height: int) -> pl.Series:
    """No row."""
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True)


def everything(height: int) -> pl.Series:
    """Every row."""
    return pl.repeat(True, height, dtype=pl.Boolean, eager=True)


class Among:
    """Membership of many whole texts at once, quick for the texts that are ASCII."""

    def __init__(self, texts: Sequence[str]) -> None:
        # A value beyond ASCII can equal an ASCII text only by these two, which fold to ASCII letters.
        folded = [text.replace("\u212a", "k").replace("\u017f", "s") for text in texts]
        self._lower = pl.Series([text.lower() for text in folded if text.isascii()], dtype=pl.String).unique()
        self._patterns = expressions([Value(text) for text in texts], "equals")

    def __call__(self, column: pl.Series) -> pl.Series:
        """Which texts are among them, in any case."""
        found = column.str.to_lowercase().is_in(self._lower.implode()).fill_null(False)
        odd = (column.str.len_bytes() != column.str.len_chars()).fill_null(False) & ~found
        if not odd.any():
            return found
        rows = odd.arg_true()
        return found.scatter(rows, any_found(column.gather(rows), self._patterns)) if len(rows) else found
