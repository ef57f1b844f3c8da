"""The records of one event: where each stands, and in what it differs from the one that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from omeviz.events.problems import TITLES
from omeviz.tui.background import Answered, Latest
from omeviz.tui.clipboard import clipboard_text
from omeviz.tui.models import CELL_LIMIT
from omeviz.tui.safe import safe
from omeviz.tui.widgets.column_layout import TableColumn
from omeviz.tui.widgets.detail_pane import record_text
from omeviz.tui.widgets.event_table import EventTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from omeviz.errors import OmevizError
    from omeviz.events.copies_record import RecordCopies
    from omeviz.store import Store
    from omeviz.tui.widgets.table_messages import Activated, CursorMoved

COPY_COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("file", "File", 24, 8),
    TableColumn("line", "Where", 12, 9),
    TableColumn("says", "What it says", 40, 14, spare=2),
    TableColumn("problems", "What is wrong with it", 24, 10, spare=1),
)
"""The columns of the list."""

LARGE = 100_000
"""Characters from which on a record is not compared while the list is drawn, only when the cursor rests on it."""
LONGEST_RAW = 20_000
"""Characters of a record shown below the list."""


class CopiesModel:
    """The records of one event, in source order, as rows of a table.

    Args:
        store: The records.
        copies: Those of the event.
    """

    def __init__(self, store: Store, copies: RecordCopies) -> None:
        self.store = store
        self.copies = copies

    @property
    def row_count(self) -> int:
        """How many records there are."""
        return self.copies.count

    def store_row(self, index: int) -> int:
        """The row in the store of the record at a place."""
        return int(self.copies.rows[index])

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        """The texts of some records, a list for each column."""
        rows = [self._cells(self.store_row(index)) for index in range(start, min(stop, self.row_count))]
        return [[row[name][:CELL_LIMIT] for row in rows] for name in columns]

    def marked(self, start: int, stop: int) -> list[bool]:
        """Copies cannot be marked."""
        return [False] * max(0, min(stop, self.row_count) - start)

    def problems(self, start: int, stop: int) -> list[bool]:
        """Which of the records have a problem of their own."""
        return [bool(self._bits(self.store_row(index))) for index in range(start, min(stop, self.row_count))]

    def times(self, start: int, stop: int) -> list[int]:
        """Each record is there once."""
        return [1] * max(0, min(stop, self.row_count) - start)

    def explanation(self, row: int) -> tuple[str, ...]:
        """In what a record differs from the shown one, a line for each field."""
        if row == self.copies.shown:
            return ("This record is shown as the event.",)
        found = self.copies.differences(row)
        return tuple(map(str, found)) or ("It says the same as the record that is shown.",)

    def _bits(self, row: int) -> int:
        part, local = self.store.part_of(row)
        return int(part.frame.get_column("problems")[local])

    def _cells(self, row: int) -> dict[str, str]:
        name, place = self.copies.place(row)
        bits = self._bits(row)
        wrong = ", ".join(title for kind, title in TITLES.items() if bits & kind)
        return {"file": name, "line": place, "says": self._says(row), "problems": wrong}

    def _says(self, row: int) -> str:
        if row == self.copies.shown:
            return "shown"
        part, local = self.store.part_of(row)
        if len(part.frame.get_column("audit")[local] or "") > LARGE:
            return "large: compared below"
        found = self.copies.differences(row)
        return f"differs: {', '.join(difference.name for difference in found)}" if found else "the same"


class CopiesScreen(ModalScreen[None]):
    """Lists the records of one event.

    Args:
        store: The records.
        copies: Those of the event.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,C", "close", "close", show=False),
        Binding("y", "copy", "copy", show=False),
        Binding("tab", "app.focus_next", "difference", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | escape, q, C | Close the list. |
    | y | Copy the record: AuditData as in the source. |
    | tab | Between the list and the difference. |
    """

    AUTO_FOCUS = "EventTable"

    def __init__(self, store: Store, copies: RecordCopies) -> None:
        super().__init__()
        self._model = CopiesModel(store, copies)
        self._explanations: Latest[int, tuple[tuple[str, ...], str]] = Latest(self, self._explain, self._show)

    def compose(self) -> ComposeResult:
        """Title, list, what differs, hint."""
        title = f" This event was seen {self._model.row_count:,} times; its most complete record is shown"
        yield Static(Content(title), classes="page--title", markup=False)
        yield EventTable(COPY_COLUMNS)
        with VerticalScroll(id="raw"):
            yield Static("", markup=False)
        yield Static(Content(" y copies the record   Tab to the text   Esc closes"), classes="page--hint", markup=False)

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(EventTable).set_model(self._model)

    def on_answered(self, event: Answered) -> None:
        """A comparison is ready."""
        event.stop()
        event.settle()

    def on_event_table_cursor_moved(self, event: CursorMoved) -> None:
        """Compare the record under the cursor, on a thread."""
        event.stop()
        self._explanations.ask(self._model.store_row(event.index))

    def on_event_table_activated(self, event: Activated) -> None:
        """Enter: back to the event."""
        event.stop()
        self.dismiss(None)

    def _explain(self, row: int, should_stop: Callable[[], bool]) -> tuple[tuple[str, ...], str]:
        del should_stop  # one comparison is a single step
        return self._model.explanation(row), record_text(self._model.store.record(row))

    def _show(self, row: int, result: tuple[tuple[str, ...], str] | OmevizError) -> None:
        del row
        if isinstance(result, tuple):
            lines = [safe(line, "$text-warning") for line in result[0]]
            below = Content("\n").join([*lines, safe(result[1], limit=LONGEST_RAW)])
            self.query_one("#raw Static", Static).update(below)

    def action_close(self) -> None:
        """Back to the table."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the record under the cursor."""
        index = self.query_one(EventTable).cursor_index
        if index is not None:
            record = self._model.store.record(self._model.store_row(index))
            text, exact = clipboard_text(record_text(record))
            self.app.copy_to_clipboard(text)
            self.app.notify("Record copied." if exact else "Copied; control characters as signs.", markup=False)
