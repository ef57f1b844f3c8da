"""Problems of single records and rows, which the loader has marked already: counted by kind and file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from omeviz.analysis.disagreement import disagreement_details
from omeviz.analysis.findings import Finding
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import Material
from omeviz.events.problems import ProblemKind

_KINDS: dict[ProblemKind, str] = {
    ProblemKind.CUT: "audit-data-cut",
    ProblemKind.NO_AUDIT_DATA: "no-audit-data",
    ProblemKind.NOT_JSON: "not-json",
    ProblemKind.DAMAGED_ROW: "damaged-row",
    ProblemKind.ENCODING: "undecodable-bytes",
    ProblemKind.SHALLOW: "shallow-export",
    ProblemKind.DISAGREEMENT: "disagreement",
    ProblemKind.REPEATED_KEY: "repeated-key",
    ProblemKind.ODD_CODE: "odd-code",
    ProblemKind.BAD_TIME: "unreadable-time",
    ProblemKind.IMPOSSIBLE_TIME: "impossible-time",
}
"""Which finding a problem is, in the order of the report."""

CUT_LENGTHS: tuple[tuple[int, int, str], ...] = (
    (3_000, 3_100, "about 3,060 characters, where some exports cut AuditData"),
    (32_700, 32_767, "32,767 characters, the most that a spreadsheet's cell holds"),
)
"""(least, most, what it means): lengths at which AuditData is cut by known causes."""


def unusable_rows(material: Material) -> Iterator[Finding]:
    """Rows that are no record."""
    if not material.unusable:
        return
    rows = pl.DataFrame(
        {"source": [row.source for row in material.unusable], "line": [row.line for row in material.unusable]},
        schema={"source": pl.UInt32, "line": pl.UInt64},
    )
    yield finding("unusable-rows", material.tallies(rows))


def flawed_records(material: Material) -> Iterator[Finding]:
    """Records with a problem, by kind."""
    for problem, kind in _KINDS.items():
        rows = material.flawed.filter((pl.col("problems") & int(problem)) != 0)
        if rows.height:
            places = material.tallies(rows)
            details: tuple[str, ...] = ()
            condition = "is:problem"
            if problem is ProblemKind.CUT:
                details = _cut_details(material, rows)
            elif problem is ProblemKind.DISAGREEMENT:
                details = disagreement_details(material, rows)
            elif problem is ProblemKind.IMPOSSIBLE_TIME:
                condition = f"(before:2010-01-01T00:00:00Z or after:{_tomorrow(material)})"
            yield finding(kind, places, details=details, filter=material.file_filter(places, condition))
        material.ask()


def incomplete_sources(material: Material, *, loading: bool) -> Iterator[Finding]:
    """Files that were not read to their end; while loading they need not be."""
    if loading:
        return
    places = [material.place(index) for index, source in enumerate(material.sources) if not source.complete]
    if places:
        yield finding("incomplete", places)


def _tomorrow(material: Material) -> str:
    return f"{material.now + timedelta(days=1):%Y-%m-%dT%H:%M}Z"


def _cut_details(material: Material, rows: pl.DataFrame) -> tuple[str, ...]:
    """How many texts are cut where known causes cut them."""
    lengths = material.audit(rows.get_column("row")).str.len_chars()
    details = []
    for least, most, meaning in CUT_LENGTHS:
        number = int(lengths.is_between(least, most).sum())
        if number:
            details.append(f"{number:,} of {rows.height:,} are cut at {meaning}")
    return tuple(details)
