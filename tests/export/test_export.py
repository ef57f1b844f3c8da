from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from omeviz.errors import ExportError, UsageError
from omeviz.events.columns import COLUMNS
from omeviz.export import FORMATS, ExportCancelledError, TargetExistsError, chosen_columns, export, format_for
from omeviz.export import slices as slices_module
from omeviz.store import Store
from tests.export.support import exported, objects_of, rows_of
from tests.support import portal_record, store_of


@pytest.fixture
def store() -> Store:
    found = store_of(*[portal_record(Id=str(number)) for number in range(5)])
    return store_of(*[portal_record(Id=str(number)) for number in range(5, 12)], store=found, name="b.csv")


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices_module, "SLICE_ROWS", 5)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.csv", "csv"),
        ("A.CSV", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        (Path("x/a.json"), "json"),
        ("a.txt", None),
        ("csv", None),
        ("-", None),
    ],
)
def test_the_format_follows_from_the_suffix(path: str | Path, name: str | None) -> None:
    assert format_for(path) == name


@pytest.mark.parametrize("name", ["csv", "jsonl", "json"])
@pytest.mark.usefixtures("small_slices")
def test_records_come_in_the_order_of_the_rows(store: Store, name: str, tmp_path: Path) -> None:
    rows = [11, 0, 7, 3, 4, 10, 1]
    target = tmp_path / f"out{FORMATS[name].suffixes[0]}"
    assert export(store, pl.Series(rows, dtype=pl.UInt32), target, name) == 7
    data = target.read_bytes()
    if name == "csv":
        found = [row["RecordId"] for row in rows_of(data)]
        assert [row["File"] for row in rows_of(data)] == ["b.csv" if row > 4 else "events.csv" for row in rows]
    else:
        found = [item["Id"] for item in (objects_of(data) if name == "jsonl" else json.loads(data))]
    assert found == [str(row) for row in rows]


@pytest.mark.usefixtures("small_slices")
def test_progress_is_told_after_every_slice(store: Store) -> None:
    told: list[int] = []
    assert export(store, range(12), io.BytesIO(), "csv", progress=told.append) == 12
    assert told == [5, 10, 12]


def test_huge_records_come_in_smaller_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices_module, "SLICE_BYTES", 250_000)
    store = store_of(*[portal_record(Id=str(number), Body="x" * 100_000) for number in range(5)])
    told: list[int] = []
    export(store, range(5), io.BytesIO(), "jsonl", progress=told.append)
    assert told == [2, 4, 5]


@pytest.mark.parametrize("asked", [0, 1, 3])
@pytest.mark.usefixtures("small_slices")
def test_a_stopped_export_leaves_nothing(store: Store, tmp_path: Path, asked: int) -> None:
    answers = iter([False] * asked + [True])
    with pytest.raises(ExportCancelledError):
        export(store, range(12), tmp_path / "out.csv", "csv", should_stop=lambda: next(answers))
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_middle_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def fail(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(store, range(12), tmp_path / "out.csv", "csv", progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_only_where_that_is_wanted(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    export(store, [0], target, "jsonl")
    with pytest.raises(TargetExistsError):
        export(store, [1], target, "jsonl")
    assert objects_of(target.read_bytes())[0]["Id"] == "0"
    export(store, [1], target, "jsonl", replace=True)
    assert objects_of(target.read_bytes())[0]["Id"] == "1"


class FailingStream(io.BytesIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, _: object, /) -> int:
        raise self._error


@pytest.mark.parametrize("name", FORMATS)
def test_a_stream_to_a_full_disk(store: Store, name: str) -> None:
    with pytest.raises(ExportError, match="Standard output cannot be written: the disk is full"):
        export(store, range(12), FailingStream(OSError(errno.ENOSPC, "full")), name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_closed_pipe_passes_through(store: Store, name: str) -> None:
    with pytest.raises(BrokenPipeError):
        export(store, range(12), FailingStream(BrokenPipeError(errno.EPIPE, "closed")), name)


def test_a_stream_is_flushed_and_left_open(store: Store) -> None:
    raw = io.BytesIO()
    with io.BufferedWriter(raw) as stream:
        export(store, [0], stream, "jsonl")
        assert raw.getvalue().endswith(b"}\n")
        assert not stream.closed


def test_unknown_formats_and_columns_are_wrong_usage(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="xlsx") as caught:
        export(store, [0], tmp_path / "out", "xlsx")
    assert "csv, jsonl, json" in caught.value.remedy
    with pytest.raises(UsageError, match="nonsense"):
        export(store, [0], tmp_path / "out", "csv", columns=["time", "nonsense"])
    assert list(tmp_path.iterdir()) == []


def test_columns_are_named_as_in_the_filter_language() -> None:
    assert chosen_columns(["TO", " from", "op", "AuditData", "file"]) == (
        "recipient",
        "sender",
        "operation",
        "audit",
        "file",
    )
    with pytest.raises(UsageError, match="named twice"):
        chosen_columns(["to", "recipient"])
    with pytest.raises(UsageError, match="No column"):
        chosen_columns([])
    with pytest.raises(UsageError) as caught:
        chosen_columns([""])
    assert all(column.name in caught.value.remedy for column in COLUMNS)


def test_every_column_can_be_chosen(store: Store) -> None:
    for column in (*(column.name for column in COLUMNS), "audit"):
        assert len(rows_of(exported(store, "csv", [column]))) == 12
        assert len(objects_of(exported(store, "jsonl", [column]))) == 12


def test_naming_formats_and_columns_needs_no_polars() -> None:
    code = "import sys, omeviz.export, omeviz.export.default_name, omeviz.guard; print('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.split() == [b"False"]
