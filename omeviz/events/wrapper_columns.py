"""The wrapper's cells beside the values of plain records, column by column: they fill what is missing, and agree.

Where they do not agree, that is noted; where that is not so simple, the row needs a closer look (`CarefulDecoder`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omeviz.events.problems import ProblemKind
from omeviz.events.wrapper import repeats, single
from omeviz.events.wrapper_plan import SLOTS, WrapperPlan

TIME, OPERATION, RECIPIENT, USER, SUBJECT, TYPE, ID = (
    SLOTS.index(name) for name in ("time", "operation", "recipient", "user", "subject", "type", "id")
)
_CHECKED = frozenset({OPERATION, USER, ID})
"""What a wrapper repeats; disagreement is a problem."""

_DISAGREEMENT = int(ProblemKind.DISAGREEMENT)
_PARSED = frozenset({RECIPIENT, SUBJECT})
"""What would have to be taken apart."""


class WrapperColumns:
    """The cells of some rows.

    Args:
        plan: What the columns mean.
        columns: All columns of the wrapper.
        rows: Which rows of them.
    """

    def __init__(self, plan: WrapperPlan, columns: Sequence[list[str | None]], rows: Sequence[int]) -> None:
        self._plan = plan
        self._columns = columns
        self._rows = rows

    def column(self, position: int) -> list[str | None]:
        """The rows' cells in one column."""
        column = self._columns[position]
        return column if len(column) == len(self._rows) else [column[row] for row in self._rows]

    def said(self, slot: int, row: int) -> str | None:
        """The wrapper's value for a slot in one of the rows; blank cells are None."""
        positions, row = self._plan.positions[slot], self._rows[row]
        if len(positions) != 1:
            return self._plan.values([column[row] for column in self._columns])[slot]
        return _said_in(self._columns[positions[0]][row])

    def fill(self, values: Sequence[list[Any]], odd: set[int], bits: list[int]) -> None:
        """Fill empty values but those of time, and compare the others.

        Args:
            values: A column for each slot.
            odd: Gets the rows that need a closer look.
            bits: Gets what is wrong with a row.
        """
        weak = self._plan.weak
        for slot, positions in self._plan.filled:
            mine = values[slot]
            if slot in _CHECKED and slot not in weak:
                self._compare(slot, mine, self._differing(mine, positions), odd, bits)
            elif slot != TIME and not all(mine):
                for row, value in enumerate(mine):
                    if value is None or value == "":
                        said = self.said(slot, row)
                        if said is None:
                            continue
                        if slot in _PARSED or slot == TYPE:
                            odd.add(row)
                        else:
                            mine[row] = said

    def _differing(self, mine: Sequence[Any], positions: Sequence[int]) -> Sequence[int]:
        """The rows whose value is not plainly the wrapper's, letter for letter."""
        if len(positions) != 1:
            return range(len(mine))
        cells = self.column(positions[0])
        if mine == cells and "\n" not in "".join(filter(None, mine)):
            return ()
        return [row for row, cell in enumerate(cells) if cell != mine[row] or (cell and "\n" in cell)]

    def _compare(self, slot: int, mine: list[Any], rows: Sequence[int], odd: set[int], bits: list[int]) -> None:
        several = slot == USER and len(self._plan.positions[slot]) > 1  # one of them may say who by a number
        for row in rows:
            value, said = mine[row], self.said(slot, row)
            if said is None or said == value:
                continue
            if not value:
                mine[row] = said
            elif not repeats(said, value):
                if several:
                    odd.add(row)
                else:
                    bits[row] |= _DISAGREEMENT

    def pairs(self, slot: int, mine: Sequence[Any]) -> list[tuple[Any, str | None]]:
        """Each row's value, and the wrapper's for the same slot."""
        positions = self._plan.positions[slot]
        if len(positions) == 1:
            cells = self.column(positions[0])
            known = {cell: _said_in(cell) for cell in set(cells)}
            return list(zip(mine, map(known.__getitem__, cells), strict=True))
        return [(value, self.said(slot, row)) for row, value in enumerate(mine)]


def _said_in(cell: str | None) -> str | None:
    if not cell or cell.isspace():
        return None
    return cell if "\n" not in cell else single(cell)
