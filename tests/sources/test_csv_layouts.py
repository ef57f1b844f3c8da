"""Every CSV layout of the cmdlet, the portal and their users: columns by name, cells where they belong."""

from __future__ import annotations

import csv
import io

import pytest

from omeviz.export import export
from omeviz.guard import CSV_HEADINGS
from tests.hostile import CMDLET_COLUMNS, quoted
from tests.make_samples import EXPECTED, SAMPLES
from tests.sample_parts.rows import REMOTE_CELLS, REMOTE_COLUMNS, cmdlet
from tests.sources.support import read
from tests.support import portal_record, store_of
from tests.ugly_styles import CRLF, styles, ten_rows

STYLES = styles()
PORTAL_COLUMNS = ("RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData")
ADMIN_UNITS = ("AssociatedAdminUnits", "AssociatedAdminUnitsNames")
COLUMNS = {
    "cmdlet 13 columns": REMOTE_COLUMNS + CMDLET_COLUMNS,
    "utf-16": REMOTE_COLUMNS + CMDLET_COLUMNS,
    "hand picked": CMDLET_COLUMNS[1:5],
    "purview old": CMDLET_COLUMNS[1:5],
    "purview": PORTAL_COLUMNS + ADMIN_UNITS,
}
DELIMITERS = {"semicolon": ";", "tab": "\t"}


@pytest.mark.parametrize("name", STYLES)
def test_columns_and_cells(name: str) -> None:
    style = STYLES[name]
    found = read(style.file(style.records))
    names = COLUMNS.get(name, CMDLET_COLUMNS)
    assert found.layout is not None
    assert found.layout.names == names
    assert found.layout.delimiter == DELIMITERS.get(name, ",")
    assert found.layout.has_header == (name != "no header")
    assert not found.layout.own
    assert not found.layout.row_is_record
    assert found.audits == list(style.audits)
    dates = {"semicolon": "dmy"}.get(name, "mdy")
    for index, (cells, row) in enumerate(zip(found.dicts, ten_rows(), strict=True), 1):
        wanted = dict(zip(CMDLET_COLUMNS, row.cells(index, 10, dates), strict=True))
        for column in set(wanted) & set(names) - {"AuditData", "RecordType"}:
            if name != "purview" or column != "CreationDate":
                assert cells[column] == wanted[column]
        if REMOTE_COLUMNS[0] in names:
            assert tuple(cells[column] for column in REMOTE_COLUMNS) == REMOTE_CELLS
        if name == "purview":
            assert (cells["RecordId"], cells["Operation"], cells["UserId"]) == (row.identity, row.operation, row.user)
    assert all(row.damage is None for row in found.rows)


@pytest.mark.parametrize("name", [name for name, style in STYLES.items() if style.marks])
def test_the_standard_library_reads_the_same(name: str) -> None:
    style = STYLES[name]
    data = style.file(style.records)
    text = data.decode("utf-16" if style.encoding == "utf-16" else style.encoding)
    found = read(data)
    assert found.layout is not None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found.layout.delimiter, strict=True)
    wanted = [row for row in reader if row and not row[0].startswith("#TYPE")]
    assert [row.cells for row in found.rows] == wanted[0 if name == "no header" else 1 :]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("13 columns", 0, 13), ("10 columns", 3, 13), ("portal old", 4, 8)],
)
def test_no_header_is_named_by_position(name: str, first: int, last: int) -> None:
    columns = (REMOTE_COLUMNS + CMDLET_COLUMNS)[first:last]
    lines = cmdlet(ten_rows(), older=True)[2:]
    cells = [next(csv.reader([line])) for line in lines]
    data = "".join(",".join(map(quoted, row[first:last])) + CRLF for row in cells).encode()
    found = read(data)
    assert found.layout is not None, name
    assert found.layout.names == columns
    assert not found.layout.has_header
    assert found.headers == 0
    assert [row.cells for row in found.rows] == [row[first:last] for row in cells]


def test_no_header_of_the_portal() -> None:
    style = STYLES["purview"]
    found = read("".join(f"{record}{CRLF}" for record in style.records).encode())
    assert found.layout is not None
    assert found.layout.names == PORTAL_COLUMNS + ADMIN_UNITS
    assert found.audits == list(style.audits)


def test_no_header_and_an_unknown_number_of_columns() -> None:
    data = b'one,two,"{""Id"":""1""}",three\r\nuno,due,"{""Id"":""2""}",tre\r\n'
    found = read(data)
    assert found.layout is not None
    assert found.layout.names == ("Column1", "Column2", "AuditData", "Column4")
    assert found.audits == ['{"Id":"1"}', '{"Id":"2"}']


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "~", "^", "#", "¦", "!"])
def test_any_delimiter_is_found(sign: str) -> None:
    lines = cmdlet(ten_rows(), delimiter=sign)
    found = read("".join(line + CRLF for line in lines).encode())
    assert found.layout is not None
    assert found.layout.delimiter == sign
    assert found.audits == [row.audit for row in ten_rows()]


def test_a_told_delimiter_wins_over_the_guess() -> None:
    data = b'Note;CreationDate,UserIds,Operations;AuditData\r\nx;y,z,w;"{""Id"":""1""}"\r\n'
    guessed, told = read(data), read(data, delimiter=";")
    assert guessed.layout is not None
    assert told.layout is not None
    assert guessed.layout.names != told.layout.names
    assert told.layout.names == ("Note", "CreationDate,UserIds,Operations", "AuditData")
    assert [row.cells for row in told.rows] == [["x", "y,z,w", '{"Id":"1"}']]


@pytest.mark.parametrize(
    "line",
    ["#TYPE System.Management.Automation.PSObject", '"#TYPE Selected.System.Object"', "\ufeff#TYPE x", "", " ", ",,,"],
)
def test_lines_before_the_header_that_say_nothing(line: str) -> None:
    style = STYLES["cmdlet"]
    found = read((line + CRLF + style.head + "".join(record + CRLF for record in style.records)).encode())
    assert found.audits == list(style.audits)
    assert [row.line for row in found.rows] == list(range(3, 13))
    assert found.headers == 1


@pytest.mark.parametrize(
    "line", ["WARNING: the module is old", "sep=;", 'say "hi", please', "--- page 1, printed 3/22/2023 ---"]
)
def test_text_before_the_header_is_a_damaged_row_and_costs_nothing_else(line: str) -> None:
    style = STYLES["cmdlet"]
    found = read((line + CRLF + style.head + "".join(record + CRLF for record in style.records)).encode())
    first, *others = found.rows
    assert (first.raw, first.line, first.damage) == (line, 1, "text before the header")
    assert [row.cells[4] for row in others] == list(style.audits)
    assert [row.line for row in others] == list(range(3, 13))


@pytest.mark.parametrize("text", ['"', '"abc\n', 'a,"b\n"c\nd', "\r\n", "#TYPE x\r\n", "\ufeff", "plain\ntext\n"])
def test_text_without_any_header_has_no_layout(text: str) -> None:
    found = read(text.encode())
    assert found.layout is None
    assert found.rows == []


def test_a_header_whose_names_hold_line_breaks() -> None:
    data = b'"My\r\n""own""\r\ncolumn","CreationDate","AuditData"\r\n"1","x","{""Id"":""1""}"\r\n'
    found = read(data)
    assert found.layout is not None
    assert found.layout.names == ('My\r\n"own"\r\ncolumn', "CreationDate", "AuditData")
    assert found.audits == ['{"Id":"1"}']
    assert [row.line for row in found.rows] == [4]


def test_names_in_any_case_with_blanks_around() -> None:
    found = read(b' auditDATA , creationdate\r\n"{""Id"":""1""}",x\r\n')
    assert found.layout is not None
    assert (found.layout.audit, found.layout.names) == (0, ("auditDATA", "creationdate"))


def test_saved_results_have_no_audit_column_and_are_no_records_by_themselves() -> None:
    found = read((SAMPLES / "purview_loaded.csv").read_bytes())
    assert found.layout is not None
    assert found.layout.names == ("Date", "User", "Activity", "Item", "Details")
    assert found.layout.audit is None
    assert not found.layout.row_is_record
    assert len(found.rows) == EXPECTED["purview_loaded.csv"].rows


def test_rows_without_audit_data_but_with_schema_columns_are_records() -> None:
    found = read(b"TimeGenerated [UTC],Operation,RecordType,OfficeWorkload\r\nx,y,z,w\r\n")
    assert found.layout is not None
    assert found.layout.audit is None
    assert found.layout.row_is_record


@pytest.mark.parametrize(
    ("first", "second"), [("cmdlet", "hand picked"), ("cmdlet 13 columns", "purview"), ("purview old", "semicolon")]
)
def test_joined_files_keep_each_header_in_force_until_the_next(first: str, second: str) -> None:
    parts = [STYLES[first], STYLES[second]]
    text = "".join(style.head + "".join(record + CRLF for record in style.records) for style in parts)
    found = read(text.encode())
    assert found.headers == 2
    assert found.audits == [*parts[0].audits, *parts[1].audits]
    names = [COLUMNS.get(style.name, CMDLET_COLUMNS) for style in parts]
    assert [row.layout.names for row in found.rows] == [names[0]] * 10 + [names[1]] * 10


def test_a_repeated_header_and_type_line_are_no_rows() -> None:
    style = STYLES["cmdlet 13 columns"]
    middle = style.head + style.head.partition(CRLF)[2]
    records = [*style.records[:5], middle.removesuffix(CRLF), *style.records[5:]]
    found = read(style.file(records))
    assert found.audits == list(style.audits)
    assert found.headers == 3
    assert [row.line for row in found.rows] == [*range(3, 8), *range(11, 16)]


def test_a_row_whose_first_cell_looks_like_a_type_line_is_a_row() -> None:
    found = read(b"Subject,CreationDate,UserIds\r\n#TYPE x,3/22/2023,a@contoso.com\r\n#TYPE System.Object\r\n")
    assert [row.cells for row in found.rows] == [["#TYPE x", "3/22/2023", "a@contoso.com"]]


@pytest.mark.parametrize("columns", [None, ("subject", "time", "user", "audit"), ("time", "recipient", "id")])
def test_an_own_export_is_known_and_its_guard_taken_off(columns: tuple[str, ...] | None) -> None:
    subjects = ["=1+1", "'quoted", "''=x", "plain", "-", "\tx", "@", "+1"]
    recipients = [f"{subject}@example.org" for subject in subjects]
    records = [
        portal_record(MailSubject=subject, Recipient=recipient)
        for subject, recipient in zip(subjects, recipients, strict=True)
    ]
    sink = io.BytesIO()
    export(store_of(*records), list(range(len(records))), sink, "csv", columns=columns)
    found = read(sink.getvalue())
    assert found.layout is not None
    assert found.layout.own
    chosen = columns or tuple(CSV_HEADINGS)
    assert found.layout.names == tuple(CSV_HEADINGS[column] for column in chosen)


def test_somebody_elses_csv_is_not_unguarded() -> None:
    style = STYLES["purview"]
    found = read(b"\xef\xbb\xbf" + style.file(style.records))
    assert found.layout is not None
    assert not found.layout.own
