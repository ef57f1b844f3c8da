"""Records with differing keys on their way to a batch of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.json_records import Found

_MOST_CELLS = 1 << 21
_MOST_SIZE = 16 << 20
_MOST_COLUMNS = 4096

Column = tuple[str, int]
"""A key, and how many of that name stand before it in the same row."""

_AUDIT: Column = ("", -1)
"""AuditData among the keys."""


class Order:
    """The order in which columns are shown: that in which the sound rows of a source brought them.

    It depends on the rows alone, not on which of them share a batch.
    """

    def __init__(self) -> None:
        self._columns: list[Column] = []
        self._known: set[Column] = set()

    def learn(self, keys: Sequence[Column]) -> None:
        """Give keys that are new their places, each behind the one that it follows."""
        if not self._known.issuperset(keys) and len(self._columns) < _MOST_COLUMNS:
            self._columns = _merged(self._columns, keys)
            self._known.update(keys)

    def arranged(self, several: Iterable[Sequence[Column]]) -> list[Column]:
        """The keys of some rows, each once; those that no sound row has behind the one that they follow."""
        rows = list(several)
        present = {key for keys in rows for key in keys}
        columns = [key for key in self._columns if key in present]
        for keys in rows:
            columns = _merged(columns, keys)
        return columns

    def agrees(self, keys: Sequence[Column], others: Iterable[Sequence[Column]] = ()) -> bool:
        """Whether a row's keys stand in this order, and in that of some other rows."""
        places = {key: place for place, key in enumerate(_merged_all(self._columns, others))}
        own = [places[key] for key in keys if key in places]
        return own == sorted(own)


class BatchBuilder:
    """Rows on their way to one batch, whose columns are the union of their keys.

    Args:
        limit: Rows of the batch, at most.
        order: In which order columns stand; learns.
    """

    def __init__(self, limit: int, order: Order) -> None:
        self._limit = limit
        self._order = order
        self._headers: list[tuple[str, ...]] = []
        self._cells: list[Sequence[str | None]] = []
        self._audit: list[str | None] = []
        self._lines: list[int] = []
        self._damage: dict[int, Damage] = {}
        self._known: dict[tuple[str, ...], list[Column]] = {}
        self._sound: set[tuple[str, ...]] = set()
        self._present: set[Column] = set()
        self._size = 0
        self._is_row = False
        self._alone = False

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether no further row should be added."""
        rows = len(self._lines)
        return rows >= self._limit or self._size > _MOST_SIZE or rows * len(self._present) > _MOST_CELLS

    def takes(self, found: Found, *, damaged: bool = False) -> bool:
        """Whether a row may join the others.

        Rows that are records themselves have batches of their own, and so have damaged ones whose keys have another
        order.
        """
        if not self._lines:
            return True
        if found.is_row != self._is_row or self._alone:
            return False
        return not damaged or found.header in self._known or self._order.agrees(columns_of(found), self._known.values())

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
            keys = self._known[header] = columns_of(found)
            self._present.update(keys)
            self._alone = damage is not None and not self._order.agrees(keys)
        if header and damage is None and header not in self._sound:
            self._sound.add(header)
            self._order.learn(self._known[header])
        if damage is not None:
            self._damage[len(self._lines)] = damage
        self._headers.append(header)
        self._cells.append(found.cells)
        self._audit.append(found.audit)
        self._lines.append(number)
        self._size += size

    def batch(self) -> RawBatch:
        """Everything taken, as columns."""
        columns = next(iter(self._known.values())) if self._alone else self._order.arranged(self._known.values())
        keys = [key for key in columns if key != _AUDIT]
        cells: list[Sequence[str | None]]
        if len(self._known) == 1 and all(self._headers) and columns in self._known.values():
            cells = list(zip(*self._cells, strict=True))
        else:
            places = {key: place for place, key in enumerate(keys)}
            known = {header: [places[key] for key in own if key != _AUDIT] for header, own in self._known.items()}
            filled: list[list[str | None]] = [[None] * len(self._lines) for _ in keys]
            for row, (header, values) in enumerate(zip(self._headers, self._cells, strict=True)):
                for place, value in zip(known[header] if header else (), values, strict=True):
                    filled[place][row] = value
            cells = list(filled)
        index = columns.index(_AUDIT) if _AUDIT in columns else None
        names = tuple(name for name, _ in keys)
        return RawBatch(names, index, self._is_row, cells, self._audit, self._lines, self._damage)


def columns_of(found: Found) -> list[Column]:
    """A row's keys in order, AuditData's among them; of a name that is repeated there are several."""
    seen: dict[str, int] = {}
    keys: list[Column] = []
    for name in found.header:
        seen[name] = seen.get(name, -1) + 1
        keys.append((name, seen[name]))
    if found.place is not None:
        keys.insert(found.place, _AUDIT)
    return keys


def _merged_all(columns: list[Column], several: Iterable[Sequence[Column]]) -> list[Column]:
    for keys in several:
        columns = _merged(columns, keys)
    return columns


def _merged(columns: list[Column], keys: Sequence[Column]) -> list[Column]:
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
