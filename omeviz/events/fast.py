"""The fast path: whole batches of lines at once, where the result is provably the careful path's.

Lines that are proven and plain become columns by Polars. Every other line goes the careful way by itself, up to
the first that is no whole record of one line: from there on the careful reader must go on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from omeviz.events.careful import SLOTS, CarefulDecoder, Decoded, WrapperPlan
from omeviz.events.decode import DecodedBatch, decode
from omeviz.events.part import EventPart
from omeviz.events.plain import CHECKED, PlainReader, PlainRows
from omeviz.events.proof import nothing_proven, possible_rows, proven_rows
from omeviz.events.shapes import Shape, shape_of, specialised
from omeviz.events.times import Order
from omeviz.sources.batch import RawBatch
from omeviz.sources.line_batch import Flags, LineBatch

MAX_SHAPES = 24
"""Shapes known at once; what fits none of them goes the careful way."""

_MOST_REFUSALS = 200
_ENOUGH = 12
"""Samples of a shape from which on what never varied in them is taken for constant."""

_TIME = SLOTS.index("time")
_DIGIT = re.compile("[0-9]")


@dataclass(slots=True)
class ShapeBook:
    """What is known of a source's records. Shared by workers: entries are only ever added.

    Attributes:
        shapes: Shapes of AuditData.
        formats: How the wrapper writes its times.
        quote: How a quote of AuditData is written in a line.
    """

    shapes: tuple[Shape, ...] = ()
    formats: tuple[str, ...] = ()
    quote: str = '""'
    _refused: int = 0

    def learn(self, audit: str, cell: str | None, decoded: Decoded, reader: PlainReader) -> Shape | None:
        """Learn from a record that went the careful way; returns its shape where it has a useful one.

        Args:
            audit: Its AuditData text.
            cell: The wrapper's time, or None where there is no such column.
            decoded: What the careful path made of it.
            reader: Knows the formats of times.
        """
        if decoded.bits or not decoded.is_record or self._refused > _MOST_REFUSALS:
            return None
        if cell is not None:
            pattern = reader.time_format(cell, decoded.values[_TIME])
            if pattern is None:
                self._refused += 1
                return None
            if pattern not in self.formats:
                self.formats = (*self.formats, pattern)
        if len(self.shapes) >= MAX_SHAPES:
            return None
        shape = shape_of(audit, self.quote)
        if shape is None:
            self._refused += 1
        elif shape not in self.shapes:
            self.shapes = (*self.shapes, shape)
        return shape

    def specialise(self, samples: Mapping[Shape, Sequence[tuple[str, Sequence[str | None]]]]) -> None:
        """Put shapes in which less varies in place of those that have enough samples: (AuditData, wrapper cells).

        Where a value does vary later, the general shape is learned again.
        """
        for shape, records in samples.items():
            if len(records) >= _ENOUGH and shape in self.shapes:
                special = specialised(shape, [audit for audit, _ in records], [cells for _, cells in records])
                self.shapes = tuple(special if known == shape else known for known in self.shapes)


@dataclass(slots=True)
class FastPart:
    """The events of a batch of lines, as far as the lines are single records.

    Attributes:
        part: The events of the first `height` lines; their numbers, and those of `unusable`, count from 0.
        complete: All lines were taken.
        height: How many lines were taken; the line behind them is no record by itself (or the batch has ended).
        votes: Order of day and month -> how many rows speak for it.
        ambiguous: The first wrapper time that can be read in two orders, or None.
        year_first: A wrapper time begins with the year.
        careful_rows: How many lines went the careful way.
        unusable: (line, its text) of rows that are no record.
    """

    part: EventPart
    height: int
    complete: bool
    votes: dict[Order, int] = field(default_factory=dict)
    ambiguous: str | None = None
    year_first: bool = False
    careful_rows: int = 0
    unusable: list[tuple[int, str]] = field(default_factory=list)

    def at_line(self, number: int) -> FastPart:
        """The same, once the number of its first line is known."""
        part = replace(self.part, frame=self.part.frame.with_columns(pl.col("line") + number))
        return replace(self, part=part, unusable=[(line + number, text) for line, text in self.unusable])


class FastDecoder:
    """Decodes batches of lines under one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
        book: What is known of the source's records; grows.
    """

    def __init__(self, plan: WrapperPlan, dates: Order, book: ShapeBook) -> None:
        self._plan = plan
        self._dates = dates
        self._book = book
        self._reader = PlainReader(plan, dates)
        self._twins = {self._reader.position[slot][0]: slot for slot in CHECKED if slot in self._reader.position}

    def learn(self, batch: RawBatch, limit: int = 256) -> None:
        """Learn from rows that went the careful way."""
        decoder = CarefulDecoder(self._plan, self._dates)
        samples: dict[Shape, list[tuple[str, list[str | None]]]] = {}
        written: set[str] = set()  # how the times looked so far
        for row in range(min(batch.height, limit)):
            audit = batch.audit[row]
            if audit is not None and row not in batch.damage:
                cells = [column[row] for column in batch.cells]
                looks = _DIGIT.sub("0", self._time_cell(cells) or "")
                shape = next((shape for shape in samples if shape.fits(audit)), None) if looks in written else None
                if shape is None:
                    shape = self._learn_from(audit, cells, decoder)
                if shape is not None:
                    written.add(looks)
                    samples.setdefault(shape, []).append((audit, cells))
        self._book.specialise(samples)
        self._reader.learn([column[:limit] for column in batch.cells])

    def _time_cell(self, cells: Sequence[str | None]) -> str | None:
        """The wrapper's time; None where there is no such column."""
        positions = self._reader.position.get("time")
        return cells[positions[0]] or "" if positions else None

    def _learn_from(self, audit: str, cells: Sequence[str | None], decoder: CarefulDecoder) -> Shape | None:
        return self._book.learn(audit, self._time_cell(cells), decoder.decode(audit, cells), self._reader)

    def decode(self, batch: LineBatch, source: int) -> FastPart:
        """Decode the lines of a batch up to the first that is no single, whole record."""
        left = possible_rows(batch)
        found: list[pl.DataFrame] = []
        known: tuple[Shape, ...] = ()
        while self._reader.possible:
            fresh = tuple(shape for shape in self._book.shapes if shape not in known)
            if fresh:
                known += fresh
                rows = proven_rows(batch, fresh, left, self._twins)
                found += [rows] if rows.height else []
            if not left.any():
                break
            self._learn(batch, left)
            if set(self._book.shapes) <= set(known):
                break
        proven = found[0] if len(found) == 1 else pl.concat([nothing_proven(batch.layout), *found]).sort("row")
        plain = self._reader.read(proven, self._book.formats)
        return self._assemble(batch, source, plain)

    def _learn(self, batch: LineBatch, left: Flags) -> None:
        """Learn from the first of the lines that no shape fits."""
        decoder = CarefulDecoder(self._plan, self._dates)
        for row in np.flatnonzero(left)[:3].tolist():
            cells = batch.cells_of(batch.line(row))
            if cells is not None and batch.layout.audit is not None:
                audit = cells.pop(batch.layout.audit)
                self._learn_from(audit, cells, decoder)

    def _assemble(self, batch: LineBatch, source: int, plain: PlainRows) -> FastPart:
        """Fast and careful rows in the order of the lines, up to the first line that is no record by itself."""
        total = batch.height
        frame, cells, height = plain.frame, plain.cells, total
        careful_rows, unusable = 0, list[tuple[int, str]]()
        unproven = pl.Series(dtype=pl.UInt32)
        careful: DecodedBatch | None = None
        if frame.height < total:
            rest = np.ones(total, np.bool_)
            rest[frame["line"].to_numpy()] = False
            careful, height = self._careful(batch, np.flatnonzero(rest).tolist())
            if height < total:
                # Beyond that line nothing counts; votes there would be counted twice.
                within = int((frame["line"] < height).sum())
                plain = plain.head(within)
                frame, cells = plain.frame, plain.cells
            careful_rows = careful.batch.height
        votes, ambiguous, year_first = self._reader.testimony(plain)
        if careful is not None:
            for order, count in careful.votes.items():
                votes[order] = votes.get(order, 0) + count
            ambiguous = ambiguous if ambiguous is not None else careful.ambiguous
            year_first = year_first or careful.year_first
            lines = (careful.batch.lines[row] for row in careful.unusable)
            unusable = [(line, batch.line(line)) for line in lines]
            if careful.rows:
                added = careful.part(source)
                frame = pl.concat([frame, added.frame])
                order_of_lines = frame["line"].arg_sort()
                frame = frame[order_of_lines]
                cells = pl.concat([cells, added.wrapper])[order_of_lines] if cells.width else cells
                unproven = frame["line"].is_in(added.frame["line"].implode()).arg_true()
        frame, cells = self._shared(frame, cells, plain=not unproven.len())
        repeated = frozenset(self._reader.position[slot][0] for slot in CHECKED if slot in self._reader.position)
        part = EventPart(
            source,
            batch.layout.wrapper_names,
            None if batch.is_bare else batch.layout.audit,
            False,
            frame,
            cells,
            repeated=repeated,
            unproven=unproven,
        )
        return FastPart(part, height, height == total, votes, ambiguous, year_first, careful_rows, unusable)

    def _careful(self, batch: LineBatch, rest: Sequence[int]) -> tuple[DecodedBatch, int]:
        """Lines the careful way, each by itself, up to the first that is no whole record of one line."""
        layout = batch.layout
        rows_of_cells: list[list[str]] = []
        audits: list[str] = []
        lines: list[int] = []
        height = batch.height
        for row in rest:
            cells = batch.cells_of(batch.line(row))
            if cells is None or layout.audit is None or cells[layout.audit][:1] != "{":
                height = row
                break
            audits.append(cells.pop(layout.audit))
            rows_of_cells.append(cells)
            lines.append(row)
        columns: list[tuple[str, ...]] = list(zip(*rows_of_cells, strict=True))
        empty: list[tuple[str, ...]] = [()] * len(layout.wrapper_names)
        audit_index = None if batch.is_bare else layout.audit
        raw = RawBatch(layout.wrapper_names, audit_index, False, columns or empty, audits, lines)
        return decode(raw, self._dates), height

    def _shared(self, frame: pl.DataFrame, wrapper: pl.DataFrame, *, plain: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Equal columns share their memory: the wrapper repeats AuditData, and the sender is the user.

        Columns that say the same in every row are stored as numbers. `plain`: all rows are, so the wrapper does repeat.
        """
        twins = {str(column): slot for column, slot in self._twins.items()}
        equal = [
            frame[slot].alias(name)
            for name, slot in twins.items()
            if plain or wrapper[name].equals(frame[slot].cast(pl.String), check_names=False)
        ]
        wrapper = wrapper.with_columns(equal)
        same = [
            column.head(1).cast(pl.Categorical).new_from_index(0, column.len())
            for column in wrapper.get_columns()
            if column.name not in twins
            and column.dtype == pl.String
            and column.len()
            and column[0] is not None
            and (column == column[0]).all()
        ]
        if frame["sender"].equals(frame["user"], check_names=False):
            frame = frame.with_columns(sender=frame["user"])
        return frame, wrapper.with_columns(same)
