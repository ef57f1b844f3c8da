"""What all parts of the explorer's screen share: its widgets, its state, and how to say something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from textual.containers import Vertical
from textual.screen import Screen

from omeviz.summary import guesses
from omeviz.tui.actions import ACTIONS, key_name
from omeviz.tui.background import Answered, Latest
from omeviz.tui.views import View, ViewRequest, compute_view
from omeviz.tui.widgets.detail_pane import DetailPane
from omeviz.tui.widgets.event_table import EventTable
from omeviz.tui.widgets.filter_bar import FilterBar
from omeviz.tui.widgets.footer_line import FooterLine, Hint
from omeviz.tui.widgets.header_line import HeaderLine, HeaderState
from omeviz.tui.widgets.loading_bar import LoadingBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from omeviz.errors import OmevizError
    from omeviz.store import Store
    from omeviz.tui.app import LoaderLike
    from omeviz.tui.session import Session

NARROW = 90
"""Below so many columns the detail opens over the table."""
LOW = 8
"""Below so many lines the table's scroll bar gives its line to an event."""
TALL = 24
"""From so many lines on there is room for table and detail from the start."""

TYPING_HINTS = (
    Hint("Enter", "to the table", "", 2),
    Hint("Esc", "back", "", 1),
    Hint("F1", "help: the filter language", "help", 3),
)
FINDING_HINTS = (
    Hint("Enter", "to the hits", "", 2),
    Hint("Esc", "end finding", "", 1),
    Hint("F1", "help", "help", 3),
)
"""While typing what to find in the record."""
HIT_HINTS = (Hint("n", "next hit", "find_next", 2), Hint("N", "previous hit", "find_previous", 3))
DETAIL_HINTS = (
    Hint("Esc", "to the table", "back", 1),
    Hint("↑ ↓", "move", "", 6),
    Hint("Enter", "fold", "", 5),
    Hint("y", "copy value", "", 2),
    Hint("Y", "copy…", "copy_menu", 6),
    Hint("r", "raw record", "", 3),
    Hint("f", "only this", "only", 5),
    Hint("Ctrl+F", "find here", "find", 4),
    Hint("e", "export", "export", 7),
    Hint("?", "help", "help", 1),
)
LOADING_HINTS = (Hint("Esc", "stop loading", "back", 1), Hint("Tab", "next pane", "next_pane", 2))


class Body(Vertical):
    """Holds table and detail. They cover it, so nothing of it need be drawn."""

    BLANK = True


class ExplorerBase(Screen[None]):
    """Widgets and state of the explorer.

    Args:
        loader: Brings the records.
        session: What the user does.
    """

    AUTO_FOCUS = "EventTable"
    BLANK = True  # its widgets cover it

    stop_refused = False
    """The user was asked whether to stop loading and said no; Esc in the table does not ask a second time."""

    def __init__(self, loader: LoaderLike, session: Session) -> None:
        super().__init__()
        self.loader = loader
        self.session = session
        self.views: Latest[ViewRequest, View] = Latest(self, compute_view, self.take_view)

    def compose(self) -> ComposeResult:
        """Header, filter, find, loading, table above detail, footer."""
        yield HeaderLine()
        yield FilterBar("Filter", "press / to filter, ? for help", id="filter")
        yield FilterBar("Find", "text to find; n and N go on", id="find")
        yield LoadingBar()
        with Body(id="body"):
            yield EventTable()
            yield DetailPane(id="detail")
        yield FooterLine()

    @property
    def table(self) -> EventTable:
        """The events."""
        return self.query_one(EventTable)

    @property
    def detail(self) -> DetailPane:
        """One event."""
        return self.query_one(DetailPane)

    @property
    def filter_bar(self) -> FilterBar:
        """Where the filter is typed."""
        return self.query_one("#filter", FilterBar)

    @property
    def find_bar(self) -> FilterBar:
        """Where the find pattern is typed."""
        return self.query_one("#find", FilterBar)

    @property
    def loading_bar(self) -> LoadingBar:
        """How far loading is."""
        return self.query_one(LoadingBar)

    @property
    def store(self) -> Store | None:
        """The records; None before the first were decoded."""
        return self.session.store

    @property
    def detail_open(self) -> bool:
        """Whether the detail pane is on the screen."""
        return self.has_class("detail")

    @property
    def detail_has_focus(self) -> bool:
        """Whether keys go to the detail pane."""
        return self.detail.has_focus or self.detail.has_focus_within

    def current_row(self) -> int | None:
        """The store's row number of the event under the cursor."""
        view, index = self.session.view, self.table.cursor_index
        if view is None or index is None or index >= view.rows.len():
            return None
        return int(view.rows[index])

    def ask_view(self, *, overtake: bool = True) -> None:
        """Compute what is shown anew, on a thread."""
        request = self.session.request()
        if request is not None:
            self.views.ask(request, overtake=overtake)

    def take_view(self, request: ViewRequest, result: View | OmevizError) -> None:
        """Show a result; see `viewing`."""
        raise NotImplementedError

    def set_filter(self, text: str) -> None:
        """Change the one filter text; see `filtering`."""
        raise NotImplementedError

    def show_columns(self) -> None:
        """Show the columns that suit the records, or those the user chose."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Show the event under the cursor in the detail pane."""
        raise NotImplementedError

    def view_changed(self) -> None:
        """Bring up to date what depends on the shown rows."""
        raise NotImplementedError

    def on_answered(self, event: Answered) -> None:
        """Something computed in the background is ready."""
        event.stop()
        event.settle()

    def say(self, message: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tell something in a corner. The message may hold text from a log."""
        self.app.notify(message, severity=severity, timeout=10 if severity != "information" else 6, markup=False)

    def refresh_header(self) -> None:
        """Bring the first line up to date."""
        session, store = self.session, self.store
        facts = session.facts
        sources = store.sources if store is not None else ()
        records = store.record_count if store is not None else 0
        seen = list(dict.fromkeys(guess for guess in map(guesses, sources) if guess))
        self.query_one(HeaderLine).state = HeaderState(
            names=tuple(source.name for source in sources),
            events=max(facts.records, records) - facts.further,
            records=max(facts.records, records),
            first=session.in_zone(facts.first),
            last=session.in_zone(facts.last),
            zone=session.zone_title,
            problems=session.problem_count,
            marks=len(session.marks),
            partial=session.partial,
            loading=session.loading,
            guesses=seen[0] if len(seen) == 1 else f"{len(seen)} kinds of file" if seen else "",
            sort=session.sort_text(),
            kept_of=sum(source.rows for source in sources if source.kept_only),
        )

    def refresh_footer(self) -> None:
        """Show the keys that work where the focus is."""
        footer = self.query_one(FooterLine)
        if self.filter_bar.typing or self.find_bar.typing:
            footer.hints = TYPING_HINTS
        elif self.loading_bar.has_focus:
            footer.hints = LOADING_HINTS
        elif self.detail_has_focus:
            footer.hints = self._detail_hints()
        else:
            hidden = self._pointless()
            footer.hints = tuple(
                Hint(key_name(action.keys[0]), action.label, action.id, action.footer)
                for action in ACTIONS
                if action.footer and action.id not in hidden
            )

    def _detail_hints(self) -> tuple[Hint, ...]:
        """What Esc, r, n and N do depends on what the pane is doing."""
        detail, (back, *others) = self.detail, DETAIL_HINTS
        if detail.is_typing:
            return FINDING_HINTS
        if detail.is_finding:
            return (replace(back, label="end finding"), *HIT_HINTS, *others)
        if detail.is_raw:
            others = [replace(hint, label="decoded") if hint.key == "r" else hint for hint in others]
            return (replace(back, label="decoded record"), *others)
        return DETAIL_HINTS

    def _pointless(self) -> set[str]:
        """Actions that do nothing here."""
        session = self.session
        hidden = set()
        if not session.find_text:
            hidden |= {"find_next", "find_previous"}
        if not session.problem_count:
            hidden.add("problems")
        if not session.facts.further:
            hidden.add("copies")
        if not (session.filter_text or session.find_text or (session.loading and not self.stop_refused)):
            hidden.add("back")
        return hidden
