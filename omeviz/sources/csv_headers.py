"""Headers of a CSV that are not where or what they should be: again in the middle, in a cell, damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omeviz.sources.csv_layout import Layout, header_in, is_header_of, is_usual, layout_by_rows, split_line
from omeviz.sources.headers import HeaderRules

_ROWS_ASKED = 16

ROWS_BELOW = 4
"""Lines that tell whether a header in the middle is one."""


def fitting(layout: Layout, below: Sequence[str], rules: HeaderRules) -> Layout:
    """The layout of a header, or another one where no row fits it but all fit what their own content tells.

    Args:
        layout: As the header tells it.
        below: The next lines.
        rules: What column names mean.
    """
    rows = [line for line in below if "{" in line and "}" in line][:_ROWS_ASKED]
    told = layout_by_rows(rows, layout.delimiter)
    if told is None or not is_usual(told) or rules.embedding(layout.names):
        return layout
    fits = not any(_fits(line, layout) for line in rows) and all(_fits(line, told) for line in rows)
    return told if fits else layout


def header_again(
    line: str, layout: Layout, delimiter: str | None, rules: HeaderRules, below: Callable[[], list[str]]
) -> Layout | None:
    """The layout for a line that is a header: the one in force, or another that holds names only; None: it is none.

    A record that happens to say `AuditData` somewhere is none. The tests that most records fail come first.

    Args:
        line: The line.
        layout: The one in force.
        delimiter: What the user said, or None to guess.
        rules: What column names mean.
        below: Gives the next lines.
    """
    if is_header_of(line, layout):
        return layout
    if "{" in line or not rules.may_be_header(line):
        return None
    found = header_in(line, delimiter, rules)
    if found is None or rules.known_names(found.names) * 2 < len(found.names):
        return None
    if found.names == layout.names and found.delimiter == layout.delimiter:
        return layout
    return None if line.count('"') % 2 or _still_fits(layout, found, below()[:ROWS_BELOW]) else found


def _still_fits(layout: Layout, found: Layout, below: Sequence[str]) -> bool:
    """Whether the rows below a header are still those of the layout before it, so that the header is damaged."""
    if layout.audit is None or not any(_fits(line, layout) for line in below):
        return False
    return found.audit is None or not any(_fits(line, found) for line in below)


def is_broken_header(line: str, layout: Layout, rules: HeaderRules) -> bool:
    """Whether a line is a header with something wrong in it."""
    if "{" in line:
        return False
    names = [name.strip(' "') for name in split_line(line, layout.delimiter)]
    return len(names) > 1 and rules.known_names(names) * 2 >= len(names)


def holds_header(cells: Sequence[str], layout: Layout, rules: HeaderRules) -> bool:
    """Whether the line of the original CSV that a row keeps is its header."""
    if not layout.embedded or layout.audit is None or len(cells) != len(layout.names):
        return False
    line = cells[layout.audit]
    if "{" in line or not rules.may_be_header(line):
        return False
    found = header_in(line, None, rules)
    return found is not None and rules.known_names(found.names) == len(found.names)


def _fits(line: str, layout: Layout) -> bool:
    """Whether a line is a row of this layout by itself: as many cells, or AuditData where it should be."""
    cells = split_line(line, layout.delimiter)
    audit = layout.audit
    if audit is not None and len(cells) > audit and cells[audit][:1] == "{":
        return True
    return len(cells) == len(layout.names) and audit is None
