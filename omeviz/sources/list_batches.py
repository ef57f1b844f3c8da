"""Rows whose names differ, gathered under the union of their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from omeviz.sources.batch import Damage, RawBatch

FIRST_BATCH = 256
"""Rows of the first batch: enough for any screen."""

BATCH_ROWS = 8192
"""Rows of the others."""

_BATCH_SIZE = 16 << 20
_MOST_NAMES = 400
_MOST_CELLS = 2_000_000


@dataclass(slots=True)
class UnionBuilder:
    """Rows on their way to a batch.

    Attributes:
        row_is_record: The rows have no AuditData and are records themselves.
        limit: Rows that make it full.
    """

    row_is_record: bool = False
    limit: int = FIRST_BATCH
    _names: dict[tuple[str, int], None] = field(default_factory=dict)
    _rows: list[dict[tuple[str, int], str | None]] = field(default_factory=list)
    _audit: list[str | None] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _damage: dict[int, Damage] = field(default_factory=dict)
    _audit_index: int | None = None
    _size: int = 0

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def is_full(self) -> bool:
        """Whether it is time for a batch."""
        return self.height >= self.limit or self._size > _BATCH_SIZE

    def takes(self, names: Sequence[str], *, row_is_record: bool) -> bool:
        """Whether a row of these names may join the others, or must begin another batch."""
        if not self._rows:
            return True
        if row_is_record != self.row_is_record:
            return False
        new = sum(1 for name in names if (name, 0) not in self._names)
        width = len(self._names) + new
        return (not new or width <= _MOST_NAMES) and width * (self.height + 1) <= _MOST_CELLS

    def add(
        self,
        names: Sequence[str],
        cells: Sequence[str | None],
        audit: str | None,
        line: int,
        *,
        audit_index: int | None = None,
        damage: Damage | None = None,
        row_is_record: bool = False,
    ) -> None:
        """Take a row.

        Args:
            names: Of its cells, AuditData's left out; a name may be repeated.
            cells: As many.
            audit: AuditData's text, or None where it has none.
            line: Where the row starts, from 1.
            audit_index: Where AuditData's name stood among all names, or None where there is none.
            damage: What is wrong with it.
            row_is_record: The cells are the record.
        """
        self.row_is_record = row_is_record
        seen: dict[str, int] = {}
        row: dict[tuple[str, int], str | None] = {}
        for name, cell in zip(names, cells, strict=True):
            number = seen.get(name, 0)
            seen[name] = number + 1
            self._names.setdefault((name, number))
            row[name, number] = cell
            self._size += len(cell) if cell else 0
        if self._audit_index is None:
            self._audit_index = audit_index
        if damage is not None:
            self._damage[self.height] = damage
        self._rows.append(row)
        self._audit.append(audit)
        self._lines.append(line)
        self._size += len(audit) if audit else 0

    def batch(self) -> RawBatch:
        """Everything taken, as columns."""
        return RawBatch(
            tuple(name for name, _ in self._names),
            self._audit_index,
            self.row_is_record,
            [[row.get(key) for row in self._rows] for key in self._names],
            self._audit,
            self._lines,
            self._damage,
        )


def as_list(names: Sequence[str], cells: Sequence[str | None]) -> str:
    """A row as `Format-List` would write it, unwrapped; cells that are None are left out."""
    width = max(map(len, names), default=0)
    return "\n".join(f"{name:{width}} : {cell}" for name, cell in zip(names, cells, strict=True) if cell is not None)
