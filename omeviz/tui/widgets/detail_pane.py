"""The detail pane: everything about one record on one scrolling surface, with find at its bottom."""

from __future__ import annotations

from datetime import UTC, tzinfo
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from omeviz.tui.widgets.quiet import set_text
from omeviz.tui.widgets.record_outline import is_large, outline, raw_outline
from omeviz.tui.widgets.record_tree import RecordTree
from omeviz.tui.widgets.safe_input import SafeInput
from omeviz.tui.widgets.tree_find import MOST_HITS
from omeviz.tui.widgets.tree_nodes import Node

if TYPE_CHECKING:
    from omeviz.store import Record

PAUSE = 0.05
"""Seconds between two records shown; those in between are passed over."""

LARGE_PAUSE = 0.15
"""Seconds that the cursor must rest on a large record before it is worked on."""


class DetailPane(Vertical):
    """Sentence, problems, fields, AuditData and the row's other cells of the record under the table's cursor."""

    class ModeChanged(Message):
        """Finding, or showing the raw record, began or ended: other keys work."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "toggle_raw", "Raw", tooltip="The record as in the source, or decoded again", show=False),
        Binding("y", "copy_value", "Copy", tooltip="Copy the value under the cursor", show=False),
        Binding("P", "copy_path", "Copy path", tooltip="Copy the path as the filter takes it", show=False),
        Binding("R", "copy_record", "Copy record", tooltip="Copy the whole record", show=False),
        Binding("ctrl+f,F", "find", "Find", tooltip="Find in this record", show=False),
        Binding("n,f3", "find_next", "Next hit", tooltip="To the next hit in this record", show=False),
        Binding("N,shift+f3", "find_previous", "Previous hit", tooltip="To the hit before", show=False),
        Binding("escape", "back", "Back", tooltip="End finding, or the raw record", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | r | The record as in the source, or decoded again. |
    | y / P / R | Copy the value, its path, the record. |
    | ctrl+f,F | Find in this record. |
    | n,f3 / N,shift+f3 | Next hit, hit before. |
    | escape | End finding, or the raw record. |
    """

    DEFAULT_CSS = """
    DetailPane {
        & > RecordTree { height: 1fr; }
        & > .detail-pane--find { height: 1; display: none; background: $panel; }
        &.-finding > .detail-pane--find { display: block; }
        & .detail-pane--find > Static { width: auto; color: $text-muted; padding: 0 1; }
        & .detail-pane--find > Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._tree = RecordTree()
        self._input = SafeInput(placeholder="text in this record", select_on_focus=False)
        self._count = Static("", markup=False)
        self._record: Record | None = None
        self._zone: tzinfo = UTC
        self._is_raw = False
        self._timer: Timer | None = None
        self._shown_at = 0.0
        self._nothing = "No event here."

    def compose(self) -> ComposeResult:
        """The tree, and the find line below it."""
        yield self._tree
        with Horizontal(classes="detail-pane--find"):
            yield Static("Find >", markup=False)
            yield self._input
            yield self._count

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self._show()

    # What is shown

    @property
    def record_tree(self) -> RecordTree:
        """The tree, for focus and tests."""
        return self._tree

    @property
    def record(self) -> Record | None:
        """The record that is shown, or about to be."""
        return self._record

    @property
    def is_raw(self) -> bool:
        """Whether the record is shown as in the source."""
        return self._is_raw

    @property
    def is_finding(self) -> bool:
        """Whether the find line is open."""
        return self.has_class("-finding")

    @property
    def is_typing(self) -> bool:
        """Whether keys go into the find line."""
        return self._input.has_focus

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are told."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo) -> None:
        if zone is not self._zone:
            self._zone = zone
            self._show(keep_place=True)

    @property
    def nothing(self) -> str:
        """What is said where there is no record."""
        return self._nothing

    @nothing.setter
    def nothing(self, text: str) -> None:
        if text != self._nothing:
            self._nothing = text
            if self._record is None:
                self._show()

    def show(self, record: Record | None) -> None:
        """Show a record, or that there is none. Cheap: made for every move of a cursor.

        Records that follow each other quickly are passed over; a large one waits until the cursor rests.
        """
        self._record = record
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        large = record is not None and is_large(record)
        wait = LARGE_PAUSE if large else self._shown_at + PAUSE - monotonic()
        if wait > 0:
            self._timer = self.set_timer(wait, self._show)
        else:
            self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        self._timer = None
        if not self._tree.is_attached:
            return
        record = self._record
        self._shown_at = monotonic() if record is not None else 0.0
        self._tree.is_large = record is not None and is_large(record)
        if record is None:
            roots = [Node("text", key="none", value=self._nothing, look="note")]
        else:
            roots = (raw_outline if self._is_raw else outline)(record, self._zone)
        self._tree.show(roots, keep_place=keep_place)

    # Actions

    def action_toggle_raw(self) -> None:
        """Show the record as in the source, or decoded again."""
        self._is_raw = not self._is_raw
        self._show()
        self.post_message(self.ModeChanged())

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        self._tree.action_copy_value()

    def action_copy_path(self) -> None:
        """Copy the path of what is under the cursor."""
        self._tree.action_copy_path()

    def action_copy_record(self) -> None:
        """Copy the record: AuditData as in the source, or the row's cells where there is none."""
        if self._record is not None:
            self.post_message(RecordTree.CopyRequested(record_text(self._record), "record"))

    def action_find(self) -> None:
        """Open the find line."""
        self.add_class("-finding")
        self._input.focus()
        self.post_message(self.ModeChanged())

    def action_find_next(self) -> None:
        """To the next hit."""
        self._tree.find_next()

    def action_find_previous(self) -> None:
        """To the hit before."""
        self._tree.find_previous()

    def action_back(self) -> None:
        """End finding, else the raw record."""
        if self.is_finding:
            had_focus = self._input.has_focus
            self.remove_class("-finding")
            self._input.value = ""
            self._tree.find("")
            if had_focus:
                self._tree.focus()
            self.post_message(self.ModeChanged())
        elif self._is_raw:
            self.action_toggle_raw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave keys that have nothing to do here to the screen."""
        del parameters
        if action == "back":
            return self.is_finding or self._is_raw
        if action in ("find_next", "find_previous"):
            return self.is_finding
        return True

    @on(Input.Changed)
    def find_text(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        event.stop()
        self._tree.find(event.value)

    @on(Input.Submitted)
    def find_done(self, event: Input.Submitted) -> None:
        """Back to the tree; the hits stay."""
        event.stop()
        self._tree.focus()

    @on(RecordTree.Found)
    def tell_count(self, event: RecordTree.Found) -> None:
        """Tell how many hits there are."""
        event.stop()
        set_text(self._count, _told(event, bool(self._input.value)))


def record_text(record: Record) -> str:
    """A record as copied: AuditData as in the source; without it the damaged row, or one line for each cell."""
    if record.audit_text:
        return record.audit_text
    if record.raw is not None:
        return record.raw
    return "\n".join(f"{name}: {cell}" for name, cell in record.wrapper)


def _told(event: RecordTree.Found, asked: bool) -> str:
    if not asked:
        return ""
    if event.searching:
        return "searching…"
    if not event.count:
        return "not found"
    most = "+" if event.count >= MOST_HITS else ""
    return f"{event.index + 1 if event.index >= 0 else '–'} of {event.count:,}{most}"
