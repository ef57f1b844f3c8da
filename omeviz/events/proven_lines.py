"""Lines of one shape: whether they are what the shape says, and where their texts are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np

from omeviz.events.line_plan import LinePlan
from omeviz.events.shapes import Variable
from omeviz.events.splicing import Bytes, Flags, Places, Span, Writer, all_are, are_equal, overrun
from omeviz.sources.line_batch import LineBatch
from omeviz.sources.line_form import MARK_BYTE

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
    def spans(self) -> list[Span]:
        """Where the holes are."""
        return [(self._start(h.first) + h.head, self._end(h.last) - h.tail) for h in self.plan.holes]

    @cached_property
    def escaped(self) -> Flags:
        """Lines with a backslash."""
        starts, ends = self._batch.starts[self.rows], self._batch.ends[self.rows]
        return np.searchsorted(self._escapes, starts) < np.searchsorted(self._escapes, ends)

    def _start(self, piece: int) -> Places:
        """Where a piece begins in each line."""
        if not piece:
            return self._batch.starts[self.rows]
        return self._batch.quotes[self._first_quote + (piece - 1)] + np.int64(1)

    def _end(self, piece: int) -> Places:
        if piece == self.plan.quotes:
            return self._batch.ends[self.rows]
        return self._batch.quotes[self._first_quote + piece].astype(np.int64)

    def _only(self, good: Flags) -> ProvenLines:
        if good.all():
            return self
        kept = ProvenLines(self._batch, self.plan, self.rows[good])
        kept.spans = [(starts[good], ends[good]) for starts, ends in self.spans]
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
        good, place = self._all(), self._start(0)
        for text, (starts, ends) in zip(self.plan.constants[:-1], self.spans, strict=True):
            good &= (starts - place == len(text)) & (ends >= starts)
            place = ends
        good &= self._end(self.plan.quotes) - place == len(self.plan.constants[-1])
        return good

    def _constants_fit(self) -> Flags:
        """Between two holes stands what should be there."""
        good = self._all()
        places = [self._start(0), *(ends for _, ends in self.spans)]
        for text, place in zip(self.plan.constants, places, strict=True):
            equal = all_are(self._signs, place, text)
            if equal is not None:
                good &= equal
        return good

    def _numbers_fit(self) -> Flags:
        """Numbers are whole, not negative, and short enough to be told apart by every decoder."""
        good = self._all()
        for hole, (starts, ends) in zip(self.plan.holes, self.spans, strict=True):
            if not isinstance(hole.content, Variable) or hole.content.kind != "number":
                continue
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
            for hole, (starts, ends) in zip(self.plan.holes, self.spans, strict=True):
                content = hole.content
                unseen = (
                    content.slot is None
                    if isinstance(content, Variable)
                    else self._batch.form.is_json and not self.plan.mark
                )
                if unseen and hole.first == hole.last:
                    before = np.searchsorted(self._escapes, starts[rows])
                    good[rows] &= before == np.searchsorted(self._escapes, ends[rows])
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
        return are_equal(self._signs, self.spans[first], self.spans[second])

    def named_spans(self) -> dict[str, Span]:
        """Where the columns' texts stand in lines that are AuditData and nothing else."""
        found = dict(zip(self.names_of, self.spans, strict=True))
        found["audit"] = (self._batch.starts[self.rows], self._batch.ends[self.rows])
        return found

    # How they are written.

    def _pieces(self, number: int) -> Iterator[Span]:
        """The pieces of a hole's text, between which single quotes stand."""
        hole, (start, end) = self.plan.holes[number], self.spans[number]
        last = range(hole.first, hole.last + 1, self.plan.step)[-1]
        for piece in range(hole.first, hole.last + 1, self.plan.step):
            begin = start if piece == hole.first else self._start(piece)
            yield begin, end if piece == last else self._end(piece) - self.plan.mark

    def _extra(self, settled: Collection[str]) -> Iterator[int | str]:
        """What is written behind AuditData: holes, and constants of columns that vary elsewhere."""
        yield from (n for n, name in enumerate(self.names_of) if n not in self.plan.audit and name not in settled)
        yield from (name for name in self.plan.fixed if name not in settled)

    def room(self, settled: Collection[str]) -> Places:
        """How many bytes `write` needs for each line."""
        order: list[int | bytes] = []
        for text, number in zip(self.plan.audit_constants, self.plan.audit, strict=False):
            order += [text, number]
        order.append(self.plan.audit_constants[-1])
        for extra in self._extra(settled):
            order.append(self.plan.fixed[extra].encode() if isinstance(extra, str) else extra)
        total: Places = np.zeros(len(self.rows), np.int64)
        rest = slack = 0
        for item in reversed(order):
            if isinstance(item, bytes):
                total += len(item)
                rest += len(item)
                continue
            for place, (starts, ends) in enumerate(reversed([*self._pieces(item)])):
                lengths = ends - starts
                total += lengths + (place > 0)
                rest += place > 0
                slack = max(slack, overrun(lengths) - rest)
                rest += int(lengths.min())
        return total + slack

    def write(self, writer: Writer, settled: Collection[str]) -> dict[str, Span]:
        """Write AuditData and what columns hold beside it; returns where the columns' texts are.

        Args:
            writer: Stands where the lines begin.
            settled: Columns that need not be written.
        """
        found: dict[str, Span] = {}
        begin = writer.at
        for text, number in zip(self.plan.audit_constants, self.plan.audit, strict=False):
            writer.constant(text)
            found[self.names_of[number]] = _write(writer, [*self._pieces(number)])
        writer.constant(self.plan.audit_constants[-1])
        found["audit"] = (begin, writer.at)
        for item in self._extra(settled):
            if isinstance(item, str):
                found[item] = writer.constant(self.plan.fixed[item].encode())
            else:
                found[self.names_of[item]] = _write(writer, [*self._pieces(item)])
        return found


def _write(writer: Writer, pieces: Sequence[Span]) -> Span:
    """Write a text's pieces; returns where it stands."""
    begin = writer.at
    for number, (starts, ends) in enumerate(pieces):
        if number:
            writer.constant(b'"')
        writer.piece(starts, ends)
    return begin, writer.at
