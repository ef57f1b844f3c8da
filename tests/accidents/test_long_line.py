"""Lines longer than any export has: their beginning is kept and told, the others lose nothing, memory stays small."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.load import Loader, LoadOptions
from omeviz.sources import csv_source, long_lines, text_window
from omeviz.sources.decoder import Decoder
from omeviz.sources.encoding import Encoding
from omeviz.sources.long_lines import TOO_LONG
from omeviz.store import Store
from tests.hostile import CMDLET_COLUMNS
from tests.load_support import check_counts
from tests.sample_parts.list_text import format_list
from tests.sample_parts.rows import rows_of
from tests.sample_parts.story import story
from tests.sources.support import blocks
from tests.test_fast_path import assert_same, csv_of, plain_records

MIB = 1 << 20
GIB = 1 << 30
KEPT = 3_000
LONGEST = 10_000


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of ten thousand bytes are too long."""
    monkeypatch.setattr(long_lines, "LONGEST", LONGEST)
    monkeypatch.setattr(long_lines, "KEPT", KEPT)
    for module in (text_window, csv_source):
        monkeypatch.setattr(module, "BLOCK", 1_000)


def texts(data: bytes, size: int = 1_000) -> tuple[str, Decoder]:
    decoder = Decoder(Encoding("utf-8"))
    return "".join(decoder.decode(blocks(data, [size]))), decoder


def with_long_row(long: int, *, end: str = "\r\n", count: int = 300) -> bytes:
    """A CSV whose row in the middle has a subject of so many characters."""
    records: list[Any] = plain_records(count)
    records[count // 2] = {**records[count // 2], "MailSubject": "é" * (long // 2)}
    return csv_of(records, end=end)


def store_of(path: Path) -> Store:
    loader = Loader([str(path)], LoadOptions(), chunk=5_000)
    for _ in loader.run():
        pass
    assert loader.store is not None
    check_counts(loader.store)
    return loader.store


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 7, 1_000, 4_096])
def test_only_the_beginning_of_a_long_line_is_given(end: bytes, size: int) -> None:
    lines = [b"a" * 50, b"b" * LONGEST, b"c" * (LONGEST + 1), b"d", b"e" * 3 * LONGEST, b"f" * 20]
    got, decoder = texts(end.join([*lines, b""]), size)
    found = got.splitlines()
    assert found == ["a" * 50, "b" * LONGEST, "c" * KEPT, "d", "e" * KEPT, "f" * 20]
    assert decoder.cut_lines == [2, 4]
    assert decoder.line == 6
    assert decoder.behind_cut == (5, sum(map(len, lines[:5])) + 5 * len(end))


@pytest.mark.usefixtures("short")
def test_no_character_is_cut_in_two() -> None:
    for before in range(4):
        got, decoder = texts(b"x" * before + "\N{EURO SIGN}".encode() * LONGEST)
        assert got == "x" * before + "\N{EURO SIGN}" * ((KEPT - before) // 3) + "\n"
        assert decoder.foreign_lines is None
        assert decoder.is_cutting


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("long", [LONGEST * 2, LONGEST * 7])
def test_a_long_row_is_kept_as_far_as_it_may_go_and_the_others_whole(
    tmp_path: Path, codec: str, end: str, long: int
) -> None:
    text = with_long_row(long, end=end).decode()
    text = "".join(sign if ord(sign) < 256 else "?" for sign in text) if codec == "cp1252" else text
    path = tmp_path / "events.csv"
    path.write_bytes(text.encode(codec))
    store = store_of(path)
    assert store.record_count == 300
    damaged = [row for row in range(300) if store.record(row).problem_bits]
    assert damaged == [150]
    record = store.record(150)
    assert record.problem_bits & ProblemKind.DAMAGED_ROW
    assert record.reason == TOO_LONG
    assert record.line == 152
    assert record.fields["operation"] == "MessageAccess"
    assert len((record.raw or "").encode()) <= KEPT
    assert [store.record(row).line for row in (149, 151, 299)] == [151, 153, 301]


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("long", [LONGEST - 1_500, LONGEST - 900, LONGEST - 700, LONGEST, LONGEST * 5])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_both_paths_cut_the_same_lines(tmp_path: Path, long: int, end: str) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(with_long_row(long, end=end))
    assert_same(path, 5_000)
    path.write_bytes(with_long_row(long, end=end).removesuffix(end.encode()) + b'\xff",' + b"x" * long)
    assert_same(path, 5_000)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("first", range(8, 13))
def test_a_long_row_that_looks_whole_ends_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Its last cell is what is cut, so nothing is wrong with the beginning, and the fast path would go on behind it."""
    monkeypatch.setattr(csv_source, "FIRST_BATCH", first)
    lines = csv_of(plain_records(60), end="\n").decode().split("\n")
    lines[10] = lines[10].removesuffix('"Unchanged"') + "x" * LONGEST * 3
    path = tmp_path / "events.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert_same(path, 5_000)
    store = store_of(path)
    assert [row for row in range(60) if store.record(row).reason] == [9]
    assert store.record(9).reason == TOO_LONG
    assert store.record(59).line == 61


@pytest.mark.usefixtures("short")
def test_the_fast_path_goes_on_behind_a_long_row(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(with_long_row(LONGEST * 5, count=3_000))
    loader = Loader([str(path)], LoadOptions(), chunk=50_000)
    for _ in loader.run():
        pass
    assert loader.fast_rows > 2_000


@pytest.mark.usefixtures("short")
def test_a_long_line_of_a_list_is_told(tmp_path: Path) -> None:
    rows = rows_of(story()[:5])
    cells = [dict(zip(CMDLET_COLUMNS, row.cells(number, 5), strict=True)) for number, row in enumerate(rows, 1)]
    text = format_list(cells, width=100_000)
    place = text.index("AuditData", len(text) // 2)
    path = tmp_path / "events.txt"
    path.write_text(text[: place + 60] + "x" * LONGEST * 60 + text[place + 60 :], encoding="utf-8")
    store = store_of(path)
    assert store.record_count == 5
    assert [bool(store.record(row).reason) for row in range(5)].count(True) == 1


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "decoder",
    [Decoder(Encoding("cp1252"), whole=True), Decoder(Encoding("utf-8"), escapes=True)],
    ids=["whole", "escapes"],
)
def test_whoever_looks_for_lines_elsewhere_gets_all_of_a_long_one_in_pieces(decoder: Decoder) -> None:
    text = "\N{EURO SIGN}" * LONGEST * 3
    pieces = list(decoder.decode(blocks(text.encode(), [999])))
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= LONGEST
    assert decoder.cut_lines is None


@pytest.mark.usefixtures("short")
def test_utf_16_is_read_on_without_a_line_end() -> None:
    decoder = Decoder(Encoding("utf-16-le", 2), whole=True)
    data = codecs.BOM_UTF16_LE + ("é" * LONGEST * 3).encode("utf-16-le")
    pieces = list(decoder.decode(blocks(data, [999])))
    assert "".join(pieces) == "é" * LONGEST * 3
    assert max(map(len, pieces)) <= KEPT + 1_000


HEAD = b"RecordType,CreationDate,UserIds,Operations,AuditData\r\n"
RECORDS = [json.dumps(record).encode() for record in plain_records(3)]
ROWS = [
    b'OMEPortal,2023-03-22T19:00:59Z,ada@contoso.com,MessageAccess,"' + record.replace(b'"', b'""') + b'"\r\n'
    for record in RECORDS
]
BEGIN = {
    "CSV": HEAD + ROWS[0] + ROWS[1][:-5] + b',""x"":""',
    "JSON": b"[" + RECORDS[0] + b"," + RECORDS[1][:-1] + b',"x":"',
}
BEHIND = {"CSV": b'""}"\r\n' + ROWS[2], "JSON": b'"},' + RECORDS[2] + b"]"}


@pytest.mark.skipif(sys.platform == "win32", reason="the system tells no peak of a process that has ended")
@pytest.mark.parametrize("container", BEGIN)
def test_a_line_of_one_gigabyte_takes_less_memory_than_its_size(container: str) -> None:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "omeviz", "-", "--count"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(BEGIN[container])
        for _ in range(GIB // MIB):
            process.stdin.write(b"x" * MIB)
        process.stdin.write(BEHIND[container])
        process.stdin.close()
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, out.strip()) == (0, b"3")
    assert usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) < GIB
