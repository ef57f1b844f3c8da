"""A filter against the rows of a part."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import polars as pl

from omeviz.events.part import EventPart
from omeviz.query.block import Block, Context
from omeviz.query.columns import compare, has_value
from omeviz.query.data import DataMatcher
from omeviz.query.match import everything, nothing
from omeviz.query.textsearch import TextMatcher
from omeviz.query.tree import (
    And,
    Compare,
    Data,
    Filter,
    Has,
    Interval,
    Is,
    Last,
    Node,
    Not,
    Or,
    Text,
    Time,
)

Predicate = Callable[[Block], pl.Series]
"""Rows to a Boolean for each, without nulls."""

_UNIT = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}


def evaluate(filter: Filter, part: EventPart, context: Context) -> pl.Series:  # noqa: A002  # its name everywhere
    """Which rows of a part match: Boolean, without nulls, one for each row.

    Args:
        filter: A parsed filter.
        part: The part.
        context: What is known beside the records; `first_row` is the part's first row in the store.
    """
    return compiled(filter)(Block.of(part, context))


@lru_cache(maxsize=16)
def compiled(filter: Filter) -> Predicate:  # noqa: A002
    """The filter as a function of rows, to be used for many parts and slices."""
    return _compile(filter.node)


def _compile(node: Node) -> Predicate:
    match node:
        case And(children=children):
            return _all_of(children)
        case Or(children=children):
            return _any_of(children)
        case Not(child=child):
            inner = _compile(child)
            return lambda block: ~inner(block)
        case Text(value=value):
            return TextMatcher(value)
        case Compare():
            return compare(node)
        case Data():
            return DataMatcher(node.path, node.values, node.operator)
        case Time(values=values):
            intervals = tuple(interval for value in values for interval in value.intervals)
            return lambda block: _within(block.column("time"), intervals)
        case Last(amount=amount, unit=unit):
            return lambda block: _last(block, amount * _UNIT[unit])
        case Has(targets=targets):
            return _has(targets)
        case Is(flags=flags):
            return lambda block: _is(block, flags)
    raise TypeError(type(node))


def _cost(node: Node) -> int:
    """How expensive a condition is, roughly; cheap ones go first and leave fewer rows to the others."""
    match node:
        case And(children=children) | Or(children=children):
            return max(map(_cost, children), default=0)
        case Not(child=child):
            return _cost(child)
        case Data():
            return 4
        case Has(targets=targets):
            return 4 if any(not isinstance(target, str) for target in targets) else 1
        case Text():
            return 3
        case Compare(column=column):
            return 1 if column in {"operation", "status", "method", "type", "file", "workload"} else 2
    return 1


def _all_of(children: tuple[Node, ...]) -> Predicate:
    predicates = [_compile(child) for child in sorted(children, key=_cost)]

    def run(block: Block) -> pl.Series:
        found = everything(block.height)
        for predicate in predicates:
            found = _refine(block, found, predicate, wanted=True)
        return found

    return run


def _any_of(children: tuple[Node, ...]) -> Predicate:
    predicates = [_compile(child) for child in sorted(children, key=_cost)]

    def run(block: Block) -> pl.Series:
        found = nothing(block.height)
        for predicate in predicates:
            found = _refine(block, found, predicate, wanted=False)
        return found

    return run


def _refine(block: Block, found: pl.Series, predicate: Predicate, *, wanted: bool) -> pl.Series:
    """Ask a condition only about the rows that it can still change."""
    undecided = found if wanted else ~found
    count = int(undecided.sum())
    if not count:
        return found
    if count > block.height * 3 // 4:
        hit = predicate(block)
        return found & hit if wanted else found | hit
    hit = predicate(block.where(undecided))
    return found.scatter(undecided.arg_true(), hit)


def _within(times: pl.Series, intervals: tuple[Interval, ...]) -> pl.Series:
    found = nothing(len(times))
    instants = times.to_physical()
    for low, high in intervals:
        hit = times.is_not_null()
        if low is not None:
            hit &= (instants >= low).fill_null(False)
        if high is not None:
            hit &= (instants < high).fill_null(False)
        found |= hit
    return found


def _last(block: Block, span: int) -> pl.Series:
    newest = block.context.newest
    if newest is None:
        return nothing(block.height)
    return _within(block.column("time"), ((newest - span, newest + 1),))


def _has(targets: tuple[str | tuple[str, ...], ...]) -> Predicate:
    predicates: list[Predicate] = [
        has_value(target) if isinstance(target, str) else DataMatcher(target, None) for target in targets
    ]

    def run(block: Block) -> pl.Series:
        found = nothing(block.height)
        for predicate in predicates:
            found = _refine(block, found, predicate, wanted=False)
        return found

    return run


def _is(block: Block, flags: tuple[str, ...]) -> pl.Series:
    found = nothing(block.height)
    copies = block.context.copies
    for flag in flags:
        if flag == "problem":
            found |= block.column("problems") != 0
            if copies is not None:
                found |= copies.problems_of(block.numbers() + block.context.first_row)
        elif flag == "copied" and copies is not None:
            found |= copies.has_copies(block.numbers() + block.context.first_row)
        elif flag == "marked" and block.context.marked is not None and len(block.context.marked):
            rows = block.numbers().cast(pl.Int64) + block.context.first_row
            found |= rows.is_in(block.context.marked.cast(pl.Int64).implode())
    return found.fill_null(False)
