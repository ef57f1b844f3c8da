"""Records with differing keys on their way to a batch of columns."""

from __future__ import annotations

from collections.abc import Sequence

from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.json_records import Found

_MOST_CELLS = 1 << 21
_MOST_SIZE = 16 << 20

_Column = tuple[str, int]
"""A key, and how many of that name stand before it in the same row."""

_AUDIT: _Column = ("", -1)
"""AuditData among the keys."""


class BatchBuilder:
    """Rows on their way to one batch, whose columns are the union of their keys.

    A key stands among the columns where it stands in its row, also if it comes later than keys that follow it: rows
    look the same whatever shares a batch with them. Where two rows have the same keys in different orders, the first
    one's counts; what `takes` refuses begins another batch instead.

    Args:
        limit: Rows of the batch, at most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._headers: list[tuple[str, ...]] = []
        self._cells: list[Sequence[str | None]] = []
        self._audit: list[str | None] = []
        self._lines: list[int] = []
        self._damage: dict[int, Damage] = {}
        self._columns: list[_Column] = []
        self._known: dict[tuple[str, ...], tuple[_Column, ...]] = {}
        self._size = 0
        self._is_row = False

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether no further row should be added."""
        rows = len(self._lines)
        return rows >= self._limit or self._size > _MOST_SIZE or rows * len(self._columns) > _MOST_CELLS

    def takes(self, found: Found, *, damaged: bool = False) -> bool:
        """Whether a row may join the others.

        Rows that are records themselves have batches of their own, and so have damaged ones whose keys have another
        order.
        """
        if not self._lines:
            return True
        if found.is_row != self._is_row:
            return False
        if not damaged or found.header in self._known:
            return True
        places = {key: place for place, key in enumerate(self._columns)}
        own = [places[key] for key in _columns_of(found) if key in places]
        return own == sorted(own)

    def add(self, found: Found, number: int, size: int, damage: Damage | None = None) -> None:
        """Take a row.

        Args:
            found: What it holds.
            number: Its number in the source, from 1.
            size: Characters it has in the source.
            damage: What is wrong with it.
        """
        self._is_row = found.is_row
        header = found.header
        if header and header not in self._known:
            self._learn(found)
        if damage is not None:
            self._damage[len(self._lines)] = damage
        self._headers.append(header)
        self._cells.append(found.cells)
        self._audit.append(found.audit)
        self._lines.append(number)
        self._size += size

    def _learn(self, found: Found) -> None:
        """The columns of a header; of a name that is repeated there are several."""
        keys = _columns_of(found)
        self._columns = _merged(self._columns, keys)
        self._known[found.header] = tuple(key for key in keys if key != _AUDIT)

    def batch(self) -> RawBatch:
        """Everything taken, as columns."""
        keys = [key for key in self._columns if key != _AUDIT]
        columns: list[Sequence[str | None]]
        if len(self._known) == 1 and all(self._headers):
            columns = list(zip(*self._cells, strict=True))
        else:
            places = {key: place for place, key in enumerate(keys)}
            known = {header: [places[key] for key in own] for header, own in self._known.items()}
            filled: list[list[str | None]] = [[None] * len(self._lines) for _ in keys]
            for row, (header, cells) in enumerate(zip(self._headers, self._cells, strict=True)):
                for place, cell in zip(known[header] if header else (), cells, strict=True):
                    filled[place][row] = cell
            columns = list(filled)
        index = self._columns.index(_AUDIT) if _AUDIT in self._columns else None
        names = tuple(name for name, _ in keys)
        return RawBatch(names, index, self._is_row, columns, self._audit, self._lines, self._damage)


def _columns_of(found: Found) -> list[_Column]:
    """A row's keys in order, AuditData's among them."""
    seen: dict[str, int] = {}
    keys: list[_Column] = []
    for name in found.header:
        seen[name] = seen.get(name, -1) + 1
        keys.append((name, seen[name]))
    if found.place is not None:
        keys.insert(found.place, _AUDIT)
    return keys


def _merged(columns: list[_Column], keys: list[_Column]) -> list[_Column]:
    """Columns with those among them that are missing, each behind the one that it follows in its own row."""
    known = set(columns)
    if known.issuperset(keys):
        return columns
    merged = list(columns)
    place = 0
    for key in keys:
        if key in known:
            place = merged.index(key) + 1
        else:
            merged.insert(place, key)
            place += 1
    return merged
