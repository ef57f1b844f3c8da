"""A table of any number of rows, of which only the visible ones are fetched and drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual.binding import Binding, BindingType

from omeviz.tui.widgets import table_messages
from omeviz.tui.widgets.column_layout import (
    GUTTER,
    STEP,
    WIDE_GUTTER,
    ColumnLayout,
    TableColumn,
    event_columns,
    event_layout,
)
from omeviz.tui.widgets.table_canvas import HEADER_HEIGHT, Highlighter, TableCanvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.events import Click, Resize

    from omeviz.tui.models import TableModel

__all__ = ["EventTable", "Highlighter"]


class EventTable(TableCanvas, can_focus=True, inherit_bindings=False):
    """Rows of a `TableModel` under a fixed header, the first column fixed at the left.

    The cursor is a row and a column: the row is what is looked at, the column is what is sorted, resized, or taken
    a value from. Nothing here takes time in proportion to the number of rows.

    Text from the log is drawn through `omeviz.text` and never as markup.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Previous row", show=False),
        Binding("down,j", "cursor_down", "Next row", show=False),
        Binding("left,h", "column_left", "Column to the left", show=False),
        Binding("right,l", "column_right", "Column to the right", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("ctrl+u", "half_page_up", "Half a page up", show=False),
        Binding("ctrl+d", "half_page_down", "Half a page down", show=False),
        Binding("home,g", "first_row", "First row", show=False),
        Binding("end,G", "last_row", "Last row", show=False),
        Binding("enter", "activate", "Open", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | up,k / down,j | Move the cursor to the previous or next row. |
    | left,h / right,l | Move the cursor to the next shown column. |
    | pageup / pagedown | Move by a page. |
    | ctrl+u / ctrl+d | Move by half a page. |
    | home,g / end,G | Go to the first or last row. |
    | enter | Post `Activated`. |

    Sorting, widths, hiding and moving of columns are actions without keys of their own.
    """

    CursorMoved: TypeAlias = table_messages.CursorMoved
    Activated: TypeAlias = table_messages.Activated
    SortRequested: TypeAlias = table_messages.SortRequested
    LayoutChanged: TypeAlias = table_messages.LayoutChanged

    def __init__(
        self,
        columns: Sequence[TableColumn] | None = None,
        column_layout: ColumnLayout | None = None,
        *,
        empty_message: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        """Create a table.

        Args:
            columns: What can be shown; by default the columns of an event.
            column_layout: What is shown; by default the usual columns of an event, or all that were given.
            empty_message: What to say where there are no rows.
            name: The widget's name.
            id: The widget's id.
            classes: The widget's classes.
        """
        if column_layout is None:
            column_layout = event_layout() if columns is None else ColumnLayout(tuple(c.name for c in columns))
        if columns is None:
            columns = event_columns()
        super().__init__(columns, column_layout, name=name, id=id, classes=classes)
        self._empty_message = empty_message
        self._model: TableModel | None = None

    # What is shown

    @property
    def model(self) -> TableModel | None:
        """What is shown. Setting it leaves the cursor where it is; see `set_model`."""
        return self._model

    @model.setter
    def model(self, model: TableModel | None) -> None:
        self.set_model(model)

    @property
    def cursor_index(self) -> int | None:
        """The row that the cursor is on; None where there is none."""
        return self._cursor if self.row_count else None

    @property
    def cursor_column(self) -> str:
        """The name of the column that the cursor is in."""
        return self._column

    @property
    def highlighter(self) -> Highlighter | None:
        """What finds the stretches to highlight; it is given text as in the log."""
        return self._highlighter

    @highlighter.setter
    def highlighter(self, highlighter: Highlighter | None) -> None:
        self._highlighter = highlighter
        self._repaint()

    @property
    def empty_message(self) -> str:
        """What is said where there are no rows; several lines are possible."""
        return self._empty_message

    @empty_message.setter
    def empty_message(self, message: str) -> None:
        if message != self._empty_message:
            self._empty_message = message
            self.refresh()

    @property
    def column_layout(self) -> ColumnLayout:
        """Order, widths, hidden columns and sort marks."""
        return self._layout

    @column_layout.setter
    def column_layout(self, layout: ColumnLayout) -> None:
        if layout == self._layout:
            return
        shown = self._layout.shown
        place = shown.index(self._column) if self._column in shown else 0
        self._layout = layout
        column = self._column
        if column not in layout.shown:
            column = layout.shown[min(place, len(layout.shown) - 1)] if layout.shown else ""
        self._arrange()
        if column != self._column:
            self.move_column(column)
        self.post_message(self.LayoutChanged(self, layout))

    def set_model(self, model: TableModel | None, cursor_index: int | None = None) -> None:
        """Show other rows.

        Args:
            model: The rows.
            cursor_index: Where the cursor goes; it keeps its line on the screen if possible. None leaves it where
                it is.
        """
        line = self._cursor - self.scroll_offset.y
        self._model = model
        self._pages.set_model(model)
        if self.is_attached and self.text_selection is not None:
            # It would go on to mean the same places in other rows.
            self.screen.clear_selection()
        self._resize_rows()
        target = self._cursor if cursor_index is None else cursor_index
        self._cursor = max(0, min(target, self.row_count - 1))
        self._scroll_rows(self._cursor - max(0, min(line, self.page_height - 1)))
        self._show_cursor()
        self._repaint()
        if self.row_count:
            self.post_message(self.CursorMoved(self, self._cursor, self._column))

    def rows_added(self, model: TableModel | None = None) -> None:
        """Take in rows that were added behind the last, without touching what is on screen.

        Args:
            model: The rows, where another model has them now.
        """
        before = self.row_count
        if model is not None:
            self._model = model
        self._pages.rows_added(model)
        self._resize_rows()
        if before - self.scroll_offset.y < self.page_height:
            self.refresh()
        if not before and self.row_count:
            self.post_message(self.CursorMoved(self, self._cursor, self._column))

    def refresh_rows(self) -> None:
        """Fetch and draw everything on screen again: marks, values, the zone or the number of rows changed."""
        self._pages.clear()
        self._resize_rows()
        self._cursor = max(0, min(self._cursor, self.row_count - 1))
        self._repaint()

    @property
    def shows_times(self) -> bool:
        """Whether a cell before the first column says how often each event was seen, where that is not once."""
        return self._gutter > GUTTER

    @shows_times.setter
    def shows_times(self, shows: bool) -> None:
        if shows != self.shows_times:
            self._gutter = WIDE_GUTTER if shows else GUTTER
            self._arrange()

    def set_label(self, column: str, label: str) -> None:
        """Give a column another heading (`Time (UTC)`)."""
        if label != self._labels.get(column):
            self._labels[column] = label
            self.refresh()

    # The cursor

    def move_cursor(self, index: int, *, keep_line: bool = False) -> None:
        """Put the cursor on a row; one beyond the ends means the first or the last.

        Args:
            index: The row.
            keep_line: Scroll so that the cursor stays on its line of the screen.
        """
        index = max(0, min(index, self.row_count - 1))
        before = self._cursor
        if keep_line:
            self._scroll_rows(self.scroll_offset.y + index - before)
        self._cursor = index
        self._show_cursor()
        if index != before:
            self._refresh_row(before)
            self._refresh_row(index)
            self.post_message(self.CursorMoved(self, index, self._column))

    def move_column(self, name: str) -> None:
        """Put the cursor into a shown column."""
        if name == self._column or name not in self._layout.shown:
            return
        self._column = name
        self._show_column(name)
        self.refresh()
        if self.row_count:
            self.post_message(self.CursorMoved(self, self._cursor, name))

    def action_cursor_up(self) -> None:
        """Move the cursor to the previous row."""
        self.move_cursor(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """Move the cursor to the next row."""
        self.move_cursor(self._cursor + 1)

    def action_page_up(self) -> None:
        """Move the cursor a page up."""
        self.move_cursor(self._cursor - self.page_height, keep_line=True)

    def action_page_down(self) -> None:
        """Move the cursor a page down."""
        self.move_cursor(self._cursor + self.page_height, keep_line=True)

    def action_half_page_up(self) -> None:
        """Move the cursor half a page up."""
        self.move_cursor(self._cursor - max(1, self.page_height // 2), keep_line=True)

    def action_half_page_down(self) -> None:
        """Move the cursor half a page down."""
        self.move_cursor(self._cursor + max(1, self.page_height // 2), keep_line=True)

    def action_first_row(self) -> None:
        """Go to the first row."""
        self.move_cursor(0)

    def action_last_row(self) -> None:
        """Go to the last row."""
        self.move_cursor(self.row_count - 1)

    def action_column_left(self) -> None:
        """Move the cursor to the column on the left."""
        self._step_column(-1)

    def action_column_right(self) -> None:
        """Move the cursor to the column on the right."""
        self._step_column(1)

    def action_activate(self) -> None:
        """Open the row under the cursor."""
        if self.row_count:
            self.post_message(self.Activated(self, self._cursor))

    def _step_column(self, by: int) -> None:
        shown = self._layout.shown
        if self._column in shown:
            self.move_column(shown[max(0, min(len(shown) - 1, shown.index(self._column) + by))])

    # Columns

    def request_sort(self, column: str, descending: bool | None = None) -> None:
        """Ask for the order of a column; without a direction: ascending, and the other way the next time."""
        if descending is None:
            descending = self._layout.sort[:1] == ((column, False),)
        self.post_message(self.SortRequested(self, column, descending))

    def mark_sort(self, sort: Sequence[tuple[str, bool]]) -> None:
        """Show in the header what the rows are sorted by: (name, descending), the first key first."""
        if tuple(sort) != self._layout.sort:
            self._layout = replace(self._layout, sort=tuple(sort))
            self.refresh()

    def action_sort_ascending(self) -> None:
        """Ask for the rows in the order of the cursor's column."""
        self.request_sort(self._column, descending=False)

    def action_sort_descending(self) -> None:
        """Ask for the rows in the reverse order of the cursor's column."""
        self.request_sort(self._column, descending=True)

    def action_narrower(self) -> None:
        """Make the cursor's column narrower."""
        self._widen(-STEP)

    def action_wider(self) -> None:
        """Make the cursor's column wider."""
        self._widen(STEP)

    def action_hide_column(self) -> None:
        """Hide the cursor's column."""
        self.column_layout = self._layout.hide(self._column)

    def action_move_column_left(self) -> None:
        """Move the cursor's column to the left."""
        self.column_layout = self._layout.move(self._column, -1)

    def action_move_column_right(self) -> None:
        """Move the cursor's column to the right."""
        self.column_layout = self._layout.move(self._column, 1)

    def _widen(self, by: int) -> None:
        place = next((p for p in self._placed if p.column.name == self._column), None)
        if place is not None:
            self.column_layout = self._layout.resize(self._column, place.width + by)

    # Events

    def on_resize(self, _event: Resize) -> None:
        """Share the room among the columns again."""
        self._arrange()
        self._show_cursor()

    def watch_show_vertical_scrollbar(self) -> None:
        """The scrollbar takes room from the columns."""
        self._arrange()

    def on_click(self, event: Click) -> None:
        """Move the cursor; sort by a heading; open a row by a double click."""
        # Textual's own double click selects the whole text, a million rows of it.
        event.prevent_default()
        offset = event.get_content_offset(self)
        if offset is None or self.text_selection is not None:
            return
        place = self._place_at(offset.x)
        if offset.y < HEADER_HEIGHT:
            if place is not None:
                self.move_column(place.column.name)
                self.request_sort(place.column.name)
            return
        row = offset.y - HEADER_HEIGHT + self.scroll_offset.y
        if row < self.row_count:
            self.move_cursor(row)
            if place is not None:
                self.move_column(place.column.name)
            if event.chain == 2:
                self.action_activate()
