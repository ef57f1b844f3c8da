"""A made-up app around one event table, for the table's tests."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from textual.app import App, ComposeResult

from omeviz.tui.widgets.event_table import EventTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from textual.message import Message
    from textual.pilot import Pilot

    from omeviz.tui.models import TableModel

HEADER = 1
OPERATIONS = ("MessageAccess", "AttachmentReview", "AttachmentDownload")
STATUSES = ("success", "failure", "partial", "unknown")


def events(count: int, **columns: Sequence[str]) -> dict[str, list[str]]:
    """Made-up events; event n happened n seconds after midnight."""
    made: dict[str, Sequence[str]] = {
        "time": [f"2023-03-22 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(count)],
        "operation": [OPERATIONS[n % 3] for n in range(count)],
        "status": [STATUSES[n % 4] for n in range(count)],
        "recipient": [f"recipient{n}@example.org" for n in range(count)],
        "sender": ["admin@contoso.com"] * count,
        "method": ["OTP"] * count,
        "subject": [f"Subject {n}" for n in range(count)],
        "attachment": ["Form.docx"] * count,
    }
    return {name: list(texts) for name, texts in (made | columns).items()}


class Millions:
    """Rows made when asked for; remembers what was asked."""

    def __init__(self, count: int) -> None:
        self.row_count = count
        self.asked: list[tuple[int, int]] = []

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        self.asked.append((start, stop))
        return [[f"{name} {row}" for row in range(start, stop)] for name in columns]

    def marked(self, start: int, stop: int) -> list[bool]:
        return [False] * (stop - start)

    def problems(self, start: int, stop: int) -> list[bool]:
        return [False] * (stop - start)

    def times(self, start: int, stop: int) -> list[int]:
        return [1] * (stop - start)


class TableApp(App[None]):
    """One table and what it posted."""

    def __init__(self, model: TableModel | None, **arguments: Any) -> None:
        super().__init__()
        self.model = model
        self.arguments = arguments
        self.posted: list[Message] = []

    @property
    def table(self) -> EventTable:
        return self.query_one(EventTable)

    def compose(self) -> ComposeResult:
        yield EventTable(**self.arguments)

    def on_mount(self) -> None:
        self.table.set_model(self.model)
        self.table.focus()

    def on_event_table_cursor_moved(self, message: EventTable.CursorMoved) -> None:
        self.posted.append(message)

    def on_event_table_activated(self, message: EventTable.Activated) -> None:
        self.posted.append(message)

    def on_event_table_sort_requested(self, message: EventTable.SortRequested) -> None:
        self.posted.append(message)

    def on_event_table_layout_changed(self, message: EventTable.LayoutChanged) -> None:
        self.posted.append(message)

    def line(self, y: int) -> str:
        return self.table.render_line(y).text

    def lines(self) -> list[str]:
        return [self.line(y) for y in range(self.table.size.height)]


@asynccontextmanager
async def running(
    model: TableModel | None, size: tuple[int, int] = (120, 12), **arguments: Any
) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp(model, **arguments)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.posted.clear()
        yield app, pilot


def of_kind(posted: list[Message], kind: type[Message]) -> list[Any]:
    return [message for message in posted if isinstance(message, kind)]


def styled(app: TableApp, y: int, text: str) -> str:
    """The style of the stretch of a line that is exactly this text, but for blanks."""
    found = [segment for segment in app.table.render_line(y) if segment.text.strip() == text]
    assert found, [segment.text for segment in app.table.render_line(y)]
    return str(found[0].style)
