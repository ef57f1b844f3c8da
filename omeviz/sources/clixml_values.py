"""Values of Clixml: as the text of a cell, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Rope: TypeAlias = "str | tuple[Rope, ...]"
"""A text in parts, which may have parts: put together once, however deep they are."""

_ESCAPE = re.compile(r"_[xX]([0-9A-Fa-f]{4})_")
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)

NUMBERS = frozenset({"By", "SB", "U16", "I16", "U32", "I32", "U64", "I64", "Sg", "Db", "D"})
"""Elements of numbers."""

TEXTS = frozenset({"S", "ToString", "DT", "TS", "G", "URI", "Version", "XD", "SBK", "SS", "BA", "PR"})
"""Elements whose content is shown as it is. Times (`DT`) are ISO 8601, with `Z`, an offset, or neither."""

PRIMITIVES = NUMBERS | TEXTS | {"B", "C", "Nil"}
"""Elements without elements inside. Source: the serialisation protocol of PowerShell, MS-PSRP 2.2.5.1."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    Attributes:
        text: As a cell; None for a null, and where `json` says it.
        json: As JSON.
        size: Characters of the JSON, those of references included.
        is_null: It is `Nil`.
    """

    text: str | None
    json: Rope
    size: int
    is_null: bool = False

    def cell(self) -> str | None:
        """As a wrapper's cell: text as it is, objects and lists as JSON, None for a null."""
        return self.text if self.text is not None or self.is_null else flattened(self.json)


NULL = Value(None, "null", 4, is_null=True)


def decoded(text: str) -> str:
    """Text with PowerShell's `_x000A_` undone, which stands for one UTF-16 unit each."""
    if "_x" not in text and "_X" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _SPLIT_PAIR.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def text_value(text: str) -> Value:
    """A text."""
    quoted = json.dumps(text, ensure_ascii=False)
    return Value(text, quoted, len(quoted))


def primitive(tag: str, content: str) -> Value:
    """The value of one of `PRIMITIVES`."""
    if tag in TEXTS:
        return text_value(decoded(content))
    word = content.strip()
    if tag == "Nil":
        return NULL
    if tag == "B" and word in ("true", "false"):
        return Value(word.title(), word, len(word))
    if tag == "C" and word.isascii() and word.isdigit() and len(word) < 6 and int(word) < 0x10000:
        return text_value(chr(int(word)))
    if tag in NUMBERS and _NUMBER.fullmatch(word):
        return Value(word, word, len(word))
    return text_value(word)


def object_value(members: Sequence[tuple[str, Value]]) -> Value:
    """An object; repeated names stay."""
    parts: list[Rope] = []
    size = 2
    for name, value in members:
        key = json.dumps(name, ensure_ascii=False)
        parts += ("," if parts else "{", key, ":", value.json)
        size += len(key) + 2 + value.size
    return Value(None, (*parts, "}") if parts else "{}", size)


def list_value(items: Sequence[Value]) -> Value:
    """A list."""
    parts: list[Rope] = []
    size = 2
    for item in items:
        parts += ("," if parts else "[", item.json)
        size += 1 + item.size
    return Value(None, (*parts, "]") if parts else "[]", size)


def flattened(rope: Rope) -> str:
    """The text of a rope."""
    if isinstance(rope, str):
        return rope
    out: list[str] = []
    stack: list[Rope] = [rope]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            out.append(part)
        else:
            stack.extend(reversed(part))
    return "".join(out)
