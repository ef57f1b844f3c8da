"""Which columns the table shows, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from omeviz.events.columns import COLUMN
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.widgets.value_list import Value, ValueList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget


class Columns(Dialog[tuple[str, ...]]):
    """Ticks columns and moves them; the answer is the shown ones in order.

    Args:
        shown: Names of the columns shown at present, in order.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up,K,less_than_sign,minus", "move(-1)", "move up", show=False, priority=True),
        Binding("shift+down,J,greater_than_sign,plus", "move(1)", "move down", show=False, priority=True),
        Binding("enter", "take", "take", show=False, priority=True),
    ]
    """
    | Key | What |
    | :- | :- |
    | shift+up, K, <, - | Move the column to the left in the table. |
    | shift+down, J, >, + | Move it to the right. |
    | enter | Show these columns. |
    """

    HEADING = "Columns"
    HINT = "Space shows or hides   < > moves   Enter takes it   Esc leaves it"

    class Changed(Message):
        """Ticks or order changed."""

    def __init__(self, shown: Sequence[str]) -> None:
        super().__init__()
        self.order = [*shown, *(name for name in COLUMN if name not in shown)]
        self.shown = set(shown)

    def body(self) -> list[Widget]:
        """The list."""
        return [ValueList(self._values())]

    def on_value_list_toggled(self, event: ValueList.Toggled) -> None:
        """Space or click; the last column stays."""
        event.stop()
        if event.key not in self.shown:
            self.shown.add(event.key)
        elif len(self.shown) > 1:
            self.shown.remove(event.key)
        self.query_one(ValueList).show(self._values())

    def action_move(self, step: int) -> None:
        """Move the highlighted column by one place."""
        index = self.query_one(ValueList).highlighted
        if index is None or not 0 <= index + step < len(self.order):
            return
        self.order[index], self.order[index + step] = self.order[index + step], self.order[index]
        self.query_one(ValueList).show(self._values())

    def action_take(self) -> None:
        """Close and apply."""
        self.dismiss(tuple(name for name in self.order if name in self.shown))

    def _values(self) -> list[Value]:
        return [
            Value(name, f"{COLUMN[name].label}: {COLUMN[name].help}", None, name in self.shown) for name in self.order
        ]
