"""Numbers, dates and texts of workbooks, as texts."""

from __future__ import annotations

import pytest

from omeviz.sources.xlsx_values import ColumnNumbers, Style, date_text, number_text, style_of_code, unescaped
from tests.sample_parts.xlsx_book import letters


@pytest.mark.parametrize(
    ("serial", "style", "text"),
    [
        ("45007.792349537034", Style.DATE_TIME, "2023-03-22T19:00:59"),
        ("45007.79234953", Style.DATE, "2023-03-22T19:00:59"),
        ("45007.792355", Style.DATE_TIME, "2023-03-22T19:00:59.472"),
        ("45007", Style.DATE, "2023-03-22"),
        ("45007", Style.DATE_TIME, "2023-03-22T00:00:00"),
        ("1", Style.DATE, "1900-01-01"),
        ("59", Style.DATE, "1900-02-28"),
        ("61", Style.DATE, "1900-03-01"),
        ("0.5", Style.DATE_TIME, "12:00:00"),
        ("-1", Style.DATE, "-1"),
        ("2958466", Style.DATE, "2958466"),
        ("2958465.9999999999", Style.DATE_TIME, "2958466"),
        ("1e300", Style.DATE, "1e300"),
        ("nan", Style.DATE, "nan"),
        ("x", Style.DATE, "x"),
    ],
)
def test_serial_numbers(serial: str, style: Style, text: str) -> None:
    assert date_text(serial, style, from_1904=False) == text


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ("General", Style.NUMBER),
        ("0.00E+00", Style.NUMBER),
        ('#,##0 "days"', Style.NUMBER),
        ("[Red]0;[Blue]-0", Style.NUMBER),
        ("@", Style.NUMBER),
        ("\\d0", Style.NUMBER),
        ("[$-409]m/d/yy h:mm AM/PM;@", Style.DATE_TIME),
        ("yyyy-mm-dd", Style.DATE),
        ("[h]:mm:ss", Style.DATE_TIME),
        ("[s]", Style.DATE_TIME),
        ('dd"."mm', Style.DATE),
    ],
)
def test_number_formats(code: str, style: Style) -> None:
    assert style_of_code(code) is style


@pytest.mark.parametrize(("text", "plain"), [("a_x000A_b", "a\nb"), ("_x005F_x000D_", "_x000D_"), ("_x00", "_x00")])
def test_escapes(text: str, plain: str) -> None:
    assert unescaped(text) == plain


def test_halves_of_a_character_in_escapes() -> None:
    assert unescaped("_xD83D__xDE00_") == "\U0001f600"
    assert unescaped("_xD83D_") == "\ud83d"


def test_numbers_that_are_none() -> None:
    assert [number_text(text) for text in ("inf", "nan", "", "1" * 400)] == ["inf", "nan", "", "1" * 400]


def test_letters_of_columns() -> None:
    numbers = ColumnNumbers()
    assert [numbers[letters(column)] for column in (0, 25, 26, 701, 702, 16_383)] == [0, 25, 26, 701, 702, 16_383]
    assert [numbers[text] for text in ("", "ABCD", "Ä", "1")] == [None] * 4
