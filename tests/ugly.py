"""Damaged CSV exports, with what a reader must make of each: material for tests of the CSV reader.

"One bad record never swallows the next": whatever the damage, the other records come out whole, and every row is
counted once.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import TYPE_CHECKING

from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sample_parts.rows import TYPE_LINE, cmdlet, needed, row_of
from tests.sample_parts.story import compact, story
from tests.ugly_styles import CRLF, Style, UglyFile, styles, ten_rows

if TYPE_CHECKING:
    from collections.abc import Iterator


def lost_quotes(style: Style, index: int = 4, step: int = 1) -> Iterator[UglyFile]:
    """One quote of one record is missing, at every `step`-th place."""
    record = style.records[index]
    for found in list(re.finditer('"', record))[::step]:
        place = found.start()
        yield style.with_record(f"quote lost at {place}", index, record[:place] + record[place + 1 :])


def added_quotes(style: Style, index: int = 4, step: int = 1) -> Iterator[UglyFile]:
    """One quote too many in one record, at every `step`-th place, its end included."""
    record = style.records[index]
    for place in sorted({*range(0, len(record) + 1, step), len(record)}):
        yield style.with_record(f"quote added at {place}", index, f'{record[:place]}"{record[place:]}')


def cut_records(style: Style, index: int = 4, step: int = 1) -> Iterator[UglyFile]:
    """One record ends early, its line end is there.

    How many are records is said only where half of the record is left: AuditData has begun by then.
    """
    record = style.records[index]
    for place in range(1, len(record), step):
        left = record[:place].rstrip(CRLF)
        if left:
            yield style.with_record(f"cut at {place}", index, left, records=10 if place > len(record) // 2 else None)


def cut_files(style: Style, step: int = 1) -> Iterator[UglyFile]:
    """The file ends within its last record."""
    record = style.records[-1]
    for place in range(1, len(record), step):
        data = style.encode(style.head + "".join(line + CRLF for line in style.records[:-1]) + record[:place])
        records = 10 if place > len(record) // 2 else None
        rows = 10 if record[:place].strip('"') else None
        yield UglyFile(f"{style.name}: file ends at {place} of its last record", data, rows, records, style.audits[:-1])


def two_damages(style: Style) -> Iterator[UglyFile]:
    """Two records without their last quote: neighbours, apart, and the first and the last of all."""
    for first, second in ((4, 5), (2, 7), (0, 9)):
        lines = [line[:-1] if number in (first, second) else line for number, line in enumerate(style.records)]
        kept = tuple(text for number, text in enumerate(style.audits) if number not in (first, second))
        yield UglyFile(f"{style.name}: last characters of {first} and {second} lost", style.file(lines), 10, 10, kept)


def joined(style: Style) -> Iterator[UglyFile]:
    """Files joined: lines in the middle that are no rows, or no records."""
    before, after = style.records[:5], style.records[5:]
    header = style.head.removesuffix(CRLF).rpartition(CRLF)[2]
    no_rows: dict[str, list[str]] = {
        "blank lines": ["", "", ""],
        "#TYPE": [TYPE_LINE],
        "#TYPE in quotes": [quoted(TYPE_LINE)],
    }
    if header:
        no_rows |= {
            "header": [header],
            "header in capitals": [header.upper()],
            "#TYPE and header": [TYPE_LINE, header],
            "byte order mark and header": ["\ufeff" + header],
            "header twice": [header, header],
        }
    for name, lines in no_rows.items():
        yield UglyFile(
            f"{style.name}: {name} in the middle", style.file([*before, *lines, *after]), 10, 10, style.audits
        )
    first_cell_is_type = style.name not in ("semicolon", "hand picked", "purview old", "purview")
    records = 10 if first_cell_is_type else None  # text in the place of a time or an Id makes a record
    for name, line in {
        "text": "--- page 2 of 2 ---",
        "one word": "WARNING",
        "text with an apostrophe": "Can't load the module; see https://example.org/help?a=1&b=2",
    }.items():
        data = style.file([*before, line, *after])
        yield UglyFile(f"{style.name}: {name} in the middle", data, 11, records, style.audits)
    for name, line in {"a quote": '"', "three quotes": '"""', "blanks": "   ", "commas": ",,,,,,,,,"}.items():
        data = style.file([*before, line, *after])
        yield UglyFile(f"{style.name}: {name} in the middle", data, None, records, style.audits)


def line_ends(style: Style) -> Iterator[UglyFile]:
    """Other line ends than CR LF; none at the end of the file."""
    body = style.head + "".join(record + CRLF for record in style.records)
    lines = (style.head + CRLF.join(style.records)).split(CRLF)
    mixed = "".join(line + ("\n", CRLF, "\r")[number % 3] for number, line in enumerate(lines))
    for name, text, changed in (
        ("LF", body.replace(CRLF, "\n"), "\n"),
        ("CR only", body.replace(CRLF, "\r"), "\r"),
        ("none at the end", body.removesuffix(CRLF), CRLF),
        ("CR CR LF", body.replace(CRLF, "\r\r\n"), "\r\r\n"),
        ("mixed", mixed, ""),
        ("blank line at the start", CRLF + body, CRLF),
        ("blank lines at the end", body + CRLF * 5, CRLF),
    ):
        multiline = any(CRLF in text for text in style.audits)
        kept = () if multiline and not changed else tuple(audit.replace(CRLF, changed) for audit in style.audits)
        yield UglyFile(f"{style.name}: line ends, {name}", style.encode(text), 10, 10, kept)


def lines_in_cells() -> Iterator[UglyFile]:
    """Sound files whose cells hold line breaks, and lines that look like records, headers and `#TYPE`."""
    rows = ten_rows()
    audits = tuple(row.audit for row in rows)
    other = ",".join(map(quoted, rows[0].cells(1, 10)))
    bare = ",".join(rows[0].cells(1, 10)[:4])
    for name, text in {
        "line break": "first\r\nsecond",
        "line breaks only": "\r\n\r\n",
        "line feed": "first\nsecond",
        "carriage return": "first\rsecond",
        "record": f"x\r\n{other}\r\ny",
        "start of a record, bare": f"x\r\n{bare}\r\ny",
        "start of a record": 'x\r\n"OMEPortal","3/14/2023 8:14:06 AM"',
        "header": "x\r\n" + ",".join(CMDLET_COLUMNS) + "\r\ny",
        "#TYPE": f"x\r\n{TYPE_LINE}\r\ny",
        "quotes": 'x"\r\n""\r\n"y',
        "JSON": '{\r\n  "Id": "1",\r\n  "Operation": "x"\r\n}',
        "other line breaks": "a\x85b\u2028c\u2029d\ve\ff\x1cg",
    }.items():
        for style, write in (("cmdlet", quoted), ("as needed", needed)):
            for column in (2, 9):
                lines = [",".join(map(write, CMDLET_COLUMNS))]
                for index, row in enumerate(rows, 1):
                    cells = list(row.cells(index, 10))
                    cells[column] = text if index in (3, 4, 10) else cells[column]
                    lines.append(",".join(map(write, cells)))
                data = "".join(line + CRLF for line in lines).encode()
                yield UglyFile(f"{style}: {name} in cells of {CMDLET_COLUMNS[column]}", data, 10, 10, audits)


def ragged(style: Style) -> Iterator[UglyFile]:
    """Rows with more or fewer cells than the header has."""
    delimiter = {"semicolon": ";", "tab": "\t"}.get(style.name, ",")
    record = style.records[4]
    yield style.with_record("a cell more", 4, f'{record}{delimiter}"more"')
    yield style.with_record("300 cells more", 4, record + f'{delimiter}"more"' * 300)
    yield style.with_record("an empty cell more", 4, record + delimiter)
    if style.name not in ("hand picked", "purview old"):
        yield style.with_record("a cell less", 4, record.rpartition(delimiter)[0])
        yield style.with_record("two cells less", 4, record.rpartition(delimiter)[0].rpartition(delimiter)[0])
    lines = [record + delimiter for record in style.records]
    yield UglyFile(f"{style.name}: every record one cell more", style.file(lines), 10, 10, style.audits)


def columns() -> Iterator[UglyFile]:
    """Columns beside, without, in another order, twice, without a name, with blanks around their names."""
    rows = ten_rows()
    audits = tuple(row.audit for row in rows)
    cells = [list(row.cells(index, 10)) for index, row in enumerate(rows, 1)]
    head = list(CMDLET_COLUMNS)
    for name, lines in {
        "extra first": [["Ticket", *head], *(["42", *row] for row in cells)],
        "extra last": [[*head, "Note"], *([*row, "seen, checked"] for row in cells)],
        "reversed": [head[::-1], *(row[::-1] for row in cells)],
        "AuditData only": [head[4:5], *(row[4:5] for row in cells)],
        "AuditData first": [[row[4], *row[:4], *row[5:]] for row in (head, *cells)],
        "twice": [row * 2 for row in (head, *cells)],
        "one without a name": [["", *head[1:]], *cells],
        "blanks around names": [[f" {cell} " for cell in head], *cells],
        "a line break in a name": [["First\r\nline", *head], *(["42", *row] for row in cells)],
        "500": [[*head, *(f"Column{n}" for n in range(490))], *([*row, *["x"] * 490] for row in cells)],
    }.items():
        data = "".join(",".join(map(quoted, row)) + CRLF for row in lines).encode()
        yield UglyFile(f"columns: {name}", data, 10, 10, audits)


def encodings() -> Iterator[UglyFile]:
    """Encodings mixed by appending, bytes no encoding has, byte order marks and NUL in the middle."""
    offers = [event for event in story() if "M\u00fcller" in event.message.subject]
    rows = [row_of(compact(event.record())) for event in offers[:10]]
    audits = tuple(row.audit for row in rows)
    head, *lines = (line + CRLF for line in cmdlet(rows))
    first, second = head + "".join(lines[:5]), "".join(lines[5:])
    little, mark = second.encode("utf-16-le"), b"\xff\xfe"
    lone = (first + second).replace("M\u00fc", "M\ud83d", 1).encode("utf-16-le", "surrogatepass")
    whole, utf8, utf8_mark, after = first + second, first.encode(), first.encode("utf-8-sig"), second.encode()
    without_sixth = audits[:5] + audits[6:]
    cases: list[tuple[str, bytes, int | None, tuple[str, ...]]] = [
        ("utf-8, then cp1252", utf8 + second.encode("cp1252"), 10, audits[:5]),
        ("utf-8 with BOM, then cp1252", utf8_mark + second.encode("cp1252"), 10, audits[:5]),
        ("cp1252, then utf-8", first.encode("cp1252") + after, 10, ()),
        ("utf-8, then utf-16 with BOM", utf8 + mark + little, None, audits[:5]),
        ("utf-8, then utf-16 without BOM", utf8 + little, None, audits[:5]),
        ("utf-16, then utf-16 with BOM", mark + first.encode("utf-16-le") + mark + little, 10, audits),
        ("utf-16, then utf-8", mark + first.encode("utf-16-le") + after, None, audits[:5]),
        ("utf-16 big-endian", b"\xfe\xff" + whole.encode("utf-16-be"), 10, audits),
        ("utf-16 without BOM", whole.encode("utf-16-le"), 10, audits),
        ("utf-16 with half a character at the end", mark + whole.encode("utf-16-le") + b"\x0d", None, audits),
        ("utf-16 with a lone surrogate", mark + lone, 10, audits[1:]),
        ("cp1252", whole.encode("cp1252"), 10, audits),
        ("BOM before a record", utf8_mark + second.encode("utf-8-sig"), 10, audits),
        ("BOM twice at the start", b"\xef\xbb\xbf" + whole.encode("utf-8-sig"), 10, audits),
        ("a byte no UTF-8 has", utf8_mark + b'"\xff' + after[1:], 10, without_sixth),
        ("an overlong byte sequence", utf8_mark + b'"\xc0\xaf' + after[1:], 10, without_sixth),
        ("a character cut at the end of the file", whole.encode("utf-8-sig") + b"\xe2\x82", None, audits),
        ("NUL in a cell", utf8 + b'"\x00' + after[1:], 10, audits),
        ("NULs at the end", whole.encode() + bytes(4096), None, audits),
        ("NULs in the middle", utf8 + bytes(4096) + b"\r\n" + after, None, audits),
        ("end of file mark of DOS", whole.encode() + b"\x1a", None, audits),
    ]
    for name, data, rows_read, kept in cases:
        yield UglyFile(f"encodings: {name}", data, rows_read, 10 if rows_read else None, kept)


def nearly_empty() -> Iterator[UglyFile]:
    """Files without a record."""
    header = ",".join(map(quoted, CMDLET_COLUMNS))
    for name, text in {
        "nothing": "",
        "byte order mark": "\ufeff",
        "blank lines": "\r\n\r\n\n",
        "#TYPE": TYPE_LINE + CRLF,
        "header": header + CRLF,
        "header without line end": header,
        "header twice": f"{header}\r\n{header}\r\n",
        "header and empty rows": header + CRLF + (",".join(['""'] * 10) + CRLF) * 3,
    }.items():
        yield UglyFile(f"no records: {name}", text.encode(), 0, 0, ())


def repeated_header_styles() -> Iterator[UglyFile]:
    """Two styles joined: the second header names other columns in another order."""
    known = styles()
    for first, second in (
        ("cmdlet", "cmdlet 13 columns"),
        ("cmdlet", "hand picked"),
        ("hand picked", "purview"),
        ("purview", "as needed"),
    ):
        text = known[first].head + "".join(line + CRLF for line in known[first].records)
        text += known[second].head + "".join(line + CRLF for line in known[second].records)
        yield UglyFile(f"joined: {first}, {second}", text.encode(), 20, 20, known[first].audits + known[second].audits)


def long_cells() -> Iterator[UglyFile]:
    """Cells longer than any limit a reader might have: 200 KB, far above the 131,072 characters of `csv`."""
    rows = ten_rows()
    record = json.loads(rows[4].audit)
    record["Long"] = "x" * 200_000
    rows[4] = row_of(compact(record))
    data = "".join(line + CRLF for line in cmdlet(rows)).encode()
    yield UglyFile("long AuditData", data, 10, 10, tuple(row.audit for row in rows))
    lines = cmdlet(rows)
    lines[5] = lines[5].removesuffix('"')
    kept = tuple(row.audit for row in rows[:4] + rows[5:])
    yield UglyFile("long AuditData, last quote lost", "".join(line + CRLF for line in lines).encode(), 10, 10, kept)


def ugly_files(step: int = 1) -> Iterator[UglyFile]:
    """All of them; damage that moves through a record is taken at every `step`-th place only.

    With `step` 1 these are some 60,000 files; with 97, about 1,500.
    """
    for style in styles().values():
        if style.marks:
            yield from two_damages(style)
        for index in (4, 9) if style.name == "no header" else (0, 4, 9):
            yield from chain(lost_quotes(style, index, step), added_quotes(style, index, step))
        yield from chain(cut_records(style, step=step), cut_files(style, step))
        yield from chain(joined(style), line_ends(style), ragged(style))
    yield from chain(lines_in_cells(), columns(), encodings(), nearly_empty(), repeated_header_styles(), long_cells())
