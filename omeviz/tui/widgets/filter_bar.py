"""One line to type a filter or a find pattern in, with a count beside it and a caret under an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.css.query import NoMatches
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from omeviz.tui.safe import safe
from omeviz.tui.widgets.quiet import set_text
from omeviz.tui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from textual.app import ComposeResult


class FilterBar(Widget):
    """A labelled box whose text is followed at every key.

    Used for the filter and for find. It never changes its own text; `text` may be set from outside.

    Args:
        label: What stands before the box.
        placeholder: What an empty box says.
    """

    class Changed(Message):
        """The text was changed, by a key or from outside."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

        @property
        def control(self) -> FilterBar:
            """The bar."""
            return self.bar

    class Left(Message):
        """The user is done typing.

        Attributes:
            accepted: Left by Enter or the down key, not by Esc.
        """

        def __init__(self, bar: FilterBar, accepted: bool) -> None:
            super().__init__()
            self.bar = bar
            self.accepted = accepted

        @property
        def control(self) -> FilterBar:
            """The bar."""
            return self.bar

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave(False)", "back", show=False),
        Binding("down", "leave(True)", "to the table", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | escape | Leave the box. |
    | down | Leave the box for the table. |
    """

    def __init__(self, label: str, placeholder: str, *, id: str) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self._label = label
        self._placeholder = placeholder
        self._error: tuple[str, str, int, int] | None = None
        self._before = ""

    def compose(self) -> ComposeResult:
        """The line and, below it, room for an error."""
        with Horizontal(classes="bar--line"):
            yield Static(Content(f" {self._label} > "), classes="bar--label", markup=False)
            yield SafeInput(placeholder=self._placeholder, compact=True, select_on_focus=False)
            yield Static("", classes="bar--count", markup=False)
        yield Static("", classes="bar--error", markup=False)

    @property
    def box(self) -> SafeInput:
        """The box itself."""
        return self.query_one(SafeInput)

    @property
    def text(self) -> str:
        """The text in the box."""
        return self.box.value

    @text.setter
    def text(self, text: str) -> None:
        box = self.box
        if box.value != text:
            box.value = text
            box.cursor_position = len(text)

    def begin(self) -> None:
        """Into the box, behind what is there, with a blank between: words typed on do not run into the last one."""
        text = self.text
        if text and not text.endswith(" ") and not self.error:
            self._before = text
            self.text = f"{text} "
        self.screen.set_focus(self.box)  # at once: a pasted "/text" arrives in one piece

    def on_descendant_blur(self) -> None:
        """The blank of `begin` goes where nothing was typed behind it."""
        if self._before and self.text == f"{self._before} ":
            self.text = self._before
        self._before = ""

    @property
    def typing(self) -> bool:
        """Whether keys go into the box."""
        try:
            return self.box.has_focus
        except NoMatches:
            return False

    def show_count(self, text: str) -> None:
        """Say beside the box how much is shown."""
        set_text(self.query_one(".bar--count", Static), f"{text} " if text else "")

    def show_error(self, message: str, remedy: str, start: int, stop: int) -> None:
        """Point at a place in the text (0-based, exclusive stop), say what is wrong with it and what to write."""
        self._error = (message, remedy, start, stop)
        self._draw_error()

    def clear_error(self) -> None:
        """Take the message away."""
        if self._error is not None:
            self._error = None
            self._draw_error()

    @property
    def error(self) -> str:
        """The message shown, or empty."""
        return self._error[0] if self._error else ""

    def on_resize(self) -> None:
        """Keep the caret under its place."""
        self._draw_error()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the screen."""
        event.stop()
        self.post_message(self.Changed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leaves the box."""
        event.stop()
        self.action_leave(True)

    def action_leave(self, accepted: bool) -> None:
        """Tell the screen that typing is over."""
        self.post_message(self.Left(self, accepted))

    def _draw_error(self) -> None:
        line = self.query_one(".bar--error", Static)
        line.display = self._error is not None
        if self._error is None:
            return
        message, remedy, start, stop = self._error
        box, width = self.box, max(1, self.size.width)
        begin = box.content_region.x - self.region.x - box.scroll_offset.x
        column = max(0, min(begin + box.cells_until(start), width - 1))
        carets = "^" * max(1, min(box.cells_until(stop) - box.cells_until(start), width - column))
        words, more = safe(message), safe(remedy)
        both = Content.assemble(words, ". " if remedy and not message.endswith((".", "!", "?")) else " ", more)
        right = width - column - len(carets) - 1
        if both.cell_length <= right:
            text = Content.assemble(" " * column, carets, " ", both)
        elif words.cell_length <= right:
            text = Content.assemble(" " * column, carets, " ", words, "\n ", more)
        elif words.cell_length < column:
            text = Content.assemble(" " * (column - words.cell_length - 1), words, " ", carets, "\n ", more)
        else:
            text = Content.assemble(" " * column, carets, "\n ", both)
        line.update(text)
