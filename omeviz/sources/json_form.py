"""How the JSON objects of one source are written: what stands between their values, AuditData among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from omeviz.sources.csv_layout import Layout
from omeviz.sources.json_records import Found
from omeviz.sources.json_scan import members
from omeviz.sources.line_form import BARE, MARK, Cells, LineForm

_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*", re.ASCII)

_Part = tuple[Literal["constant", "text", "number", "audit"], str, int]
"""Kind, the text of a constant, and the column of a value."""


def bare_layout() -> Layout:
    """The layout of objects that are records themselves."""
    return Layout(("AuditData",), 0, ",")


def form_of_object(text: str, found: Found) -> tuple[Layout, LineForm] | None:
    """How an object is written; None where only the careful way can do it justice.

    Args:
        text: The object.
        found: The record in it.
    """
    if found.is_row or found.repeated or not found.audit:
        return None
    if found.place is None:
        return (bare_layout(), BARE) if not found.header and found.audit == text else None
    parts = list(_parts(text, found))
    if [kind for kind, _, _ in parts].count("audit") != 1:
        return None
    place = next(index for index, (kind, _, _) in enumerate(parts) if kind == "audit")
    before, behind = parts[:place], parts[place + 1 :]
    if "\\" in "".join(constant for _, constant, _ in parts):
        return None
    is_object = not before[-1][1].endswith('"')
    names = list(found.header)
    names.insert(found.place, "AuditData")
    numbered = [(number, cell) for number, cell in enumerate(found.cells) if cell is not None]
    written = {column for _, _, column in parts if column >= 0}
    return Layout(tuple(names), found.place, ","), LineForm(
        "",
        tuple(_pieces(before) if is_object else _pieces(before)[:-1]),
        tuple(_pieces(behind) if is_object else _pieces(behind)[1:]),
        '"' if is_object else f'{MARK}"',
        is_json=True,
        is_object=is_object,
        fixed=tuple((number, cell) for number, cell in numbered if number not in written),
    )


def _parts(text: str, found: Found) -> Iterator[_Part]:
    """Constants and values of an object in turn; without AuditData where its keys are not those of the record."""
    done, column, constant = 0, 0, ""
    for number, member in enumerate(members(text)):
        value, is_audit = text[member.start : member.stop], number == found.place
        if not is_audit and (column >= len(found.header) or member.key != found.header[column]):
            return
        constant += text[done : member.start]
        done = member.stop
        if value[0] == '"':
            yield "constant", f'{constant}"', -1
            yield ("audit", "", -1) if is_audit else ("text", "", column)
            constant = '"'
        elif is_audit:
            if value[0] != "{":
                return
            yield "constant", constant, -1
            yield "audit", "", -1
            constant = ""
        elif _NUMBER.fullmatch(value):
            yield "constant", constant, -1
            yield "number", "", column
            constant = ""
        else:  # what is neither is the same in most objects
            constant += value
        column += not is_audit
    if column == len(found.header):
        yield "constant", constant + text[done:], -1


def _pieces(parts: Sequence[_Part]) -> list[str | Cells]:
    """Parts as they are written, cut at each quote."""
    pieces: list[str | Cells] = [""]
    for kind, constant, column in parts:
        last = pieces[-1]
        if kind == "constant":
            head, *rest = constant.split('"')
            if isinstance(last, str):
                pieces[-1] = last + head
            elif head:  # behind a number
                pieces[-1] = Cells(last.columns, last.head, head)
            pieces += rest
        elif kind == "text":
            pieces[-1] = Cells((column,))
        else:
            pieces[-1] = Cells((column,), last if isinstance(last, str) else "")
    return pieces
