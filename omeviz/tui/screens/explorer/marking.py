"""Marking events."""

from __future__ import annotations

from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.widgets.header_line import count


class Marking(ExplorerBase):
    """Marks live in the session; the table shows them."""

    def action_mark(self) -> None:
        """Mark the event under the cursor, or take its mark away, and go on to the next."""
        row, index = self.current_row(), self.table.cursor_index
        if row is None or index is None:
            return
        self.session.toggle_mark(row)
        self._marks_changed()
        self.table.move_cursor(index + 1)

    def action_mark_range(self) -> None:
        """Mark everything from the event marked last to the one under the cursor."""
        view, row, index = self.session.view, self.current_row(), self.table.cursor_index
        if view is None or row is None or index is None:
            return
        places = self.session.range_to(index)
        added = self.session.mark(view.rows.slice(places.start, len(places)).to_list())
        self.session.last_marked = row
        self._marks_changed()
        self.say(f"{count(added, 'event')} marked.")

    def action_mark_all(self) -> None:
        """Mark all events shown."""
        view = self.session.view
        if view is None:
            return
        added = self.session.mark(view.rows.to_list())
        self._marks_changed()
        self.say(f"{count(added, 'event')} marked; {len(self.session.marks):,} in all. U takes all marks away.")

    def action_unmark_all(self) -> None:
        """Take all marks away."""
        removed = len(self.session.marks)
        self.session.marks.clear()
        self.session.last_marked = None
        self._marks_changed()
        self.say(f"{count(removed, 'mark')} taken away.")

    def _marks_changed(self) -> None:
        self.table.refresh_rows()
        self.refresh_header()
        if self.session.asks_for_marks:
            self.session.generation += 1
            self.ask_view()
