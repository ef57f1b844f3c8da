"""The fast path: whole batches of lines at once, where the result is provably the careful path's.

The proof is by writing: from the cells and values that Polars proposes, a record's line is written again. Where it
equals the line in the file, the line is that CSV record and AuditData is that JSON, without repeated keys, odd codes
or escapes that two decoders might read differently. Every other line, and every record with anything unusual about
it, goes the careful way by itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from omeviz.events import record_types, times
from omeviz.events.careful import SLOTS, CarefulDecoder, Decoded, WrapperPlan, latest_possible, same_record_type
from omeviz.events.codes import outcome, status_of
from omeviz.events.decode import DecodedBatch
from omeviz.events.part import FRAME_SCHEMA, EventPart
from omeviz.events.shapes import Shape, Variable, shape_of
from omeviz.events.times import Order
from omeviz.sources.batch import RawBatch
from omeviz.sources.csv_fast import LineBatch

MAX_SHAPES = 24
"""Shapes known at once; what fits none of them goes the careful way."""

_DATES: tuple[tuple[str, Order], ...] = (
    ("%-m/%-d/%Y", "mdy"),
    ("%m/%d/%Y", "mdy"),
    *((f"%-d{sign}%-m{sign}%Y", "dmy") for sign in "/.-"),
    *((f"%d{sign}%m{sign}%Y", "dmy") for sign in "/.-"),
)
_CLOCKS = ("%-I:%M:%S %p", "%-H:%M:%S", "%H:%M:%S", "%I:%M:%S %p")
_TIME_FORMATS: tuple[tuple[str, Order | None], ...] = (
    *((f"{date} {clock}", order) for date, order in _DATES for clock in _CLOCKS),
    *((f"%Y-%m-%dT%H:%M:%S{end}", None) for end in (".0000000Z ", ".0000000Z", ".000Z", "Z", "")),
    *((f"%Y-%m-%d {clock}", None) for clock in _CLOCKS),
)
"""How exports write a wrapper's time, and in which order of day and month it must be read."""

_SHALLOW = ["System.Object[]", "@{", "System.Collections"]
_CONTROLS = [chr(code) for code in range(1, 32)]
_CONTROL_BYTES = bytes(code for code in range(1, 32) if code not in b"\r\n")
_VALID_TEXT = r'\A(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*\z'
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"
_CHECKED = ("operation", "user", "id")
_CODES = ("auth", "operationstatus")


@dataclass(slots=True)
class ShapeBook:
    """The shapes of one source. Shared by workers: entries are only ever added."""

    shapes: list[Shape] = field(default_factory=list)
    time_formats: list[tuple[str, Order | None]] = field(default_factory=list)
    refused: int = 0

    def learn(self, text: str) -> bool:
        """Add the shape of a record that went the careful way without any problem; whether it was unknown."""
        if len(self.shapes) >= MAX_SHAPES or self.refused > 200:
            return False
        shape = shape_of(text)
        if shape is None or shape in self.shapes:
            self.refused += 1
            return False
        self.shapes = [*self.shapes, shape]
        return True


@dataclass(slots=True)
class FastPart:
    """The events of a batch of lines, as far as the lines are single records.

    Attributes:
        part: The events of the first `height` lines.
        height: How many lines were taken; the line behind them is no record by itself (or the batch has ended).
        votes: Order of day and month -> how many rows speak for it.
        ambiguous: The first wrapper time that can be read in two orders, or None.
        year_first: A wrapper time begins with the year.
        careful_rows: How many lines went the careful way.
        unusable: (line, its text) of rows that are no record.
    """

    part: EventPart
    height: int
    votes: dict[Order, int]
    ambiguous: str | None
    year_first: bool
    careful_rows: int
    unusable: list[tuple[int, str]]


@dataclass(slots=True)
class _Taken:
    """Rows of one shape that are proven and plain."""

    rows: pl.Series
    frame: pl.DataFrame
    votes: dict[Order, int]
    ambiguous: tuple[int, str] | None
    year_first: bool


class FastDecoder:
    """Decodes batches of lines under one header.

    Args:
        plan: What the wrapper's columns mean.
        dates: The order of day and month in the wrapper's dates.
        book: The source's shapes; grows.
        width: How many columns the wrapper has.
    """

    def __init__(self, plan: WrapperPlan, dates: Order, book: ShapeBook, width: int) -> None:
        self._plan = plan
        self._dates = dates
        self._book = book
        self._latest = latest_possible()
        self._width = width
        self._position = {slot: positions for slot, positions in zip(SLOTS, plan.positions, strict=True) if positions}

    def decode(self, batch: LineBatch, source: int) -> FastPart:
        """Decode the lines of a batch up to the first that is no single, whole record."""
        height = batch.lines.len()
        taken: list[_Taken] = []
        left = pl.Series("left", [True], dtype=pl.Boolean).new_from_index(0, height)
        known: list[Shape] = []
        while True:
            formats = self._book.time_formats
            fresh = [shape for shape in self._book.shapes if shape not in known]
            if fresh:
                known += fresh
                for got in self._take_all(batch, fresh, left):
                    taken.append(got)
                    left = left.scatter(got.rows, values=False)
            if not left.any() or not self._learn(batch, left):
                break
            if self._book.time_formats != formats:
                known.clear()
        return self._assemble(batch, source, left, taken)

    def _learn(self, batch: LineBatch, left: pl.Series) -> bool:
        """Learn from the first of the lines that no shape fits."""
        learned = False
        for row in left.arg_true().head(3).to_list():
            cells = _cells_of(batch.lines[row], batch)
            if cells is None or batch.layout.audit is None:
                continue
            audit = cells.pop(batch.layout.audit)
            decoded = CarefulDecoder(self._plan, self._dates, self._latest).decode(audit, cells)
            if decoded.bits or not decoded.is_record:
                continue
            if "time" in self._position:
                cell = cells[self._position["time"][0]]
                found = _time_format(cell, decoded.values[SLOTS.index("time")], self._dates)
                if found is None:
                    continue
                if found not in self._book.time_formats:
                    self._book.time_formats = [*self._book.time_formats, found]
                    learned = True
            if self._book.learn(audit) or learned:
                return True
        return False

    def _take_all(self, batch: LineBatch, shapes: list[Shape], left: pl.Series) -> Iterator[_Taken]:
        """The rows of each shape, proven and plain, as columns."""
        shapes = [shape for shape in shapes if self._suits(shape)]
        wanted = sorted({number for shape in shapes for number in _piece_numbers(shape)})
        if not wanted:
            return
        pieces = batch.pieces(wanted)
        everything = batch.wrapper.with_columns(
            *(pieces[str(number)].alias(f"p{number}") for number in wanted),
            batch.lines.alias("line"),
            (left & self._without_doubt(batch)).alias("left"),
        ).with_row_index("row")
        for shape in shapes:
            needed = ["row", "line", *map(str, range(self._width)), *(f"p{number}" for number in _piece_numbers(shape))]
            last = len(shape.pieces) - 1
            likely = everything.select(pl.col("left") & (pl.col(f"p{last}") == shape.pieces[last])).to_series()
            frame = everything.select(needed)
            if not likely.all():
                frame = frame.filter(likely)
            if not frame.height:
                continue
            proven = frame.select(pl.all_horizontal(*self._conditions(batch, shape))).to_series()
            if not proven.all():
                frame = frame.filter(proven)
            if frame.height:
                got = self._plain(frame, shape)
                if got is not None:
                    yield got

    @staticmethod
    def _without_doubt(batch: LineBatch) -> pl.Series:
        """Lines without controls, which JSON does not allow, and without marks of a shallow export."""
        shallow = batch.lines.str.contains_any(_SHALLOW)
        if len(batch.data.translate(None, _CONTROL_BYTES)) == len(batch.data):
            return ~shallow
        return ~(shallow | batch.lines.str.contains_any(_CONTROLS))

    def _suits(self, shape: Shape) -> bool:
        """Whether the wrapper has at most one witness for each value, and AuditData has what it testifies to."""
        slots = shape.slots
        return all(len(self._position.get(slot, ())) <= 1 for slot in ("time", "type", *_CHECKED)) and all(
            slots[slot].kind == "text" for slot in ("time", *_CHECKED)
        )

    def _conditions(self, batch: LineBatch, shape: Shape) -> Iterator[pl.Expr]:
        """A row is this record as the shape has it, and the careful path would find nothing unusual about it."""
        slots = shape.slots
        yield pl.concat_str(batch.written(_audit_pieces(shape)), ignore_nulls=False) == pl.col("line")
        for variable in shape.variables:
            if variable.kind == "number":
                pattern = f"\\A{_escaped(variable.before)}(?:0|[1-9][0-9]{{0,14}}){_escaped(variable.behind)}\\z"
                yield pl.col(f"p{variable.first}").str.contains(pattern)
            elif variable.slot is not None:
                yield _raw(variable) != ""
        for slot in _CHECKED:
            if slot in self._position:
                yield pl.col(str(self._position[slot][0])) == _raw(slots[slot])
        for slot, positions in self._position.items():
            if slot not in slots:
                yield from (pl.col(str(position)) == "" for position in positions)
        if "recipient" in slots:
            recipient = _raw(slots["recipient"])
            yield ~recipient.str.starts_with("[") & (recipient.str.count_matches("@", literal=True) < 2)
            yield ~recipient.str.contains("\\u0040", literal=True) & ~recipient.str.contains("\\u005", literal=True)
        text = _raw(slots["time"])
        moment = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
        yield moment.dt.strftime("%Y-%m-%dT%H:%M:%S") == text
        yield moment.is_between(times.EARLIEST, self._latest)
        if "time" in self._position:
            cell = pl.col(str(self._position["time"][0]))
            formats = [pattern for pattern, order in self._book.time_formats if order in (None, self._dates)]
            yield pl.any_horizontal(
                [moment.dt.strftime(pattern) == cell for pattern in formats] or [pl.lit(value=False)]
            )

    def _plain(self, frame: pl.DataFrame, shape: Shape) -> _Taken | None:
        """Proven rows as the columns of an event, without those that have odd codes or doubtful escapes."""
        slots = shape.slots
        values = [
            (_raw(v) if v.kind == "text" else _number(v)).alias(slot) for slot, v in slots.items() if slot != "time"
        ]
        moment = _raw(slots["time"]).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us").alias("moment")
        frame = frame.with_columns(*values, moment)
        if frame["line"].str.contains("\\", literal=True).any():
            frame = _with_escapes_undone(frame, shape)
        frame = self._with_codes(frame, shape)
        if not frame.height:
            return None
        votes: dict[Order, int] = {}
        ambiguous = None
        year_first = False
        if "time" in self._position:
            cells = frame[str(self._position["time"][0])]
            two_ways = ~cells.str.contains(r"\A[0-9]{4}")
            year_first = not two_ways.all()
            first = two_ways.arg_max()
            if two_ways.any() and first is not None:
                ambiguous = (int(frame["row"][first]), str(cells[first]))
                days = frame["moment"].filter(two_ways)
                count = int((days.dt.day() != days.dt.month()).sum())
                votes = {self._dates: count} if count else {}
        return _Taken(frame["row"], _event_columns(frame, shape), votes, ambiguous, year_first)

    def _with_codes(self, frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
        """With codes, record type and status settled; rows where one is odd, or the wrapper disagrees, are left out."""
        columns = [slot for slot in ("result", *_CODES) if slot in shape.slots]
        witness = [str(position) for position in self._position.get("type", ())]
        known = frame.select("type", *columns, *witness).unique()
        settled: list[dict[str, str | None]] = []
        for row in known.iter_rows(named=True):
            names = {slot: outcome(row[slot]) for slot in columns if slot != "result"}
            name = record_types.canonical(row["type"])
            theirs = row[witness[0]] if witness else ""
            plain = row["type"].isascii() and (row["type"].isdigit() or row["type"].isalpha() or name != row["type"])
            if None in names.values() or not plain or (theirs.strip() and not same_record_type(name, theirs)):
                continue
            status = status_of(row.get("result"), names.get("operationstatus"), names.get("auth"))
            settled.append({**row, "status": status, "new type": name, **{f"new {k}": v for k, v in names.items()}})
        if not settled:
            return frame.clear()
        table = pl.DataFrame(settled, schema_overrides=dict.fromkeys(known.columns, pl.String))
        if table.height == 1 and known.height == 1:
            frame = frame.with_columns(
                pl.lit(table[name][0], pl.String).alias(name) for name in table.columns[known.width :]
            )
        else:
            frame = frame.join(table, on=known.columns, how="inner", maintain_order="left")
        renamed = [pl.col(f"new {name}").alias(name) for name in ("type", *_CODES) if f"new {name}" in frame.columns]
        return frame.with_columns(renamed)

    def _assemble(self, batch: LineBatch, source: int, left: pl.Series, taken: list[_Taken]) -> FastPart:
        """Fast and careful rows in the order of the lines, up to the first line that is no record by itself."""
        rest = left.arg_true()
        careful, height = self._careful(batch, rest)
        frames, order = [one.frame for one in taken], [one.rows for one in taken]
        part = careful.part(source) if careful.rows else None
        if part is not None:
            frames.append(part.frame)
            order.append((part.frame["line"] - batch.first_line).cast(pl.UInt32))
        positions = pl.concat(order) if order else pl.Series([], dtype=pl.UInt32)
        frame = pl.concat(frames) if frames else pl.DataFrame(schema=FRAME_SCHEMA)
        if len(frames) > 1:
            sorting = positions.arg_sort()
            frame, positions = frame[sorting], positions[sorting]
        if height < left.len():
            keep = int((positions < height).sum())
            frame, positions = frame.head(keep), positions.head(keep)
        whole = positions.len() == left.len()
        wrapper = batch.wrapper if whole else batch.wrapper[positions]
        frame = frame.with_columns((positions.cast(pl.UInt64) + batch.first_line).alias("line"))
        frame, wrapper = self._shared(frame, wrapper)
        votes: dict[Order, int] = dict(careful.votes)
        for one in taken:
            for name, count in one.votes.items():
                votes[name] = votes.get(name, 0) + count
        firsts = sorted(one.ambiguous for one in taken if one.ambiguous is not None)
        ambiguous = firsts[0][1] if firsts else careful.ambiguous
        return FastPart(
            EventPart(
                source,
                batch.layout.wrapper_names,
                batch.layout.audit,
                False,
                frame,
                wrapper,
            ),
            height,
            votes,
            ambiguous,
            careful.year_first or any(one.year_first for one in taken),
            len(careful.batch.lines),
            [
                (line, str(batch.lines[line - batch.first_line]))
                for line in (careful.batch.lines[r] for r in careful.unusable)
            ],
        )

    def _careful(self, batch: LineBatch, rest: pl.Series) -> tuple[DecodedBatch, int]:
        """Lines the careful way, each by itself, up to the first that is no whole record of one line."""
        layout = batch.layout
        decoder = CarefulDecoder(self._plan, self._dates, self._latest)
        rows: list[int] = []
        records: list[Decoded] = []
        unusable: list[int] = []
        bits: list[int] = []
        votes: dict[Order, int] = {}
        audits: list[str | None] = []
        cells_of_rows: list[list[str]] = []
        lines: list[int] = []
        height = batch.lines.len()
        for row, line in zip(rest.to_list(), batch.lines.gather(rest).to_list(), strict=True):
            cells = _cells_of(line, batch)
            if cells is None or layout.audit is None or cells[layout.audit][:1] != "{":
                height = row
                break
            audit = cells.pop(layout.audit)
            decoded = decoder.decode(audit, cells)
            index = len(lines)
            lines.append(batch.first_line + row)
            audits.append(audit)
            cells_of_rows.append(cells)
            if not decoded.is_record:
                unusable.append(index)
                continue
            rows.append(index)
            records.append(decoded)
            bits.append(decoded.bits)
            if decoded.vote is not None:
                votes[decoded.vote] = votes.get(decoded.vote, 0) + 1
        columns: Sequence[Sequence[str | None]] = list(zip(*cells_of_rows, strict=True))
        raw = RawBatch(
            layout.wrapper_names,
            layout.audit,
            False,
            columns or [()] * (len(layout.names) - 1),
            audits,
            lines,
        )
        return (
            DecodedBatch(raw, rows, records, unusable, bits, votes, decoder.ambiguous, self._dates, decoder.year_first),
            height,
        )

    def _shared(self, frame: pl.DataFrame, wrapper: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Equal columns share their memory: the wrapper repeats AuditData, and the sender is the user."""
        for slot in _CHECKED:
            if slot in self._position and slot != "operation":
                name = str(self._position[slot][0])
                if wrapper[name].equals(frame[slot], check_names=False):
                    wrapper = wrapper.with_columns(frame[slot].alias(name))
        if frame["sender"].equals(frame["user"], check_names=False):
            frame = frame.with_columns(sender=frame["user"])
        return frame, wrapper


def _audit_pieces(shape: Shape) -> list[pl.Expr]:
    """AuditData with its quotes doubled, of constants and pieces."""
    texts: list[pl.Expr] = []
    constant = ""
    for index, piece in enumerate(shape.pieces):
        if index:
            constant += '"'
        if isinstance(piece, str):
            constant += piece
        else:
            texts += [pl.lit(constant), pl.col(f"p{index}")]
            constant = ""
    return [*texts, pl.lit(constant)]


def _plain_audit(shape: Shape) -> pl.Expr:
    """AuditData's text as it is."""
    texts: list[pl.Expr] = []
    constant = ""
    for index, piece in enumerate(shape.pieces):
        if index:
            constant += '"'
        if isinstance(piece, str):
            constant += piece
        else:
            texts += [pl.lit(constant.replace('""', '"')), pl.col(f"p{index}")]
            constant = ""
    return pl.concat_str([*texts, pl.lit(constant.replace('""', '"'))], ignore_nulls=False)


def _piece_numbers(shape: Shape) -> list[int]:
    """The pieces that vary, and the last, which tells shapes of different lengths apart."""
    varying = (n for v in shape.variables for n in range(v.first, v.last + 1, 2))
    return sorted({*varying, len(shape.pieces) - 1})


def _raw(variable: Variable) -> pl.Expr:
    """A text variable's literal as it stands in the JSON."""
    pieces = [pl.col(f"p{index}") for index in range(variable.first, variable.last + 1, 2)]
    return pieces[0] if len(pieces) == 1 else pl.concat_str(pieces, separator='"', ignore_nulls=False)


def _number(variable: Variable) -> pl.Expr:
    """A number's digits."""
    return pl.col(f"p{variable.first}").str.strip_prefix(variable.before).str.strip_suffix(variable.behind)


def _with_escapes_undone(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """With JSON's escapes undone; rows with invalid ones, or with ones that decoders read differently, are left out."""
    keep = None
    made: list[pl.Series] = []
    for variable in shape.variables:
        if variable.kind != "text":
            continue
        raw = frame.select(_raw(variable).alias("raw"))["raw"]
        rows = raw.str.contains("\\", literal=True).arg_true()
        if not rows.len():
            continue
        doubtful = raw[rows]
        valid = doubtful.str.contains(_VALID_TEXT) & ~doubtful.str.contains(_SURROGATE_ESCAPE)
        if not valid.all():
            keep = keep if keep is not None else pl.repeat(value=True, n=frame.height, eager=True)
            keep = keep.scatter(rows.filter(~valid), values=False)
            rows = rows.filter(valid)
        if variable.slot not in (None, "time") and rows.len():
            decoded = ('"' + raw[rows] + '"').str.json_decode(pl.String)
            made.append(raw.scatter(rows, decoded).alias(str(variable.slot)))
    frame = frame.with_columns(made)
    return frame if keep is None else frame.filter(keep)


def _escaped(text: str) -> str:
    return "".join("\\" + sign if sign in r"\.+*?()|[]{}^$" else sign for sign in text)


def _time_format(cell: str, moment: datetime, dates: Order) -> tuple[str, Order | None] | None:
    """The format in which a wrapper writes a time, if it must be read in the order in use."""
    shown = pl.Series([moment], dtype=pl.Datetime("us"))
    for pattern, order in _TIME_FORMATS:
        if order in (None, dates) and shown.dt.strftime(pattern)[0] == cell:
            return pattern, order
    return None


def _event_columns(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """The columns of `FRAME_SCHEMA` for proven, plain rows; `line` is filled in later."""
    slots = shape.slots
    portal = pl.col("type") == record_types.PORTAL
    made: list[pl.Expr] = []
    for name, dtype in FRAME_SCHEMA.items():
        if name == "line":
            made.append(pl.lit(0, pl.UInt64).alias(name))
        elif name == "problems":
            made.append(pl.lit(0, pl.UInt32).alias(name))
        elif name == "time":
            made.append(pl.col("moment").alias(name))
        elif name == "audit":
            made.append(_plain_audit(shape).alias(name))
        elif name == "sender" and name not in slots:
            made.append(pl.when(portal).then(pl.col("user")).alias(name))
        elif name in slots or name in ("type", "status"):
            made.append(pl.col(name).cast(dtype))
        else:
            made.append(pl.lit(None, dtype).alias(name))
    return frame.select(made)


def _cells_of(line: str, batch: LineBatch) -> list[str] | None:
    """A line's cells, if it is one whole record by itself."""
    try:
        found = list(csv.reader([line], delimiter=batch.layout.delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 and len(found[0]) == len(batch.layout.names) else None
