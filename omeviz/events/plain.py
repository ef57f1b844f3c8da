"""Proven rows as columns of events, where the careful path would find nothing unusual about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from omeviz.events import record_types, times
from omeviz.events.careful import SLOTS, WrapperPlan, latest_possible, same_record_type
from omeviz.events.codes import outcome, status_of
from omeviz.events.part import FRAME_SCHEMA
from omeviz.events.proof import VALID_TEXT
from omeviz.events.times import Order

CHECKED = ("operation", "user", "id")
"""What a wrapper repeats letter for letter."""

_CODES = ("auth", "operationstatus")
_OUTCOMES = ("result", "operationstatus", "auth")
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"

_DATES: tuple[tuple[str, Order], ...] = (
    ("%-m/%-d/%Y", "mdy"),
    ("%m/%d/%Y", "mdy"),
    *((f"%-d{sign}%-m{sign}%Y", "dmy") for sign in "/.-"),
    *((f"%d{sign}%m{sign}%Y", "dmy") for sign in "/.-"),
)
_CLOCKS = ("%-I:%M:%S %p", "%-H:%M:%S", "%H:%M:%S", "%I:%M:%S %p")
_FORMATS: tuple[tuple[str, Order | None], ...] = (
    *((f"{date} {clock}", order) for date, order in _DATES for clock in _CLOCKS),
    *((f"%Y-%m-%dT%H:%M:%S{end}", None) for end in (".0000000Z ", ".0000000Z", ".000Z", "Z", "")),
    *((f"%Y-%m-%d {clock}", None) for clock in _CLOCKS),
)
"""How exports write a wrapper's time, and in which order of day and month it must be read."""


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Plain rows as events.

    Attributes:
        frame: Columns as in `FRAME_SCHEMA`; `line` is still the line in the batch, from 0.
        cells: The wrapper's cells of the same rows, columns "0", "1", ….
        votes: Order of day and month -> how many rows speak for it.
        ambiguous: The first wrapper time that can be read in two orders, or None.
        year_first: A wrapper time begins with the year.
    """

    frame: pl.DataFrame
    cells: pl.DataFrame
    votes: dict[Order, int]
    ambiguous: str | None
    year_first: bool


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
        self.possible = all(len(self.position.get(slot, ())) <= 1 for slot in ("time", "type", *CHECKED))

    def time_format(self, cell: str, moment: datetime) -> str | None:
        """The format in which a wrapper writes a time, if it must be read in the order in use."""
        shown = pl.Series([moment], dtype=pl.Datetime("us"))
        for pattern, order in _FORMATS:
            if order in (None, self._dates) and shown.dt.strftime(pattern)[0] == cell:
                return pattern
        return None

    def read(self, proven: pl.DataFrame, formats: tuple[str, ...]) -> PlainRows:
        """The rows about which nothing is unusual, in the order of their lines.

        Args:
            proven: Columns as in `PROVEN_SCHEMA` and the wrapper's cells, in the order of their lines.
            formats: How the wrapper writes its times.
        """
        frame = _with_escapes_undone(proven)
        moment = frame["time"].str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us").alias("moment")
        frame = frame.with_columns(moment)
        plain = frame.select(pl.all_horizontal(*self._conditions(formats)).fill_null(value=False)).to_series()
        plain = plain & frame["sound"]
        settled = [*self._codes(frame), self._type(frame)]
        for column in settled:
            plain = plain & column.is_not_null()
        frame = frame.with_columns(column.fill_null(frame[column.name]) for column in settled)
        frame = self._with_nulls(frame, proven)
        if not plain.all():
            frame = frame.filter(plain)
        cells = frame.select(name for name in proven.columns if name.isdigit())
        votes, ambiguous, year_first = self.testimony(frame["moment"], cells)
        return PlainRows(self._event_columns(frame), cells, votes, ambiguous, year_first)

    def _conditions(self, formats: tuple[str, ...]) -> Iterator[pl.Expr]:
        """The careful path would find nothing unusual."""
        for slot in SLOTS:
            yield pl.col(slot).is_null() | (pl.col(slot) != "")
        for slot, positions in self.position.items():
            if slot in CHECKED:
                yield pl.col(slot) == pl.col(str(positions[0]))
            elif slot not in ("time", "type"):
                yield from (pl.col(slot).is_not_null() | (pl.col(str(position)) == "") for position in positions)
        recipient = pl.col("recipient").fill_null("")
        yield ~recipient.str.starts_with("[") & (recipient.str.count_matches("@", literal=True) < 2)
        yield pl.col("moment").dt.strftime("%Y-%m-%dT%H:%M:%S") == pl.col("time")
        yield pl.col("moment").is_between(times.EARLIEST, self._latest)
        if "time" in self.position:
            cell = pl.col(str(self.position["time"][0]))
            yield pl.any_horizontal([pl.col("moment").dt.strftime(f) == cell for f in formats] or [pl.lit(value=False)])

    @staticmethod
    def _codes(frame: pl.DataFrame) -> Iterator[pl.Series]:
        """The two outcomes by name; null where a code is odd, `` where there is none."""
        for slot in _CODES:
            names = {text: outcome(text) for text in frame[slot].unique().to_list() if text is not None}
            known = {text: name for text, name in names.items() if name is not None}
            column = frame[slot].replace_strict(known, default=None, return_dtype=pl.String)
            yield pl.select(pl.when(frame[slot].is_null()).then(pl.lit("")).otherwise(column).alias(slot)).to_series()

    def _type(self, frame: pl.DataFrame) -> pl.Series:
        """The record type by name; null where it is odd, or where the wrapper's disagrees."""
        witness = self.position.get("type", ())
        names: dict[str, str | None] = {}
        for text in frame["type"].unique().to_list():
            name = record_types.canonical(text)
            plain = text.isascii() and (text.isdigit() or text.isalpha() or name != text)
            names[text] = name if plain else None
        column = frame["type"].replace_strict(names, return_dtype=pl.String)
        if not witness:
            return column
        theirs = frame[str(witness[0])]
        agreeing = [
            (mine, other)
            for mine in names
            for other in theirs.unique().to_list()
            if names[mine] is not None and (not other.strip() or same_record_type(names[mine] or "", other))
        ]
        if len(agreeing) == len(names) * theirs.n_unique():
            return column
        agree = pl.repeat(value=False, n=frame.height, eager=True)
        for mine, other in agreeing:
            agree = agree | ((frame["type"] == mine) & (theirs == other))
        return pl.select(pl.when(agree).then(column).alias("type")).to_series()

    @staticmethod
    def _with_nulls(frame: pl.DataFrame, proven: pl.DataFrame) -> pl.DataFrame:
        """Absent codes are null again, and the status is settled."""
        frame = frame.with_columns(
            pl.when(proven[slot].is_not_null()).then(pl.col(slot)).alias(slot) for slot in _CODES
        )
        known = frame.select(_OUTCOMES).unique()
        table = known.with_columns(pl.Series("status", [status_of(*row) for row in known.iter_rows()], dtype=pl.String))
        return frame.join(table, on=_OUTCOMES, how="left", nulls_equal=True, maintain_order="left")

    def testimony(self, moments: pl.Series, cells: pl.DataFrame) -> tuple[dict[Order, int], str | None, bool]:
        """What the wrapper's times say about the order of day and month: `CarefulDecoder` counts the same.

        Args:
            moments: AuditData's times of plain rows.
            cells: The wrapper's cells of the same rows.

        Returns:
            Votes, the first time that can be read in two orders, and whether one begins with the year.
        """
        if "time" not in self.position or not moments.len():
            return {}, None, False
        written = cells[str(self.position["time"][0])]
        two_ways = ~written.str.contains(r"\A[0-9]{4}")
        if not two_ways.any():
            return {}, None, True
        days = moments.filter(two_ways)
        count = int((days.dt.day() != days.dt.month()).sum())
        return ({self._dates: count} if count else {}), written.filter(two_ways)[0], not two_ways.all()

    def _event_columns(self, frame: pl.DataFrame) -> pl.DataFrame:
        portal = pl.col("type") == record_types.PORTAL
        made = {
            "line": pl.col("row").cast(pl.UInt64),
            "problems": pl.lit(0, pl.UInt32),
            "time": pl.col("moment"),
            "sender": pl.when(pl.col("sender").is_null() & portal).then(pl.col("user")).otherwise(pl.col("sender")),
            "recipients": pl.lit(None, FRAME_SCHEMA["recipients"]),
        }
        columns = []
        for name, dtype in FRAME_SCHEMA.items():
            column = made.get(name, pl.col(name))
            columns.append((column if dtype == pl.String else column.cast(dtype)).alias(name))
        return frame.select(columns)


def _with_escapes_undone(proven: pl.DataFrame) -> pl.DataFrame:
    """With JSON's escapes undone, and a column `sound`: no escape is invalid, or read differently by decoders."""
    sound = pl.repeat(value=True, n=proven.height, eager=True).alias("sound")
    escaped = proven["escaped"].arg_true()
    if not escaped.len():
        return proven.with_columns(sound)
    few = proven.select(SLOTS)[escaped]
    made: list[pl.Series] = []
    affected = few.select(pl.all().str.contains("\\", literal=True).any())
    for slot in (name for name in SLOTS if affected[name][0]):
        rows = few[slot].str.contains("\\", literal=True).arg_true()
        texts, where = few[slot][rows], escaped[rows]
        valid = texts.str.contains(VALID_TEXT) & ~texts.str.contains(_SURROGATE_ESCAPE)
        if not valid.all():
            sound = sound.scatter(where.filter(~valid), values=False)
            texts, where = texts.filter(valid), where.filter(valid)
        if where.len():
            made.append(proven[slot].scatter(where, ('"' + texts + '"').str.json_decode(pl.String)))
    return proven.with_columns(*made, sound)
