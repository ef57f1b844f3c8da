"""`Export-Clixml` output as batches of raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from omeviz.errors import SourceError
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.clixml_objects import Item
from omeviz.sources.clixml_reader import ClixmlReader
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.list_batches import BATCH_ROWS, UnionBuilder, as_list
from omeviz.sources.row_source import FastPath
from omeviz.sources.text_window import BLOCK, TextWindow

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding

PATIENCE = 0.3
"""Seconds without anything new after which what a pipe has brought is handed on."""


class ClixmlSource:
    """Reads exported objects: what the cmdlet returned, records by themselves, or their JSON as text.

    An object with AuditData is a wrapper; AuditData that is an object itself is written as JSON. An object that is a
    record by its names is written as JSON whole.

    Args:
        source: What to read; for messages.
        stream: Its bytes, which `text` reads.
        text: The same as UTF-8.
        rules: What names mean.
        sound_json: Without use here.

    Attributes:
        fast: Without use here.
        rows: Exported objects so far.
        blank: Exported nulls so far.
    """

    container = "clixml"

    def __init__(
        self,
        source: Input,
        stream: ByteStream,
        text: TextWindow,
        rules: HeaderRules,
        *,
        sound_json: Callable[[str], bool],  # noqa: ARG002  # every reader of text is made the same way
    ) -> None:
        self._source = source
        self._stream = stream
        self._text = text
        self._rules = rules
        self._reader = ClixmlReader(source.shown)
        self.fast: FastPath | None = None
        self.rows = 0
        self.blank = 0

    @property
    def encoding(self) -> Encoding:
        """As guessed or told; what the XML declares does not count."""
        return self._text.encoding

    @property
    def delimiter(self) -> str:
        """None; empty."""
        return ""

    def batches(self) -> Iterator[RawBatch | None]:
        """Batches in order, the first small; None whenever more is long in coming.

        Raises:
            SourceError: It declares a document type or entities, holds no object, or reading failed.
        """
        builder = UnionBuilder()
        for items in self._items():
            if items is None:
                if builder.height:
                    yield builder.batch()
                    builder = UnionBuilder(limit=BATCH_ROWS)
                yield None
                continue
            for item in items:
                row = self._row(item)
                if row is None:
                    self.blank += 1
                    continue
                names, cells, audit, audit_index = row
                if not builder.takes(names, row_is_record=False):
                    yield builder.batch()
                    builder = UnionBuilder(limit=BATCH_ROWS)
                damage = None if item.problem is None else Damage(_sentence(item), _raw_text(item))
                builder.add(names, cells, audit, item.line, audit_index=audit_index, damage=damage)
                self.rows += 1
                if builder.is_full:
                    yield builder.batch()
                    builder = UnionBuilder(limit=BATCH_ROWS)
        if builder.height:
            yield builder.batch()
        if not self.rows:
            broken = self._reader.breaks
            what = f": the XML is damaged at line {broken[0][0]} ({broken[0][1]})" if broken else ""
            raise SourceError(
                f"{self._source.shown} is Clixml without an object{what}.",
                "Export the audit search again, as CSV or with Export-Clixml.",
            )

    def _items(self) -> Iterator[list[Item] | None]:
        """Exported objects as they end; None while a pipe has nothing."""
        window = self._text.window
        position = window.start
        began = False
        while True:
            while began and position >= window.stop and not self._stream.ready(PATIENCE):
                yield None
            began = True
            window.fill(position + 1)
            if position >= window.stop:
                break
            stop = min(window.stop, position + BLOCK)
            yield self._reader.feed(window.slice(position, stop))
            position = stop
            window.give_up(position)
        yield self._reader.end()

    def _row(self, item: Item) -> tuple[list[str], list[str | None], str | None, int | None] | None:
        """Names and cells beside AuditData, AuditData, and where its name stood; None for a null."""
        if item.members is None:
            if item.value.is_null:
                return None
            return [], [], item.value.cell(), None
        names = [name for name, _ in item.members]
        audit_index = next((place for place, name in enumerate(names) if self._rules.is_audit(name)), None)
        if audit_index is None and self._rules.holds_record(names):
            return [], [], item.value.cell(), None
        cells = [value.cell() for _, value in item.members]
        audit = None
        if audit_index is not None:
            audit = cells.pop(audit_index)
            del names[audit_index]
        elif item.value.text is not None:  # a text that was given properties, as Get-Content does
            audit = item.value.text
        return names, cells, audit, audit_index

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """An object as a list of its properties."""
        names = list(batch.header)
        values = [column[row] for column in batch.cells]
        if batch.audit_index is not None:
            names.insert(batch.audit_index, "AuditData")
            values.insert(batch.audit_index, batch.audit[row])
        elif batch.audit[row] is not None:
            return batch.audit[row] or ""
        return as_list(names, values)

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        reader = self._reader
        if reader.documents > 1:
            yield f"{reader.documents} documents: several exports were joined"
        if reader.breaks:
            line, reason = reader.breaks[0]
            more = f", and at {len(reader.breaks) - 1} places more" if len(reader.breaks) > 1 else ""
            yield f"the XML is damaged at line {line} ({reason}){more}"
        if reader.has_foreign_bytes:
            yield "some bytes are no UTF-8 and were read as Windows-1252"
        if reader.forbidden:
            yield f"{reader.forbidden} characters that XML forbids were replaced"
        yield from self._text.notes()

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows} objects"


def _sentence(item: Item) -> str:
    return f"the object in line {item.line} is damaged: {item.problem}"


def _raw_text(item: Item) -> str:
    if item.members is None:
        return item.value.cell() or ""
    return as_list([name for name, _ in item.members], [value.cell() for _, value in item.members])
