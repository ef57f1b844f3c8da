"""The fast path: whole batches of lines at once, where the result is provably the careful path's.

Lines that are proven and plain become columns by Polars. Every other row goes the careful way by itself, up to the
first that cannot be told from these lines alone: from there on the careful reader must go on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from omeviz.events.careful import SLOTS, CarefulDecoder, Decoded, WrapperPlan
from omeviz.events.decode import Framed, unusable_rows
from omeviz.events.one_by_one import OneByOne
from omeviz.events.part import EventPart
from omeviz.events.plain import CHECKED, PlainReader, PlainRows
from omeviz.events.proof import nothing_proven, possible_rows, proven_rows
from omeviz.events.shapes import Shape, shape_of, specialised
from omeviz.events.times import Order
from omeviz.sources.arrays import Flags
from omeviz.sources.batch import RawBatch
from omeviz.sources.line_batch import LineBatch
from omeviz.sources.line_rows import LineRows

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
    """The events of a batch of lines, up to the first row that these lines do not tell whole.

    Attributes:
        part: The events of the first `height` lines; their numbers, and those of `unusable`, count from 0.
        height: How many lines were taken; the line behind them begins no row by itself (or the batch has ended).
        complete: All lines were taken.
        rows: How many rows these are.
        votes: Order of day and month -> how many rows speak for it.
        ambiguous: The first wrapper time that can be read in two orders, or None.
        year_first: A wrapper time begins with the year.
        careful_rows: How many rows went the careful way.
        unusable: (line, reason, text) of rows that are no record.
        blank: How many of the lines are blank.
        foreign: Lines that are no UTF-8 and were read as Windows-1252.
    """

    part: EventPart
    height: int
    complete: bool
    rows: int
    votes: dict[Order, int] = field(default_factory=dict)
    ambiguous: str | None = None
    year_first: bool = False
    careful_rows: int = 0
    unusable: list[tuple[int, str, str]] = field(default_factory=list)
    blank: int = 0
    foreign: list[int] = field(default_factory=list)

    def at_line(self, number: int) -> FastPart:
        """The same, once the number of its first line is known."""
        part = replace(self.part, frame=self.part.frame.with_columns(pl.col("line") + number))
        unusable = [(line + number, reason, text) for line, reason, text in self.unusable]
        foreign = [line + number - 1 for line in self.foreign]  # these count from 0
        return replace(self, part=part, unusable=unusable, foreign=foreign)


class FastDecoder:
    """Decodes batches of lines under one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
        book: What is known of the source's records; grows.
        one_by_one: Decodes the rows that are not proven.
    """

    def __init__(self, plan: WrapperPlan, dates: Order, book: ShapeBook, one_by_one: OneByOne) -> None:
        self._plan = plan
        self._dates = dates
        self._book = book
        self._one_by_one = one_by_one
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
        proven = found[0] if len(found) == 1 else _joined([nothing_proven(batch.layout), *found]).sort("row")
        plain = self._reader.read(proven, self._book.formats)
        return self._assemble(batch, source, plain)

    def _learn(self, batch: LineBatch, left: Flags) -> None:
        """Learn from the first of the lines that no shape fits."""
        decoder = CarefulDecoder(self._plan, self._dates)
        for row in np.flatnonzero(left)[:3].tolist():
            cells = batch.reader.cells(batch.written.line(row))
            if cells is not None and batch.layout.audit is not None:
                wrapper = list(cells)
                audit = wrapper.pop(batch.layout.audit)
                self._learn_from(audit or "", wrapper, decoder)

    def _assemble(self, batch: LineBatch, source: int, plain: PlainRows) -> FastPart:
        """Fast and careful rows in the order of the lines, up to the first row that these lines do not tell whole."""
        singles: tuple[LineRows, Framed] | None = None
        if plain.frame.height < batch.height:
            rest = np.ones(batch.height, np.bool_)
            rest[plain.frame["line"].to_numpy()] = False
            singles = self._one_by_one.decode(batch, np.flatnonzero(rest).tolist())
            plain = _without(plain, singles[0])
        votes, ambiguous, year_first = self._reader.testimony(plain)
        repeated = frozenset(self._reader.position[slot][0] for slot in CHECKED if slot in self._reader.position)
        audit = None if batch.is_bare else batch.layout.audit
        part = EventPart(source, batch.layout.wrapper_names, audit, False, plain.frame, plain.cells, repeated=repeated)
        if singles is None:
            return FastPart(self._shared(part), batch.height, True, part.height, votes, ambiguous, year_first)
        read, careful = singles
        for order, count in careful.votes.items():
            votes[order] = votes.get(order, 0) + count
        return FastPart(
            self._shared(_merged(part, read.batch, careful) if careful.rows else part),
            read.height,
            read.height == batch.height,
            part.height + read.batch.height,
            votes,
            careful.ambiguous if ambiguous is None else ambiguous,
            year_first or careful.year_first,
            read.batch.height,
            list(unusable_rows(read.batch, careful.unusable, batch.reader.raw)),
            read.blank,
            batch.foreign[batch.foreign < read.height].tolist(),
        )

    def _shared(self, part: EventPart) -> EventPart:
        """Equal columns share their memory: the wrapper repeats AuditData, and the sender is the user.

        Columns that say the same in every row are stored as numbers.
        """
        frame, wrapper, plain = part.frame, part.wrapper, not part.unproven.len()
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
            and not column.null_count()
            and (column == column[0]).all()
        ]
        if frame["sender"].equals(frame["user"], check_names=False):
            frame = frame.with_columns(sender=frame["user"])
        return replace(part, frame=frame, wrapper=wrapper.with_columns(same))


def _without(plain: PlainRows, read: LineRows) -> PlainRows:
    """Plain rows but those that a row above them has swallowed, and those behind the last that was told.

    Beyond that line nothing counts; votes there would be counted twice.
    """
    lines = plain.frame["line"]
    kept = lines < read.height
    if read.beyond:
        kept &= ~lines.is_in(pl.Series(read.beyond, dtype=lines.dtype).implode())
    return plain if kept.all() else plain.filter(kept)


def _merged(part: EventPart, batch: RawBatch, careful: Framed) -> EventPart:
    """Plain rows and those of a batch that went the careful way, in the order of their lines."""
    added = careful.part(batch, part.source)
    frame = _joined([part.frame, added.frame])
    order = frame["line"].arg_sort()
    wrapper = part.wrapper
    cells = _joined([wrapper, added.wrapper])[order] if wrapper.width else wrapper
    unproven = (order >= part.height).arg_true()
    places = unproven.to_list()
    return replace(
        part,
        frame=frame[order],
        wrapper=cells,
        raw={places[row]: text for row, text in added.raw.items()},
        reasons={places[row]: text for row, text in added.reasons.items()},
        extra={places[row]: more for row, more in added.extra.items()},
        unproven=unproven,
    )


def _joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames below each other, in one piece: of several, whoever reorders rows copies the texts of every column."""
    return pl.concat(frames, rechunk=True)
