"""All records of a session: decoded columns, raw texts, problems and where each came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

import polars as pl

from omeviz.copies import Copies, find_copies
from omeviz.events.columns import COLUMNS
from omeviz.events.part import FRAME_SCHEMA, EventPart, joined
from omeviz.summary import SourceSummary

__all__ = ["Copies", "Record", "SourceSummary", "Store"]

MOST_ROWS = 65_536
"""Rows up to which neighbouring parts are joined: every step of a filter costs a little for each part."""

FIRST_COPIES = 20_000
"""Records from which on copies are looked for while loading; before, the first page is more urgent."""

if TYPE_CHECKING:
    from omeviz.events.copies_record import RecordCopies
    from omeviz.events.problems import Problem, UnusableRow


@dataclass(frozen=True, slots=True)
class Record:
    """One record in plain Python, for the detail pane, for exports and for sentences.

    Attributes:
        row: Its number in the store, from 0.
        source: Where it came from.
        line: The line where it starts, or its number, from 1.
        audit_text: AuditData as in the source; None where the source has no such cell.
        wrapper: (column name, cell) in the source's order, AuditData left out.
        audit_index: Where AuditData stood among the cells of `wrapper`, or None.
        row_is_record: The wrapper cells are the record.
        fields: Column name -> value (text, or a naive UTC datetime for `time`); absent values are left out.
            `file` is the source's name. `recipient` is joined by "; ".
        recipients: Each recipient by itself.
        problem_bits: Bits of `ProblemKind`.
        raw: The text of a damaged row, else None.
        reason: What is wrong with a damaged row, else None.
        copies: The records of its event, itself among them; None where there is no other.
    """

    row: int
    source: SourceSummary
    line: int
    audit_text: str | None
    wrapper: tuple[tuple[str, str], ...]
    audit_index: int | None
    row_is_record: bool
    fields: Mapping[str, str | datetime]
    recipients: tuple[str, ...]
    problem_bits: int
    raw: str | None
    reason: str | None = None
    copies: RecordCopies | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, in words; told afresh from its texts and its copies' at every call."""
        from omeviz.events.decode import explain

        own = explain(
            self.audit_text,
            self.wrapper,
            self.problem_bits,
            self.source.dates,
            self.reason,
            row_is_record=self.row_is_record,
        )
        return own if self.copies is None else (*own, *self.copies.problems(self.problem_bits))


@dataclass(frozen=True, slots=True)
class Placed:
    """Parts and where each begins, as they were at one moment.

    Attributes:
        parts: In order.
        starts: The row number of the first record of each.
    """

    parts: tuple[EventPart, ...]
    starts: tuple[int, ...]

    def part_of(self, row: int) -> tuple[EventPart, int]:
        """The part that holds a row, and which row of that part it is."""
        index = bisect_right(self.starts, row) - 1
        return self.parts[index], row - self.starts[index]


class Store:
    """Records in the order they arrived; row numbers never change.

    A loader appends parts; readers on other threads see either the state before or after, because every
    attribute is replaced, never altered in place.

    Attributes:
        sources: What is known of each source.
        placed: The records.
        record_count: How many there are.
        unusable: The rows that are no records.
        copies: Which records are further copies of an event, as far as that was looked for: `merge_copies`.
    """

    def __init__(self) -> None:
        self.sources: tuple[SourceSummary, ...] = ()
        self.placed = Placed((), ())
        self.record_count = 0
        self.copies = Copies()
        self._version = 0
        self._merging = Lock()
        self.unusable: list[UnusableRow] = []
        self._frame: pl.DataFrame | None = None
        self._frame_rows = -1

    @property
    def parts(self) -> tuple[EventPart, ...]:
        """All parts in order; neighbours may be joined at any time."""
        return self.placed.parts

    @property
    def starts(self) -> tuple[int, ...]:
        """The first row number of each part; take `placed` where both are needed."""
        return self.placed.starts

    def add_source(self, source: SourceSummary) -> int:
        """Add a source; returns its index."""
        self.sources = (*self.sources, source)
        return len(self.sources) - 1

    def append(self, part: EventPart) -> int:
        """Add records behind the last; returns the row number of the first."""
        first = starts_at = self.record_count
        parts, starts = self.placed.parts, self.placed.starts
        if parts and parts[-1].height + part.height <= MOST_ROWS:
            both = joined(parts[-1], part)
            if both is not None:
                parts, starts, part, starts_at = parts[:-1], starts[:-1], both, starts[-1]
        self.placed = Placed((*parts, part), (*starts, starts_at))
        self.record_count = starts_at + part.height
        self._version += 1
        return first

    def replace(self, index: int, part: EventPart) -> None:
        """Put a part with the same records but other decoded values (another order of dates) in place of one."""
        parts = self.parts
        if part.height != parts[index].height:
            raise ValueError("a part can only be replaced by one of its height")
        self.placed = Placed((*parts[:index], part, *parts[index + 1 :]), self.starts)
        self._frame_rows = -1
        self._version += 1

    @property
    def unusable_count(self) -> int:
        """How many rows are no records; `unusable` may list only the first of them."""
        return max(len(self.unusable), sum(source.unusable for source in self.sources))

    @property
    def event_count(self) -> int:
        """How many events there are: the records without further copies."""
        return self.record_count - self.copies.count

    def merge_copies(self, *, final: bool = True) -> Copies:
        """Find the copies among all records; called from any thread, at any time.

        Args:
            final: Everything is there; otherwise only so many records that it is worth while are looked through.
        """
        if not final and self.record_count < max(FIRST_COPIES, 2 * self.copies.covered):
            return self.copies
        with self._merging:
            version = self._version  # before the parts: what is appended meanwhile makes it out of date
            if self.copies.version != version:
                self.copies = find_copies(self.placed.parts, version)
            return self.copies

    def compare_copies(self, should_stop: Callable[[], bool] = lambda: False) -> Copies | None:
        """Find out which of the events have copies that contradict each other; None where `should_stop` said so.

        Takes its time where many copies are written differently.
        """
        copies = self.copies
        if copies.differing is not None:
            return copies
        from omeviz.events.copies_compare import RowTexts, differing_events

        placed = self.placed
        pairs = zip(copies.suspects, copies.events_of(copies.suspects), strict=True)
        found = differing_events(RowTexts(placed.parts, placed.starts), pairs, should_stop)
        if found is None:
            return None
        compared = replace(copies, differing=pl.Series(found, dtype=pl.UInt32))
        with self._merging:
            if self.copies is copies:
                self.copies = compared
        return compared

    @property
    def frame(self) -> pl.DataFrame:
        """All records, columns as in `FRAME_SCHEMA` and `source` (UInt32: index of the source)."""
        frame, parts, count = self._frame, self.parts, self.record_count
        if frame is None or self._frame_rows != count:
            frames = [p.frame.with_columns(source=pl.lit(p.source, pl.UInt32)) for p in parts]
            if frames:
                frame = pl.concat(frames, rechunk=False)
            else:
                frame = pl.DataFrame(schema={**FRAME_SCHEMA, "source": pl.UInt32})
            self._frame, self._frame_rows = frame, count
        return frame

    def part_of(self, row: int) -> tuple[EventPart, int]:
        """The part that holds a row, and which row of that part it is."""
        return self.placed.part_of(row)

    def record(self, row: int) -> Record:
        """One record in plain Python.

        Raises:
            IndexError: There is no such row.
        """
        if not 0 <= row < self.record_count:
            raise IndexError(row)
        part, local = self.part_of(row)
        values = part.frame.row(local, named=True)
        cells = part.wrapper.row(local) if part.header else ()
        wrapper = [(name, cell) for name, cell in zip(part.header, cells, strict=True) if cell is not None]
        wrapper += [("", cell) for cell in part.extra.get(local, ())]
        fields: dict[str, str | datetime] = {c.name: values[c.name] for c in COLUMNS if values.get(c.name) is not None}
        source = self.sources[part.source]
        fields["file"] = source.name
        recipient = values["recipient"]
        copies = self._copies_of(row)
        return Record(
            row=row,
            source=source,
            line=values["line"],
            audit_text=values["audit"],
            wrapper=tuple(wrapper),
            audit_index=_place_among(cells, part.audit_index) if wrapper or not part.header else None,
            row_is_record=part.row_is_record,
            fields=fields,
            recipients=tuple(values["recipients"] or ([recipient] if recipient else [])),
            problem_bits=values["problems"] | (copies.bits if copies is not None else 0),
            raw=part.raw.get(local),
            reason=part.reasons.get(local),
            copies=copies,
        )

    def _copies_of(self, row: int) -> RecordCopies | None:
        copies = self.copies
        if not copies.count:
            return None
        rows = copies.rows_of(row)
        if rows.len() < 2:
            return None
        from omeviz.events.copies_record import RecordCopies

        return RecordCopies(rows, copies.event_of(row), copies.differing, self.placed, self.sources)


def _place_among(cells: Sequence[str | None], column: int | None) -> int | None:
    """What a column's place is where only the cells count that are there."""
    return None if column is None else sum(cell is not None for cell in cells[:column])
