"""The explorer's screen: its parts put together, and which key goes where."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from omeviz.tui.actions import ACTION, ACTIONS
from omeviz.tui.screens.explorer.arranging import Arranging
from omeviz.tui.screens.explorer.copying import Copying
from omeviz.tui.screens.explorer.filtering import Filtering
from omeviz.tui.screens.explorer.finding import Finding
from omeviz.tui.screens.explorer.loading import Loading
from omeviz.tui.screens.explorer.marking import Marking
from omeviz.tui.screens.explorer.portal import PortalFirst
from omeviz.tui.screens.explorer.reading import Reading
from omeviz.tui.screens.explorer.viewing import Viewing
from omeviz.tui.widgets.detail_pane import DetailPane
from omeviz.tui.widgets.filter_bar import FilterBar
from omeviz.tui.widgets.footer_line import FooterLine
from omeviz.tui.widgets.header_line import HeaderLine
from omeviz.tui.widgets.record_tree import RecordTree
from omeviz.tui.widgets.table_messages import Activated, CursorMoved, SortRequested

if TYPE_CHECKING:
    from textual import events

EVERYWHERE = frozenset({"find", "help"})
"""Actions one key of which (not a printable one) works while typing, too."""


AT_ONCE = "filter"
"""The action behind which text is typed. A terminal may bring the key and the text in one piece, as it does over a slow
line or from a macro; the action must have moved the focus before the next key is handed out."""


def _binding(action_id: str, key: str) -> Binding:
    priority = action_id == AT_ONCE or (action_id in EVERYWHERE and len(key) > 1)
    return Binding(key, action_id, show=False, priority=priority, id=f"{action_id}.{key}")


class ExplorerScreen(Loading, Viewing, Filtering, PortalFirst, Finding, Marking, Arranging, Reading, Copying):
    """The whole explorer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _binding(action.id, key) for action in ACTIONS if action.owner == "screen" for key in action.keys
    ]
    """One for each key of each action of the registry that the screen handles."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While typing, a printable key is text, not an action."""
        if action == AT_ONCE and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def on_mount(self) -> None:
        """Show the filter to begin with, and load."""
        self.show_zone()
        self.table.empty_message = self.detail.nothing = "Loading…"
        self.filter_bar.text = self.session.filter_text
        self.refresh_header()
        self.refresh_footer()
        self.start_loading()

    def on_resize(self, event: events.Resize) -> None:
        """Fold or unfold the detail."""
        self.fit(event)

    def on_descendant_focus(self) -> None:
        """Other keys work elsewhere; and the filter's box may be free again."""
        self.refresh_footer()
        self.offer_portal_filter()

    @on(FilterBar.Changed, "#filter")
    def filter_changed(self, event: FilterBar.Changed) -> None:
        """The filter is edited, by keys or by an action."""
        self.follow_filter_bar(event)

    @on(FilterBar.Changed, "#find")
    def find_changed(self, event: FilterBar.Changed) -> None:
        """What is looked for is edited."""
        self.follow_find_bar(event)

    @on(FilterBar.Left, "#filter")
    def filter_left(self) -> None:
        """Back to the table; the filter stays."""
        self.table.focus()

    @on(FilterBar.Left, "#find")
    def find_left(self, event: FilterBar.Left) -> None:
        """Enter keeps the hits for n and N; Esc forgets them."""
        if event.accepted:
            self.table.focus()
        else:
            self.end_find()

    @on(CursorMoved)
    def cursor_moved(self) -> None:
        """The detail follows."""
        self.show_detail()
        self.tell_hit()

    @on(Activated)
    def activated(self) -> None:
        """Enter or a double click: into the detail."""
        self.detail_chosen = True
        self.open_detail(focus=True)

    @on(SortRequested)
    def sort_requested(self, event: SortRequested) -> None:
        """A key or a heading asks for an order."""
        self.follow_sort(event)

    @on(RecordTree.CopyRequested)
    def copy_requested(self, event: RecordTree.CopyRequested) -> None:
        """The detail wants something copied."""
        self.follow_copy(event)

    @on(DetailPane.ModeChanged)
    def mode_changed(self) -> None:
        """Other keys work in the detail pane."""
        self.refresh_footer()

    @on(FooterLine.Clicked)
    async def footer_clicked(self, event: FooterLine.Clicked) -> None:
        """A key of the footer was clicked."""
        if event.action in ACTION:
            owner = self.table if ACTION[event.action].owner == "table" else self
            await self.app.run_action(event.action, owner)

    @on(HeaderLine.ProblemsClicked)
    def problems_clicked(self) -> None:
        """The count of problems was clicked."""
        self.action_problems()

    def view_changed(self) -> None:
        """Hits and highlights follow the shown rows."""
        self.highlight()
        if self.session.find_text:
            self.look()
        self.offer_portal_filter()

    def action_back(self) -> None:
        """One level back: pane, find, loading, then the filter's last part."""
        if self.detail_has_focus and (self.detail.is_finding or self.detail.is_raw):
            self.detail.action_back()
        elif self.detail_has_focus or (self.has_class("narrow") and self.detail_open):
            self.leave_detail()
        elif self.has_class("finding"):
            self.end_find()
        elif not self.table.has_focus:
            self.table.focus()
        elif self.session.loading and not self.stop_refused:
            self.ask_to_stop()
        else:
            self.drop_filter_part()

    def action_next_pane(self) -> None:
        """Table, detail, filter."""
        self.focus_next()

    def action_previous_pane(self) -> None:
        """The other way round."""
        self.focus_previous()

    def action_theme(self) -> None:
        """Choose other colours."""
        self.app.search_themes()

    def action_quit(self) -> None:
        """Leave; a running load is stopped."""
        self.stop_wanted = True
        self.app.exit()
