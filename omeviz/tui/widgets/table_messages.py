"""What an `EventTable` tells its screen. Handlers are named `on_event_table_…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from omeviz.tui.widgets.column_layout import ColumnLayout
    from omeviz.tui.widgets.event_table import EventTable


class TableMessage(Message):
    """Something happened in a table."""

    def __init__(self, table: EventTable) -> None:
        super().__init__()
        self.table = table
        """Where."""

    @property
    def control(self) -> EventTable:
        """The table, for `on` selectors."""
        return self.table


class CursorMoved(TableMessage, namespace="event_table"):
    """The cursor is on another row or column, or the rows under it were exchanged."""

    def __init__(self, table: EventTable, index: int, column: str) -> None:
        super().__init__(table)
        self.index = index
        """The row, from 0."""
        self.column = column
        """The column's name."""


class Activated(TableMessage, namespace="event_table"):
    """A row was opened, by enter or a double click."""

    def __init__(self, table: EventTable, index: int) -> None:
        super().__init__(table)
        self.index = index
        """The row, from 0."""


class SortRequested(TableMessage, namespace="event_table"):
    """The rows are wanted in the order of a column. The table sorts nothing itself."""

    def __init__(self, table: EventTable, column: str, descending: bool) -> None:
        super().__init__(table)
        self.column = column
        """The column's name."""
        self.descending = descending
        """Whether the greatest value is wanted first."""


class LayoutChanged(TableMessage, namespace="event_table"):
    """Columns were moved, hidden, shown or resized."""

    def __init__(self, table: EventTable, layout: ColumnLayout) -> None:
        super().__init__(table)
        self.layout = layout
        """How they are from here on."""
