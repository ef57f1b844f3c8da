"""Inputs -> a store, step by step, so that a screen can show what has arrived and a user can stop it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from omeviz.courtesy import Courtesy
from omeviz.errors import NotAnExportError, OmevizError, SourceError
from omeviz.events.decode import DecodedBatch, decode, redecode, unusable_rows
from omeviz.events.problems import UnusableRow
from omeviz.events.times import Order
from omeviz.helpers import Helpers
from omeviz.load_ahead import Ahead
from omeviz.load_kept import LONGEST_UNUSABLE, MOST_UNUSABLE, KeptEvents
from omeviz.load_reading import Reading, fast_path
from omeviz.load_rules import Rules, sound_json
from omeviz.load_steps import (
    Finished,
    FirstRows,
    LoadOptions,
    Note,
    PartLoaded,
    Progress,
    SourceDone,
    SourceFailed,
    Step,
)
from omeviz.memory import REMEDY, Guard
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.expand import Found, Identity, expand
from omeviz.sources.inputs import Input
from omeviz.sources.open_rows import open_rows
from omeviz.sources.row_source import CHUNK, ReadOptions, RowSource

__all__ = [
    "Finished",
    "FirstRows",
    "LoadOptions",
    "Loader",
    "Note",
    "PartLoaded",
    "Progress",
    "SourceDone",
    "SourceFailed",
    "Step",
    "load_all",
]

if TYPE_CHECKING:
    from omeviz.events.decode import Framed
    from omeviz.events.fast import FastPart
    from omeviz.events.part import EventPart
    from omeviz.sources.parquet_source import ParquetSource
    from omeviz.store import SourceSummary, Store


FEW = 50_000
"""Rows that are loaded however little memory is left."""


class Loader:
    """Loads inputs into a store, in the order they were named.

    Args:
        inputs: Paths; `-` is standard input.
        options: What the user says about them.
        store: Where to load to; None makes one once Polars is imported, after the first rows.
        chunk: Bytes that the fast path takes at once.
        guard: Watches over the memory.
        helpers: Decode what goes the careful way, where it is much; None: own ones, which end with the load.

    Attributes:
        store: The store, or None before the first part.
        failures: What went wrong so far.
        notes: What else a user should know of the arguments, one sentence without full stop each.
        fast_rows: How many rows the fast path decoded.
        courtesy: Told of keys by whoever shows what is loaded, if anybody does.

    Raises:
        UsageError: The options name something unknown.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        options: LoadOptions | None = None,
        store: Store | None = None,
        *,
        chunk: int = CHUNK,
        guard: Guard | None = None,
        helpers: Helpers | None = None,
    ) -> None:
        self._chunk = chunk
        self._guard = guard or Guard()
        self._short = False
        self.inputs = tuple(inputs)
        self.options = (options or LoadOptions()).checked()
        self.store = store
        self.failures: list[OmevizError] = []
        self.notes: list[str] = []
        self.fast_rows = 0
        self.courtesy = Courtesy()
        self._first_shown = store is not None or self.options.keep is not None
        self._kept: KeptEvents | None = None
        self._unusable_length = 0
        self._rows = 0
        self._helpers = helpers or Helpers()
        self._has_own_helpers = helpers is None
        self._ahead = Ahead(self._helpers)

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Step]:
        """Load everything; yields what happened. Never raises for what a user can cause."""
        try:
            yield from self._run(should_stop)
        finally:
            if self._has_own_helpers:
                self._helpers.close()

    def _run(self, should_stop: Callable[[], bool]) -> Iterator[Step]:
        seen: set[Identity] = set()
        stopped = False
        for text in () if self.options.keep is None else self.options.keep.notes:
            self.notes.append(text)
            yield Note(text)
        should_end = partial(self._should_end, should_stop)
        for argument in self.inputs:
            found = expand(argument, self.options.stdin, seen=seen, limit=self.options.limit)
            for step in self._argument(found, should_end):
                if isinstance(step, SourceFailed):
                    self.failures.append(step.error)
                elif isinstance(step, Note):
                    self.notes.append(step.text)
                yield step
                stopped = stopped or should_end()
            if stopped or should_end():
                stopped = True
                break
        if self._short:
            short = SourceError("Loading stopped: hardly any memory is left. What was loaded is kept.", REMEDY)
            self.failures.append(short)
            yield SourceFailed(short)
        store = self._ensure_store()
        if not should_stop():  # whoever stops does not wait: what shows the records merges them
            store.merge_copies()
        yield Finished(stopped)

    def _should_end(self, should_stop: Callable[[], bool]) -> bool:
        """Whether to load no more: the user says so, or memory runs short; a few events are always taken."""
        self._short = self._short or (self._rows >= FEW and self._guard.is_short())
        return self._short or should_stop()

    def _argument(self, found: Found, should_stop: Callable[[], bool]) -> Iterator[Step]:
        """Everything that an argument stands for."""
        try:
            for source in found:
                error: OmevizError | None = None
                try:
                    yield from self._load(source, should_stop)
                except OmevizError as failed:
                    error = failed
                told = found.ended(source, error)
                if told is not None:
                    yield SourceFailed(told)
                if should_stop():
                    return
        except OmevizError as error:  # nothing is there
            yield SourceFailed(error)
            return
        verdict = found.verdict()
        if verdict is not None:
            yield SourceFailed(verdict)
        else:
            yield from map(Note, found.notes())

    def _ensure_store(self) -> Store:
        if self.store is None:
            from omeviz.store import Store

            self.store = Store()
        return self.store

    def _load(self, source: Input, should_stop: Callable[[], bool]) -> Iterator[Step]:
        told = self.options
        stream = ByteStream(source, told.stdin, limit=told.limit)
        warning = self._guard.warning(stream.size) if stream.size is not None and told.keep is None else ""
        if warning:
            yield Note(f"{source.shown}: {warning}")
        try:
            options = ReadOptions(told.encoding, told.delimiter, told.container, self._chunk, told.limit)
            reader = open_rows(source, stream, Rules(), sound_json=sound_json, options=options)
            if getattr(reader, "told", None) is not None:
                yield from self._read_own(source, cast("ParquetSource", reader), stream, should_stop)
            else:
                yield from self._read(source, reader, stream, should_stop)
        finally:
            self._ahead.drop()
            stream.close()

    def _read_own(
        self, source: Input, reader: ParquetSource, stream: ByteStream, should_stop: Callable[[], bool]
    ) -> Iterator[Step]:
        """A Parquet file that omeviz wrote: nothing is decoded again."""
        from omeviz.load_parquet import read_kept

        for step in read_kept(
            source, reader, stream.size, self._ensure_store, self.options, self._rows, should_stop, self._add_own
        ):
            if isinstance(step, SourceDone) and self._kept is not None:
                yield from self._kept.flush()
            yield step
        if self.store is not None:
            self._rows = sum(known.rows for known in self.store.sources)

    def _add_own(self, part: EventPart) -> Iterator[Step]:
        store = self._ensure_store()
        if self.options.keep is None:
            yield PartLoaded(store.append(part), part.height)
            return
        if self._kept is None:
            self._kept = KeptEvents(self.options.keep, store)
        kept, steps = self._kept.add(part, None)
        store.sources[part.source].dropped += part.height - kept
        yield from steps

    def _read(
        self, source: Input, reader: RowSource, stream: ByteStream, should_stop: Callable[[], bool]
    ) -> Iterator[Step]:
        reading: Reading | None = None
        complete = False
        try:
            for batch in reader.batches():
                if not isinstance(batch, RawBatch):  # what was read before comes first
                    taken = yield from self._take_decoded(reading, reader, should_stop, everything=True)
                    if not taken:
                        break
                if batch is None:  # a pipe that takes its time
                    yield from () if self._kept is None else self._kept.flush_due()
                    yield Progress(self._rows, stream.position, stream.size, source.name)
                    if should_stop():
                        break
                    continue
                if not isinstance(batch, RawBatch):
                    assert reading is not None  # noqa: S101  # the first batch comes the careful way
                    yield from self._take_fast(reading, cast("FastPart", batch))
                    yield Progress(self._rows, stream.position, stream.size, source.name)
                    if should_stop():
                        break
                    continue
                if reading is None:
                    reading, decoded = self._begin(source, stream, decode(batch, self.options.dates or "mdy"))
                    if not self._first_shown and decoded.rows:
                        self._first_shown = True
                        yield FirstRows(decoded.columns(), source.name)
                    reading.index = self._ensure_store().add_source(reading.summary)
                    yield from self._take(reading, batch, decoded.framed(), reader)
                else:
                    self._ahead.add(batch, self.options.dates or reading.used)
                    taken = yield from self._take_decoded(reading, reader, should_stop)
                    if not taken:
                        break
                if reader.fast is None and not self.options.careful:
                    reader.fast = fast_path(reading, batch, self._helpers, self.courtesy)
                yield Progress(self._rows, stream.position, stream.size, source.name)
                if should_stop():
                    break
            else:
                taken = yield from self._take_decoded(reading, reader, should_stop, everything=True)
                complete = taken and stream.failure is None
        except OmevizError as error:
            if reading is not None:
                yield from self._take_decoded(reading, reader, should_stop, everything=True)
                yield from self._end(reading, reader, stream, complete=False)
            raise stream.failure or error from error
        if reading is not None:
            yield from self._take_finished(reading, reader)
            yield from self._end(reading, reader, stream, complete=complete)
        if stream.failure is not None:
            raise stream.failure
        if complete and (reading is None or not reading.summary.records):
            raise NotAnExportError(
                f"{source.shown} holds no record: {reader.emptiness(reading.summary.rows if reading else 0)}.",
                "Widen the search's time range and export again.",
            )

    def _begin(self, source: Input, stream: ByteStream, decoded: DecodedBatch) -> tuple[Reading, DecodedBatch]:
        from omeviz.summary import SourceSummary, modified_of

        modified = modified_of(source.path)
        summary = SourceSummary(name=source.name, path=source.path, size=stream.size, modified=modified)
        summary.kept_only = "" if self.options.keep is None else self.options.keep.text
        reading = Reading(source, summary, -1)
        reading.hear(decoded)
        reading.used = self.options.dates or reading.order()
        reading.votes.clear()
        if reading.used != decoded.dates:
            decoded = decode(decoded.batch, reading.used)
        return reading, decoded

    def _take_decoded(
        self,
        reading: Reading | None,
        reader: RowSource,
        should_stop: Callable[[], bool],
        *,
        everything: bool = False,
    ) -> Generator[Step, None, bool]:
        """Take the batches that are decoded by now, or wait for all of them; False: whoever stops does without."""
        for done in self._ahead.decoded(everything=everything):
            if done is not None and reading is not None:
                yield from self._take(reading, *done, reader)
            if should_stop():
                return False
        return True

    def _take_finished(self, reading: Reading, reader: RowSource) -> Iterator[Step]:
        """Take the batches that are decoded, and no more: whoever stopped does not wait."""
        for batch, decoded in self._ahead.finished():
            yield from self._take(reading, batch, decoded, reader)

    def _take(self, reading: Reading, batch: RawBatch, decoded: Framed, reader: RowSource) -> Iterator[Step]:
        summary = reading.summary
        reading.hear(decoded)
        for line, reason, raw in unusable_rows(batch, decoded.unusable, reader.raw_row):
            self._list_unusable(UnusableRow(reading.index, line, reason, raw))
        summary.rows += batch.height
        summary.records += len(decoded.rows)
        summary.container = reader.container
        summary.encoding = "" if reader.encoding is None else reader.encoding.shown
        summary.delimiter = reader.delimiter
        self._rows += batch.height
        if decoded.rows:
            yield from self._append(reading.summary, decoded.part(batch, reading.index), reading.other_order)

    def _take_fast(self, reading: Reading, fast: FastPart) -> Iterator[Step]:
        summary = reading.summary
        reading.hear(fast)
        for line, reason, raw in fast.unusable:
            self._list_unusable(UnusableRow(reading.index, line, reason, raw))
        summary.rows += fast.rows
        summary.records += fast.part.height
        self._rows += fast.rows
        self.fast_rows += fast.rows - fast.careful_rows
        if fast.part.height:
            yield from self._append(reading.summary, fast.part, reading.other_order)

    def _append(self, summary: SourceSummary, part: EventPart, other: Order | None = None) -> Iterator[Step]:
        """Bring records into the store, or those that are to be kept; `other`: the order that dates may yet have."""
        if self.options.keep is None:
            yield PartLoaded(self._ensure_store().append(part), part.height)
            return
        if self._kept is None:
            self._kept = KeptEvents(self.options.keep, self._ensure_store())
        kept, steps = self._kept.add(part, None if self.options.dates else other)
        summary.dropped += part.height - kept
        yield from steps

    def _list_unusable(self, row: UnusableRow) -> None:
        """List a row that is no record; where most is dropped, only so many that memory stays bounded."""
        unusable = self._ensure_store().unusable
        if self.options.keep is not None:
            self._unusable_length += len(row.raw)
            if len(unusable) >= MOST_UNUSABLE or self._unusable_length > LONGEST_UNUSABLE:
                return
        unusable.append(row)

    def _end(self, reading: Reading, reader: RowSource, stream: ByteStream, *, complete: bool) -> Iterator[Step]:
        """Settle the order of day and month, which only the whole file tells."""
        yield from () if self._kept is None else self._kept.flush()
        store, summary = self._ensure_store(), reading.summary
        final = self.options.dates or reading.order()
        redecoded = final != reading.used
        if redecoded:
            for index, part in enumerate(store.parts):
                if part.source == reading.index:
                    store.replace(index, redecode(part, final))
        summary.dates = final if reading.ambiguous is not None else "ymd" if reading.year_first else ""
        summary.complete = complete
        summary.blank = reader.blank
        summary.notes = (*reader.notes(), *stream.notes())
        yield SourceDone(reading.index, redecoded)


def load_all(inputs: Sequence[str], options: LoadOptions | None = None) -> Store:
    """Load inputs to their end, without a screen.

    Raises:
        OmevizError: The first input that could not be read.
    """
    loader = Loader(inputs, options)
    for step in loader.run():
        if isinstance(step, SourceFailed):
            raise step.error
    store = loader.store
    assert store is not None  # noqa: S101  # run() makes one
    return store
