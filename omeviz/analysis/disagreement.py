"""In what wrapper and AuditData disagree: which column, and for times by how much."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from omeviz.events import times
from omeviz.events.decode import explain
from omeviz.events.problems import Problem, ProblemKind
from omeviz.events.wrapper_plan import SLOTS, WrapperPlan

if TYPE_CHECKING:
    from omeviz.analysis.material import Material
    from omeviz.store import Record

MOST_LOOKED_AT = 1_000
"""Records that are decoded again to say in what they disagree, spread evenly over all that do."""

_TIME = SLOTS.index("time")
_QUARTER = timedelta(minutes=15)
_FARTHEST = timedelta(hours=14)
"""Zones are whole quarters of an hour away from UTC, at most this far."""


def disagreement_details(material: Material, rows: pl.DataFrame) -> tuple[str, ...]:
    """What disagrees in some records of the store, most frequent first.

    Args:
        material: The store.
        rows: Records that disagree, with `row`.
    """
    chosen = rows.get_column("row")
    if chosen.len() > MOST_LOOKED_AT:
        chosen = chosen.gather_every(-(-chosen.len() // MOST_LOOKED_AT))
    columns: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for number, row in enumerate(chosen):
        if number % 100 == 0:
            material.ask()
        record = material.store.record(row)
        for problem in _problems(record):
            if problem.kind is ProblemKind.DISAGREEMENT:
                column = _column_of(problem.detail)
                columns[column] += 1
                if column == "time":
                    causes[_cause(record)] += 1
    looked_at = "" if chosen.len() == rows.height else f" of {chosen.len():,} looked at"
    details = ["it is " + ", ".join(f"the {name} in {number:,}{looked_at}" for name, number in columns.most_common())]
    details += [f"{cause}: {number:,}{looked_at}" for cause, number in causes.most_common(5) if cause]
    return tuple(details)


def _problems(record: Record) -> tuple[Problem, ...]:
    """What is wrong with a record by itself, its copies left out."""
    return explain(
        record.audit_text,
        record.wrapper,
        record.problem_bits,
        record.source.dates,
        record.reason,
        row_is_record=record.row_is_record,
    )


def _column_of(detail: str) -> str:
    """Which column a problem's sentence is about."""
    for name in ("record type", "operation", "user", "id"):
        if detail.startswith(f"the wrapper's {name} is"):
            return name
    return "time"


def _cause(record: Record) -> str:
    """Why a wrapper's time differs, where that can be told; else empty."""
    truth = record.fields.get("time")
    plan = WrapperPlan.of([name for name, _ in record.wrapper], row_is_record=record.row_is_record)
    written = plan.values([cell for _, cell in record.wrapper])[_TIME]
    if written is None or truth is None or isinstance(truth, str):
        return ""
    order: times.Order = "dmy" if record.source.dates == "dmy" else "mdy"
    other: times.Order = "mdy" if order == "dmy" else "dmy"
    swapped = times.parse_any(written, other)
    if times.is_ambiguous(written) and swapped is not None and times.agrees(*swapped, truth):
        return "day and month are swapped"
    read = times.parse_any(written, order)
    if read is None:
        return ""
    moment, precision = read
    difference = timedelta(seconds=round((moment - truth).total_seconds()))
    if precision >= 60:  # what the wrapper does not say may be anything
        difference = timedelta(minutes=-((truth - moment) // timedelta(minutes=1)))
    if difference and abs(difference) <= _FARTHEST and not difference % _QUARTER:
        sign = "+" if difference > timedelta(0) else "-"
        minutes = abs(difference) // timedelta(minutes=1)
        return f"the wrapper is in local time, UTC{sign}{minutes // 60}:{minutes % 60:02}"
    return ""
