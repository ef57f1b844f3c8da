"""Copying values, records and commands, and exporting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omeviz.events.columns import COLUMN
from omeviz.text import powershell_quote
from omeviz.tui.clipboard import clipboard_text
from omeviz.tui.models import time_text
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.views import row_series
from omeviz.tui.widgets.detail_pane import record_text
from omeviz.tui.widgets.header_line import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from omeviz.store import Record
    from omeviz.tui.screens.export import Exported, ExportMemory, Selection
    from omeviz.tui.widgets.record_tree import RecordTree


def copy_choices(record: Record) -> list[tuple[str, str, str]]:
    """What of a record can be copied besides the value under the cursor: (what, label, text)."""
    choices = [("record", "the record: AuditData as in the source", record_text(record))]
    message = record.fields.get("message")
    if isinstance(message, str) and message:
        choices.append(("message", "the Message-ID", message))
        quoted = powershell_quote(message)
        if quoted is not None:
            revoke = f"Set-OMEMessageRevocation -Revoke $true -MessageId {quoted}"
            status = f"Get-OMEMessageStatus -MessageId {quoted}"
            choices.append(("revoke", "the command that revokes the message", revoke))
            choices.append(("status", "the command that shows whether it is revoked", status))
    return choices


class Copying(ExplorerBase):
    """Clipboard and export."""

    export_memory: ExportMemory | None = None
    """What stays between exports; None before the first."""

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard and say so."""
        safe, exact = clipboard_text(text)
        self.app.copy_to_clipboard(safe)
        first = safe.split("\n", 1)[0]
        shown = first if len(first) <= 60 and first == safe else f"{first[:60]}…"
        note = "" if exact else "\nIt holds control characters; they were copied as signs."
        self.say(f"Copied {what}: {shown}{note}", "information" if exact else "warning")

    def action_copy(self) -> None:
        """Copy the value under the cursor."""
        row, name = self.current_row(), self.table.cursor_column
        if row is None or self.store is None:
            return
        value = self.store.record(row).fields.get(name)
        if value is None:
            self.say(f"There is no {COLUMN[name].label.lower()} to copy.", "warning")
        elif isinstance(value, str):
            self.copy(value, COLUMN[name].label)
        else:
            self.copy(time_text(value, self.session.zone), f"time ({self.session.zone_title})")

    def action_copy_menu(self) -> None:
        """Choose what to copy."""
        from omeviz.tui.screens.choose import Choose

        row = self.current_row()
        if row is None or self.store is None:
            return
        choices = copy_choices(self.store.record(row))
        texts = {what: text for what, _, text in choices}

        def take(what: str | None) -> None:
            if what is not None:
                self.copy(texts[what], what)

        self.app.push_screen(Choose("Copy", [(what, label) for what, label, _ in choices]), take)

    def follow_copy(self, event: RecordTree.CopyRequested) -> None:
        """The detail pane wants something on the clipboard."""
        self.copy(event.text, event.what)

    def action_export(self) -> None:
        """Write events to a file."""
        from omeviz.tui.screens.export import Export, ExportMemory

        view, store, row = self.session.view, self.store, self.current_row()
        if view is None or store is None or not store.record_count:
            self.say("There is nothing to export yet.", "warning")
            return
        selections = []
        if self.session.marks:
            selections.append(self._selection("marked", "the marked events", self._marked_in_order()))
        if view.rows.len():
            what = "all events" if view.rows.len() == store.event_count else "the events shown"
            selections.append(self._selection("shown", what, view.rows))
        if row is not None:
            selections.append(self._selection("event", "this event", [row]))
        if not selections:
            self.say("The filter shows nothing to export.", "warning")
            return
        self.export_memory = self.export_memory or ExportMemory()
        self.app.push_screen(Export(store, selections, Path.cwd(), self.export_memory), self._exported)

    def _selection(self, key: str, label: str, rows: pl.Series | Sequence[int]) -> Selection:
        """Events that can be exported, and for a manifest how they were chosen."""
        from omeviz.provenance.manifest import Circumstances
        from omeviz.tui.screens.export import Selection

        session = self.session
        sort = f"{'-' if session.descending else ''}{session.sort_column}" if session.sort_column else ""
        circumstances = Circumstances(
            filter_text=session.filter_text if key == "shown" else "",
            zone=session.zone_title,
            sort=sort,
            selection="matching" if key == "shown" else key,
            matching=len(rows),
            stopped=session.partial,
            failures=[str(error) for error in session.failures],
        )
        return Selection(key, label, rows, circumstances)

    def _marked_in_order(self) -> pl.Series:
        """The marked events in the table's order, those that the filter hides among them."""
        from omeviz.query.select import select

        session = self.session
        request = session.request()
        assert request is not None  # noqa: S101  # there are marks, so there is a store
        return select(request.store, None, request.sort, within=row_series(session.marks), arrival=session.loading)

    def _exported(self, result: Exported | None) -> None:
        if result is not None:
            lines = [f"{count(result.records, 'event')} written to {result.path}"]
            if result.redacted:
                lines.append("redacted: read it before you send it")
            if result.manifest is not None:
                lines.append(f"manifest: {result.manifest.name}")
            if self.session.partial:
                lines.append("Loading was stopped early: the files hold more.")
            self.app.notify("\n".join(lines), timeout=15, markup=False)
