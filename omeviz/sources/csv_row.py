"""One record of a CSV, sound or damaged, as its reader found it."""

from __future__ import annotations

from dataclasses import dataclass

from omeviz.sources.csv_layout import Layout


@dataclass(frozen=True, slots=True)
class Row:
    """One CSV record.

    Attributes:
        layout: The columns in force.
        cells: As many as were found; a sound row has as many as the layout has names.
        line: Where it starts, from 1.
        height: How many lines it takes.
        damage: What is wrong with it, or None.
        raw: The text of a damaged row.
        encoding: The damage is in its bytes, not its quoting.
    """

    layout: Layout
    cells: list[str]
    line: int
    height: int = 1
    damage: str | None = None
    raw: str | None = None
    encoding: bool = False
