"""The wrapper's cells of a slice as columns of one table, whatever headers its records had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from omeviz import own_parquet
from omeviz.events.decode import storable
from omeviz.events.part import EventPart
from omeviz.export.slices import Slice, wrapper_cells
from omeviz.own_parquet import KeptLayout

MOST_COLUMNS = 500
"""Columns for the wrapper's cells; where the headers together have more, the cells are kept as lists."""

CELL_LIST = pl.List(pl.String)


class WrapperTable:
    """Knows which column of the file holds which cell.

    Cells of one name share a column, whatever their headers; a name that a header repeats has as many columns.

    Args:
        parts: Whose records will be written.
        taken: The names of the file's other columns.
        listed: The cells are kept as lists: redaction may change the names with every record.
    """

    def __init__(self, parts: Sequence[EventPart], taken: set[str], *, listed: bool) -> None:
        self._known: dict[tuple[tuple[str, ...], int | None, bool], int] = {}
        self.layouts: list[KeptLayout] = []
        self.columns: tuple[str, ...] = ()
        keys = [(part.header, part.audit_index, part.row_is_record) for part in parts]
        places: dict[tuple[str, int], int] = {}
        placed: list[tuple[int, ...]] = []
        if not listed:
            for header, _, _ in dict.fromkeys(keys):
                placed.append(_places(header, places))
                if len(places) > MOST_COLUMNS:
                    listed = True
                    break
        self.listed = listed
        if not listed:
            names = [f"{own_parquet.WRAPPER}{storable(name)}" for name, _ in places]
            self.columns = tuple(own_parquet.unique_names(names, taken))
            for key, positions in zip(dict.fromkeys(keys), placed, strict=True):
                self._layout(*key, positions)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of every frame."""
        if self.listed:
            return {own_parquet.LAYOUT: pl.UInt32(), own_parquet.CELLS: CELL_LIST}
        return {own_parquet.LAYOUT: pl.UInt32(), **dict.fromkeys(self.columns, pl.String())}

    def frame(self, piece: Slice) -> pl.DataFrame:
        """The cells of a slice's records, and which layout each has."""
        return self._as_lists(piece) if self.listed else self._as_columns(piece)

    def _layout(
        self, header: tuple[str, ...], audit_index: int | None, row_is_record: bool, places: tuple[int, ...] = ()
    ) -> int:
        key = (header, audit_index, row_is_record)
        if key not in self._known:
            self._known[key] = len(self.layouts)
            self.layouts.append(KeptLayout(*key, places))
        return self._known[key]

    def _as_lists(self, piece: Slice) -> pl.DataFrame:
        numbers: list[int] = []
        cells: list[list[str | None]] = []
        parts = {position: part for part, positions, _ in parts_of(piece) for position in positions.to_list()}
        for position, row in enumerate(wrapper_cells(piece, range(len(piece.rows)))):
            part = parts[position]
            width = len(part.header)
            numbers.append(self._layout(row.names[:width], part.audit_index, part.row_is_record))
            cells.append([None if cell is None else storable(cell) for cell in row.cells[:width]])
        return pl.DataFrame(
            [pl.Series(numbers, dtype=pl.UInt32), pl.Series(cells, dtype=CELL_LIST)], schema=self.schema
        )

    def _as_columns(self, piece: Slice) -> pl.DataFrame:
        frames = []
        places = []
        for part, positions, local in parts_of(piece):
            number = self._known[part.header, part.audit_index, part.row_is_record]
            cells = part.wrapper[local] if part.header else part.wrapper
            of_column = {column: str(place) for place, column in enumerate(self.layouts[number].places)}
            series = [pl.repeat(number, len(local), dtype=pl.UInt32, eager=True).alias(own_parquet.LAYOUT)]
            for column, name in enumerate(self.columns):
                if column in of_column:
                    series.append(cells[of_column[column]].cast(pl.String).alias(name))
                else:
                    series.append(pl.repeat(None, len(local), dtype=pl.String, eager=True).alias(name))
            frames.append(pl.DataFrame(series))
            places.append(positions)
        if len(frames) == 1:
            return frames[0]
        return pl.concat(frames)[pl.concat(places).arg_sort()]


def _places(header: Sequence[str], places: dict[tuple[str, int], int]) -> tuple[int, ...]:
    """The column of each name of a header; new ones are added."""
    seen: dict[str, int] = {}
    found = []
    for name in header:
        number = seen.get(name, 0)
        seen[name] = number + 1
        found.append(places.setdefault((name, number), len(places)))
    return tuple(found)


def parts_of(piece: Slice) -> Iterator[tuple[EventPart, pl.Series, pl.Series]]:
    """The parts that a slice has records of, each with its positions in the slice and its rows in the part."""
    part_of = pl.Series(piece.starts, dtype=pl.UInt32).search_sorted(piece.rows, side="right") - 1
    for index in part_of.unique():
        positions = (part_of == index).arg_true()
        yield piece.parts[index], positions, piece.rows.gather(positions) - piece.starts[index]
