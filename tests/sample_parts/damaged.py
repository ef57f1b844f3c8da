"""The sample with one of each damage that exports suffer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from omeviz.events.problems import ProblemKind
from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sample_parts.rows import Row, rows_of
from tests.sample_parts.story import Event

PROBLEM_KINDS: dict[ProblemKind, int] = {
    ProblemKind.NO_AUDIT_DATA: 1,
    ProblemKind.CUT: 1,
    ProblemKind.NOT_JSON: 1,
    ProblemKind.BAD_TIME: 1,
    ProblemKind.IMPOSSIBLE_TIME: 2,
    ProblemKind.DISAGREEMENT: 3,
    ProblemKind.REPEATED_KEY: 2,
    ProblemKind.ODD_CODE: 2,
    ProblemKind.DAMAGED_ROW: 4,
    ProblemKind.ENCODING: 1,
    ProblemKind.SHALLOW: 1,
}
"""How many records of `problems.csv` have each kind at least: a damaged row may have others besides."""

PROBLEM_RECORDS = 19
"""How many records have any."""


def _audit(pattern: str, replacement: str) -> Callable[[Row], Row]:
    """Damage of AuditData's text; the pattern stands in it exactly once."""

    def damage(row: Row) -> Row:
        if row.audit.count(pattern) != 1:
            raise ValueError(f"{pattern} is not once in {row.audit}")
        return replace(row, audit=row.audit.replace(pattern, replacement))

    return damage


def _at_time(iso: str) -> Callable[[Row], Row]:
    """AuditData and wrapper agree on an impossible time."""

    def damage(row: Row) -> Row:
        return replace(_creation_time(row, iso), created=row.created.fromisoformat(iso))

    return damage


def _creation_time(row: Row, text: str) -> Row:
    old = json.loads(row.audit)["CreationTime"]
    return replace(row, audit=row.audit.replace(f'"CreationTime":"{old}"', f'"CreationTime":"{text}"'))


def _key_twice(key: str) -> Callable[[Row], Row]:
    return lambda row: replace(row, audit=f'{row.audit[:-1]},"{key}":"second@example.org"}}')


DAMAGED: tuple[Callable[[Row], Row], ...] = (
    lambda row: replace(row, audit=row.audit[: len(row.audit) * 3 // 4]),  # cut
    lambda row: replace(row, audit=""),  # empty
    lambda row: replace(row, audit="The audit data could not be exported."),  # no JSON
    lambda row: _creation_time(row, "32 March 2023"),  # unreadable time
    _at_time("0001-01-01T00:00:00"),
    _at_time("2093-03-22T19:00:59"),
    lambda row: replace(row, operation="MessageForward" if row.operation != "MessageForward" else "MessageAccess"),
    lambda row: replace(row, created=row.created - timedelta(hours=7)),  # local time in the wrapper
    lambda row: replace(row, identity="00000000-0000-4000-8000-00000000dead"),
    _key_twice("Recipient"),
    _key_twice("recipient"),
    _audit('"AuthenticationStatus":0', '"AuthenticationStatus":1.9'),
    _audit('"OperationStatus":0', '"OperationStatus":true'),
    lambda row: replace(  # a shallow export
        row,
        audit=row.audit.replace(
            json.dumps(json.loads(row.audit)["OperationProperties"], separators=(",", ":")), '"System.Object[]"'
        ),
    ),
)
"""Damage that leaves the CSV sound: each gives one record with a problem."""

HARMLESS: tuple[Callable[[Row], Row], ...] = (
    _audit('"AuthenticationStatus":0', '"AuthenticationStatus":0.0'),
    _audit('"OperationStatus":0', '"OperationStatus":"0"'),
    _audit('"AuthenticationStatus":0', '"AuthenticationStatus":"Success"'),
)
"""Odd, but allowed: codes as fractions, texts and names."""


def problems_csv(events: tuple[Event, ...]) -> bytes:
    """30 rows in UTF-8 with BOM: 19 records with a problem, 9 without, 2 unusable rows.

    Besides them a blank line and a line of empty cells, which are no rows. Two of the sound records are copies of
    one event; the last two are the oldest: late data.
    """
    sound = [row for row in rows_of(events) if row.audit.isascii() and "\\u" not in row.audit]
    rows = [row for row in sound if '"AuthenticationStatus":0' in row.audit and '"OperationStatus":0' in row.audit]
    late, rows = rows[:2], rows[20:]
    written = 0

    def line(row: Row) -> str:
        nonlocal written
        written += 1
        return ",".join(map(quoted, row.cells(written, 30)))

    lines = [",".join(map(quoted, CMDLET_COLUMNS))]
    lines += [line(damage(rows.pop(0))) for damage in (*HARMLESS, *DAMAGED)]
    copied = rows.pop(0)
    lines += [line(copied), "", line(copied)]
    lines.append(line(rows.pop(0)).replace('}","', '},"'))  # AuditData's closing quote is lost
    lines.append(line(rows.pop(0)))
    lines.append(line(rows.pop(0))[:-1])  # the last quote is lost
    lines.append(line(rows.pop(0)))
    lines.append(line(rows.pop(0)).removesuffix(',"True","Unchanged"'))  # two cells short
    lines.append(line(rows.pop(0)) + ',"Checked by","MK"')  # two cells more
    lines.append(line(rows.pop(0)).replace("Support", "Supp\udce9rt").replace("Project", "Proj\udce9ct"))
    lines.append(",".join(['""'] * len(CMDLET_COLUMNS)))
    lines.append("--- page 2 of 2 ---")
    lines.append(",".join(map(quoted, ("OMEPortal", "", "", "", "", "28", "30", "", "True", "Unchanged"))))
    lines += [line(row) for row in late]
    return ("\ufeff" + "".join(f"{text}\r\n" for text in lines)).encode(errors="surrogateescape")
