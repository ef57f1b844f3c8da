"""A CSV as batches of raw rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from omeviz.errors import NotAnExportError, beginning
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.csv_batch import BatchBuilder, text_of_row
from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_rows import CsvRows
from omeviz.sources.headers import HeaderRules
from omeviz.sources.inputs import Input
from omeviz.sources.row_source import CHUNK, FastPath, FastResult, chunk_for
from omeviz.sources.text_window import BLOCK, TextWindow, foreign_note

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding
    from omeviz.sources.line_form import LineForm

FIRST_BATCH = 256
"""Rows of the first batch: enough for any screen."""

BATCH_ROWS = 8192
"""Rows of the others."""

MIN_PATIENCE = 32
"""Rows that are read carefully before the fast path is tried again, at least."""

MOST_PATIENCE = 1 << 15
"""Rows that are read carefully before the fast path is tried again, at most."""

_FORMS = 16
"""Lines among which a sound one is looked for."""

_BATCH_SIZE = 16 << 20
_MOST_COLUMNS = 200
_LINE_END = re.compile(rb"\r\n|\n|\r")


class CsvSource:
    """Reads one CSV: the careful way, and by the fast path wherever that proves itself line by line.

    Args:
        source: What to read; for messages.
        stream: Its bytes, which `text` reads.
        text: The same as UTF-8.
        rules: What column names mean.
        sound_json: Whether a text is JSON.
        delimiter: The delimiter the user named, or None to guess.
        chunk: Bytes that the fast path takes at once.

    Attributes:
        delimiter: As guessed or told; empty before `batches` has begun.
        has_header: The columns were named by a header, not by position.
        foreign_lines: Lines (from 0) that are no UTF-8 in a UTF-8 file.
        switched_at: The first line (from 0) that is UTF-16 in a file of another encoding, or None.
        fast: The fast path, set once the first batch has told what it must know; None: everything is read carefully.
    """

    container = "csv"

    def __init__(
        self,
        source: Input,
        stream: ByteStream,
        text: TextWindow,
        rules: HeaderRules,
        *,
        sound_json: Callable[[str], bool],
        delimiter: str | None = None,
        chunk: int = CHUNK,
    ) -> None:
        self._source = source
        self._rules = rules
        self._chunk = chunk_for(stream.size, chunk)
        self._text = text
        self._window = text.window
        self._at = self._window.start
        self._decoder = text.decoder()
        self._decoded_from = self._at
        self._rows = CsvRows(
            self._decoder.decode(self._blocks()),
            rules,
            delimiter=delimiter,
            bom=text.encoding.bom > 0,
            sound_json=sound_json,
            ready=stream.ready,
        )
        self._first_line = 1
        self._blank = 0
        self.delimiter = ""
        self.has_header = True
        self.foreign_lines: list[int] = []
        self.switched_at: int | None = None
        self.fast: FastPath | None = None

    @property
    def encoding(self) -> Encoding:
        """As guessed or told."""
        return self._text.encoding

    @property
    def blank(self) -> int:
        """Wholly empty rows so far; they are no rows in the sense of the counts."""
        return self._rows.blank + self._blank

    @property
    def headers(self) -> int:
        """Header lines so far."""
        return self._rows.headers

    def batches(self) -> Iterator[RawBatch | FastResult | None]:
        """Batches in order, the first small and the careful way; None whenever more is long in coming.

        Raises:
            NotAnExportError: There is no audit column.
            SourceError: Reading failed.
        """
        layout = self._rows.find_layout()
        if layout is None:
            first = "".join(self._rows.lines.peek(1, 200))[:200].strip()
            found = f" It begins with: {beginning(first)}" if first else ""
            raise NotAnExportError(
                f"{self._source.shown} has no column of an audit export.{found}",
                "omeviz needs AuditData, or columns such as CreationDate, UserIds and Operations; "
                "--delimiter or --encoding helps where the guess is wrong.",
            )
        self.delimiter, self.has_header = layout.delimiter, layout.has_header
        patience, resumed = FIRST_BATCH, False
        while True:
            yield from self._careful_batches(patience)
            if self.fast is None:
                return
            if not self._hand_over():
                self._note_encoding(None)
                return
            self._note_encoding(self._first_line - 1)
            from omeviz.sources.csv_line_rows import CsvLineReader
            from omeviz.sources.fast_reader import CsvCut, FastReader

            progress = 0
            with FastReader(self.fast, self._window, self._chunk, probe=resumed) as reader:
                start, line = self._at, self._first_line
                style = self._form()
                if style is not None:
                    layout, form = style
                    one_by_one = CsvLineReader(self._rows, layout, self._rules)
                    decode_foreign = not self._text.made
                    for result in reader.results(start, line, CsvCut(layout, form, one_by_one, decode_foreign)):
                        if result is not None:
                            progress += result.height
                            self._blank += result.blank
                            self.foreign_lines += result.foreign
                        yield result
                    self._at, self._first_line = reader.position, reader.line
            self._window.give_up(self._at)
            resumed = True
            patience = MIN_PATIENCE if progress > patience else min(patience * 4, MOST_PATIENCE)
            self._decoder = self._text.decoder(self._first_line - 1)
            self._decoded_from = self._at
            self._rows.resume(self._decoder.decode(self._blocks()), self._first_line)

    def _blocks(self) -> Iterator[bytes]:
        """The bytes from here on, which stay in the window, but for a line that is too long."""
        decoder = self._decoder
        for block in self._window.blocks_from(self._at):
            yield block
            if decoder.is_cutting:
                self._window.give_up(self._window.given)

    def _careful_batches(self, patience: int) -> Iterator[RawBatch | None]:
        """Rows the careful way: so many, or all that are left where there is no fast path."""
        builder: BatchBuilder | None = None
        limit, taken = patience, 0
        rows = iter(self._rows)
        while True:
            height, size = (0, 0) if builder is None else (builder.height, builder.size)
            layout, line = self._rows.layout, self._rows.lines.number
            row, plain = None, self._rows.plain(limit - height, _BATCH_SIZE - size)
            taken += len(plain) or 1
            if not plain:
                try:
                    row = next(rows)
                except StopIteration:
                    break
                if row is None:
                    if builder is not None:
                        yield builder.batch()
                        builder = None
                    yield None
                    continue
                layout = row.layout
            assert layout is not None  # noqa: S101  # there are rows
            if builder is not None and layout is not builder.layout:
                yield builder.batch()
                builder = None
            builder = builder or BatchBuilder(layout, self._rules)
            foreign, cut = self._decoder.foreign_lines or (), self._decoder.cut_lines or ()
            if row is None:
                builder.add_plain(plain, line, foreign, cut)
            else:
                builder.add(row, foreign, cut)
            if builder.height >= limit or builder.size > _BATCH_SIZE:
                yield builder.batch()
                limit, builder = BATCH_ROWS, None
                if taken >= patience and self._may_hand_over():
                    return
                if self.fast is None or self._decoder.switched_at is not None:
                    self._window.give_up(self._window.given)
                elif not self._may_hand_over() and self._hand_over():
                    self._window.give_up(self._at)
        if builder is not None:
            yield builder.batch()
        self._note_encoding(None)
        self.fast = None

    def _may_hand_over(self) -> bool:
        """Whether the fast path may go on behind the last row."""
        layout = self._rows.layout
        return (
            self.fast is not None
            and layout is not None
            and layout.audit is not None
            and not layout.own
            and not layout.embedded
            and len(layout.names) <= _MOST_COLUMNS
            and self._decoder.switched_at is None
            and self._has_bytes()
        )

    def _has_bytes(self) -> bool:
        """Whether the bytes of the next line are in the window, or will be: not so in front of a line that is cut."""
        behind = self._decoder.behind_cut
        return not self._decoder.is_cutting and (behind is None or self._rows.lines.number > behind[0])

    def _note_encoding(self, stop: int | None) -> None:
        """Keep what the decoder found up to a line; it has looked further ahead."""
        found = self._decoder.foreign_lines or []
        self.foreign_lines += [number for number in found if stop is None or number < stop]
        self.switched_at = self.switched_at if self.switched_at is not None else self._decoder.switched_at

    def _hand_over(self) -> bool:
        """Find the byte where the next row begins."""
        if not self._has_bytes():
            return False
        behind = self._decoder.behind_cut
        if behind is not None and behind[0] >= self._first_line:
            self._first_line, self._at = behind[0] + 1, self._decoded_from + behind[1]
        lines = self._rows.lines.number - self._first_line
        if lines:
            window = self._window
            read = window.slice(self._at, window.stop)
            if read.endswith(b"\r"):  # its line feed may stand behind it
                window.fill(window.stop + 1, wait=False)
                read = window.slice(self._at, window.stop)
            end = next(islice(_LINE_END.finditer(read), lines - 1, None), None)
            if end is None:
                return False
            self._at += end.end()
            self._first_line += lines
        return True

    def _form(self) -> tuple[Layout, LineForm] | None:
        """The layout in force and how the cells of the next sound line are written."""
        from omeviz.sources.line_form import form_of

        layout = self._rows.layout
        self._window.fill(self._at + BLOCK, wait=False)
        following = self._window.slice(self._at, min(self._window.stop, self._at + BLOCK)).split(b"\n", _FORMS)
        for line in following[:_FORMS]:
            try:
                form = form_of(line.decode().removesuffix("\r"), layout) if line and layout is not None else None
            except UnicodeDecodeError:
                continue
            if form is not None and layout is not None:
                return layout, form
        return None

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A sound row as CSV again."""
        return text_of_row(batch, row, self.delimiter or ",")

    def notes(self) -> Iterator[str]:
        """What else was seen, one sentence each."""
        if not self.has_header:
            what = "the header does not fit the rows" if self.headers else "no header"
            yield f"{what}: columns were named by their position"
        if self.headers > 1:
            yield f"{self.headers} headers: several exports were joined"
        if self._rows.headers_inside:
            many = self._rows.headers_inside
            yield f"{many:,} {'row is' if many == 1 else 'rows are'} the indexed CSV's header, and no record"
        if self.switched_at is not None:
            yield f"from line {self.switched_at + 1} on parts of it are UTF-16"
        yield from self._text.notes()
        if self.foreign_lines:
            yield foreign_note(self.foreign_lines)

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record."""
        return f"{rows} rows under {max(self.headers, 1)} header"
