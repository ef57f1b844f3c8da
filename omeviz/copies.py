"""Which records are copies of one event, and which of them is shown.

Records of the same key are one event: AuditData.Id, else Identity, RecordId or id (the frame's `id` column), blanks
around it left out and in any case; a record without one is an event by itself. Shown is the most complete copy:

1. with sound AuditData; then with AuditData that lost nested values; then a row that is the record itself; then what
   could be recovered of cut AuditData; last a record without;
2. of those the one with the most decoded columns filled;
3. of those, where AuditData's texts differ, the one with the most values in it that are not null and not empty;
4. of those the first in source order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate
from random import SystemRandom
from typing import Any

import polars as pl

from omeviz.events.columns import COLUMNS
from omeviz.events.part import FRAME_SCHEMA, EventPart
from omeviz.events.problems import UNUSABLE_AUDIT, ProblemKind

_ROW_BITS = 32
_MOST_VALUES = 2**20 - 1
_SEPARATOR = "\x1f"
_VALUE = r'"\s*:\s*(?:"[^"]|[-0-9tf]|\[\s*[^\]\s]|\{\s*[^}\s])'
"""A key of AuditData with a value that is neither null nor empty."""

_TAG = r'@odata\.type"\s*:'
"""A key that says nothing of the event."""

_SEEDS = tuple(SystemRandom().getrandbits(63) for _ in range(2))
"""Of the hashes by which equal texts are found, so that no file can be made for them."""

_WORKERS = 2


def _none(dtype: pl.DataType | type[pl.DataType] = pl.UInt32) -> pl.Series:
    return pl.Series([], dtype=dtype)


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """The copies among the first records of a store. Records behind those are shown as they are.

    Row numbers are the store's (UInt32). All columns of one name stand for the same rows, in order.

    Attributes:
        version: Of the store's data they were found in; -1: none yet.
        covered: How many records were looked at.
        hidden: The rows that are not shown because another copy is, ascending.
        shown: For each of `hidden` the row that is shown in its place.
        copied: The shown rows that have copies, ascending.
        times: For each of `copied` how many records there are of its event.
        flagged: The rows of `copied` of whose hidden copies one has a problem.
        suspects: The rows of `hidden` whose text is not that of the shown copy.
        differing: The rows of `copied` whose copies contradict each other; None: not looked at yet.
    """

    version: int = -1
    covered: int = 0
    hidden: pl.Series = field(default_factory=_none)
    shown: pl.Series = field(default_factory=_none)
    copied: pl.Series = field(default_factory=_none)
    times: pl.Series = field(default_factory=_none)
    flagged: pl.Series = field(default_factory=_none)
    suspects: pl.Series = field(default_factory=_none)
    differing: pl.Series | None = field(default_factory=_none)

    @property
    def count(self) -> int:
        """How many records are further copies: records = events + further copies."""
        return self.hidden.len()

    def event_of(self, row: int) -> int:
        """The row that is shown for a record."""
        place = self.hidden.search_sorted(row)
        return int(self.shown[place]) if place < self.count and self.hidden[place] == row else row

    def events_of(self, rows: pl.Series) -> pl.Series:
        """The rows that are shown for records, in the order of those."""
        if not self.count:
            return rows
        places = self.hidden.search_sorted(rows).clip(0, self.count - 1)
        is_hidden = self.hidden.gather(places) == rows
        return pl.select(pl.when(is_hidden).then(self.shown.gather(places)).otherwise(rows)).to_series()

    def rows_of(self, row: int) -> pl.Series:
        """All records of a record's event, in source order."""
        event = self.event_of(row)
        others = self.hidden.filter(self.shown == event)
        return pl.concat([pl.Series([event], dtype=pl.UInt32), others]).sort()

    def times_of(self, rows: Sequence[int]) -> list[int]:
        """How many records there are of the events of shown rows."""
        if not self.count or not rows:
            return [1] * len(rows)
        wanted = pl.Series(rows, dtype=pl.UInt32)
        places = self.copied.search_sorted(wanted).clip(0, self.copied.len() - 1)
        found = zip(self.copied.gather(places), self.times.gather(places), rows, strict=True)
        return [times if copied == row else 1 for copied, times, row in found]

    def problems_of(self, rows: pl.Series) -> pl.Series:
        """Which shown rows have a copy with a problem, or copies that (as far as it is known) differ."""
        found = _among(rows, self.flagged)
        return found if self.differing is None else found | _among(rows, self.differing)

    def has_copies(self, rows: pl.Series) -> pl.Series:
        """Which shown rows have copies."""
        return _among(rows, self.copied)

    def mask(self, start: int, height: int) -> pl.Series:
        """Which of some neighbouring rows are shown (Boolean)."""
        low, high = self.hidden.search_sorted(pl.Series([start, start + height], dtype=pl.UInt32)).to_list()
        shown = pl.repeat(True, height, dtype=pl.Boolean, eager=True)
        return shown.scatter(self.hidden.slice(low, high - low) - start, False) if high > low else shown

    def visible(self, rows: pl.Series) -> pl.Series:
        """Ascending rows without those that are hidden."""
        if not self.count or not rows.len():
            return rows
        first = int(rows[0])
        height = int(rows[-1]) - first + 1
        mask = self.mask(first, height)
        return rows.filter(mask if rows.len() == height else mask.gather(rows - first))

    def by_source(self, parts: Sequence[EventPart]) -> dict[int, int]:
        """How many further copies come from each source; sources without any are left out."""
        found: dict[int, int] = {}
        for part, (_, low, high) in zip(parts, _within(parts, self.hidden), strict=True):
            if high > low:
                found[part.source] = found.get(part.source, 0) + high - low
        return found


def _among(rows: pl.Series, ascending: pl.Series) -> pl.Series:
    """Which rows are in an ascending list."""
    if not ascending.len():
        return pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)
    return ascending.gather(ascending.search_sorted(rows).clip(0, ascending.len() - 1)) == rows


def find_copies(parts: Sequence[EventPart], version: int = 0) -> Copies:
    """Find the copies among all records of parts.

    Time and memory are in proportion to the records; AuditData is looked at only where there are copies.

    Args:
        parts: A store's parts, in order.
        version: What to call this state of the store's data.
    """
    covered = sum(part.height for part in parts)
    twins = _twins(parts)
    if not twins.height:
        return Copies(version, covered)
    found = pl.concat([twins, _details(parts, twins.get_column("row"))], how="horizontal").sort("key", "key2", "row")
    starts = _boundaries(found, "key", "key2")
    found = found.with_columns(event=starts.cum_sum().cast(pl.UInt32))
    found = found.with_columns(score=_scores(parts, found, starts)).sort("event", "score", descending=[False, True])
    starts = _boundaries(found, "event")
    leader = starts.arg_true().gather(found.get_column("event") - 1)
    rows, said = found.get_column("row"), found.get_column("said")
    hidden = pl.DataFrame(
        {
            "row": rows,
            "shown": rows.gather(leader),
            "bad": found.get_column("bad"),
            "other": said != said.gather(leader),
        }
    )
    hidden = hidden.filter(~starts).sort("row")
    times = hidden.get_column("shown").value_counts().sort("shown")
    suspects = hidden.filter("other").get_column("row")
    return Copies(
        version,
        covered,
        hidden.get_column("row"),
        hidden.get_column("shown"),
        times.get_column("shown"),
        (times.get_column("count") + 1).cast(pl.UInt32),
        hidden.filter("bad").get_column("shown").unique().sort(),
        suspects,
        None if suspects.len() else _none(),
    )


def _hash(texts: pl.Series, seed: int) -> pl.Series:
    """What equal texts have in common, and unequal ones (in all likelihood) have not; much smaller than the texts."""
    return texts.hash(seed)


def _keys(ids: pl.Series) -> pl.Series:
    """Ids as they are compared; null where there is none."""
    keys = ids.str.strip_chars().str.to_lowercase()
    return pl.select(pl.when(keys.str.len_bytes() > 0).then(keys)).to_series()


def _twins(parts: Sequence[EventPart]) -> pl.DataFrame:
    """Columns `key` (a hash) and `row` of the records whose key's hash another one has, by row."""

    def keyed(part: EventPart, first: int) -> pl.DataFrame:
        keys = _keys(part.frame.get_column("id"))
        rows = pl.arange(first, first + part.height, dtype=pl.UInt32, eager=True)
        return pl.DataFrame({"key": _hash(keys, _SEEDS[0]), "row": rows}).filter(keys.is_not_null())

    frames = _each(keyed, parts, [first for first, _ in _spans(parts)])
    together = pl.concat([pl.DataFrame(schema={"key": pl.UInt64, "row": pl.UInt32}), *frames]).sort("key")
    starts = _boundaries(together, "key")
    return together.filter(~starts | ~starts.shift(-1, fill_value=True)).sort("row")


def _spans(parts: Sequence[EventPart]) -> list[tuple[int, int]]:
    """(first row, row behind the last) of each part."""
    stops = list(accumulate(part.height for part in parts))
    return list(zip([0, *stops], stops, strict=False))


def _each(
    do: Callable[[EventPart, Any], pl.DataFrame], parts: Sequence[EventPart], more: Sequence[Any]
) -> list[pl.DataFrame]:
    """The same for all parts, two at once."""
    with ThreadPoolExecutor(_WORKERS, "omeviz-copies") as pool:
        return list(pool.map(do, parts, more))


def _boundaries(frame: pl.DataFrame, *names: str) -> pl.Series:
    """Where a row differs from the one before it."""
    differs = pl.lit(False)
    for name in names:
        differs |= pl.col(name) != pl.col(name).shift(1)
    found = frame.select(differs).to_series()
    return found.scatter(0, True) if frame.height else found


def _details(parts: Sequence[EventPart], rows: pl.Series) -> pl.DataFrame:
    """What the choice among copies goes by, for ascending rows: `key2` and `said` (hashes), `complete`, `bad`."""
    local = [rows.slice(low, high - low) - first for first, low, high in _within(parts, rows)]
    return pl.concat(_each(_details_of, parts, local))


def _within(parts: Sequence[EventPart], rows: pl.Series) -> Iterator[tuple[int, int, int]]:
    """For each part its first row, and from where to where (exclusive) in ascending rows its own stand."""
    for first, stop in _spans(parts):
        low, high = rows.search_sorted(pl.Series([first, stop], dtype=pl.UInt32)).to_list()
        yield first, low, high


def _details_of(part: EventPart, rows: pl.Series) -> pl.DataFrame:
    every = rows.len() * 4 > part.height  # then gathering each column costs more than looking at it
    frame = part.frame if every else part.frame[rows]
    bits = pl.col("problems")
    has_audit = pl.col("audit").str.len_bytes().fill_null(0) > 0
    sound = (
        pl.when(has_audit & ((bits & int(UNUSABLE_AUDIT | ProblemKind.SHALLOW)) == 0)).then(4)
        .when(has_audit & ((bits & int(UNUSABLE_AUDIT)) == 0)).then(3)
        .when(pl.lit(part.row_is_record)).then(2)
        .when(has_audit).then(1)
        .otherwise(0)
    )  # fmt: skip
    filled = pl.sum_horizontal(_is_filled(column.name) for column in COLUMNS if column.name in FRAME_SCHEMA)
    details = frame.select(complete=sound.cast(pl.UInt64) * 256 + filled.cast(pl.UInt64), bad=bits != 0)
    key2, said = _hash(_keys(frame.get_column("id")), _SEEDS[1]), _hash(frame.get_column("audit"), _SEEDS[0])
    details = details.with_columns(key2=key2, said=said)
    if every:
        details = details[rows]
    if not part.row_is_record or not part.header:
        return details
    return details.with_columns(said=_hash(_row_texts(part.wrapper[rows]), _SEEDS[0]))


def _is_filled(name: str) -> pl.Expr:
    if FRAME_SCHEMA[name] == pl.String:
        return (pl.col(name).str.len_bytes() > 0).fill_null(False)
    return (pl.col(name) != "").fill_null(False) if FRAME_SCHEMA[name] == pl.Categorical else pl.col(name).is_not_null()


def _row_texts(cells: pl.DataFrame) -> pl.Series:
    """The cells of rows that are records, as one text each."""
    return cells.select(pl.concat_str(pl.all().cast(pl.String).fill_null(""), separator=_SEPARATOR)).to_series()


def _scores(parts: Sequence[EventPart], found: pl.DataFrame, starts: pl.Series) -> pl.Series:
    """How complete each record is, the row number below that; the highest of an event is shown."""
    rows, event, said = found.get_column("row"), found.get_column("event"), found.get_column("said")
    values: pl.Series = pl.repeat(0, found.height, dtype=pl.UInt64, eager=True)
    unlike = (said != said.shift(1)).fill_null(False) & ~starts
    if unlike.any():
        several = pl.repeat(False, int(event[-1]) + 1, eager=True).scatter(event.filter(unlike), True)
        places = several.gather(event).arg_true()
        ranked = pl.DataFrame({"row": rows.gather(places), "place": places}).sort("row")
        values = values.scatter(ranked.get_column("place"), _values_in(parts, ranked.get_column("row")))
    rank = found.get_column("complete") * (_MOST_VALUES + 1) + values
    scores: pl.Series = rank * 2**_ROW_BITS + (2**_ROW_BITS - 1 - rows.cast(pl.UInt64))
    return scores


def _values_in(parts: Sequence[EventPart], rows: pl.Series) -> pl.Series:
    """How many values AuditData holds that are neither null nor empty (UInt64), for ascending rows."""

    def counted(part: EventPart, local: pl.Series) -> pl.DataFrame:
        texts = part.frame.get_column("audit").gather(local).str
        counts = texts.count_matches(_VALUE).cast(pl.Int64) - texts.count_matches(_TAG)
        return pl.DataFrame({"count": counts.fill_null(0).clip(0, _MOST_VALUES).cast(pl.UInt64)})

    local = [rows.slice(low, high - low) - first for first, low, high in _within(parts, rows)]
    return pl.concat(_each(counted, parts, local)).to_series()
