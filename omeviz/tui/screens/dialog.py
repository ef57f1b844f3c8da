"""What all dialogs share: a titled box in the middle that Esc, or a click beside it, closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from omeviz.tui.safe import safe

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A dialog whose answer is None where the user closed it.

    Subclasses yield their widgets in `body` and say in `HINT`, or by `hint`, which keys work.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", show=False)]
    """
    | Key | What |
    | :- | :- |
    | escape | Close the dialog. |
    """

    AUTO_FOCUS: ClassVar[str | None] = "Input, OptionList"
    HEADING: ClassVar[str] = ""
    HINT: ClassVar[str] = "Esc closes"

    def heading(self) -> str:
        """The box's title."""
        return self.HEADING

    def hint(self) -> str:
        """Which keys work; it may hold text from outside."""
        return self.HINT

    def body(self) -> list[Widget]:
        """The widgets between the title and the hint."""
        return []

    def compose(self) -> ComposeResult:
        """Title, body, hint."""
        with Vertical(classes="dialog"):
            yield Static(Content(self.heading()), classes="dialog--title", markup=False)
            yield from self.body()
            yield Static(safe(self.hint()), classes="dialog--hint", markup=False)

    def on_resize(self) -> None:
        """Long lists leave room for title and hint."""
        for values in self.query("ValueList, VerticalScroll"):
            values.styles.max_height = max(2, int(self.size.height * 0.9) - 4)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.action_close()
