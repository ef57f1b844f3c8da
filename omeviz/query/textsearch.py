r"""Text search: what is looked for in every key, value and wrapper cell of a record.

A match is one in a single decoded value. The raw text of AuditData is searched directly where that is the same
(`regex_shape` tells), which is for nearly everything people look for in records without escapes. Records with a
backslash are unescaped first, those only which could match at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from omeviz.events.json_text import flatten, recover
from omeviz.events.problems import UNUSABLE_AUDIT
from omeviz.query.block import Block, Context
from omeviz.query.escape_codes import ASCII_CODE, ASCII_CODES, escape_prefilter
from omeviz.query.json_values import undo_escapes, values
from omeviz.query.match import any_found, nothing
from omeviz.query.regex_shape import Shape, only_in_texts, shape_of
from omeviz.query.scan import regex_problem, storable
from omeviz.query.tree import Value

if TYPE_CHECKING:
    from omeviz.events.part import EventPart


_WORTH_A_SAMPLE = 2_000
"""Records from which on it is worth to look what is rare in them."""
_SAMPLE = 200
"""Records to look at."""
_BEGINNING = 4
"""Characters that the engine looks for, or one less."""
_LONGEST_TRIED = 64
"""Places at which the end of a text is tried to begin."""
_COMMON = 0.5
"""Times in a record from which on a beginning is common."""
_LAST_ASCII = 0x7F
_NO_JSON = int(UNUSABLE_AUDIT)


class TextMatcher:
    """One text or regular expression, to be looked for in rows."""

    def __init__(self, value: Value) -> None:
        source = value.text if value.kind == "regex" else pl.escape_regex(value.text)
        self.pattern = f"(?i){source}"
        self.source = source
        self.shape = _usable(shape_of(source))
        if self.shape is not None and value.kind != "regex" and only_in_texts(value.text):
            self.shape = replace(self.shape, certain=True)
        self.prefilter = escape_prefilter(value.text) if value.kind != "regex" else None
        self._looks_for_the_same = (
            self.prefilter is not None and self.shape is not None and self.shape.pattern() == self.prefilter[0]
        )
        # Where the text begins inside of an escape, it may not be what it seems; it cannot run into one, for it has no
        # backslash.
        is_certain = self.prefilter and self.shape and self.shape.certain
        self.inside = rf"(?i)\\(?:u[0-9a-f]{{0,3}})?{source}" if is_certain else None
        self.letters = set(value.text) if value.kind != "regex" and value.text.isascii() else None
        self._text = value.text
        self._rare: str | None = None

    def __call__(self, block: Block) -> pl.Series:
        """Which rows hold it."""
        found = self._in_audit(block)
        return self._in_cells(block, found)

    def _in_cells(self, block: Block, found: pl.Series) -> pl.Series:
        part = block.part
        for index in range(len(part.header)):
            hit = None if index in part.repeated else self._in_column(block, index)
            found = found if hit is None else found | hit
        if part.repeated and part.unproven.len():
            places = block.places_of(part.unproven)
            for index in sorted(part.repeated) if places.len() else ():
                hit = any_found(block.cells(index).gather(places).cast(pl.String), [self.pattern])
                found = found.scatter(places, found.gather(places) | hit)
        extra = block.part.extra
        if extra:
            numbers = block.numbers()
            rows = [row for row in numbers.filter(~found).to_list() if row in extra]
            hits = {row for row in rows if any_found(pl.Series(extra[row], dtype=pl.String), [self.pattern]).any()}
            if hits:
                found = found | numbers.is_in(sorted(hits))
        return found

    def _may_stand(self, block: Block, index: int) -> bool:
        """Whether a wrapper column has all characters of the text, in any case; times and numbers have few."""
        if self.letters is None:
            return True
        known = block.bytes_in(index)
        if max(known, default=0) > _LAST_ASCII:
            return True
        return all(ord(letter.lower()) in known or ord(letter.upper()) in known for letter in self.letters)

    def _in_column(self, block: Block, index: int) -> pl.Series | None:
        """Which cells of a wrapper column hold it; None: none."""
        texts = block.few_texts(index)
        if texts is None:
            return any_found(block.cells(index), [self.pattern]) if self._may_stand(block, index) else None
        hits = texts.filter(any_found(texts.cast(pl.String), [self.pattern]))
        return block.cells(index).is_in(hits.implode()).fill_null(False) if hits.len() else None

    def _in_audit(self, block: Block) -> pl.Series:
        audit = block.column("audit")
        broken = ((block.column("problems") & _NO_JSON) != 0) & audit.is_not_null()
        escaped = block.remembered("escaped", _has_escapes) & ~broken
        held = None if self.shape is None else self._holding(audit, self.shape.pattern())
        found = self._in_plain(audit, held, broken | escaped)
        rows = escaped.arg_true()
        if len(rows):
            ascii_too = block.remembered("ascii escapes", _has_ascii_escapes).gather(rows)
            known = held.gather(rows) if held is not None and self._looks_for_the_same else None
            found = found.scatter(rows, self._in_escaped(audit.gather(rows), ascii_too, known))
        rows = broken.arg_true()
        if len(rows):
            found = found.scatter(rows, self._in_broken(audit.gather(rows)))
        return found

    def _in_plain(self, audit: pl.Series, held: pl.Series | None, excluded: pl.Series) -> pl.Series:
        """Records without escapes, whose raw text is their decoded text; `held`: where the shape is found."""
        candidates = (audit.is_not_null() if held is None else held) & ~excluded
        return candidates if self.shape is not None and self.shape.certain else self._confirmed(audit, candidates)

    def _in_escaped(self, audit: pl.Series, ascii_too: pl.Series, held: pl.Series | None) -> pl.Series:
        """Records with escapes; `held`: where the prefilter's text is found as it stands, if that is known."""
        if self.prefilter is None:
            return self._in_undone(audit)
        plain, escapes = self.prefilter
        held, found = self._holding(audit, plain) if held is None else held, nothing(len(audit))
        possible = held | self._has_escapes_of(audit, escapes, ascii_too)
        if self.inside is not None:
            rows = held.arg_true()
            if len(rows):
                found = found.scatter(rows, ~any_found(audit.gather(rows), [self.inside]))
                possible &= ~found
        rows = possible.arg_true()
        return found.scatter(rows, self._in_undone(audit.gather(rows))) if len(rows) else found

    def _has_escapes_of(self, audit: pl.Series, codes: Sequence[str], ascii_too: pl.Series) -> pl.Series:
        """Which records have any of these characters' codes; `ascii_too`: those with `ASCII_CODES`."""
        found = nothing(len(audit))
        simple = [code for code in codes if ASCII_CODE.fullmatch(code)]
        others = [code for code in codes if code not in simple]
        for some, rows in (
            (simple, ascii_too.arg_true() if simple else None),
            (others, audit.str.contains("\\u", literal=True).fill_null(False).arg_true() if others else None),
        ):
            if rows is not None and rows.len():
                hit = any_found(audit.gather(rows), [rf"(?i)\\u(?:{'|'.join(some)})"])
                found = found.scatter(rows, found.gather(rows) | hit)
        return found

    def _holding(self, audit: pl.Series, pattern: str) -> pl.Series:
        """Which texts hold an expression that is found only where the text stands as it is.

        The engine looks for the first characters and tries the rest wherever it finds these. Where they are in every
        record, it is quicker to look for the end of the text that begins with rarer ones, and then at what has that.
        """
        if self.prefilter is None or len(audit) < _WORTH_A_SAMPLE:
            return any_found(audit, [pattern])
        if self._rare is None:
            self._rare = rare_end(self._text, audit.gather_every(len(audit) // _SAMPLE))
        if self._rare == self._text:
            return any_found(audit, [pattern])
        rows = any_found(audit, [f"(?i){pl.escape_regex(self._rare)}"]).arg_true()
        found = nothing(len(audit))
        return found.scatter(rows, any_found(audit.gather(rows), [pattern])) if len(rows) else found

    def _in_undone(self, audit: pl.Series) -> pl.Series:
        undone, quote = undo_escapes(audit, self.source)
        if self.shape is None:
            return self._confirmed(undone, undone.is_not_null(), quote)
        candidates = any_found(undone, [self.shape.pattern(quote)])
        return candidates if self.shape.certain else self._confirmed(undone, candidates, quote)

    def _confirmed(self, texts: pl.Series, candidates: pl.Series, quote: str = "") -> pl.Series:
        """Look at the values of the candidates one by one."""
        rows = candidates.arg_true()
        found = nothing(len(texts))
        if not len(rows):
            return found
        each = values(texts.gather(rows), quote)
        hits = each.get_column("row").filter(any_found(each.get_column("value"), [self.pattern])).unique()
        return found.scatter(rows.gather(hits), True) if len(hits) else found

    def _in_broken(self, audit: pl.Series) -> pl.Series:
        """AuditData that is no JSON object: its raw text as one value, and what can be recovered from it."""
        found = any_found(audit, [self.pattern])
        # Without an escape or an anchor, what is found in a recovered value is also found in the raw text.
        same = audit.str.contains("\\", literal=True) if self.shape is not None and self.shape.certain else None
        open_rows = ~found if same is None else ~found & same
        rows = open_rows.arg_true()
        hits = [any_found(_recovered(text), [self.pattern]).any() for text in audit.gather(rows)]
        return found.scatter(rows, pl.Series(hits, dtype=pl.Boolean)) if hits else found


def prepare(parts: Iterable[EventPart], should_stop: Callable[[], bool]) -> None:
    """Find out what the first search in some parts would have to find out, until `should_stop` turns true."""
    for part in parts:
        if should_stop():
            return
        block = Block.of(part, Context())
        block.remembered("escaped", _has_escapes)
        block.remembered("ascii escapes", _has_ascii_escapes)
        for index in range(len(part.header)):
            if index not in part.repeated and block.few_texts(index) is None:
                block.bytes_in(index)


def _usable(shape: Shape | None) -> Shape | None:
    """The shape, unless it makes the expression too large for the engine."""
    return None if shape is None or regex_problem(shape.pattern("\ufdd0")) else shape


def _recovered(text: str) -> pl.Series:
    found: Sequence[str] = [storable(piece) for piece in flatten(recover(text))]
    return pl.Series(found, dtype=pl.String)


def _has_escapes(part: EventPart) -> pl.Series:
    """Which records of a part hold a backslash."""
    return part.frame.get_column("audit").str.contains("\\", literal=True).fill_null(False)


def _has_ascii_escapes(part: EventPart) -> pl.Series:
    """Which records of a part write such a character by its number, which few do."""
    audit, rows = (
        part.frame.get_column("audit"),
        Block.of(part, Context()).remembered("escaped", _has_escapes).arg_true(),
    )
    return nothing(len(audit)).scatter(rows, any_found(audit.gather(rows), [rf"(?i)\\u(?:{ASCII_CODES})"]))


def rare_end(text: str, sample: pl.Series) -> str:
    """The end of a text that begins with its rarest characters; the whole text where its own beginning is rare too.

    Args:
        text: What is looked for.
        sample: Some of the texts in which it is.
    """
    held = (sample.str.join("\n")[0] or "").lower()
    lower = [character.lower() for character in text]  # `text.lower()` may be longer

    def counts(start: int) -> tuple[int, int]:
        beginning = lower[start : start + _BEGINNING]
        return held.count("".join(beginning)), held.count("".join(beginning[:-1]))

    common = len(sample) * _COMMON
    if counts(0)[0] <= common:
        return text
    start = min(range(max(1, min(len(text) - _BEGINNING + 1, _LONGEST_TRIED))), key=counts)
    return text[start:] if counts(start)[0] <= common else text
