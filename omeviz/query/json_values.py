"""Decoded values of many JSON texts at once, without leaving Polars."""

from __future__ import annotations

import re

import polars as pl

_UNICODE_ESCAPE = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
_ANY_VALUE = r'"[^"]*"|[-+0-9.eE]+|true|false|null'
_SIMPLE = {
    "\\\\": "\\",
    "\\/": "/",
    "\\b": "\b",
    "\\f": "\f",
    "\\n": "\n",
    "\\r": "\r",
    "\\t": "\t",
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def undo_escapes(texts: pl.Series, avoid: str = "") -> tuple[pl.Series, str]:
    """Sound JSON texts with the escapes in their values undone.

    Args:
        texts: JSON texts.
        avoid: Characters that must not stand for a quote.

    Returns:
        The texts, in which a quote within a value has become another character (those around values are far
        more, and replacing them takes ten times longer), and that character, which occurs nowhere else in
        them. A lone surrogate is U+FFFD.
    """
    coded = texts.filter(texts.str.contains("\\u", literal=True).fill_null(False))
    found = coded.str.extract_all(_UNICODE_ESCAPE).explode().drop_nulls().unique().to_list() if len(coded) else []
    unicode = {escape: _character(escape) for escape in sorted(found, key=len, reverse=True)}
    quote = _unused(texts, avoid + "".join(unicode.values()))
    replacements = {**_SIMPLE, **{escape: quote if c == '"' else c for escape, c in unicode.items()}, '\\"': quote}
    # Leftmost: an escaped backslash is passed over before what follows it can look like an escape.
    undone = texts.str.replace_many(list(replacements), list(replacements.values()), leftmost=True)
    return undone, quote


def values(texts: pl.Series, quote: str = "") -> pl.DataFrame:
    """Every key and every scalar: columns `row` (UInt32, position in `texts`) and `value` (text).

    Args:
        texts: JSON texts without escapes.
        quote: What stands for a quote within a value, if anything does.
    """
    rows = pl.arange(0, len(texts), dtype=pl.UInt32, eager=True).alias("row")
    tokens = pl.DataFrame({"row": rows, "value": texts.str.extract_all(_ANY_VALUE)}).explode("value").drop_nulls()
    value = pl.col("value").str.strip_prefix('"').str.strip_suffix('"')
    return tokens.with_columns(value.str.replace_all(quote, '"', literal=True) if quote else value)


def _character(escape: str) -> str:
    units = [int(digits, 16) for digits in escape.split("\\u")[1:]]
    if len(units) == 2:
        return chr(0x10000 + ((units[0] - 0xD800) << 10) + (units[1] - 0xDC00))
    return _LONE_SURROGATE.sub("\ufffd", chr(units[0]))


def _unused(texts: pl.Series, taken: str) -> str:
    """A character that occurs in none of the texts."""
    for code in (*range(0xFDD0, 0xFDF0), *range(0xE000, 0xF8FF)):
        candidate = chr(code)
        if candidate not in taken and not texts.str.contains(candidate, literal=True).any():
            return candidate
    raise ValueError("the texts use every private character")
