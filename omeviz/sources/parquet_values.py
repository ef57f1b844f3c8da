"""A Parquet table's columns as texts: what a wrapper's cells and AuditData are everywhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

MOST_COLUMNS = 20_000
"""Columns that are looked at; a table of records has a hundred."""

_DEEPEST = 4
"""Objects inside each other whose keys are columns of their own."""

_MOST_NESTED = 64
"""Lists and objects inside each other that are written as JSON."""

_ISO = "%Y-%m-%dT%H:%M:%S%.f"
_JSON_START, _JSON_END = '{"v":', "}"


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the table, or a key of an object in one.

    Attributes:
        name: Its path with dots between.
        path: The column, and the keys below it.
        dtype: Its type.
    """

    name: str
    path: tuple[str, ...]
    dtype: Any


def places_of(schema: Mapping[str, Any], *, deep: bool) -> list[Place]:
    """The columns of a table in order; `deep`: in place of objects, the columns in them."""
    found: list[Place] = []
    waiting = [Place(name, (name,), dtype) for name, dtype in reversed(list(schema.items()))]
    while waiting and len(found) < MOST_COLUMNS:
        place = waiting.pop()
        fields = getattr(place.dtype, "fields", None) if deep and len(place.path) < _DEEPEST else None
        if not fields:
            found.append(place)
            continue
        waiting += [
            Place(f"{place.name}.{field.name}", (*place.path, field.name), field.dtype) for field in reversed(fields)
        ]
    return found


def texts_of(frame: pl.DataFrame, place: Place) -> pl.Series:
    """One column as texts; null where there is no value.

    An instant is written in ISO 8601, with `Z` where its zone is known; a truth value as PowerShell writes it; a whole
    number of a column of fractions without one, for that is what pandas makes of numbers where some are missing;
    bytes as UTF-8; lists and objects as JSON.
    """
    import polars as pl

    series = frame[place.path[0]]
    for key in place.path[1:]:
        series = series.struct.field(key)
    series = series.alias("v")
    dtype = series.dtype
    if dtype == pl.String:
        return series
    if dtype == pl.Boolean:
        return series.replace_strict([True, False], ["True", "False"], default=None, return_dtype=pl.String)
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone is None:
            return series.dt.strftime(_ISO)
        return series.dt.convert_time_zone("UTC").dt.strftime(f"{_ISO}Z")
    if dtype.is_float():
        whole = (series == series.floor()) & (series.abs() < 2**53)
        numbers = series.zip_with(whole.fill_null(value=False), pl.repeat(0.0, len(series), eager=True))
        return series.cast(pl.String).zip_with(~whole.fill_null(value=False), numbers.cast(pl.Int64).cast(pl.String))
    if dtype == pl.Binary:
        return pl.Series("v", [None if each is None else each.decode("utf-8", "replace") for each in series.to_list()])
    if dtype == pl.Duration:
        return series.dt.to_string("iso")
    if dtype.is_nested():
        return _json(series)
    return series.cast(pl.String)


def _json(series: pl.Series) -> pl.Series:
    """Lists and objects as JSON; the keys that Parquet must have for every row, and this one has not, are null."""
    import polars as pl

    if _holds_bytes(series.dtype):
        texts = [None if value is None else _dumps(value) for value in series.to_list()]
        return pl.Series("v", texts, dtype=pl.String)
    written = series.to_frame("v").to_struct("s").struct.json_encode()
    bare = written.str.strip_prefix(_JSON_START).str.strip_suffix(_JSON_END)
    return bare.set(series.is_null(), None)


def _dumps(value: object) -> str:
    def other(value: object) -> str:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    return json.dumps(value.to_list() if hasattr(value, "to_list") else value, ensure_ascii=False, default=other)


def _holds_bytes(dtype: Any) -> bool:
    """Whether something inside cannot be written as JSON by Polars.

    Raises:
        ValueError: It is too deep.
    """
    import polars as pl

    waiting = [(dtype, 0)]
    found = False
    while waiting:
        inner, depth = waiting.pop()
        if depth > _MOST_NESTED:
            raise ValueError("its columns are nested too deeply")
        found = found or inner in (pl.Binary, pl.Object, pl.Duration)
        if getattr(inner, "fields", None):
            waiting += [(field.dtype, depth + 1) for field in inner.fields]
        elif getattr(inner, "inner", None) is not None:
            waiting.append((inner.inner, depth + 1))
    return found
