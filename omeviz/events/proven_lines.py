"""Lines of one shape: whether they are what the shape says, and where their texts are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np

from omeviz.events.line_plan import LinePlan
from omeviz.events.shapes import Variable
from omeviz.events.splicing import Span, all_are, are_equal, clear
from omeviz.sources.arrays import Bytes, Flags, Places
from omeviz.sources.line_batch import LineBatch
from omeviz.sources.line_form import MARK_BYTE

AUDIT = "audit"
"""The column of AuditData's texts."""

_LONGEST_NUMBER = 15
"""Digits up to which every decoder reads the same number."""

_ZERO, _NINE = b"09"


class ProvenLines:
    """Lines that have as many quotes as their shape; `proven` gives those that are of it.

    Args:
        batch: All lines.
        plan: What these should be made of.
        rows: Which lines.
    """

    def __init__(self, batch: LineBatch, plan: LinePlan, rows: Places) -> None:
        self.plan = plan
        self.rows = rows
        self._batch = batch
        self._escapes = batch.escapes
        self._signs: Bytes = np.frombuffer(batch.data, np.uint8)
        self._first_quote: Places = batch.first_quote[rows]

    @cached_property
    def starts(self) -> Places:
        """Where the holes begin (lines, holes)."""
        return self._around.take(self.plan.first_quotes, axis=1) + self.plan.heads

    @cached_property
    def ends(self) -> Places:
        """Where the holes end (lines, holes)."""
        return self._around.take(self.plan.last_quotes, axis=1) - self.plan.tails

    def span(self, hole: int) -> Span:
        """Where a hole is in each line."""
        return self.starts[:, hole], self.ends[:, hole]

    @cached_property
    def escaped(self) -> Flags:
        """Lines with a backslash."""
        starts, ends = self._batch.starts[self.rows], self._batch.ends[self.rows]
        return np.searchsorted(self._escapes, starts) < np.searchsorted(self._escapes, ends)

    @cached_property
    def _around(self) -> Places:
        """Where the quotes stand that the plan looks at, between one before the line and one behind it."""
        # Line by line, because those of a line are near each other.
        numbers = np.array(self.plan.looked_at, np.int64)
        found: Places = np.empty((len(self.rows), len(numbers) + 2), np.int64)
        found[:, 0] = self._batch.starts[self.rows] - 1
        found[:, 1:-1] = self._batch.quotes[self._first_quote[:, None] + numbers]
        found[:, -1] = self._batch.ends[self.rows]
        return found

    def _start(self, piece: int) -> Places:
        """Where a piece begins in each line."""
        return self._around[:, self.plan.place_of(piece - 1)] + 1

    def _end(self, piece: int) -> Places:
        return self._around[:, self.plan.place_of(piece)]

    def _only(self, good: Flags) -> ProvenLines:
        if good.all():
            return self
        kept = ProvenLines(self._batch, self.plan, self.rows[good])
        kept._around = self._around[good]  # one of its own
        return kept

    def proven(self) -> ProvenLines:
        """Those that are what the plan says; in texts with escaped quotes only these were looked at."""
        lines = self
        for fit in (
            ProvenLines._controls_fit,
            ProvenLines._lengths_fit,
            ProvenLines._constants_fit,
            ProvenLines._numbers_fit,
            ProvenLines._quotes_are_doubled,
            ProvenLines._no_stray_escape,
        ):
            if len(lines.rows):
                lines = lines._only(fit(lines))
        return lines

    def _all(self) -> Flags:
        return np.ones(len(self.rows), np.bool_)

    def _controls_fit(self) -> Flags:
        """Controls are only where the plan has them, once that is there: JSON does not allow them in texts."""
        fit: Flags = self._batch.controls[self.rows] == self.plan.controls
        return fit

    def _lengths_fit(self) -> Flags:
        """Between two holes there is as much as there should be."""
        count = len(self.plan.holes)
        between: Places = np.empty((len(self.rows), count + 1), np.int64)
        between[:, :count] = self.starts
        between[:, count] = self._around[:, -1]
        between[:, 1:] -= self.ends
        between[:, 0] -= self._start(0)
        fit = between == np.array([len(text) for text in self.plan.constants])
        fit[:, :count] &= self.ends >= self.starts
        good: Flags = fit.all(axis=1)
        return good

    def _constants_fit(self) -> Flags:
        """Between two holes stands what should be there."""
        good = self._all()
        for number, text in enumerate(self.plan.constants):
            equal = all_are(self._signs, self.ends[:, number - 1] if number else self._start(0), text)
            if equal is not None:
                good &= equal
        return good

    def _numbers_fit(self) -> Flags:
        """Numbers are whole, not negative, and short enough to be told apart by every decoder."""
        good = self._all()
        for number, hole in enumerate(self.plan.holes):
            if not isinstance(hole.content, Variable) or hole.content.kind != "number":
                continue
            starts, ends = self.span(number)
            lengths = ends - starts
            good &= (lengths >= 1) & (lengths <= _LONGEST_NUMBER)
            good &= (lengths == 1) | (self._signs[starts] != _ZERO)
            for digit in range(min(_LONGEST_NUMBER, int(lengths.max()))):
                signs = self._signs[np.minimum(starts + digit, ends - 1)]
                good &= (signs >= _ZERO) & (signs <= _NINE)
        return good

    def _quotes_are_doubled(self) -> Flags:
        """The quotes inside of texts are doubled, or have marks, as the line's form has it."""
        good = self._all()
        for hole in self.plan.holes:
            for piece in range(hole.first + 1, hole.last + 1):
                if (piece - hole.first) % self.plan.step:
                    good &= self._start(piece) == self._end(piece)
                if self.plan.mark:
                    good &= self._signs[np.maximum(self._start(piece) - 2, 0)] == MARK_BYTE[0]
        return good

    def _no_stray_escape(self) -> Flags:
        """What fills no column has no escape: nobody would look whether it is a sound one.

        Nor have the cells of a JSON object, but where escapes were undone.
        """
        good = self._all()
        rows = np.flatnonzero(self.escaped)
        if len(rows):
            for number, hole in enumerate(self.plan.holes):
                content = hole.content
                unseen = (
                    content.slot is None
                    if isinstance(content, Variable)
                    else self._batch.form.is_json and not self.plan.mark
                )
                if unseen and hole.first == hole.last:
                    before = np.searchsorted(self._escapes, self.starts[rows, number])
                    good[rows] &= before == np.searchsorted(self._escapes, self.ends[rows, number])
        return good

    # What columns hold.

    @cached_property
    def names_of(self) -> list[str]:
        """The column that each hole fills; one that fills none has a name of its own."""
        return [hole.name or f"hole {number}" for number, hole in enumerate(self.plan.holes)]

    @cached_property
    def names(self) -> list[str]:
        """Columns that these lines fill, by a hole or a constant; of holes without a column those with inner quotes."""
        holes = zip(self.names_of, self.plan.holes, strict=True)
        return [*(name for name, hole in holes if hole.name or hole.last > hole.first), *self.plan.fixed]

    def constant(self, name: str) -> str | None:
        """What a column says in all of these lines; None where it varies or is missing."""
        return self.plan.fixed.get(name)

    def repeat(self, name: str, twin: str) -> bool:
        """Whether a column says what another one does, in every line."""
        if name in self.plan.fixed or twin in self.plan.fixed:
            return name in self.plan.fixed and self.plan.fixed[name] == self.plan.fixed.get(twin)
        if name not in self.names_of or twin not in self.names_of:
            return False
        first, second = self.names_of.index(name), self.names_of.index(twin)
        return are_equal(self._signs, self.span(first), self.span(second))

    # What is kept of them.

    @cached_property
    def audit_span(self) -> Span:
        """Where AuditData's text stands."""
        stretch = self.plan.stretch
        return self._start(stretch.first) + stretch.head, self._end(stretch.last) - stretch.tail

    def kept(self, settled: Collection[str]) -> list[int]:
        """The cells that are kept beside AuditData: those that are not settled."""
        audit = self.plan.audit
        return [n for n, name in enumerate(self.names_of) if n not in audit and name not in settled]

    def _stretches(self, kept: Sequence[int]) -> Iterator[Span]:
        """What is kept of each line, in order."""
        for number in kept:
            if number < self.plan.audit.start:
                yield self.span(number)
        yield self.audit_span
        for number in kept:
            if number > self.plan.audit.start:
                yield self.span(number)

    def doubles(self) -> Places:
        """Where the quotes stand that double another one in AuditData: every second one there."""
        stretch = self.plan.stretch
        count = self.plan.dropped if self.plan.step > 1 else 0
        doubled: Places = self._batch.quotes[self._first_quote[:, None] + (stretch.first + 1 + 2 * np.arange(count))]
        return doubled

    def drop(self, flags: Flags, ends: Places, kept: Sequence[int]) -> Places:
        """Make the flags of all bytes false that are not kept, up to where the next line begins.

        Args:
            flags: One for each byte; false where it doubles or marks a quote.
            ends: Where the next line begins.
            kept: The holes that are kept beside AuditData.

        Returns:
            How many bytes of each line are kept.
        """
        place, total = self._start(0), np.full(len(self.rows), -self.plan.dropped)
        for start, end in self._stretches(kept):
            clear(flags, place, start)
            total += end - start
            place = end
        clear(flags, place, ends)
        return total

    def moved(self, begin: Places, kept: Sequence[int]) -> tuple[Places, Places]:
        """Where the holes begin and end among the bytes that are kept, and behind them AuditData (lines, holes + 1).

        Args:
            begin: Where the kept bytes of each line begin.
            kept: The holes that are kept beside AuditData; the others beside it are nowhere.
        """
        audit, place = self.plan.audit, begin
        starts: Places = np.zeros((len(self.rows), len(self.plan.holes) + 1), np.int64)
        ends: Places = np.zeros_like(starts)
        before = [number for number in kept if number < audit.start]
        for number in (*before, None, *kept[len(before) :]):
            start, end = self.audit_span if number is None else self.span(number)
            shift = place - start
            if number is None:
                inside = slice(audit.start, audit.stop)
                starts[:, inside] = self.starts[:, inside] + (shift[:, None] - self.plan.dropped_before)
                ends[:, inside] = self.ends[:, inside] + (shift[:, None] - self.plan.dropped_behind)
                shift = shift - self.plan.dropped
            column = -1 if number is None else number
            starts[:, column], ends[:, column] = place, end + shift
            place = end + shift
        return starts, ends

    def whole(self) -> tuple[Places, Places]:
        """The same where every line is kept as it stands."""
        start, end = self.audit_span
        return np.column_stack((self.starts, start)), np.column_stack((self.ends, end))
