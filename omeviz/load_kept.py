"""Only matching events are kept while reading: the others are counted and dropped, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from omeviz.events.times import Order
from omeviz.load_steps import KeepOnly, PartLoaded

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart
    from omeviz.store import Store

MOST_UNUSABLE = 1_000
"""Unusable rows of a load that are kept with their texts; the others are counted."""

LONGEST_UNUSABLE = 16 << 20
"""And characters of them."""

_ENOUGH = 4_096
"""Rows that are worth a part of their own."""

_MOST_PIECES = 32
"""Pieces gathered before they are made one: each takes some kilobytes for each column."""

_PATIENCE = 0.25
"""Seconds that kept events wait for others; later an eighth of the time loading has taken, so that parts stay few."""

_DATED = r'(?i)"(?:creationtime|creationdate|createddatetime|timegenerated)"\s*:\s*"[0-9]{4}-[0-9]{2}-[0-9]{2}T'
"""AuditData with a time that is the same in every order of day and month."""

T = TypeVar("T")


class KeptEvents:
    """Matching events on their way into the store, gathered so that they make few parts.

    Args:
        keep: Which events.
        store: Where they go.
    """

    def __init__(self, keep: KeepOnly, store: Store) -> None:
        self._keep = keep
        self._store = store
        self._pieces: list[EventPart] = []
        self._begun = self._flushed = monotonic()

    def add(self, part: EventPart, other: Order | None) -> tuple[int, list[PartLoaded]]:
        """Take the matching events of a part.

        Args:
            part: Decoded events.
            other: The other order of day and month, where it is not known yet: what matches in it is kept too.

        Returns:
            How many were kept, and what went into the store.
        """
        mask = self._matching(part, other)
        kept = int(mask.sum())
        told: list[PartLoaded] = []
        if kept:
            piece = part if kept == part.height else selected(part, mask)
            if 2 * kept < part.height:
                piece = exact(piece)
            if self._pieces and not _alike(self._pieces[-1], piece):
                told += self.flush()
            self._pieces.append(piece)
        return kept, [*told, *self.flush_due()]

    def flush_due(self) -> Iterator[PartLoaded]:
        """Bring into the store what has waited long enough."""
        now = monotonic()
        waited = now - self._flushed > max(_PATIENCE, (now - self._begun) / 8)
        if not self._store.record_count or waited or sum(piece.height for piece in self._pieces) >= _ENOUGH:
            yield from self.flush()
        elif len(self._pieces) >= _MOST_PIECES:
            self._pieces = [exact(_together(self._pieces))]

    def flush(self) -> Iterator[PartLoaded]:
        """Bring everything that is kept into the store."""
        if not self._pieces:
            return
        part = self._pieces[0] if len(self._pieces) == 1 else exact(_together(self._pieces))
        self._pieces.clear()
        self._flushed = monotonic()
        yield PartLoaded(self._store.append(part), part.height)

    def _matching(self, part: EventPart, other: Order | None) -> pl.Series:
        names = tuple(source.name for source in self._store.sources)
        mask = self._keep(part, names)
        if other is None or not self._keep.asks_time:
            return mask
        from omeviz.events.decode import redecode

        frame = part.frame
        rows = (~mask & ((frame["problems"] != 0) | ~_dated(frame["audit"]))).arg_true()
        if not rows.len():
            return mask
        undecided = mask.clear(part.height).fill_null(value=False).scatter(rows, values=True)
        hit = self._keep(redecode(selected(part, undecided), other), names)
        return mask.scatter(rows.filter(hit), values=True) if hit.any() else mask


def selected(part: EventPart, mask: pl.Series) -> EventPart:
    """The rows of a part for which a mask is true. Texts still share the memory of all."""
    import polars as pl

    chosen = mask.arg_true()
    numbers = {row: number for number, row in enumerate(chosen.to_list())}
    return replace(
        part,
        frame=part.frame.filter(mask),
        wrapper=part.wrapper.filter(mask) if part.wrapper.width else part.wrapper,
        raw=_renumbered(part.raw, numbers),
        reasons=_renumbered(part.reasons, numbers),
        extra=_renumbered(part.extra, numbers),
        unproven=chosen.is_in(part.unproven.implode()).arg_true().cast(pl.UInt32),
        memory={},
    )


def exact(part: EventPart) -> EventPart:
    """A part with texts of its own: a text that Polars cut from a larger piece keeps the whole piece in memory."""
    return replace(part, frame=_exact(part.frame), wrapper=_exact(part.wrapper), memory={})


def _exact(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    frame = frame.rechunk()
    lists = [column for column in frame.get_columns() if isinstance(column.dtype, pl.List)]
    own = [pl.Series(column.name, column.to_list(), dtype=column.dtype) for column in lists]
    return frame.with_columns(pl.col(pl.String) + "", *own)


def _dated(audit: pl.Series) -> pl.Series:
    return audit.str.contains(_DATED).fill_null(value=False)


def _renumbered(values: Mapping[int, T], numbers: Mapping[int, int]) -> dict[int, T]:
    return {numbers[row]: value for row, value in values.items() if row in numbers}


def _alike(first: EventPart, second: EventPart) -> bool:
    return (first.source, first.header, first.audit_index, first.row_is_record) == (
        second.source,
        second.header,
        second.audit_index,
        second.row_is_record,
    )


def _together(parts: list[EventPart]) -> EventPart:
    from omeviz.events.part import joined

    whole = parts[0]
    for part in parts[1:]:
        both = joined(whole, part)
        assert both is not None  # noqa: S101  # only parts of one header are gathered
        whole = both
    return whole
