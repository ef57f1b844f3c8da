"""Columns, mouse and text selection of the event table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import MouseScrollDown

from omeviz.tui.models import ListModel
from omeviz.tui.widgets.column_layout import GUTTER, event_layout
from omeviz.tui.widgets.event_table import EventTable
from tests.tui.table_app import Millions, events, of_kind, running

if TYPE_CHECKING:
    from textual.pilot import Pilot


async def test_column_actions() -> None:
    async with running(ListModel(events(3))) as (app, pilot):
        table = app.table
        await pilot.press("l")
        before = next(p.width for p in table._placed if p.column.name == "operation")
        table.action_wider()
        assert dict(table.column_layout.widths)["operation"] == before + 4
        table.action_narrower()
        assert dict(table.column_layout.widths)["operation"] == before
        table.action_move_column_right()
        assert table.column_layout.shown[1:3] == ("status", "operation")
        assert app.line(0).split()[1:3] == ["Status", "Operation"]
        assert table.cursor_column == "operation"
        table.action_move_column_left()
        table.action_hide_column()
        assert "Operation" not in app.line(0)
        assert table.cursor_column == "status", "the cursor goes to what took its place"
        table.column_layout = table.column_layout.show("operation").show("user")
        assert app.line(0).split()[1] == "Operation"
        assert "user" in table.column_layout.shown
        await pilot.pause()
        layouts = [m.layout for m in of_kind(app.posted, EventTable.LayoutChanged)]
        assert len(layouts) == 6
        assert layouts[-1] == table.column_layout


async def test_sort_actions_ask_and_do_not_sort() -> None:
    async with running(ListModel(events(3))) as (app, pilot):
        await pilot.press("l")
        app.table.action_sort_ascending()
        app.table.action_sort_descending()
        await pilot.pause()
        asked = of_kind(app.posted, EventTable.SortRequested)
        assert [(m.column, m.descending) for m in asked] == [("operation", False), ("operation", True)]
        assert app.table.column_layout.sort == ()


async def test_mouse_on_rows_and_headings() -> None:
    async with running(ListModel(events(30))) as (app, pilot):
        recipient = app.line(0).index("Recipient")
        await pilot.click(EventTable, offset=(recipient + 2, 4))
        assert (app.table.cursor_index, app.table.cursor_column) == (3, "recipient")
        await pilot.click(EventTable, offset=(recipient, 0))
        app.table.mark_sort([("recipient", False)])
        await pilot.click(EventTable, offset=(recipient, 0))
        asked = of_kind(app.posted, EventTable.SortRequested)
        assert [(m.column, m.descending) for m in asked] == [("recipient", False), ("recipient", True)]
        assert not of_kind(app.posted, EventTable.Activated)


async def test_a_click_below_the_rows_does_nothing() -> None:
    async with running(ListModel(events(2))) as (app, pilot):
        await pilot.click(EventTable, offset=(10, 8))
        assert app.table.cursor_index == 0


async def test_double_click_opens_and_selects_no_text() -> None:
    async with running(Millions(1_000_000)) as (app, pilot):
        await pilot.click(EventTable, offset=(10, 3), times=2)
        await pilot.pause()
        assert [m.index for m in of_kind(app.posted, EventTable.Activated)] == [2]
        assert app.screen.get_selected_text() is None


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with running(ListModel(events(100))) as (app, pilot):
        wheel = MouseScrollDown(app.table, 5, 5, 0, 1, 0, shift=False, meta=False, ctrl=False)
        app.table.post_message(wheel)
        await pilot.pause(0.2)
        assert app.table.cursor_index == 0
        assert app.table.scroll_offset.y > 0
        assert f"Subject {app.table.scroll_offset.y} " in app.line(1)


async def drag(pilot: Pilot[None], start: tuple[int, int], stop: tuple[int, int]) -> None:
    await pilot.mouse_down(EventTable, offset=start)
    await pilot.hover(EventTable, offset=stop)
    await pilot.mouse_up(EventTable, offset=stop)
    await pilot.pause()


async def test_text_can_be_selected() -> None:
    async with running(ListModel(events(100))) as (app, pilot):
        await pilot.press("pagedown")
        await drag(pilot, (GUTTER, 2), (GUTTER + 9, 2))
        assert app.screen.get_selected_text() == "2023-03-22"
        assert app.table.cursor_index == 11, "dragging does not move the cursor"
        await drag(pilot, (GUTTER + 11, 2), (GUTTER + 9, 3))
        first, second = (app.screen.get_selected_text() or "").split("\n")
        assert first.startswith("00:00:12")
        assert first.endswith("Form.docx")
        assert second == "2023-03-22"


async def test_text_is_selected_where_it_is_when_scrolled_sideways() -> None:
    async with running(ListModel(events(100)), (80, 12)) as (app, pilot):
        await pilot.press(*["l"] * 7)
        column = app.line(3).index("Form.docx")
        await drag(pilot, (column, 3), (column + 3, 3))
        assert app.screen.get_selected_text() == "Form"
        highlighted = [segment for segment in app.table.render_line(3) if segment.text == "Form"]
        assert len(highlighted) == 1, "it is drawn as selected"


async def test_a_selection_ends_with_its_rows() -> None:
    async with running(ListModel(events(100))) as (app, pilot):
        await drag(pilot, (GUTTER, 2), (GUTTER + 9, 2))
        app.table.set_model(ListModel(events(5)))
        await pilot.pause()
        assert app.screen.get_selected_text() is None


async def test_selecting_everything_means_the_page() -> None:
    async with running(Millions(1_000_000)) as (app, _):
        app.table.text_select_all()
        text = app.screen.get_selected_text() or ""
        assert len(text.split("\n")) == 11


def test_layouts_are_plain_values() -> None:
    layout = event_layout().hide("sender").resize("subject", 40)
    assert layout == event_layout().resize("subject", 40).hide("sender")
    assert hash(layout) == hash(event_layout().hide("sender").resize("subject", 40))
