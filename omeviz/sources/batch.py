"""Raw rows of one source, as columns of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with one row's bytes or quoting.

    Attributes:
        reason: One sentence.
        raw: The row as it was in the file, without its line end.
        encoding: The bytes were wrong, not the quoting.
    """

    reason: str
    raw: str
    encoding: bool = False


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Rows under one header, in source order.

    Attributes:
        header: The column names as in the source, AuditData's column left out.
        audit_index: Where AuditData's column stood among all columns (0-based), or None where there is none.
        row_is_record: There is no AuditData column and the row itself is the record.
        cells: One sequence a column of `header`; None: the row ended before this cell.
        audit: The AuditData cells; None: no such cell.
        lines: The line where each row starts, or its number, from 1.
        damage: Row in this batch -> what is wrong with it.
        extra: Row in this batch -> cells beyond the header's.
        written: Row in this batch -> its text in the source, where its cells do not tell that.
    """

    header: tuple[str, ...]
    audit_index: int | None
    row_is_record: bool
    cells: Sequence[Sequence[str | None]]
    audit: Sequence[str | None]
    lines: Sequence[int]
    damage: Mapping[int, Damage] = field(default_factory=dict)
    extra: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    written: Mapping[int, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.lines)
