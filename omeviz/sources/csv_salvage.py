"""What can be saved of a CSV record whose quoting is broken, or that was written without quotes."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass

from omeviz.sources.csv_layout import Layout, split_line

_SCAN = json.JSONDecoder(strict=False).raw_decode


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The cells of a damaged record.

    Attributes:
        cells: In the header's order, as many as could be told.
        unquoted: Nothing is wrong: the record was written without quotes (`-UseQuotes Never`), and everything fits.
    """

    cells: list[str]
    unquoted: bool


def salvage(text: str, layout: Layout) -> Salvaged:
    """Take a record apart that strict CSV refuses.

    AuditData runs from the first `{` to its balanced `}`, or to the last `}` where it does not balance; what
    stands before and behind it is split by itself.

    Args:
        text: The record's lines, without the last line end.
        layout: What the file looks like.
    """
    if layout.audit is not None and not layout.holds_lines:
        start = text.find("{")
        if start >= 0:
            return _around_audit(text, start, layout)
    return Salvaged(_first_cells(text, layout), unquoted=False)


def may_hold_audit(cells: Sequence[str], layout: Layout) -> bool:
    """Whether AuditData is where it should be, or nowhere else."""
    audit = layout.audit
    if audit is None or not any(cell[:1] == "{" for cell in cells):
        return True
    return len(cells) > audit and cells[audit][:1] == "{"


def _around_audit(text: str, start: int, layout: Layout) -> Salvaged:
    sign = layout.delimiter
    before_text = text[:start].removesuffix('"')
    before = _split(before_text.removesuffix(sign), sign) if before_text else []
    doubled = text.startswith('{""', start)
    end, whole = _json_end(text, start, doubled=doubled)
    audit = text[start:end]
    if doubled:
        audit = audit.replace('""', '"')
    rest = text[end:]
    behind = rest.removeprefix('"')
    after = _split(behind.removeprefix(sign), sign) if behind else []
    assert layout.audit is not None  # noqa: S101  # the caller looked
    fits = len(before) == layout.audit and len(before) + 1 + len(after) == len(layout.names)
    if not fits:
        before = (before + [""] * layout.audit)[: layout.audit]
        after = after[-(len(layout.names) - layout.audit - 1) :] if len(layout.names) > layout.audit + 1 else []
    return Salvaged([*before, audit, *after], unquoted=fits and whole and not doubled and rest[:1] in ("", sign))


def _json_end(text: str, start: int, *, doubled: bool) -> tuple[int, bool]:
    """Where the JSON object that begins at `start` ends (exclusive), and whether it balances."""
    if not doubled:
        try:
            return _SCAN(text, start)[1], True
        except (ValueError, RecursionError):
            pass
    last = text.rfind("}")
    return (last + 1 if last > start else len(text)), False


def _split(text: str, sign: str) -> list[str]:
    return split_line(text, sign)


def _first_cells(text: str, layout: Layout) -> list[str]:
    """The cells of a record without JSON, tolerantly."""
    try:
        rows: Sequence[list[str]] = list(csv.reader(text.splitlines(keepends=True), delimiter=layout.delimiter))
    except csv.Error:
        rows = []
    return rows[0] if rows else split_line(text, layout.delimiter)
