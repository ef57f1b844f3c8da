"""JSON in every shape in which audit records are met, as batches of raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.json_batches import BatchBuilder, Order
from omeviz.sources.json_elements import Element, Elements
from omeviz.sources.json_pieces import LOOK_BACK, Pieces, mended
from omeviz.sources.json_recognise import ERROR, LISTING, QUERY, answer_of, error_message, no_events
from omeviz.sources.json_records import Found, Records
from omeviz.sources.json_salvage import salvage
from omeviz.sources.json_scan import FAILURES, Repeated, scan, scan_lenient
from omeviz.sources.line_rows import text_of_object
from omeviz.sources.row_source import CHUNK, FastPath, FastResult, chunk_for
from omeviz.sources.text_window import TextWindow

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding

FIRST_BATCH = 256
"""Rows of the first batch: enough for any screen."""

BATCH_ROWS = 8192
"""Rows of the others."""

MIN_PATIENCE = 32
"""Rows that are read carefully before the fast path is tried again, at least."""

MOST_PATIENCE = 1 << 15
"""The same, at most."""

_NOTHING = Found((), (), None, None)
_FOREIGN = "bytes that are no UTF-8 were read as Windows-1252"


class JsonSource:
    """Reads one JSON source: arrays, documents, lines, pages, wrappers and bare records, alone and mixed.

    Args:
        source: What to read; for messages.
        stream: Its bytes, which `text` reads.
        text: The same as UTF-8.
        rules: What key names mean.
        sound_json: Whether a text is JSON.
        chunk: Bytes that a fast path takes at once.

    Attributes:
        fast: The fast path, for objects with the same sign between them; None: everything is read carefully.
    """

    container = "json"
    delimiter = ""

    def __init__(
        self,
        source: Input,
        stream: ByteStream,
        text: TextWindow,
        rules: HeaderRules,
        *,
        sound_json: Callable[[str], bool],
        chunk: int = CHUNK,
    ) -> None:
        self._source = source
        self._text = text
        self._rules = rules
        self._sound_json = sound_json
        self._chunk = chunk_for(stream.size, chunk)
        self._resumed = False
        self._pieces = Pieces(text)
        self._records = Records(rules)
        self._elements = Elements(self._pieces, self._records, stream.ready)
        self._order = Order()
        self._number = 0
        self._usable = 0
        self._listings = 0
        self._queries = 0
        self._error = ""
        self._foreign: list[int] = []
        self.blank = 0
        self.fast: FastPath | None = None

    @property
    def encoding(self) -> Encoding:
        """As guessed or told."""
        return self._text.encoding

    def batches(self) -> Iterator[RawBatch | FastResult | None]:
        """Batches in order, the first small; None whenever more is long in coming.

        Raises:
            SourceError: It is JSON of something else, or reading failed.
        """
        builder, raws = BatchBuilder(FIRST_BATCH, self._order), dict[int, str]()
        find, pieces = self._records.find, self._pieces
        patience, taken = FIRST_BATCH, 0
        for element in self._elements:
            if element is None:
                if len(builder):
                    yield replace(builder.batch(), written=raws)
                    builder, raws = BatchBuilder(BATCH_ROWS, self._order), {}
                yield None
                continue
            value, text, damage = element
            found = find(value, text) if damage is None and (type(value) is dict and value) else None
            if found is None or found.repeated or pieces.foreign:
                row = self._unusual(element, found)
                if row is None:
                    continue
                found, text, trouble = row
            else:
                trouble = None
                self._usable += 1
                self._number += 1
            if not builder.takes(found, damaged=trouble is not None):
                yield replace(builder.batch(), written=raws)
                builder, raws = BatchBuilder(BATCH_ROWS, self._order), {}
            if found.audit is None and trouble is None:
                raws[len(builder)] = text
            builder.add(found, self._number, len(text), trouble)
            taken += 1
            if builder.is_full or taken == patience:
                batch = replace(builder.batch(), written=raws)
                yield batch
                builder, raws = BatchBuilder(BATCH_ROWS, self._order), {}
                if taken >= patience and self.fast is not None and not batch.row_is_record:
                    before = self._number
                    yield from self._by_fast_path(self.fast)
                    progress = self._number - before
                    patience = MIN_PATIENCE if progress > patience else min(patience * 4, MOST_PATIENCE)
                    taken = 0
        if len(builder):
            yield replace(builder.batch(), written=raws)
        if self._number and not self._usable:
            raise no_events(self._source.shown, self._listings, self._queries, self._error, self._elements.beginning)

    def _by_fast_path(self, fast: FastPath) -> Iterator[FastResult | None]:
        """Everything from here on that the fast path takes."""
        from omeviz.sources.fast_reader import FastReader
        from omeviz.sources.json_fast import cut_of

        buffer, pieces = self._elements.buffer, self._pieces
        cut = cut_of(buffer, self._only)
        if cut is None or not self._order.agrees(cut.columns):
            return
        position = pieces.hand_over(buffer)
        if position is None:
            return
        self._order.learn(cut.columns)
        probe, self._resumed = self._resumed, True
        with FastReader(fast, self._text.window, self._chunk, probe=probe, kept=LOOK_BACK) as reader:
            for result in reader.results(position, self._number + 1, cut):
                if result is not None:
                    self._number += result.height
                    self._usable += result.height
                yield result
            pieces.take_over(buffer, reader.position)

    def _only(self, text: str) -> Found | None:
        """The record in a text that is one object with nothing unusual about it; None where it is anything else."""
        try:
            value, end = scan(text, 0)
        except FAILURES:
            return None
        if end != len(text) or type(value) is not dict or self._records.is_page(value):
            return None
        found = self._records.find(value, text)
        return None if found is None or found.repeated else found

    def _unusual(self, element: Element, found: Found | None) -> tuple[Found, str, Damage | None] | None:
        """A row that is not simply a record: damaged, with foreign bytes, or holding none; None where it is empty."""
        value, text, reason = element
        again = mended(text) if self._pieces.foreign else None
        if again is not None:
            text = again
            if reason is None:
                value = _decoded(text)
                found = None
        if reason is None and value == {} and text.strip("{} \t\r\n") == "":
            self.blank += 1
            return None
        self._number += 1
        if again is not None:
            self._foreign.append(self._number)
        if reason is not None:
            found = salvage(text, self._rules, self._records, self._sound_json)
        elif found is None:
            found, reason = self._sound(value, text)
        if found is not None:
            self._usable += 1
            if found.repeated:
                reason = f"the key {found.repeated[0]} occurs more than once"
        if reason is None and again is not None:
            return found or _NOTHING, text, Damage(_FOREIGN, text, encoding=True)
        return found or _NOTHING, text, None if reason is None else Damage(reason, text)

    def _sound(self, value: Any, text: str) -> tuple[Found | None, str | None]:
        """The record in a value, or why there is none."""
        if isinstance(value, (dict, Repeated)):
            found = self._records.find(value, text)
            return found, None if found else self._answer(dict(value))
        found = self._records.in_text(value) if text[0] == '"' else None
        return found, None if found else "a JSON value that is no object"

    def _answer(self, value: dict[str, Any]) -> str:
        """Why an object holds no record."""
        answer = answer_of(value)
        if answer == LISTING:
            self._listings += 1
        elif answer == QUERY:
            self._queries += 1
        elif answer == ERROR:
            self._error = self._error or error_message(value)
        return answer or "an object without any key of an audit record"

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A sound row as it was written, or as JSON again."""
        return batch.written[row] if row in batch.written else text_of_object(batch, row)

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        if self._elements.next_link:
            yield "the last page has a link to a next one (nextLink): more records were there to fetch"
        if self._elements.open_at_end:
            yield "the text ends inside a list or page: the file is cut, or still being written"
        if self._pieces.switched:
            yield "parts of it are UTF-16"
        yield from self._text.notes()
        if self._foreign:
            many = len(self._foreign)
            yield f"in {many:,} records {_FOREIGN}, the first is number {self._foreign[0]:,}"

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows:,} JSON values" if rows else "an empty list or object"


def _decoded(text: str) -> Any:
    """A value that is known to be sound; of what is nested too deeply, nothing."""
    try:
        return scan_lenient(text, 0)[0]
    except FAILURES:
        return Repeated()
