"""The copies of one event, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from omeviz.events.copies_compare import RowTexts
from omeviz.events.copies_differences import Difference, differ, differences, in_words
from omeviz.events.problems import Problem, ProblemKind

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart
    from omeviz.summary import SourceSummary

MOST_COMPARED = 100
"""Copies compared for one event's differences in words."""
MOST_SEARCHED = 10_000
"""Copies behind those among which one that differs is looked for."""


class Parts(Protocol):
    """A store's parts at one moment."""

    @property
    def parts(self) -> tuple[EventPart, ...]:
        """In order."""

    @property
    def starts(self) -> tuple[int, ...]:
        """The row number of the first record of each."""

    def part_of(self, row: int) -> tuple[EventPart, int]:
        """The part that holds a row, and which row of that part it is."""


@dataclass(frozen=True, eq=False)
class RecordCopies:
    """The records of one event.

    Attributes:
        rows: Their row numbers in the store, in source order.
        shown: Which of them is shown.
        differing: The shown rows of events whose copies contradict each other; None: not known yet.
        placed: Where the records are.
        sources: The sources of the session.
    """

    rows: pl.Series
    shown: int
    differing: pl.Series | None
    placed: Parts
    sources: Sequence[SourceSummary]

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.rows.len()

    @property
    def bits(self) -> int:
        """`COPIES_DIFFER` where they are known to differ, else 0."""
        known = self.differing is not None and self.shown in self.differing
        return int(ProblemKind.COPIES_DIFFER) if known else 0

    def place(self, row: int) -> tuple[str, str]:
        """(the source's name, where in it: `line 5`) of a record."""
        part, local = self.placed.part_of(row)
        source = self.sources[part.source]
        return source.name, source.place(int(part.frame.get_column("line")[local]))

    def place_text(self, row: int) -> str:
        """Where a record stands: `a.csv line 5`."""
        return " ".join(self.place(row))

    def places_text(self, most: int = 8) -> str:
        """Where the event was seen: `a.csv line 5, b.csv line 9 and 3 more`."""
        said = ", ".join(self.place_text(row) for row in self.rows.head(most))
        return said if self.count <= most else f"{said} and {self.count - most:,} more"

    @cached_property
    def _texts(self) -> RowTexts:
        return RowTexts(self.placed.parts, self.placed.starts)

    def differences(self, *others: int) -> list[Difference]:
        """In which fields copies differ from the shown one; without any named, the first of them all."""
        rows = others or tuple(row for row in self.rows.head(MOST_COMPARED) if row != self.shown)
        return differences([self._texts.told(row, self.place_text(row)) for row in (self.shown, *rows)])

    def _first_difference(self) -> list[Difference]:
        """In which fields the first copy that differs does so, far down a long list."""
        shown = self._texts.told(self.shown)
        for row in self.rows.slice(MOST_COMPARED, MOST_SEARCHED):
            if differ(shown, self._texts.told(row)):
                return self.differences(row)
        return []

    def problems(self, bits: int) -> tuple[Problem, ...]:
        """That they differ, and in what, where `bits` say so."""
        if not bits & ProblemKind.COPIES_DIFFER:
            return ()
        words = in_words(self.differences() or self._first_difference())
        detail = f"the copies of this event differ: {words}" if words else "the copies of this event differ"
        return (Problem(ProblemKind.COPIES_DIFFER, detail),)
