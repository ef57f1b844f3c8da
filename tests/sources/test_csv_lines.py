"""Lines: where each record starts, whatever ends its lines and however its bytes come."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.sources.csv_lines import Lines, split_lines
from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sources.support import read
from tests.support import examples
from tests.ugly import encodings, joined, lines_in_cells
from tests.ugly_styles import CRLF, styles

ENDS = ["\n", "\r\n", "\r"]
CELL = st.text(st.sampled_from(list("a{}\"',;:é漢\U0001f3fd\u2028\x85\x0b=-# \n\r")), max_size=8)
ROWS = st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=8)


@given(text=st.text(st.sampled_from(list("ab\r\n\x85\u2028\x0b\x1c")), max_size=30))
def test_only_cr_and_lf_end_lines(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert lines == io.StringIO(text, newline="").readlines()


@given(text=st.text(st.sampled_from(list("ab\r\n")), max_size=40), count=st.integers(0, 9))
def test_lines_can_be_put_back(text: str, count: int) -> None:
    wanted = io.StringIO(text, newline="").readlines()
    pieces = text.splitlines(keepends=True) if "\r" not in text else [text]
    lines = Lines(iter(pieces))
    assert lines.peek(3, 100) == wanted[:3]
    first = [line for _, line in zip(range(count), lines, strict=False)]
    lines.put_back(len(first) // 2)
    assert [*lines.taken, *lines] == wanted


@pytest.mark.parametrize("end", ENDS)
def test_line_numbers(end: str) -> None:
    style = styles()["formatted"]
    found = read(style.file([record.replace(CRLF, end) for record in style.records], end))
    wanted, line = [], 2
    for record in style.records:
        wanted.append(line)
        line += record.count(CRLF) + 1
    assert [row.line for row in found.rows] == wanted
    assert [row.height for row in found.rows] == [record.count(CRLF) + 1 for record in style.records]
    assert found.audits == [audit.replace(CRLF, end) for audit in style.audits]


@given(rows=ROWS, end=st.sampled_from(ENDS), sizes=st.lists(st.integers(1, 30), min_size=1, max_size=4))
@settings(max_examples=examples(150))
def test_sound_csv_is_read_as_the_standard_library_does(rows: list[list[str]], end: str, sizes: list[int]) -> None:
    header = ["Note", "CreationDate", "AuditData", "Other"]
    cells = [[a, b, json.dumps({"x": c}, indent=1), d] for a, b, c, d in rows]
    text = "".join(",".join(map(quoted, row)) + end for row in [header, *cells])
    found = read(text.encode(), sizes=sizes)
    oracle = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert next(oracle) == header
    wanted = [row for row in oracle if any(row)]
    assert [row.cells for row in found.rows] == wanted


@pytest.mark.parametrize("name", ["cmdlet", "utf-16", "never", "formatted", "as needed", "purview"])
@given(sizes=st.lists(st.one_of(st.just(1), st.integers(1, 4_000)), min_size=1, max_size=4))
@settings(max_examples=examples(12))
def test_rows_do_not_depend_on_the_blocks(name: str, sizes: list[int]) -> None:
    style = styles()[name]
    data = style.file([style.records[4][:-3], *style.records[5:8]])
    assert read(data, sizes=sizes).rows == read(data).rows


def test_rows_of_damaged_files_do_not_depend_on_the_blocks() -> None:
    known = styles()
    for file in (*encodings(), *joined(known["cmdlet"]), *list(lines_in_cells())[::5]):
        whole = read(file.data)
        for sizes in ((1,), (2,), (3, 1), (4_096, 1)):
            cut = read(file.data, sizes=sizes)
            assert (cut.rows, cut.blank, cut.headers) == (whole.rows, whole.blank, whole.headers), file.name
            assert cut.decoder.foreign_lines == whole.decoder.foreign_lines, file.name


def test_a_carriage_return_and_its_line_feed_in_two_blocks_are_one_line_end() -> None:
    data = ("\r\n".join([",".join(CMDLET_COLUMNS), 'a,b,c,d,"{}",1,2,3,4,5', ""])).encode()
    place = data.index(b"\r\n") + 1
    assert read(data, sizes=(place, len(data))).rows == read(data).rows
    assert read(data, sizes=(place, len(data))).blank == 0
