"""All keys and the filter language, on one page to scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from omeviz.events.columns import COLUMNS
from omeviz.tui.actions import by_group, key_name, key_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

FILTER_LANGUAGE: tuple[tuple[str, str], ...] = (
    ("word", "the word anywhere in the record, in any case"),
    ('"a phrase"', "these words in this order"),
    ("/regex/", "a regular expression, applied to each value by itself"),
    ("field:value", "text fields: contains; fields of few values: is, or begins with"),
    ("field:v*lue", "* stands for anything; the whole value must match"),
    ("field=value", "equal, in any case"),
    ("field:/regex/", "a regular expression in one field"),
    ("field:a,b", "any of them"),
    ("has:field", "the field is there and not empty"),
    ("-term   not term", "not this"),
    ("a b   a or b   ( )", "both; either; grouping"),
    ("time:2023-03-22", "on that day; also a month, a year, or 2023-03-22T19:00"),
    ("time:A..B", "from the start of A to the end of B"),
    ("after:A   before:B", "from the start of A on; up to the start of B"),
    ("last:7d", "back from the newest event: m, h, d or w"),
    ("is:marked   is:copied   is:problem", "the marked events; those seen several times; those with a problem"),
    ("data.Path.To.Key:value", "anything in AuditData; P in the detail copies a path"),
    ("recipient:@file.txt", "any line of a text file"),
)
"""What can be written in a filter, and what it means."""

START = "Press / and type to search. Move with the arrows, Enter reads an event, e exports what is shown."

LIMITS = (
    "No event does not mean unread: recipients who read inside Outlook leave none, and the portal's log must have been"
    " switched on (Set-IrmConfiguration -EnablePortalTrackingLogs $true)."
)


Section = tuple[str, list[tuple[str, str]]]
"""A heading and its lines: what to press or write, and what it does."""


def help_sections(detail_keys: Sequence[tuple[str, str]] = ()) -> list[Section]:
    """The page in sections.

    Args:
        detail_keys: (keys, what they do) inside the detail pane.
    """
    sections: list[Section] = [
        (title, [(key_names(action), action.help) for action in actions]) for title, actions in by_group().items()
    ]
    if detail_keys:
        sections.append(("In the detail pane", list(detail_keys)))
    sections.append(("The filter language", list(FILTER_LANGUAGE)))
    sections.append(("Fields", [(", ".join((c.name, *c.aliases)), f"{c.label}: {c.help}") for c in COLUMNS]))
    return sections


def _grid(rows: Sequence[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=22)
    grid.add_column()
    for left, right in rows:
        grid.add_row(Text(left, "bold"), Text(right))
    return grid


class Help(ModalScreen[None]):
    """The help page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "close", show=False),
        Binding("j", "scroll('down')", "down", show=False),
        Binding("k", "scroll('up')", "up", show=False),
        Binding("g", "scroll('home')", "first", show=False),
        Binding("G", "scroll('end')", "last", show=False),
        Binding("space", "scroll('page_down')", "page", show=False),
    ]
    """
    | Key | What |
    | :- | :- |
    | escape, q, ?, f1 | Close the page. |
    | j, k, g, G, space | Scroll. |
    """

    AUTO_FOCUS = "#help"

    def __init__(self, detail_keys: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._detail_keys = tuple(detail_keys)

    def compose(self) -> ComposeResult:
        """Title, page, hint."""
        yield Static(Content(" omeviz: keys and filter"), classes="page--title", markup=False)
        with VerticalScroll(id="help"):
            yield Static(Content(START), markup=False)
            for title, rows in help_sections(self._detail_keys):
                yield Static(Content(title), classes="help--heading", markup=False)
                yield Static(_grid(rows), markup=False)
            yield Static(Content("What the log cannot say"), classes="help--heading", markup=False)
            yield Static(Content(LIMITS), markup=False)
        yield Static(
            Content(f" {key_name('up')} {key_name('down')} PgUp PgDn scroll   Esc closes"), classes="page--hint"
        )

    def action_scroll(self, where: str) -> None:
        """Scroll like the arrow and page keys."""
        page = self.query_one("#help", VerticalScroll)
        getattr(page, f"scroll_{where}")(animate=False)
