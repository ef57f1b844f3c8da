"""What is taken for a list or a table of PowerShell, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from omeviz.sources.list_recognise import looks_like_list
from omeviz.sources.table_text import looks_like_table
from tests.make_samples import SAMPLES
from tests.sources.test_list_source import COPIES, PAGE

ROOT = Path(__file__).resolve().parent.parent.parent

TABLES = {
    "cut by an ellipsis": (
        "\r\nRecordType CreationDate         UserIds                Operations    AuditData\r\n"
        "---------- ------------         -------                ----------    ---------\r\n"
        'OMEPortal  3/22/2023 7:00:59 PM admin@M365x965352.onm\u2026 MessageAccess {"CreationTime":"20\u2026\r\n'
    ),
    "cut by dots": (
        "PSComputerName      RunspaceId      ResultIndex\n--------------      ----------      -----------\n"
        "outlook.offic...    5f0c2a7e-6...             1\n"
    ),
    "one column": 'Exporting.\n\nAuditData\n---------\n{"CreationTime":"2023-03-22T19:00:59","Id":"a3500d45...\n',
    "of other names": "\nName Id\n---- --\na     1\n",
    "between words": "some\nwords\nand\nmore\n\n  RecordType UserIds\n  ---------- -------\n  OMEPortal  admin...\n",
}

OTHERS = {
    "nothing": "",
    "prose": "Note : read this.\nDear Sir,\n\nthe records : see below.\nAuditData : the log's details\n",
    "JSON": '[{\n  "RecordType" : "OMEPortal",\n  "UserIds" : "x"\n}]',
    "JSON with a list inside": '{"message": "x",\nRecordType : OMEPortal\nUserIds : x\n}',
    "a CSV with a list in a cell": 'Id,AuditData,Note\n1,"{}","\nRecordType : OMEPortal\nUserIds : x\n"\n',
    "a quoted CSV": '"Id","Note"\n"1","\nRecordType : OMEPortal\nUserIds : x\n"\n',
    "a CSV of Windows PowerShell": '#TYPE Object\nId,Note\n1,"\nRecordType : OMEPortal\nUserIds : x\n"\n',
    "YAML": "RecordType: OMEPortal\nUserIds: x\n",
    "Clixml": '<Objs Version="1.1.0.1">\nRecordType : OMEPortal\nUserIds : x\n</Objs>',
    "a list of something else": "DisplayName : Anna\nCity        : Bern\nUserId      : x\n",
    "NULs": "RecordType : OMEPortal\x00\nUserIds : x\n",
}
MARKDOWN = "# Title\n\nA heading\n---------\n\n| a | b |\n|---|---|\n\n- one\n- two\n\n---\n"


@pytest.mark.parametrize("name", COPIES)
def test_lists(name: str) -> None:
    assert looks_like_list(COPIES[name])
    assert looks_like_list("\ufeff" + COPIES[name])
    assert not looks_like_table(COPIES[name])


def test_a_list_that_has_just_begun() -> None:
    assert looks_like_list("RecordType : OMEPortal\nCreationDate : ")
    assert looks_like_list('AuditData : {"CreationTime"')
    assert not looks_like_list("RecordType : OMEPortal\nCreationDa")
    assert looks_like_list("words " * 10_000 + "\n" + PAGE)


@pytest.mark.parametrize("name", [*OTHERS, *TABLES])
def test_what_is_no_list(name: str) -> None:
    assert not looks_like_list({**OTHERS, **TABLES}[name])


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    assert looks_like_table(TABLES[name])


@pytest.mark.parametrize(
    "text", [*OTHERS.values(), MARKDOWN, "Id\n--\n", "a b\n-- -\n", "-- --\n-- --\n", "-" * 10_000]
)
def test_what_is_no_table(text: str) -> None:
    assert not looks_like_table(text)


def test_samples_and_documents_are_neither() -> None:
    files = [*SAMPLES.glob("*.csv"), *SAMPLES.glob("*.tsv"), ROOT / "README.md"]
    assert len(files) > 10
    for path in files:
        data = path.read_bytes()
        text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "replace")
        assert not looks_like_list(text), path.name
        assert not looks_like_table(text), path.name
