"""Loading: every row is counted once, sources fail alone, the first rows come before Polars, and all can be stopped."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import SourceError, UsageError
from omeviz.load import (
    Finished,
    FirstRows,
    Loader,
    LoadOptions,
    Note,
    PartLoaded,
    Progress,
    SourceDone,
    SourceFailed,
    load_all,
)
from omeviz.sources.csv_source import BATCH_ROWS, FIRST_BATCH
from omeviz.sources.fast_reader import FastReader
from tests.hostile import HOSTILE, hostile_csv, quoted, wide_csv
from tests.load_support import check_counts, load_bytes, store_of_bytes
from tests.make_samples import EXPECTED, SAMPLES
from tests.sources.support import read
from tests.support import examples, portal_record
from tests.ugly import ugly_files
from tests.ugly_styles import styles

ROOT = Path(__file__).resolve().parent.parent


def test_every_row_of_damaged_files_is_a_record_or_unusable() -> None:
    for file in ugly_files(701):
        store = store_of_bytes(file.data)
        check_counts(store)
        rows = sum(source.rows for source in store.sources)
        assert rows == len(read(file.data).rows), file.name
        assert file.rows in (None, rows), file.name
        assert file.records in (None, store.record_count), file.name
        for row in store.unusable:
            assert row.raw
            assert row.reason


BYTES = st.lists(
    st.sampled_from(
        [
            *(b'"', b",", b"\r\n", b"\n", b";", b"{", b"}", b'""', b"\x00", b"\xff", b"\xc3", b"\\", b":", b"#TYPE x"),
            *(b"OMEPortal", b"3/22/2023 7:00:59 PM", b"CreationDate", b"AuditData", b"UserIds", b"a@contoso.com"),
            *(b'"{""Id"":""1""}"', b'{"Id":"1","Operation":"x"}', b"\xef\xbb\xbf", b"\xff\xfe", b"a\x00b\x00"),
        ]
    ),
    max_size=40,
).map(b"".join)


@given(data=BYTES, header=st.booleans())
@settings(max_examples=examples(200))
def test_any_bytes_load_or_fail_with_one_line(data: bytes, header: bool) -> None:
    loader = load_bytes((b"CreationDate,UserIds,Operations,AuditData\r\n" if header else b"") + data)
    assert loader.store is not None
    check_counts(loader.store)
    assert bool(loader.failures) == (loader.store.record_count == 0)
    for error in loader.failures:
        assert error.message.startswith("<stdin>")


@given(place=st.integers(0, 4_000), cut=st.integers(0, 200), more=st.binary(max_size=6))
def test_any_damage_to_a_sound_file_loses_no_row_silently(place: int, cut: int, more: bytes) -> None:
    style = styles()["cmdlet"]
    data = style.file(style.records)
    place = min(place, len(data) - 1)
    store = store_of_bytes(data[:place] + more + data[place + cut :])
    check_counts(store)


def test_a_loaded_record_is_what_the_file_says() -> None:
    store = load_all([str(SAMPLES / "events.csv")])
    record = store.record(store.record_count - 2)
    assert record.line == 151
    assert record.fields["recipient"] == "samschan.msft@gmail.com"
    assert record.fields["time"] == datetime(2023, 3, 22, 19, 0, 59)
    assert record.source.name == "events.csv"
    assert dict(record.wrapper)["ResultIndex"] == "6"


def test_hostile_text_comes_through_every_field(tmp_path: Path) -> None:
    path = tmp_path / "hostile.csv"
    count = hostile_csv(path)
    store = load_all([str(path)])
    check_counts(store)
    assert (store.record_count, store.unusable) == (count, [])
    subjects = store.frame["subject"].to_list()
    for number, (name, text) in enumerate(HOSTILE):
        wanted = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
        assert subjects[2 * number : 2 * number + 2] == [wanted, wanted], name


def test_500_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    rows = wide_csv(path)
    store = load_all([str(path)])
    check_counts(store)
    assert (store.record_count, len(store.parts[0].header)) == (rows, 499)


def test_several_sources_keep_their_order_and_their_names() -> None:
    names = ["purview.csv", "archive.csv.gz", "tab_ymd.tsv"]
    loader = Loader([str(SAMPLES / name) for name in names])
    steps = list(loader.run())
    store = loader.store
    assert store is not None
    assert [source.name for source in store.sources] == names
    assert [source.records for source in store.sources] == [EXPECTED[name].records for name in names]
    assert store.frame["source"].to_list() == [i for i, name in enumerate(names) for _ in range(EXPECTED[name].records)]
    assert [step.index for step in steps if isinstance(step, SourceDone)] == [0, 1, 2]
    assert sum(isinstance(step, FirstRows) for step in steps) == 1
    assert steps[-1] == Finished(partial=False)
    check_counts(store)


def test_the_same_file_twice_is_read_once() -> None:
    purview = str(SAMPLES / "purview.csv")
    loader = Loader([purview, purview])
    steps = list(loader.run())
    assert loader.store is not None
    assert [source.records for source in loader.store.sources] == [20]
    assert loader.notes == [f"{purview}: 1 file was named more than once and read once"]
    assert [step.text for step in steps if isinstance(step, Note)] == loader.notes
    assert not loader.failures


def test_a_copy_of_a_file_is_another_source(tmp_path: Path) -> None:
    data = (SAMPLES / "purview.csv").read_bytes()
    (tmp_path / "a.csv").write_bytes(data)
    (tmp_path / "b.csv").write_bytes(data)
    store = load_all([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert [source.records for source in store.sources] == [20, 20]


def test_what_a_folder_skips_is_an_error_where_it_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes((SAMPLES / "purview.csv").read_bytes())
    (tmp_path / "b.bin").write_bytes(bytes(500))
    loader = Loader([str(tmp_path), str(tmp_path / "b.bin")])
    list(loader.run())
    assert loader.notes == [f"{tmp_path}: 1 other file was skipped"]
    (error,) = loader.failures
    assert "binary data" in error.message


def test_what_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    empty, binary, other = tmp_path / "empty.csv", tmp_path / "binary", tmp_path / "other.csv"
    empty.touch()
    binary.write_bytes(bytes(500))
    other.write_text("Name,Age\nx,1\n")
    good = str(SAMPLES / "purview.csv")
    loader = Loader(["missing.csv", str(tmp_path), str(empty), good, str(binary), str(other), good])
    steps = list(loader.run())
    assert loader.store is not None
    assert loader.store.record_count == 20
    messages = [error.message for error in loader.failures]
    assert [step.error.message for step in steps if isinstance(step, SourceFailed)] == messages
    assert len(messages) == 5
    for message, told in zip(
        messages,
        ["missing.csv does not exist", "3 files of other kinds", "is empty", "binary data", "begins with"],
        strict=True,
    ):
        assert told in message
    assert all(error.remedy for error in loader.failures)


@pytest.mark.parametrize("rows", ["", "\r\n\r\n", ",,,\r\n"])
def test_a_header_without_rows_is_an_error(rows: str) -> None:
    loader = load_bytes(f"CreationDate,UserIds,Operations,AuditData\r\n{rows}".encode())
    (error,) = loader.failures
    assert isinstance(error, SourceError)
    assert "0 rows under 1 header" in error.message


def test_rows_of_which_none_is_a_record_are_an_error_and_still_listed() -> None:
    loader = load_bytes(b"CreationDate,UserIds,Operations,AuditData\r\n,,,x\r\nsoon,,,\r\n")
    (error,) = loader.failures
    assert "2 rows" in error.message
    assert loader.store is not None
    assert [(row.line, row.raw) for row in loader.store.unusable] == [(2, ",,,x"), (3, "soon,,,")]
    check_counts(loader.store)


def test_an_unusable_row_keeps_the_text_of_the_file() -> None:
    data = b'CreationDate,UserIds,AuditData,Note\n,,"a ""quoted"" text","x, y"\n,,"broken" quote,\nx,u,{},\n'
    store = store_of_bytes(data)
    assert [row.raw for row in store.unusable] == [',,"a ""quoted"" text","x, y"', ',,"broken" quote,']
    assert [row.line for row in store.unusable] == [2, 3]


def test_a_source_that_fails_half_way_keeps_what_was_read() -> None:
    data = gzip.compress(sound(2 * BATCH_ROWS))
    loader = load_bytes(data[: len(data) // 2])
    assert loader.store is not None
    assert 0 < loader.store.record_count < 2 * BATCH_ROWS
    (source,) = loader.store.sources
    assert not source.complete
    assert source.delimiter == ","
    assert "damaged" in loader.failures[0].message
    check_counts(loader.store)


def sound(count: int) -> bytes:
    """A CSV of so many different records."""
    rows = "".join(f'3/22/2023 7:00:59 PM,u{number % 7},"{{""Id"":""{number}""}}"\r\n' for number in range(count))
    return f"CreationDate,UserIds,AuditData\r\n{rows}".encode()


def test_it_can_be_stopped_and_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(sound(FIRST_BATCH + 3 * BATCH_ROWS))
    loader = Loader([str(path), str(SAMPLES / "purview.csv")])
    steps = list(loader.run(lambda: loader.store is not None and loader.store.record_count > 0))
    assert steps[-1] == Finished(partial=True)
    assert loader.store is not None
    assert 0 < loader.store.record_count < FIRST_BATCH + 3 * BATCH_ROWS
    assert [source.complete for source in loader.store.sources] == [False]
    assert loader.failures == []
    check_counts(loader.store)


def test_who_stops_does_not_wait_for_the_chunk_that_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(sound(FIRST_BATCH + BATCH_ROWS))
    entered, go_on, over = Event(), Event(), Event()

    def decode_slowly(*_: object) -> None:
        entered.set()
        go_on.wait(20)
        over.set()

    monkeypatch.setattr(FastReader, "_decode", decode_slowly)
    loader = Loader([str(path)])
    assert list(loader.run(entered.is_set))[-1] == Finished(partial=True)
    assert not over.is_set()
    go_on.set()
    assert loader.store is not None
    assert loader.store.record_count == FIRST_BATCH


def test_who_stops_does_not_wait_for_copies_to_be_found(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_bytes(sound(9) + sound(9).split(b"\r\n", 1)[1])
    stopped, ended = Loader([str(path)]), Loader([str(path)])
    for _ in stopped.run(lambda: stopped.store is not None and stopped.store.record_count > 0):
        pass
    for _ in ended.run():
        pass
    assert stopped.store is not None
    assert ended.store is not None
    assert (stopped.store.copies.covered, ended.store.copies.covered) == (0, 18)
    assert stopped.store.merge_copies().count == ended.store.copies.count == 9


def test_stopped_before_anything_was_read() -> None:
    loader = Loader([str(SAMPLES / "purview.csv"), "missing"])
    assert list(loader.run(lambda: True))[-1] == Finished(partial=True)
    assert loader.store is not None
    assert loader.failures == []


def test_a_reader_of_the_steps_may_go_away(capsys: pytest.CaptureFixture[str]) -> None:
    for wanted in (FirstRows, PartLoaded, Progress, SourceDone):
        steps = Loader([str(SAMPLES / "purview.csv")]).run()
        assert any(isinstance(step, wanted) for step in steps)
        steps.close()  # type: ignore[attr-defined]  # it is a generator
    assert capsys.readouterr().err == ""


def test_steps_tell_how_far_it_has_come() -> None:
    path = SAMPLES / "events.csv"
    steps = list(Loader([str(path)]).run())
    progress = [step for step in steps if isinstance(step, Progress)]
    assert progress[-1] == Progress(151, path.stat().st_size, path.stat().st_size, "events.csv")
    parts = [step for step in steps if isinstance(step, PartLoaded)]
    assert parts[0].first_row == 0
    assert sum(part.height for part in parts) == 151


def test_the_first_rows_are_the_first_records() -> None:
    steps = Loader([str(SAMPLES / "events.csv")]).run()
    first = next(steps)
    assert isinstance(first, FirstRows)
    assert first.source == "events.csv"
    frame = load_all([str(SAMPLES / "events.csv")]).frame
    for name, values in first.columns.items():
        assert values == frame[name].to_list()[: len(values)], name


def test_the_first_rows_come_before_polars_is_imported() -> None:
    program = (
        "import sys\n"
        "from omeviz.load import FirstRows, Loader\n"
        f"steps = Loader([{str(SAMPLES / 'events.csv')!r}]).run()\n"
        "step = next(steps)\n"
        "print(type(step).__name__, len(step.columns['recipient']), 'polars' in sys.modules)\n"
        "print(*{'subprocess', 'concurrent.futures', 'logging', 'numpy'}.intersection(sys.modules))\n"
        "rest = list(steps)\n"
        "print('polars' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["FirstRows", "151", "False", "True"]
    assert done.stderr == ""


def test_what_was_seen_is_noted() -> None:
    style = styles()["cmdlet"]
    twice = style.file(style.records) + style.file(style.records).removeprefix(b"\xef\xbb\xbf")
    assert any("2 headers" in note for note in store_of_bytes(twice).sources[0].notes)
    bare = "".join(f"{record}\r\n" for record in style.records).encode()
    assert any("no header" in note for note in store_of_bytes(bare).sources[0].notes)
    odd = bare[:-10] + b"\xff" + bare[-10:]
    assert any("Windows-1252" in note for note in store_of_bytes(odd).sources[0].notes)
    half = b"\xff\xfe" + bare.decode().encode("utf-16-le") + b"\x00"
    assert any("middle of a character" in note for note in store_of_bytes(half).sources[0].notes)


@pytest.mark.parametrize(
    "options",
    [
        LoadOptions(encoding="no such"),
        LoadOptions(delimiter=""),
        LoadOptions(delimiter=";;"),
        LoadOptions(delimiter='"'),
        LoadOptions(delimiter="\n"),
        LoadOptions(dates="dym"),  # type: ignore[arg-type]  # that is the point
    ],
)
def test_options_that_are_wrong(options: LoadOptions) -> None:
    with pytest.raises(UsageError):
        Loader([], options)


@pytest.mark.parametrize("name", ["tab", "\\t", "\t"])
def test_a_tab_by_any_name(name: str) -> None:
    assert LoadOptions(delimiter=name).checked().delimiter == "\t"


def test_a_store_given_is_loaded_into() -> None:
    store = load_all([str(SAMPLES / "purview.csv")])
    loader = Loader([str(SAMPLES / "tab_ymd.tsv")], store=store)
    steps = list(loader.run())
    assert loader.store is store
    assert not any(isinstance(step, FirstRows) for step in steps)
    assert [source.name for source in store.sources] == ["purview.csv", "tab_ymd.tsv"]


def test_load_all_raises_what_failed() -> None:
    with pytest.raises(SourceError, match=r"missing\.csv"):
        load_all([str(SAMPLES / "purview.csv"), "missing.csv"])


def test_nothing_to_load_is_an_empty_store() -> None:
    loader = Loader([])
    assert list(loader.run()) == [Finished(partial=False)]
    assert loader.store is not None
    assert loader.store.frame.height == loader.store.record_count == 0


def test_lists_of_recipients() -> None:
    audit = quoted(str(portal_record(Recipient=["a@x", "b@x"])).replace("'", '"'))
    store = store_of_bytes(f"CreationDate,AuditData\r\n3/22/2023 7:00:59 PM,{audit}\r\n".encode())
    assert store.record(0).recipients == ("a@x", "b@x")
