"""`Format-List` text as batches of raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from omeviz.errors import SourceError
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.encoding import SAMPLE_SIZE
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.list_batches import BATCH_ROWS, UnionBuilder, as_list
from omeviz.sources.list_blocks import Block, BlockReader
from omeviz.sources.list_lines import Cleaner, is_page, lines_ended
from omeviz.sources.long_lines import TOO_LONG
from omeviz.sources.row_source import FastPath
from omeviz.sources.text_window import TextWindow, foreign_note

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding

PATIENCE = 0.3
"""Seconds without anything new after which what a pipe has brought is handed on."""


class ListSource:
    """Reads blocks of `Name : value`, wrapped or not, alone or with other text around them.

    A block is a row if it has AuditData or at least two names of an audit export. What else the text says is no row;
    `notes` tells how much that is.

    Args:
        source: What to read; for messages.
        stream: Its bytes, which `text` reads.
        text: The same as UTF-8.
        rules: What names mean.
        sound_json: Whether a text is JSON.

    Attributes:
        fast: Without use here.
        rows: Blocks that were rows, so far.
        prose: Lines so far that are neither empty nor of such a block.
    """

    container = "list"

    def __init__(
        self,
        source: Input,
        stream: ByteStream,
        text: TextWindow,
        rules: HeaderRules,
        *,
        sound_json: Callable[[str], bool],
    ) -> None:
        self._source = source
        self._stream = stream
        self._text = text
        self._rules = rules
        self._sound_json = sound_json
        self._decoder = text.decoder()
        self._blocks = BlockReader(rules.known_names)
        self._other_lines = 0  # of blocks that are no rows
        self._foreign_seen = 0
        self.fast: FastPath | None = None
        self.rows = 0

    @property
    def encoding(self) -> Encoding:
        """As guessed or told."""
        return self._text.encoding

    @property
    def delimiter(self) -> str:
        """None; empty."""
        return ""

    @property
    def blank(self) -> int:
        """There are no empty rows in a list."""
        return 0

    @property
    def prose(self) -> int:
        """Lines so far that are neither empty nor of a row."""
        return self._blocks.prose + self._other_lines

    def batches(self) -> Iterator[RawBatch | None]:
        """Batches in order, the first small; None whenever more is long in coming.

        Raises:
            SourceError: No block is one of an audit export, or reading failed.
        """
        builder = UnionBuilder()
        for block in self._all_blocks():
            if block is None:
                if builder.height:
                    yield builder.batch()
                    builder = UnionBuilder(limit=BATCH_ROWS)
                yield None
                continue
            names = tuple(block.fields)
            audit_index = next((place for place, name in enumerate(names) if self._rules.is_audit(name)), None)
            if audit_index is None and self._rules.known_names(names) < 2:
                self._other_lines += block.last - block.line + 1
                continue
            self.rows += 1
            is_record = audit_index is None and self._rules.holds_record(names)
            if not builder.takes(names, row_is_record=is_record):
                yield builder.batch()
                builder = UnionBuilder(limit=BATCH_ROWS)
            self._add(builder, block, audit_index, is_record=is_record)
            if builder.is_full:
                yield builder.batch()
                builder = UnionBuilder(limit=BATCH_ROWS)
        if builder.height:
            yield builder.batch()
        if not self.rows:
            raise SourceError(
                f"{self._source.shown} has no block of an audit export.",
                "omeviz needs AuditData, or names such as CreationDate, UserIds and Operations, each with its value "
                "behind a colon.",
            )

    def _add(self, builder: UnionBuilder, block: Block, audit_index: int | None, *, is_record: bool) -> None:
        names = list(block.fields)
        values = block.values(self._rules.is_audit, self._sound_json)
        damage = self._encoding_damage(block, names, values)
        audit = None
        if audit_index is not None:
            audit = values.pop(audit_index)
            del names[audit_index]
        builder.add(names, values, audit, block.line, audit_index=audit_index, damage=damage, row_is_record=is_record)

    def _all_blocks(self) -> Iterator[Block | None]:
        """Blocks as they end; None while a pipe has nothing."""
        cleaner = Cleaner(page=is_page(lines_ended(self._text.sample(SAMPLE_SIZE))))
        pieces = self._text.texts(self._decoder)
        number = 0
        began = False
        while True:
            while began and not self._stream.ready(PATIENCE):
                yield None
            began = True
            piece = next(pieces, None)
            if piece is None:
                break
            lines = lines_ended(piece).split("\n")
            if not lines[-1]:
                lines.pop()
            for line in lines:
                number += 1
                for text in cleaner.lines(line):
                    block = self._blocks.take(text, number)
                    if block is not None:
                        yield block
        block = self._blocks.end()
        if block is not None:
            yield block

    def _encoding_damage(self, block: Block, names: list[str], values: list[str]) -> Damage | None:
        """What is wrong with the block's bytes: lines that are no UTF-8 in a text that is, or lines too long."""
        cut = self._decoder.cut_lines
        if cut is not None and any(block.line - 1 <= line < block.last for line in cut):
            return Damage(TOO_LONG, as_list(names, values))
        foreign = self._decoder.foreign_lines
        if foreign is None:
            return None
        while self._foreign_seen < len(foreign) and foreign[self._foreign_seen] < block.line - 1:
            self._foreign_seen += 1
        if self._foreign_seen < len(foreign) and foreign[self._foreign_seen] < block.last:
            return Damage("bytes that are no UTF-8 were read as Windows-1252", as_list(names, values), encoding=True)
        return None

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A row as a list again, unwrapped."""
        names = list(batch.header)
        values = [column[row] for column in batch.cells]
        if batch.audit_index is not None:
            names.insert(batch.audit_index, "AuditData")
            values.insert(batch.audit_index, batch.audit[row])
        return as_list(names, values)

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        if self.prose:
            many = "1 line is" if self.prose == 1 else f"{self.prose:,} lines are"
            yield f"{many} other text than blocks of an audit export"
        if self._decoder.switched_at is not None:
            yield f"from line {self._decoder.switched_at + 1} on parts of it are UTF-16"
        yield from self._text.notes()
        if self._decoder.foreign_lines:
            yield foreign_note(self._decoder.foreign_lines)

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows} blocks"
