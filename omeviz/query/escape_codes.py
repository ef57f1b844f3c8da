r"""How JSON may write the characters of a text by their codes (`\u00fc`), for searches in its raw text."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

ASCII_CODES = "00[2-7].|017f|212a"
"""Codes of printable ASCII characters, and of those two that equal an ASCII letter."""
ASCII_CODE = re.compile(ASCII_CODES)

_LONGEST_PREFILTER = 500
_ESCAPABLE = frozenset('"\\/')
"""Characters that JSON may write with a simple escape; controls are the others."""


def escape_prefilter(text: str) -> tuple[str, tuple[str, ...]] | None:
    r"""What the raw JSON text of every record that holds a text must hold; None where nothing quick can be said.

    Either the text itself (an expression for it comes first), or the `\u` escape of one of its characters (their
    codes come second).
    """
    if len(text) > _LONGEST_PREFILTER or any(character in _ESCAPABLE or character < " " for character in text):
        return None
    # Two escapes may make one character, and a lone surrogate's escape is read as U+FFFD.
    if any(ord(character) > 0xFFFF or character == "\ufffd" for character in text):
        return None
    codes = sorted({f"{ord(same):04x}" for character in set(text) for same in _foldings()[character]})
    return f"(?i){pl.escape_regex(text)}", tuple(codes)


def escape_expression(text: str) -> str | None:
    """The same as one expression."""
    known = escape_prefilter(text)
    if known is None:
        return None
    plain, codes = known
    return rf"{plain}|\\u(?:{'|'.join(codes)})" if codes else plain


_BEYOND_ASCII = {"k": "\u212a", "s": "\u017f"}
"""Kelvin sign and long s: what else Unicode's simple case folding (CaseFolding.txt) makes equal to an ASCII letter."""


class _Foldings(dict[str, str]):
    """Character -> every character of the first plane that equals it in any case."""

    def __missing__(self, character: str) -> str:
        if character.isascii():  # asking the engine takes milliseconds
            self[character] = same = "".join(sorted({character.lower(), character.upper()})) + _BEYOND_ASCII.get(
                character.lower(), ""
            )
            return same
        hit = _first_plane().str.contains(f"(?i)^{pl.escape_regex(character)}$", strict=True)
        self[character] = found = "".join(_first_plane().filter(hit).to_list())
        return found


@cache
def _foldings() -> _Foldings:
    return _Foldings()


@cache
def _first_plane() -> pl.Series:
    return pl.Series([chr(code) for code in range(0x10000) if not 0xD800 <= code <= 0xDFFF])
