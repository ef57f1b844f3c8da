"""Stores to examine, and what is found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from omeviz.analysis.findings import Finding, Report
from omeviz.analysis.trust import examine
from omeviz.load import load_all
from omeviz.store import Store
from tests.support import portal_record, store_of

NOW = datetime(2026, 5, 1, 12)
"""The present in these tests, UTC."""


def report_of(store: Store) -> Report:
    return examine(store, now=NOW)


def found(store: Store) -> dict[str, Finding]:
    """The findings by kind; none occurs twice."""
    findings = report_of(store).findings
    kinds = {finding.kind: finding for finding in findings}
    assert len(kinds) == len(findings)
    return kinds


def found_in(tmp_path: Path, *files: bytes) -> dict[str, Finding]:
    """The findings in files of these bytes."""
    paths = []
    for number, data in enumerate(files):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(data)
        paths.append(str(path))
    return found(load_all(paths))


def records(count: int, **changes: object) -> list[dict[str, object]]:
    """Records of different Ids, an hour apart."""
    first = datetime(2023, 3, 1)
    return [
        portal_record(Id=f"id-{n}", CreationTime=f"{first + timedelta(hours=n):%Y-%m-%dT%H:%M:%S}", **changes)
        for n in range(count)
    ]


def paged(pages: Sequence[tuple[int, int]], *, name: str = "events.csv", store: Store | None = None) -> Store:
    """Records of (ResultIndex, ResultCount)."""
    wrappers = [{"ResultIndex": str(index), "ResultCount": str(count)} for index, count in pages]
    start = 0 if store is None else store.record_count
    audits = [portal_record(Id=f"id-{start + n}") for n in range(len(pages))]
    return store_of(*audits, wrappers=wrappers, name=name, store=store)


def with_cells(*cells: Mapping[str, str | None], container: str = "csv") -> Store:
    """Records with wrapper cells."""
    store = store_of(*records(len(cells)), wrappers=cells)
    store.sources[0].container = container
    return store


def numerous(count: int, *, index: int | None = None, announced: int = 0, container: str = "csv") -> Store:
    """Many records of different Ids, a minute apart; with `index` numbered from it, as pages of a search."""
    wrapper = {} if index is None else {"ResultIndex": "1", "ResultCount": str(announced)}
    store = store_of(portal_record(), wrappers=[wrapper])
    return multiplied(store, count, index or 0, container)


def multiplied(store: Store, count: int, index: int, container: str) -> Store:
    """The store's one record so many times, each with an Id, a time and a ResultIndex of its own."""
    (part,) = store.parts
    numbers = pl.int_range(count, eager=True)
    start = datetime(2023, 3, 19, 7, 40)  # 5,000 minutes before the public record
    times = pl.datetime_range(start, start + timedelta(minutes=count - 1), "1m", eager=True)
    rows = [0] * count
    frame = part.frame[rows].with_columns(id=numbers.cast(pl.String), time=times, line=(numbers + 2).cast(pl.UInt64))
    wrapper = part.wrapper
    if wrapper.width:
        wrapper = wrapper[rows].with_columns((numbers + index).cast(pl.String).alias("0"))
    many = Store()
    source = replace(store.sources[0], rows=count, records=count, container=container)
    many.add_source(source)
    many.append(replace(part, frame=frame, wrapper=wrapper))
    return many
