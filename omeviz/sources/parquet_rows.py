"""A table of another program as raw rows: which columns it has, and what they hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from omeviz.sources.batch import RawBatch
from omeviz.sources.csv_layout import Layout, layout_of
from omeviz.sources.embedded import Inside, columns_inside, look_inside, settled
from omeviz.sources.headers import HeaderRules
from omeviz.sources.parquet_values import Place, places_of, texts_of

if TYPE_CHECKING:
    import polars as pl

FIRST_BATCH = 256
"""Rows of the first batch."""

_BATCH_SIZE = 16 << 20


@dataclass(frozen=True, slots=True)
class SizedBatch:
    """A batch and roughly how much text it holds.

    Attributes:
        raw: The batch.
        size: Bytes.
    """

    raw: RawBatch
    size: int


class RowReader:
    """Makes raw rows of frames.

    Args:
        schema: The table's columns.
        rules: What their names mean.

    Attributes:
        columns: The columns that are needed of each frame.
        rows: Rows so far, blank ones included.
        blank: Wholly empty rows so far.
        is_settled: It is known which columns are what.
    """

    def __init__(self, schema: Mapping[str, Any], rules: HeaderRules) -> None:
        self._rules = rules
        shallow, deep = places_of(schema, deep=False), places_of(schema, deep=True)
        self._choices = [shallow] if [p.path for p in shallow] == [p.path for p in deep] else [shallow, deep]
        self._places: list[Place] = []
        self._layout: Layout | None = None
        self.columns = [place.path[0] for place in shallow]
        self.rows = 0
        self.blank = 0
        self._first = True

    @property
    def is_settled(self) -> bool:
        """Rows can be told."""
        return self._layout is not None

    def batches(self, frame: pl.DataFrame) -> Iterator[SizedBatch]:
        """The rows of a frame, in pieces that are not too large."""
        if self._layout is None:
            self._settle(frame)
        layout = self._layout
        if layout is None or not frame.height:
            return
        texts = [texts_of(frame, place) for place in self._places]
        sizes = sum((column.str.len_bytes().fill_null(0).cast(int) for column in texts), start=_zeros(frame.height))
        ends = sizes.cum_sum()
        start, done = 0, 0
        while start < frame.height:
            stop = int(ends.search_sorted(done + _BATCH_SIZE, side="right"))
            stop = min(max(stop, start + 1), start + FIRST_BATCH if self._first else frame.height)
            batch = self._batch([column.slice(start, stop - start) for column in texts], layout)
            self.rows += stop - start
            size = int(ends[stop - 1]) - done
            start, done = stop, done + size
            if batch.height:
                self._first = False
                yield SizedBatch(batch, size)

    def _settle(self, frame: pl.DataFrame) -> None:
        """Choose the columns: by their names, or by what the first rows hold."""
        doubtful: list[tuple[list[Place], Layout]] = []
        for places in self._choices:
            names = [place.name for place in places]
            layout = replace(layout_of(names, ",", self._rules), own=False)
            if self._rules.looks_like_header(names):
                self._places, self._layout = places, self._looked_at(frame, places, layout)
                return
            if layout.candidates:
                doubtful.append((places, layout))
        for places, layout in doubtful:
            found = self._looked_at(frame, places, layout)
            if found.audit is not None:
                self._places, self._layout = places, found
                return

    def _looked_at(self, frame: pl.DataFrame, places: Sequence[Place], layout: Layout) -> Layout:
        if layout.audit is not None or not layout.candidates:
            return layout
        sample = frame.head(FIRST_BATCH)
        columns = [texts_of(sample, place).to_list() for place in places]
        return settled(layout, [_as_csv(row) for row in zip(*columns, strict=True)], self._rules)

    def _batch(self, texts: list[pl.Series], layout: Layout) -> RawBatch:
        numbers = range(self.rows + 1, self.rows + 1 + len(texts[0]))
        lines: Sequence[int] = numbers
        spoken = _speaks(texts)
        if not spoken.all():
            self.blank += int((~spoken).sum())
            texts = [column.filter(spoken) for column in texts]
            lines = [number for number, kept in zip(numbers, spoken, strict=True) if kept]
        columns: list[Sequence[str | None]] = [column.to_list() for column in texts]
        names = layout.names
        if layout.candidates or layout.embedded:
            return self._looking_inside(columns, lines, layout)
        audit: Sequence[str | None] = [None] * len(lines)
        if layout.audit is not None:
            audit = columns.pop(layout.audit)
            names = layout.wrapper_names
        return RawBatch(names, layout.audit, layout.row_is_record, columns, audit, lines)

    def _looking_inside(
        self, columns: Sequence[Sequence[str | None]], lines: Sequence[int], layout: Layout
    ) -> RawBatch:
        """Rows whose record stands as text in a column that may hold something else."""
        rows: list[list[str | None]] = []
        audits: list[str | None] = []
        inside: dict[int, Inside] = {}
        for row, cells in enumerate(map(list, zip(*columns, strict=True))):
            found = look_inside(cells, layout, self._rules)
            if found is not None:
                place, inside[row] = found
                cells[place] = None
            audit = cells.pop(layout.audit) if layout.audit is not None else None
            audits.append(audit if found is None else found[1].audit)
            rows.append(cells)
        header = layout.wrapper_names
        wrapper: list[Sequence[str | None]] = list(zip(*rows, strict=True)) if header and rows else [()] * len(header)
        if inside:
            names, more = columns_inside(inside, header, wrapper, len(lines))
            header, wrapper = (*header, *names), [*wrapper, *more]
        return RawBatch(header, layout.audit, layout.row_is_record, wrapper, audits, lines)


def _speaks(texts: Sequence[pl.Series]) -> pl.Series:
    """Which rows are not wholly empty."""
    found = _zeros(len(texts[0])) > 0
    for column in texts:
        found = found | (column.str.strip_chars() != "").fill_null(value=False)
        if found.all():
            break
    return found


def _zeros(height: int) -> pl.Series:
    import polars as pl

    return pl.repeat(0, height, dtype=pl.Int64, eager=True)


def _as_csv(cells: Sequence[str | None]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
