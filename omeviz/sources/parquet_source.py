"""A Parquet file as batches of raw rows, or as omeviz wrote it.

Any table will do that holds AuditData, by whatever name, or the keys of the schema as columns, as Spark, Fabric,
pandas and DuckDB write them. Of a file that omeviz has written itself, `told` says what is in it, and `kept` gives
its rows as they stand there: whoever knows what an event is puts the store together again without decoding.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omeviz.errors import NotAnExportError, SourceError
from omeviz.own_parquet import Description, footer_of
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.compression import MOST_UNPACKED, Budget, Unpacked
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input, unreadable
from omeviz.sources.row_source import FastPath

if TYPE_CHECKING:
    import polars as pl

    from omeviz.sources.encoding import Encoding

_REMEDY = "Export it again, or get the file again from where it came."


class ParquetSource:
    """Reads one Parquet file.

    Args:
        source: What to read; for messages.
        stream: Its bytes.
        head: The first of them, already read.
        rules: What column names mean.
        limit: Bytes from which on what was unpacked is compared with the file's size; None: anything goes.

    Attributes:
        told: What omeviz wrote about the file, or None where another program wrote it.
        rows: Rows read so far.
        fast: Ignored; there is no fast path.

    Raises:
        SourceError: It is damaged, or cannot be read.
    """

    container = "parquet"
    delimiter = ""

    def __init__(
        self, source: Input, stream: ByteStream, head: bytes, rules: HeaderRules, *, limit: int | None = MOST_UNPACKED
    ) -> None:
        from omeviz.sources.parquet_frames import table_of
        from omeviz.sources.parquet_trial import Trial

        self._source = source
        self._stream = stream
        self._rules = rules
        self._budget = Budget(limit)
        self.fast: FastPath | None = None
        self.blank = 0
        self.rows = 0
        self._copied = False
        self._trial: Trial | None = None
        try:
            with self.named():
                self._path = self._file(head)
                with self._path.open("rb") as file:
                    footer_of(file)
                    self._size = file.seek(0, 2)
                self._trial = Trial(self._path)
                while self._trial.waits_for(0):
                    pass
                self._check()
                table = table_of(self._path)
        except BaseException:
            self.close()
            raise
        self._schema = table.schema
        self.told: Description | None = table.told
        self._foreign_version = table.told is None and "omeviz" in table.metadata

    @property
    def encoding(self) -> Encoding | None:
        """A table is no text."""
        return None

    def kept(self) -> Iterator[pl.DataFrame | None]:
        """The rows of omeviz's own file, some ten thousand at a time, and then the further copies of its events.

        None whenever more is long in coming.

        Raises:
            SourceError: It is damaged; what came before has been given.
        """
        from omeviz.sources.parquet_frames import copies, groups

        told = self.told
        if told is None:
            raise ValueError("another program wrote it")
        try:
            with self.named():
                for frames, end in (
                    (groups(self._path, told), told.records),
                    (copies(self._path, told), told.records + told.copies),
                ):
                    while self.rows < end:
                        yield from self._tried(min(self.rows + told.group_rows, end))
                        frame = next(frames)
                        self._budget.spend(int(frame.estimated_size()), self._size)
                        self.rows += frame.height
                        yield frame
        finally:
            self.close()

    def unusable(self) -> list[tuple[int, int, str, str]]:
        """(source, line, reason, raw text) of the unusable rows of omeviz's own file; to be asked before `kept`.

        Raises:
            SourceError: It is damaged.
        """
        from omeviz.sources.parquet_frames import unusable_rows

        if self.told is None or not self.told.unusable_size:
            return []
        with self.named():
            for _ in self._tried(min(1, self.told.records)):
                pass
            return list(unusable_rows(self._path, self.told))

    def batches(self) -> Iterator[RawBatch | None]:
        """Batches in order, the first small; None whenever more is long in coming.

        Raises:
            NotAnExportError: There is no column of an audit export.
            SourceError: It is damaged, or cannot be read.
        """
        from omeviz.sources.parquet_frames import batches
        from omeviz.sources.parquet_rows import RowReader

        try:
            with self.named():
                yield from self._tried(None)
                reader = RowReader(self._schema, self._rules)
                for frame in batches(self._path, reader.columns):
                    for batch in reader.batches(frame):
                        self._budget.spend(batch.size, self._size)
                        self.rows = reader.rows
                        self.blank = reader.blank
                        yield batch.raw
                if not reader.is_settled:
                    raise NotAnExportError(
                        f"{self._source.shown} has no column of an audit export.",
                        "omeviz needs AuditData, or columns such as CreationTime, UserId and Operation.",
                    )
        finally:
            self.close()

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A sound row as a JSON object of its cells."""
        cells = {name: column[row] for name, column in zip(batch.header, batch.cells, strict=True)}
        if batch.audit_index is not None:
            cells["AuditData"] = batch.audit[row]
        return json.dumps({name: cell for name, cell in cells.items() if cell is not None}, ensure_ascii=False)

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        if self._foreign_version:
            yield "written by another version of omeviz, so it was read as any table"

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows:,} rows, {len(self._schema):,} columns"

    def close(self) -> None:
        """Release the file and end what reads it."""
        if self._trial is not None:
            self._trial.close()
            self._trial = None
        if self._copied:
            self._copied = False
            with suppress(OSError):
                self._path.unlink()

    def _tried(self, rows: int | None) -> Iterator[None]:
        """None while these rows, or all of them, may still do harm."""
        trial = self._trial
        while trial is not None and trial.waits_for(2**62 if rows is None else rows):
            yield None
        self._check()

    def _check(self) -> None:
        if self._trial is not None and self._trial.failure is not None:
            raise ValueError(self._trial.failure)

    def _file(self, head: bytes) -> Path:
        """A path where the file stands: its own, or a temporary copy's."""
        source, stream = self._source, self._stream
        if not stream.compression and stream.size is not None and source.entry is None and source.opened is None:
            path = source.path
            if path is not None:
                return path
        with stream.whole(head) as whole, tempfile.NamedTemporaryFile(suffix=".parquet", delete=False) as copy:
            self._path = Path(copy.name)
            self._copied = True
            shutil.copyfileobj(whole, copy)
        if stream.failure is not None:
            raise stream.failure
        return self._path

    @contextmanager
    def named(self) -> Iterator[None]:
        """Whatever fails inside becomes an error about this file."""
        shown = self._source.shown
        try:
            yield
        except (SourceError, GeneratorExit, KeyboardInterrupt):
            raise
        except Unpacked as error:
            raise SourceError(f"{shown}: {error}.", "--no-size-limit reads it all the same.") from error
        except OSError as error:
            raise unreadable(shown, error) from error
        except BaseException as error:
            if not _is_of_polars(error):
                raise
            reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
            raise SourceError(f"{shown}: the Parquet file is damaged: {reason}.", _REMEDY) from error


def _is_of_polars(error: BaseException) -> bool:
    """Whether reading can raise it; a panic of Polars is no `Exception`."""
    from polars.exceptions import PanicException, PolarsError

    kinds: tuple[Any, ...] = (PolarsError, PanicException, ValueError, MemoryError, OverflowError, StopIteration)
    return isinstance(error, kinds)
