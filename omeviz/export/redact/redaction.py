"""The redaction of one export: slices of records go in, slices with stand-ins come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from omeviz.events.problems import ProblemKind
from omeviz.export.redact.kinds import COLUMN_KINDS, HARMLESS
from omeviz.export.redact.patterns import places, replaced
from omeviz.export.redact.record import RecordRedaction
from omeviz.export.redact.stand_ins import StandIns
from omeviz.export.redact.vocabulary import Vocabulary, vocabulary_of
from omeviz.export.slices import Slice, WrapperCells
from omeviz.store import Store

_NEEDED = (
    *(name for name, kind in COLUMN_KINDS.items() if kind not in HARMLESS),
    *("recipients", "audit", "problems"),
)
"""Columns that tell what is sensitive in a record, whether they are exported or not."""

_AS_THEY_ARE = frozenset({"time", "status", "problems", "line", "source", "recipients"})


class Redaction:
    """Redacts slices of a store.

    Args:
        stand_ins: Makes the stand-ins.
        store: Whose values are sensitive wherever they occur.
    """

    def __init__(self, stand_ins: StandIns, store: Store) -> None:
        self.stand_ins = stand_ins
        self._store = store
        self._shared: Vocabulary | None = None

    def shared(self) -> Vocabulary:
        """The sensitive values of the whole store; gathered when the first text asks for them."""
        if self._shared is None:
            self._shared = vocabulary_of(self._store)
        return self._shared

    @staticmethod
    def columns_read(columns: Sequence[str]) -> tuple[str, ...]:
        """Which columns a slice needs so that these can be written."""
        return tuple(dict.fromkeys((*columns, *_NEEDED)))

    def applied(self, piece: Slice, columns: Sequence[str]) -> Slice:
        """A slice of these columns with stand-ins; it must have those of `columns_read`."""
        return SliceRedaction(self, piece).slice(columns)

    def file_name(self, name: str) -> str:
        """A source's name: what its form gives away is replaced, the rest is the user's own and stays."""
        return replaced(name, places(name, self.stand_ins), self.stand_ins)


class SliceRedaction:
    """Redacts one slice, and later the wrapper cells that a writer asks for.

    Args:
        redaction: Whose slice it is.
        piece: The slice as in the store.
    """

    def __init__(self, redaction: Redaction, piece: Slice) -> None:
        self._redaction = redaction
        self._piece = piece
        held = {name: piece.frame[name].to_list() for name in _NEEDED}
        self._audits: list[str | None] = held.pop("audit")
        self._problems: list[int] = held.pop("problems")
        self._held = held
        self._last: tuple[int, RecordRedaction] | None = None

    def slice(self, columns: Sequence[str]) -> Slice:
        """The slice with stand-ins in its frame, which has these columns."""
        piece = self._piece
        written = [name for name in columns if name not in _AS_THEY_ARE]
        old = {name: piece.frame[name].to_list() for name in written}
        new: dict[str, list[str | None]] = {name: [] for name in written}
        several: list[list[str] | None] = []
        for position in range(piece.frame.height):
            record = self._record(position)
            held = self._held["recipients"][position]
            several.append(None if held is None else [record.column("recipient", each) for each in held])
            for name in written:
                text = self._value(record, name, old[name][position])
                new[name].append("; ".join(several[-1]) if name == "recipient" and several[-1] else text)
        series = [pl.Series(name, texts, dtype=pl.String) for name, texts in new.items()]
        series.append(pl.Series("recipients", several, dtype=pl.List(pl.String)))
        return replace(piece, frame=piece.frame.with_columns(series).select(columns), redaction=self)

    def wrapper(self, position: int, cells: WrapperCells) -> WrapperCells:
        """A record's wrapper cells with stand-ins, and its column names, which may be anything."""
        record = self._record(position)
        return WrapperCells(
            tuple(map(record.key, cells.names)),
            tuple(record.cells(cells.names, cells.cells)),
            cells.row_is_record,
        )

    def _value(self, record: RecordRedaction, name: str, text: str | None) -> str | None:
        if text is None:
            return None
        if name == "audit":
            return record.audit()
        if name == "file":
            return self._redaction.file_name(text)
        return record.column(name, text)

    def _record(self, position: int) -> RecordRedaction:
        """The record at a position; it is asked for several times in a row."""
        if self._last is None or self._last[0] != position:
            columns = {name: values[position] for name, values in self._held.items()}
            redaction = self._redaction
            damaged = bool(self._problems[position] & ProblemKind.DAMAGED_ROW)
            audit = self._audits[position]
            record = RecordRedaction(redaction.stand_ins, redaction.shared, columns, audit, damaged=damaged)
            self._last = position, record
        return self._last[1]
