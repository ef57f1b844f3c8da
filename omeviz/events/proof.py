"""Lines that are proven to be records of a known shape, with the texts of their values as they stand in the JSON.

The proof is by writing: from the pieces between the quotes, a record's line is written again as its shape has it.
Where it equals the line in the file, the line is that CSV record and its AuditData is that JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from omeviz.events.careful import SLOTS
from omeviz.events.shapes import Shape, Variable
from omeviz.sources.csv_fast import LineBatch
from omeviz.sources.csv_layout import Layout
from omeviz.sources.line_form import Cells, LineForm

_SHALLOW = ["System.Object[]", "@{", "System.Collections"]
_CONTROLS = [chr(code) for code in range(1, 32)]

_AS_WRITTEN = pl.QueryOptFlags.none()
"""The steps are few and already in the best order; an optimizer would take longer than they do, and repeat some."""

VALID_TEXT = r'\A(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*\z'
"""What may stand between the quotes of a JSON text, but for controls."""

PROVEN_SCHEMA = {"row": pl.UInt32, **dict.fromkeys(SLOTS, pl.String), "audit": pl.String}
"""Columns of proven rows, beside the wrapper's cells "0", "1", …: the line in the batch; for each slot the text as it
stands in the JSON, escapes and all (null: the shape has no such key); AuditData's text."""


def nothing_proven(layout: Layout) -> pl.DataFrame:
    """No row, with all columns."""
    return pl.DataFrame(schema={**PROVEN_SCHEMA, **{str(n): pl.String for n in range(len(layout.wrapper_names))}})


def proven_rows(batch: LineBatch, shapes: Sequence[Shape], left: pl.Series) -> pl.DataFrame:
    """Rows of these shapes among those that are left, by `PROVEN_SCHEMA`, in the order of the shapes.

    Args:
        batch: The lines.
        shapes: What they may look like.
        left: Which lines to look at (Boolean).
    """
    plans = [_plan(shape, batch.form) for shape in shapes]
    wanted = sorted({number for plan in plans for number in plan.pieces})
    pieces = batch.pieces(wanted)
    if pieces.height != batch.lines.len():  # an empty line
        return nothing_proven(batch.layout)
    everything = pieces.with_columns(batch.lines.alias("line"), (left & _without_doubt(batch)).alias("left"))
    everything = everything.with_row_index("row")
    found = pl.concat([nothing_proven(batch.layout), *(_of_plan(plan, everything) for plan in plans)])
    if len(plans) > 1 and found["row"].n_unique() < found.height:  # two shapes may fit one line; they agree about it
        found = found.unique("row", keep="first", maintain_order=True)
    return found


def _of_plan(plan: _Plan, everything: pl.DataFrame) -> pl.DataFrame:
    return (
        everything.lazy()
        .select("row", "line", "left", *(f"p{number}" for number in plan.pieces))
        .filter(plan.likely)
        .with_columns(plan.split)
        .filter(plan.proven)
        .select(plan.values)
        .collect(optimizations=_AS_WRITTEN)
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to do with lines of a shape; building the expressions takes longer than running them on a few rows.

    Attributes:
        pieces: The pieces that are needed.
        likely: Which lines may be of this shape.
        split: Pieces that hold several cells, cut.
        proven: Which lines are.
        values: The columns by `PROVEN_SCHEMA` and the wrapper's cells.
    """

    pieces: tuple[int, ...]
    likely: pl.Expr
    split: list[pl.Expr]
    proven: pl.Expr
    values: list[pl.Expr]


@lru_cache(maxsize=128)
def _plan(shape: Shape, form: LineForm) -> _Plan:
    offset = len(form.before)
    constant = dict(shape.cells)
    pieces = [
        constant[piece.columns[0]]
        if isinstance(piece, Cells) and piece.is_quoted and piece.columns[0] in constant
        else piece
        for piece in (*form.before, *shape.pieces, *form.behind)
    ]
    last, slots, step = offset + len(shape.pieces) - 1, shape.slots, len(shape.quote)
    audit = list(_parts(pieces, offset, last + 1))
    split, proven = list[pl.Expr](), list[pl.Expr]()
    cells = {column: pl.lit(text, pl.String) for column, text in shape.cells}
    for number, piece in enumerate(pieces):
        if isinstance(piece, Cells):
            _take_cells(number, piece, form.sign, split, proven, cells)
    line = [pl.lit(part) if isinstance(part, str) else pl.col(f"p{part}") for part in _parts(pieces, 0, len(pieces))]
    equal = pl.concat_str(line, ignore_nulls=False) == pl.col("line")
    if form.quote == '"':  # the line is AuditData
        text = pl.col("line")
    else:
        texts = [pl.lit(part.replace('""', '"')) if isinstance(part, str) else pl.col(f"p{part}") for part in audit]
        text = pl.concat_str(texts, ignore_nulls=False)
    fixed = dict(shape.fixed)
    values = [
        (_value(slots[name], offset, step) if name in slots else pl.lit(fixed.get(name), pl.String)).alias(name)
        for name in SLOTS
    ]
    varying = {n for n, piece in enumerate(pieces) if not isinstance(piece, str)}
    return _Plan(
        tuple(sorted({*varying, last})),
        pl.col("left") & pl.col(f"p{last}").eq_missing(pl.lit(shape.pieces[-1])),
        split,
        pl.all_horizontal(equal, *proven, *_conditions(shape, offset)),
        [
            pl.col("row"),
            *values,
            text.alias("audit"),
            *(cells[column].alias(str(column)) for column in sorted(cells)),
        ],
    )


def _take_cells(
    number: int, piece: Cells, sign: str, split: list[pl.Expr], proven: list[pl.Expr], cells: dict[int, pl.Expr]
) -> None:
    """Add what a piece with cells needs: how it is split, what must hold, and each cell."""
    text = pl.col(f"p{number}")
    if piece.head or piece.tail:
        proven.append(text.str.starts_with(piece.head) & text.str.ends_with(piece.tail))
        proven.append(text.str.len_bytes() >= len((piece.head + piece.tail).encode()))
        text = text.str.strip_prefix(piece.head).str.strip_suffix(piece.tail)
    if len(piece.columns) == 1:
        cells[piece.columns[0]] = text
        if piece.head or piece.tail:
            proven.append(~text.str.contains(sign, literal=True))
        return
    name = f"s{number}"
    split.append(text.str.splitn(sign, len(piece.columns)).alias(name))
    for index, column in enumerate(piece.columns):
        cells[column] = pl.col(name).struct.field(f"field_{index}")
    end = cells[piece.columns[-1]]
    proven.append(end.is_not_null() & ~end.str.contains(sign, literal=True))


def _conditions(shape: Shape, offset: int) -> Iterator[pl.Expr]:
    """Numbers are numbers, and no escape stands outside a slot."""
    for variable in shape.variables:
        if variable.kind == "number":
            pattern = f"\\A{_escaped(variable.before)}(?:0|[1-9][0-9]{{0,14}}){_escaped(variable.behind)}\\z"
            yield pl.col(f"p{variable.first + offset}").str.contains(pattern)
        elif variable.last > variable.first:  # its inner quotes are escaped ones, not other values
            yield _value(variable, offset, len(shape.quote)).str.contains(VALID_TEXT)
        elif variable.slot is None:
            yield ~_value(variable, offset, len(shape.quote)).str.contains("\\", literal=True)


def _without_doubt(batch: LineBatch) -> pl.Series:
    """Lines without controls, which JSON does not allow, and without marks of a shallow export."""
    sure = ~batch.lines.str.contains_any(_SHALLOW)
    return sure & ~batch.lines.str.contains_any(_CONTROLS) if batch.has_controls() else sure


def _parts(pieces: Sequence[object], start: int, stop: int) -> Iterator[str | int]:
    """Some of a line's pieces, with the quotes between them: constants, and the numbers of what stands between."""
    constant = ""
    for number in range(start, stop):
        if number > start:
            constant += '"'
        piece = pieces[number]
        if isinstance(piece, str):
            constant += piece
        else:
            yield constant
            yield number
            constant = ""
    yield constant


def _value(variable: Variable, offset: int, step: int) -> pl.Expr:
    """A variable's text as it stands in the JSON; `step`: how many pieces lie between two of its own."""
    pieces = [pl.col(f"p{index + offset}") for index in range(variable.first, variable.last + 1, step)]
    if variable.kind == "number":
        return pieces[0].str.strip_prefix(variable.before).str.strip_suffix(variable.behind)
    return pieces[0] if len(pieces) == 1 else pl.concat_str(pieces, separator='"', ignore_nulls=False)


def _escaped(text: str) -> str:
    """A text as a regular expression for itself."""
    return "".join("\\" + sign if sign in r"\.+*?()|[]{}^$" else sign for sign in text)
