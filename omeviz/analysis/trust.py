"""Can these exports be trusted? One report over all files of a store.

Everything is computed on columns; a million records take about a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

import polars as pl

from omeviz.analysis.caps import capped_files
from omeviz.analysis.content import flawed_records, incomplete_sources, unusable_rows
from omeviz.analysis.copies import EventCounts, copied, event_counts
from omeviz.analysis.findings import Failure, FileFacts, Finding, Report, in_order
from omeviz.analysis.garbled import garbled_texts
from omeviz.analysis.material import Material
from omeviz.analysis.paging import next_pages, numbered, partial_pages, searches, timed_out
from omeviz.analysis.spreadsheet import spreadsheet_traces
from omeviz.analysis.timing import gap_finding, gaps_in, late_data, modified_time
from omeviz.events.problems import ProblemKind

if TYPE_CHECKING:
    from omeviz.errors import OmevizError
    from omeviz.store import Store
    from omeviz.summary import SourceSummary

STEPS = 10
"""How many times `examine` tells its progress."""


def examine(
    store: Store,
    failures: Sequence[OmevizError] = (),
    *,
    containers: Mapping[str, str] | None = None,
    partial: bool = False,
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Report:
    """Look at everything that was loaded. Hashes are added by `findings.with_hashes`.

    Args:
        store: The records; those appended meanwhile are left out.
        failures: Why inputs could not be read.
        containers: Names of containers for people, by their short names.
        partial: The load goes on, or was stopped.
        now: The present, naive UTC; None is that of the clock.
        progress: Called with the number of steps done, of `STEPS`.
        should_stop: Asked between steps.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    from omeviz.query.select import Overtaken

    def ask() -> None:
        if should_stop is not None and should_stop():
            raise Overtaken

    now = now or datetime.now(UTC).replace(tzinfo=None)
    material = Material(store, now.replace(microsecond=0), ask)
    done = 0

    def step() -> None:
        nonlocal done
        ask()
        done += 1
        if progress is not None:
            progress(done)

    counts = event_counts(material, should_stop or (lambda: False))
    step()
    files = tuple(_facts(material, counts, containers or {}))
    step()
    gaps = gaps_in(material.possible.get_column("time"))
    step()
    found: list[Finding] = []
    for some in _findings(material, files, counts, partial=partial):
        found += some
        step()
    found += gap_finding(gaps)
    firsts = [file.first for file in files if file.first is not None]
    lasts = [file.last for file in files if file.last is not None]
    return Report(
        made=material.now,
        files=files,
        failures=tuple(Failure(error.message, error.remedy) for error in failures),
        findings=in_order(found),
        gaps=gaps,
        types=_types(material, counts.hidden),
        events=counts.all,
        first=min(firsts, default=None),
        last=max(lasts, default=None),
        partial=partial,
    )


def _findings(
    material: Material, files: Sequence[FileFacts], counts: EventCounts, *, partial: bool
) -> Iterator[list[Finding]]:
    """All findings, in the order of the report, check by check."""
    rows = numbered(material)
    found = searches(rows)
    caps = list(capped_files(material, files, found))
    yield [*incomplete_sources(material, loading=partial), *caps]
    capped = {place.file for cap in caps for place in cap.places}
    yield [*timed_out(material, rows), *partial_pages(material, found, capped), *next_pages(material)]
    yield [*copied(material, files, counts)]
    yield [*flawed_records(material), *unusable_rows(material)]
    yield [*spreadsheet_traces(material)]
    yield [*garbled_texts(material)]
    yield [*late_data(material, files)]


def _facts(material: Material, counts: EventCounts, containers: Mapping[str, str]) -> Iterator[FileFacts]:
    impossible = _by_source(material.flawed.filter((pl.col("problems") & int(ProblemKind.IMPOSSIBLE_TIME)) != 0))
    timeless = _by_source(material.frame.lazy().filter(pl.col("time").is_null()).select("source").collect())
    ends = material.possible.group_by("source").agg(first=pl.col("time").min(), last=pl.col("time").max())
    found = {source: (first, last) for source, first, last in ends.iter_rows()}
    height = _by_source(material.frame)
    unusable = Counter(row.source for row in material.unusable)
    for index, source in enumerate(material.sources):
        first, last = found.get(index, (None, None))
        records = height.get(index, 0) + source.dropped
        yield FileFacts(
            name=source.name,
            path=path_of(source),
            container=source.container,
            container_name=containers.get(source.container, source.container),
            encoding=source.encoding,
            size=source.size,
            modified=modified_time(source.modified),
            rows=records + unusable.get(index, 0),
            records=records,
            dropped=source.dropped,
            kept_only=source.kept_only,
            events=counts.by_source[index],
            unusable=unusable.get(index, 0),
            blank=source.blank,
            first=first,
            last=last,
            impossible=impossible.get(index, 0),
            timeless=timeless.get(index, 0),
            complete=source.complete,
            notes=source.notes,
            origin=source.origin,
        )


def path_of(source: SourceSummary) -> str | None:
    """Where a source is; behind an archive's path the member's name."""
    if source.path is None:
        return None
    archive, slash, member = source.name.partition(f"{source.path.name}/")
    inside = bool(slash) and not archive.strip("/") and PurePath(source.name).name != source.path.name
    return f"{source.path}/{member}" if inside else str(source.path)


def _by_source(rows: pl.DataFrame) -> dict[int, int]:
    return dict(rows.get_column("source").value_counts().iter_rows())


def _types(material: Material, hidden: pl.Series) -> tuple[tuple[str, int], ...]:
    """Record types with their events, most frequent first."""
    types = material.frame.get_column("type")
    found = _counted(types)
    for name, copies in _counted(types.gather(hidden)).items():
        found[name] -= copies
    return tuple(sorted(((name, number) for name, number in found.items() if number), key=lambda p: (-p[1], p[0])))


def _counted(types: pl.Series) -> dict[str, int]:
    return {name or "": number for name, number in types.value_counts().cast({"type": pl.String}).iter_rows()}
