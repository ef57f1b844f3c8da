"""Records that a SIEM keeps as text in a column of its own: JSON, or the line of the CSV that it read."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from omeviz.sources.csv_layout import DELIMITERS, Layout, layout_by_content
from omeviz.sources.csv_salvage import salvage
from omeviz.sources.headers import HeaderRules

PREFIX = "TextAroundRecord"
"""The column for what stood in front of JSON in its cell."""

_SAMPLE_ROWS = 256
_MOST_KEYS = 8
_MARGIN = "\ufeff \t\r\n"
_SAMPLE_TEXT = 1 << 16
_KEY = re.compile(r'"{1,2}([\w.@]{1,64})"{1,2}\s*:')
_WRAPPING = frozenset({"auditdata", "raweventdata", "original"})
_MAY_WRAP = re.compile(r'"(?:auditdata|raweventdata|original)"\s*:\s*', re.IGNORECASE)
_SCAN = json.JSONDecoder(strict=False).raw_decode


@dataclass(frozen=True, slots=True)
class Inside:
    """A record that was found in a cell.

    Attributes:
        audit: AuditData's text.
        names: Columns of the wrapper that stood around it in the cell.
        cells: What stood in them.
    """

    audit: str
    names: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def settled(layout: Layout, lines: Sequence[str], rules: HeaderRules) -> Layout:
    """The layout with the column that holds the records, as its first lines show; without one where none does."""
    if layout.audit is not None or not layout.candidates:
        return layout
    hits: Counter[int] = Counter()
    as_lines: Counter[int] = Counter()
    for row in _rows(lines, layout):
        for place in layout.candidates:
            text = row[place] if place < len(row) else ""
            if text and shows_record(text, rules):
                hits[place] += 1
                as_lines[place] += text.lstrip(_MARGIN)[:1] != "{"
    if not hits:
        return layout
    best = max(layout.candidates, key=lambda place: hits[place])  # the likelier name where they are equal
    holds_lines = as_lines[best] * 2 > hits[best]
    others = tuple(place for place in layout.candidates if place != best)
    return replace(layout, audit=best, row_is_record=False, candidates=others, embedded=True, holds_lines=holds_lines)


def _rows(lines: Sequence[str], layout: Layout) -> Iterator[list[str]]:
    """The first rows, as far as they can be parsed."""
    with suppress(csv.Error):
        yield from islice(csv.reader(lines, delimiter=layout.delimiter), _SAMPLE_ROWS)


def shows_record(text: str, rules: HeaderRules) -> bool:
    """Whether a text holds an object with keys of an audit record, be it cut."""
    start = text.find("{")
    if start < 0:
        return False
    keys = [match[1] for match in _KEY.finditer(text, start, start + _SAMPLE_TEXT)]
    if not rules.looks_like_header(keys):
        return False
    return not text[:start].strip(_MARGIN) or record_in(text) is not None


def look_inside(cells: list[str | None], layout: Layout, rules: HeaderRules) -> tuple[int, Inside] | None:
    """Where a row's record stands, and what it is, if that is not AuditData's own cell as it is.

    Args:
        cells: A row's cells, as many as the layout has names.
        layout: The columns in force.
        rules: What keys mean.
    """
    audit = None if layout.audit is None else cells[layout.audit]
    if audit and not audit.isspace():
        if not layout.embedded or layout.audit is None:
            return None
        inside = record_in(audit)
        return None if inside is None or inside.audit == audit else (layout.audit, inside)
    for place in layout.candidates:
        text = cells[place]
        if text and shows_record(text, rules):
            inside = record_in(text)
            if inside is not None:
                return place, inside
    return None


def columns_inside(
    found: Mapping[int, Inside], header: Sequence[str], columns: Sequence[Sequence[str | None]], height: int
) -> tuple[list[str], list[list[str | None]]]:
    """The columns that stood around records inside cells, but for cells that the row has under the same name.

    Args:
        found: Row -> what was found in it.
        header: The batch's own columns.
        columns: Their cells.
        height: How many rows the batch has.
    """
    own = {name.strip().lower(): column for name, column in zip(header, columns, strict=False)}
    more: dict[str, list[str | None]] = {}
    for row, inside in found.items():
        for name, cell in zip(inside.names, inside.cells, strict=False):
            known = own.get(name.lower())
            if known is None or known[row] != cell:
                if name not in more:
                    more[name] = [None] * height
                more[name][row] = cell
    return list(more), list(more.values())


def record_in(text: str) -> Inside | None:
    """The record in a cell's text, or None where there is no sign of one.

    JSON comes as it is, also where it is cut; of JSON that is a wrapper itself, the AuditData in it. A line of a CSV
    is taken apart by position, AuditData by content; in front of JSON there may be other text, as syslog writes it.
    """
    start = text.find("{")
    if start < 0:
        return None
    if not text[:start].strip(_MARGIN):
        return _unwrapped(text)
    return _of_line(text, start) or _behind_prefix(text, start)


def _unwrapped(text: str) -> Inside:
    """JSON as it is, or the record in it that a key holds which wrappers have."""
    if _MAY_WRAP.search(text) is None:
        return Inside(text)
    try:
        outer = json.loads(text.strip(_MARGIN), strict=False)
        # A record that happens to have such a key is a record.
        if not isinstance(outer, dict) or any(key.lower() == "creationtime" for key in outer):
            return Inside(text)
        for key, value in outer.items():
            inner = value if isinstance(value, dict) and key.lower() not in _WRAPPING else outer
            for name in inner if inner is not outer else (key,):
                audit = _record_text(inner[name], text) if name.lower() in _WRAPPING else None
                if audit is not None:
                    rest = {**outer, **inner}
                    for taken in {key, name}:
                        rest.pop(taken, None)
                    return Inside(audit, tuple(rest), tuple(map(_cell, rest.values())))
    except (ValueError, RecursionError):
        pass
    return Inside(text)


def _record_text(value: object, text: str) -> str | None:
    """A record held by a key, as its text or as an object, of which the source's own text is taken."""
    if isinstance(value, str):
        return value if value.lstrip()[:1] == "{" else None
    if not isinstance(value, dict):
        return None
    for match in islice(_MAY_WRAP.finditer(text), _MOST_KEYS):
        if text[match.end() : match.end() + 1] == "{":
            found, end = _SCAN(text, match.end())
            if found == value:
                return text[match.end() : end]
    return json.dumps(value, ensure_ascii=False)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _of_line(text: str, start: int) -> Inside | None:
    """The record of a CSV line whose AuditData begins at `start`."""
    sign = text[:start].removesuffix('"')[-1:]
    line = text.strip("\ufeff\r\n")
    layout = layout_by_content(line, sign) if sign in DELIMITERS else None
    if layout is None or layout.audit is None:
        return None
    try:
        cells = next(csv.reader([line], delimiter=sign, strict=True), [])
    except csv.Error:
        cells = []
    if len(cells) != len(layout.names) or cells[layout.audit][:1] != "{":
        cells = salvage(line, layout).cells
    if len(cells) <= layout.audit:
        return None
    audit = cells.pop(layout.audit)
    return Inside(audit, layout.wrapper_names[: len(cells)], tuple(cells[: len(layout.wrapper_names)]))


def _behind_prefix(text: str, start: int) -> Inside | None:
    """Whole JSON with other text in front of it, which is kept as a column of its own."""
    end = text.rfind("}") + 1
    try:
        whole = isinstance(json.loads(text[start:end], strict=False), dict)
    except (ValueError, RecursionError):
        return None
    if not whole:
        return None
    inside = _unwrapped(text[start:end])
    around = f"{text[:start].strip()} {text[end:].strip()}".strip()
    return Inside(inside.audit, (*inside.names, PREFIX), (*inside.cells, around))
