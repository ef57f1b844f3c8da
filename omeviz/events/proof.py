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
from omeviz.sources.csv_fast import LineBatch, Quoting, written
from omeviz.sources.csv_layout import Layout

_SHALLOW = ["System.Object[]", "@{", "System.Collections"]
_CONTROLS = [chr(code) for code in range(1, 32)]
_CONTROL_BYTES = bytes(code for code in range(1, 32) if code not in b"\r\n")

_AS_WRITTEN = pl.QueryOptFlags.none()
"""The steps are few and already in the best order; an optimizer would take longer than they do, and repeat some."""

VALID_TEXT = r'\A(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*\z'
"""What may stand between the quotes of a JSON text, but for controls."""

PROVEN_SCHEMA = {"row": pl.UInt32, **dict.fromkeys(SLOTS, pl.String), "audit": pl.String}
"""Columns of proven rows: the line in the batch; for each slot the text as it stands in the JSON, escapes and all
(null: the shape has no such key); AuditData's text."""


def proven_rows(batch: LineBatch, shapes: Sequence[Shape], left: pl.Series) -> pl.DataFrame:
    """Rows of these shapes among those that are left, by `PROVEN_SCHEMA`, in the order of the shapes.

    Args:
        batch: The lines.
        shapes: What they may look like.
        left: Which lines to look at (Boolean).
    """
    wanted = sorted({number for shape in shapes for number in _piece_numbers(shape)})
    found = [pl.DataFrame(schema=PROVEN_SCHEMA)]
    if wanted:
        pieces = batch.pieces(wanted)
        everything = batch.wrapper.with_columns(
            *(pieces[str(number)].alias(f"p{number}") for number in wanted),
            batch.lines.alias("line"),
            (left & _without_doubt(batch)).alias("left"),
        ).with_row_index("row")
        wrapper = batch.wrapper.columns
        found += [_of_shape(batch, shape, everything, wrapper) for shape in shapes]
    proven = pl.concat(found)
    if len(found) > 2 and proven["row"].n_unique() < proven.height:  # two shapes may fit one line; they agree about it
        proven = proven.unique("row", keep="first", maintain_order=True)
    return proven


def _of_shape(batch: LineBatch, shape: Shape, everything: pl.DataFrame, wrapper: list[str]) -> pl.DataFrame:
    numbers, steps = _piece_numbers(shape), _steps(shape, batch.layout, batch.quoting)
    return (
        everything.lazy()
        .select("row", "line", "left", *wrapper, *(f"p{number}" for number in numbers))
        .filter(steps.likely)
        .filter(steps.proven)
        .select(steps.values)
        .collect(optimizations=_AS_WRITTEN)
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """The expressions of a shape under one header; building them takes longer than running them on a few rows."""

    likely: pl.Expr
    proven: pl.Expr
    values: list[pl.Expr]


@lru_cache(maxsize=128)
def _steps(shape: Shape, layout: Layout, quoting: Quoting) -> _Steps:
    last, slots = len(shape.pieces) - 1, shape.slots
    values = [(_value(slots[name]) if name in slots else pl.lit(None, pl.String)).alias(name) for name in SLOTS]
    return _Steps(
        pl.col("left") & pl.col(f"p{last}").eq_missing(pl.lit(shape.pieces[last])),
        pl.all_horizontal(*_conditions(shape, layout, quoting)),
        [pl.col("row"), *values, _audit_text(shape).alias("audit")],
    )


def _conditions(shape: Shape, layout: Layout, quoting: Quoting) -> Iterator[pl.Expr]:
    """The line is what the shape makes of its pieces, its numbers are numbers, and no escape stands outside a slot."""
    yield pl.concat_str(written(layout, quoting, _doubled_audit(shape)), ignore_nulls=False) == pl.col("line")
    for variable in shape.variables:
        if variable.kind == "number":
            pattern = f"\\A{_escaped(variable.before)}(?:0|[1-9][0-9]{{0,14}}){_escaped(variable.behind)}\\z"
            yield pl.col(f"p{variable.first}").str.contains(pattern)
        elif variable.last > variable.first:
            yield _value(variable).str.contains(VALID_TEXT)  # its inner quotes are escaped ones, not other values
        elif variable.slot is None:
            yield ~_value(variable).str.contains("\\", literal=True)


def _without_doubt(batch: LineBatch) -> pl.Series:
    """Lines without controls, which JSON does not allow, and without marks of a shallow export."""
    shallow = batch.lines.str.contains_any(_SHALLOW)
    if len(batch.data.translate(None, _CONTROL_BYTES)) == len(batch.data):
        return ~shallow
    return ~(shallow | batch.lines.str.contains_any(_CONTROLS))


def _piece_numbers(shape: Shape) -> list[int]:
    """The pieces that vary, and the last, which tells shapes of different lengths apart."""
    varying = (n for v in shape.variables for n in range(v.first, v.last + 1, 2))
    return sorted({*varying, len(shape.pieces) - 1})


def _doubled_audit(shape: Shape) -> list[pl.Expr]:
    """AuditData with its quotes doubled, of constants and pieces."""
    return [pl.lit(part) if isinstance(part, str) else pl.col(f"p{part}") for part in _parts(shape)]


def _audit_text(shape: Shape) -> pl.Expr:
    """AuditData's text as it is."""
    parts = [pl.lit(part.replace('""', '"')) if isinstance(part, str) else pl.col(f"p{part}") for part in _parts(shape)]
    return pl.concat_str(parts, ignore_nulls=False)


def _parts(shape: Shape) -> Iterator[str | int]:
    """Constants, and the numbers of the pieces between them."""
    constant = ""
    for index, piece in enumerate(shape.pieces):
        if index:
            constant += '"'
        if isinstance(piece, str):
            constant += piece
        else:
            yield constant
            yield index
            constant = ""
    yield constant


def _value(variable: Variable) -> pl.Expr:
    """A variable's text as it stands in the JSON."""
    pieces = [pl.col(f"p{index}") for index in range(variable.first, variable.last + 1, 2)]
    if variable.kind == "number":
        return pieces[0].str.strip_prefix(variable.before).str.strip_suffix(variable.behind)
    return pieces[0] if len(pieces) == 1 else pl.concat_str(pieces, separator='"', ignore_nulls=False)


def _escaped(text: str) -> str:
    """A text as a regular expression for itself."""
    return "".join("\\" + sign if sign in r"\.+*?()|[]{}^$" else sign for sign in text)
