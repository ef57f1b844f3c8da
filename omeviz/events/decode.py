"""Raw rows -> events as columns, the careful way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from omeviz.events.careful import SLOTS, CarefulDecoder, WrapperPlan
from omeviz.events.columns_decode import Columns, ColumnsDecoder
from omeviz.events.problems import Problem, ProblemKind
from omeviz.events.times import Order

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart
    from omeviz.sources.batch import RawBatch

_T = TypeVar("_T")

TEXTS = ("line", "audit")
"""Columns of an event that the raw batch has as they are."""

_BLOCK = 256
"""Rows that are decoded at once: few enough to stay in the processor's cache meanwhile."""

_SURROGATE = re.compile("[\ud800-\udfff]")

UNUSABLE_REASON = "no AuditData object, and no time, operation, user or id beside it"


@dataclass(slots=True)
class DecodedBatch:
    """A batch after the careful path, in plain Python.

    Attributes:
        batch: Where it came from.
        rows: The rows of `batch` that are records, in order.
        values: For each of `SLOTS` a column with the values of `rows`.
        status: As in `Decoded`, for each of `rows`.
        recipients: Likewise.
        unusable: The other rows of `batch`.
        bits: Bits of `ProblemKind` for each of `rows`, those of damaged rows included.
        votes: Order of day and month -> how many rows speak for it.
        ambiguous: The first wrapper time that can be read in two orders, or None.
        dates: The order that was used.
        year_first: A wrapper time begins with the year.
    """

    batch: RawBatch
    rows: Sequence[int]
    values: list[list[Any]]
    status: list[str]
    recipients: list[list[str] | None]
    unusable: list[int]
    bits: list[int]
    votes: dict[Order, int] = field(default_factory=dict)
    ambiguous: str | None = None
    dates: Order = "mdy"
    year_first: bool = False

    def columns(self) -> dict[str, list[Any]]:
        """The decoded columns as lists, by name; `line` and `problems` among them."""
        columns: dict[str, list[Any]] = dict(zip(SLOTS, self.values, strict=True))
        columns["status"] = self.status
        columns["recipients"] = self.recipients
        columns["line"] = of_rows(self.batch, self.rows, self.batch.lines)
        columns["problems"] = self.bits
        columns["audit"] = of_rows(self.batch, self.rows, self.batch.audit)
        return columns

    def framed(self) -> Framed:
        """The same as Polars columns."""
        import polars as pl

        from omeviz.events.part import FRAME_SCHEMA

        columns = self.columns()
        series = [series_of(name, columns[name], dtype) for name, dtype in FRAME_SCHEMA.items() if name not in TEXTS]
        return Framed(
            self.rows, pl.DataFrame(series), self.unusable, self.votes, self.ambiguous, self.dates, self.year_first
        )

    def part(self, source: int) -> EventPart:
        """The batch as Polars columns."""
        return self.framed().part(self.batch, source)


@dataclass(frozen=True, slots=True)
class Framed:
    """What a batch says as Polars columns, without the batch's own texts: less to send to another process.

    Attributes:
        rows: As in `DecodedBatch`, like the others.
        frame: The columns of `FRAME_SCHEMA` but for `TEXTS`, one row a record.
    """

    rows: Sequence[int]
    frame: pl.DataFrame
    unusable: Sequence[int]
    votes: dict[Order, int]
    ambiguous: str | None
    dates: Order
    year_first: bool

    def part(self, batch: RawBatch, source: int) -> EventPart:
        """The events of the batch that it was made of."""
        import polars as pl

        from omeviz.events.part import FRAME_SCHEMA, EventPart

        texts = (
            pl.Series("line", of_rows(batch, self.rows, batch.lines), dtype=FRAME_SCHEMA["line"]),
            text_series("audit", of_rows(batch, self.rows, batch.audit)),
        )
        wrapper = [text_series(str(index), of_rows(batch, self.rows, cells)) for index, cells in enumerate(batch.cells)]
        numbers = {row: number for number, row in enumerate(self.rows)} if batch.damage or batch.extra else {}
        return EventPart(
            source=source,
            header=batch.header,
            audit_index=batch.audit_index,
            row_is_record=batch.row_is_record,
            frame=self.frame.with_columns(texts).select(*FRAME_SCHEMA),
            wrapper=pl.DataFrame(wrapper),
            raw={numbers[row]: damage.raw for row, damage in batch.damage.items() if row in numbers},
            reasons={numbers[row]: damage.reason for row, damage in batch.damage.items() if row in numbers},
            extra={numbers[row]: cells for row, cells in batch.extra.items() if row in numbers},
        )


def of_rows(batch: RawBatch, rows: Sequence[int], column: Sequence[_T]) -> list[_T]:
    """The records' part of a column of the batch."""
    return list(column) if len(rows) == batch.height else [column[row] for row in rows]


def decode(batch: RawBatch, dates: Order = "mdy") -> DecodedBatch:
    """Decode every row of a batch.

    Args:
        batch: Rows under one header.
        dates: The order of day and month in the wrapper's dates.
    """
    decoder = ColumnsDecoder(WrapperPlan.of(batch.header, row_is_record=batch.row_is_record), dates)
    done = DecodedBatch(batch, range(batch.height), [[] for _ in SLOTS], [], [], [], [], dates=dates)
    for start in range(0, batch.height, _BLOCK):
        block = slice(start, start + _BLOCK)
        _append(done, start, decoder.decode(batch.audit[block], [list(cells[block]) for cells in batch.cells]))
    for row, damage in batch.damage.items():
        done.bits[row] |= damage_bits(encoding=damage.encoding)
    if done.unusable:
        _leave_out_unusable(done)
    return done


def _append(done: DecodedBatch, start: int, block: Columns) -> None:
    """Add the rows from `start` on."""
    for column, values in zip(done.values, block.values, strict=True):
        column.extend(values)
    done.status.extend(block.status)
    done.recipients.extend(block.recipients)
    done.bits.extend(block.bits)
    done.unusable.extend(start + row for row in block.unusable)
    said = block.testimony
    for order, count in said.votes.items():
        done.votes[order] = done.votes.get(order, 0) + count
    if done.ambiguous is None:  # what stands behind it does not matter
        year, first = said.year_first, said.ambiguous
        done.year_first = done.year_first or (year is not None and (first is None or year < first[0]))
        done.ambiguous = None if first is None else first[1]


def _leave_out_unusable(done: DecodedBatch) -> None:
    """Leave only records in the columns."""
    unusable = set(done.unusable)
    done.rows = [row for row in range(done.batch.height) if row not in unusable]
    done.values = [[column[row] for row in done.rows] for column in done.values]
    done.status = [done.status[row] for row in done.rows]
    done.recipients = [done.recipients[row] for row in done.rows]
    done.bits = [done.bits[row] for row in done.rows]


def unusable_rows(
    batch: RawBatch, rows: Sequence[int], raw_row: Callable[[RawBatch, int], str]
) -> Iterator[tuple[int, str, str]]:
    """The rows of a batch that are no records: (line, reason, text).

    Args:
        batch: The batch.
        rows: These rows.
        raw_row: A sound row's text.
    """
    for row in rows:
        damage = batch.damage.get(row)
        reason = UNUSABLE_REASON if damage is None else f"{damage.reason}; {UNUSABLE_REASON}"
        yield batch.lines[row], reason, damage.raw if damage else raw_row(batch, row)


def redecode(part: EventPart, dates: Order) -> EventPart:
    """A part as it would have been decoded with another order of day and month."""
    from omeviz.sources.batch import Damage, RawBatch

    frame = part.frame
    encoding = int(ProblemKind.ENCODING)
    bits = frame["problems"]
    batch = RawBatch(
        part.header,
        part.audit_index,
        part.row_is_record,
        [part.wrapper[name].to_list() for name in part.wrapper.columns],
        frame["audit"].to_list(),
        frame["line"].to_list(),
        {row: Damage(part.reasons[row], raw, bool(bits[row] & encoding)) for row, raw in part.raw.items()},
        part.extra,
    )
    return decode(batch, dates).part(part.source)


def damage_bits(*, encoding: bool) -> int:
    """The problem of a row whose bytes or quoting are wrong."""
    return int(ProblemKind.ENCODING if encoding else ProblemKind.DAMAGED_ROW)


def storable_audit(text: str) -> str:
    """AuditData with lone surrogates as JSON escapes, which mean the same and can be stored."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def storable(text: str) -> str:
    """Text with lone surrogates as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def text_series(name: str, values: Sequence[str | None]) -> pl.Series:
    """A text column; what UTF-8 does not have is replaced."""
    import polars as pl

    try:
        return pl.Series(name, values, dtype=pl.String)
    except UnicodeEncodeError:
        mend = storable_audit if name == "audit" else storable
        return pl.Series(name, [None if value is None else mend(value) for value in values], dtype=pl.String)


def series_of(name: str, values: list[Any], dtype: Any) -> pl.Series:
    """A column of the frame from plain Python values."""
    import polars as pl

    if dtype == pl.String:
        return text_series(name, values)
    if dtype == pl.Categorical:
        return text_series(name, values).cast(pl.Categorical)
    if name == "recipients":
        mended = [None if several is None else [storable(text) for text in several] for several in values]
        return pl.Series(name, mended, dtype=dtype)
    return pl.Series(name, values, dtype=dtype)


def explain(
    audit: str | None,
    wrapper: Sequence[tuple[str, str]],
    bits: int,
    dates: str,
    reason: str | None = None,
    *,
    row_is_record: bool = False,
) -> tuple[Problem, ...]:
    """A record's problems in words.

    Args:
        audit: Its AuditData text.
        wrapper: (column name, cell) in the source's order.
        bits: Its bits of `ProblemKind`.
        dates: The order of day and month in the source's dates, or empty.
        reason: What was wrong with the row's bytes or quoting.
        row_is_record: The wrapper cells are the record.
    """
    if not bits:
        return ()
    plan = WrapperPlan.of([name for name, _ in wrapper], row_is_record=row_is_record)
    order: Order = "dmy" if dates == "dmy" else "ymd" if dates == "ymd" else "mdy"
    decoded = CarefulDecoder(plan, order).decode(audit, [cell for _, cell in wrapper])
    problems = decoded.problems
    for kind in (ProblemKind.DAMAGED_ROW, ProblemKind.ENCODING):
        if bits & kind:
            problems.insert(0, Problem(kind, reason or "the row is damaged"))
    return tuple(problems)
