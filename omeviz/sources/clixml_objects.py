"""Elements of Clixml -> objects, one after the other, without ever holding more than the open one.

Source of the format: MS-PSRP 2.2.5. `Objs` holds the exported objects. An `Obj` has type names (`TN`), a `ToString`,
a primitive or a collection (`LST`, `IE`, `STK`, `QUE`, `DCT`), and properties in `Props` and `MS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from omeviz.sources.clixml_values import NULL, PRIMITIVES, Value, decoded, list_value, object_value, primitive

DEEPEST = 1000
"""Elements inside each other; what is deeper is left out."""

_LISTS = frozenset({"LST", "IE", "STK", "QUE"})
_BAGS = frozenset({"MS", "Props"})
_MOST_REFERRED = 16 << 20
_KEPT = 4 << 20

_Kind = Literal["root", "object", "list", "bag", "entry", "primitive"]


@dataclass(frozen=True, slots=True)
class Item:
    """One exported object.

    Attributes:
        line: Where it starts, from 1.
        members: Its properties by name, in order; None where it has none.
        value: The whole of it.
        problem: What is wrong with it, a phrase, or None.
    """

    line: int
    members: list[tuple[str, Value]] | None
    value: Value
    problem: str | None = None


@dataclass(slots=True)
class _Frame:
    """An open element."""

    kind: _Kind
    tag: str
    name: str | None
    line: int
    outer: bool = False  # an exported object, or a list of them
    reference: str | None = None
    content: list[str] = field(default_factory=list)
    members: list[tuple[str, Value]] | None = None
    items: list[Value] | None = None
    base: Value | None = None
    shown: Value | None = None  # ToString
    holds_items: bool = False  # exported objects came from inside
    key: str = ""


class ObjectReader:
    """Takes the elements of one or several documents and gives the exported objects.

    Args:
        found: Called with each object.
    """

    def __init__(self, found: Callable[[Item], None]) -> None:
        self._found = found
        self._stack: list[_Frame] = [_Frame("root", "", None, 0, outer=True)]
        self._skipped = 0
        self._references: dict[str, Value] = {}
        self._kept = 0
        self._referred = 0
        self._problem: str | None = None

    @property
    def expects_object(self) -> bool:
        """Whether the next element is an exported object."""
        return not self._skipped and self._stack[-1].outer and self._stack[-1].kind in ("root", "list")

    @property
    def expects_name(self) -> bool:
        """Whether the next element is a property: an object without a name is out of its place."""
        return not self._skipped and self._stack[-1].kind in ("object", "bag", "primitive")

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        """An element begins."""
        if self._skipped:
            self._skipped += 1
            return
        parent = self._stack[-1]
        name = attributes.get("N")
        name = None if name is None else decoded(name)
        if len(self._stack) > DEEPEST:
            self._problem = f"objects are nested deeper than {DEEPEST} elements"
            self._give(name, NULL)
            self._skipped = 1
        elif tag == "Obj":
            self._open("object", tag, name, line, parent, attributes.get("RefId"))
        elif tag in PRIMITIVES and parent.kind != "primitive":
            self._open("primitive", tag, name, line, parent)
        elif tag == "Ref":
            self._give(name, self._referenced(attributes.get("RefId", "")))
            self._skipped = 1
        elif tag in _BAGS and parent.kind in ("root", "list"):
            self._problem = "it has no beginning"
            self._open("object", "Obj", None, line, parent)
            self._open_collection(tag, line, self._stack[-1])
        elif (tag in _BAGS or tag in _LISTS or tag == "DCT") and parent.kind == "object":
            self._open_collection(tag, line, parent)
        elif tag == "En" and parent.kind == "bag":
            self._open("entry", tag, None, line, parent)
        elif self.expects_object and tag != "Objs":
            self._problem = "its first tag is none of Clixml"
            self._open("object", tag, None, line, parent)
        elif tag != "Objs" or len(self._stack) > 1:
            self._skipped = 1

    def text(self, content: str) -> None:
        """Text inside the innermost element."""
        frame = self._stack[-1]
        if frame.kind == "primitive" and not self._skipped:
            frame.content.append(content)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
        elif self._stack[-1].tag == tag and len(self._stack) > 1:
            self._close()

    def stop(self, problem: str) -> None:
        """Nothing more comes of what is open: an object that has begun is given as far as it goes."""
        self._skipped = 0
        while self._stack[-1].kind != "root" and not (self._stack[-1].kind == "list" and self._stack[-1].outer):
            self._problem = problem
            self._close()
        self._problem = None

    def restart(self) -> None:
        """Forget open lists too: a document begins, or what is left of one."""
        del self._stack[1:]
        self._skipped = 0

    def _open(
        self, kind: _Kind, tag: str, name: str | None, line: int, parent: _Frame, reference: str | None = None
    ) -> None:
        outer = parent.outer and parent.kind in ("root", "list")
        if outer:
            self._referred = 0
        self._stack.append(_Frame(kind, tag, name, line, outer, reference))

    def _open_collection(self, tag: str, line: int, parent: _Frame) -> None:
        if tag in _LISTS:
            outer = parent.outer or self._is_page_of_results(parent)
            parent.holds_items = parent.holds_items or outer
            if outer and not parent.outer:
                self._page_holds_items()
            parent.items = parent.items or []
            self._stack.append(_Frame("list", tag, None, line, outer))
        else:
            parent.members = parent.members or []
            self._stack.append(_Frame("bag", tag, None, line))

    def _is_page_of_results(self, frame: _Frame) -> bool:
        """Whether an object is the `value` of an exported one: Microsoft Graph's pages hold their records there."""
        stack = self._stack
        if len(stack) >= 3 and stack[-2].kind == "bag":
            return stack[-3].outer and (frame.name or "").lower() == "value"
        if len(stack) >= 4 and stack[-2].kind == "entry":
            return stack[-4].outer and stack[-2].key.lower() == "value"
        return False

    def _page_holds_items(self) -> None:
        for frame in self._stack[-4:-1]:
            if frame.kind == "object" and frame.outer:
                frame.holds_items = True

    def _close(self) -> None:
        """The innermost element is complete."""
        frame = self._stack.pop()
        if frame.kind == "primitive":
            value = primitive(frame.tag, "".join(frame.content))
            if frame.outer:
                self._emit(Item(frame.line, None, value))
            elif frame.tag == "ToString" and frame.name is None:
                self._stack[-1].shown = value
            else:
                self._give(frame.name, value)
        elif frame.kind == "object":
            self._close_object(frame)

    def _close_object(self, frame: _Frame) -> None:
        if frame.outer:
            if not frame.holds_items:
                is_empty = frame.base is None and frame.shown is None and frame.items is None
                self._emit(Item(frame.line, frame.members or ([] if is_empty else None), self._value_of(frame)))
            return
        value = NULL if frame.holds_items else self._value_of(frame)
        if frame.reference is not None:
            self._keep(frame.reference, value)
        self._give(frame.name, value)

    def _emit(self, item: Item) -> None:
        problem, self._problem = self._problem, None
        self._found(item if problem is None else Item(item.line, item.members, item.value, problem))

    @staticmethod
    def _value_of(frame: _Frame) -> Value:
        if frame.items is not None:
            return list_value(frame.items)
        if frame.base is not None:
            if frame.shown is not None and frame.shown.text and isinstance(frame.base.json, str):
                is_text = frame.base.json.startswith('"')
                return frame.base if is_text else Value(frame.shown.text, frame.base.json, frame.base.size)
            return frame.base
        if frame.members is None and frame.shown is not None:
            return frame.shown
        return object_value(frame.members or ())

    def _give(self, name: str | None, value: Value) -> None:
        """Put a value where it belongs in the element around it."""
        parent = self._stack[-1]
        if parent.kind == "bag":
            owner = self._stack[-2]
            if owner.members is not None:
                owner.members.append((name or "", value))
        elif parent.kind == "list":
            owner = self._stack[-2]
            if owner.items is not None and not parent.outer:
                owner.items.append(value)
        elif parent.kind == "entry":
            if name == "Key":
                parent.key = value.cell() or ""
            else:
                owner = self._stack[-3]
                if owner.members is not None:
                    owner.members.append((parent.key, value))
        elif parent.kind == "object":
            parent.base = value

    def _keep(self, reference: str, value: Value) -> None:
        """Remember a value for references to it: the last ones, up to a limit."""
        if value.size > _KEPT:
            return
        self._kept += value.size - (self._references.pop(reference, NULL).size if reference in self._references else 0)
        self._references[reference] = value
        while self._kept > _KEPT:
            oldest = next(iter(self._references))
            self._kept -= self._references.pop(oldest).size

    def _referenced(self, reference: str) -> Value:
        value = self._references.get(reference, NULL)
        self._referred += value.size
        if self._referred > _MOST_REFERRED:
            self._problem = "its references to other objects would unfold beyond all measure"
            return NULL
        return value
