"""Rows on their way to the decoder: columns of cells, with damage and what stands beyond the header."""

from __future__ import annotations

import gzip

import pytest

from omeviz.errors import SourceError
from omeviz.sources.csv_source import BATCH_ROWS, FIRST_BATCH
from tests.hostile import quoted
from tests.sources.support import batches
from tests.ugly_styles import styles

HEADER = b"CreationDate,UserIds,AuditData,Note\n"


def test_columns() -> None:
    (batch,) = batches(HEADER + b'a,b,"{}",c\nd,e,"{""x"":1}",f\n')
    assert (batch.header, batch.audit_index, batch.row_is_record) == (("CreationDate", "UserIds", "Note"), 2, False)
    assert [list(column) for column in batch.cells] == [["a", "d"], ["b", "e"], ["c", "f"]]
    assert list(batch.audit) == ["{}", '{"x":1}']
    assert (batch.height, list(batch.lines), dict(batch.damage), dict(batch.extra)) == (2, [2, 3], {}, {})


def test_cells_that_are_missing_and_cells_too_many() -> None:
    (batch,) = batches(HEADER + b'a,b,"{}"\nd,e,"{}",f,g,h\n')
    assert [list(column) for column in batch.cells] == [["a", "d"], ["b", "e"], [None, "f"]]
    assert dict(batch.extra) == {1: ("g", "h")}
    assert {row: damage.raw for row, damage in batch.damage.items()} == {0: 'a,b,"{}"', 1: 'd,e,"{}",f,g,h'}


def test_lines_with_bytes_that_are_no_utf8_are_damage_of_their_rows_only() -> None:
    lines = [f"a{number},é,".encode() + quoted('{\n"x":1\n}').encode() + b",n\n" for number in range(5)]
    lines[1] = lines[1].replace("é".encode(), b"\xe9")
    lines[3] = lines[3].replace(b'""x""', b'""\xe9""')
    (batch,) = batches(HEADER + b"".join(lines))
    assert sorted(batch.damage) == [1, 3]
    assert all(damage.encoding and "Windows-1252" in damage.reason for damage in batch.damage.values())
    assert [list(column) for column in batch.cells][1] == ["é"] * 5
    assert batch.audit[3] == '{\n"é":1\n}'


def test_the_first_batch_is_small() -> None:
    found = batches(HEADER + b'a,b,"{}",c\n' * (FIRST_BATCH + BATCH_ROWS + 10))
    assert [batch.height for batch in found] == [FIRST_BATCH, BATCH_ROWS, 10]
    assert [line for batch in found for line in batch.lines] == list(range(2, FIRST_BATCH + BATCH_ROWS + 12))


def test_another_header_begins_another_batch() -> None:
    found = batches(HEADER + b'a,b,"{}",c\nAuditData,Operations\n"{}",x\n"{}",y\n')
    assert [(batch.header, batch.audit_index, batch.height) for batch in found] == [
        (("CreationDate", "UserIds", "Note"), 2, 1),
        (("Operations",), 0, 2),
    ]


def test_no_other_column_than_audit_data() -> None:
    (batch,) = batches(b'AuditData\n"{}"\n"{""a"":1}"\n')
    assert (batch.header, list(batch.cells), list(batch.audit)) == ((), [], ["{}", '{"a":1}'])


def test_compressed_and_told() -> None:
    text = 'CreationDate;AuditData\nx;"{""a"":""Ã¼""}"\n'
    (batch,) = batches(gzip.compress(text.encode("cp1252")), codec="cp1252", delimiter=";")
    assert list(batch.audit) == ['{"a":"Ã¼"}']


@pytest.mark.parametrize("name", styles())
def test_every_style_has_one_batch_of_ten(name: str) -> None:
    style = styles()[name]
    (batch,) = batches(style.file(style.records))
    assert list(batch.audit) == list(style.audits)
    assert not batch.damage


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02\x03" * 100, "binary data"),
        (b"PK\x03\x04", "the archive is damaged."),
        (b"Name,Age\nx,1\n", "no column of an audit export. It begins with: Name,Age"),
        (b"\n\n\n", "no column of an audit export."),
    ],
)
def test_what_is_no_export(data: bytes, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        batches(data)
    assert caught.value.message.startswith("<stdin>")
    assert told in caught.value.message
    assert caught.value.remedy
