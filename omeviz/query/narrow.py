"""Whether one filter can only match what another one matches."""

from __future__ import annotations

from omeviz.query.fields import is_few
from omeviz.query.tree import And, Compare, Filter, Is, Last, Node, Not, Or, Text, Value, leaves

_MOST_PAIRS = 2_500
"""With more pairs of conditions the comparison could take longer than it saves."""


def narrows(old: Filter | None, new: Filter | None) -> bool:
    """Whether every match of `new` is provably a match of `old`, so that only those need a look.

    It says no where it cannot tell, and wherever the answer depends on more than the records (`is:marked`,
    `last:`). It holds for the same records: those that were appended since are in neither answer.
    """
    if old is None or old.is_empty:
        return True
    if new is None or any(_depends(leaf) for leaf in leaves(old.node)):
        return False
    if sum(1 for _ in leaves(old.node)) * sum(1 for _ in leaves(new.node)) > _MOST_PAIRS:
        return new == old
    return _implies(new.node, old.node)


def _depends(leaf: Node) -> bool:
    return isinstance(leaf, Last) or (isinstance(leaf, Is) and "marked" in leaf.flags)


def _implies(new: Node, old: Node) -> bool:
    if new == old:
        return True
    if isinstance(old, And):
        return all(_implies(new, child) for child in old.children)
    if isinstance(new, Or):
        return all(_implies(child, old) for child in new.children)
    if isinstance(old, Or) and any(_implies(new, child) for child in old.children):
        return True
    if isinstance(new, And):
        return any(_implies(child, old) for child in new.children)
    if isinstance(new, Not) and isinstance(old, Not):
        return _implies(old.child, new.child)
    if isinstance(new, Text) and isinstance(old, Text):
        return _longer(new.value, old.value)
    return isinstance(new, Compare) and isinstance(old, Compare) and _fewer(new, old)


def _longer(new: Value, old: Value) -> bool:
    return new.kind == old.kind == "text" and old.text in new.text


def _fewer(new: Compare, old: Compare) -> bool:
    """Whether each of the new values is, or holds, one of the old."""
    if new.column != old.column or new.operator != old.operator:
        return False
    return all(any(a == b or _holds(new, a, b) for b in old.values) for a in new.values)


def _holds(new: Compare, longer: Value, shorter: Value) -> bool:
    if new.operator == "=" or not longer.kind == shorter.kind == "text":
        return False
    if not is_few(new.column):
        return shorter.text in longer.text
    # Numbers stand for names there, and two spellings can be one value.
    return new.column in {"status", "workload", "result"} and longer.text.startswith(shorter.text)
