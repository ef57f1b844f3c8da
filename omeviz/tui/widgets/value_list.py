"""A small list of values, each with a count and a tick, toggled by keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from omeviz.tui.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK = "x"
BOX, TICKED_BOX = "[ ] ", "[x] "
LONGEST = 60
"""Cells of a label."""


@dataclass(frozen=True, slots=True)
class Value:
    """One line of the list.

    Attributes:
        key: What the owner knows it by.
        label: What is shown; it may come from a log.
        count: How many events have it, or None where that is not counted.
        ticked: Whether it is chosen.
    """

    key: str
    label: str
    count: int | None
    ticked: bool


class ValueList(OptionList):
    """Values one can tick. Space, Enter or a click toggles; the owner decides what that means.

    Args:
        values: What is listed.
        boxes: Draw a box before each, so that lines of which none is ticked are seen to be switches.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "toggle", show=False),
        Binding("j", "cursor_down", "down", show=False),
        Binding("k", "cursor_up", "up", show=False),
        Binding("g", "first", "first", show=False),
        Binding("G", "last", "last", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | space | Tick the value, or take the tick away. |
    | j, k, g, G | Move. |
    """

    class Toggled(Message):
        """A value was ticked, or its tick taken away.

        Attributes:
            key: The value's key.
        """

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, values: Sequence[Value] = (), *, boxes: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False, compact=True)
        self._ticks = (TICKED_BOX, BOX) if boxes else (f"{TICK} ", "  ")
        self.values: tuple[Value, ...] = ()
        self.show(values)

    def show(self, values: Sequence[Value]) -> None:
        """Replace the values; the cursor stays on its value where that is still there."""
        index = self.highlighted
        key = self.values[index].key if index is not None and index < len(self.values) else None
        self.values = tuple(values)
        self.clear_options()
        self.add_options([Option(prompt) for prompt in _prompts(self.values, *self._ticks)])
        if self.values:
            self.highlighted = next((i for i, value in enumerate(self.values) if value.key == key), 0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, space and click."""
        event.stop()
        self.post_message(self.Toggled(self.values[event.option_index].key))


def _label(text: str) -> Content:
    if not text:
        return Content.styled("(none)", "dim")
    return safe(text, limit=LONGEST).truncate(LONGEST, ellipsis=True)


def _prompts(values: Sequence[Value], ticked: str, unticked: str) -> list[Content]:
    labels = [_label(value.label) for value in values]
    label_width = max((label.cell_length for label in labels), default=0)
    count_width = max((len(f"{value.count:,}") for value in values if value.count is not None), default=0)
    prompts = []
    for value, label in zip(values, labels, strict=True):
        tick = (ticked, "bold $text-accent") if value.ticked else (unticked, "")
        count = f"  {value.count:>{count_width},}" if value.count is not None else ""
        prompts.append(Content.assemble(tick, label.pad_right(label_width - label.cell_length), count))
    return prompts
