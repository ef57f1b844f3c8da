"""Parquet that omeviz opens again in seconds, with everything that was known; for other programs a plain table.

`omeviz.own_parquet` describes the file. With chosen columns it is that table alone: those columns under the headings
of the CSV export, typed, without anything that only omeviz needs. A selection of the events holds these, and apart
from the table their further copies; an export of all of them holds the unusable rows too. Redacted, neither unusable
rows nor the texts of damaged rows are written.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from omeviz import __version__, own_parquet
from omeviz.errors import ExportError
from omeviz.events.decode import storable
from omeviz.events.parquet_part import column_of, decoded_columns
from omeviz.events.part import FRAME_SCHEMA
from omeviz.events.problems import UnusableRow
from omeviz.export.parquet_stream import ParquetStream, Sink
from omeviz.export.parquet_wrapper import CELL_LIST, WrapperTable, parts_of
from omeviz.export.redact.stand_ins import DAMAGED
from omeviz.export.slices import Slice, slices
from omeviz.own_parquet import Description, KeptSource
from omeviz.store import Store

if TYPE_CHECKING:
    from omeviz.export.redact.redaction import Redaction
    from omeviz.summary import SourceSummary

MOST_GROUP_ROWS = 65_536
"""Rows of a row group: as many as a part of the store has at most."""

_GROUP_SIZE = 128 << 20
_FEWEST_GROUP_ROWS = 16
_UTC_TIME = pl.Datetime("us", "UTC")


def columns_read(columns: tuple[str, ...] | None) -> tuple[str, ...]:
    """Everything, or the chosen columns."""
    return (*FRAME_SCHEMA, "source", "file") if columns is None else columns


def writer(sink: BinaryIO, columns: tuple[str, ...] | None) -> TableWriter | ParquetWriter:
    """A writer onto a sink.

    Raises:
        ExportError: The sink is a terminal.
    """
    with suppress(AttributeError, ValueError):
        if sink.isatty():
            raise ExportError("Parquet is no text for a terminal.", "Export to a file.")
    return ParquetWriter(sink) if columns is None else TableWriter(sink, columns)


def _stored_type(name: str) -> Any:
    if name == "time":
        return _UTC_TIME
    return pl.Categorical() if name == "file" else FRAME_SCHEMA[name]


def _stored(name: str) -> pl.Expr:
    """A column of a slice as the file has it."""
    column = pl.col(name)
    if name == "time":
        return column.dt.replace_time_zone("UTC").alias(column_of(name))
    return column.cast(_stored_type(name)).alias(column_of(name))


class TableWriter:
    """Writes chosen columns only."""

    def __init__(self, sink: BinaryIO, columns: Sequence[str]) -> None:
        self._columns = [_stored(name) for name in columns]
        schema = {column_of(name): _stored_type(name) for name in columns}
        self._stream = ParquetStream(Sink(sink), schema, MOST_GROUP_ROWS)

    def begin(self, store: Store, redaction: Redaction | None) -> None:
        """Nothing is needed of the store."""

    def write(self, piece: Slice) -> None:
        """Write the records of a slice."""
        self._stream.put(piece.frame.select(self._columns))

    def finish(self) -> None:
        """Write the end."""
        self._stream.finish()

    def abort(self) -> None:
        """Write no more."""
        self._stream.abort()


class ParquetWriter:
    """Writes records with everything that is known of them."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = Sink(sink)
        self._store: Store | None = None
        self._redaction: Redaction | None = None
        self._wrapper: WrapperTable | None = None
        self._stream: ParquetStream | None = None
        self._records = 0
        self._sources: set[int] = set()
        self._group_rows = MOST_GROUP_ROWS
        self._unusable = b""
        self._copies = b""
        self._rows: list[pl.Series] = []
        self._further_count = 0

    def begin(self, store: Store, redaction: Redaction | None) -> None:
        """Learn where the records come from, before the first slice.

        Args:
            store: Where they are.
            redaction: What the slices went through, or None.
        """
        self._store, self._redaction = store, redaction
        frame = store.frame
        if frame.height:
            size = frame["audit"].str.len_bytes().sum() / frame.height
            self._group_rows = int(max(_FEWEST_GROUP_ROWS, min(MOST_GROUP_ROWS, _GROUP_SIZE / max(size, 1.0))))

    def write(self, piece: Slice) -> None:
        """Write the records of a slice."""
        _, stream = self._opened(piece)
        stream.put(self._table(piece))
        self._records += len(piece.rows)
        self._rows.append(piece.rows)

    def _table(self, piece: Slice) -> pl.DataFrame:
        """The records of a slice with everything that is known of them."""
        wrapper, _ = self._opened(piece)
        frame = piece.frame.select(
            *(_stored(name) for name in (*FRAME_SCHEMA, "file")),
            pl.col("source").alias(own_parquet.SOURCE),
        )
        self._sources.update(piece.frame["source"].unique())
        return frame.hstack(wrapper.frame(piece)).hstack(_damage(piece))

    def finish(self) -> None:
        """Write the further copies of the events, and the end."""
        wrapper, stream = self._opened(None)
        copies = self._further()
        self._further_count = copies.len()
        if self._further_count:
            self._write_copies(copies, wrapper)
        stream.finish()
        self._sink.seal(self._copies + self._unusable)

    def _further(self) -> pl.Series:
        """The copies of the written events that were not written themselves; their row numbers, ascending."""
        copies = self._of().copies
        if not copies.count or not self._rows:
            return pl.Series([], dtype=pl.UInt32)
        written = pl.concat(self._rows).sort()
        further = copies.hidden.filter(copies.shown.is_in(written.implode()))
        return further.filter(~further.is_in(written.implode()))

    def _write_copies(self, rows: pl.Series, wrapper: WrapperTable) -> None:
        store, redaction = self._of(), self._redaction
        wanted = columns_read(None) if redaction is None else redaction.columns_read(columns_read(None))
        buffer = io.BytesIO()
        stream = ParquetStream(Sink(buffer), self._schema(wrapper), self._group_rows)
        try:
            for piece in slices(store, rows, wanted):
                stream.put(self._table(piece if redaction is None else redaction.applied(piece, columns_read(None))))
            stream.finish()
        except BaseException:
            stream.abort()
            raise
        self._copies = buffer.getvalue()

    def abort(self) -> None:
        """Write no more."""
        if self._stream is not None:
            self._stream.abort()

    def _opened(self, piece: Slice | None) -> tuple[WrapperTable, ParquetStream]:
        if self._wrapper is None or self._stream is None:
            parts = self._of().parts if piece is None else piece.parts
            taken = {*_FIXED, own_parquet.LAYOUT, *_DAMAGE}
            self._wrapper = WrapperTable(parts, taken, listed=self._redaction is not None)
            self._stream = ParquetStream(self._sink, self._schema(self._wrapper), self._group_rows, self._metadata)
        return self._wrapper, self._stream

    @staticmethod
    def _schema(wrapper: WrapperTable) -> dict[str, Any]:
        return {**_FIXED, **wrapper.schema, **_DAMAGE}

    def _of(self) -> Store:
        if self._store is None:
            raise RuntimeError("begin was not called")
        return self._store

    def _metadata(self) -> dict[str, str]:
        """The description, once all records are written."""
        self._sink.hold_back()
        store, wrapper = self._of(), self._wrapper
        complete = self._records >= store.event_count
        if complete and self._redaction is None:
            self._unusable = _unusable_file(store.unusable)
        told = Description(
            version=__version__,
            written=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            group_rows=self._group_rows,
            records=self._records,
            complete=complete,
            redacted=self._redaction is not None,
            decoded=decoded_columns(),
            wrapper=wrapper.columns if wrapper is not None else (),
            layouts=tuple(wrapper.layouts) if wrapper is not None else (),
            sources=tuple(
                self._kept(source) if complete or index in self._sources else None
                for index, source in enumerate(store.sources)
            ),
            unusable_size=len(self._unusable),
            copies=self._further_count,
            copies_size=len(self._copies),
        )
        return {own_parquet.KEY: told.text()}

    def _kept(self, source: SourceSummary) -> KeptSource:
        rows = source.rows if source.exported_from is None else source.exported_from
        if self._redaction is not None:
            return KeptSource(
                self._redaction.file_name(source.name),
                "",
                source.container,
                source.encoding,
                dates=source.dates,
                rows=rows,
            )
        return KeptSource(
            name=source.name,
            path="" if source.path is None else str(source.path),
            container=source.container,
            encoding=source.encoding,
            delimiter=source.delimiter,
            dates=source.dates,
            size=source.size,
            modified=source.modified,
            origin=source.origin,
            notes=source.notes,
            rows=rows,
        )


_FIXED: dict[str, Any] = {
    **{column_of(name): _stored_type(name) for name in (*FRAME_SCHEMA, "file")},
    own_parquet.SOURCE: pl.UInt32(),
}
_DAMAGE: dict[str, Any] = {
    own_parquet.RAW: pl.String(),
    own_parquet.REASON: pl.String(),
    own_parquet.EXTRA: CELL_LIST,
}


def _damage(piece: Slice) -> pl.DataFrame:
    """The texts of damaged rows, what is wrong with them, and cells beyond the header's."""
    height = len(piece.rows)
    raw: list[str | None] = [None] * height
    reasons: list[str | None] = [None] * height
    extra: list[list[str] | None] = [None] * height
    for part, positions, local in parts_of(piece):
        if not (part.raw or part.reasons or part.extra):
            continue
        for position, row in zip(positions.to_list(), local.to_list(), strict=True):
            if row in part.raw:
                raw[position] = storable(part.raw[row]) if piece.redaction is None else DAMAGED
            if row in part.reasons:
                reasons[position] = storable(part.reasons[row]) if piece.redaction is None else DAMAGED
            if row in part.extra:
                extra[position] = [storable(cell) for cell in part.extra[row]]
    if piece.redaction is not None:
        _redact_extra(piece, extra)
    return pl.DataFrame({own_parquet.RAW: raw, own_parquet.REASON: reasons, own_parquet.EXTRA: extra}, schema=_DAMAGE)


def _redact_extra(piece: Slice, extra: list[list[str] | None]) -> None:
    from omeviz.export.slices import wrapper_cells

    positions = [position for position, cells in enumerate(extra) if cells]
    for position, row in zip(positions, wrapper_cells(piece, positions), strict=True):
        count = len(extra[position] or ())
        extra[position] = [storable(cell or "") for cell in row.cells[len(row.cells) - count :]]


def _unusable_file(rows: Sequence[UnusableRow]) -> bytes:
    """Unusable rows as a Parquet file of their own."""
    if not rows:
        return b""
    buffer = io.BytesIO()
    pl.DataFrame(
        {
            "source": [row.source for row in rows],
            "line": [row.line for row in rows],
            "reason": [storable(row.reason) for row in rows],
            "raw": [storable(row.raw) for row in rows],
        },
        schema={"source": pl.UInt32, "line": pl.UInt64, "reason": pl.String, "raw": pl.String},
    ).write_parquet(buffer, statistics=False)
    return buffer.getvalue()
