"""What a filter matches, in plain Python: written to be read, not to be quick.

Works on `Record`, one at a time; shares nothing with the way filters are compiled and evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from omeviz.events import json_text
from omeviz.query.tree import And, Compare, Data, Has, Is, Last, Node, Not, Or, Text, Time, Value
from omeviz.store import Record

FEW = {"operation", "status", "result", "auth", "operationstatus", "method", "type", "workload"}
LENGTHS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}


def matches(
    node: Node, record: Record, *, marked: frozenset[int] = frozenset(), newest: datetime | None = None
) -> bool:
    """Whether a record matches."""

    def ask(inner: Node) -> bool:
        return matches(inner, record, marked=marked, newest=newest)

    match node:
        case And():
            return all(ask(child) for child in node.children)
        case Or():
            return any(ask(child) for child in node.children)
        case Not():
            return not ask(node.child)
        case Text():
            return any(contains(node.value, text) for text in everything_said(record))
        case Compare():
            return any(
                compare(node.column, node.operator, value, text)
                for value in node.values
                for text in column_texts(record, node.column)
            )
        case Data():
            found = [text for value in at(audit_of(record), node.path) if (text := scalar(value)) is not None]
            found += row_cells(record, node.path)
            return any(of_text(node.operator, value, text) for value in node.values for text in found)
        case Time():
            return any(within(record, low, high) for v in node.values for low, high in v.intervals)
        case Last():
            if newest is None:
                return False
            span = node.amount * LENGTHS[node.unit] * 1_000_000
            return within(record, micros(newest) - span, micros(newest) + 1)
        case Has():
            return any(present(record, target) for target in node.targets)
        case Is():
            known = {"marked": record.row in marked, "problem": record.problem_bits != 0}
            return any(known[flag] for flag in node.flags)
    raise TypeError(node)


def fold(text: str) -> str:
    """Simple case folding: one character for one."""
    return "".join(fold_character(character) for character in text)


def fold_character(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def contains(value: Value, text: str) -> bool:
    if value.kind == "regex":
        # Python's $ also stands before a line break at the end; Rust's does not.
        return re.search(value.text.replace("$", r"\Z"), text, re.IGNORECASE) is not None
    return fold(value.text) in fold(text)


def whole(value: Value, text: str) -> bool:
    """`*` stands for any text."""
    pieces = fold(value.text).split("*")
    pattern = ".*".join(re.escape(piece) for piece in pieces)
    return re.fullmatch(pattern, fold(text), re.DOTALL) is not None


def of_text(operator: str, value: Value, text: str) -> bool:
    if value.kind == "regex":
        return contains(value, text)
    if value.kind == "wild":
        return whole(value, text)
    return fold(value.text) == fold(text) if operator == "=" else contains(value, text)


def compare(column: str, operator: str, value: Value, text: str) -> bool:
    if column == "message":
        bare = text.removeprefix("<").removesuffix(">")
        forms = {text, bare, f"<{bare}>"} if bare else {text}
        return any(of_text(operator, value, form) for form in forms)
    if column not in FEW:
        return of_text(operator, value, text)
    return any(of_few(column, operator, value, name) for name in also_called(column, text))


def also_called(column: str, text: str) -> set[str]:
    groups = {
        "operation": {"AuthenticateRequest", "AuthenticationRequest"},
        "method": {"Google", "Gmail"},
    }
    group = groups.get(column, set())
    return group | {text} if text.lower() in {name.lower() for name in group} else {text}


def of_few(column: str, operator: str, value: Value, text: str) -> bool:
    if value.kind != "text":
        return of_text(operator, value, text)
    code = {"0": "success", "0.0": "success", "1": "failure", "1.0": "failure"}.get(value.text.strip())
    if column in {"auth", "operationstatus"} and code:
        return text.lower() == code
    if column == "type":
        numbers = {"154": "omeportal", "1": "exchangeadmin", "22": "yammer"}
        if value.text in numbers:
            return text.lower() == numbers[value.text]
        if value.text.lower() == "viva engage" and text == "Yammer":
            return True
    if operator == "=":
        return fold(text) == fold(value.text)
    return fold(text).startswith(fold(value.text))


def column_texts(record: Record, column: str) -> list[str]:
    if column == "recipient":
        return list(record.recipients)
    value = record.fields.get(column)
    return [value] if isinstance(value, str) else []


def micros(moment: datetime) -> int:
    since = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def within(record: Record, low: int | None, high: int | None) -> bool:
    time = record.fields.get("time")
    if not isinstance(time, datetime):
        return False
    return (low is None or micros(time) >= low) and (high is None or micros(time) < high)


def present(record: Record, target: str | tuple[str, ...]) -> bool:
    if isinstance(target, str):
        return bool(record.fields.get(target))
    found = [value for value in at(audit_of(record), target) if value not in (None, "", {}, [], ())]
    return bool(found) or any(row_cells(record, target))


def row_cells(record: Record, path: tuple[str, ...]) -> list[str]:
    if not record.row_is_record or len(path) != 1:
        return []
    return [cell for name, cell in record.wrapper if name.lower() == path[0].lower()]


def audit_of(record: Record) -> Any:
    """AuditData with objects as tuples of pairs; what can be recovered of one that is no JSON."""
    text = record.audit_text or ""
    try:
        return json.loads(text, object_pairs_hook=tuple, parse_int=_Number, parse_float=_Number, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return json_text.recover(text)


class _Number(str):
    pass


def _refuse(name: str) -> None:
    raise ValueError(name)


def at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from at(item, path)
    elif not path:
        yield value
    elif isinstance(value, tuple):
        first, rest = path[0].lower(), path[1:]
        for key, inner in value:
            if key.lower() == first:
                yield from at(inner, rest)
        names = [inner for key, inner in value if key.lower() in {"name", "key"} and isinstance(inner, str)]
        if any(name.lower() == first for name in names):
            for key, inner in value:
                if key.lower() == "value":
                    yield from at(inner, rest)


def scalar(value: Any) -> str | None:
    if value is None or isinstance(value, tuple):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return stored(str(value))


def everything_said(record: Record) -> list[str]:
    """Every text that a text search looks at."""
    said = [cell for _, cell in record.wrapper]
    text = record.audit_text
    if text is not None:
        try:
            decoded = json_text.parse_pairs(text)
            if not isinstance(decoded, json_text.Pairs):
                said.append(text)
                decoded = json_text.Pairs()
        except json_text.NotJson:
            said.append(text)
            decoded = json_text.recover(text)
        said += [stored(piece) for piece in keys_and_scalars(decoded)]
    return said


def keys_and_scalars(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for key, inner in value:
            yield key
            yield from keys_and_scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_and_scalars(inner)
    else:
        yield json_text.scalar_text(value)


def stored(text: str) -> str:
    """As Polars holds it: lone surrogates are U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
