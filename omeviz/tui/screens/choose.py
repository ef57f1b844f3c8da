"""A short list of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.widgets.value_list import Value, ValueList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget


class Choose(Dialog[str]):
    """Choose one of several things; the answer is its key.

    Args:
        title: What is chosen.
        choices: (key, label) of each; labels may come from outside.
        current: The key of the one that holds at present, ticked.
    """

    HINT = "Enter takes it   Esc closes"

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], current: str = "") -> None:
        super().__init__()
        self._title = title
        self._values = [Value(key, label, None, key == current) for key, label in choices]

    def heading(self) -> str:
        """What is asked for."""
        return self._title

    def body(self) -> list[Widget]:
        """The list."""
        return [ValueList(self._values)]

    def on_value_list_toggled(self, event: ValueList.Toggled) -> None:
        """Enter, space or a click."""
        event.stop()
        self.dismiss(event.key)
