"""The parsed filter: a tree of frozen nodes that know their place in the text.

Two nodes are equal when they mean the same conditions in the same order; their places in the text do not count.
`str(node)` prints canonical text, and parsing that text gives an equal node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Interval = tuple[int | None, int | None]
"""Microseconds since 1970 UTC, from (inclusive) and to (exclusive); None: open."""

KEYWORDS = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a filter.

    Attributes:
        start: Where it begins in the filter text, in characters from 0.
        stop: Where it ends, exclusive.
    """

    start: int = field(default=0, compare=False, kw_only=True)
    stop: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Value(Node):
    """One value of a condition.

    Attributes:
        text: The text to compare with, escapes undone; for a file its path.
        kind: `text` as it is; `wild` with `*` for any text; `regex`; `file`: any line of a text file.
        lines: The file's lines as values; empty for the other kinds.
    """

    text: str
    kind: Literal["text", "wild", "regex", "file"] = "text"
    lines: tuple[Value, ...] = ()

    def __str__(self) -> str:
        if self.kind == "regex":
            return f"/{_escape_slashes(self.text)}/"
        if self.kind == "file":
            return f"@{quoted(self.text)}" if _needs_quotes(self.text) else f"@{self.text}"
        return quoted(self.text) if _needs_quotes(self.text) else self.text

    @property
    def each(self) -> tuple[Value, ...]:
        """The values to compare with: a file's lines, else this one."""
        return self.lines if self.kind == "file" else (self,)


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them. Without children it matches every event: the empty filter."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(f"({c})" if isinstance(c, Or | And) else str(c) for c in self.children)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of them."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(f"({c})" if isinstance(c, Or) else str(c) for c in self.children)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Not this one."""

    child: Node

    def __str__(self) -> str:
        return f"-({self.child})" if isinstance(self.child, Or | And) else f"-{self.child}"


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text search over everything a record says. The value is `text` or `regex`."""

    value: Value

    def __str__(self) -> str:
        text = self.value.text
        if self.value.kind == "regex":
            return str(self.value)
        return quoted(text) if _needs_quotes_as_word(text) else text


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A column against any of several values; `operator` is `:` or `=`."""

    column: str
    operator: Literal[":", "="]
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.column}{self.operator}{','.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class Data(Node):
    """Values of AuditData at a path of key names, against any of several values."""

    path: tuple[str, ...]
    operator: Literal[":", "="]
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{path_text(self.path)}{self.operator}{','.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class TimeValue(Node):
    """A date, a time or a range as written, and the moments it means."""

    text: str
    intervals: tuple[Interval, ...]

    def __str__(self) -> str:
        return quoted(self.text) if _needs_quotes(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Time(Node):
    """The event's time lies in an interval of any of the values; `relation` is the word that was written."""

    relation: Literal["time", "after", "before"]
    values: tuple[TimeValue, ...]

    def __str__(self) -> str:
        return f"{self.relation}:{','.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True)
class Last(Node):
    """Back from the newest event with a possible time: `amount` times minutes, hours, days or weeks."""

    amount: int
    unit: Literal["m", "h", "d", "w"]

    def __str__(self) -> str:
        return f"last:{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Has(Node):
    """Any of the columns (a name) or AuditData paths (a tuple of names) is present and not empty."""

    targets: tuple[str | tuple[str, ...], ...]

    def __str__(self) -> str:
        return "has:" + ",".join(t if isinstance(t, str) else path_text(t) for t in self.targets)


@dataclass(frozen=True, slots=True)
class Is(Node):
    """Any of the things omeviz knows about an event (`marked`, `copied`, `problem`)."""

    flags: tuple[str, ...]

    def __str__(self) -> str:
        return "is:" + ",".join(self.flags)


@dataclass(frozen=True, slots=True)
class Filter:
    """A whole filter.

    Attributes:
        node: The tree; `And(())` for an empty text.
        text: The text as typed; it does not count when filters are compared.
    """

    node: Node
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return str(self.node)

    @property
    def is_empty(self) -> bool:
        """It matches every event because nothing is asked for."""
        return self.node == And(())

    @property
    def terms(self) -> tuple[Node, ...]:
        """The conditions that must all hold, as far as the top of the tree tells."""
        return self.node.children if isinstance(self.node, And) else (self.node,)


def leaves(node: Node) -> Iterator[Node]:
    """Every condition of the tree from left to right."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from leaves(child)
    elif isinstance(node, Not):
        yield from leaves(node.child)
    else:
        yield node


def quoted(text: str) -> str:
    """The text in quotes, as the filter language reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def value_text(text: str) -> str:
    """A value as it is written behind `:` or `=`: in quotes where it needs them."""
    return quoted(text) if _needs_quotes(text) else text


def path_text(path: tuple[str, ...]) -> str:
    """A path of AuditData as it is written in a filter."""
    return "data." + ".".join(quoted(p) if _needs_quotes_in_path(p) else p for p in path)


def _needs_quotes(text: str) -> bool:
    return not text or text[0] in "/@" or any(c in '"(),' or c.isspace() for c in text)


def _needs_quotes_in_path(step: str) -> bool:
    return not step or any(c in '"().:=,' or c.isspace() for c in step)


def _needs_quotes_as_word(text: str) -> bool:
    if not text or text[0] in "-/" or text.lower() in KEYWORDS or any(c in '"()' or c.isspace() for c in text):
        return True
    # Anything that could be taken for `field:` or `field=`.
    return text[0].isascii() and text[0].isalpha() and (":" in text or "=" in text)


def _escape_slashes(pattern: str) -> str:
    pieces = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            pieces.append(pattern[at : at + 2])
            at += 2
        else:
            pieces.append("\\/" if pattern[at] == "/" else pattern[at])
            at += 1
    return "".join(pieces)
