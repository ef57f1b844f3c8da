"""Reading: the detail pane, the problems, the files, the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from omeviz.tui.actions import key_name
from omeviz.tui.screens.explorer.base import LOW, NARROW, TALL, ExplorerBase
from omeviz.tui.widgets.detail_pane import DetailPane
from omeviz.tui.widgets.record_tree import RecordTree

if TYPE_CHECKING:
    from textual import events

    from omeviz.store import Record
    from omeviz.tui.screens.data_job import DataMemory


class Reading(ExplorerBase):
    """What is read beside the table."""

    data_memory: DataMemory | None = None
    """What the Data screen found; None before the first look."""
    detail_chosen = False
    """The user opened or closed the pane; from then on the screen's size does not."""

    def show_detail(self) -> None:
        """Show the event under the cursor in the pane, if it is open."""
        if not self.detail_open or self.store is None:
            return
        row = self.current_row()
        detail = self.detail
        detail.zone = self.session.zone
        if row is None:
            detail.show(None)
        elif detail.record is None or detail.record.row != row or self._is_stale(detail.record):
            detail.show(self.store.record(row))

    def _is_stale(self, record: Record) -> bool:
        """Whether the record is another store's, or more is known of its copies."""
        assert self.store is not None  # noqa: S101  # asked where there is one
        copies, known = self.store.copies, record.copies
        if known is None:
            return record.source not in self.store.sources or copies.times_of([record.row]) != [1]
        return record.source not in self.store.sources or known.differing is not copies.differing

    def open_detail(self, *, focus: bool) -> None:
        """Open the pane."""
        self.add_class("detail")
        self.show_detail()
        if focus:
            self.call_after_refresh(self.detail.record_tree.focus)

    def close_detail(self) -> None:
        """Close the pane."""
        self.remove_class("detail")
        self.table.focus()

    def leave_detail(self) -> None:
        """Go back to the table; on a narrow screen, where the pane covers the table, close it."""
        if self.has_class("narrow"):
            self.close_detail()
        else:
            self.table.focus()

    def action_toggle_detail(self) -> None:
        """Show or hide the pane."""
        self.detail_chosen = True
        if self.detail_open:
            self.close_detail()
        else:
            self.open_detail(focus=self.has_class("narrow"))

    def fit(self, event: events.Resize) -> None:
        """Make the best of the screen's size."""
        narrow = event.size.width < NARROW
        self.set_class(event.size.height < LOW, "low")
        self.set_class(narrow, "narrow")
        if narrow and self.detail_open and not self.detail_has_focus:
            self.remove_class("detail")  # it would cover the table
        elif not narrow and not self.detail_chosen and event.size.height >= TALL:
            self.open_detail(focus=False)
        elif not self.detail_chosen and event.size.height < TALL and not self.detail_has_focus:
            self.remove_class("detail")

    def action_problems(self) -> None:
        """List the problems."""
        from omeviz.tui.screens.problems import Problems

        if self.store is not None:
            self.app.push_screen(Problems(self.store, self.session.failures), self._jump)

    def _jump(self, row: int | None) -> None:
        """Put the cursor on the event of a problem; where the filter hides it, take the filter away."""
        view = self.session.view
        if row is None or view is None or self.store is None:
            return
        row = view.copies.event_of(row)
        place = view.rows.index_of(row)
        if place is None:
            self.say("The filter hid this event, so it was removed.")
            self.session.jump_to = row
            self.set_filter("")
            return
        self.table.move_cursor(place)
        self.table.focus()
        self.open_detail(focus=self.has_class("narrow"))

    def action_copies(self) -> None:
        """List the copies of the event under the cursor."""
        from omeviz.tui.screens.copies import CopiesScreen

        row = self.current_row()
        copies = self.store.record(row).copies if self.store is not None and row is not None else None
        if self.store is None or copies is None:
            self.say("This event was seen once; is:copied filters those with copies.")
        else:
            self.app.push_screen(CopiesScreen(self.store, copies))

    def action_data(self) -> None:
        """Whether the export can be trusted."""
        from omeviz.tui.screens.data import Data
        from omeviz.tui.screens.data_job import DataMemory

        session, store = self.session, self.store
        if store is None:
            self.say("Nothing is loaded yet.")
            return
        self.data_memory = self.data_memory or DataMemory()
        partial = session.loading or session.partial
        self.app.push_screen(Data(store, session.failures, self.data_memory, partial=partial), self._show_found)

    def _show_found(self, text: str | None) -> None:
        """Show the events of a finding."""
        if text is not None:
            self.set_filter(text)
            self.table.focus()

    def action_sources(self) -> None:
        """List the files."""
        from omeviz.tui.screens.sources import Sources

        store = self.store
        copies = store.copies.by_source(store.parts) if store is not None else {}
        self.app.push_screen(
            Sources(store.sources if store is not None else (), self.session.failures, copies, self.session.notes)
        )

    def action_help(self) -> None:
        """All keys and the filter language."""
        from omeviz.tui.screens.help import Help

        self.app.push_screen(Help(detail_keys()))


def detail_keys() -> list[tuple[str, str]]:
    """(keys, what they do) of the detail pane, from its own bindings."""
    keys = []
    for binding in (*DetailPane.BINDINGS, *RecordTree.BINDINGS):
        if isinstance(binding, Binding):
            names = "  ".join(key_name(key) for key in binding.key.split(","))
            keys.append((names, f"{binding.tooltip or binding.description}."))
    return keys
