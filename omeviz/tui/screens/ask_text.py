"""A question answered by a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from omeviz.errors import OmevizError
from omeviz.tui.safe import safe
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget
    from textual.widgets import Input


class AskText(Dialog[str]):
    """Asks for one line.

    Args:
        title: What is asked for.
        value: What the box holds at first.
        check: Called with the text on Enter; the OmevizError it raises is shown, and the dialog stays.
        placeholder: An example.
    """

    HINT = "Enter takes it   Esc closes"

    def __init__(self, title: str, *, value: str, check: Callable[[str], object], placeholder: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._check = check
        self._placeholder = placeholder

    def heading(self) -> str:
        """What is asked for."""
        return self._title

    def body(self) -> list[Widget]:
        """The box and room for what is wrong."""
        return [
            SafeInput(self._value, placeholder=self._placeholder, compact=True),
            Static("", classes="dialog--error", markup=False),
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        try:
            self._check(event.value)
        except OmevizError as error:
            self.query_one(".dialog--error", Static).update(safe(str(error)))
            return
        self.dismiss(event.value.strip())
