"""A question with two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from omeviz.tui.safe import safe
from omeviz.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from textual.widget import Widget


class Confirm(Dialog[bool]):
    """Asks once; the answer is True, False, or None (Esc), which means False.

    Args:
        question: What is asked; it may hold text from outside.
        yes: What the button says that does it.
        no: What the other button says.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n", "answer(False)", "no", show=False),
        Binding("left,right", "app.focus_next", "other button", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | y | Yes. |
    | n | No. |
    """

    AUTO_FOCUS = "#no"

    def __init__(self, question: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def hint(self) -> str:
        """The keys, in the words of the buttons."""
        return f"y {self._yes.lower()}   n or Esc {self._no.lower()}"

    def body(self) -> list[Widget]:
        """The question and two buttons."""
        return [
            Static(safe(self._question), classes="dialog--text", markup=False),
            Horizontal(
                Button(safe(self._yes), id="yes", compact=True, variant="warning"),
                Button(safe(self._no), id="no", compact=True),
                classes="dialog--buttons",
            ),
        ]

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed."""
        self.action_answer(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Close with an answer."""
        self.dismiss(answer)
