"""JSON values as nodes of a tree: objects, lists, name/value pairs, and texts that hold JSON themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from omeviz.events.json_text import NotJson, Number, Pairs, Value, parse_pairs
from omeviz.tui.widgets.node_text import name_value
from omeviz.tui.widgets.row_text import Look
from omeviz.tui.widgets.tree_nodes import Children, Node

GROUP = 500
"""Children shown under one node; more are put into groups of as many, in several storeys if need be."""

HEAVY = 100_000
"""A text of more characters is decoded off the screen's thread."""

BRACKETS = 300
"""Objects and lists in a text of any length beyond which it is decoded off the screen's thread: they may be nested."""

MANY = 10_000
"""Keys of one object beyond which repeated ones are not marked."""

OPEN_CHILDREN = 20
"""Objects and lists of up to this many children start unfolded."""

Explain: TypeAlias = "Callable[[str, object], str | None]"
"""Key and value -> the value's meaning in a few words, or None."""


def json_children(value: Value, explain: Explain | None = None) -> Children:
    """The children of an object or a list; name/value objects in a list show as pairs."""
    if isinstance(value, Pairs):
        repeated = _repeated(value)

        def members(start: int, stop: int) -> list[Node]:
            return [_member(i, *value[i], explain, repeated) for i in range(start, stop)]

        return _spread(0, len(value), members)._replace(data=value)
    if not isinstance(value, list):
        return Children([value_node("value", value)])

    def items(start: int, stop: int) -> list[Node]:
        return [_item(i, value[i], explain) for i in range(start, stop)]

    return _spread(0, len(value), items)._replace(data=value)


def value_node(
    label: str,
    value: Value,
    *,
    key: str = "",
    step: str | None = None,
    note: str = "",
    explain: Explain | None = None,
    plain: bool = False,
) -> Node:
    """A name and its JSON value.

    Args:
        label: The name.
        value: The value.
        key: Its name among its siblings, where the label is not unique.
        step: Its part of the path.
        note: What it means.
        explain: Meanings of what is inside, passed on to name/value pairs.
        plain: The value is a text, not JSON: drawn as it is.
    """
    node = Node("value", key=key, label=label, value=value, note=note, step=step, look=_look(value))
    if plain:
        node.look = "text"
    if isinstance(value, (Pairs, list)):
        if value:
            node.make = lambda: json_children(value, explain if isinstance(value, list) else None)
            node.opens = len(value) <= OPEN_CHILDREN
    elif node.look != "number" and isinstance(value, str) and _may_be_json(value):
        node.make = lambda: _enclosed(value)
        node.slow = is_heavy(value)
        node.encloses = True
    return node


def is_heavy(text: str) -> bool:
    """Whether decoding a text could hold up the screen, or needs the deep stack of a thread of its own."""
    return len(text) > HEAVY or text.count("{") + text.count("[") > BRACKETS


def _member(index: int, name: str, value: Value, explain: Explain | None, repeated: frozenset[str]) -> Node:
    notes = []
    told = explain(name, value) if explain else None
    if told:
        notes.append(told)
    is_repeated = name.casefold() in repeated
    if is_repeated:
        notes.append("repeated key")
    key = f"{name}\0{index}" if is_repeated else name
    return value_node(name, value, key=key, step=name, note="; ".join(notes), explain=explain)


def _item(index: int, item: Value, explain: Explain | None) -> Node:
    pair = name_value(item)
    if pair is None:
        node = value_node(str(index), item)
        node.is_numbered = True
        return node
    name, value = pair
    note = (explain(name, value) if explain else None) or ""
    return value_node(name, value, key=f"{name}\0{index}", step=name, note=note)


def _repeated(pairs: Pairs) -> frozenset[str]:
    """Keys, in lower case, that occur more than once; not looked for among very many."""
    if len(pairs) > MANY:
        return frozenset()
    seen: set[str] = set()
    twice: set[str] = set()
    for key, _ in pairs:
        folded = key.casefold()
        (twice if folded in seen else seen).add(folded)
    return frozenset(twice)


def _spread(start: int, stop: int, make: Callable[[int, int], list[Node]]) -> Children:
    """Children, or groups of them where they are too many."""
    count = stop - start
    if count <= GROUP:
        return Children(make(start, stop))
    span = GROUP
    while span * GROUP < count:
        span *= GROUP

    def group(first: int, last: int) -> Node:
        label = f"{first:,} to {last - 1:,}"
        return Node("group", label=label, make=lambda: _spread(first, last, make))

    return Children([group(first, min(first + span, stop)) for first in range(start, stop, span)], span)


def _enclosed(text: str) -> Children:
    """What a text that holds JSON unfolds into."""
    try:
        children = json_children(parse_pairs(text))
    except NotJson as error:
        return Children([Node("text", key="no JSON", value=f"This text is no JSON: {error}", look="note")])
    stack = list(children.nodes)
    for node in stack:
        node.step = None  # no path of the filter language leads into a text
    return children


def _may_be_json(text: str) -> bool:
    head, tail = text[:20].lstrip()[:1], text[-20:].rstrip()[-1:]
    return (head, tail) in (("{", "}"), ("[", "]"))


def _look(value: Value) -> Look:
    if isinstance(value, Number):
        return "number"
    return "string" if isinstance(value, str) else "constant"
