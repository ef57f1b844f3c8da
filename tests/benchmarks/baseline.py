"""What the benchmark compares with: the standard library's csv, orjson, and lists.

It is what a script would do: keep every cell of the export and every value of AuditData in lists, one a column, and
look for things in loops.
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

FIELDS = (
    "CreationTime",
    "Id",
    "Operation",
    "OrganizationId",
    "RecordType",
    "ResultStatus",
    "UserKey",
    "UserType",
    "Version",
    "Workload",
    "UserId",
    "AttachmentName",
    "AuthenticationMethod",
    "AuthenticationStatus",
    "MessageId",
    "OperationProperties",
    "OperationStatus",
    "Recipient",
    "Sender",
)
"""Keys of AuditData, each a column."""

Columns = dict[str, list[Any]]


def columns_of(path: Path) -> Columns:
    """Every event of an export: the cells by their column's name, the values of AuditData as `AuditData.KEY`."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        cells: list[list[Any]] = [[] for _ in header]
        values: list[list[Any]] = [[] for _ in FIELDS]
        keep = [column.append for column in cells]
        keep_values = list(zip(FIELDS, [column.append for column in values], strict=True))
        audit = header.index("AuditData")
        for row in rows:
            for append, cell in zip(keep, row, strict=True):
                append(cell)
            record = orjson.loads(row[audit])
            for name, append in keep_values:
                append(record.get(name))
    found = dict(zip(header, cells, strict=True))
    return found | {f"AuditData.{name}": column for name, column in zip(FIELDS, values, strict=True)}


def matching(columns: Columns, text: str) -> list[int]:
    """Numbers of the rows that hold a text in AuditData, in any case."""
    text = text.lower()
    return [number for number, audit in enumerate(columns["AuditData"]) if text in audit.lower()]


def equal(columns: Columns, name: str, value: str) -> list[int]:
    """Numbers of the rows whose value is a given one."""
    return [number for number, found in enumerate(columns[name]) if found == value]


def in_order(columns: Columns, name: str, *, descending: bool = False) -> list[int]:
    """Numbers of all rows, sorted by a column of texts."""
    values = columns[name]
    return sorted(range(len(values)), key=values.__getitem__, reverse=descending)


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes; what it makes is dropped afterwards."""
    began = perf_counter()
    made = work()
    seconds = perf_counter() - began
    del made
    return seconds


def loaded(path: Path) -> tuple[Columns, float]:
    """The columns, and the seconds to load them with the garbage collector off."""
    gc.collect()
    gc.disable()
    try:
        began = perf_counter()
        columns = columns_of(path)
        return columns, perf_counter() - began
    finally:
        gc.enable()


def queries(columns: Columns, text: str) -> dict[str, list[float]]:
    """Seconds of each question, by the names that `measures.queries` uses too."""
    gc.disable()
    try:
        return {
            "text": [timed(lambda: matching(columns, text))],
            "status": [timed(lambda: equal(columns, "AuditData.ResultStatus", "Failure"))],
            "operation": [timed(lambda: equal(columns, "AuditData.Operation", "MessageAccess"))],
            "sort time": [timed(lambda: in_order(columns, "AuditData.CreationTime", descending=True))],
            "sort recipient": [timed(lambda: in_order(columns, "AuditData.Recipient"))],
        }
    finally:
        gc.enable()
