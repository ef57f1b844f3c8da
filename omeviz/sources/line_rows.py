"""Lines of a batch that are read by themselves, the careful way, as rows: those that nothing proves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from omeviz.sources.batch import RawBatch

if TYPE_CHECKING:
    from omeviz.sources.line_batch import LineBatch


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

    def cells(self, line: str) -> list[str] | None:
        """A line's cells, AuditData's among them, if it is a record by itself, and nothing is wrong with it."""

    def rows(self, lines: LineBatch, numbers: Sequence[int]) -> LineRows:
        """The rows that begin at some lines, up to the first that cannot be told from these lines alone.

        Args:
            lines: All lines. A row may go on over others than those named.
            numbers: Some of them, ascending.
        """

    def raw(self, batch: RawBatch, row: int) -> str:
        """A sound row of a `LineRows.batch` as text."""


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Lines that are a record and nothing else.

    Attributes:
        record: The record in a text; None where there is none, or more.
    """

    record: Callable[[str], str | None]

    def cells(self, line: str) -> list[str] | None:
        """The record alone."""
        record = self.record(line)
        return None if record is None else [record]

    def rows(self, lines: LineBatch, numbers: Sequence[int]) -> LineRows:
        """Up to the first line that is something else."""
        audits: list[str] = []
        for number in numbers:
            record = self.record(lines.line(number))
            if record is None or record[:1] != "{":
                return LineRows(RawBatch((), None, False, (), audits, numbers[: len(audits)]), number)
            audits.append(record)
        return LineRows(RawBatch((), None, False, (), audits, numbers), lines.height)

    def raw(self, batch: RawBatch, row: int) -> str:
        """The record's text."""
        return batch.audit[row] or ""


def from_zero(batch: RawBatch) -> RawBatch:
    """The same rows, with lines counted from 0 instead of 1."""
    return replace(batch, lines=[line - 1 for line in batch.lines])
