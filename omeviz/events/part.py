"""A batch of decoded events as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from omeviz.events.columns import STATUSES

STATUS_TYPE = pl.Enum(STATUSES)

FRAME_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt64,  # the line where the record starts (CSV), or its number, from 1
    "problems": pl.UInt32,  # bits of ProblemKind
    "time": pl.Datetime("us"),  # UTC
    "operation": pl.Categorical,  # as written in the record
    "status": STATUS_TYPE,  # never null
    "result": pl.Categorical,  # as written
    "auth": pl.Categorical,  # "success", "failure", or an odd code as written
    "operationstatus": pl.Categorical,  # likewise
    "recipient": pl.String,  # several are joined by "; "
    "recipients": pl.List(pl.String),  # null, but where a record has several recipients
    "sender": pl.String,
    "user": pl.String,
    "method": pl.Categorical,  # as written
    "subject": pl.String,
    "attachment": pl.String,
    "message": pl.String,  # with its < >, as written
    "type": pl.Categorical,  # the record type's name; an unknown number as its digits
    "workload": pl.Categorical,
    "object": pl.String,
    "ip": pl.String,
    "id": pl.String,
    "org": pl.String,
    "audit": pl.String,  # AuditData's text as in the source (null: no such cell)
}
"""The columns of `EventPart.frame`. Absent values are null; an empty text is kept as an empty text.

Polars texts cannot hold lone surrogates: in decoded columns each is U+FFFD; in `audit` it is its JSON escape.
"""


@dataclass(frozen=True, slots=True)
class EventPart:
    """Events of one source under one header, in source order.

    Attributes:
        source: Index of the source in the session.
        header: The wrapper's column names as in the source, AuditData's column left out.
        audit_index: Where AuditData's column stood among them (0-based), or None where there is none.
        row_is_record: There is no AuditData column and the row itself is the record (Log Analytics).
        frame: One row an event, columns as in `FRAME_SCHEMA`.
        wrapper: One row an event, texts (String, or Categorical), columns named "0", "1", … in the order of `header`;
            null: no such cell.
        raw: Row in this part -> the text of a damaged row as it was in the file.
        reasons: Row in this part -> what is wrong with a damaged row, one sentence.
        extra: Row in this part -> cells beyond the header's.
        repeated: Columns of `wrapper` whose cells AuditData holds as values too, but for `unproven` rows.
        unproven: Rows (UInt32) of which that is not known.
        memory: What has been found out about the part and may be asked again.
    """

    source: int
    header: tuple[str, ...]
    audit_index: int | None
    row_is_record: bool
    frame: pl.DataFrame
    wrapper: pl.DataFrame
    raw: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    extra: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    repeated: frozenset[int] = frozenset()
    unproven: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt32), compare=False)
    memory: dict[str, pl.Series] = field(default_factory=dict, compare=False, repr=False)

    @property
    def height(self) -> int:
        """How many events."""
        return self.frame.height


MOST_CHUNKS = 16
"""Chunks of a joined column beyond which it is made one piece."""


def joined(first: EventPart, second: EventPart) -> EventPart | None:
    """Two parts as one; None where they are of different sources or headers."""
    if (first.source, first.header, first.audit_index, first.row_is_record) != (
        second.source,
        second.header,
        second.audit_index,
        second.row_is_record,
    ):
        return None
    at = first.height
    repeated, unproven = first.repeated | second.repeated, [first.unproven, second.unproven + at]
    if repeated != first.repeated:
        unproven[0] = pl.arange(0, at, dtype=pl.UInt32, eager=True)
    if repeated != second.repeated:
        unproven[1] = pl.arange(at, at + second.height, dtype=pl.UInt32, eager=True)
    frame = pl.concat([first.frame, second.frame], rechunk=False)
    wrapper = pl.concat(_alike(first.wrapper, second.wrapper), rechunk=False)
    if frame.n_chunks() > MOST_CHUNKS:
        frame, wrapper = frame.rechunk(), wrapper.rechunk()
    return replace(
        first,
        frame=frame,
        wrapper=wrapper,
        raw={**first.raw, **{at + row: text for row, text in second.raw.items()}},
        reasons={**first.reasons, **{at + row: text for row, text in second.reasons.items()}},
        extra={**first.extra, **{at + row: cells for row, cells in second.extra.items()}},
        repeated=repeated,
        unproven=pl.concat(unproven).cast(pl.UInt32),
        memory={},
    )


def _alike(first: pl.DataFrame, second: pl.DataFrame) -> list[pl.DataFrame]:
    """Both with the same types: a column of few texts may be categorical in one of them."""
    if first.schema == second.schema:
        return [first, second]
    differing = [name for name in first.columns if first.schema[name] != second.schema[name]]
    return [each.with_columns(pl.col(differing).cast(pl.String)) for each in (first, second)]
