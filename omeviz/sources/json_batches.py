"""Records with differing keys on their way to a batch of columns."""

from __future__ import annotations

from collections.abc import Sequence

from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.json_records import Found

_MOST_CELLS = 1 << 21
_MOST_SIZE = 16 << 20


class BatchBuilder:
    """Rows on their way to one batch, whose columns are the union of their keys.

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
        self._columns: dict[tuple[str, int], int] = {}
        self._known: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._index: int | None = None
        self._size = 0
        self._is_row = False

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether no further row should be added."""
        rows = len(self._lines)
        return rows >= self._limit or self._size > _MOST_SIZE or rows * len(self._columns) > _MOST_CELLS

    def takes(self, found: Found) -> bool:
        """Whether a row may join the others: rows that are records themselves have batches of their own."""
        return not self._lines or found.is_row == self._is_row

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
            self._learn(header, found.place)
        if damage is not None:
            self._damage[len(self._lines)] = damage
        self._headers.append(header)
        self._cells.append(found.cells)
        self._audit.append(found.audit)
        self._lines.append(number)
        self._size += size

    def _learn(self, header: tuple[str, ...], index: int | None) -> None:
        """The columns of a header; of a name that is repeated there are several."""
        seen: dict[str, int] = {}
        places = []
        for name in header:
            seen[name] = seen.get(name, -1) + 1
            places.append(self._columns.setdefault((name, seen[name]), len(self._columns)))
        self._known[header] = tuple(places)
        if self._index is None:
            self._index = index

    def batch(self) -> RawBatch:
        """Everything taken, as columns."""
        names = tuple(name for name, _ in self._columns)
        columns: list[Sequence[str | None]]
        if len(self._known) == 1 and all(self._headers):
            columns = list(zip(*self._cells, strict=True))
        else:
            filled: list[list[str | None]] = [[None] * len(self._lines) for _ in names]
            for row, (header, cells) in enumerate(zip(self._headers, self._cells, strict=True)):
                for place, cell in zip(self._known[header] if header else (), cells, strict=True):
                    filled[place][row] = cell
            columns = list(filled)
        index = self._index if names else None
        return RawBatch(names, index, self._is_row, columns, self._audit, self._lines, self._damage)
