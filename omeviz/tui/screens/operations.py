"""The operations with their counts, ticked by keys; each tick edits the one filter text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from omeviz.errors import OmevizError
from omeviz.tui.background import Answered, Latest
from omeviz.tui.counts import CountRequest, Counts, count_values
from omeviz.tui.safe import safe
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.widgets.value_list import Value, ValueList

if TYPE_CHECKING:
    from textual.widget import Widget

    from omeviz.store import Store
    from omeviz.tui.session import Session


class Operations(Dialog[None]):
    """Ticks operations.

    Args:
        store: The records.
        session: Holds the filter.
        set_filter: Called with the edited filter text.
        column: Which column's values are listed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "close", "close", show=False, priority=True),
        Binding("a", "all", "all", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | enter, o | Close the list. |
    | a | Take all ticks away: every operation. |
    """

    HEADING = "Operations"
    HINT = "Space ticks   a all   Enter or Esc closes"

    def __init__(
        self, store: Store, session: Session, set_filter: Callable[[str], None], column: str = "operation"
    ) -> None:
        super().__init__()
        self._store = store
        self._session = session
        self._set_filter = set_filter
        self._column = column
        self._counts = Counts(())
        self._counting: Latest[CountRequest, Counts] = Latest(self, count_values, self._show)

    def body(self) -> list[Widget]:
        """The list and a line for what is left out."""
        return [ValueList(), Static(Content("counting…"), classes="dialog--note", markup=False)]

    def on_mount(self) -> None:
        """Count, on a thread."""
        session = self._session
        request = CountRequest(self._store, session.filter_text, self._column, session.zone, frozenset(session.marks))
        self._counting.ask(request)

    def on_answered(self, event: Answered) -> None:
        """The counts are there."""
        event.stop()
        event.settle()

    def on_value_list_toggled(self, event: ValueList.Toggled) -> None:
        """Tick or untick one."""
        event.stop()
        from omeviz.query.edit import toggle_value

        self._set_filter(toggle_value(self._session.filter_text, self._column, event.key))
        self._show_values()

    def action_all(self) -> None:
        """Take all ticks away."""
        from omeviz.query.edit import toggle_value, values_of

        text = self._session.filter_text
        for value in values_of(text, self._column):
            text = toggle_value(text, self._column, value)
        self._set_filter(text)
        self._show_values()

    def _show(self, _request: CountRequest, result: Counts | OmevizError) -> None:
        note = self.query_one(".dialog--note", Static)
        if isinstance(result, OmevizError):
            note.update(safe(str(result), "$text-error"))
            return
        self._counts = result
        note.display = bool(result.more) or not result.values
        nothing = "The rest of the filter leaves no event." if self._session.filter_text.strip() else "No events."
        note.update(Content(f"and {result.more:,} more: type operation: in the filter" if result.values else nothing))
        self._show_values()

    def _show_values(self) -> None:
        from omeviz.query.edit import values_of

        chosen = {value.lower() for value in values_of(self._session.filter_text, self._column)}
        values = [Value(name, name, number, name.lower() in chosen) for name, number in self._counts.values if name]
        listed = {value.key.lower() for value in values}
        values += [Value(name, name, 0, True) for name in sorted(chosen - listed)]
        self.query_one(ValueList).show(values)
