"""The header, the loading bar and the session's state, without a screen."""

from __future__ import annotations

from datetime import datetime

import pytest
from rich.cells import cell_len

from omeviz.errors import UsageError
from omeviz.tui.clipboard import clipboard_text
from omeviz.tui.screens.explorer.finding import merged
from omeviz.tui.session import Session
from omeviz.tui.widgets.header_line import HeaderState, header_content
from omeviz.tui.widgets.loading_bar import LoadingState, loading_content, size_text
from tests.hostile import HOSTILE, UNDRAWABLE

FULL = HeaderState(
    names=("audit.csv", "b.csv", "c.csv"),
    events=9_608,
    first=datetime(2023, 1, 1),
    last=datetime(2023, 6, 29),
    zone="Europe/Berlin",
    problems=3,
    marks=12,
    partial=True,
    guesses="UTF-8, comma, month/day/year",
    sort="Recipient",
)


def test_the_header_says_everything_where_there_is_room() -> None:
    text = header_content(FULL, 200).plain
    for part in (
        "omeviz",
        "audit.csv + 2 more",
        "9,608 events",
        "2023-01-01 to 2023-06-29",
        "Europe/Berlin",
        "12 marked",
        "partial",
        "! 3 problems",
        "UTF-8, comma",
        "by Recipient",
    ):
        assert part in text


@pytest.mark.parametrize("width", range(1, 160, 7))
def test_the_header_fits_into_every_width(width: int) -> None:
    assert cell_len(header_content(FULL, width).plain) <= width


def test_the_header_gives_up_the_least_important_first() -> None:
    text = header_content(FULL, 90).plain
    assert "9,608 events" in text
    assert "partial" in text
    assert "! 3 problems" in text
    assert "UTF-8" not in text


def test_names_of_files_are_made_visible() -> None:
    for _, text in HOSTILE:
        assert not UNDRAWABLE.search(header_content(HeaderState(names=(text,)), 120).plain)
        assert not UNDRAWABLE.search(loading_content(LoadingState(source=text), 120).plain)


@pytest.mark.parametrize("width", range(10, 160, 7))
@pytest.mark.parametrize("total", [None, 0, 906 * 1024 * 1024])
def test_the_loading_bar_fits_and_always_says_how_to_stop(width: int, total: int | None) -> None:
    text = loading_content(LoadingState("audit.csv", 412_345, 390 * 1024 * 1024, total, 3.5), width).plain
    assert cell_len(text) <= width
    if width >= 45:
        assert "Esc stops" in text
        assert "412,345 rows" in text


def test_the_loading_bar_says_rows_bytes_and_rate() -> None:
    text = loading_content(LoadingState("audit.csv", 412_345, 453 << 20, 906 << 20, 4.0), 120).plain
    assert "50%" in text
    assert "453 MiB of 906 MiB" in text
    assert "113 MiB/s" in text


def test_sizes() -> None:
    sizes = (0, 999, 1_500, 20 << 20, 3 << 30)
    assert [size_text(size) for size in sizes] == [
        "0 B",
        "999 B",
        "1.5 KiB",
        "20.0 MiB",
        "3.0 GiB",
    ]


def test_zones_go_round() -> None:
    session = Session()
    assert session.next_zone() == "local"
    session.set_zone("Europe/Berlin")
    assert session.zone_title == "Europe/Berlin"
    assert session.next_zone() == "UTC"
    session.set_zone("utc")
    assert session.zone_name == "UTC"
    session.set_zone("local")
    assert session.next_zone() == "Europe/Berlin"
    with pytest.raises(UsageError):
        session.set_zone("Nowhere/City")
    assert session.zone_name == "local"


def test_sorting_tells_whether_it_changes_anything() -> None:
    session = Session()
    assert not session.sort("time", descending=False)
    assert session.sort("recipient", descending=True)
    assert not session.sort("recipient", descending=True)
    assert session.sort_text() == "Recipient, largest first"
    assert session.sort("time", descending=False)
    assert session.sort_text() == ""


def test_marks_toggle_and_a_range_without_an_anchor_is_one_event() -> None:
    session = Session()
    assert session.toggle_mark(3)
    assert not session.toggle_mark(3)
    assert session.range_to(5) == range(5, 6)
    assert session.mark([1, 2]) == 2
    assert session.mark([2, 4]) == 1


def test_overlapping_highlights_are_joined() -> None:
    assert merged([(4, 6), (0, 3), (2, 4), (8, 9)]) == [(0, 6), (8, 9)]


def test_the_clipboard_keeps_lines_and_tabs_but_no_other_control() -> None:
    assert clipboard_text("a\tb\r\nc\nd") == ("a\tb\nc\nd", True)
    assert clipboard_text("rm -rf x\r\x1b[A\x9b") == ("rm -rf x␍␛[A⟨U+009B⟩", False)
