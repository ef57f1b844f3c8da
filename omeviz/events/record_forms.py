"""The form of an AuditData object: what its keys and the types of its values tell before any value is looked at.

Exports repeat a few forms a million times, so what follows from one is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from omeviz.events.audit_keys import audit_keys, further_keys, keys_are_distinct
from omeviz.events.wrapper_plan import SLOTS

NO_KEY = ""
"""Never the key of a slot: stands for those that a record lacks."""

_CODES = frozenset({"auth", "operationstatus", "type"})
"""Slots in which a number is nothing unusual."""

_SUBJECT = SLOTS.index("subject")
_MOST_INSIDE = 150
"""Objects and lists inside a record beyond which nothing is said about them."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the keys and the types of a record's values tell.

    Attributes:
        values: Gives the value of each slot, of a record that got the key `NO_KEY`.
        sole: Slots whose first key must not be empty, because another one would fill them.
        keys: How many keys there are.
        texts: How many values are texts.
        inside: The keys of lists and objects.
        properties: The key of OperationProperties, where that is a list.
    """

    values: Callable[[dict[str, Any]], tuple[Any, ...]]
    sole: tuple[int, ...]
    keys: int
    texts: int
    inside: tuple[str, ...]
    properties: str | None


class Forms(dict[tuple[Any, ...], Form | None]):
    """Forms by signature, worked out when they are first asked for; for a few thousand records at most."""

    def __missing__(self, signature: tuple[Any, ...]) -> Form | None:
        form = self[signature] = form_of(signature)
        return form


@lru_cache(maxsize=512)
def form_of(signature: tuple[Any, ...]) -> Form | None:
    """The form for a signature: the keys of a record and, behind them, the types of its values.

    None where records of this form may be unusual: keys differ only in case, or the value of a slot is of a type that
    is rare there.
    """
    count = len(signature) // 2
    keys: tuple[str, ...] = signature[:count]
    types = dict(zip(keys, signature[count:], strict=True))
    names = audit_keys(keys)
    if names is None:
        return None
    for slot, name in zip(SLOTS, names, strict=True):
        kind = type(None) if name is None else types[name]
        if not _is_usual(slot, kind):
            return None
    inside = tuple(key for key, kind in types.items() if kind is list or kind is dict)
    properties = names[_SUBJECT]
    return Form(
        itemgetter(*(NO_KEY if name is None else name for name in names)),
        tuple(slot for slot, _ in further_keys(keys)),
        count,
        sum(kind is str for kind in types.values()),
        inside,
        properties if properties in inside else None,
    )


def _is_usual(slot: str, kind: type) -> bool:
    if slot == "time":
        return kind is str
    if slot == "subject":
        return kind is list or kind is type(None)
    return kind is str or kind is type(None) or (kind is int and slot in _CODES)


def count_inside(values: Iterable[Any]) -> tuple[int, int, int] | None:
    """How many keys, texts and objects there are in lists and objects, at all depths.

    None where two keys of an object differ only in case, or where there is very much.
    """
    keys = texts = objects = 0
    pending = list(values)
    for value in pending:  # grows
        if type(value) is dict:
            if not keys_are_distinct(tuple(value)):
                return None
            keys += len(value)
            objects += 1
            items: Iterable[Any] = value.values()
        else:
            items = value
        for item in items:
            if type(item) is str:
                texts += 1
            elif type(item) is dict or type(item) is list:
                pending.append(item)
        if len(pending) > _MOST_INSIDE:
            return None
    return keys, texts, objects
