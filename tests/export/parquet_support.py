"""What the tests of Parquet share: a store written and read again, record by record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from omeviz.events.part import EventPart
from omeviz.export import export
from omeviz.load_parquet import read_kept
from omeviz.load_rules import Rules
from omeviz.load_steps import LoadOptions, PartLoaded, Step
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.inputs import input_of
from omeviz.sources.parquet_source import ParquetSource
from omeviz.store import Store

HEAD = 64


def opened(path: Path, limit: int | None = 1 << 30) -> ParquetSource:
    """The reader of a file."""
    source = input_of(str(path))
    stream = ByteStream(source)
    return ParquetSource(source, stream, stream.sample(HEAD), Rules(), limit=limit)


def reopened(path: Path, options: LoadOptions | None = None) -> Store:
    """A store from one of omeviz's own files."""
    store, _ = reopened_steps(path, options)
    return store


def reopened_steps(path: Path, options: LoadOptions | None = None) -> tuple[Store, list[Step]]:
    """The same, and what was told meanwhile."""
    store = Store()
    reader = opened(path)
    assert reader.told is not None, "it is not known for omeviz's own"
    size = path.stat().st_size

    def add(part: EventPart) -> Iterator[Step]:
        yield PartLoaded(store.append(part), part.height)

    steps = read_kept(input_of(str(path)), reader, size, lambda: store, options or LoadOptions(), 0, lambda: False, add)
    told = list(steps)
    store.merge_copies()
    return store, told


def written(store: Store, path: Path, rows: Sequence[int] | None = None) -> Path:
    """Records of a store as a file; all of them where none are named."""
    wanted = range(store.record_count) if rows is None else rows
    assert export(store, wanted, path, "parquet", replace=True) == len(wanted)
    return path


def facts(store: Store, row: int) -> dict[str, Any]:
    """Everything that is known of a record, but where in the store it is and what its source's file is."""
    record = store.record(row)
    return {
        "source": record.source.name,
        "dates": record.source.dates,
        "line": record.line,
        "audit": record.audit_text,
        "wrapper": record.wrapper,
        "audit_index": record.audit_index,
        "row_is_record": record.row_is_record,
        "fields": dict(record.fields),
        "recipients": record.recipients,
        "bits": record.problem_bits,
        "problems": record.problems,
        "raw": record.raw,
        "reason": record.reason,
    }


def in_order(store: Store) -> list[int]:
    """All rows by time, then as they came: what a file is in the order of; further copies among them."""
    in_time = store.frame.with_row_index("row").sort("time", nulls_last=True, maintain_order=True)
    return in_time["row"].to_list()


def all_facts(store: Store) -> list[dict[str, Any]]:
    """The facts of all records in order."""
    return [facts(store, row) for row in in_order(store)]


class Untried:
    """Stands for the trial in another process, where hundreds of files that were just written are read."""

    rows: int | None = None
    failure: str | None = None

    def __init__(self, path: Path) -> None:
        self.path = path

    def waits_for(self, rows: int) -> bool:
        """Never."""
        return rows < 0

    def close(self) -> None:
        """Nothing runs."""


@contextmanager
def untried() -> Iterator[None]:
    """Files are read without a trial inside this block."""
    with patch("omeviz.sources.parquet_trial.Trial", Untried):
        yield
