"""What can be wrong with a record or a row, as bits of one number per record.

Details are not kept: `omeviz.events.decode.explain` tells them again for one record when somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class ProblemKind(IntFlag):
    """Kinds of problem. The values are stored in the frame's `problems` column (UInt32)."""

    NO_AUDIT_DATA = 1
    """The row has no AuditData, or an empty cell for it."""
    CUT = 2
    """AuditData ends too early."""
    NOT_JSON = 4
    """AuditData is no JSON object for another reason."""
    BAD_TIME = 8
    """A time that cannot be read."""
    IMPOSSIBLE_TIME = 16
    """A time before 2010 or in the future."""
    DISAGREEMENT = 32
    """The wrapper says something else than AuditData."""
    REPEATED_KEY = 64
    """A key of AuditData occurs twice, or in two spellings that differ only in case."""
    ODD_CODE = 128
    """A code that is neither 0, 1 nor one of their names, or a record type that is no number or name."""
    DAMAGED_ROW = 256
    """Broken quoting, or more or fewer cells than the header has."""
    ENCODING = 512
    """Bytes that the file's encoding does not have."""
    SHALLOW = 1024
    """Values lost by the export (`System.Object[]`, `@{Name=…}`)."""
    COPIES_DIFFER = 2048
    """The records of one event contradict each other. Known only of events, so never in the frame's column."""


TITLES: dict[ProblemKind, str] = {
    ProblemKind.NO_AUDIT_DATA: "no AuditData",
    ProblemKind.CUT: "AuditData cut",
    ProblemKind.NOT_JSON: "AuditData is no JSON object",
    ProblemKind.BAD_TIME: "unreadable time",
    ProblemKind.IMPOSSIBLE_TIME: "impossible time",
    ProblemKind.DISAGREEMENT: "wrapper and AuditData disagree",
    ProblemKind.REPEATED_KEY: "repeated key",
    ProblemKind.ODD_CODE: "odd code",
    ProblemKind.DAMAGED_ROW: "damaged row",
    ProblemKind.ENCODING: "undecodable bytes",
    ProblemKind.SHALLOW: "values lost by the export",
    ProblemKind.COPIES_DIFFER: "copies differ",
}

UNUSABLE_AUDIT = ProblemKind.NO_AUDIT_DATA | ProblemKind.CUT | ProblemKind.NOT_JSON
"""With any of these, AuditData cannot be written as JSON."""


def note(bits: list[int], rows: Iterable[int], kind: ProblemKind) -> None:
    """Add a problem to the bits of some rows."""
    bit = int(kind)
    for row in rows:
        bits[row] |= bit


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one record, in words.

    Attributes:
        kind: Exactly one kind.
        detail: One sentence. It may hold text from the log: show it only through `omeviz.text.visible`.
    """

    kind: ProblemKind
    detail: str


@dataclass(frozen=True, slots=True)
class UnusableRow:
    """A row that is no record: it holds no AuditData object, no time, no operation, no user and no id.

    Attributes:
        source: Index of the source in the session.
        line: The line where the row starts, from 1.
        reason: One sentence.
        raw: The row's text as it was in the file, without its line end.
    """

    source: int
    line: int
    reason: str
    raw: str
