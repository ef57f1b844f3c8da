"""Putting rows in order.

Texts are compared without regard to case, columns of few values by their text too. Missing values come last in
both directions. What compares equal keeps the default order: time ascending, then the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import polars as pl

from omeviz.errors import UsageError
from omeviz.events.part import EventPart
from omeviz.query.fields import lookup, suggest_column
from omeviz.store import Store


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to sort by."""

    column: str
    descending: bool = False


DEFAULT_ORDER: tuple[SortKey, ...] = (SortKey("time"),)

_RANK_BITS = 32
_SAMPLE = 10_000
_KEPT_ORDERS = 2


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Sort keys as `--sort` takes them: `time,-recipient`.

    Raises:
        UsageError: There is no such column.
    """
    keys = []
    for piece in text.split(","):
        name = piece.strip()
        descending = name.startswith("-")
        name = name.removeprefix("-").strip()
        if not name:
            raise UsageError("cannot sort by nothing.", "Name columns with commas between: time,-recipient.")
        field = lookup(name)
        column = None if field is None else "time" if field.special == "time" else field.column
        if column is None:
            raise UsageError(f"cannot sort by {name}: there is no such column.", suggest_column(name))
        keys.append(SortKey(column, descending))
    return tuple(keys)


def ordered(store: Store, rows: pl.Series, keys: Sequence[SortKey], check: Callable[[], None]) -> pl.Series:
    """Row numbers (UInt32) in order.

    Args:
        store: Where they are.
        rows: Row numbers, ascending.
        keys: What to sort by, the first one first; none: the default order.
        check: Called between steps; may raise.
    """
    steps = tuple(keys) or DEFAULT_ORDER
    if not any(key.column == "time" for key in steps):
        steps = (*steps, *DEFAULT_ORDER)
    parts = store.parts
    height = sum(part.height for part in parts)
    if len(rows) * 4 < height:
        return _sorted(store, rows, steps, check)
    # So many rows that the order of all is worth keeping: the next filter only picks from it.
    orders = _orders.setdefault(store, [])
    order = next((kept for those, known, kept in orders if those is parts and known == steps), None)
    if order is None:
        order = _sorted(store, pl.arange(0, height, dtype=pl.UInt32, eager=True), steps, check)
        _orders[store] = [(parts, steps, order), *(entry for entry in orders if entry[0] is parts)][:_KEPT_ORDERS]
    if len(rows) == height:
        return order
    wanted = pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(rows, True)
    return order.filter(wanted.gather(order))


_orders: WeakKeyDictionary[Store, list[tuple[tuple[EventPart, ...], tuple[SortKey, ...], pl.Series]]] = (
    WeakKeyDictionary()
)
"""Orders of all rows of a store, good for as long as its parts are the same."""


def _sorted(store: Store, rows: pl.Series, keys: Sequence[SortKey], check: Callable[[], None]) -> pl.Series:
    # The last key first: each step is stable, so what was sorted before decides among equals.
    for key in reversed(keys):
        check()
        values = _sortable(store, key.column, rows)
        if values.null_count() == 0 and values.is_sorted(descending=key.descending):
            continue
        rows = _by_rank(rows, values, key) if values.dtype == pl.UInt32 else _by_value(rows, values, key)
    check()
    return rows


def _by_value(rows: pl.Series, values: pl.Series, key: SortKey) -> pl.Series:
    pairs = pl.DataFrame({"value": values, "row": rows})
    in_order = pairs.sort("value", descending=key.descending, nulls_last=True, maintain_order=True)
    return in_order.get_column("row")


def _by_rank(rows: pl.Series, ranks: pl.Series, key: SortKey) -> pl.Series:
    """Rank and position packed into one number sort several times faster than a stable sort."""
    highest = ranks.max()
    if highest is None:
        return rows
    if key.descending:
        ranks = pl.Series(highest - ranks)
    last = int(highest) + 1  # type: ignore[arg-type]  # of UInt32
    positions = pl.arange(0, len(rows), dtype=pl.UInt64, eager=True)
    packed = ranks.cast(pl.UInt64).fill_null(last) * 2**_RANK_BITS + positions
    return rows.gather((packed.sort() % 2**_RANK_BITS).cast(pl.UInt32))


def _sortable(store: Store, name: str, rows: pl.Series) -> pl.Series:
    """What the rows are sorted by: instants, texts in lower case, or ranks (UInt32)."""
    frame = store.frame
    if name == "file":
        names = [source.name for source in store.sources]
        return _ranks(frame.get_column("source").gather(rows), pl.Series(names, dtype=pl.String))
    column = frame.get_column(name).gather(rows)
    if column.dtype == pl.Categorical or isinstance(column.dtype, pl.Enum):
        return _ranks_of_few(column)
    if column.dtype != pl.String:
        return column.to_physical()
    if column.head(_SAMPLE).n_unique() > min(len(column), _SAMPLE) // 2:
        return column.str.to_lowercase()
    texts = column.unique().drop_nulls()
    return _ranks(column.cast(pl.Enum(texts)).to_physical(), texts)


def _ranks_of_few(column: pl.Series) -> pl.Series:
    """Ranks of a column whose codes may be shared with other columns."""
    unique = column.unique().drop_nulls()
    if not len(unique):
        return column.to_physical().cast(pl.UInt32)
    ranks = unique.cast(pl.String).str.to_lowercase().rank("dense").cast(pl.UInt32)
    return column.to_physical().replace_strict(unique.to_physical(), ranks, default=None, return_dtype=pl.UInt32)


def _ranks(codes: pl.Series, texts: pl.Series) -> pl.Series:
    """Codes, each the position of its text, as ranks of the texts; texts that differ only in case rank the same."""
    ranks = texts.str.to_lowercase().rank("dense").cast(pl.UInt32)
    return ranks.gather(codes)
