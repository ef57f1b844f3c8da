"""What stands in a cell of a workbook, as the text that a CSV would have.

Source: ECMA-376 part 1, 18.8.30 (number formats), 18.17.4 (dates), 22.9.2.19 (escapes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_LAST_SERIAL = 2_958_466  # 1 January 10000
_EPOCH_1904 = datetime(1904, 1, 1)
_SAFE_INTEGER = 1e15
_LETTERS = 3
_NOISE = 5
"""Milliseconds that a serial number may be off by from a whole second."""


class Style(Enum):
    """What a number format makes of a number."""

    NUMBER = 0
    DATE = 1
    DATE_TIME = 2


_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), Style.DATE),
    **dict.fromkeys((18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47), Style.DATE_TIME),
}


def style_of(number: int, codes: Mapping[int, str]) -> Style:
    """What a number format is; `codes` are those the workbook defines itself."""
    if number in codes:
        return style_of_code(codes[number])
    return _BUILT_IN.get(number, Style.NUMBER)


def style_of_code(code: str) -> Style:
    """What a format code is by its letters, those in quotes, escapes and brackets left out."""
    letters = set(_NO_CODE.sub("", code[:1000]).split(";")[0].lower())
    if letters & set("hs"):
        return Style.DATE_TIME
    return Style.DATE if letters & set("ymd") else Style.NUMBER


def unescaped(text: str) -> str:
    """Text without `_x000D_` escapes; two that are halves of one character become that."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATE.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def number_text(text: str) -> str:
    """A number without `.0`, and without the digits beyond a double's precision."""
    if text.isdigit():
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    if number.is_integer() and abs(number) < _SAFE_INTEGER:
        return str(int(number))
    shortest = repr(number)
    return shortest if "e" not in shortest and len(shortest) < len(text) else text


def date_text(text: str, style: Style, *, from_1904: bool) -> str:
    """A serial number as `2023-03-22T19:00:59`, which is UTC as the CSV's dates are.

    A whole day in a format without hours is a date alone, and less than a day a time alone.
    """
    try:
        serial = float(text)
    except ValueError:
        return text
    if not 0 <= serial < _LAST_SERIAL:
        return number_text(text)
    total = round(serial * 86_400_000)
    rest = total % 1000
    if min(rest, 1000 - rest) <= _NOISE:
        total = round(total, -3)
    # In the other system 29 February 1900 existed, so days before it count from a day later.
    epoch = _EPOCH_1904 if from_1904 else datetime(1899, 12, 31) if serial < 60 else datetime(1899, 12, 30)
    try:
        moment = epoch + timedelta(milliseconds=total)
    except OverflowError:
        return number_text(text)
    clock = f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03}" if moment.microsecond else "")
    if serial < 1 and not from_1904:
        return clock
    day = f"{moment:%Y-%m-%d}"
    return day if style is Style.DATE and not total % 86_400_000 else f"{day}T{clock}"


class ColumnNumbers(dict[str, int | None]):
    """Letters of a column -> its number from 0 (`C` -> 2), or None where they name none."""

    def __missing__(self, letters: str) -> int | None:
        if not 1 <= len(letters) <= _LETTERS or not (letters.isascii() and letters.isalpha()):
            return None
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - 64
        self[letters] = column - 1
        return column - 1
