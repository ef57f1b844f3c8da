"""How the table shows its rows: order, columns, zone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from omeviz.events.columns import COLUMN
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.widgets.column_layout import event_layout
from omeviz.zones import zone_named

if TYPE_CHECKING:
    from omeviz.tui.widgets.table_messages import SortRequested


class Arranging(ExplorerBase):
    """Sorting, columns and zones."""

    usual_columns: tuple[str, ...] = ()
    """The columns that were shown because they suit the records, not because the user chose them."""

    def action_sort_ascending(self) -> None:
        """Smallest first by the cursor's column."""
        self.table.action_sort_ascending()

    def action_sort_descending(self) -> None:
        """Largest first by the cursor's column."""
        self.table.action_sort_descending()

    def action_sort_time(self) -> None:
        """Back to the order of time."""
        self._sort("time", descending=False)

    def follow_sort(self, event: SortRequested) -> None:
        """A key or a click on a heading asks for an order."""
        self._sort(event.column, descending=event.descending)

    def _sort(self, column: str, *, descending: bool) -> None:
        if not self.session.sort(column, descending=descending):
            return
        self.table.mark_sort(self.session.sort_marks)
        if self.session.loading:
            self.say("Sorted as soon as everything is loaded; until then in the order of arrival.")
        self.refresh_header()
        self.ask_view()

    def action_narrower(self) -> None:
        """Make the cursor's column narrower."""
        self.table.action_narrower()

    def action_wider(self) -> None:
        """Make the cursor's column wider."""
        self.table.action_wider()

    def action_hide_column(self) -> None:
        """Hide the cursor's column, and say how it comes back."""
        name, before = self.table.cursor_column, self.table.column_layout.shown
        self.table.action_hide_column()
        hidden = len(self.table.column_layout.shown) < len(before)
        self.say(f"{COLUMN[name].label} is hidden; c shows it again." if hidden else "The last column stays.")

    def action_columns(self) -> None:
        """Choose the columns."""
        from omeviz.tui.screens.columns import Columns

        self.app.push_screen(Columns(self.table.column_layout.shown), self._take_columns)

    def _take_columns(self, shown: tuple[str, ...] | None) -> None:
        if shown:
            self._show(shown)

    def show_columns(self) -> None:
        """Show the columns that suit the events, unless the user chose others."""
        view = self.session.view
        wanted = view.columns if view is not None else self.session.facts.columns
        if wanted == self.usual_columns:
            return
        shown = self.table.column_layout.shown
        if shown == (self.usual_columns or event_layout().shown):
            self._show(wanted)
        self.usual_columns = wanted

    def _show(self, shown: tuple[str, ...]) -> None:
        before = self.table.column_layout
        self.table.column_layout = replace(event_layout(shown), widths=before.widths, sort=before.sort)

    def action_zone(self) -> None:
        """UTC, local, the named zone, UTC."""
        self._set_zone(self.session.next_zone())

    def action_name_zone(self) -> None:
        """Ask for a zone."""
        from omeviz.tui.screens.ask_text import AskText

        question = AskText(
            "Show times in the zone",
            value=self.session.named_zone,
            check=zone_named,
            placeholder="UTC, local or Area/City, as Europe/Berlin",
        )
        self.app.push_screen(question, lambda name: self._set_zone(name) if name is not None else None)

    def _set_zone(self, name: str) -> None:
        session = self.session
        session.set_zone(name)
        session.generation += 1  # times in the filter are read in the zone
        self.show_zone()
        self.refresh_header()
        self.say(f"Times are shown in {session.zone_title}.")
        self.ask_view()

    def show_zone(self) -> None:
        """Name the zone over the times: the city is enough, the header has the whole name."""
        name = self.session.zone_name.rsplit("/", 1)[-1].replace("_", " ")
        self.table.set_label("time", f"Time ({name})")
