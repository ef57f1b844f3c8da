r"""What a regular expression can match, as far as it decides how raw JSON may be searched with it.

JSON text is a chain of tokens: texts between delimiters (quotes), numbers, `true`, `false`, `null`, and structure
(braces, brackets, `:`, `,` and blanks). An expression is meant for one decoded value at a time. Three changes make
one search over the whole JSON text do, as long as its escapes are undone:

- No part of it may match a delimiter, so that a match lies inside one text, or wholly outside the texts.
- Anchors are taken out; then it finds at least what it should, and each find needs another look.
- A find is certain when every match holds a character that JSON has only inside texts, or none that is structure.

The syntax is that of the Rust `regex` crate. Whatever is not understood gives no shape, and values are looked at
one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

_STRUCTURE = "{}[]:, \t\r\n"
# In any case, and with the one character beyond ASCII that folds into it.
_OUTSIDE_TEXTS = _STRUCTURE + "0123456789+-." + "truefalsnTRUEFALSN" + "\u017f"

_QUANTIFIER = re.compile(r"(?:[*+?]|\{\s*(?P<low>\d*)\s*(?:,\s*\d*\s*)?\})\??")
_GROUP = re.compile(r"\((?:\?(?:P?<[^>]+>|(?P<flags>[a-zA-Z-]*)(?P<end>[:)])))?")
_CLASS_ESCAPE = re.compile(
    r"\\(?:[dDsSwWnrtfva]|[pP](?:\{[^}]*\}|.)|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[xuU]\{[0-9A-Fa-f]+\})"
)
_BOUNDARY = re.compile(r"\\(?:b\{[a-z-]+\}|[bB<>])")
_KNOWN_FLAGS = frozenset("iU-")
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Characters:
    """A class of characters in an expression, as written, and whether a quote is one of them."""

    written: str
    quote: bool


QUOTE = Characters('"', quote=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """An expression prepared for searching whole JSON texts.

    Attributes:
        pieces: The expression in pieces; what could match a quote is kept apart.
        certain: A find in JSON text without escapes is a find in a value.
    """

    pieces: tuple[str | Characters, ...]
    certain: bool

    def pattern(self, quote: str = "") -> str:
        """The expression for JSON text whose values hold no quote, or this character for each of them."""
        return "(?i)" + "".join(p if isinstance(p, str) else _without_delimiters(p, quote) for p in self.pieces)


def _without_delimiters(characters: Characters, quote: str) -> str:
    rest = f'[{characters.written}&&[^"{quote}]]'
    return f"[{rest}{quote}]" if quote and characters.quote else rest


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a piece of an expression.

    `inside`: every match holds a character that only texts hold. `single`: no match holds structure.
    `some`: no match is empty.
    """

    inside: bool = False
    single: bool = True
    some: bool = False


def shape_of(pattern: str) -> Shape | None:
    """The shape of an expression, or None where it is not understood."""
    reader = _Reader(pattern)
    try:
        part = reader.any_of(0)
    except _UnknownError:
        return None
    if reader.at != len(pattern):
        return None
    certain = part.some and (part.inside or part.single) and not reader.anchored
    return Shape(tuple(reader.pieces), certain)


_RUNS = re.compile(f"[{re.escape(_STRUCTURE)}]+")
_WORDS = ("true", "false", "null")
_NUMERIC = frozenset("0123456789+-.")


def only_in_texts(text: str) -> bool:
    """Whether a text, in any case, can stand in sound JSON only within one text.

    Outside of texts stand words and numbers between structure: what this text has at its beginning would have to end
    one of them, what it has at its end would have to begin one, and what it has between would have to be one.
    """
    first, *others = _RUNS.split(text.lower().replace("\u017f", "s"))
    if not others:
        return not set(text) <= set(_OUTSIDE_TEXTS)
    *between, last = others
    return not (
        (_NUMERIC & set(first) or any(word.endswith(first) for word in _WORDS))
        and (_NUMERIC & set(last) or any(word.startswith(last) for word in _WORDS))
        and all(_NUMERIC & set(run) or run in _WORDS for run in between)
    )


class _UnknownError(Exception):
    """Something that this reader does not understand."""


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.pieces: list[str | Characters] = []
        self.anchored = False

    def any_of(self, depth: int) -> _Part:
        if depth > _DEEPEST:
            raise _UnknownError
        part = self.all_of(depth)
        while self.pattern.startswith("|", self.at):
            self.copy(1)
            other = self.all_of(depth)
            part = _Part(part.inside and other.inside, part.single and other.single, part.some and other.some)
        return part

    def all_of(self, depth: int) -> _Part:
        whole = _Part()
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part = self.repeated(self.one(depth))
            whole = _Part(whole.inside or part.inside, whole.single and part.single, whole.some or part.some)
        return whole

    def repeated(self, part: _Part) -> _Part:
        while match := _QUANTIFIER.match(self.pattern, self.at):
            low = match["low"]
            if match[0][0] in "*?" or (match[0][0] == "{" and (not low or int(low) == 0)):
                part = _Part(single=part.single)
            self.copy(len(match[0]))
        return part

    def one(self, depth: int) -> _Part:
        character = self.pattern[self.at]
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.matched(self.bracketed())
        if character == ".":
            self.at += 1
            self.pieces.append('[^\\n"]')
            return _Part(single=False, some=True)
        if character in "^$":
            return self.anchor(1)
        if character == "\\":
            return self.escaped()
        if character in "*+?{":
            raise _UnknownError
        return self.literal(character, character)

    def escaped(self) -> _Part:
        pattern, at = self.pattern, self.at
        if pattern[at : at + 2] in {"\\A", "\\z"}:
            return self.anchor(2)
        if match := _BOUNDARY.match(pattern, at):
            self.copy(len(match[0]))
            return _Part()
        if match := _CLASS_ESCAPE.match(pattern, at):
            return self.matched(match[0])
        following = pattern[at + 1 : at + 2]
        if not following or following.isalnum():
            raise _UnknownError
        return self.literal(following, pattern[at : at + 2])

    def anchor(self, length: int) -> _Part:
        self.at += length
        self.pieces.append("(?:)")
        self.anchored = True
        return _Part()

    def group(self, depth: int) -> _Part:
        match = _GROUP.match(self.pattern, self.at)
        if not match or not set(match["flags"] or "") <= _KNOWN_FLAGS:
            raise _UnknownError
        self.copy(len(match[0]))
        if match["end"] == ")":
            return _Part()
        part = self.any_of(depth + 1)
        if not self.pattern.startswith(")", self.at):
            raise _UnknownError
        self.copy(1)
        return part

    def literal(self, character: str, written: str) -> _Part:
        self.at += len(written)
        if character == '"':
            self.pieces.append(QUOTE)
            return _Part(inside=True, some=True)
        self.pieces.append(written)
        return _Part(character not in _OUTSIDE_TEXTS, character not in _STRUCTURE, some=True)

    def matched(self, written: str) -> _Part:
        """A class of characters, asked from the engine itself."""
        self.at += len(written)
        characters = pl.Series([*_OUTSIDE_TEXTS, '"'])
        hit = characters.filter(characters.str.contains(f"(?i)^(?:{written})$", strict=True)).to_list()
        self.pieces.append(Characters(written, '"' in hit))
        hit = [character for character in hit if character != '"']
        return _Part(not hit, not set(hit) & set(_STRUCTURE), some=True)

    def bracketed(self) -> str:
        """The text of a bracketed class, nested ones included."""
        pattern, at, depth = self.pattern, self.at, 0
        while at < len(pattern):
            character = pattern[at]
            if character == "\\":
                at += 2
                continue
            if character == "[":
                depth += 1
                at += 2 if pattern[at + 1 : at + 2] == "^" else 1
                # A bracket directly behind the opening one is a character of the class.
                at += pattern[at : at + 1] == "]"
                continue
            at += 1
            if character == "]":
                depth -= 1
                if not depth:
                    return pattern[self.at : at]
        raise _UnknownError

    def copy(self, length: int) -> None:
        self.pieces.append(self.pattern[self.at : self.at + length])
        self.at += length
