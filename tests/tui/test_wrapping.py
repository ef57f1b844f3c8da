"""Wrapping: no character is lost, no line is too wide, long plain texts cost nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from omeviz.text import visible
from omeviz.tui.widgets.row_text import Piece, RowText, Wrapping, shown
from omeviz.tui.widgets.wrapping import WORD_LIMIT, line_starts
from tests.hostile import HOSTILE
from tests.support import examples

ODD = st.sampled_from(
    [
        "a",
        " ",
        "é",
        "契",
        "한",
        "👍🏽",
        "👨\u200d👩\u200d👧",
        "e\u0301",
        "🇨🇭",
        "\u202e",
        "\x1b",
        "\n",
        "\u200d",
        "\ufe0f",
        "1\ufe0f\u20e3",
    ]
)
TEXTS = st.lists(ODD, max_size=60).map("".join) | st.text(max_size=80)


def lines_of(text: str, width: int) -> list[str]:
    starts = [*line_starts(text, width), len(text)]
    return [text[start:stop] for start, stop in pairwise(starts)]


@given(TEXTS, st.integers(2, 30), st.booleans())
def test_lines_join_to_the_text_and_fit(text: str, width: int, long: bool) -> None:
    drawn = visible(text) * (1 + long * (WORD_LIMIT // max(1, len(text))))
    lines = lines_of(drawn, width)
    assert "".join(lines) == drawn
    assert all(cell_len(line) <= width for line in lines)
    assert all(lines) or not drawn


@pytest.mark.parametrize("text", [text for _, text in HOSTILE])
def test_hostile_texts_fit(text: str) -> None:
    lines = lines_of(visible(text), 12)
    assert "".join(lines) == visible(text)
    assert all(cell_len(line) <= 12 for line in lines)


def test_breaks_behind_blanks_but_not_far_from_the_edge() -> None:
    assert lines_of("the quick brown fox", 10) == ["the quick ", "brown fox"]
    assert lines_of("a verylongwordindeed", 8) == ["a verylo", "ngwordin", "deed"]
    assert lines_of("", 8) == [""]


def test_breaks_where_told() -> None:
    row = RowText([Piece("one\ntwo\r\nthree", "text")])
    wrapping = Wrapping(40, 0, False)
    spans = [row.line_span(line, wrapping) for line in range(len(row.starts(wrapping)))]
    assert [row.text[start:stop] for start, stop in spans] == ["one⏎", "two␍⏎", "three"]


def test_further_lines_of_a_value_leave_the_name_out() -> None:
    row = RowText([Piece("Name", "label"), Piece(": ", "note"), Piece("abcdefghij", "string")], 2)
    wrapping = Wrapping(4, 6, True)
    spans = [row.line_span(line, wrapping) for line in range(len(row.starts(wrapping)))]
    assert [row.text[start:stop] for start, stop in spans] == ["Name: abcd", "efgh", "ij"]
    assert [row.line_of(index, wrapping) for index in (0, 6, 9, 10, 15)] == [0, 0, 0, 1, 2]


def test_a_plain_text_of_megabytes_is_wrapped_by_arithmetic() -> None:
    starts = line_starts("x" * 5_000_000, 80)
    assert isinstance(starts, range)
    assert len(starts) == 62_500


@settings(max_examples=examples(15))
@given(st.lists(ODD, min_size=1, max_size=30).map("".join))
def test_a_long_text_looks_like_its_parts(text: str) -> None:
    long = (text + "plain text ") * 1_000
    assert shown(long) == visible(long)
    assert RowText([Piece(long, "text")]).text == visible(long)
