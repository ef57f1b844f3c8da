"""Workbooks: what Excel makes of a CSV comes back as the CSV's texts."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest

from omeviz.errors import NotAnExportError
from omeviz.events.decode import decode
from omeviz.events.problems import ProblemKind
from omeviz.load_rules import Rules
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.expand import expand
from omeviz.sources.xlsx_source import LONGEST_CELL, XlsxSource
from tests.sample_parts.archive_files import zip_of
from tests.sample_parts.rows import rows_of
from tests.sample_parts.story import story
from tests.sample_parts.xlsx_book import Cell, Raw, excel_xlsx, packed, parts_of, workbook
from tests.sources.xlsx_support import AUDIT, NAMES, ROW, TIME, book_of, changed, sheet_of


def test_what_excel_saves_comes_back() -> None:
    events = rows_of(story()[:20])
    book = book_of(excel_xlsx(events))
    assert book.failure is None
    assert [row["AuditData"] for row in book.rows] == [event.audit for event in events]
    assert [row["CreationDate"] for row in book.rows] == [f"{event.created:%Y-%m-%dT%H:%M:%S}" for event in events]
    assert {row["IsValid"] for row in book.rows} == {"TRUE"}
    assert [row["ResultIndex"] for row in book.rows] == [str(number) for number in range(1, 21)]
    assert book.lines == list(range(2, 22))
    assert book.source.encoding is None
    decoded = decode(book.batches[0])
    assert set(decoded.bits) == {0}
    assert len(decoded.rows) == 20


def test_the_first_batch_is_small() -> None:
    book = sheet_of(NAMES, *[ROW] * 9000)
    assert [batch.height for batch in book.batches] == [256, 8192, 552]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (True, "TRUE"),
        (False, "FALSE"),
        (5, "5"),
        (5.0, "5"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (1.2345678901234567e19, "1.2345678901234567e+19"),
        (Raw('<c r="REF"><v>0.10000000000000001</v></c>'), "0.1"),
        (Raw('<c r="REF"><v>1.0E+25</v></c>'), "1.0E+25"),
        (Raw('<c r="REF"><v> 7 </v></c>'), "7"),
        (Raw('<c r="REF"><v>oops</v></c>'), "oops"),
        (Raw('<c r="REF" t="e"><v>#NAME?</v></c>'), "#NAME?"),
        (Raw('<c r="REF" t="str"><f>A1&amp;"x"</f><v>ax</v></c>'), "ax"),
        (Raw('<c r="REF"><f>1+1</f><v>2</v></c>'), "2"),
        (Raw('<c r="REF"><f>1+1</f></c>'), ""),
        (Raw('<c r="REF" t="d"><v>2023-03-22T19:00:59</v></c>'), "2023-03-22T19:00:59"),
        (Raw('<c r="REF" t="inlineStr"><is><t>a</t></is></c>'), "a"),
        (
            Raw('<c r="REF" t="inlineStr"><is><r><rPr><b/></rPr><t>a &lt;</t></r><r><t> b</t></r></is></c>'),
            "a < b",
        ),
        (Raw('<c r="REF" t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ひ</t></rPh></is></c>'), "東"),
        (Raw('<c r="REF" s="99"><v>45007</v></c>'), "45007"),
        (Raw('<c r="REF" s="x"><v>45007</v></c>'), "45007"),
        ("line\r\nbreak", "line\r\nbreak"),
        ("_x000D_", "\r"),
        ("<&>\"'", "<&>\"'"),
        ("\U0001f600 é", "\U0001f600 é"),
        (Raw(""), ""),
        (None, ""),
    ],
)
def test_cells(cell: Cell, text: str) -> None:
    book = sheet_of(("AuditData", "Details", "UserIds"), (AUDIT, cell, "last"))
    assert book.failure is None
    assert book.rows == [{"AuditData": AUDIT, "Details": text, "UserIds": "last"}]


@pytest.mark.parametrize("from_1904", [False, True])
def test_both_systems_of_dates(from_1904: bool) -> None:
    book = sheet_of(NAMES, ROW, (datetime(2023, 3, 23), "b@contoso.com", "x", AUDIT), from_1904=from_1904)
    assert [row["CreationDate"] for row in book.rows] == ["2023-03-22T19:00:59", "2023-03-23T00:00:00"]


def test_cells_and_rows_without_a_reference() -> None:
    plain = [Raw(f'<c t="inlineStr"><is><t>{name}</t></is></c>') for name in ("AuditData", "UserIds")]
    parts = parts_of({"s": [plain, [Raw('<c t="inlineStr"><is><t>{}</t></is></c>'), Raw("<c><v>2</v></c>")]]})
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace('<row r="1">', "<row>").replace('<row r="2">', "<row>")
    book = book_of(packed(parts))
    assert (book.rows, book.lines) == ([{"AuditData": "{}", "UserIds": "2"}], [2])


def test_a_writer_that_prefixes_its_names() -> None:
    parts = parts_of({"s": [NAMES, ROW]})
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        text = parts[name].replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:?", "<?")
        parts[name] = text.replace("xmlns=", "xmlns:x=")
    book = book_of(packed(parts))
    assert [row["AuditData"] for row in book.rows] == [AUDIT]
    assert book.rows[0]["CreationDate"] == "2023-03-22T19:00:59"


def test_rows_above_the_header_are_unusable() -> None:
    book = sheet_of(("#TYPE Selected.Object",), (), ("Exported by Megan", None, "on Monday"), NAMES, ROW)
    assert [batch.damage.keys() for batch in book.batches] == [{0}]
    assert book.batches[0].damage[0].raw == "Exported by Megan,on Monday"
    assert decode(book.batches[0]).unusable == [0]
    assert book.lines == [3, 5]
    assert book.source.blank == 1


def test_empty_rows_are_counted_apart() -> None:
    book = sheet_of(NAMES, ROW, (), (), ("",), (" ", Raw('<c r="REF" s="1"/>')), ROW)
    assert (book.lines, book.source.blank) == ([2, 7], 4)


def test_cells_without_a_heading_are_kept() -> None:
    book = sheet_of(("UserIds", None, "AuditData"), ("a", "odd", AUDIT, "checked by MK"), ("b", None, AUDIT))
    assert book.rows == [{"UserIds": "a", "AuditData": AUDIT}, {"UserIds": "b", "AuditData": AUDIT}]
    assert book.batches[0].extra == {0: ("odd", "checked by MK")}


def test_several_sheets() -> None:
    parts = parts_of(
        {"one": [NAMES, ROW], "notes": [["what", "why"], ["x", "y"]], "two": [("AuditData",), (AUDIT,)], "empty": []},
        hidden=["two"],
    )
    book = book_of(packed(parts))
    assert [row["AuditData"] for row in book.rows] == [AUDIT, AUDIT]
    notes = list(book.source.notes())
    assert "sheet notes has no column of an audit export" in notes
    assert "sheet two is hidden" in notes
    assert any(note.startswith("2 headers") for note in notes)


def test_joined_exports_in_one_sheet() -> None:
    book = sheet_of(NAMES, ROW, NAMES, ROW, ("UserIds", "AuditData"), ("b@contoso.com", AUDIT))
    assert [batch.header for batch in book.batches] == [NAMES[:3], NAMES[:3], ("UserIds",)]
    assert book.lines == [2, 4, 6]


def test_no_header() -> None:
    cells = ("OMEPortal", TIME, "a@contoso.com", "MessageAccess", AUDIT, 1, 1, "1", True, "Unchanged")
    book = sheet_of(cells, cells)
    assert book.rows[1]["Operations"] == "MessageAccess"
    assert list(book.source.notes()) == ["no header: columns were named by their position"]


def test_lines_of_a_csv_in_the_first_column() -> None:
    book = sheet_of((",".join(NAMES),), ('3/22/2023 7:00:59 PM,a@contoso.com,MessageAccess,"{""Id"":""1,2""}"',))
    assert book.rows == [
        {
            "CreationDate": "3/22/2023 7:00:59 PM",
            "UserIds": "a@contoso.com",
            "Operations": "MessageAccess",
            "AuditData": '{"Id":"1,2"}',
        }
    ]


def test_records_without_audit_data() -> None:
    book = sheet_of(("CreationDate", "UserIds", "Operations"), (TIME, "a@contoso.com", "MessageAccess"))
    assert book.batches[0].audit == [None]
    assert len(decode(book.batches[0]).rows) == 1


def test_omeviz_own_file_through_excel() -> None:
    names = ("RecordId", "CreationDate", "RecordType", "Operation", "UserId", "Subject", "AuditData")
    book = sheet_of(names, ("1", TIME, "OMEPortal", "MessageAccess", "a@contoso.com", "'=1+1", AUDIT))
    assert book.rows[0]["Subject"] == "=1+1"


def test_a_cell_that_excel_cut() -> None:
    long = AUDIT[:-1] + ',"Data":"' + "x" * 40_000 + '"}'
    book = sheet_of(NAMES, (TIME, "a@contoso.com", "MessageAccess", long))
    assert len(book.rows[0]["AuditData"] or "") == LONGEST_CELL
    assert list(book.source.notes()) == ["1 AuditData cell has exactly 32,767 characters: Excel cuts what is longer"]
    assert decode(book.batches[0]).bits[0] & ProblemKind.CUT


def test_a_sheet_that_is_full() -> None:
    book = book_of(changed("xl/worksheets/sheet1.xml", '<row r="2">', '<row r="1048576">'))
    assert book.lines == [1_048_576]
    assert "sheet s is full: Excel drops what comes after row 1,048,576" in list(book.source.notes())


def test_a_row_as_it_stood() -> None:
    book = sheet_of(NAMES, (None, None, None, None, "x"), (TIME, "a,b", "", "no JSON"))
    assert book.source.raw_row(book.batches[0], 1) == '2023-03-22T19:00:59,"a,b",,no JSON'


@pytest.mark.parametrize("place", ["path", "member", "stdin", "gzip"])
def test_wherever_it_comes_from(place: str, tmp_path: Path) -> None:
    import gzip

    data = workbook({"s": [NAMES, ROW]})
    path = tmp_path / "named.csv"
    path.write_bytes({"member": zip_of({"a/b.xlsx": data}), "gzip": gzip.compress(data)}.get(place, data))
    (source,) = expand("-", io.BytesIO(data)) if place == "stdin" else expand(str(path))
    stream = ByteStream(source)
    reader = XlsxSource(source, stream, stream.sample(100), Rules())
    (batch,) = reader.batches()
    stream.close()
    assert batch.audit == [AUDIT]


def test_no_audit_export_in_it() -> None:
    book = sheet_of(("Name", "Phone"), ("Megan", "555"))
    assert isinstance(book.failure, NotAnExportError)
    assert "<stdin>" in book.failure.message
