"""omeviz's own Parquet -> a store as it was: its sources by their names, its records, its unusable rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from omeviz.errors import NotAnExportError, OmevizError, SourceError
from omeviz.events.problems import UnusableRow
from omeviz.load_steps import LoadOptions, Progress, SourceDone, Step
from omeviz.sources.containers import CONTAINERS
from omeviz.summary import SourceSummary, modified_of

if TYPE_CHECKING:
    from omeviz.events.part import EventPart
    from omeviz.own_parquet import KeptSource
    from omeviz.sources.inputs import Input
    from omeviz.sources.parquet_source import ParquetSource
    from omeviz.store import Store


def read_kept(
    source: Input,
    reader: ParquetSource,
    size: int | None,
    store_of: Callable[[], Store],
    options: LoadOptions,
    rows_before: int,
    should_stop: Callable[[], bool],
    add: Callable[[EventPart], Iterator[Step]],
) -> Iterator[Step]:
    """Load one of omeviz's own files.

    Its sources become sources of the store, under the names they had; what was read is the Parquet file.

    Args:
        source: The file.
        reader: Has opened it, and knows it for omeviz's own.
        size: Its bytes on disk, or None.
        store_of: Gives the store.
        options: What the user says; `careful` and `dates` have everything decoded again.
        rows_before: Rows of the inputs before it, for the progress.
        should_stop: Asked between row groups.
        add: Brings records into the store.

    Raises:
        SourceError: It is damaged, or holds no record; what came before is kept.
    """
    from omeviz.events.parquet_part import KeptReader

    told = reader.told
    assert told is not None  # noqa: S101  # the caller asked
    kept = KeptReader(told, careful=options.careful, dates=options.dates)
    unusable = reader.unusable()
    store = store_of()
    summaries: list[SourceSummary | None] = []
    indices: list[int] = []
    for each in told.sources:
        summary = None if each is None else _summary(each, source, size)
        summaries.append(summary)
        indices.append(-1 if summary is None else store.add_source(summary))
    complete = False
    rows = 0
    try:
        for local, line, reason, raw in unusable:
            rows += 1
            _count(_known(summaries, local, source), unusable=1)
            store.unusable.append(UnusableRow(indices[local], line, reason, raw))
        for group in reader.kept():
            if group is not None:
                with reader.named():
                    parts = list(kept.parts(group))
                for found in parts:
                    index = indices[found.source]
                    _count(_known(summaries, found.source, source), found.part.height, len(found.unusable))
                    store.unusable += [UnusableRow(index, *row) for row in found.unusable]
                    rows += found.part.height + len(found.unusable)
                    if found.part.height:
                        yield from add(replace(found.part, source=index))
            done = None if size is None else int(size * reader.rows / max(told.records + told.copies, 1))
            yield Progress(rows_before + rows, done or 0, size, source.name)
            if should_stop():
                break
        else:
            complete = True
    except OmevizError:
        yield from _ended(summaries, indices, complete=False)
        raise
    finally:
        reader.close()
    yield from _ended(summaries, indices, complete=complete)
    if complete and not any(summary is not None and summary.records for summary in summaries):
        raise NotAnExportError(
            f"{source.shown} holds no record: {reader.emptiness(rows)}.", "It is an export in which nothing matched."
        )


def _ended(summaries: list[SourceSummary | None], indices: list[int], *, complete: bool) -> Iterator[SourceDone]:
    for summary, index in zip(summaries, indices, strict=True):
        if summary is not None:
            summary.complete = complete
            yield SourceDone(index)


def _known(summaries: list[SourceSummary | None], index: int, source: Input) -> SourceSummary:
    found = summaries[index] if index < len(summaries) else None
    if found is None:
        raise SourceError(f"{source.shown}: the Parquet file is damaged: it lacks a source.", "Export it again.")
    return found


def _count(summary: SourceSummary, records: int = 0, unusable: int = 0) -> None:
    summary.rows += records + unusable
    summary.records += records


def _summary(kept: KeptSource, source: Input, size: int | None) -> SourceSummary:
    return SourceSummary(
        name=kept.name,
        path=source.path,
        container="parquet",
        encoding=kept.encoding,
        delimiter=kept.delimiter,
        dates=kept.dates,
        size=size,
        modified=modified_of(source.path),
        notes=kept.notes,
        origin=_origin(kept),
        numbers="" if kept.origin else kept.container,
        exported_from=kept.rows,
    )


def _origin(kept: KeptSource) -> str:
    """Where the records had been read before, in words."""
    facts = [CONTAINERS.get(kept.container, kept.container), kept.encoding]
    if kept.size is not None:
        facts.append(f"{kept.size:,} bytes")
    shown = ", ".join(fact for fact in facts if fact)
    here = f"{kept.path or kept.name} ({shown})" if shown else kept.path or kept.name
    return f"{here}; before that {kept.origin}" if kept.origin else here
