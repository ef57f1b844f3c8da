"""Find inside a record: folded parts and parts never shown included."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeAlias

from omeviz.events.json_text import Pairs, Value
from omeviz.tui.widgets.node_text import name_value, shown_scalar
from omeviz.tui.widgets.row_text import RowText, shown
from omeviz.tui.widgets.tree_nodes import Node

WINDOW = 100_000
"""Characters searched at a time."""

MOST_HITS = 10_000
"""A search ends behind this many hits."""


Indices: TypeAlias = tuple[int, ...]
"""A row: the index of each of its ancestors among its siblings."""

Container: TypeAlias = "Pairs | list[Value]"


class Hit(NamedTuple):
    """One place in a record; hits compare in reading order."""

    indices: Indices
    """The row."""
    ordinal: int
    """Which hit of that row it is, from 0."""


def pattern_for(text: str) -> re.Pattern[str]:
    """The text as written, in any case."""
    return re.compile(re.escape(text), re.IGNORECASE)


def search(roots: Sequence[Node], pattern: re.Pattern[str], should_stop: Callable[[], bool]) -> list[Hit]:
    """All hits in reading order, `MOST_HITS` at most; fewer when told to stop."""
    hits: list[Hit] = []
    for rows, (indices, count) in enumerate(_hits_of(roots, pattern)):
        hits.extend(Hit(indices, ordinal) for ordinal in range(min(count, MOST_HITS - len(hits))))
        if len(hits) >= MOST_HITS or (rows % 256 == 0 and should_stop()):
            break
    return hits


def spans_in(
    row: RowText, pattern: re.Pattern[str], start: int = 0, stop: int | None = None
) -> Iterator[tuple[int, int]]:
    """Where a row's text matches, between two of its indices; never across a stretch's end."""
    stop = len(row.text) if stop is None else stop
    reach = len(pattern.pattern)
    for stretch in row.stretches:
        if stretch.findable and stretch.start < stop and stretch.stop > start:
            first, last = max(stretch.start, start - reach), min(stretch.stop, stop + reach)
            yield from _matches(pattern, row.text, first, last)


def span_of(row: RowText, pattern: re.Pattern[str], ordinal: int) -> tuple[int, int] | None:
    """Where a row's hit of an ordinal is."""
    return next(islice(spans_in(row, pattern), ordinal, None), None)


def _hits_of(roots: Sequence[Node], pattern: re.Pattern[str]) -> Iterator[tuple[Indices, int]]:
    """Each row (its indices) with how often it matches; rows without a hit as well."""
    unfolded = dict(_unfolded_texts(roots))
    for root in roots:
        stack: list[Node] = [root]
        while stack:
            node = stack.pop()
            yield node.indices, sum(1 for _ in spans_in(node.row, pattern))
            container = node.container
            if container is not None and (not node.encloses or node.is_open):
                yield from _hits_in(container, node.indices, unfolded, pattern)
            elif node.children is not None or (node.kind == "section" and node.make and not node.slow):
                stack.extend(reversed(node.unfold().nodes))


def _unfolded_texts(roots: Sequence[Node]) -> Iterator[tuple[Indices, Container]]:
    """The texts that are shown as the JSON they hold: that is looked into instead of them."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.children is not None:
            if node.encloses and node.is_open and node.container is not None:
                yield node.indices, node.container
            stack.extend(node.children.nodes)


def _hits_in(
    container: Container, indices: Indices, unfolded: Mapping[Indices, Container], pattern: re.Pattern[str]
) -> Iterator[tuple[Indices, int]]:
    """The same below an object or a list, without making its nodes."""
    stack: list[tuple[Indices, Iterator[tuple[int, tuple[str, Value]]]]] = [(indices, _members(container))]
    while stack:
        above, members = stack[-1]
        step = next(members, None)
        if step is None:
            stack.pop()
            continue
        place, (name, value) = step
        here = (*above, place)
        below = value if isinstance(value, (Pairs, list)) else unfolded.get(here)
        if below is not None:
            yield here, _count(name, pattern)
            stack.append((here, _members(below)))
        else:
            text = value if isinstance(value, str) else shown_scalar(value)
            yield here, _count(name, pattern) + _count(text, pattern)


def _members(container: Container) -> Iterator[tuple[int, tuple[str, Value]]]:
    if isinstance(container, Pairs):
        return enumerate(iter(container))
    items: Iterable[tuple[str, Value]] = (name_value(item) or ("", item) for item in container)
    return enumerate(items)


def _count(text: str, pattern: re.Pattern[str]) -> int:
    drawn = shown(text)
    return sum(1 for _ in _matches(pattern, drawn, 0, len(drawn)))


def _matches(pattern: re.Pattern[str], text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """What `finditer` gives, in windows: one search through megabytes would hold up every other thread."""
    reach = len(pattern.pattern)
    while start < stop:
        edge = min(start + WINDOW, stop)
        for match in pattern.finditer(text, start, min(edge + reach, stop)):
            if match.start() >= edge:
                break
            yield match.span()
            start = match.end()
        start = max(start, edge)
