"""The event table's rows and cursor, by the text of its lines and the messages it posts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from omeviz.tui.models import ListModel
from omeviz.tui.widgets.column_layout import TableColumn
from omeviz.tui.widgets.event_table import EventTable
from tests.hostile import HOSTILE, UNDRAWABLE
from tests.tui.counting import drawn_lines, layouts
from tests.tui.table_app import HEADER, Millions, events, of_kind, running, styled


async def test_header_and_rows() -> None:
    async with running(ListModel(events(50), marked={1, 2}, problems={2, 3})) as (app, _):
        app.table.set_label("time", "Time (UTC)")
        app.table.mark_sort([("time", False)])
        lines = app.lines()
        assert lines[0].split() == [
            *("Time", "(UTC)", "▲", "Operation", "Status", "Recipient", "Sender", "Sign-in", "Subject", "Attachment")
        ]
        assert re.match(r">   2023-03-22 00:00:00 +MessageAccess +success +recipient0@", lines[1])
        assert lines[2].startswith(" *  2023-03-22 00:00:01")
        assert lines[3].startswith(" *! 2023-03-22 00:00:02")
        assert lines[4].startswith("  ! 2023-03-22 00:00:03")
        assert [line.index("Form.docx") for line in lines[1:]] == [lines[0].index("Attachment")] * 11


async def test_sort_signs() -> None:
    async with running(ListModel(events(3))) as (app, _):
        app.table.mark_sort([("recipient", True), ("time", False)])
        assert "Recipient ▼1" in app.line(0)
        assert "Time ▲2" in app.line(0)
        app.table.column_layout = replace(app.table.column_layout.resize("recipient", 6), sort=(("recipient", True),))
        assert "Rec… ▼" in app.line(0), "the sign is not what is cut"


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 12), (20, 3), (9, 2)])
async def test_every_line_has_the_width_of_the_view(width: int, height: int) -> None:
    texts = [text for _, text in HOSTILE]
    model = ListModel(events(len(texts), subject=texts, recipient=texts[::-1], attachment=texts))
    async with running(model, (width, height)) as (app, pilot):
        for key in ("home", "pagedown", "l", "l", "l", "l", "l", "l", "l", "G"):
            await pilot.press(key)
            for y in range(height):
                strip = app.table.render_line(y)
                assert strip.cell_length in {width, width - 1}, "the scrollbar's cell may be missing"
                assert sum(cell_len(text) for text, _, _ in strip) == strip.cell_length
                assert not UNDRAWABLE.search(strip.text)


async def test_wide_characters_line_up() -> None:
    subjects = ["plain", "請求書", "👨\u200d👩\u200d👧 ❤\ufe0f 🇩🇪", "cafe\u0301", "한글 제목", "\uff83\uff7d\uff84"]
    async with running(ListModel(events(len(subjects), subject=subjects))) as (app, _):
        for y, subject in enumerate(subjects, HEADER):
            line = app.line(y)
            assert subject in line
            assert cell_len(line[: line.index("Form.docx")]) == app.line(0).index("Attachment")


async def test_truncation_is_marked() -> None:
    subjects = ["Support case " * 9, "123456789012345", "1234567890123456"]
    async with running(ListModel(events(3, subject=subjects))) as (app, _):
        start, stop = app.line(0).index("Subject"), app.line(0).index("Attachment") - 1
        assert stop - start == 15
        assert [app.line(y)[start:stop] for y in (1, 2, 3)] == [
            "Support case S…",
            "123456789012345",
            "12345678901234…",
        ]


async def test_a_million_rows_are_not_touched() -> None:
    model = Millions(1_000_000)
    async with running(model, (120, 50)) as (app, pilot):
        await pilot.press("G")
        assert app.table.cursor_index == 999_999
        assert "time 999999" in app.line(49)
        await pilot.press("g", "pagedown", "j", "ctrl+d", "pageup", "k")
        assert app.table.cursor_index == 49 + 1 + 24 - 49 - 1
        asked = sum(stop - start for start, stop in model.asked)
        assert asked < 1_000
        assert all(stop - start <= 64 for start, stop in model.asked)


async def test_a_step_fetches_nothing_and_draws_two_lines() -> None:
    model = Millions(1_000)
    async with running(model) as (app, pilot):
        model.asked.clear()
        drawn: list[int] = []
        paint = app.table.render_line
        app.table.render_line = lambda y: (drawn.append(y), paint(y))[1]  # type: ignore[method-assign,func-returns-value]
        await pilot.press("j")
        await pilot.pause()
        assert not model.asked
        assert sorted(set(drawn)) == [1, 2]


async def test_keys_move_the_cursor_and_keep_it_in_view() -> None:
    moves = {
        "j": 1,
        "down": 1,
        "k": 0,
        "G": 199,
        "end": 199,
        "end down": 199,
        "end home": 0,
        "G g": 0,
        "G k up": 197,
        "pagedown": 11,
        "pagedown pagedown pageup": 11,
        "ctrl+d": 5,
        "ctrl+d ctrl+d ctrl+u": 5,
        "pageup": 0,
    }
    async with running(ListModel(events(200))) as (app, pilot):
        for keys, row in moves.items():
            app.table.move_cursor(0)
            await pilot.press(*keys.split())
            assert app.table.cursor_index == row, keys
            cursors = [line for line in app.lines() if line.startswith(">")]
            assert len(cursors) == 1
            assert f"Subject {row} " in cursors[0]


async def test_a_page_keeps_the_cursor_on_its_line() -> None:
    async with running(ListModel(events(200))) as (app, pilot):
        await pilot.press("j", "j", "pagedown")
        assert app.table.cursor_index == 13
        assert app.line(3).startswith(">")


async def test_messages_of_the_keys() -> None:
    async with running(ListModel(events(20))) as (app, pilot):
        await pilot.press("j", "l", "enter")
        await pilot.pause()
        moved = of_kind(app.posted, EventTable.CursorMoved)
        assert [(m.index, m.column) for m in moved] == [(1, "time"), (1, "operation")]
        assert [m.index for m in of_kind(app.posted, EventTable.Activated)] == [1]
        assert moved[0].control is app.table
        app.posted.clear()
        await pilot.press("home", "k", "k")
        await pilot.pause()
        assert len(app.posted) == 1, "a cursor that cannot move says nothing"


async def test_sideways_the_time_stays_and_columns_are_whole() -> None:
    async with running(ListModel(events(30)), (80, 12)) as (app, pilot):
        assert "Attachment" not in app.line(0)
        await pilot.press(*["l"] * 7)
        assert app.table.cursor_column == "attachment"
        header, line = app.line(0), app.line(1)
        assert header.split()[0] == "Time"
        assert header.rstrip().endswith("Attachment")
        assert "2023-03-22 00:00:00" in line
        assert line[: header.index(header.split()[1])].split() == [">", "2023-03-22", "00:00:00"], "no half column"
        await pilot.press(*["h"] * 6)
        assert app.table.cursor_column == "operation"
        assert app.line(0).split()[:2] == ["Time", "Operation"]


async def test_columns_cut_by_the_edges_say_so() -> None:
    async with running(ListModel(events(30, recipient=["recipient@example.org"] * 30)), (60, 12)) as (app, pilot):
        assert app.line(1).rstrip().endswith("…")
        app.table.scroll_to(x=3, animate=False, force=True)
        await pilot.pause()
        assert "2023-03-22 00:00:00 …ageAccess" in app.line(1)
        assert "Time" in app.line(0)
        assert "…ation" in app.line(0)


async def test_rows_added_while_loading_move_nothing() -> None:
    model = Millions(40)
    async with running(model) as (app, pilot):
        await pilot.press("pagedown", "j")
        before, offset = app.lines(), app.table.scroll_offset
        model.row_count = 5_000
        assert app.table.row_count == 40
        app.table.rows_added()
        await pilot.pause()
        assert app.lines() == before
        assert (app.table.cursor_index, app.table.scroll_offset) == (12, offset)
        await pilot.press("G")
        assert app.table.cursor_index == 4_999
        assert "time 4999" in app.line(11)


async def test_rows_added_out_of_sight_draw_nothing_but_the_scrollbar(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(Millions(40)) as (app, pilot):
        before = app.lines()
        drawn, laid_out = drawn_lines(monkeypatch, EventTable), layouts(monkeypatch)
        app.table.rows_added(Millions(5_000))
        await pilot.pause()
        assert not drawn
        assert not laid_out
        assert app.table.vertical_scrollbar.window_virtual_size == app.table.max_scroll_y + app.size.height == 5_001
        assert app.lines() == before
        await pilot.press("G")
        assert app.table.cursor_index == 4_999
        assert "time 4999" in app.line(11)


async def test_the_first_rows_are_announced() -> None:
    model = Millions(0)
    async with running(model, empty_message="Loading") as (app, pilot):
        assert app.table.cursor_index is None
        assert "Loading" in "".join(app.lines())
        model.row_count = 3
        app.table.rows_added()
        await pilot.pause()
        assert [m.index for m in of_kind(app.posted, EventTable.CursorMoved)] == [0]
        assert "time 2" in app.line(3)
        assert "Loading" not in "".join(app.lines())


async def test_another_model_keeps_the_cursor_on_its_line() -> None:
    async with running(Millions(1_000)) as (app, pilot):
        app.table.move_cursor(504)
        app.table.scroll_to(y=500, animate=False)
        await pilot.pause()
        assert app.line(5).startswith(">   time 504")
        app.table.set_model(Millions(300), 100)
        await pilot.pause()
        assert app.line(5).startswith(">   time 100")
        app.table.set_model(Millions(300), 2)
        await pilot.pause()
        assert app.line(3).startswith(">   time 2")
        app.table.set_model(Millions(3), 299)
        await pilot.pause()
        assert app.table.cursor_index == 2
        assert app.line(3).startswith(">   time 2")
        app.table.set_model(None)
        assert app.table.row_count == 0
        await pilot.press("j", "k", "G", "enter", "l", "pagedown")


async def test_refresh_rows_shows_changed_marks() -> None:
    marks: set[int] = set()
    async with running(ListModel(events(5), marked=marks)) as (app, _):
        assert app.line(2)[1] == " "
        marks.add(1)
        app.table.refresh_rows()
        assert app.line(2)[1] == "*"


async def test_no_rows_show_the_message() -> None:
    message = "No event matches.\nsubject:\x1b[31m[bold]x emptied it."
    async with running(ListModel(events(0)), empty_message=message) as (app, _):
        text = [line.strip() for line in app.lines()]
        assert "No event matches." in text
        assert "subject:␛[31m[bold]x emptied it." in text
        assert not UNDRAWABLE.search("".join(text))


async def test_outcomes_hits_and_stand_ins_have_their_own_styles() -> None:
    subjects = ["", "a\u202e case", "Support case", "", "", ""]
    async with running(ListModel(events(6, subject=subjects))) as (app, _):
        looks = {
            styled(app, y, status) for y, status in [(2, "failure"), (3, "partial"), (4, "unknown"), (5, "success")]
        }
        assert len(looks) == 4
        assert "bold" in styled(app, 2, "failure")
        assert "dim" in styled(app, 2, "⟨U+202E⟩")
        asked: list[tuple[str, str]] = []

        def cases(column: str, text: str) -> list[tuple[int, int]]:
            asked.append((column, text))
            return [match.span() for match in re.finditer("case", text)]

        app.table.highlighter = cases
        assert "reverse" in styled(app, 2, "case")
        assert "reverse" in styled(app, 3, "case")
        assert ("subject", "a\u202e case") in asked, "it is given the text as in the log"
        app.table.highlighter = None
        assert "case" not in [segment.text for segment in app.table.render_line(3)]


async def test_the_cursor_is_seen_without_colour() -> None:
    async with running(ListModel(events(3))) as (app, pilot):
        await pilot.press("l")
        assert app.line(1).startswith(">")
        assert "underline" in styled(app, 0, "Operation")
        assert "underline" not in styled(app, 0, "Time")


async def test_themes_and_focus_repaint() -> None:
    async with running(ListModel(events(3))) as (app, pilot):
        before = styled(app, 2, "failure")
        app.theme = "textual-light"
        await pilot.pause()
        assert styled(app, 2, "failure") != before
        focused = [str(segment.style) for segment in app.table.render_line(1)]
        app.set_focus(None)
        await pilot.pause()
        assert [str(segment.style) for segment in app.table.render_line(1)] != focused


async def test_other_columns_than_those_of_events() -> None:
    columns = [TableColumn("file", "File", 12), TableColumn("reason", "Reason", 20, spare=1)]
    model = ListModel({"file": ["a.csv", "b.csv"], "reason": ["cut", "no JSON"]})
    async with running(model, (60, 6), columns=columns) as (app, _):
        assert app.line(0).split() == ["File", "Reason"]
        assert app.line(2).split() == ["b.csv", "no", "JSON"]


async def test_a_resized_screen_shares_the_room_again() -> None:
    async with running(ListModel(events(100)), (120, 12)) as (app, pilot):
        await pilot.press("G")
        await pilot.resize_terminal(160, 8)
        await pilot.pause()
        assert app.line(0).rstrip().endswith("Attachment")
        assert app.table.virtual_size.width == 159
        assert app.line(7).startswith(">")


async def test_a_model_that_lost_rows_breaks_nothing() -> None:
    columns = events(100)
    async with running(ListModel(columns)) as (app, _):
        for texts in columns.values():
            del texts[3:]
        app.table._pages._blocks.clear()
        app.table._repaint()
        assert app.line(3).startswith("    2023-03-22 00:00:02")
        assert app.line(4).strip() == ""
