"""A tree in an app of its own."""

from __future__ import annotations

from textual.app import App, ComposeResult

from omeviz.events.json_text import parse_pairs
from omeviz.tui.widgets.json_nodes import json_children
from omeviz.tui.widgets.record_tree import RecordTree
from omeviz.tui.widgets.tree_layout import TreeLayout
from omeviz.tui.widgets.tree_nodes import DATA, Node


def root_of(text: str, *, slow: bool = False) -> Node:
    """A section `AuditData` over a JSON text."""
    node = Node("section", label="AuditData", value=text, step=DATA, opens=True, slow=slow)
    node.make = lambda: json_children(parse_pairs(text))
    return node


class TreeApp(App[None]):
    """One tree, and what it wants copied."""

    def __init__(self, *roots: Node) -> None:
        super().__init__()
        self.roots = roots
        self.copied: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield RecordTree()

    def on_mount(self) -> None:
        self.query_one(RecordTree).focus()
        self.query_one(RecordTree).show(self.roots)

    def on_record_tree_copy_requested(self, event: RecordTree.CopyRequested) -> None:
        self.copied.append((event.what, event.text))

    @property
    def tree_shown(self) -> RecordTree:
        return self.query_one(RecordTree)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.tree_shown.line_texts]

    @property
    def cursor(self) -> str:
        return self.tree_shown.line_text(self.tree_shown.cursor_line).strip()


def laid_out(*roots: Node) -> TreeLayout:
    layout = TreeLayout()
    layout.show(roots)
    return layout


def node_named(layout: TreeLayout, label: str) -> Node:
    return next(node for node in layout.rows if node.label == label)
