"""What the detail pane shows of one record, as sections of a tree.

Sentence, problems, the event's fields, AuditData, the row's other cells; or, as raw, the cells as in the source.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from omeviz.events.columns import COLUMNS, Column
from omeviz.events.describe import caution, is_portal, meaning, sentence, stamp
from omeviz.events.json_text import NotJson, Pairs, Value, parse_pairs, recover
from omeviz.events.problems import TITLES
from omeviz.tui.widgets.json_nodes import HEAVY, Explain, is_heavy, json_children, value_node
from omeviz.tui.widgets.row_text import Look
from omeviz.tui.widgets.tree_nodes import DATA, Children, Node

if TYPE_CHECKING:
    from omeviz.store import Record

_STATUS_LOOKS: dict[str, Look] = {"success": "string", "failure": "problem", "partial": "number"}

_CODES = frozenset({"operation", "result", "auth", "operationstatus", "method", "type", "workload"})
"""Columns shown with the code as written in the record, its meaning beside it."""


def outline(record: Record, zone: tzinfo) -> list[Node]:
    """The sections of a decoded record, in reading order. Nothing large is decoded here."""
    large = is_large(record)
    audit = None if large or not record.audit_text else _Decoded(record.audit_text)
    nodes = _headline(record, zone)
    if record.problem_bits:
        make = partial(_problems, record)
        nodes.append(_section("Problems", make, note=_place(record), slow=large))
    nodes.append(_section("Event", partial(_fields, record, zone, audit.value if audit else None)))
    nodes.append(_audit_section(record, audit))
    count = len(record.wrapper) + (record.raw is not None)
    if count:
        title = "Row" if record.row_is_record else "Other cells of the row"
        note = f"{count:,} cell{'' if count == 1 else 's'}"
        opens = not record.audit_text
        nodes.append(_section(title, partial(_cells, record), note=note, opens=opens, key="Cells"))
    return nodes


def raw_outline(record: Record, zone: tzinfo) -> list[Node]:
    """The record as in the source: every cell in its place, AuditData as its text."""
    return [*_headline(record, zone), _section("Raw record", partial(_raw_cells, record), note=_place(record))]


class _Decoded:
    """AuditData decoded as far as possible."""

    def __init__(self, text: str) -> None:
        self.error = ""
        try:
            self.value: Value = parse_pairs(text)
        except NotJson as error:
            self.error = str(error)
            self.value = recover(text)

    def children(self, text: str, explain: Explain) -> Children:
        children = json_children(self.value, explain)
        if not self.error:
            return children
        remark = Node("text", key="error", value=f"No complete JSON: {self.error}.", look="problem")
        readable = value_node("What could be read", self.value, explain=explain)
        readable.make = partial(json_children, self.value, explain) if self.value else None
        readable.opens = True
        whole = value_node("As in the source", text, plain=True)
        whole.make = None
        return Children([remark, readable, whole])


def _headline(record: Record, zone: tzinfo) -> list[Node]:
    nodes = [Node("text", key="sentence", value=sentence(record, zone), look="sentence")]
    remark = caution(record)
    if remark:
        nodes.append(Node("text", key="caution", value=remark, look="note"))
    if record.copies is not None:
        seen = f"seen {record.copies.count:,} times: {record.copies.places_text()}; C compares them"
        nodes.append(Node("text", key="copies", value=seen, look="note"))
    return nodes


def _section(
    label: str,
    make: Callable[[], Children] | None,
    *,
    note: str = "",
    opens: bool = True,
    slow: bool = False,
    key: str = "",
) -> Node:
    return Node("section", key=key, label=label, note=note, make=make, slow=slow, opens=opens)


def _audit_section(record: Record, audit: _Decoded | None) -> Node:
    text = record.audit_text
    if not text:
        note = "the row itself is the record" if record.row_is_record else "the row has none"
        return _section("AuditData", None, note="empty" if text is not None else note)
    explain = partial(meaning, portal=is_portal(record))
    node = _section("AuditData", None, note=f"{len(text):,} characters")
    node.step = DATA
    node.value = text
    if audit:
        node.make = partial(audit.children, text, explain)
    else:
        node.make = lambda: _Decoded(text).children(text, explain)
        node.slow = True
    return node


def _problems(record: Record) -> Children:
    return Children(
        [
            Node("text", key=f"problem {i}", value=f"! {TITLES[p.kind]}: {p.detail}", look="problem")
            for i, p in enumerate(record.problems)
        ]
    )


def _fields(record: Record, zone: tzinfo, audit: Value) -> Children:
    portal = is_portal(record)
    nodes: list[Node] = []
    for column in COLUMNS:
        value = record.fields.get(column.name)
        if value is None or column.name == "file":
            continue
        nodes.append(_field(column, value, record, zone, audit, portal))
    path = str(record.source.path or "")
    place = f" ({path})" if path not in ("", record.source.name) else ""
    nodes.append(value_node("File", f"{_place(record)}{place}", step="file", plain=True))
    return Children(nodes)


def _field(column: Column, value: str | datetime, record: Record, zone: tzinfo, audit: Value, portal: bool) -> Node:
    shown: Value = stamp(value, zone) if isinstance(value, datetime) else value
    if column.name in _CODES:
        literal = _literal(audit, column.keys)
        shown = literal if literal not in (None, "") else shown
    elif column.name == "recipient" and len(record.recipients) > 1:
        shown = list(record.recipients)
    note = meaning(column.keys[0], "x" if isinstance(shown, list) else shown, portal=portal) if column.keys else None
    if column.name in ("time", "status"):
        note = ""
    node = value_node(column.label, shown, key=column.name, step=column.name, note=note or "", plain=True)
    if isinstance(shown, str):
        node.make = None
    if column.name == "status":
        node.look = _STATUS_LOOKS.get(str(shown), "text")
    return node


def _literal(audit: Value, keys: tuple[str, ...]) -> Value:
    """The last scalar of a key as written, in any case; None where AuditData has none."""
    if isinstance(audit, Pairs):
        names = {key.casefold() for key in keys}
        for name, value in reversed(audit):
            if name.casefold() in names:
                return None if isinstance(value, (Pairs, list)) else value
    return None


def _cells(record: Record) -> Children:
    nodes = [
        value_node(name or "cell beyond the header", cell, key=f"{name}\0{i}", step=name or None, plain=True)
        for i, (name, cell) in enumerate(record.wrapper)
    ]
    return Children([*nodes, *_damaged(record)])


def _raw_cells(record: Record) -> Children:
    cells = [_raw_cell(i, name, cell) for i, (name, cell) in enumerate(record.wrapper)]
    if record.audit_text is not None:
        index = len(cells) if record.audit_index is None else record.audit_index
        cells.insert(index, _raw_cell(-1, "AuditData", record.audit_text))
    return Children([*cells, *_damaged(record)])


def _raw_cell(index: int, name: str, cell: str) -> Node:
    node = value_node(name or "cell beyond the header", cell, key=f"{name}\0{index}", plain=True)
    node.make = None
    return node


def _damaged(record: Record) -> list[Node]:
    if record.raw is None:
        return []
    node = value_node("Row as in the file", record.raw, plain=True)
    node.make = None
    return [node]


def _place(record: Record) -> str:
    return f"{record.source.name}, {record.source.place(record.line)}"


def is_large(record: Record) -> bool:
    """Whether decoding it could hold up the screen."""
    cells = sum(len(cell) for _, cell in record.wrapper)
    return cells > HEAVY or is_heavy(record.audit_text or "")
