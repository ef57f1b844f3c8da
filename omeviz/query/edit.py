"""Changing a filter's text by keys and lists, the rest of it staying as typed.

All functions take and return filter text. Conditions are looked for at the top level only: those that must all
hold. A text that does not parse raises FilterError, except where something sensible can be said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from omeviz.errors import FilterError
from omeviz.query.parse import parse
from omeviz.query.tree import And, Compare, Data, Filter, Has, Node, Not, Or, Time, Value, value_text

Given = str | datetime | Sequence[str] | None
"""A value of an event: a text, a naive UTC time, several texts of which any is meant, or None where absent."""

Target = str | tuple[str, ...]
"""A column's name or a path of AuditData in lower case."""


def toggle_value(text: str, field: str, value: str) -> str:
    """Add a value to those that a field is limited to, or take it away."""
    target = _target(field)
    if value in _same_values(_negated_on(text, target), value):
        text = _without_value(text, target, value, negated=True)
    condition = _positive_on(text, target)
    if condition is None:
        return _with(text, _written(field, target, value))
    if _same_values(condition, value):
        return _without_value(text, target, value, negated=False)
    return _with_value(text, condition, value)


def only(text: str, field: str, value: Given) -> str:
    """Limit a field to one value; None: to events that have none. Other conditions on the field are replaced."""
    target = _target(field)
    condition = f"-has:{field}" if value is None else _written(field, target, value)
    about = [term for term in _terms(parse(text)) if _is_about(term, target)]
    if not about:
        return _with(text, condition)
    for term in reversed(about[1:]):
        text = _cut(text, term)
    return text[: about[0].start] + condition + text[about[0].stop :]


def exclude(text: str, field: str, value: Given) -> str:
    """Leave out events with a value; None: those that have none."""
    target = _target(field)
    if value is None:
        return _with(_without_terms(text, target, Has), f"has:{field}")
    for single in _each(value):
        positive = _positive_on(text, target)
        if _same_values(positive, single):
            text = _without_value(text, target, single, negated=False)
            if positive is not None and len(positive.values) > 1:
                continue
        negated = _negated_on(text, target)
        if negated is None:
            text = _with(text, "-" + _written(field, target, single))
        elif not _same_values(negated, single):
            text = _with_value(text, negated, single)
    return text


def cycle_status(text: str) -> str:
    """All, failure, success, and all again."""
    condition = _positive_on(text, "status")
    said = [value.text.lower() for value in condition.values] if condition is not None else []
    if said == ["failure"]:
        return only(text, "status", "success")
    if said == ["success"]:
        return _without_terms(text, "status", Compare)
    return only(text, "status", "failure")


def drop_last(text: str) -> str:
    """The text without its last condition; of one that does not parse, without its last word."""
    try:
        node = parse(text).node
    except FilterError:
        words = text.rstrip().rsplit(maxsplit=1)
        return words[0] if len(words) > 1 else ""
    children = node.children if isinstance(node, And | Or) else ()
    if len(children) < 2:
        return ""
    return (text[: children[-2].stop] + text[children[-1].stop :]).rstrip()


def add(text: str, condition: str) -> str:
    """The text with one more condition that must hold as well."""
    return _with(text, condition)


def condition(field: str, value: Given) -> str:
    """The condition that a field has a value, as it is written."""
    return f"-has:{field}" if value is None else _written(field, _target(field), value)


def values_of(text: str, field: str) -> tuple[str, ...]:
    """The values that a field is limited to at the top level; none for a text that does not parse."""
    try:
        found = _positive_on(text, _target(field))
    except FilterError:
        return ()
    return tuple(each.text for value in found.values for each in value.each) if found is not None else ()


def _target(field: str) -> Target:
    node = parse(f"has:{field}").node
    if not isinstance(node, Has) or len(node.targets) != 1:
        raise ValueError(f"no field: {field}")
    target = node.targets[0]
    return target if isinstance(target, str) else tuple(step.lower() for step in target)


def _terms(parsed: Filter) -> tuple[Node, ...]:
    return () if parsed.is_empty else parsed.terms


def _target_of(node: Node) -> Target | None:
    if isinstance(node, Compare):
        return node.column
    if isinstance(node, Data):
        return tuple(step.lower() for step in node.path)
    if isinstance(node, Time) and node.relation == "time":
        return "time"
    if isinstance(node, Has) and len(node.targets) == 1:
        target = node.targets[0]
        return target if isinstance(target, str) else tuple(step.lower() for step in target)
    return None


def _bare(term: Node) -> Node:
    return term.child if isinstance(term, Not) else term


def _is_about(term: Node, target: Target) -> bool:
    return _target_of(_bare(term)) == target


def _positive_on(text: str, target: Target) -> Compare | Data | None:
    for term in _terms(parse(text)):
        if isinstance(term, Compare | Data) and _target_of(term) == target:
            return term
    return None


def _negated_on(text: str, target: Target) -> Compare | Data | None:
    for term in _terms(parse(text)):
        if isinstance(term, Not) and isinstance(term.child, Compare | Data) and _target_of(term.child) == target:
            return term.child
    return None


def _same_values(found: Compare | Data | None, value: str) -> list[str]:
    """The value, once for each time that a condition names it."""
    if found is None:
        return []
    return [value for given in found.values if given.kind == "text" and given.text.lower() == value.lower()]


def _each(value: str | datetime | Sequence[str]) -> list[str]:
    if isinstance(value, datetime):
        return [_moment(value)]
    return [value] if isinstance(value, str) else list(value)


def _moment(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat(timespec="microseconds" if value.microsecond else "seconds") + "Z"


def _written(field: str, target: Target, value: str | datetime | Sequence[str]) -> str:
    values = [single if single else None for single in _each(value)]
    if None in values:
        return f"-has:{field}"
    operator = ":" if target in {"status", "time"} else "="
    return f"{field}{operator}{','.join(value_text(single) for single in values if single is not None)}"


def _with(text: str, condition: str) -> str:
    parsed = parse(text)
    if parsed.is_empty:
        return condition
    node = parsed.node
    kept = text.strip()
    if isinstance(node, Or) and node.start == node.children[0].start:  # Else it has parentheses of its own.
        kept = f"({kept})"
    return f"{kept} {condition}"


def _with_value(text: str, found: Compare | Data, value: str) -> str:
    written = value_text(value)
    if found.operator == ":" and "*" in value:
        # Behind `:` an asterisk stands for any text, even in quotes.
        import polars as pl

        written = str(Value(rf"\A{pl.escape_regex(value)}\z", "regex"))
    at = found.values[-1].stop
    return f"{text[:at]},{written}{text[at:]}"


def _without_value(text: str, target: Target, value: str, *, negated: bool) -> str:
    found = _negated_on(text, target) if negated else _positive_on(text, target)
    if found is None:
        return text
    kept = [given for given in found.values if not (given.kind == "text" and given.text.lower() == value.lower())]
    if kept:
        first, last = found.values[0].start, found.values[-1].stop
        return text[:first] + ",".join(text[given.start : given.stop] for given in kept) + text[last:]
    for term in _terms(parse(text)):
        if _bare(term) == found and isinstance(term, Not) == negated:
            return _cut(text, term)
    return text


def _without_terms(text: str, target: Target, kind: type[Node]) -> str:
    while True:
        terms = [t for t in _terms(parse(text)) if isinstance(_bare(t), kind) and _is_about(t, target)]
        if not terms:
            return text
        text = _cut(text, terms[-1])


def _cut(text: str, term: Node) -> str:
    """The text without one of its terms, and without the blank or `and` beside it."""
    terms = _terms(parse(text))
    index = next(i for i, known in enumerate(terms) if known.start == term.start)
    if len(terms) == 1:
        return ""
    if index:
        return text[: terms[index - 1].stop] + text[term.stop :]
    return text[: term.start] + text[terms[1].start :]
