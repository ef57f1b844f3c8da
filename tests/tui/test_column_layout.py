"""How columns share the room, and what the user can change about them."""

from __future__ import annotations

from itertools import pairwise

from omeviz.events.columns import COLUMN, TABLE_COLUMNS
from omeviz.tui.widgets.column_layout import (
    GUTTER,
    NARROWEST,
    ColumnLayout,
    TableColumn,
    arrange,
    event_columns,
    event_layout,
)

COLUMNS = (TableColumn("a", "A", 10, 6), TableColumn("b", "B", 20, 10, spare=1), TableColumn("c", "C", 5, 5, spare=3))
LAYOUT = ColumnLayout(("a", "b", "c"))


def widths(layout: ColumnLayout, room: int) -> list[int]:
    return [place.width for place in arrange(layout, COLUMNS, room)]


def test_spare_room_goes_to_those_who_can_use_it() -> None:
    exact = GUTTER + 10 + 2 + 20 + 2 + 5
    assert widths(LAYOUT, exact) == [10, 20, 5]
    assert widths(LAYOUT, exact + 8) == [10, 22, 11]
    assert arrange(LAYOUT, COLUMNS, exact + 7)[-1].stop == exact + 7


def test_columns_shrink_to_their_minimum_and_no_further() -> None:
    assert widths(LAYOUT, GUTTER + 10 + 1 + 20 + 1 + 5) == [10, 20, 5], "closer together first"
    assert widths(LAYOUT, GUTTER + 10 + 1 + 20 + 1 + 5 - 7) == [8, 15, 5]
    assert widths(LAYOUT, 10) == [6, 10, 5]
    assert widths(LAYOUT, 0) == [6, 10, 5]


def test_places_do_not_overlap() -> None:
    for room in range(200):
        places = arrange(event_layout(), event_columns(), room)
        assert places[0].start == GUTTER
        assert all(left.stop < right.start for left, right in pairwise(places))


def test_a_width_set_by_the_user_stays() -> None:
    layout = LAYOUT.resize("b", 7)
    assert widths(layout, 10) == [6, 7, 5]
    assert widths(layout, 100)[1] == 7
    assert widths(layout.resize("b", None), 10) == [6, 10, 5]
    assert widths(LAYOUT.resize("b", -5), 10) == [6, NARROWEST, 5]


def test_hide_and_show() -> None:
    layout = LAYOUT.hide("b")
    assert layout.shown == ("a", "c")
    assert layout.show("b") == LAYOUT, "it comes back to its place"
    assert layout.hide("a").shown == ("c",)
    assert layout.hide("a").hide("c").shown == ("c",), "the last one stays"
    assert LAYOUT.show("d").shown == ("a", "b", "c", "d")
    assert [place.column.name for place in arrange(LAYOUT.show("d"), COLUMNS, 80)] == ["a", "b", "c"]


def test_move_goes_past_hidden_columns() -> None:
    assert LAYOUT.move("a", 1).shown == ("b", "a", "c")
    assert LAYOUT.move("a", 99).shown == ("b", "c", "a")
    assert LAYOUT.move("c", -1).shown == ("a", "c", "b")
    assert LAYOUT.move("a", -1).shown == ("a", "b", "c")
    assert LAYOUT.hide("b").move("a", 1).shown == ("c", "a")
    assert LAYOUT.hide("b").move("b", 1) == LAYOUT.hide("b")


def test_event_columns_are_all_known() -> None:
    assert {column.name for column in event_columns()} == set(COLUMN)
    assert event_layout().shown == TABLE_COLUMNS
    assert set(event_layout().order) == set(COLUMN)
    assert all(column.minimum <= column.width for column in event_columns())


def test_usual_columns_fit_into_120_cells() -> None:
    assert arrange(event_layout(), event_columns(), 119)[-1].stop <= 119
