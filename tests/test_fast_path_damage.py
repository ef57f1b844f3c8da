"""Damaged rows among sound ones: they alone go the careful way, the others by the fast path, with the same result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from omeviz.sources import csv_source
from tests.test_fast_path import assert_same, csv_of, plain_records, quoted, small_steps

__all__ = ["small_steps"]

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no JSON": lambda row: row.replace(b'""Recipient"":', b'""Recip', 1),
    "AuditData is cut": lambda row: row[:200] + b'"',
    "a quote is lost": lambda row: row.replace(b'}",', b"},", 1),
    "the first quote is lost": lambda row: row[1:],
    "the last quote is lost": lambda row: row[:-1],
    "a cell more": lambda row: row + b',"one cell more"',
    "a cell less": lambda row: row.rpartition(b",")[0],
    "a byte that is no UTF-8": lambda row: row.replace(b"contoso", b"cont\xf6so", 1),
    "such a byte, and a quote is lost": lambda row: row.replace(b"contoso", b"cont\xf6so", 1).replace(b'}",', b"},", 1),
    "an odd code": lambda row: re.sub(rb'(AuthenticationStatus"": ?)[01]', rb"\g<1>7", row, count=1),
    "blank": lambda _row: b"",
    "a line break in a cell": lambda row: row.replace(b"OMEPortal", b"OME\r\nPortal", 1),
    "blank lines in a cell": lambda row: row.replace(b"OMEPortal", b"OME\r\n\r\n\r\nPortal", 1),
    "text": lambda _row: b"--- page 2 of 2 ---",
}


def damaged(name: str, every: int, count: int = 400, end: bytes = b"\r\n") -> bytes:
    head, *rows = csv_of(plain_records(count)).removesuffix(b"\r\n").split(b"\r\n")
    change = DAMAGE[name]
    return end.join([head, *(change(row) if number % every == 9 else row for number, row in enumerate(rows))]) + end


@pytest.mark.parametrize("chunk", [3_000, 40_000])
@pytest.mark.parametrize("name", DAMAGE)
def test_every_tenth_row(tmp_path: Path, name: str, chunk: int) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(damaged(name, 10, 400 if chunk == 40_000 else 120))
    loader = assert_same(path, chunk)
    if chunk == 40_000:
        assert loader.fast_rows > 280


def test_all_kinds_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    head, *rows = csv_of(plain_records(600)).removesuffix(b"\r\n").split(b"\r\n")
    changes = list(DAMAGE.values())
    for number in range(40, 600, 5):
        rows[number] = changes[number // 5 % len(changes)](rows[number])
        rows[number - 1] = changes[number // 7 % len(changes)](rows[number - 1])
    path.write_bytes(b"\r\n".join([head, *rows]))
    for chunk in (9_000, 60_000):
        assert_same(path, chunk)


def test_double_spaced_files_take_the_fast_path(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(csv_of(plain_records(400), end="\r\n\r\n"))
    loader = assert_same(path, 40_000)
    assert loader.fast_rows > 350
    assert loader.store is not None
    assert loader.store.sources[0].blank == 401


def test_sound_lines_that_a_damaged_row_swallows(tmp_path: Path) -> None:
    """Their first cell looks like no record's of this file: the careful way takes them for more of the row above."""
    rows = [quoted(["word", json.dumps(record, separators=(",", ":"))]) for record in plain_records(300)]
    for number in range(100, 300, 20):
        rows[number] = rows[number].removesuffix('"')
        for following in range(number + 1, number + 1 + number // 20 % 4):
            rows[following] = rows[following].replace("word", "two words?", 1)
    path = tmp_path / "events.csv"
    path.write_text("\r\n".join(["Note,AuditData", *rows, ""]), "utf-8")
    for chunk in (4_000, 50_000):
        loader = assert_same(path, chunk)
    assert loader.fast_rows > 150
    assert loader.store is not None
    assert loader.store.record_count == 300 - sum(number // 20 % 4 for number in range(100, 300, 20))


def test_a_row_that_goes_on_beyond_the_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a chunk ends inside of a damaged row, the row is read whole."""
    monkeypatch.setattr(csv_source, "FIRST_BATCH", 4)
    head, *rows = csv_of(plain_records(40)).removesuffix(b"\r\n").split(b"\r\n")
    rows[20] = rows[20].replace(b"OMEPortal", b"OME\r\n" * 30 + b"Portal", 1)
    path = tmp_path / "events.csv"
    path.write_bytes(b"\r\n".join([head, *rows]))
    for chunk in range(900, 4000, 310):
        assert_same(path, chunk)


def test_another_encoding_with_lone_surrogates(tmp_path: Path) -> None:
    text = csv_of(plain_records(200)).decode().split("\r\n")
    text[100] = text[100].replace("OMEPortal", "OME\ud800Portal")
    path = tmp_path / "events.csv"
    path.write_bytes("\r\n".join(text).encode("utf-16", "surrogatepass"))
    assert_same(path, 20_000)


HEADERS: dict[str, Callable[[bytes], bytes]] = {
    "the same": lambda head: head,
    "a name is missing": lambda head: head.replace(b'"UserIds",', b"", 1),
    "a quote is lost": lambda head: head.replace(b'"Operations",', b'"Operations,', 1),
    "a line break": lambda head: head.replace(b"Operations", b"Ope\r\nrations", 1),
    "two names run together": lambda head: head.replace(b'Operations","AuditData', b"OperationsAuditData", 1),
    "a blank": lambda head: head.replace(b"AuditData", b"Audit Data", 1),
    "cut": lambda head: head[30:],
    "AuditData first": lambda head: b'"AuditData",' + head.replace(b'"AuditData",', b"", 1),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_in_the_middle(tmp_path: Path, name: str) -> None:
    path = tmp_path / "events.csv"
    head, *rows = csv_of(plain_records(300)).removesuffix(b"\r\n").split(b"\r\n")
    for number in (40, 100, 101, 200, 299):
        rows[number] = HEADERS[name](head) + b"\r\n" + rows[number]
    path.write_bytes(b"\r\n".join([head, *rows]))
    for chunk in (2_000, 9_000, 60_000):
        assert_same(path, chunk)
    path.write_bytes(b"\r\n".join([HEADERS[name](head), *rows]))
    for chunk in (2_000, 60_000):
        assert_same(path, chunk)
