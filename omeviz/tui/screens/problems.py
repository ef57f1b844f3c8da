"""What is wrong with files, rows and records, one line each; Enter goes to the event."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from omeviz.tui.clipboard import clipboard_text
from omeviz.tui.problem_model import PROBLEM_COLUMNS, ProblemModel, rows_text
from omeviz.tui.safe import safe
from omeviz.tui.widgets.event_table import EventTable
from omeviz.tui.widgets.header_line import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from omeviz.errors import OmevizError
    from omeviz.store import Store
    from omeviz.tui.widgets.table_messages import Activated, CursorMoved

LONGEST_RAW = 20_000
"""Characters of a raw text shown below the list; the event's detail shows all."""


class Problems(ModalScreen[int | None]):
    """Lists problems; the answer is the row in the store of the chosen record.

    Args:
        store: The records and unusable rows.
        failures: Why files could not be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "close", "close", show=False),
        Binding("y", "copy", "copy", show=False),
        Binding("tab", "app.focus_next", "raw text", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | escape, q, p | Close the list. |
    | y | Copy the raw text. |
    | tab | Between the list and the raw text. |
    """

    AUTO_FOCUS = "EventTable"

    def __init__(self, store: Store, failures: Sequence[OmevizError]) -> None:
        super().__init__()
        self._store = store
        self._model = ProblemModel(store, failures)

    def compose(self) -> ComposeResult:
        """Title, list, the chosen one in full, hint."""
        title = f" {count(self._model.row_count, 'problem')}   {rows_text(self._store)}"
        yield Static(Content(title), classes="page--title", markup=False)
        yield EventTable(PROBLEM_COLUMNS, empty_message="No problems: every row is a sound record.")
        with VerticalScroll(id="raw"):
            yield Static("", markup=False)
        yield Static(
            Content(" Enter goes to the event   y copies the raw text   Tab to the text   Esc closes"),
            classes="page--hint",
        )

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(EventTable).set_model(self._model)

    def on_event_table_cursor_moved(self, event: CursorMoved) -> None:
        """Show the problem under the cursor in full."""
        event.stop()
        raw = safe(self._model.raw(event.index), limit=LONGEST_RAW)
        text = Content.assemble(safe(self._model.explanation(event.index), "$text-warning"), "\n", raw)
        self.query_one("#raw Static", Static).update(text)

    def on_event_table_activated(self, event: Activated) -> None:
        """Enter: to the event, if there is one."""
        event.stop()
        row = self._model.record_row(event.index)
        if row is None:
            self.app.notify("This row is no event; its text is below.", markup=False)
        else:
            self.dismiss(row)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the raw text."""
        index = self.query_one(EventTable).cursor_index
        if index is not None:
            text, exact = clipboard_text(self._model.raw(index))
            self.app.copy_to_clipboard(text)
            self.app.notify("Raw text copied." if exact else "Copied; control characters as signs.", markup=False)
