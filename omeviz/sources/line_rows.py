"""Lines of a batch that are read by themselves, the careful way, as rows: those that nothing proves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from omeviz.sources.batch import RawBatch
from omeviz.sources.csv_layout import Layout
from omeviz.sources.json_records import Found

if TYPE_CHECKING:
    from omeviz.sources.line_batch import Written


@dataclass(frozen=True, slots=True)
class LineRows:
    """Rows that were read by themselves.

    Attributes:
        batch: The rows; their lines count from 0 at the first line of all.
        height: How many lines were told; the one behind them needs the reader of the whole source.
        beyond: Lines that belong to a row that begins above them, ascending.
        blank: How many of the lines are blank.
    """

    batch: RawBatch
    height: int
    beyond: Sequence[int] = ()
    blank: int = 0


class RowReader(Protocol):
    """Reads single lines of a batch as the reader of the whole source would where a row begins at each."""

    def cells(self, line: str) -> Sequence[str | None] | None:
        """A line's cells, AuditData's among them, if it is a record by itself, and nothing is wrong with it."""

    def rows(self, lines: Written, numbers: Sequence[int]) -> LineRows:
        """The rows that begin at some lines, up to the first that cannot be told from these lines alone.

        Args:
            lines: All lines. A row may go on over others than those named.
            numbers: Some of them, ascending.
        """

    def raw(self, batch: RawBatch, row: int) -> str:
        """A sound row of a `LineRows.batch` as text."""

    def elsewhere(self) -> RowReader | None:
        """One that does the same and can be sent to another process; None: there is none."""


@dataclass(frozen=True, slots=True)
class ObjectReader:
    """Lines that are JSON objects with a record.

    Attributes:
        find: The record in a text that is one object; None where there is none, or more.
        layout: The objects' keys.
    """

    find: Callable[[str], Found | None]
    layout: Layout

    def _found(self, line: str) -> Found | None:
        found, layout = self.find(line), self.layout
        if found is None or found.is_row or found.header != layout.wrapper_names or (found.audit or "")[:1] != "{":
            return None
        return found if found.place == (layout.audit if found.header else None) else None

    def cells(self, line: str) -> list[str | None] | None:
        """The object's values in order."""
        found = self._found(line)
        if found is None:
            return None
        cells = list(found.cells)
        cells.insert(found.place or 0, found.audit)
        return cells

    def rows(self, lines: Written, numbers: Sequence[int]) -> LineRows:
        """Up to the first line that is something else."""
        several: list[Sequence[str | None]] = []
        audits: list[str | None] = []
        height = lines.height
        for number in numbers:
            found = self._found(lines.line(number))
            if found is None:
                height = number
                break
            several.append(found.cells)
            audits.append(found.audit)
        header = self.layout.wrapper_names
        columns: list[Sequence[str | None]] = list(zip(*several, strict=True)) if several else [() for _ in header]
        place = self.layout.audit if header else None
        return LineRows(RawBatch(header, place, False, columns, audits, numbers[: len(audits)]), height)

    def raw(self, batch: RawBatch, row: int) -> str:
        """As JSON again."""
        return text_of_object(batch, row)

    def elsewhere(self) -> None:
        """What finds the record belongs to the reader of the source."""


def text_of_object(batch: RawBatch, row: int) -> str:
    """A row as a JSON object: what is null is left out."""
    pairs = [(name, column[row]) for name, column in zip(batch.header, batch.cells, strict=True)]
    if batch.audit_index is not None:
        pairs.insert(batch.audit_index, ("AuditData", batch.audit[row]))
    elif not pairs:
        return batch.audit[row] or ""
    return json.dumps({name: cell for name, cell in pairs if cell is not None}, ensure_ascii=False)


def from_zero(batch: RawBatch) -> RawBatch:
    """The same rows, with lines counted from 0 instead of 1."""
    return replace(batch, lines=[line - 1 for line in batch.lines])
