"""What a tree's row says: its name, its value or what it holds, and what that means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from omeviz.events.json_text import Number, Pairs, Value
from omeviz.tui.widgets.row_text import Piece

if TYPE_CHECKING:
    from omeviz.tui.widgets.tree_nodes import Node

LEAD_PIECES = 2
"""Pieces of a row before its value: the name, and the colon with blanks."""

PREVIEW = 100
"""Characters of a folded object or list shown beside its name."""

AMBIGUOUS_UP_TO = 1_000
"""Longer texts are never quoted."""

_AMBIGUOUS = re.compile(r"\s|.*\s\Z|-?[0-9.]+(?:[eE][-+]?[0-9]+)?\Z|(?:true|false|null)\Z|[\"\[{]", re.DOTALL)


def row_pieces(node: Node) -> list[Piece]:
    """What a row says, piece by piece."""
    if node.kind == "text":
        return [Piece(str(node.value), node.look)]
    if node.kind == "group":
        return [Piece(node.label, "note", findable=False)]
    if node.kind == "section":
        return [
            Piece(node.label, "section"),
            Piece("  ", "section", findable=False),
            Piece(node.note, "note", findable=False),
        ]
    pieces = [
        Piece(node.label, "label", findable=not node.is_numbered),
        Piece(": " + " " * node.pad, "note", findable=False),
    ]
    if isinstance(node.value, (Pairs, list)):
        pieces.append(Piece(_summary(node), "note", findable=False))
    elif node.encloses and node.is_open:
        pieces.append(Piece(f"JSON in a text of {len(str(node.value)):,} characters", "note", findable=False))
    elif node.look == "text":
        pieces.append(Piece(str(node.value), "text"))
    else:
        shown = shown_scalar(node.value)
        quote = '"' if isinstance(node.value, str) and len(shown) == len(node.value) + 2 else ""
        pieces.append(Piece(quote, "note", findable=False))
        pieces.append(Piece(shown[1:-1] if quote else shown, node.look))
        pieces.append(Piece(quote, "note", findable=False))
    if node.note:
        pieces.append(Piece(" ", "text", findable=False))
        pieces.append(Piece(f"({node.note})", "note", findable=False))
    return pieces


def name_value(item: Value) -> tuple[str, Value] | None:
    """Name and value of a `{"Name": …, "Value": …}` object, or None of anything else."""
    if not isinstance(item, Pairs) or len(item) != 2:
        return None
    (first, name), (second, value) = item
    if first.casefold() == "value":
        first, name, second, value = second, value, first, name
    if first.casefold() != "name" or second.casefold() != "value":
        return None
    return (name, value) if isinstance(name, str) and not isinstance(name, Number) else None


def shown_scalar(value: Value) -> str:
    """A value as drawn: quoted where a text could be taken for another value or its blanks would not be seen."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"' if not value or (len(value) <= AMBIGUOUS_UP_TO and _AMBIGUOUS.match(value)) else value
    return ""


def _summary(node: Node) -> str:
    """How much an object or list holds, and while it is folded, how it begins."""
    value = node.value
    if isinstance(value, Pairs):
        told = _counted(len(value), "key")
    elif isinstance(value, list):
        told = _counted(len(value), "pair" if value and name_value(value[0]) else "item")
    else:
        return ""
    return told if node.is_open or not value else f"{told}  {_preview(value)}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}" if count else f"no {what}s"


def _preview(value: Pairs | list[Value]) -> str:
    parts: list[str] = []
    length = 0
    items: list[tuple[str, Value]]
    if isinstance(value, Pairs):
        items = list(value[:PREVIEW])
    else:
        items = [name_value(item) or ("", item) for item in value[:PREVIEW]]
    for name, item in items:
        if isinstance(item, Pairs):
            shown = "{…}" if item else "{}"
        elif isinstance(item, list):
            shown = "[…]" if item else "[]"
        else:
            shown = shown_scalar(item[:PREVIEW] if isinstance(item, str) and not isinstance(item, Number) else item)
        part = f"{name[:PREVIEW]}: {shown}" if name else shown
        length += len(part) + 2
        if length > PREVIEW:
            parts.append("…")
            break
        parts.append(part)
    return ", ".join(parts)
