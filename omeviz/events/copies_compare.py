"""Which events have copies that contradict each other, looked up in the texts of a store's parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from omeviz.events.copies_differences import Told, differ

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart

_STEP = 256
"""Comparisons between two questions whether to stop."""


class RowTexts:
    """What single records say.

    Args:
        parts: A store's parts.
        starts: The row number of the first record of each.
    """

    def __init__(self, parts: Sequence[EventPart], starts: Sequence[int]) -> None:
        self._parts = parts
        self._starts = starts
        self._audits: dict[int, pl.Series] = {}

    def told(self, row: int, place: str = "") -> Told:
        """What a record says; `place` is where it stands, in words."""
        index = bisect_right(self._starts, row) - 1
        part, local = self._parts[index], row - self._starts[index]
        if index not in self._audits:
            self._audits[index] = part.frame.get_column("audit")
        cells = None
        if part.row_is_record:
            named = zip(part.header, part.wrapper.row(local), strict=True) if part.header else ()
            cells = tuple((name, cell) for name, cell in named if cell is not None)
        return Told(place, self._audits[index][local], cells)


def differing_events(
    texts: RowTexts, pairs: Iterable[tuple[int, int]], should_stop: Callable[[], bool]
) -> list[int] | None:
    """The events of which a copy contradicts the shown one, ascending; None where `should_stop` said so.

    Args:
        texts: Where the records are.
        pairs: (the copy's row, the shown row) of all copies whose text is not that of the shown one.
        should_stop: Asked between steps.
    """
    found: set[int] = set()
    for number, (row, event) in enumerate(pairs):
        if number % _STEP == 0 and should_stop():
            return None
        if event not in found and differ(texts.told(event), texts.told(row)):
            found.add(event)
    return sorted(found)
