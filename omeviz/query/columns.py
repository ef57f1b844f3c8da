"""Conditions on decoded columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from omeviz.events.record_types import canonical
from omeviz.query.block import Block
from omeviz.query.fields import is_few
from omeviz.query.match import Among, any_found, everything, expressions, nothing
from omeviz.query.scan import storable
from omeviz.query.tree import Compare, Value

SAME: dict[str, tuple[frozenset[str], ...]] = {
    "operation": (frozenset({"AuthenticateRequest", "AuthenticationRequest"}),),
    "method": (frozenset({"Google", "Gmail"}),),
}
"""Values of a column that are one (lower case does not count): two spellings of Microsoft's own pages."""

_CODES = re.compile(r"[01](?:\.0+)?")
_MANY = 50
_NUMBER = re.compile(r"-?\d+(?:\.0+)?", re.ASCII)


def compare(node: Compare) -> Callable[[Block], pl.Series]:
    """The condition as a function of rows."""
    if node.column == "file":
        return _by_file(node.values, node.operator)
    if is_few(node.column):
        return _by_unique_values(node)
    if node.column == "message":
        return _by_message(node)
    found = _text_matcher(node.values, node.operator)
    if node.column == "recipient":
        return lambda block: _any_recipient(block, found)
    return lambda block: found(block.column(node.column))


def has_value(column: str) -> Callable[[Block], pl.Series]:
    """Present and neither null nor empty."""
    if column == "file":
        return lambda block: everything(block.height)

    def run(block: Block) -> pl.Series:
        values = block.column(column)
        if values.dtype == pl.String:
            return (values.str.len_bytes() > 0).fill_null(False)
        present = values.is_not_null()
        if values.dtype == pl.Categorical and "" in values.unique().cast(pl.String).drop_nulls().to_list():
            present &= (values != "").fill_null(False)
        return present

    return run


def _text_matcher(values: Sequence[Value], operator: str) -> Callable[[pl.Series], pl.Series]:
    """Texts to Booleans; long lists of whole values go another way than expressions."""
    each = [single for value in values for single in value.each]
    plain = [value.text for value in each if value.kind == "text"]
    if operator == "=" and len(plain) >= _MANY:
        among = Among(plain)
        others = expressions([value for value in each if value.kind != "text"], "equals")
        return lambda texts: among(texts) | any_found(texts, others)
    patterns = expressions(each, "equals" if operator == "=" else "contains")
    return lambda texts: any_found(texts, patterns)


def _any_recipient(block: Block, found: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A record with several recipients matches when any of them does; their joined text does not count."""
    lists = block.column("recipients")
    several = lists.is_not_null()
    hit = found(block.column("recipient"))
    if not several.any():
        return hit
    rows = several.arg_true()
    pairs = pl.DataFrame({"row": rows, "one": lists.gather(rows)}).explode("one")
    hits = pairs.get_column("row").filter(found(pairs.get_column("one"))).unique()
    return (hit & ~several).scatter(hits, True) if len(hits) else hit & ~several


def _by_message(node: Compare) -> Callable[[Block], pl.Series]:
    """With and without the angle brackets around it."""
    found = _text_matcher(node.values, node.operator)
    each = [single for value in node.values for single in value.each]
    # A plain text that holds no bracket is contained in the id as written whenever it is in any of its forms.
    as_written = node.operator == ":" and all(v.kind == "text" and not set(v.text) & set("<>") for v in each)

    def run(block: Block) -> pl.Series:
        written = block.column("message")
        hit = found(written)
        if as_written:
            return hit
        bare = written.str.strip_prefix("<").str.strip_suffix(">")
        named = (bare.str.len_bytes() > 0).fill_null(False)
        framed = pl.DataFrame({"bare": bare}).select(pl.format("<{}>", "bare")).to_series()
        return hit | (named & (found(bare) | found(framed)))

    return run


def _by_file(values: Sequence[Value], operator: str) -> Callable[[Block], pl.Series]:
    found = _text_matcher(values, operator)

    def run(block: Block) -> pl.Series:
        names = block.context.source_names
        name = names[block.part.source] if block.part.source < len(names) else ""
        hit = found(pl.Series([storable(name)], dtype=pl.String))[0]
        return everything(block.height) if hit else nothing(block.height)

    return run


def _by_unique_values(node: Compare) -> Callable[[Block], pl.Series]:
    """Columns of few values: decide for each value once, then look rows up."""
    found = _few_matcher(node)

    def run(block: Block) -> pl.Series:
        column = block.column(node.column)
        unique = column.unique().drop_nulls()
        texts = unique.cast(pl.String)
        wanted = texts.filter(found(texts))
        if not len(wanted):
            return nothing(block.height)
        if len(wanted) == len(texts):
            return column.is_not_null()
        return column.is_in(wanted.to_list()).fill_null(False)

    return run


def _few_matcher(node: Compare) -> Callable[[pl.Series], pl.Series]:
    begins: list[Value] = []
    equals: list[Value] = []
    for value in (single for given in node.values for single in given.each):
        exact = _exact_meaning(node.column, value)
        if exact is not None:
            equals.append(replace(value, text=exact))
        elif node.operator == "=":
            equals.append(value)
        else:
            begins.append(value)
        if node.column == "type" and value.kind == "text":
            equals.append(replace(value, text=canonical(value.text)))
    patterns = [*expressions(begins, "begins"), *expressions(equals, "equals")]
    groups = SAME.get(node.column, ())
    return lambda texts: _found_with_synonyms(texts, patterns, groups)


def _exact_meaning(column: str, value: Value) -> str | None:
    """The text that a number stands for, if the column has codes; None: compare as written."""
    text = value.text.strip()
    if value.kind != "text":
        return None
    if column in {"auth", "operationstatus"} and _CODES.fullmatch(text):
        return "failure" if text.startswith("1") else "success"
    if column == "type" and _NUMBER.fullmatch(text):
        return canonical(text)
    return None


def _found_with_synonyms(texts: pl.Series, patterns: list[str], groups: tuple[frozenset[str], ...]) -> pl.Series:
    hit = any_found(texts, patterns)
    for group in groups:
        if any_found(pl.Series(sorted(group)), patterns).any():
            lower = [name.lower() for name in group]
            hit = hit | texts.str.to_lowercase().is_in(lower).fill_null(False)
    return hit
