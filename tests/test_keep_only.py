"""`--keep-only` and `--record-type`: only matching records are kept while reading, and everything is counted."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from omeviz.errors import FilterError, UsageError
from omeviz.keep import keep_of
from omeviz.load import FirstRows, Loader, LoadOptions, Note, PartLoaded
from omeviz.load_kept import MOST_UNUSABLE
from omeviz.query.parse import parse
from omeviz.query.select import select
from omeviz.store import Store
from tests.cli_support import EVENTS, ROOT, Run
from tests.hostile import hostile_csv
from tests.load_support import check_counts, load_bytes
from tests.make_samples import SAMPLES
from tests.support import portal_record
from tests.ugly import ugly_files

CHUNK = 20_000
FILTERS = (
    "type:OMEPortal",
    "status:failure",
    "recipient:example -operation:MessageAccess",
    "status:failure or has:attachment",
    "/samschan.*gmail/",
    "data.OperationProperties.MailSubject:case",
    "time:2023-03-22",
    "-after:2023-03-22",
    "-has:time",
    "file:events",
    "nobody@nowhere.example",
)


def kept(
    inputs: Sequence[str], text: str = "", types: str | None = None, options: LoadOptions | None = None
) -> tuple[Store, Loader]:
    keep = keep_of(parse(text) if text else None, types)
    loader = Loader(inputs, replace(options or LoadOptions(), keep=keep), chunk=CHUNK)
    for _ in loader.run():
        pass
    assert loader.store is not None
    return loader.store, loader


def everything(inputs: Sequence[str], options: LoadOptions | None = None) -> Store:
    loader = Loader(inputs, options, chunk=CHUNK)
    for _ in loader.run():
        pass
    assert loader.store is not None
    return loader.store


def said(store: Store, text: str) -> list[tuple[Any, ...]]:
    """Everything known of the matching records."""
    records = [store.record(row) for row in select(store, parse(text) if text else None).to_list()]
    return [
        (r.line, r.source.name, r.audit_text, r.wrapper, dict(r.fields), r.recipients, r.problem_bits, r.raw, r.reason)
        for r in records
    ]


def mixed_csv(path: Path, rows: int, every: int, *, packed: bool = False) -> int:
    """Records of SharePoint with an event of the portal every so often; returns how many of those."""
    filler = {"Operation": "FileAccessed", "RecordType": 6, "Workload": "SharePoint", "UserId": "user@contoso.com"}
    text = io.StringIO()
    text.write("CreationDate,UserIds,Operations,AuditData\r\n")
    for number in range(rows):
        time = f"2023-03-22T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
        if number % every == every - 1:
            record = portal_record(Id=f"portal-{number}", CreationTime=time)
        else:
            url = f"https://contoso.example/sites/{number}/" + "x" * 400
            record = {"CreationTime": time, "Id": f"other-{number}", "ObjectId": url, **filler}
        audit = json.dumps(record, separators=(",", ":")).replace('"', '""')
        text.write(f'{time}Z,{record["UserId"]},{record["Operation"]},"{audit}"\r\n')
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, 1) if packed else data)
    return rows // every


@pytest.mark.parametrize("text", FILTERS)
def test_what_is_kept_is_what_the_filter_finds(text: str) -> None:
    files = [EVENTS, *(str(SAMPLES / name) for name in ("problems.csv", "purview.csv", "archive.csv.gz"))]
    whole, (store, _) = everything(files), kept(files, text)
    # Copies of an event, of which one was dropped, are none.
    wanted = {row[:3] for row in said(whole, text)}
    assert wanted <= {row[:3] for row in said(store, text)}
    if not whole.copies.count:
        assert said(store, text) == said(whole, text)
    check_counts(store)
    assert [s.rows for s in store.sources] == [s.rows for s in whole.sources]
    assert [s.records for s in store.sources] == [s.records for s in whole.sources]
    assert store.unusable == whole.unusable


@pytest.mark.parametrize("text", FILTERS)
def test_the_same_for_hostile_records(text: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.csv"
    hostile_csv(path)
    whole, (store, _) = everything([str(path)]), kept([str(path)], text)
    assert said(store, text) == said(whole, text)
    assert store.record_count == len(said(whole, text))
    check_counts(store)


def test_the_same_for_damaged_files() -> None:
    for file in islice(ugly_files(9_973), 0, None, 8):
        whole = load_bytes(file.data)
        loader = load_bytes(file.data, LoadOptions(keep=keep_of(parse("status:failure"), None)))
        assert whole.store is not None
        assert loader.store is not None
        check_counts(loader.store)
        assert [s.rows for s in loader.store.sources] == [s.rows for s in whole.store.sources], file.name
        assert said(loader.store, "status:failure") == said(whole.store, "status:failure"), file.name
        assert len(loader.failures) == len(whole.failures), file.name


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("careful", [False, True])
def test_every_way_of_reading(packed: bool, careful: bool, tmp_path: Path) -> None:
    path = tmp_path / ("mixed.csv.gz" if packed else "mixed.csv")
    wanted = mixed_csv(path, 3_000, 100, packed=packed)
    store, loader = kept([str(path)], types="OMEPortal", options=LoadOptions(careful=careful))
    assert store.record_count == wanted
    assert [store.record(row).fields["id"] for row in range(3)] == ["portal-99", "portal-199", "portal-299"]
    (source,) = store.sources
    assert (source.rows, source.records, source.dropped) == (3_000, 3_000, 3_000 - wanted)
    assert source.kept_only == "type:OMEPortal"
    assert (loader.fast_rows > 0) == (not careful)
    assert store.record(5).line == 601
    check_counts(store)


def test_json_lines_and_an_array() -> None:
    records = [portal_record(Id=str(n), RecordType=154 if n % 5 == 0 else 6) for n in range(600)]
    lines = "\n".join(map(json.dumps, records)).encode()
    for data in (lines, json.dumps(records).encode()):
        loader = load_bytes(data, LoadOptions(keep=keep_of(None, "154")))
        assert loader.store is not None
        assert loader.store.record_count == 120
        assert loader.store.sources[0].records == 600
        check_counts(loader.store)


@pytest.mark.parametrize("day_first", [False, True])
def test_days_and_months_that_only_the_end_of_the_file_tells_apart(day_first: bool) -> None:
    """The first rows may be 3 April or 4 March; what matches in either way must not be dropped."""
    header = "CreationDate,UserIds,Operations,AuditData\r\n"
    open_rows = "".join(f"{1 + n % 9}/{1 + n // 9 % 9}/2023 10:00:00,u{n}@contoso.com,op,\r\n" for n in range(600))
    end = "25/3/2023 10:00:00" if day_first else "3/25/2023 10:00:00"
    sure = portal_record(Id="sure", CreationTime="2023-03-25T10:00:00")
    last = '{},admin@contoso.com,op,"{}"\r\n'.format(end, json.dumps(sure).replace('"', '""'))
    data = (header + open_rows + last * 3).encode()
    for text in ("time:2023-03-04", "-time:2023-03-04", "after:2023-05 -time:2023-06..2023-07"):
        whole = load_bytes(data).store
        store = load_bytes(data, LoadOptions(keep=keep_of(parse(text), None))).store
        assert whole is not None
        assert store is not None
        assert said(store, text) == said(whole, text) != []
        assert store.sources[0].dates == ("dmy" if day_first else "mdy")
        assert store.sources[0].dropped > 0 or text.startswith("-")
        check_counts(store)


def test_of_many_unusable_rows_the_first_are_listed_and_all_counted() -> None:
    sound = f'x,u@contoso.com,op,"{json.dumps(portal_record()).replace(chr(34), chr(34) * 2)}"\r\n'
    data = "CreationDate,UserIds,Operations,AuditData\r\n" + sound + ",,,nothing\r\n" * (3 * MOST_UNUSABLE)
    store = load_bytes(data.encode(), LoadOptions(keep=keep_of(None, "OMEPortal"))).store
    assert store is not None
    assert len(store.unusable) == MOST_UNUSABLE
    assert store.unusable_count == 3 * MOST_UNUSABLE
    (source,) = store.sources
    assert (source.rows, source.records, source.dropped) == (3 * MOST_UNUSABLE + 1, 1, 0)


def test_what_matches_shows_while_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    mixed_csv(path, 5_000, 50)
    loader = Loader([str(path)], LoadOptions(keep=keep_of(None, "OMEPortal")), chunk=CHUNK)
    steps = list(loader.run())
    assert not any(isinstance(step, FirstRows) for step in steps)
    parts = [step for step in steps if isinstance(step, PartLoaded)]
    assert sum(part.height for part in parts) == 100
    assert parts[0].first_row == 0
    assert steps.index(parts[0]) < 4


def test_nothing_matches(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    mixed_csv(path, 600, 1_000)
    store, loader = kept([str(path)], types="OMEPortal")
    assert (store.record_count, store.sources[0].dropped, loader.failures) == (0, 600, [])


@pytest.mark.parametrize(
    ("types", "count"),
    [("OMEPortal", 151), ("154", 151), ("omeportal", 151), ("ExchangeItem, 154", 151), ("6", 0), ("-154", 0)],
)
def test_record_types_by_name_and_number(types: str, count: int) -> None:
    assert kept([EVENTS], types=types)[0].record_count == count


def test_a_record_type_and_a_filter() -> None:
    failures = kept([EVENTS], "status:failure")[0].record_count
    assert kept([EVENTS], "status:failure or status:success", "OMEPortal")[0].record_count > failures > 0
    assert kept([EVENTS], "status:failure", "6")[0].record_count == 0
    keep = keep_of(parse("a or b"), "154,6")
    assert keep is not None
    assert keep.text == "type:154,6 (a or b)"


def test_a_record_type_that_is_not_known_is_told() -> None:
    _, loader = kept([EVENTS], types="OMEPortl,Exchange,9999")
    assert loader.notes == ["--record-type OMEPortl: omeviz knows no record type of this name"]
    keep = keep_of(None, "OMEPortl")
    assert next(Loader([EVENTS], LoadOptions(keep=keep)).run()) == Note(loader.notes[0])


@pytest.mark.parametrize("types", ["", " ", "154,", ",OMEPortal"])
def test_a_record_type_without_a_name(types: str) -> None:
    with pytest.raises(UsageError, match="--record-type lacks a name"):
        keep_of(None, types)


@pytest.mark.parametrize(
    ("text", "start", "told"),
    [
        ("status:failure last:7d", 15, "last:7d"),
        ("-(a or is:marked)", 7, "is:marked"),
        ("is:problem", 0, "is:problem"),
        ("is:copied", 0, "is:copied"),
    ],
)
def test_what_needs_all_events_is_refused(text: str, start: int, told: str) -> None:
    with pytest.raises(FilterError, match=f"--keep-only cannot use {told}") as caught:
        keep_of(parse(text), None)
    assert (caught.value.start, caught.value.stop) == (start, start + len(told))
    assert keep_of(None, "154") is not None


def test_without_a_screen(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    wanted = mixed_csv(path, 600, 40)
    result = run(str(path), "--count", "--record-type", "OMEPortal")
    assert (result.code, result.out) == (0, f"{wanted}\n".encode())
    assert result.err == f"omeviz: kept {wanted} of 600 records; the others were dropped while reading.\n"
    assert run(str(path), "--count", "--record-type", "154", "-q").err == ""
    one = run(str(path), "--count", "-q", "--record-type", "154", "--filter", "id:portal-79")
    assert (one.out, one.err) == (b"1\n", "")
    assert run(str(path), "--count", "--keep-only", "--filter", "id:portal-79").err.startswith("omeviz: kept 1 of 600")
    exported = run(str(path), "--export", "-", "--format", "jsonl", "--keep-only", "-f", "id:portal-79", "-q")
    assert json.loads(exported.out)["Id"] == "portal-79"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--keep-only"], "--keep-only needs a filter"),
        (["--keep-only", "-f", " "], "--keep-only needs a filter"),
        (["--keep-only", "--record-type", "154"], "--keep-only needs a filter"),
        (["--keep-only", "-f", "last:7d"], "--keep-only cannot use last:7d"),
        (["--keep-only", "-f", "is:problem"], "--keep-only cannot use is:problem"),
        (["--record-type", ","], "--record-type lacks a name"),
        (["--container", "papyrus"], "is no container"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], told: str) -> None:
    result = run(EVENTS, "--count", *arguments)
    assert (result.code, result.out) == (2, b"")
    assert told in result.err.splitlines()[-1]


def test_the_place_of_what_is_refused_is_shown(run: Run) -> None:
    text, caret, _ = run(EVENTS, "--count", "--keep-only", "-f", "status:failure last:7d").err.splitlines()
    assert text[len(caret) - len("last:7d") :] == "last:7d"
    assert caret.strip() == "^" * len("last:7d")


def test_a_manifest_says_what_was_kept(run: Run, tmp_path: Path) -> None:
    path, target = tmp_path / "mixed.csv", tmp_path / "out.csv"
    wanted = mixed_csv(path, 600, 40)
    arguments = (str(path), "--record-type", "154", "--export", str(target), "--force", "-q")
    assert run(*arguments, "--manifest").code == 0
    counts = json.loads((tmp_path / "out.csv.manifest.json").read_text())["counts"]
    assert (counts["records"], counts["recordsDropped"], counts["keptOnly"]) == (600, 600 - wanted, "type:154")
    assert run(*arguments, "--manifest", "--redact").code == 0
    counts = json.loads((tmp_path / "out.csv.manifest.json").read_text())["counts"]
    assert "keptOnly" not in counts
    assert counts["recordsDropped"] == 600 - wanted


RESIDENT = """
def resident(name):
    return int(open("/proc/self/status").read().split(name + ":")[1].split()[0])
"""
HELD = """
import polars as pl
from omeviz.events.decode import decode
from omeviz.load_kept import exact, selected
from omeviz.sources.batch import RawBatch
def piece(number):
    audit = ['{"Id":"%d-%d","Operation":"x%s"}' % (number, row, "y" * 2_000) for row in range(500)]
    batch = RawBatch(("UserIds",), 1, False, [["u" * 200] * 500], audit, range(500))
    part = decode(batch).part(0)
    return exact(selected(part, pl.arange(0, 500, eager=True) == 250))
held = [piece(-1)]
before = resident("VmRSS")
held += [piece(number) for number in range(80)]
assert all(part.frame["audit"][0].startswith('{"Id":"%d-250"' % number) for number, part in enumerate(held, -1))
print(resident("VmRSS") - before)
"""
GROWTH = """
import sys
from omeviz.keep import keep_of
from omeviz.load import Loader, LoadOptions
loader = Loader([sys.argv[1]], LoadOptions(keep=keep_of(None, "OMEPortal")), chunk=1 << 20)
for _ in loader.run():
    pass
print(loader.store.record_count, resident("VmHWM"))
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def measured(program: str, *arguments: str) -> list[int]:
    """The numbers a program prints."""
    command = [sys.executable, "-c", RESIDENT + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return [int(number) for number in done.stdout.split()]


@LINUX
def test_kept_texts_do_not_hold_the_memory_of_the_others() -> None:
    (grown,) = measured(HELD)
    assert grown < 40_000  # kB, of 80 pieces that were a megabyte each


@LINUX
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for rows in (15_000, 90_000):
        path = tmp_path / f"{rows}.csv"
        mixed_csv(path, rows, 1_000)
        count, peak = measured(GROWTH, str(path))
        assert count == rows // 1_000
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 35_000  # kB; the files differ by 56,000
