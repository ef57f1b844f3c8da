"""Actions that edit the one filter text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omeviz.errors import FilterError
from omeviz.events.columns import COLUMN
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.widgets.tree_nodes import copy_text

if TYPE_CHECKING:
    from omeviz.query.edit import Given
    from omeviz.tui.widgets.filter_bar import FilterBar


class Filtering(ExplorerBase):
    """The filter box and the keys that write into it."""

    def set_filter(self, text: str) -> None:
        """Change the one filter text and show what matches, on a thread."""
        if text != self.filter_bar.text:
            self.filter_bar.text = text  # comes back as FilterBar.Changed
        self._follow(text)

    def _follow(self, text: str) -> None:
        if text == self.session.filter_text:
            return
        self.session.portal_first = False
        same = text.rstrip() == self.session.filter_text.rstrip()
        self.session.filter_text = text
        if not same:
            self.session.generation += 1
            self.ask_view()

    def follow_filter_bar(self, event: FilterBar.Changed) -> None:
        """Every key in the filter box."""
        self._follow(event.text)

    def action_filter(self) -> None:
        """Into the filter box."""
        self.filter_bar.begin()

    def action_clear_filter(self) -> None:
        """Remove the whole filter."""
        self.set_filter("")

    def action_status(self) -> None:
        """All, failure, success, all."""
        from omeviz.query.edit import cycle_status

        self.edit_filter(cycle_status)

    def action_only(self) -> None:
        """Only events with the value under the cursor."""
        from omeviz.query.edit import only

        self._by_cell(only)

    def action_exclude(self) -> None:
        """No events with the value under the cursor."""
        from omeviz.query.edit import exclude

        self._by_cell(exclude)

    def action_only_marked(self) -> None:
        """Only the marked events, or all again."""
        self.edit_filter(lambda text: toggle_condition(text, "is:marked"))

    def action_operations(self) -> None:
        """The list of operations."""
        from omeviz.tui.screens.operations import Operations

        if self.store is not None:
            self.app.push_screen(Operations(self.store, self.session, self.set_filter))

    def edit_filter(self, edit: Callable[[str], str]) -> None:
        """Change the filter text by a function; a text that does not parse is left alone."""
        try:
            self.set_filter(edit(self.session.filter_text))
        except FilterError as error:
            self.say(f"The filter does not parse: {error}", "warning")

    def _by_cell(self, edit: Callable[[str, str, Given], str]) -> None:
        pointed = self._pointed_at()
        if pointed is not None:
            self.edit_filter(lambda text: edit(text, *pointed))

    def _pointed_at(self) -> tuple[str, Given] | None:
        """The field and the value under the cursor, of the table or of the detail pane."""
        row, name = self.current_row(), self.table.cursor_column
        if row is None or self.store is None:
            return None
        record = self.store.record(row)
        if self.detail_has_focus:
            node = self.detail.record_tree.cursor_node
            if node is None or not node.path or node.container is not None:
                self.say("Put the cursor on a value of the record first.")
                return None
            name = node.path
            if name not in COLUMN:
                return name, None if node.value is None else copy_text(node)
        several = name == "recipient" and len(record.recipients) > 1
        return name, list(record.recipients) if several else record.fields.get(name)

    def drop_filter_part(self) -> bool:
        """Remove the filter's last part; returns whether there was one."""
        from omeviz.query.edit import drop_last

        text = self.session.filter_text
        if not text.strip():
            return False
        self.set_filter(drop_last(text))
        return True


def toggle_condition(text: str, condition: str) -> str:
    """The filter text with one more condition that must hold, or without it where it is there already.

    Raises:
        FilterError: The text does not parse.
    """
    from omeviz.query.edit import add
    from omeviz.query.parse import parse

    terms = parse(text).terms
    wanted = parse(condition).node
    place = next((index for index, term in enumerate(terms) if term == wanted), None)
    if place is None:
        return add(text, condition)
    if place:
        return text[: terms[place - 1].stop] + text[terms[place].stop :]
    return text[terms[1].start :] if len(terms) > 1 else ""
