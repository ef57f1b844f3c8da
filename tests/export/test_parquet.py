"""What is exported as Parquet comes back as it was: every record, every cell, every problem."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omeviz import own_parquet
from omeviz.errors import ExportError
from omeviz.events.decode import decode
from omeviz.events.parquet_part import MOST_CUTS, KeptReader
from omeviz.events.problems import UnusableRow
from omeviz.export import ExportCancelledError, export, format_for
from omeviz.export.redact import Secret, StandIns
from omeviz.load import load_all
from omeviz.load_steps import LoadOptions, PartLoaded, SourceDone
from omeviz.query.select import parse_sort, select
from omeviz.sources.batch import RawBatch
from omeviz.store import SourceSummary, Store
from tests.export.parquet_support import all_facts, facts, in_order, opened, reopened, reopened_steps, untried, written
from tests.hostile import HOSTILE, hostile_csv
from tests.load_support import check_counts, store_of_bytes
from tests.support import examples, portal_record, store_of
from tests.ugly import added_quotes, columns, cut_records, encodings, joined, lines_in_cells, lost_quotes, ragged
from tests.ugly_styles import styles

SAMPLES = [path for path in sorted((Path(__file__).parents[2] / "samples").iterdir()) if path.suffix != ".parquet"]
STYLES = styles()


def assert_comes_back(store: Store, folder: Path) -> Store:
    path = written(store, folder / "own.parquet", in_order(store))
    with untried():
        found = reopened(path)
    assert all_facts(found) == all_facts(store)
    check_counts(found)
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.name for path in SAMPLES])
def test_samples(sample: Path, tmp_path: Path) -> None:
    assert_comes_back(load_all([str(sample)]), tmp_path)


def test_all_samples_at_once(tmp_path: Path) -> None:
    store = load_all([str(path) for path in SAMPLES])
    found = assert_comes_back(store, tmp_path)
    assert [source.name for source in found.sources] == [source.name for source in store.sources]


def test_hostile_records(tmp_path: Path) -> None:
    hostile_csv(tmp_path / "hostile.csv")
    assert_comes_back(load_all([str(tmp_path / "hostile.csv")]), tmp_path)


def test_hostile_names(tmp_path: Path) -> None:
    store = Store()
    for _, text in HOSTILE:
        cells = {text: text, "\ud800": "x", "": "", "Operation": "y"}
        store_of(portal_record(Id=text), wrappers=[cells], name=f"{text}.csv", store=store)
    assert_comes_back(store, tmp_path)


@pytest.mark.parametrize("name", ["cmdlet", "purview"])
def test_damaged_files(name: str, tmp_path: Path) -> None:
    style = STYLES[name]
    for ugly in (*lost_quotes(style, step=97), *added_quotes(style, step=97), *cut_records(style, step=131)):
        assert_comes_back(store_of_bytes(ugly.data), tmp_path)
    for ugly in (*ragged(style), *islice(joined(style), 6)):
        assert_comes_back(store_of_bytes(ugly.data), tmp_path)


def test_odd_columns_encodings_and_cells(tmp_path: Path) -> None:
    for ugly in (*columns(), *encodings(), *islice(lines_in_cells(), 0, None, 5)):
        assert_comes_back(store_of_bytes(ugly.data), tmp_path)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_of_a_file_changed(data: st.DataObject, tmp_path: Path) -> None:
    style = STYLES[data.draw(st.sampled_from(sorted(STYLES)))]
    content = bytearray(style.file(style.records))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    store = store_of_bytes(bytes(content))
    if store.record_count:
        assert_comes_back(store, tmp_path)


def mixed(records: Sequence[tuple[int, str, str | None, int]]) -> Store:
    """Records of few sources, headers and times, each (source, a column's name, its cell, second)."""
    store = Store()
    for number in range(3):
        store.add_source(SourceSummary(name=f"{number}.csv", path=None))
    for number, (source, column, cell, second) in enumerate(records):
        audit = json.dumps(portal_record(Id=str(number), CreationTime=f"2023-03-22T19:00:{second:02}"))
        batch = RawBatch((column, "Note"), 2, False, [[cell], ["x"]], [audit], [number + 1])
        store.append(decode(batch).part(source))
    for index, known in enumerate(store.sources):
        known.rows = known.records = sum(part.height for part in store.parts if part.source == index)
    return store


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.sampled_from(["A", "B", "a"]), st.none() | st.text(max_size=4), st.integers(0, 2)
        ),
        min_size=1,
        max_size=30,
    ),
)
def test_any_mixture_of_sources_and_headers_keeps_its_order(
    tmp_path: Path, records: list[tuple[int, str, str | None, int]]
) -> None:
    assert_comes_back(mixed(records), tmp_path)


def test_the_unusable_rows_come_too(tmp_path: Path) -> None:
    style = STYLES["cmdlet"]
    data = style.file([*style.records[:3], "--- page 1 of 2 ---", *style.records[3:]])
    store = store_of_bytes(data)
    assert store.unusable or store.record_count == 11
    store.unusable.append(UnusableRow(0, 77, "no reason", "a \ud800 lone surrogate"))
    store.sources[0].rows += 1
    found = assert_comes_back(store, tmp_path)
    assert found.unusable[-1] == UnusableRow(0, 77, "no reason", "a \ufffd lone surrogate")
    assert len(found.unusable) == len(store.unusable)


def test_a_selection_holds_what_was_selected_and_nothing_else(tmp_path: Path) -> None:
    store = store_of(portal_record(Id="1"), portal_record(Id="2"), name="first.csv")
    store_of(portal_record(Id="3"), name="secret name.csv", store=store)
    store.unusable.append(UnusableRow(0, 9, "why", "raw"))
    path = written(store, tmp_path / "a.parquet", [1])
    assert b"secret name" not in path.read_bytes()
    found = reopened(path)
    assert [facts(found, 0)] == [facts(store, 1)]
    assert not found.unusable
    assert [source.name for source in found.sources] == ["first.csv"]


def with_copies() -> Store:
    """Events in two files, some of them copied, two copies contradicting each other."""
    records = [portal_record(Id=f"{number:08x}-6ab3-4971-a762-a01a846015d0") for number in range(30)]
    store = store_of(*records, name="first.csv")
    changed = [{**record, "MailSubject": "another"} if n % 2 else record for n, record in enumerate(records[10:14])]
    store_of(*changed, *records[20:22], wrappers=[{"UserIds": "u"}] * 6, name="second.csv", store=store)
    store.merge_copies()
    store.compare_copies()
    return store


def test_the_copies_of_events_come_back_but_are_no_rows_of_the_table(tmp_path: Path) -> None:
    store = with_copies()
    events = select(store, None, parse_sort("time"))
    assert (store.record_count, events.len()) == (36, 30)
    path = tmp_path / "a.parquet"
    assert export(store, events, path, "parquet", replace=True) == 30
    assert pl.read_parquet(path).height == 30
    for options in (LoadOptions(), LoadOptions(careful=True)):
        found = reopened(path, options)
        found.compare_copies()
        assert (found.record_count, found.event_count) == (36, 30)
        assert sorted(map(repr, all_facts(found))) == sorted(map(repr, all_facts(store)))
        for name in ("copied", "differing"):
            was, now = getattr(store.copies, name), getattr(found.copies, name)
            assert sorted(store.frame["id"].gather(was)) == sorted(found.frame["id"].gather(now))
        again = tmp_path / "again.parquet"
        assert export(found, range(found.record_count), again, "parquet", replace=True) == 36
        assert reopened(again).record_count == 36


def test_a_selection_brings_the_copies_of_its_events_only(tmp_path: Path) -> None:
    store = with_copies()
    path = tmp_path / "a.parquet"
    export(store, [9, 10], path, "parquet", replace=True)
    found = reopened(path)
    assert [source.name for source in found.sources] == ["first.csv", "second.csv"]
    assert (found.record_count, found.event_count) == (3, 2)
    export(store, [9], path, "parquet", replace=True)
    assert [source.name for source in reopened(path).sources] == ["first.csv"]


def test_copies_are_redacted_too(tmp_path: Path) -> None:
    store = with_copies()
    path = tmp_path / "a.parquet"
    stand_ins = StandIns(Secret.told("a secret for tests"))
    export(store, select(store, None, parse_sort("time")), path, "parquet", replace=True, redact=stand_ins)
    found = reopened(path)
    assert (found.record_count, found.event_count) == (36, 30)
    words = {str(portal_record()["Recipient"]), str(portal_record()["Sender"]), "6ab3-4971"}
    assert not any(word in repr(facts) for facts in all_facts(found) for word in words)


def test_rows_stand_in_the_order_that_was_asked_for(tmp_path: Path) -> None:
    store = load_all([str(path) for path in SAMPLES[:4]])
    rows = select(store, None, parse_sort("recipient,-time"))
    assert rows.len() == store.event_count
    path = written(store, tmp_path / "a.parquet", rows.to_list())
    table = pl.read_parquet(path)
    assert table["AuditData"].to_list() == store.frame["audit"].gather(rows).to_list()
    assert table["Recipient"].to_list() == store.frame["recipient"].gather(rows).to_list()


def test_for_other_programs_it_is_a_plain_table(tmp_path: Path) -> None:
    store = store_of(portal_record(Recipient=["a@example.org", "b@example.org"]), wrappers=[{"UserIds": "u"}])
    path = written(store, tmp_path / "a.parquet")
    table = pl.read_parquet(path)
    row = table.row(0, named=True)
    assert row["CreationDate"].isoformat() == "2023-03-22T19:00:59+00:00"
    assert row["Operation"] == "MessageAccess"
    assert row["RecordType"] == "OMEPortal"
    assert row["Recipients"] == ["a@example.org", "b@example.org"]
    assert row["File"] == "events.csv"
    assert row["wrapper.UserIds"] == "u"
    assert len({name.lower() for name in table.columns}) == table.width


def test_absent_and_empty_cells_differ(tmp_path: Path) -> None:
    store = store_of(portal_record(), portal_record(Id="2"), wrappers=[{"Note": ""}, {"Note": None}])
    table = pl.read_parquet(written(store, tmp_path / "a.parquet"))
    assert table["wrapper.Note"].to_list() == ["", None]


def test_no_records_make_a_file_without_rows(tmp_path: Path) -> None:
    store = store_of(portal_record())
    for columns_chosen in (None, ["time", "audit"]):
        sink = io.BytesIO()
        assert export(store, [], sink, "parquet", columns=columns_chosen) == 0
        assert pl.read_parquet(io.BytesIO(sink.getvalue())).height == 0
    assert export(Store(), [], tmp_path / "b.parquet", "parquet") == 0
    assert opened(tmp_path / "b.parquet").told is not None


def test_chosen_columns_are_a_table_of_them_alone(tmp_path: Path) -> None:
    store = store_of(portal_record(CreationTime="nonsense"), portal_record(), wrappers=[{"a": "b"}] * 2)
    path = tmp_path / "a.parquet"
    export(store, [1, 0], path, "parquet", columns=["recipient", "time", "file", "audit"])
    table = pl.read_parquet(path)
    assert table.columns == ["Recipient", "CreationDate", "File", "AuditData"]
    assert table.schema["CreationDate"] == pl.Datetime("us", "UTC")
    assert table["CreationDate"].is_null().to_list() == [False, True]
    assert opened(path).told is None
    assert json.loads(table["AuditData"][0])["Id"] == portal_record()["Id"]


def test_a_wrapper_too_wide_for_columns_is_kept_as_lists(tmp_path: Path) -> None:
    cells = {f"Column{number}": str(number) for number in range(2_000)}
    store = store_of(portal_record(), portal_record(Id="2"), wrappers=[cells, {**cells, "Column7": None}])
    store_of(portal_record(Id="3"), wrappers=[{"Other": ""}], store=store)
    assert_comes_back(store, tmp_path)
    assert pl.read_parquet(tmp_path / "own.parquet").width < 100


def test_many_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omeviz.export.parquet_format.MOST_GROUP_ROWS", 16)
    monkeypatch.setattr("omeviz.export.slices.SLICE_ROWS", 7)
    store = store_of(*(portal_record(Id=str(number)) for number in range(100)))
    path = written(store, tmp_path / "a.parquet")
    found, steps = reopened_steps(path)
    assert all_facts(found) == all_facts(store)
    assert sum(isinstance(step, PartLoaded) for step in steps) == 7
    assert [step.index for step in steps if isinstance(step, SourceDone)] == [0]


def test_what_is_known_of_the_sources_comes_too(tmp_path: Path) -> None:
    store = store_of(portal_record(), name="march.csv")
    source = store.sources[0]
    source.container, source.size, source.dates, source.notes = "csv", 1234, "dmy", ("two headers",)
    first = reopened(written(store, tmp_path / "a.parquet"))
    found = first.sources[0]
    assert (found.name, found.dates, found.notes, found.encoding) == ("march.csv", "dmy", ("two headers",), "UTF-8")
    assert (found.path, found.container) == (tmp_path / "a.parquet", "parquet")
    assert found.origin == "march.csv (CSV, UTF-8, 1,234 bytes)"
    assert (found.rows, found.records, found.complete) == (1, 1, True)
    second = reopened(written(first, tmp_path / "b.parquet")).sources[0]
    assert second.origin.startswith(str(tmp_path / "a.parquet"))
    assert second.origin.endswith("before that march.csv (CSV, UTF-8, 1,234 bytes)")
    assert (source.place(3), found.place(3), second.place(3)) == ("line 3", "line 3", "line 3")


def test_numbers_count_what_they_counted_in_the_first_file(tmp_path: Path) -> None:
    store = store_of(portal_record(), name="march.json")
    store.sources[0].container = "json"
    assert reopened(written(store, tmp_path / "a.parquet")).sources[0].place(3) == "item 3"


def test_careful_decodes_everything_again(tmp_path: Path) -> None:
    store = load_all([str(path) for path in SAMPLES])
    path = written(store, tmp_path / "a.parquet", in_order(store))
    table = pl.read_parquet(path).with_columns(Operation=pl.lit("forged").cast(pl.Categorical))
    told = own_parquet.described(pl.read_parquet_metadata(path), table.schema)
    assert told is not None
    trusting, careful = KeptReader(told), KeptReader(told, careful=True)
    assert {part.part.frame["operation"][0] for part in trusting.parts(table)} == {"forged"}
    assert "forged" not in {part.part.frame["operation"][0] for part in careful.parts(table)}
    with untried():
        assert all_facts(reopened(path, LoadOptions(careful=True))) == all_facts(store)


def test_another_order_of_dates_decodes_everything_again(tmp_path: Path) -> None:
    store = store_of(None, wrappers=[{"CreationDate": "3/12/2025 1:00:00 PM", "Operations": "x"}])
    path = written(store, tmp_path / "a.parquet")
    found = reopened(path, LoadOptions(dates="dmy"))
    assert found.frame["time"][0] == datetime(2025, 12, 3, 13)


def test_so_many_ties_that_their_order_is_not_kept_lose_no_record(tmp_path: Path) -> None:
    store = mixed([(0, "AB"[number % 2], "x", 0) for number in range(2 * MOST_CUTS + 50)])
    with untried():
        found = reopened(written(store, tmp_path / "a.parquet"))
    assert sorted(found.frame["id"]) == sorted(store.frame["id"])
    assert len(found.parts) <= 2 * (MOST_CUTS + 1)


def test_it_is_a_format_like_the_others(tmp_path: Path) -> None:
    assert format_for("x.parquet") == "parquet"
    store = store_of(portal_record())
    target = tmp_path / "a.parquet"
    asked = iter([False, True])
    with pytest.raises(ExportCancelledError):
        export(store, [0] * 20_000, target, "parquet", should_stop=lambda: next(asked))
    assert list(tmp_path.iterdir()) == []
    assert not [thread.name for thread in threading.enumerate() if thread.name == "omeviz-parquet"]


class Full(io.RawIOBase):
    """A disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        size = len(memoryview(data))  # type: ignore[arg-type]  # bytes of some kind
        self.room -= size
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return size


@pytest.mark.parametrize("room", [0, 100, 30_000])
@pytest.mark.parametrize("columns_chosen", [None, ["audit"]])
def test_a_full_disk_is_named(room: int, columns_chosen: list[str] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omeviz.export.parquet_format.MOST_GROUP_ROWS", 64)
    texts = [portal_record(Id=str(number), Note=f"{number * 7919:x}" * 40) for number in range(2_000)]
    store = store_of(*texts)
    with pytest.raises(ExportError, match="the disk is full"):
        export(store, range(2_000), Full(room), "parquet", columns=columns_chosen)  # type: ignore[arg-type]


def test_a_terminal_gets_no_bytes() -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(ExportError, match="terminal"):
        export(store_of(portal_record()), [0], Terminal(), "parquet")
