"""Cells are exactly as wide as asked for, whatever is in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from omeviz.text import visible
from omeviz.tui.widgets.cells import Look, fit, text_width
from tests.hostile import HOSTILE, UNDRAWABLE
from tests.test_text import ANYTHING


def shown(text: str, width: int) -> str:
    return "".join(part for part, _ in fit(text, width))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 5, "abc  "),
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("", 3, "   "),
        ("ab", 1, "…"),
        ("請求書", 6, "請求書"),
        ("請求書", 5, "請求…"),
        ("請求書", 4, "請… "),
        ("Größe", 5, "Größe"),
        ("cafe\u0301s", 5, "cafe\u0301s"),
        ("cafe\u0301sx", 5, "cafe\u0301…"),
        ("👨\u200d👩\u200d👧 ab", 5, "👨\u200d👩\u200d👧 ab"),
        ("👨\u200d👩\u200d👧 abc", 5, "👨\u200d👩\u200d👧 a…"),
        ("❤\ufe0fab", 4, "❤\ufe0fab"),
        ("a\nb", 3, "a⏎b"),
        ("a\u202eb", 10, "a⟨U+202E⟩b"),
        ("abc\u202eb", 9, "abc…     "),
        ("x" * 1_000_000, 4, "xxx…"),
        ("é" * 1_000_000, 4, "ééé…"),
    ],
)
def test_texts_are_cut_and_padded(text: str, width: int, expected: str) -> None:
    assert shown(text, width) == expected


def test_a_joiner_between_letters_is_not_measured_as_in_emoji() -> None:
    assert text_width("\u0915\u094d\u200d\u0937") == 2
    assert text_width("👨\u200d👩\u200d👧") == 2
    assert shown("\u0915\u094d\u200d\u0937", 3) == "\u0915\u094d\u200d\u0937 "
    assert sum(cell_len(part) for part, _ in fit("\u0915\u094d\u200d\u0937", 3)) == 3


@pytest.mark.parametrize(("name", "text"), HOSTILE)
def test_hostile_cells_keep_their_width(name: str, text: str) -> None:
    for width in (1, 2, 7, 19, 200):
        parts = fit(text, width)
        assert sum(cell_len(part) for part, _ in parts) == width, name
        assert not UNDRAWABLE.search("".join(part for part, _ in parts)), name


@given(ANYTHING, st.integers(1, 40), st.lists(st.integers(0, 30), max_size=4).map(sorted))
def test_any_cell_keeps_its_width_and_its_text(text: str, width: int, places: list[int]) -> None:
    hits = list(zip(places[::2], places[1::2], strict=False))
    parts = fit(text, width, hits)
    line = "".join(part for part, _ in parts)
    assert sum(cell_len(part) for part, _ in parts) == width
    assert all(part for part, _ in parts)
    whole = visible(text)
    if text_width(whole) <= width:
        assert line == whole + " " * (width - text_width(whole))
    else:
        assert line.rstrip(" ").endswith("…")
        assert whole.startswith(line.rstrip(" ")[:-1])


@pytest.mark.parametrize(
    ("text", "hits", "expected"),
    [
        ("Support case", [(8, 12)], "case"),
        ("a\x1bcase", [(2, 6)], "case"),
        ("a\x1bcase", [(1, 3)], "␛c"),
        ("請求書 case", [(4, 8), (1, 2)], "求|case"),
        ("abcdef", [(0, 3), (2, 4)], "abc|d"),
        ("cafe\u0301s", [(0, 4)], "cafe\u0301"),
        ("x👨\u200d👩\u200d👧y", [(3, 4)], "👨\u200d👩\u200d👧"),
        ("abcdefghijklmnopqrst", [(15, 17)], "…"),
        ("abcdefghijklmnopqrst", [(0, 2)], "ab"),
        ("a" * 500, [(400, 402)], "…"),
        ("abc", [(1, 1)], ""),
        ("abc", [(2, 99)], "c"),
    ],
)
def test_hits_are_found_again_in_what_is_shown(text: str, hits: list[tuple[int, int]], expected: str) -> None:
    parts = fit(text, 12, hits)
    found = [part for part, look in parts if look & Look.HIT]
    assert "".join(found) == expected.replace("|", "")
    assert sum(cell_len(part) for part, _ in parts) == 12


def test_stand_ins_are_told_apart() -> None:
    assert fit("a\nb", 3) == [("a", Look.PLAIN), ("⏎", Look.STAND_IN), ("b", Look.PLAIN)]
