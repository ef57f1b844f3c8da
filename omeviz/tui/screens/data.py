"""Can these exports be trusted? What was found, what it means, what to do; Enter shows the events in question."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from omeviz.errors import OmevizError
from omeviz.text import visible
from omeviz.tui.background import Answered, Latest
from omeviz.tui.clipboard import clipboard_text
from omeviz.tui.safe import safe
from omeviz.tui.screens.data_job import DataMemory, DataRequest, HashRequest, compute_hashes, compute_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from omeviz.analysis.findings import Report
    from omeviz.store import Store
    from omeviz.tui.screens.data_entries import Entry

WIDE = 120
"""Columns from which on list and text stand side by side."""

LONGEST_LABEL = 200
_STYLES = {"!": "bold $text-error", "x": "bold $text-error", "?": "bold $text-warning", "=": "bold $text-success"}
_TITLE = " Data  "
HINT = "y copies   Tab, Ctrl+D scroll   Esc closes"


class Data(ModalScreen[str | None]):
    """Lists findings and files; the answer is the filter that shows the chosen finding's events.

    Args:
        store: The records and unusable rows.
        failures: Why inputs could not be read.
        memory: What was found before.
        partial: The load goes on, or was stopped.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,I", "close", "close", show=False),
        Binding("y", "copy", "copy", show=False),
        Binding("tab,shift+tab", "other_pane", "other pane", show=False),
        Binding("j", "cursor('down')", "down", show=False),
        Binding("k", "cursor('up')", "up", show=False),
        Binding("g", "cursor('first')", "first", show=False),
        Binding("G", "cursor('last')", "last", show=False),
        Binding("ctrl+d", "scroll(1)", "half a page down", show=False),
        Binding("ctrl+u", "scroll(-1)", "half a page up", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | escape, q, I | Close the page. |
    | enter | Show the events of a finding, where a filter can. |
    | y | Copy the suggested command; elsewhere the text. |
    | tab | Between the list and the text. |
    | j, k, g, G | Move in the list. |
    | ctrl+d, ctrl+u | Scroll the text. |
    """

    AUTO_FOCUS = "#entries"

    class Told(Message):
        """How far the work is, in words."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        store: Store,
        failures: Sequence[OmevizError] = (),
        memory: DataMemory | None = None,
        *,
        partial: bool = False,
    ) -> None:
        super().__init__()
        self._memory = memory or DataMemory()
        self._request = DataRequest(store, tuple(failures), partial, self._tell)
        self._entries: list[Entry] = []
        self._report: Report | None = None
        self._working = "looking at the records…"
        self._looking: Latest[DataRequest, Report] = Latest(self, compute_report, self._examined)
        self._hashing: Latest[HashRequest, Report] = Latest(self, compute_hashes, self._hashed)

    def compose(self) -> ComposeResult:
        """Title, list, text, hint."""
        yield Static("", classes="page--title", markup=False)
        with Container(id="data"):
            yield OptionList(id="entries", markup=False, compact=True)
            with VerticalScroll(id="said"):
                yield Static("", markup=False)
        yield Static(Content(f" {HINT}"), classes="page--hint", markup=False)

    def on_mount(self) -> None:
        """Examine, unless nothing changed since the last look."""
        memory = self._memory
        if memory.report is not None and memory.key == self._request.key:
            self._take(memory.report)
        else:
            self._show_title()
            self._looking.ask(self._request)

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room."""
        self.set_class(event.size.width >= WIDE, "wide")

    def on_answered(self, event: Answered) -> None:
        """Something is ready."""
        event.stop()
        event.settle()

    def on_data_told(self, event: Data.Told) -> None:
        """Show how far it is."""
        event.stop()
        if self._working:
            self._working = event.text
            self._show_title()

    def _tell(self, text: str) -> None:
        self.post_message(self.Told(text))

    def _examined(self, request: DataRequest, result: Report | OmevizError) -> None:
        if isinstance(result, OmevizError):
            self._working = str(result)
            self._show_title()
            return
        self._memory.key = request.key
        self._take(result)

    def _take(self, report: Report) -> None:
        """Show a report, and let its files be hashed if they are not."""
        self._memory.report = report
        self._working = ""
        if not report.hashed:
            self._working = "hashing the files…"
            self._hashing.ask(HashRequest(self._request.store, report, self._memory.hashes, self._tell))
        self._show(report)

    def _hashed(self, _request: HashRequest, result: Report | OmevizError) -> None:
        if not isinstance(result, OmevizError):
            self._take(result)

    def _show(self, report: Report) -> None:
        from omeviz.tui.screens.data_entries import data_entries

        self._report = report
        self._entries = data_entries(report)
        entries = self.query_one("#entries", OptionList)
        place = entries.highlighted or 0
        entries.clear_options()
        entries.add_options([Option(_label(entry)) for entry in self._entries])
        entries.highlighted = min(place, len(self._entries) - 1)
        self._show_entry()
        self._show_title()

    def _show_title(self) -> None:
        title = Content(_TITLE)
        if self._report is not None:
            from omeviz.analysis.report_words import verdict

            sign, sentence = verdict(self._report)
            title = Content.assemble(title, (f"{sign} ", _STYLES[sign]), sentence, "  ")
        if self._working:
            title = Content.assemble(title, safe(self._working, "$text-muted"))
        self.query_one(".page--title", Static).update(title)

    @property
    def _entry(self) -> Entry | None:
        """The one under the cursor."""
        index = self.query_one("#entries", OptionList).highlighted
        return self._entries[index] if index is not None and index < len(self._entries) else None

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The text follows the cursor."""
        event.stop()
        self._show_entry()
        self.query_one("#said", VerticalScroll).scroll_home(animate=False, immediate=True)

    def _show_entry(self) -> None:
        entry = self._entry
        if entry is not None:
            self.query_one("#said Static", Static).update(_said(entry))
            enter = "Enter shows the events   " if entry.filter else ""
            self.query_one(".page--hint", Static).update(Content(f" {enter}{HINT}"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter: the events of the finding."""
        event.stop()
        entry = self._entry
        if entry is None:
            return
        if entry.filter:
            self.dismiss(entry.filter)
        elif entry.group == "finding":
            self.app.notify("No filter shows these; p in the table lists rows and records with a problem.")
        else:
            self.query_one("#said", VerticalScroll).focus()

    def action_close(self) -> None:
        """Back to the table, or from the text to the list."""
        if self.query_one("#said", VerticalScroll).has_focus:
            self.query_one("#entries", OptionList).focus()
        else:
            self.dismiss(None)

    def action_other_pane(self) -> None:
        """Between list and text."""
        said, entries = self.query_one("#said", VerticalScroll), self.query_one("#entries", OptionList)
        (entries if said.has_focus else said).focus()

    def action_cursor(self, where: str) -> None:
        """Move in the list, or scroll the text that has the focus."""
        said = self.query_one("#said", VerticalScroll)
        if said.has_focus:
            scroll = {"first": "home", "last": "end"}.get(where, where)
            getattr(said, f"scroll_{scroll}")(animate=False)
        else:
            entries = self.query_one("#entries", OptionList)
            getattr(entries, f"action_{where}" if where in ("first", "last") else f"action_cursor_{where}")()

    def action_scroll(self, direction: int) -> None:
        """Scroll the text by half its height."""
        said = self.query_one("#said", VerticalScroll)
        said.scroll_relative(y=direction * max(1, said.size.height // 2), animate=False, immediate=True)

    def action_copy(self) -> None:
        """Copy the suggested command, or what is said."""
        entry = self._entry
        if entry is not None and entry.copied:
            text, _ = clipboard_text(entry.copied)
            self.app.copy_to_clipboard(text)
            self.app.notify(f"Copied {entry.copied_what}.")


def _label(entry: Entry) -> Content:
    label = entry.label if entry.group != "file" else f"file {entry.label}"
    return Content.assemble((f"{entry.sign} ", _STYLES.get(entry.sign, "")), safe(label, limit=LONGEST_LABEL))


def _said(entry: Entry) -> Table:
    """An entry's text: its heading over two columns."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for line in entry.lines:
        text = Text(visible(line.text), "bold" if line.command else "")
        grid.add_row(Text(line.label, "dim"), text)
    page = Table.grid()
    page.add_column(overflow="fold")
    page.add_row(Text(visible(entry.heading), "bold"))
    page.add_row("")
    page.add_row(grid)
    if entry.filter:
        page.add_row("")
        page.add_row(Text("Enter shows the events in question.", "italic"))
    if entry.group == "finding" and any(line.command for line in entry.lines):
        page.add_row(Text("y copies the commands.", "italic"))
    return page
