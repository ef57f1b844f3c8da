"""The nodes of a record's tree. Children are made when a node is unfolded, so that any record opens at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple
from weakref import ref

from rich.cells import cell_len

from omeviz.events.json_text import Pairs, Value, compact
from omeviz.query.tree import path_text
from omeviz.text import visible
from omeviz.tui.widgets.node_text import LEAD_PIECES, row_pieces
from omeviz.tui.widgets.row_text import Look, RowText

DATA = "data"
"""The step of AuditData itself."""

LABEL_CELLS = 24
"""Values of siblings line up behind labels of up to this width."""

Kind = Literal["section", "text", "value", "group"]


class Children(NamedTuple):
    """What a node unfolds into."""

    nodes: list[Node]
    span: int = 1
    """How many of the object's or list's items each of them stands for: 1, or a group's size."""
    data: Pairs | list[Value] | None = None
    """The object or list they come from."""


class Node:
    """One foldable row.

    Attributes:
        kind: `section` a heading, `text` a sentence or remark, `value` a name and its value, `group` a range of items.
        key: Its name among its siblings, by which folds are remembered from record to record.
        label: The name shown, or empty.
        value: The decoded JSON value, or a text.
        look: How the value is drawn.
        note: What the value means, or what a section holds.
        step: Its part of the path in the filter language; None where it adds none (list items, groups).
        make: Makes the children; None where there are none.
        slow: Making them takes long: do it in a worker.
        opens: It starts unfolded.
        encloses: It holds JSON as a text.
        children: What it unfolds into, once made.
        index: Its place among all items of its object, list or section, groups not counted.
        is_open: Whether it is unfolded; None until it is first shown.
        label_cells: Cells its label takes.
        is_numbered: Its label is its number in a list, no text of the record.
    """

    __slots__ = (
        "__weakref__",
        "_parent",
        "_row",
        "children",
        "depth",
        "encloses",
        "index",
        "is_numbered",
        "is_open",
        "key",
        "kind",
        "label",
        "label_cells",
        "look",
        "make",
        "note",
        "opens",
        "pad",
        "slow",
        "step",
        "value",
    )

    def __init__(
        self,
        kind: Kind,
        *,
        key: str = "",
        label: str = "",
        value: Value = "",
        look: Look = "text",
        note: str = "",
        step: str | None = None,
        make: Callable[[], Children] | None = None,
        slow: bool = False,
        opens: bool = False,
        encloses: bool = False,
    ) -> None:
        self.kind: Kind = kind
        self.key = key or label
        self.label = label
        self.value = value
        self.look: Look = look
        self.note = note
        self.step = step
        self.make = make
        self.slow = slow
        self.opens = opens
        self.encloses = encloses
        self.pad = 0
        self._parent: ref[Node] | None = None
        self.depth = 0
        self.index = 0
        self.children: Children | None = None
        self.is_open: bool | None = None
        self.is_numbered = False
        self._row: RowText | None = None
        self.label_cells = cell_len(visible(label)) if len(label) <= LABEL_CELLS else len(label)

    @property
    def parent(self) -> Node | None:
        """The node whose child it is.

        Nodes do not keep their parents alive: so the tree of a record that was passed over needs no search for garbage,
        which would make the keys wait.
        """
        return None if self._parent is None else self._parent()

    def adopt(self, children: Children) -> None:
        """Take made children in."""
        first = self.index if self.kind == "group" else 0
        for place, node in enumerate(children.nodes):
            node._parent = ref(self)
            node.depth = self.depth + 1
            node.index = first + place * children.span
        _line_up(children.nodes)
        self.children = children

    def unfold(self) -> Children:
        """The children, made on the spot where they are missing."""
        if self.children is None:
            self.adopt(self.make() if self.make else Children([]))
        assert self.children is not None  # noqa: S101  # adopt has just set it
        return self.children

    def ancestors(self) -> Iterator[Node]:
        """The node itself, its parent, and so on upwards."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    @property
    def fold_path(self) -> tuple[str, ...]:
        """Its place in any record."""
        return tuple(node.key for node in self.ancestors())[::-1]

    @property
    def path(self) -> str:
        """Its path in the filter language, for example `data.OperationProperties.MailSubject`; may be empty."""
        steps = tuple(node.step for node in self.ancestors() if node.step is not None)[::-1]
        if steps[:1] == (DATA,):
            return path_text(steps[1:]) if len(steps) > 1 else ""
        return ".".join(steps)

    @property
    def indices(self) -> tuple[int, ...]:
        """Its place in the record, in reading order: the index of each of its ancestors, groups left out."""
        return tuple(node.index for node in self.ancestors() if node.kind != "group")[::-1]

    @property
    def container(self) -> Pairs | list[Value] | None:
        """The object or list it unfolds into, if it is known."""
        if isinstance(self.value, (Pairs, list)):
            return self.value
        return self.children.data if self.children else None

    def child(self, index: int) -> Node:
        """The child at a place, out of its group if need be, groups unfolded.

        Raises:
            IndexError: There is none.
        """
        node = self
        while True:
            children = node.unfold()
            first = node.index if node.kind == "group" else 0
            node = children.nodes[(index - first) // children.span]
            if node.kind != "group":
                return node

    @property
    def size(self) -> int:
        """Characters of its own text, about."""
        return len(self.label) + (len(self.value) if isinstance(self.value, str) else 0)

    def toggled(self, is_open: bool) -> None:
        """Fold or unfold; its text depends on it."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._row = None

    @property
    def lead(self) -> int:
        """Cells of its name and what follows up to its value; 0 where the name is long, or there is none."""
        if self.kind != "value" or self.label_cells > LABEL_CELLS:
            return 0
        return self.label_cells + 2 + self.pad

    @property
    def has_row(self) -> bool:
        """Whether its text has been made."""
        return self._row is not None

    @property
    def row(self) -> RowText:
        """Its text, made at first use."""
        if self._row is None:
            is_value = self.kind == "value"
            self._row = RowText(row_pieces(self), LEAD_PIECES if is_value else 0, breaks=is_value)
        return self._row


def copy_text(node: Node) -> str:
    """What copying the node's value gives: texts as they are, objects and lists as compact JSON.

    Raises:
        RecursionError: An object nested too deeply to be written.
    """
    if node.kind == "section" and node.value == "":
        return "\n".join(f"{n.label}: {n.value}" if n.label else str(n.value) for n in node.unfold().nodes)
    if isinstance(node.value, str):
        return str(node.value)
    return compact(node.value)


def _line_up(nodes: Sequence[Node]) -> None:
    """Pad the labels of siblings to one width, so that their values stand in a column."""
    named = [node for node in nodes if node.kind == "value" and node.label_cells <= LABEL_CELLS]
    column = max((node.label_cells for node in named), default=0)
    for node in named:
        node.pad = column - node.label_cells
