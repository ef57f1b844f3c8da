"""Records as JSON texts, one each: what JSON Lines and the JSON array have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from omeviz.events.problems import TITLES, UNUSABLE_AUDIT, ProblemKind
from omeviz.export.audit_json import on_one_line
from omeviz.export.cells import texts
from omeviz.export.slices import Slice, WrapperCells, wrapper_cells
from omeviz.guard import AUDIT_HEADING, CSV_HEADINGS

PROBLEM_KEY = "omevizProblem"
"""The key that says why a record's AuditData is a text."""

_REFUSED = "AuditData is JSON that some parsers refuse"


def columns_read(columns: tuple[str, ...] | None) -> tuple[str, ...]:
    """AuditData, or the chosen columns; and what is wrong with them."""
    return ("audit", "problems") if columns is None else (*columns, "problems")


def json_texts(piece: Slice, columns: tuple[str, ...] | None) -> list[str]:
    """One JSON object in one line for each record of a slice.

    Args:
        piece: The slice, with the columns of `columns_read`.
        columns: None: AuditData itself. Else objects of these columns under the headings of a CSV export, with
            texts as values, null where absent, and AuditData as a text.
    """
    if columns is None:
        return _audit_texts(piece)
    frame = texts(piece, columns)
    headings = [CSV_HEADINGS[name] for name in columns]
    return [_dumps(zip(headings, row, strict=True)) for row in frame.iter_rows()]


def _audit_texts(piece: Slice) -> list[str]:
    lines: list[str] = []
    unusable: list[int] = []
    reasons: list[int] = []
    frame = piece.frame
    for position, (audit, problems) in enumerate(
        zip(frame["audit"].to_list(), frame["problems"].to_list(), strict=True)
    ):
        line = on_one_line(audit) if audit and not problems & UNUSABLE_AUDIT.value else None
        if line is None:
            unusable.append(position)
            reasons.append(problems & UNUSABLE_AUDIT.value)
        lines.append(line or "")
    audits = frame["audit"].gather(unusable).to_list()
    for position, reason, audit, wrapper in zip(unusable, reasons, audits, wrapper_cells(piece, unusable), strict=True):
        lines[position] = _stand_in(audit, wrapper, reason)
    return lines


def _stand_in(audit: str | None, wrapper: WrapperCells, reason: int) -> str:
    """The object for a record without usable AuditData."""
    if wrapper.row_is_record:
        return _dumps(_named(wrapper, taken=()))
    why = "; ".join(title for kind, title in TITLES.items() if kind & ProblemKind(reason)) or _REFUSED
    fields = _named(wrapper, taken=(AUDIT_HEADING, PROBLEM_KEY))
    return _dumps([(AUDIT_HEADING, audit or ""), *fields, (PROBLEM_KEY, why)])


def _named(wrapper: WrapperCells, taken: Sequence[str]) -> list[tuple[str, str]]:
    """A wrapper's cells under names that occur once.

    A name that is taken gets a number behind it (`Operation (2)`), a cell without a name its place among the
    wrapper's cells (`column 14`).
    """
    used = set(taken)
    named: list[tuple[str, str]] = []
    for place, (name, cell) in enumerate(zip(wrapper.names, wrapper.cells, strict=True), 1):
        if cell is None:
            continue
        key = wanted = name or f"column {place}"
        number = 2
        while key in used:
            key = f"{wanted} ({number})"
            number += 1
        used.add(key)
        named.append((key, cell))
    return named


def _dumps(pairs: Iterable[tuple[str, str | None]]) -> str:
    return json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":"))
