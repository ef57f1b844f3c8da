"""JSON as a text with places in it: where values end, and the parts of an object as they are written.

Nothing here recurses on the depth of the text, and nothing takes more than linear time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in practice, missing from the stubs
from typing import Any, TypeAlias

STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
"""A string in its quotes; line breaks inside, which JSON forbids, are taken."""


Scanner: TypeAlias = Callable[[str, int], tuple[Any, int]]


class Repeated(list[tuple[str, Any]]):
    """The (key, value) pairs of an object in which a key is written more than once."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Repeated:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeated(pairs)


def _scanner(*, strict: bool, objects: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Scanner:
    decoder = json.JSONDecoder(
        object_pairs_hook=objects, parse_float=str, parse_int=str, parse_constant=str, strict=strict
    )
    made: Scanner = decoder.scan_once  # type: ignore[attr-defined]  # what raw_decode calls
    return made


scan = _scanner(strict=True, objects=_object)
"""(text, start) -> (value, end). Objects are dicts or `Repeated`, numbers are texts as written. Raises `FAILURES`."""

scan_lenient = _scanner(strict=False, objects=_object)
"""The same, but strings may hold control characters, line breaks among them."""

_skim = _scanner(strict=False)

FAILURES = (StopIteration, ValueError, RecursionError)
"""What the scanners raise."""

_LEAF = rf'[^"{{}}\[\]]++|{STRING}'
_nested = rf"[\[{{](?:{_LEAF})*+[\]}}]"
for _ in range(3):
    _nested = rf"[\[{{](?:{_LEAF}|{_nested})*+[\]}}]"
_SHALLOW = re.compile(_nested, re.DOTALL)
_STRUCTURE = re.compile(rf'{STRING}|[{{}}\[\]"]', re.DOTALL)
WHOLE_STRING = re.compile(STRING, re.DOTALL)
GAP = re.compile(r"[\s,\x1e\ufeff]*+")
"""What may stand between values: blanks, commas, the record separator of JSON text sequences, byte order marks."""

_SCALAR = re.compile(r'[^\s,{}\[\]":]++')
_KEY = re.compile(rf"[\s,]*+({STRING})\s*+:\s*+(?=\S)", re.DOTALL)
_BLANKS = re.compile(r"\s*+")
_SPACING = re.compile(rf"({STRING})|[ \t\r\n]++", re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Member:
    """One key of an object and where its value stands in the text."""

    key: str
    start: int
    stop: int


def value_end(text: str, start: int) -> int | None:
    """Where the value that starts here ends (exclusive), by its brackets and quotes alone; None: it does not."""
    character = text[start : start + 1]
    if character == '"':
        string = WHOLE_STRING.match(text, start)
        return string.end() if string else None
    if not character or character not in "{[":
        scalar = _SCALAR.match(text, start)
        return scalar.end() if scalar else None
    shallow = _SHALLOW.match(text, start)
    if shallow:
        return shallow.end()
    depth = 0
    for token in _STRUCTURE.finditer(text, start):
        sign = token[0][0]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if not depth:
                return token.end()
        elif token.end() - token.start() == 1:
            return None  # a quote that nothing closes; no later one would be closed either
    return None


def skimmed_end(text: str, start: int) -> int | None:
    """`value_end` of a value that is known to be sound."""
    try:
        return _skim(text, start)[1]
    except FAILURES:
        return value_end(text, start)


def members(text: str, start: int = 0) -> Iterator[Member]:
    """The keys of the object that starts here, as far as they can be told."""
    position = start + 1
    while True:
        match = _KEY.match(text, position)
        if match is None:
            return
        end = value_end(text, match.end())
        if end is None:
            return
        yield Member(unquoted(match[1]), match.end(), end)
        position = _BLANKS.match(text, end).end()  # type: ignore[union-attr]  # matches always
        if text[position : position + 1] != ",":
            return


def key_at(text: str, start: int) -> tuple[str, int] | None:
    """The key that stands here with its colon, and where its value begins; None: there is none, or not all of it."""
    match = _KEY.match(text, start)
    return (unquoted(match[1]), match.end()) if match else None


def items(text: str) -> Iterator[str]:
    """The items of a sound list, as they are written."""
    position = _BLANKS.match(text, 1).end()  # type: ignore[union-attr]  # matches always
    while position < len(text) and text[position] != "]":
        end = skimmed_end(text, position)
        if end is None:
            return
        yield text[position:end]
        position = _BLANKS.match(text, end).end()  # type: ignore[union-attr]
        if text[position : position + 1] == ",":
            position = _BLANKS.match(text, position + 1).end()  # type: ignore[union-attr]


def compact(text: str) -> str:
    """JSON without blanks between its tokens."""
    return _SPACING.sub(lambda match: match[1] or "", text)


def unquoted(text: str) -> str:
    """What a string in quotes says; escapes that JSON does not know stay as they are."""
    if "\\" not in text:
        return text[1:-1]
    try:
        said: str = scanstring(text, 1, False)[0]
    except ValueError:
        return unescaped(text[1:-1])
    return said


def unescaped(text: str) -> str:
    """The inside of a string, sound or not, without its escapes."""

    def said(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])

    text = _ESCAPE.sub(said, text)
    try:  # escaped pairs of surrogates are one character
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text
