from __future__ import annotations

from textual.events import Key

from omeviz.store import Store
from omeviz.tui.widgets.value_list import ValueList
from tests.support import portal_record, store_of
from tests.tui.journey import IN_ORDER, Journey, explore


async def test_opens_sorted_by_time_with_the_cursor_on_the_first_event() -> None:
    async with explore() as journey:
        assert journey.rows == IN_ORDER
        assert "6 events" in journey.text
        assert "2023-03-22 to 2023-03-26" in journey.text
        assert "events.csv" in journey.text
        assert "Time (UTC)" in journey.text


async def test_what_a_first_search_needs_is_found_out_before_it() -> None:
    store = store_of(portal_record(), portal_record(Subject="a \u2013 b"))
    async with explore(store) as journey:
        await journey.settle()
        for _ in range(100):
            if {"escaped", "ascii escapes"} <= store.parts[0].memory.keys():
                break
            await journey.pilot.pause(0.05)
        assert {"escaped", "ascii escapes"} <= store.parts[0].memory.keys()
        await journey.press("slash")
        await journey.type("\u2013")
        assert journey.rows == [1]


async def test_filter_is_live_and_enter_goes_back_to_the_table() -> None:
    async with explore() as journey:
        await journey.press("slash")
        await journey.type("recipient:bob")
        assert journey.rows == [1, 4]
        assert "2 of 6" in journey.text
        await journey.press("enter")
        assert journey.screen.table.has_focus
        assert journey.filter_text == "recipient:bob"


async def test_keys_that_arrive_in_one_piece_with_the_filter_key_are_typed() -> None:
    """A macro, or a slow line: the text must not run as actions of the table."""
    async with explore() as journey:
        for key, character in (("slash", "/"), ("n", "n"), ("o", "o"), ("slash", "/"), ("s", "s")):
            journey.app.post_message(Key(key, character))
        await journey.pilot.pause(0.1)
        await journey.settle()
        assert journey.screen.filter_bar.text == "no/s"
        assert not journey.screen.session.marks


async def test_error_shows_a_caret_under_its_place_and_keeps_the_last_good_result() -> None:
    async with explore() as journey:
        await journey.press("slash")
        await journey.type("recipient:bob (")
        assert journey.rows == [1, 4]
        bar = journey.screen.filter_bar
        assert bar.error
        lines = journey.text.splitlines()
        typed = next(i for i, line in enumerate(lines) if "recipient:bob (" in line)
        assert lines[typed].index("(") == lines[typed + 1].index("^")
        await journey.press("backspace")
        assert not bar.error


async def test_a_filter_keeps_the_cursor_on_its_event_or_goes_to_the_nearest_in_time() -> None:
    async with explore() as journey:
        await journey.press("G", "k")
        assert journey.row == 4
        await journey.press("s")
        assert journey.rows == [1, 4]
        assert journey.row == 4
        await journey.press("s")
        assert journey.rows == [0, 2, 3, 5]
        assert journey.row in {3, 5}  # one day before, one day after


async def test_status_key_goes_round() -> None:
    async with explore() as journey:
        await journey.press("s")
        assert journey.filter_text == "status:failure"
        await journey.press("s")
        assert journey.filter_text == "status:success"
        await journey.press("s")
        assert journey.filter_text == ""
        assert journey.rows == IN_ORDER


async def test_only_and_exclude_take_the_value_under_the_cursor() -> None:
    async with explore() as journey:
        await journey.press("l", "l", "l")
        assert journey.screen.table.cursor_column == "recipient"
        await journey.press("f")
        assert journey.rows == [1, 4]
        await journey.press("ctrl+l", "x")
        assert journey.rows == [0, 2, 3, 5]
        await journey.press("ctrl+l")
        assert journey.filter_text == ""


async def test_only_on_an_empty_cell_asks_for_events_without_a_value() -> None:
    async with explore(filter_text="operation:MessageForward") as journey:
        for _ in range(7):
            await journey.press("l")
        assert journey.screen.table.cursor_column == "attachment"
        await journey.press("f")
        assert "-has:attachment" in journey.filter_text
        assert journey.rows == [2, 5]


async def test_operations_list_counts_and_edits_the_one_filter() -> None:
    async with explore() as journey:
        await journey.press("o")
        values = journey.app.screen.query_one(ValueList)
        assert [(value.label, value.count) for value in values.values] == [("MessageAccess", 4), ("MessageForward", 2)]
        await journey.press("j", "space")
        assert journey.rows == [2, 5]
        assert values.values[1].ticked
        await journey.press("space", "escape")
        assert journey.filter_text == ""
        assert journey.rows == IN_ORDER


async def test_escape_goes_back_level_by_level() -> None:
    async with explore(filter_text="recipient:ann status:success") as journey:
        await journey.press("enter")
        assert journey.screen.detail_has_focus
        await journey.press("escape")
        assert journey.screen.table.has_focus
        await journey.press("ctrl+f")
        await journey.type("forward")
        await journey.press("enter", "escape")
        assert not journey.session.find_text
        await journey.press("slash", "escape")
        assert journey.screen.table.has_focus
        assert journey.filter_text == "recipient:ann status:success"
        await journey.press("escape")
        assert journey.filter_text == "recipient:ann"
        await journey.press("escape")
        assert journey.filter_text == ""


async def test_find_goes_from_hit_to_hit_without_narrowing() -> None:
    async with explore() as journey:
        await journey.press("ctrl+f")
        await journey.type("bob@")
        assert journey.rows == IN_ORDER
        assert journey.row == 1
        assert "1 of 2" in journey.text
        await journey.press("enter", "n")
        assert journey.row == 4
        await journey.press("n")
        assert journey.row == 1
        await journey.press("N")
        assert journey.row == 4


async def test_hits_of_filter_and_find_are_highlighted() -> None:
    async with explore(filter_text="recipient:bob") as journey:
        await journey.press("F")
        await journey.type("example")
        highlighter = journey.screen.table.highlighter
        assert highlighter is not None
        assert list(highlighter("recipient", "bob@example.com")) == [(0, 3), (4, 11)]


async def test_hits_of_the_filter_are_shown_in_the_detail_until_something_is_looked_for_there() -> None:
    def hits(journey: Journey) -> list[str]:
        tree = journey.screen.detail.record_tree
        lines = (tree.render_line(y) for y in range(tree.size.height))
        return [part.text for line in lines for part in line if part.style is not None and part.style.underline]

    async with explore(filter_text='"example.com"') as journey:
        await journey.press("enter")
        assert set(hits(journey)) == {"example.com"}
        await journey.press("ctrl+f")
        await journey.type("bob")
        await journey.settle()
        assert {text.lower() for text in hits(journey)} == {"bob"}
    async with explore(filter_text="status:failure") as journey:
        await journey.press("enter")
        assert hits(journey) == [], "a word of a column is no text that is looked for"


async def test_an_empty_result_says_which_part_emptied_it() -> None:
    async with explore(filter_text="recipient:ann status:failure") as journey:
        assert journey.rows == []
        assert "No event matches" in journey.text
        assert "status:failure" in journey.screen.table.empty_message
        await journey.press("escape")
        assert len(journey.rows) == 3


async def test_zone_key_changes_the_times_and_names_the_zone() -> None:
    async with explore(zone="Europe/Berlin") as journey:
        assert "Time (Berlin)" in journey.text
        assert "2023-03-22 19:00:00" in journey.text  # 18:00 UTC
        await journey.press("z")
        assert "Time (UTC)" in journey.text
        assert "2023-03-22 18:00:00" in journey.text
        await journey.press("Z")
        await journey.press("ctrl+u")
        await journey.type("Nowhere")
        await journey.press("enter")
        assert "No time zone is called" in journey.text
        await journey.press("escape")
        assert journey.session.zone_name == "UTC"


async def test_times_in_the_filter_are_read_in_the_shown_zone() -> None:
    async with explore(filter_text="time:2023-03-22T19", zone="Europe/Berlin") as journey:
        assert journey.rows == [1]
        await journey.press("z")
        assert journey.rows == [0]


async def test_sorting_by_the_cursors_column_keeps_the_cursor_on_its_event() -> None:
    async with explore() as journey:
        await journey.press("l", "l", "l")
        await journey.press("d")
        assert journey.rows == [3, 1, 4, 0, 2, 5]
        assert journey.row == 1
        await journey.press("left_square_bracket")
        assert journey.rows == [0, 2, 5, 1, 4, 3]
        await journey.press("T")
        assert journey.rows == IN_ORDER


async def test_columns_can_be_hidden_and_chosen() -> None:
    async with explore() as journey:
        await journey.press("l", "H")
        assert "operation" not in journey.screen.table.column_layout.shown
        await journey.press("c", "space", "enter")
        assert "time" not in journey.screen.table.column_layout.shown
        await journey.press("s")
        assert "time" not in journey.screen.table.column_layout.shown  # the user's choice stays


async def test_records_of_other_types_bring_their_columns() -> None:
    other = {
        "CreationTime": "2023-03-20T00:00:00",
        "Operation": "FileAccessed",
        "RecordType": 6,
        "Workload": "SharePoint",
        "UserId": "ann@contoso.com",
        "ObjectId": "https://contoso.sharepoint.com/a.docx",
    }
    async with explore(store_of(portal_record(), other)) as journey:
        shown = journey.screen.table.column_layout.shown
        assert {"recipient", "user", "workload", "type", "object"} <= set(shown)
    async with explore(store_of(other)) as journey:
        assert journey.screen.table.column_layout.shown == (
            "time",
            "operation",
            "status",
            "user",
            "workload",
            "type",
            "object",
        )


async def test_a_tiny_screen_and_back() -> None:
    async with explore() as journey:
        await journey.pilot.resize_terminal(20, 5)
        await journey.press("j", "enter", "escape", "e", "escape", "question_mark", "escape", "p", "escape")
        await journey.pilot.resize_terminal(160, 45)
        await journey.settle()
        assert "MessageAccess" in journey.text


async def test_on_a_narrow_screen_the_detail_covers_the_table_until_escape() -> None:
    async with explore(size=(80, 24)) as journey:
        assert not journey.screen.detail_open
        await journey.press("enter")
        assert journey.screen.detail_has_focus
        assert not journey.screen.table.display
        await journey.press("escape")
        assert journey.screen.table.has_focus
        assert not journey.screen.detail_open


async def test_hostile_text_in_the_filter_box_is_drawn_as_stand_ins() -> None:
    store = store_of(portal_record(MailSubject="a\u202eb\x1b[31mc\n[/x]"))
    async with explore(store) as journey:
        journey.screen.table.move_column("subject")
        await journey.press("f")
        assert journey.rows == [0]
        assert "⟨U+202E⟩" in journey.text
        assert "\x1b" not in journey.text
        assert "\u202e" not in journey.text


async def test_no_events_says_what_was_found() -> None:
    from omeviz.errors import SourceError
    from tests.tui.journey import StoreLoader

    loader = StoreLoader(Store(), [SourceError("notes.csv has no audit column.", "Export it again.")])
    async with explore(loader=loader) as journey:
        assert "No events" in journey.text
        assert "notes.csv has no audit column." in journey.text
        await journey.press("slash", "escape", "o", "escape", "s", "e", "f", "y", "p", "escape", "i", "escape")


async def test_in_the_detail_the_keys_take_the_value_of_the_record() -> None:
    store = store_of(portal_record(Id="0", Color="red"), portal_record(Id="1", Color="blue"))
    async with explore(store, size=(120, 60)) as journey:
        await journey.press("enter")
        tree = journey.screen.detail.record_tree
        line = next(y for y, text in enumerate(tree.line_texts) if "Color" in text)
        tree.move_cursor(line)
        await journey.press("x")
        assert journey.filter_text == "-data.Color=red"
        assert journey.rows == [1]


async def test_ctrl_f_in_the_detail_finds_in_the_record() -> None:
    async with explore() as journey:
        await journey.press("enter", "ctrl+f")
        assert journey.screen.detail.is_finding
        await journey.type("ann")
        assert not journey.session.find_text
        await journey.press("escape", "escape")
        assert journey.screen.table.has_focus
