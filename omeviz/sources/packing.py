"""Batches as other processes send and get them: a few long texts instead of very many short ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from omeviz.sources.batch import RawBatch

_NUL = "\0"

Column = str | Sequence[str | None]
"""Cells with NUL between them; as they are where that would not tell them."""


@dataclass(frozen=True, slots=True)
class PackedBatch:
    """A batch that is quick to pickle.

    Attributes:
        bare: The batch without columns.
        columns: Those of its cells, then AuditData's.
    """

    bare: RawBatch
    columns: tuple[Column, ...]

    @staticmethod
    def of(batch: RawBatch) -> PackedBatch:
        """Pack a batch."""
        return PackedBatch(replace(batch, cells=(), audit=()), tuple(map(_packed, (*batch.cells, batch.audit))))

    def unpacked(self) -> RawBatch:
        """The batch again."""
        *cells, audit = [column.split(_NUL) if isinstance(column, str) else column for column in self.columns]
        return replace(self.bare, cells=cells, audit=audit)


def _packed(column: Sequence[str | None]) -> Column:
    try:
        if _NUL in "".join(cast("Sequence[str]", column)):
            return column
    except TypeError:  # None is among them
        return column
    return _NUL.join(cast("Sequence[str]", column)) if column else column
