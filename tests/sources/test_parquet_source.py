"""Tables that other programs write: which columns hold what, and every type as text."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omeviz.errors import NotAnExportError, SourceError
from omeviz.load_rules import Rules
from omeviz.sources.batch import RawBatch
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.inputs import Input, input_of
from omeviz.sources.parquet_source import ParquetSource
from omeviz.sources.parquet_trial import Trial, steps
from omeviz.sources.parquet_values import places_of, texts_of
from tests.export.parquet_support import untried
from tests.support import portal_record

RECORD = json.dumps(portal_record())


def read(path: Path, limit: int | None = 1 << 30) -> list[RawBatch]:
    source = input_of(str(path))
    stream = ByteStream(source)
    reader = ParquetSource(source, stream, stream.sample(64), Rules(), limit=limit)
    found = [batch for batch in reader.batches() if batch is not None]
    stream.close()
    return found


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """All rows: the wrapper's cells and, as `audit`, AuditData."""
    found = []
    for batch in read(path):
        for row in range(batch.height):
            cells = {name: column[row] for name, column in zip(batch.header, batch.cells, strict=True)}
            found.append({**cells, "audit": batch.audit[row]})
    return found


def table(path: Path, **columns: Any) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.parquet"


def test_a_column_of_audit_data(path: Path) -> None:
    table(path, CreationDate=[datetime(2023, 3, 22, 19)], auditdata=[RECORD], ResultIndex=[1])
    assert rows_of(path) == [{"CreationDate": "2023-03-22T19:00:00", "ResultIndex": "1", "audit": RECORD}]


def test_audit_data_as_an_object(path: Path) -> None:
    pl.DataFrame({"AuditData": [portal_record(), portal_record(Id="2")]}).write_parquet(path)
    assert [json.loads(row["audit"] or "") for row in rows_of(path)] == [portal_record(), portal_record(Id="2")]


def test_the_record_itself_as_columns(path: Path) -> None:
    pl.DataFrame([portal_record(), portal_record(Sender=None)], infer_schema_length=None).write_parquet(path)
    (batch,) = read(path)
    assert batch.row_is_record
    cells = {name: column[0] for name, column in zip(batch.header, batch.cells, strict=True)}
    assert cells["RecordType"] == "154"
    assert json.loads(cells["OperationProperties"] or "") == portal_record()["OperationProperties"]
    assert batch.cells[batch.header.index("Sender")][1] is None


def test_objects_inside_columns(path: Path) -> None:
    nested = {"event": {"original": RECORD, "action": "x"}, "host": {"name": "h"}}
    pl.DataFrame([nested]).write_parquet(path)
    assert rows_of(path) == [{"event.action": "x", "host.name": "h", "audit": RECORD}]


def test_a_record_in_a_column_that_may_hold_anything(path: Path) -> None:
    table(path, message=["no record", RECORD], level=["info", "info"])
    first, second = rows_of(path)
    assert (first["audit"], second["audit"]) == ("no record", RECORD)


TYPES: dict[str, tuple[pl.Series, list[str | None]]] = {
    "bool": (pl.Series([True, None]), ["True", None]),
    "whole fractions": (pl.Series([154.0, None]), ["154", None]),
    "fractions": (pl.Series([1.5, float("nan")]), ["1.5", "NaN"]),
    "large fraction": (pl.Series([1e300]), ["1e+300"]),
    "large number": (pl.Series([2**63], dtype=pl.UInt64), ["9223372036854775808"]),
    "decimal": (pl.Series([Decimal("1.50")]), ["1.50"]),
    "instant": (
        pl.Series([datetime(2023, 1, 1, 2, 3, 4, 5)]).dt.replace_time_zone("Europe/Berlin"),
        ["2023-01-01T01:03:04.000005Z"],
    ),
    "time without a zone": (pl.Series([datetime(2023, 1, 1, 2, 3, 4), None]), ["2023-01-01T02:03:04", None]),
    "nanoseconds": (pl.Series([datetime(2023, 1, 1)], dtype=pl.Datetime("ns")), ["2023-01-01T00:00:00"]),
    "date": (pl.Series([date(2023, 1, 1)]), ["2023-01-01"]),
    "time of day": (pl.Series([time(1, 2, 3)]), ["01:02:03"]),
    "duration": (pl.Series([timedelta(days=1)]), ["P1D"]),
    "bytes": (pl.Series([b"a\xffb", None]), ["a\ufffdb", None]),
    "list": (pl.Series([["x", None], [], None]), ['["x",null]', "[]", None]),
    "object": (pl.Series([{"a": 1, "b": {"c": "\u2028"}}, None]), ['{"a":1,"b":{"c":"\u2028"}}', None]),
    "bytes in an object": (pl.Series([{"a": b"x"}]), ['{"a": "x"}']),
    "bytes in a list": (pl.Series([[b"x"], None]), ['["x"]', None]),
    "category": (pl.Series(["a", None], dtype=pl.Categorical), ["a", None]),
    "nothing": (pl.Series([None, None]), [None, None]),
    "text": (pl.Series(["", None, "\x00"]), ["", None, "\x00"]),
}


@pytest.mark.parametrize("name", TYPES)
def test_every_type_as_text(name: str, path: Path) -> None:
    series, wanted = TYPES[name]
    frame = series.to_frame("x")
    frame.write_parquet(path)
    back = pl.read_parquet(path)
    (place,) = places_of(dict(back.schema), deep=False)
    assert texts_of(back, place).to_list() == wanted


def test_batches_begin_small_and_stay_bounded(path: Path) -> None:
    large = "x" * 3_000_000
    table(path, AuditData=[RECORD] * 300 + [large] * 12, UserIds=["u"] * 312)
    with untried():
        batches = read(path)
    assert [batch.height for batch in batches][:2] == [256, 44 + 5]
    assert sum(batch.height for batch in batches) == 312
    assert [line for batch in batches for line in batch.lines] == list(range(1, 313))


def test_blank_rows_are_counted_apart(path: Path) -> None:
    table(path, AuditData=[RECORD, None, "  ", RECORD], UserIds=["u", None, "", "u"])
    source = input_of(str(path))
    reader = ParquetSource(source, ByteStream(source), b"", Rules())
    (batch,) = [batch for batch in reader.batches() if batch is not None]
    assert (list(batch.lines), reader.blank) == ([1, 4], 2)
    assert json.loads(reader.raw_row(batch, 0)) == {"UserIds": "u", "AuditData": RECORD}


@pytest.mark.parametrize("columns", [{"a": ["x"]}, {"AuditDate": [1], "b": [None]}])
def test_a_table_of_something_else_is_named(columns: dict[str, list[Any]], path: Path) -> None:
    with pytest.raises(NotAnExportError, match="no column of an audit export"):
        read(table(path, **columns))


def test_an_empty_table(path: Path) -> None:
    table(path, AuditData=pl.Series([], dtype=pl.String))
    with pytest.raises(NotAnExportError):
        read(path)


def test_compressed_once_more_and_from_a_pipe(path: Path) -> None:
    data = table(path, AuditData=[RECORD]).read_bytes()
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(data))
    source = input_of(str(packed))
    for stream, origin in ((ByteStream(source), source), (ByteStream(Input("<stdin>", None), io.BytesIO(data)), None)):
        reader = ParquetSource(origin or Input("<stdin>", None), stream, stream.sample(10), Rules())
        copy = reader._path
        assert copy.exists()
        assert [list(batch.audit) for batch in reader.batches() if batch is not None] == [[RECORD]]
        assert not copy.exists()


@pytest.mark.parametrize("size", [4, 11, 200, -1])
def test_a_cut_file_is_told(size: int, path: Path) -> None:
    data = table(path, AuditData=[RECORD] * 50).read_bytes()
    path.write_bytes(data[:size])
    with pytest.raises(SourceError, match=r"a\.parquet: the Parquet file is damaged: it "):
        read(path)


def test_what_ends_another_process_does_not_end_this_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(path, AuditData=[RECORD])
    monkeypatch.setattr("omeviz.sources.parquet_trial._PROGRAM", "print(0, flush=True); import os; os.abort()")
    with pytest.raises(SourceError, match="ended another process"):
        read(path)


def test_where_no_process_begins_the_file_is_read_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(path, AuditData=[RECORD])
    monkeypatch.setattr("omeviz.sources.parquet_trial._PROGRAM", "import nothing_of_that_name")
    assert rows_of(path) == [{"audit": RECORD}]
    monkeypatch.setattr("sys.executable", str(path))
    assert rows_of(path) == [{"audit": RECORD}]


def test_a_process_that_says_nothing_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(path, AuditData=[RECORD])
    monkeypatch.setattr("omeviz.sources.parquet_trial._PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr("omeviz.sources.parquet_trial.PATIENCE", 0.2)
    with pytest.raises(SourceError, match="too long"):
        read(path)


def test_the_trial_takes_every_row(path: Path) -> None:
    table(path, AuditData=[RECORD] * 9_000)
    assert list(steps(path))[-2:] == [9_000, -1]
    trial = Trial(path)
    while trial.waits_for(9_001):
        pass
    assert (trial.rows, trial.failure) == (None, None)
    trial.close()


def test_a_bomb_is_named(path: Path) -> None:
    table(path, AuditData=["x" * 1_000_000] * 60)
    assert path.stat().st_size < 100_000
    with untried(), pytest.raises(SourceError, match="--no-size-limit"):
        read(path, limit=1 << 20)
    with untried():
        assert sum(batch.height for batch in read(path, limit=None)) == 60


def test_the_file_is_given_back_when_nobody_reads_on(path: Path) -> None:
    data = table(path, AuditData=[RECORD] * 1_000).read_bytes()
    stream = ByteStream(Input("<stdin>", None), io.BytesIO(data))
    reader = ParquetSource(Input("<stdin>", None), stream, stream.sample(10), Rules())
    batches = reader.batches()
    next(batch for batch in batches if batch is not None)
    copy = reader._path
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert not copy.exists()
