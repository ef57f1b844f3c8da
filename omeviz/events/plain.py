"""Proven rows as columns of events, where the careful path would find nothing unusual about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from omeviz.events import record_types, times
from omeviz.events.careful import SLOTS, WrapperPlan, latest_possible, same_record_type
from omeviz.events.codes import outcome, status_of
from omeviz.events.decode import text_series
from omeviz.events.part import FRAME_SCHEMA
from omeviz.events.plain_times import EPOCH, FORMATS, ONE_WAY, are_written
from omeviz.events.proof import VALID_TEXT
from omeviz.events.times import Order

CHECKED = ("operation", "user", "id")
"""What a wrapper repeats letter for letter."""

_CODES = ("auth", "operationstatus")
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"

_AS_WRITTEN = pl.QueryOptFlags.none()
"""The steps are few and already in the best order; an optimizer would take longer than they do."""


_FEW = 8
"""Words."""


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Plain rows as events.

    Attributes:
        frame: Columns as in `FRAME_SCHEMA`; `line` is still the line in the batch, from 0.
        cells: The wrapper's cells of the same rows, columns "0", "1", ….
        two_ways: Whether a row's wrapper time is written with day and month before the year (Boolean).
    """

    frame: pl.DataFrame
    cells: pl.DataFrame
    two_ways: pl.Series

    def filter(self, kept: pl.Series) -> PlainRows:
        """Some of the rows (Boolean)."""
        cells = self.cells.filter(kept) if self.cells.width else self.cells  # without columns there is no height
        return PlainRows(self.frame.filter(kept), cells, self.two_ways.filter(kept))


@dataclass(slots=True)
class _Words:
    """The few texts of a column, and what they mean; shared by workers: entries are only ever added.

    Attributes:
        meaning: Tells what a text means; None: nothing that is known.
        known: What was met so far.
    """

    meaning: Callable[[str], str | None]
    known: dict[str, str | None] = field(default_factory=dict)

    def expression(self, column: str) -> pl.Expr:
        """The column's meanings (Categorical); null where there is none, or none is known."""
        known = dict(self.known)
        if len(known) > _FEW:
            return pl.col(column).replace_strict(known, default=None, return_dtype=pl.String).cast(pl.Categorical)
        meanings = pl.lit(None, pl.Categorical)
        for text, meaning in known.items():  # comparing with a few texts takes a tenth of looking up
            if meaning is not None:
                meanings = pl.when(pl.col(column) == text).then(pl.lit(meaning, pl.Categorical)).otherwise(meanings)
        return meanings

    def learn(self, texts: pl.Series) -> None:
        """Learn what texts mean. `known` is replaced where one of them is not known, else it stays the same."""
        fresh = [text for text in texts.unique().to_list() if text is not None and text not in self.known]
        if fresh:
            self.known = {**self.known, **{text: self.meaning(text) for text in fresh}}


@dataclass(frozen=True, slots=True)
class _Query:
    """Expressions for `PlainReader`, built once: that takes longer than running them on a few rows.

    Attributes:
        formats: The formats of times they were built for.
        known: Which words were known then.
        first: Columns to be made first.
        then: Columns made of these.
        last: What is kept.
    """

    formats: tuple[str, ...]
    known: list[dict[str, str | None]]
    first: list[pl.Expr]
    then: list[pl.Expr]
    last: list[pl.Expr]

    def is_for(self, formats: tuple[str, ...], known: list[dict[str, str | None]]) -> bool:
        """Whether it was built for these formats and words; words are replaced, never altered in place."""
        return self.formats == formats and all(mine is theirs for mine, theirs in zip(self.known, known, strict=True))


class PlainReader:
    """Reads proven rows under one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
    """

    def __init__(self, plan: WrapperPlan, dates: Order) -> None:
        self._dates = dates
        self._latest = latest_possible()
        self.position = {slot: positions for slot, positions in zip(SLOTS, plan.positions, strict=True) if positions}
        self.possible = all(len(self.position.get(slot, ())) <= 1 for slot in ("time", "type"))
        self._query: _Query | None = None
        self._words = {
            "auth": _Words(outcome, {"0": "success", "1": "failure"}),
            "operationstatus": _Words(outcome, {"0": "success", "1": "failure"}),
            "type": _Words(_type_name, {"154": record_types.PORTAL}),
            "result": _Words(lambda text: status_of(text, None, None), {"Success": "success", "Failure": "failure"}),
        }
        if "type" in self.position:
            # What the wrapper says must be among what agrees with the record's type.
            self._words[str(self.position["type"][0])] = _Words(lambda text: text)

    def time_format(self, cell: str, moment: datetime) -> str | None:
        """The format in which a wrapper writes a time, if it must be read in the order in use."""
        shown = pl.Series([moment], dtype=pl.Datetime("us"))
        for pattern, order in FORMATS:
            if order in (None, self._dates) and shown.dt.strftime(pattern)[0] == cell:
                return pattern
        return None

    def learn(self, cells: Sequence[Sequence[str | None]]) -> None:
        """Learn the words of the wrapper's columns from some rows, so that fewer are met later."""
        for name, words in self._words.items():
            if name.isdigit():
                words.learn(text_series(name, cells[int(name)]))

    def read(self, proven: pl.DataFrame, formats: tuple[str, ...]) -> PlainRows:
        """The rows about which nothing is unusual, in the order of their lines.

        Args:
            proven: Columns as in `PROVEN_SCHEMA` and the wrapper's cells, in the order of their lines.
            formats: How the wrapper writes its times.
        """
        frame = _with_escapes_undone(proven)
        while True:
            before = [words.known for words in self._words.values()]
            made = self._made(frame, formats)
            if made["plain"].all():
                break
            unusual = frame.filter(~made["plain"])
            for column, words in self._words.items():
                words.learn(unusual[column])
            if all(words.known is known for words, known in zip(self._words.values(), before, strict=True)):
                break
        cells = frame.select(name for name in proven.columns if name.isdigit())
        if not made["plain"].all():
            cells = cells.filter(made["plain"]) if cells.width else cells  # without columns there is no height
            made = made.filter("plain")
        return PlainRows(made.select(*FRAME_SCHEMA), cells, made["two_ways"])

    def _made(self, frame: pl.DataFrame, formats: tuple[str, ...]) -> pl.DataFrame:
        """The columns of `FRAME_SCHEMA`, `plain` and `two_ways` for all rows."""
        query = self._query
        known = [words.known for words in self._words.values()]
        if query is None or not query.is_for(formats, known):
            query = self._query = self._new_query(formats, known)
        written = [self._are_written(frame, pattern) for pattern in formats] if "time" in self.position else []
        return (
            frame.hstack(written)
            .lazy()
            .with_columns(*query.first)
            .with_columns(*query.then)
            .select(*query.last)
            .collect(optimizations=_AS_WRITTEN, engine="in-memory")
        )

    def _new_query(self, formats: tuple[str, ...], known: list[dict[str, str | None]]) -> _Query:
        return _Query(
            formats,
            known,
            [self._words[slot].expression(slot).alias(f"{slot} name") for slot in (*_CODES, "type", "result")],
            [
                pl.all_horizontal(*self._conditions(formats)).fill_null(value=False).alias("plain"),
                self._two_ways(formats).fill_null(value=False).alias("two_ways"),
            ],
            [*self._event_columns(), pl.col("plain"), pl.col("two_ways")],
        )

    def _conditions(self, formats: tuple[str, ...]) -> Iterator[pl.Expr]:
        """The careful path would find nothing unusual."""
        yield pl.col("sound")
        for slot in SLOTS:
            yield pl.col(slot).is_null() | (pl.col(slot) != "")
        for slot, positions in self.position.items():
            if slot in CHECKED:
                yield pl.col(slot) == pl.col(str(positions[0]))
                for cell in (pl.col(str(position)) for position in positions[1:]):
                    yield cell.is_null() | (cell == "") | (cell == pl.col(slot))
            elif slot not in ("time", "type"):
                cells = [pl.col(str(position)) for position in positions]
                yield from (pl.col(slot).is_not_null() | cell.is_null() | (cell == "") for cell in cells)
        for slot in _CODES:
            yield pl.col(slot).is_null() | pl.col(f"{slot} name").is_not_null()
        yield pl.col("result").is_null() | pl.col("result name").is_not_null()
        yield pl.col("type name").is_not_null()
        yield from self._agreement()
        recipient = pl.col("recipient").fill_null("")
        yield ~recipient.str.starts_with("[") & ~recipient.str.contains("(?s)@.*@")
        yield pl.col("moment").is_between(times.EARLIEST, self._latest)
        if "time" in self.position:
            yield pl.any_horizontal([pl.col(pattern) for pattern in formats] or [pl.lit(value=False)])

    def _are_written(self, frame: pl.DataFrame, pattern: str) -> pl.Series:
        """Whether the wrapper writes the record's time by a pattern; named like the pattern."""
        cells = frame[str(self.position["time"][0])]
        return are_written(cells, frame["moment"], pattern, self._latest).alias(pattern)

    def _two_ways(self, formats: tuple[str, ...]) -> pl.Expr:
        """Whether day and month stand before the year."""
        if "time" not in self.position:
            return pl.lit(value=False)
        one_way = [pattern for pattern in formats if pattern in ONE_WAY]
        if not one_way:
            return pl.lit(value=True)
        if len(one_way) == len(formats):
            return pl.lit(value=False)
        return ~pl.any_horizontal(*one_way)

    def _agreement(self) -> Iterator[pl.Expr]:
        """The wrapper's record type means the record's."""
        if "type" not in self.position:
            return
        column = str(self.position["type"][0])
        theirs, mine = self._words[column].known, self._words["type"].known
        agreeing = [
            (name, other)
            for name in {name for name in mine.values() if name is not None}
            for other in theirs
            if not other.strip() or same_record_type(name, other)
        ]
        yield pl.any_horizontal(
            [(pl.col("type name") == name) & (pl.col(column) == other) for name, other in agreeing]
            or [pl.lit(value=False)]
        )

    def testimony(self, rows: PlainRows) -> tuple[dict[Order, int], str | None, bool]:
        """What the wrapper's times say about the order of day and month: `CarefulDecoder` counts the same.

        Returns:
            Votes, the first time that can be read in two orders, and whether one begins with the year.
        """
        if "time" not in self.position or not rows.frame.height:
            return {}, None, False
        two_ways, cells = rows.two_ways, rows.cells[str(self.position["time"][0])]
        if not two_ways.any():
            return {}, None, _any_year_first(cells)
        every = bool(two_ways.all())
        days = rows.frame["time"] if every else rows.frame["time"].filter(two_ways)
        count = int((days.dt.day() != days.dt.month()).sum())
        first = two_ways.arg_max() or 0
        year_first = not every and _any_year_first(cells.filter(~two_ways))
        return ({self._dates: count} if count else {}), cells[first], year_first

    @staticmethod
    def _event_columns() -> Iterator[pl.Expr]:
        portal = pl.col("type name") == record_types.PORTAL
        codes = {slot: pl.col(f"{slot} name") for slot in _CODES}
        made = {
            "line": pl.col("row"),
            "problems": pl.lit(0, pl.UInt32),
            "time": pl.col("moment"),
            "status": pl.when(pl.col("result").is_not_null())
            .then(pl.col("result name"))
            .otherwise(pl.coalesce(codes["operationstatus"], codes["auth"], pl.lit("unknown"))),
            "sender": pl.when(pl.col("sender").is_null() & portal).then(pl.col("user")).otherwise(pl.col("sender")),
            "recipients": pl.lit(None, FRAME_SCHEMA["recipients"]),
            "type": pl.col("type name"),
            **codes,
        }
        for name, dtype in FRAME_SCHEMA.items():
            column = made.get(name, pl.col(name))
            yield (column if dtype == pl.String else column.cast(dtype)).alias(name)


def _any_year_first(cells: pl.Series) -> bool:
    """Whether any of these times begins with the year: all but those that count milliseconds."""
    return not cells.str.starts_with(EPOCH[0]).all()


def _type_name(text: str) -> str | None:
    """A record type by name; None for a text that is unusual."""
    name = record_types.canonical(text)
    return name if text.isascii() and (text.isdigit() or text.isalpha() or name != text) else None


def _with_escapes_undone(proven: pl.DataFrame) -> pl.DataFrame:
    """With JSON's escapes undone, and a column `sound`: no escape is invalid, or read differently by decoders."""
    escaped = proven["escaped"].arg_true()
    if not escaped.len():
        return proven.with_columns(sound=pl.lit(value=True))
    few = proven.select(SLOTS)[escaped]
    backslash = few.select(pl.all().str.contains("\\", literal=True).any())
    affected = [slot for slot in SLOTS if backslash[slot][0]]
    if not affected:
        return proven.with_columns(sound=pl.lit(value=True))
    texts = [pl.col(slot) for slot in affected]
    valid = [text.is_null() | (text.str.contains(VALID_TEXT) & ~text.str.contains(_SURROGATE_ESCAPE)) for text in texts]
    undone = (
        few.lazy()
        .select(*affected, pl.all_horizontal(valid).alias("sound"))
        .with_columns(
            pl.when("sound").then(pl.format('"{}"', text)).alias(slot)
            for slot, text in zip(affected, texts, strict=True)
        )
        .with_columns(text.str.json_decode(pl.String) for text in texts)
        .collect(optimizations=_AS_WRITTEN, engine="in-memory")
    )
    sound = pl.repeat(value=True, n=proven.height, eager=True).scatter(escaped, undone["sound"])
    made = [proven[slot].scatter(escaped, undone[slot]) for slot in affected]
    return proven.with_columns(*made, sound=sound)
