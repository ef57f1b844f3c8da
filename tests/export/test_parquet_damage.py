"""A file of omeviz's own that was damaged, or made by somebody else, is refused or read as any table."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given

from omeviz import own_parquet
from omeviz.errors import SourceError
from omeviz.events.problems import ProblemKind
from omeviz.export import export
from omeviz.export.redact import Secret, StandIns
from omeviz.export.redact.stand_ins import DAMAGED
from omeviz.store import Store
from tests.export.parquet_support import all_facts, opened, reopened, untried, written
from tests.export.support import redacted
from tests.export.test_redact import MARK, notations, worlds
from tests.load_support import check_counts, store_of_bytes
from tests.support import portal_record, store_of
from tests.ugly_styles import styles

COUNT = 40


@pytest.fixture
def good(tmp_path: Path) -> Path:
    store = store_of(
        *(portal_record(Id=str(number), MailSubject=f"{number * 7919:x}") for number in range(COUNT)),
        wrappers=[{"UserIds": "u", "Note": str(number)} for number in range(COUNT)],
    )
    return written(store, tmp_path / "good.parquet")


def refused(path: Path) -> str:
    """Why a file cannot be opened."""
    with pytest.raises(SourceError) as caught:
        reopened(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_every_byte_counts(good: Path) -> None:
    data = good.read_bytes()
    for place in range(0, len(data), 7):
        good.write_bytes(data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :])
        sound: bool | None = False
        try:
            sound = own_parquet.is_sound(good)
        except ValueError:
            continue  # the magic, or the length of the footer
        # Without a place for the checksum nothing says it is omeviz's; the trial asks for one where the rest does.
        assert sound is not True, place


@pytest.mark.parametrize("place", [2_000, 6_000, -3_000, -40])
def test_a_changed_byte_is_told(good: Path, place: int) -> None:
    data = bytearray(good.read_bytes())
    data[place] ^= 0xFF
    good.write_bytes(data)
    refused(good)


@pytest.mark.parametrize("size", [4, 8, 13, 2_000, -1, -9])
def test_a_cut_file_is_told(good: Path, size: int) -> None:
    good.write_bytes(good.read_bytes()[:size])
    assert "damaged" in refused(good)


def forged(
    path: Path,
    change: Callable[[dict[str, Any]], None] = lambda _: None,
    columns: dict[str, pl.Expr] | None = None,
) -> Path:
    """The file as somebody would write it who knows the format, with a checksum that is right."""
    told = json.loads(pl.read_parquet_metadata(path)[own_parquet.KEY])
    table = pl.read_parquet(path).with_columns(**(columns or {}))
    told["checksum"] = "00000000"
    change(told)
    buffer = io.BytesIO()
    table.write_parquet(buffer, metadata={own_parquet.KEY: json.dumps(told)}, row_group_size=told["group_rows"])
    target = path.with_name("forged.parquet")
    target.write_bytes(own_parquet.sealed(bytearray(buffer.getvalue()), zlib.crc32(b"")))
    return target


def test_a_file_that_is_only_written_again_is_still_one(good: Path) -> None:
    assert all_facts(reopened(forged(good))) == all_facts(reopened(good))


@pytest.mark.parametrize(
    "columns",
    [
        {own_parquet.SOURCE: pl.lit(7, pl.UInt32)},
        {own_parquet.LAYOUT: pl.lit(7, pl.UInt32)},
        {own_parquet.SOURCE: pl.lit(None, pl.UInt32)},
        {own_parquet.SOURCE: pl.lit("x")},
        {own_parquet.LINE: pl.lit(None, pl.UInt64)},
        {own_parquet.PROBLEMS: pl.lit("x")},
        {"Operation": pl.lit(1)},
        {"Status": pl.lit("splendid")},
        {"AuditData": pl.lit(1)},
        {"CreationDate": pl.lit(2**62).cast(pl.Datetime("us", "UTC"))},
        {"CreationDate": pl.lit(0).cast(pl.Datetime("ns", "UTC"))},
        {"Recipients": pl.lit("x")},
        {"wrapper.Note": pl.lit(1)},
        {own_parquet.EXTRA: pl.lit("x")},
        {own_parquet.RAW: pl.lit(1)},
    ],
    ids=lambda columns: f"{next(iter(columns))} {next(iter(columns.values()))}"[:60],
)
def test_columns_that_are_not_what_they_should_be(good: Path, columns: dict[str, pl.Expr]) -> None:
    with untried():
        assert "damaged" in refused(forged(good, columns=columns))


def test_bits_that_mean_nothing_are_dropped(good: Path) -> None:
    found = reopened(forged(good, columns={own_parquet.PROBLEMS: pl.lit(2**32 - 1, pl.UInt32)}))
    assert found.frame["problems"].unique().to_list() == [sum(ProblemKind)]


def changes() -> dict[str, Callable[[dict[str, Any]], None]]:
    return {
        "fewer records": lambda told: told.update(records=COUNT - 1),
        "more records": lambda told: told.update(records=10**15),
        "unusable rows": lambda told: told.update(unusable_size=64),
        "copies": lambda told: told.update(copies=1, copies_size=64),
        "more copies than bytes": lambda told: told.update(copies=1, copies_size=10**12),
        "more unusable rows than bytes": lambda told: told.update(unusable_size=10**12),
        "no source": lambda told: told.update(sources=[None]),
        "no sources": lambda told: told.update(sources=[]),
    }


@pytest.mark.parametrize("name", [name for name in changes() if name != "fewer records"])
def test_a_description_that_lies_is_told(good: Path, name: str) -> None:
    assert "damaged" in refused(forged(good, changes()[name]))


@pytest.mark.parametrize(
    "change",
    [
        {"format": own_parquet.FORMAT + 1},
        {"format": None},
        {"records": "many"},
        {"records": -1},
        {"group_rows": 0, "records": COUNT},
        {"layouts": 3},
        {"layouts": [{"names": [["x"]], "audit_index": 0, "row_is_record": False, "places": [0]}]},
        {"layouts": [{"names": ["x"], "audit_index": 9, "row_is_record": False, "places": [0]}]},
        {"layouts": [{"names": ["x"], "audit_index": 0, "row_is_record": False, "places": [99]}]},
        {"layouts": [{"names": ["x"], "audit_index": 0, "row_is_record": False, "places": []}]},
        {"sources": [{"name": "x"}]},
        {"sources": [1]},
        {"decoded": [["time"]]},
        {"wrapper": ["no such column"]},
        {"surprise": 1},
    ],
    ids=str,
)
def test_what_is_not_described_well_is_any_table(good: Path, change: dict[str, Any]) -> None:
    group_rows = json.loads(pl.read_parquet_metadata(good)[own_parquet.KEY])["group_rows"]
    metadata = json.loads(pl.read_parquet_metadata(good)[own_parquet.KEY]) | change
    assert own_parquet.described({own_parquet.KEY: json.dumps(metadata)}, pl.read_parquet_schema(good)) is None
    assert group_rows > 0


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"format": 1}', "[" * 100_000, '{"format":1,"checksum":[]}'])
def test_no_text_upsets_it(good: Path, text: str) -> None:
    assert own_parquet.described({own_parquet.KEY: text}, pl.read_parquet_schema(good)) is None


def test_another_version_is_read_as_any_table_and_said(good: Path) -> None:
    reader = opened(forged(good, lambda told: told.update(format=99)))
    assert reader.told is None
    audits = [audit for batch in reader.batches() if batch is not None for audit in batch.audit]
    assert audits == pl.read_parquet(good)["AuditData"].to_list()
    assert "another version" in " ".join(reader.notes())


def test_other_decoded_columns_are_decoded_again(good: Path) -> None:
    operation = {"Operation": pl.lit("forged").cast(pl.Categorical)}
    target = forged(good, lambda told: told["decoded"].pop(), operation)
    assert all_facts(reopened(target)) == all_facts(reopened(good))


def damaged_store() -> Store:
    style = styles()["cmdlet"]
    lines = [line[:-1] if number in (2, 6) else f'{line},"more"' for number, line in enumerate(style.records)]
    store = store_of_bytes(style.file([*lines, '"only","this"']))
    check_counts(store)
    return store


def test_redacted_it_gives_nothing_away(tmp_path: Path) -> None:
    store = store_of(
        portal_record(Recipient="victim@example.org", MailSubject="Zebra merger"),
        wrappers=[{"UserIds": "victim@example.org", "victim@example.org": "Zebra merger"}],
        name="mail of victim@example.org.csv",
    )
    store.sources[0].path = Path("/home/victim/x.csv")
    store.sources[0].notes = ("seen at victim's",)
    path = tmp_path / "a.parquet"
    export(store, [0], path, "parquet", redact=StandIns(Secret.told("secret")))
    assert b"victim" not in path.read_bytes()
    table = pl.read_parquet(path)
    for column in table.columns:
        shown = str(table[column].to_list()).lower()
        assert "victim" not in shown, column
        assert "zebra" not in shown, column
    record = reopened(path).record(0)
    assert "redacted.example" in str(record.fields["recipient"])
    assert len(record.wrapper) == 2


@given(worlds())
def test_redacted_no_sensitive_value_is_left(world: tuple[Store, set[str]]) -> None:
    store, values = world
    data = redacted(store, "parquet")
    table = pl.read_parquet(io.BytesIO(data))
    told = json.loads(pl.read_parquet_metadata(io.BytesIO(data))[own_parquet.KEY])
    shown = json.dumps([table.columns, table.rows(), told], ensure_ascii=False, default=str)
    for value in values:
        for notation in notations(value):
            assert notation not in shown, value
    assert MARK not in shown.lower()


def test_redacted_damaged_rows_keep_no_text(tmp_path: Path) -> None:
    store = damaged_store()
    path = tmp_path / "a.parquet"
    export(store, range(store.record_count), path, "parquet", redact=StandIns(Secret.told("secret")))
    with untried():
        found = reopened(path)
    assert found.record_count == store.record_count
    assert not found.unusable
    raw = {found.record(row).raw for row in range(found.record_count)}
    assert raw == {DAMAGED}
    bits = [store.record(row).problem_bits for row in range(store.record_count)]
    assert sorted(found.record(row).problem_bits for row in range(found.record_count)) == sorted(bits)
