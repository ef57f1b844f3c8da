"""The careful CSV reader: one row after the other, and a lost or added quote costs one row.

The standard library's reader does the parsing, strictly. Where it refuses a record, or where a record over several
lines cannot be right, the record ends at the next line that starts like a record of this file, and what can be
saved of it is saved.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from typing import Any

from omeviz.sources.csv_bulk import BulkRows
from omeviz.sources.csv_headers import ROWS_BELOW, fitting, header_again, holds_header, is_broken_header
from omeviz.sources.csv_layout import (
    HEADER_LINES,
    Layout,
    Signature,
    doubtful_header_in,
    header_in,
    is_type_line,
    layout_by_content,
    layout_by_rows,
    says_nothing,
    split_line,
)
from omeviz.sources.csv_lines import Lines, NothingYet, OpenTooLong
from omeviz.sources.csv_row import Row
from omeviz.sources.csv_salvage import may_hold_audit, salvage
from omeviz.sources.embedded import settled
from omeviz.sources.headers import HeaderRules

_SAMPLE_LINES = 4096
_SAMPLE_SIZE = 1 << 18
_TELLING_CELLS = 4
"""A line with the right number of cells is a record of its own only where that number says something."""


class CsvRows:
    """The rows of one CSV.

    Args:
        pieces: The file's text.
        rules: What column names mean.
        delimiter: What the user said, or None to guess.
        bom: The file begins with a byte order mark.
        sound_json: Whether a text is JSON; asked about AuditData where a row is doubtful.
        ready: Whether more text comes within so many seconds.

    Attributes:
        layout: The columns in force, or None before a header was found.
        blank: Wholly empty rows so far.
        headers: Header lines so far.
        headers_inside: Header lines of the original CSV among the lines that a SIEM kept in a column.
    """

    def __init__(
        self,
        pieces: Iterator[str],
        rules: HeaderRules,
        *,
        delimiter: str | None = None,
        bom: bool = False,
        sound_json: Callable[[str], bool],
        ready: Callable[[float], bool] = lambda _: True,
    ) -> None:
        self._ready = ready
        self.lines = Lines(pieces, ready=ready)
        self._bulk = BulkRows(self.lines)
        self._rules = rules
        self._told = delimiter
        self._bom = bom
        self._sound_json = sound_json
        self._signature: Signature | None = None
        self._restart = False
        self._before_header: list[Row] = []
        self.layout: Layout | None = None
        self.blank = 0
        self.headers = 0
        self.headers_inside = 0

    def find_layout(self) -> Layout | None:
        """Read up to and with the header; None where the text is no CSV of audit records."""
        for line in self.lines:
            if says_nothing(line):
                self.lines.keep()
                continue
            self.lines.put_back(1)
            sample = self.lines.peek(HEADER_LINES, 1 << 16)
            self.layout = self._header_among(sample) or self._header_by_rows(sample)
            if self.layout is None:
                self.layout = layout_by_rows(sample, self._told) or layout_by_content("".join(sample), self._told)
            else:
                self.layout = fitting(self.layout, self._rows_below(), self._rules)
            break
        if self.layout is not None:
            self._learn()
        return self.layout

    def _header_among(self, sample: list[str]) -> Layout | None:
        """Take the lines up to and with the first header, if no record stands before it.

        Text before it, as a warning of PowerShell's, makes unusable rows. A name in quotes may hold line breaks.
        """
        for index, line in enumerate(sample):
            stop = index + 1
            while line.count('"') % 2 and stop < len(sample) and "{" not in sample[stop]:
                line += sample[stop]  # the line goes on
                stop += 1
            layout = header_in(line, self._told, self._rules, bom=self._bom)
            if "{" in line and (layout is None or index):
                return None
            if layout is None:
                continue
            self.headers += 1
            for text in sample[:index]:
                if not says_nothing(text):
                    cells, raw = split_line(text, layout.delimiter), text.rstrip("\r\n")
                    number = self.lines.number
                    self._before_header.append(Row(layout, cells, number, 1, "text before the header", raw))
                next(self.lines)
                self.lines.keep()
            for _ in range(stop - index):
                next(self.lines)
            self.lines.keep()
            return layout
        return None

    def _header_by_rows(self, sample: list[str]) -> Layout | None:
        """Take the first line if it is a header because a column of the rows below holds records."""
        layout = doubtful_header_in(sample[0], self._told, self._rules) if sample else None
        if layout is None:
            return None
        next(self.lines)
        layout = settled(layout, self._rows_below(), self._rules)
        if layout.audit is None:
            self.lines.put_back()
            return None
        self.lines.keep()
        self.headers += 1
        return layout

    def _rows_below(self) -> list[str]:
        """The next lines, at least one if there is any."""
        with suppress(NothingYet, StopIteration):
            next(self.lines)
            self.lines.put_back(1)
        return self.lines.peek(_SAMPLE_LINES, _SAMPLE_SIZE)

    def resume(self, pieces: Iterator[str], number: int) -> None:
        """Go on with other text, which begins where a record begins: at this line, from 1."""
        self.lines = Lines(pieces, number, self._ready)
        self._bulk = BulkRows(self.lines)
        if self._signature is not None:
            self.lines.doubt(self._signature.starts_record)

    def beside(self, pieces: Iterator[str], number: int) -> CsvRows:
        """Another reader of rows under the same header, with counts of its own; see `resume`."""
        other = copy(self)
        other.blank = other.headers = other.headers_inside = 0
        other._restart = False
        other.resume(pieces, number)
        return other

    def __getstate__(self) -> dict[str, Any]:
        """What is known of rows, without the text; a copy reads other text, and never waits for it."""
        return {**vars(self), "lines": None, "_bulk": None, "_ready": _at_once}

    def _learn(self) -> None:
        assert self.layout is not None  # noqa: S101  # a layout was just found
        if self.layout.audit is None and self.layout.candidates:
            self.layout = settled(self.layout, self._rows_below(), self._rules)
        self._signature = Signature(self.layout, self.lines.peek(_SAMPLE_LINES, _SAMPLE_SIZE), self._rules)
        self.lines.doubt(self._signature.starts_record)

    def plain(self, most: int, size: int) -> list[list[str]]:
        """The cells of the next rows, as far as they are plain and at hand; may be called whenever a row is through.

        Plain rows are lines of their own, the first is that of `lines.number`, and nothing is wrong with them.

        Args:
            most: So many rows at most.
            size: No more rows once their AuditData has more characters.
        """
        if self.layout is None or self._before_header:
            return []
        return self._bulk.take(self.layout, most, size)

    def __iter__(self) -> Iterator[Row | None]:
        """Every row behind the header, and None whenever more is long in coming. Call `find_layout` first."""
        lines = self.lines
        lines.impatient = True
        while self._before_header:
            yield self._before_header.pop(0)
        while self.layout is not None:
            layout = self.layout
            names, audit = len(layout.names), layout.audit
            reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
            while layout is self.layout:
                try:
                    cells = next(reader, None)
                except NothingYet:
                    yield None
                    break
                except (csv.Error, OpenTooLong):
                    if self._is_header_again(lines.taken[0]):  # of another delimiter
                        break
                    is_header = is_broken_header(lines.taken[0], layout, self._rules)
                    yield self._header_row(layout) if is_header else self._damaged_row(layout)
                    break
                if cells is None:
                    return
                if len(cells) == names and len(lines.taken) == 1 and audit is not None and cells[audit][:1] == "{":
                    number = lines.number
                    lines.keep()
                    yield Row(layout, cells, number)
                    continue
                row = self._unusual_row(cells, layout)
                if row is not None:
                    yield row
                if self._restart:  # lines were put back that the reader has already seen
                    self._restart = False
                    break

    def _unusual_row(self, cells: list[str], layout: Layout) -> Row | None:
        """What was parsed and is not plainly a record: blank, a `#TYPE` line, a header again, or an odd row."""
        lines = self.lines
        taken, first = lines.taken, lines.taken[0]
        if not any(cells) and len(taken) == 1:
            self.blank += 1
            lines.keep()
        elif is_type_line(first) and (len(cells) != len(layout.names) or len(cells) == 1):
            self._take_only(1)
        elif self._is_header_again(first):
            pass
        elif is_broken_header(first, layout, self._rules):
            return self._header_row(layout)
        elif holds_header(cells, layout, self._rules):
            self.headers_inside += 1
            lines.keep()
        elif len(cells) == len(layout.names) and self._is_sound(cells, taken, layout):
            row = Row(layout, self._without_bom(cells), lines.number, len(taken))
            lines.keep()
            return row
        else:
            return self._odd_row(cells, layout)
        return None

    def _starts_record(self, line: str, layout: Layout) -> bool:
        """Whether a damaged record has ended before this line: it starts like a record, or is a whole one."""
        assert self._signature is not None  # noqa: S101
        if self._signature.starts_record(line):
            return True
        names = len(layout.names)
        if names < _TELLING_CELLS or line.count(layout.delimiter) < names - 1:
            return False
        try:
            return len(next(csv.reader([line], delimiter=layout.delimiter, strict=True), [])) == names
        except csv.Error:
            return False

    def _take_only(self, count: int) -> None:
        """Give up the first `count` taken lines; put the rest back."""
        self._restart = len(self.lines.taken) > count
        self.lines.put_back(len(self.lines.taken) - count)
        self.lines.keep()

    def _is_header_again(self, line: str) -> bool:
        """Take a header in the middle of joined files; what follows may have other columns."""
        assert self.layout is not None  # noqa: S101  # the caller is reading rows
        found = header_again(line, self.layout, self._told, self._rules, self._rows_behind)
        if found is None:
            return False
        self._take_only(1)
        self.headers += 1
        if found is not self.layout:
            self.layout = found
            self._learn()
        return True

    def _rows_behind(self) -> list[str]:
        """The next lines behind the first taken one."""
        return [*self.lines.taken[1:], *self.lines.peek(ROWS_BELOW, 1 << 20)]

    def _header_row(self, layout: Layout) -> Row:
        """A damaged header as a row that holds nothing, up to the next line that starts like a record."""
        lines = self.lines
        lines.put_back()
        next(lines)
        with suppress(OpenTooLong):
            for line in lines:
                if "{" in line or self._starts_record(line, layout) or not is_broken_header(line, layout, self._rules):
                    lines.put_back(1)
                    break
        raw = "".join(lines.taken).rstrip("\r\n")
        row = Row(layout, [], lines.number, len(lines.taken), "a header that is damaged", raw)
        lines.keep()
        self._restart = True
        return row

    @staticmethod
    def _without_bom(cells: list[str]) -> list[str]:
        return [cells[0].lstrip("\ufeff"), *cells[1:]] if cells[0].startswith("\ufeff") else cells

    def _is_sound(self, cells: list[str], taken: list[str], layout: Layout) -> bool:
        """Whether a row with the right number of cells, over several lines, is one record and not two run together."""
        assert self._signature is not None  # noqa: S101
        if len(taken) == 1 or not any(map(self._signature.starts_record, taken[1:])):
            return True
        return layout.audit is None or self._sound_json(cells[layout.audit])

    def _odd_row(self, cells: list[str], layout: Layout) -> Row:
        """A row that parses but has another number of cells than the header has, or looks like two run together."""
        lines, names = self.lines, len(layout.names)
        while len(cells) > names and not cells[-1]:
            cells = cells[:-1]
        if len(cells) == names and len(lines.taken) == 1:
            row = Row(layout, cells, lines.number)
            lines.keep()
            return row
        reason = f"{len(cells)} cells where the header has {names}"
        if self._is_ragged(cells, layout):
            raw = "".join(lines.taken).rstrip("\r\n")
            row = Row(layout, cells, lines.number, len(lines.taken), reason, raw)
            lines.keep()
            return row
        self._restart = True
        return self._damaged_row(layout, reason, cells)

    def _is_ragged(self, cells: list[str], layout: Layout) -> bool:
        """Whether nothing is wrong with a row but its number of cells: AuditData is whole, and no record inside."""
        audit = layout.audit
        if audit is None or len(cells) <= audit or cells[audit][:1] != "{" or not self._sound_json(cells[audit]):
            return False
        return not any(self._starts_record(line, layout) for line in self.lines.taken[1:])

    def _damaged_row(
        self,
        layout: Layout,
        reason: str = "broken quoting: a quote is missing or one too many",
        cells: list[str] | None = None,
    ) -> Row:
        """The record that starts at the first taken line, up to the next line that starts like a record.

        Args:
            layout: The columns in force.
            reason: What is wrong with it.
            cells: What strict parsing made of it, where it made something.
        """
        lines = self.lines
        assert self._signature is not None  # noqa: S101
        strict_height = len(lines.taken)
        lines.put_back()
        first = next(lines)
        saved = salvage(first.rstrip("\r\n"), layout)
        if not saved.unquoted:
            with suppress(OpenTooLong):  # then the next line starts like a record as well
                for line in lines:
                    if self._starts_record(line, layout):
                        lines.put_back(1)
                        break
            if len(lines.taken) > 1:
                saved = salvage("".join(lines.taken).rstrip("\r\n"), layout)
        height = len(lines.taken)
        raw = "".join(lines.taken).rstrip("\r\n")
        damage = None if saved.unquoted else reason
        kept = saved.cells
        if cells is not None and height == strict_height and not saved.unquoted and may_hold_audit(cells, layout):
            kept = cells
        row = Row(layout, kept, lines.number, height, damage, raw if damage else None)
        lines.keep()
        return row


def _at_once(_seconds: float) -> bool:
    """All text is there."""
    return True
