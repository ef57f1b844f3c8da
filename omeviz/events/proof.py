"""Lines that are proven to be records of a known shape, with the texts of their values as they stand in the JSON.

The proof: a line has as many quotes as its shape, so none stands inside a value; and between the values it has,
letter for letter, what the shape has. Then the line is that CSV record and its AuditData is that JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from omeviz.events.careful import SLOTS
from omeviz.events.line_plan import Hole, line_plan
from omeviz.events.plain_times import WIDTH, moments
from omeviz.events.proven_lines import AUDIT, ProvenLines
from omeviz.events.shapes import Shape, Variable
from omeviz.events.splicing import clear, constant_view, gathered, kept_bytes, views
from omeviz.sources.arrays import Bytes, Flags, Places
from omeviz.sources.arrow_views import text_column
from omeviz.sources.byte_search import may_hold
from omeviz.sources.csv_layout import Layout
from omeviz.sources.line_batch import LineBatch
from omeviz.sources.line_form import MARK_BYTE, Cells, LineForm

VALID_TEXT = r'\A(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*\z'
"""What may stand between the quotes of a JSON text, but for controls."""

PROVEN_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.UInt32,
    "escaped": pl.Boolean,
    "moment": pl.Datetime("us"),
    **dict.fromkeys(SLOTS, pl.String),
    "audit": pl.String,
}
"""Columns of proven rows, beside the wrapper's cells "0", "1", …: the line in the batch; whether a backslash stands in
it; the time of the slot `time`, UTC, where it is written as such (`2023-03-22T19:00:59`); for each slot the text as it
stands in the JSON, escapes and all (null: the shape has no such key); AuditData's text."""

_COLLECTIONS = b"System.Collections"

_NUMBER = r"\A(?:0|[1-9][0-9]{0,14})\z"
"""A number in JSON that is certainly one."""


def nothing_proven(layout: Layout) -> pl.DataFrame:
    """No row, with all columns."""
    return pl.DataFrame(schema={**PROVEN_SCHEMA, **{str(n): pl.String for n in range(len(layout.wrapper_names))}})


def possible_rows(batch: LineBatch) -> Flags:
    """Lines of UTF-8 without marks of a shallow export."""
    possible = np.ones(batch.height, np.bool_)
    possible[batch.foreign] = False
    places = np.fromiter(_marks(batch), np.int64)
    possible[np.searchsorted(batch.starts, places, side="right") - 1] = False
    return possible


def _marks(batch: LineBatch) -> Iterator[int]:
    """Where marks of a shallow export stand: `@{`, `System.Object[]`, `System.Collections`."""
    data, signs = batch.data, np.frombuffer(batch.data, np.uint8)
    before = signs[np.maximum(batch.openings - 1, 0)]
    yield from batch.openings[(before == ord("@")) & (signs[batch.openings] == ord("{"))].tolist()
    near = batch.openings[(before == ord("t")) & (signs[batch.openings] == ord("["))].tolist()
    yield from (place for place in near if data[place - 13 : place + 2] == b"System.Object[]")
    place = data.find(_COLLECTIONS) if may_hold(signs, _COLLECTIONS) else -1
    while place >= 0:
        yield place
        place = data.find(_COLLECTIONS, place + 1)


def proven_rows(batch: LineBatch, shapes: Sequence[Shape], left: Flags, twins: Mapping[int, str]) -> pl.DataFrame:
    """Rows of these shapes among those that are left, by `PROVEN_SCHEMA`, in the order of the lines.

    Args:
        batch: The lines.
        shapes: What they may look like.
        left: Which lines to look at; those that are proven are taken out.
        twins: Columns of the wrapper that mostly repeat a slot: they share its memory where they do.
    """
    counts = np.diff(batch.first_quote)
    found: list[ProvenLines] = []
    for shape in shapes:
        plan = line_plan(shape, batch.form)
        rows = np.flatnonzero(left & (counts == plan.quotes))
        if len(rows):
            lines = ProvenLines(batch, plan, rows).proven()
            if len(lines.rows):
                left[lines.rows] = False
                found.append(lines)
    if not found:
        return nothing_proven(batch.layout)
    return _Table(batch, found, twins).frame(left)


class _Table:
    """Proven lines of several shapes as one table, in the order of the lines.

    Args:
        batch: All lines.
        found: Proven lines, by shape.
        twins: See `proven_rows`.
    """

    def __init__(self, batch: LineBatch, found: Sequence[ProvenLines], twins: Mapping[int, str]) -> None:
        self._batch = batch
        self._found = found
        self._signs = np.frombuffer(batch.data, np.uint8)
        rows = np.concatenate([lines.rows for lines in found])
        order = np.argsort(rows, kind="stable")
        self._rows: Places = rows[order]
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        ends = np.cumsum([len(lines.rows) for lines in found])
        self._at = np.split(place, ends[:-1])
        self._shared = {
            name: twin
            for name, twin in ((str(column), twin) for column, twin in twins.items())
            if all(lines.repeat(name, twin) for lines in found)
        }
        self._names = [*dict.fromkeys(name for lines in found for name in lines.names)]
        self._constant = self._constants()
        self._settled = {*self._constant, *self._shared}

    def _constants(self) -> dict[str, str]:
        """Columns that say the same in every row."""
        said: dict[str, set[str | None]] = {}
        for lines in self._found:
            for name in self._names:
                said.setdefault(name, set()).add(lines.constant(name))
        return {name: text for name, (text, *others) in said.items() if text is not None and not others}

    def frame(self, left: Flags) -> pl.DataFrame:
        """The rows by `PROVEN_SCHEMA`; those whose inner quotes make no sense are left again."""
        columns = self._columns()
        made = pl.DataFrame(columns)
        height = len(self._rows)
        escaped = np.empty(height, np.bool_)
        for lines, at in zip(self._found, self._at, strict=True):
            escaped[at] = lines.escaped
        lits = {name: pl.lit(text, pl.String) for name, text in self._constant.items()}
        lits |= {name: pl.lit(None, pl.String) for name in self._missing(columns)}
        lits |= {name: pl.col(twin) if twin in columns else lits[twin] for name, twin in self._shared.items()}
        made = made.with_columns(pl.Series("row", self._rows).cast(pl.UInt32), pl.Series("escaped", escaped), **lits)
        conditions: list[pl.Expr] = []
        good = self._inner_quotes_make_sense(made)
        for hole in self._multiple():
            made = _split(made, hole, self._batch.form, conditions)
        cells = [str(number) for number in range(len(self._batch.layout.wrapper_names))]
        if conditions:
            good &= made.select(pl.all_horizontal(conditions)).to_series().fill_null(value=False).to_numpy()
        if not good.all():
            left[self._rows[~good]] = True
            made = made.filter(pl.Series(good))
        return made.select(*PROVEN_SCHEMA, *cells)

    def _missing(self, columns: Collection[str]) -> Iterator[str]:
        """Slots and cells that nothing fills: JSON has no value there."""
        filled = {*columns, *self._constant, *self._shared}
        if self._batch.form.is_json:
            yield from ({str(number) for number in range(len(self._batch.layout.wrapper_names))} - filled)
        yield from (name for name in SLOTS if name not in filled)

    def _multiple(self) -> list[Hole]:
        """Pieces of the wrapper with cells that are not in quotes."""
        return [
            hole for hole in self._found[0].plan.holes if isinstance(hole.content, Cells) and not hole.content.is_quoted
        ]

    def _inner_quotes_make_sense(self, made: pl.DataFrame) -> Flags:
        """Which rows have no escaped quotes in their texts, or such that are no ends of values."""
        good = np.ones(len(self._rows), np.bool_)
        for lines, at in zip(self._found, self._at, strict=True):
            for name, hole in zip(lines.names_of, lines.plan.holes, strict=True):
                if isinstance(hole.content, Variable) and hole.last > hole.first:
                    good[at] &= made[name].gather(at).str.contains(VALID_TEXT).fill_null(value=False).to_numpy()
        return good

    def _columns(self) -> dict[str, pl.Series]:
        """The columns that vary, in the order of the lines."""
        if self._batch.is_bare:
            return self._joined(self._signs, [lines.whole() for lines in self._found])
        starts = self._batch.starts
        ends = np.append(starts[1:], len(self._signs))
        flags, sizes = self._own_bytes(), np.zeros(len(starts), np.int64)
        flags[: starts[0]] = False
        rest = np.ones(len(starts), np.bool_)
        kept = [lines.kept(self._settled) for lines in self._found]
        for lines, cells in zip(self._found, kept, strict=True):
            rest[lines.rows] = False
            sizes[lines.rows] = lines.drop(flags, ends[lines.rows], cells)
        clear(flags, starts[rest], ends[rest])
        begin = np.cumsum(sizes) - sizes
        moved = [lines.moved(begin[lines.rows], cells) for lines, cells in zip(self._found, kept, strict=True)]
        buffer = kept_bytes(self._signs, flags)
        assert len(buffer) == sizes.sum()  # noqa: S101  # nothing else looks whether texts are where columns point
        return self._joined(buffer, moved)

    def _own_bytes(self) -> Flags:
        """Which bytes do not mark a quote, nor double one; of lines that are not proven nothing is said."""
        if self._found[0].plan.mark:  # of one form all plans have it, or none
            marked: Flags = self._signs != MARK_BYTE[0]
            return marked
        flags: Flags = np.ones(len(self._signs), np.bool_)
        for lines in self._found:
            flags[lines.doubles()] = False
        return flags

    def _joined(self, buffer: Bytes, spans: Sequence[tuple[Places, Places]]) -> dict[str, pl.Series]:
        """The columns that vary, of texts in a buffer.

        Args:
            buffer: UTF-8.
            spans: For each shape where the texts begin and end: of its holes, and of AuditData.
        """
        height, constants = len(self._rows), bytearray()
        names = [name for name in (*self._names, AUDIT) if name not in self._settled]
        made = {name: np.zeros(height, "V16") for name in names}
        absent: dict[str, Flags] = {}
        for lines, (starts, ends), at in zip(self._found, spans, self._at, strict=True):
            places = {name: number for number, name in enumerate((*lines.names_of, AUDIT))}
            wanted = [name for name in names if name in places]
            columns = [places[name] for name in wanted]
            texts = views(buffer, starts.take(columns, axis=1), ends.take(columns, axis=1)).view("V16")[..., 0]
            for number, name in enumerate(wanted):
                made[name][at] = texts[:, number]
            for name in names:
                if name not in places:
                    constant = lines.constant(name)
                    if constant is None:
                        absent.setdefault(name, np.zeros(height, np.bool_))[at] = True
                    else:
                        made[name][at] = constant_view(constant.encode(), constants).view("V16")[0]
        buffers = (buffer, np.frombuffer(constants, np.uint8)) if constants else (buffer,)
        texts_by_name = {
            name: text_column(made[name], ~absent[name] if name in absent else None, *buffers) for name in names
        }
        return {**texts_by_name, "moment": self._moments(buffer, spans)}

    def _moments(self, buffer: Bytes, spans: Sequence[tuple[Places, Places]]) -> pl.Series:
        """The times of the slot `time` (Datetime)."""
        micros, known = np.zeros(len(self._rows), np.int64), np.zeros(len(self._rows), np.bool_)
        for lines, (starts, ends), at in zip(self._found, spans, self._at, strict=True):
            constant = lines.constant("time")
            if "time" in lines.names_of:
                hole = lines.names_of.index("time")
                read, good = moments(gathered(buffer, starts[:, hole], WIDTH))
                micros[at], known[at] = read, good & (ends[:, hole] - starts[:, hole] == WIDTH)
            elif constant is not None and len(signs := np.frombuffer(constant.encode(), np.uint8)) == WIDTH:
                read, good = moments(signs[None])
                micros[at], known[at] = read[0], good[0]
        times = pl.Series(micros).cast(pl.Datetime("us"))
        return times if known.all() else times.set(pl.Series(~known), None)


def _split(made: pl.DataFrame, hole: Hole, form: LineForm, conditions: list[pl.Expr]) -> pl.DataFrame:
    """With the cells of a piece that are not in quotes; what must hold is added to the conditions."""
    content, sign = hole.content, form.sign
    assert isinstance(content, Cells)  # noqa: S101  # the caller has looked
    if hole.name is not None and len(content.columns) > 1:
        parts = made[hole.name].str.splitn(sign, len(content.columns)).struct
        fields = {str(column): parts.field(f"field_{n}") for n, column in enumerate(content.columns)}
        made = made.with_columns(**fields).drop(hole.name)
    end = pl.col(str(content.columns[-1]))
    if form.is_json:
        conditions.append(end.str.contains(_NUMBER))
        return made
    conditions.append(end.is_not_null() & ~end.str.contains(sign, literal=True))
    return made
