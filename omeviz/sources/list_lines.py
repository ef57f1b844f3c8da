"""Lines of text in which `Format-List` output may stand: on a page, in Markdown, from a terminal."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

BLANKS = " \t\xa0"
"""What pads a line; the no-break space comes from web pages."""

LONGEST_LABEL = 200
"""Characters within which a line's name and colon must stand."""

_LONE_CR = re.compile(r"\r(?!\n)")
_NAME = r"[^\W\d][\w.@#$/-]*(?: [\w.@#$/()\[\]-]+){0,4}"
_FIELD = re.compile(rf"([ \t\xa0]*)({_NAME})[ \t\xa0]*[ \t\xa0]:(?=[ \t\xa0]|\Z)")
_TINTED = re.compile(r"\A([ \t]*)(?:\x1b\[[0-9;]*m)+([^\x1b]{0,200})(?:\x1b\[[0-9;]*m)+")
_FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")
_QUOTED = re.compile(r"\A[ \t]{0,3}(?:>[ \t]?)+")

_ENDINGS = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|pre|td)>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|head|body|title|meta|link|main|article|section|header|footer|nav|div|span|p|pre|code|br|hr|h[1-6]|"
    r"a|b|i|u|em|strong|small|font|samp|kbd|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|blockquote|img|button)"
    r"(?:\s[^<>]*)?/?>|<!doctype[^<>]*>|<!--[^<>]*-->",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"\s*(?:<!--[^<>]*-->\s*)*<(?:!doctype html|html|head|body|main|div|p|pre|code|table|h[1-6])\b", re.I
)


class Label(NamedTuple):
    """A line's beginning `Name   :`.

    Attributes:
        indent: Blanks before the name.
        name: As written.
        column: Where the value begins, behind the blank that follows the colon.
    """

    indent: int
    name: str
    column: int


def label_of(line: str) -> Label | None:
    """The name that a line gives a value to, or None. PowerShell always writes a blank before the colon."""
    head = line[:LONGEST_LABEL]
    found = _FIELD.match(head) if " :" in head or "\xa0:" in head or "\t:" in head else None
    return None if found is None else Label(len(found[1]), found[2], found.end() + 1)


def indent_of(line: str) -> int:
    """How many blanks a line begins with."""
    return len(line) - len(line.lstrip(BLANKS))


def lines_ended(text: str) -> str:
    """A text whose lone carriage returns, which end lines too, are line feeds."""
    return _LONE_CR.sub("\n", text) if "\r" in text else text


def is_page(sample: str) -> bool:
    """Whether a text is the source of an HTML page."""
    return _PAGE.match(sample) is not None


class Cleaner:
    """Takes off what Markdown, a terminal or HTML put around lines.

    Args:
        page: The text is HTML.
    """

    def __init__(self, *, page: bool) -> None:
        self._page = page
        self._quoted = False  # the line before was

    def lines(self, line: str) -> list[str]:
        """The lines of text in one line, whose end may still have a carriage return. A fence becomes an empty one."""
        line = line.rstrip("\r")
        if self._page:
            return html.unescape(_TAG.sub("", _ENDINGS.sub("\n", line))).split("\n")
        first = line.lstrip(BLANKS)[:1]
        if first == ">":
            bare = _QUOTED.sub("", line, count=1)
            # A part of a value may begin so too: a quotation begins with a name.
            self._quoted = self._quoted or label_of(bare) is not None
            return [bare if self._quoted else line]
        self._quoted = False
        if first in ("`", "~") and _FENCE.match(line):
            return [""]
        return [_TINTED.sub(r"\1\2", line, count=1) if first == "\x1b" else line]
