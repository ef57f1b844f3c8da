"""Workbooks as Excel saves them: shared texts, styled dates, booleans, numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from tests.hostile import CMDLET_COLUMNS
from tests.sample_parts.rows import Row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_STYLES = (0, 22, 14, 164)
"""Number formats of the styles 0 to 3: none, date and time, date, and one of the workbook's own."""

OWN_FORMAT = 'yyyy\\-mm\\-dd"T"hh:mm:ss'


@dataclass(frozen=True, slots=True)
class Raw:
    """A cell as XML, with `REF` where its reference belongs."""

    xml: str


Cell = str | int | float | bool | datetime | Raw | None


def serial(moment: datetime, *, from_1904: bool = False) -> float:
    """A time as Excel counts it: days since the beginning of 1900, or of 1904."""
    return (moment - (datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30))).total_seconds() / 86_400


def letters(column: int) -> str:
    """The letters of a column, which is counted from 0."""
    text = ""
    while column >= 0:
        text = chr(65 + column % 26) + text
        column = column // 26 - 1
    return text


class _Texts:
    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def cell(self, reference: str, value: Cell, *, from_1904: bool) -> str:
        """A cell's XML."""
        if value is None:
            return ""
        if isinstance(value, Raw):
            return value.xml.replace("REF", reference)
        if isinstance(value, bool):
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, datetime):
            return f'<c r="{reference}" s="1"><v>{serial(value, from_1904=from_1904)!r}</v></c>'
        if isinstance(value, int | float):
            return f'<c r="{reference}"><v>{value!r}</v></c>'
        number = self.numbers.setdefault(value, len(self.numbers))
        return f'<c r="{reference}" t="s"><v>{number}</v></c>'

    def part(self) -> str:
        """The shared texts."""
        items = (
            f'<si><t xml:space="preserve">{escape(text[:32767])}</t></si>'.replace("\r", "_x000D_")
            for text in self.numbers
        )
        return f'{_HEAD}<sst xmlns="{MAIN}">{"".join(items)}</sst>'


def parts_of(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], *, from_1904: bool = False, hidden: Sequence[str] = ()
) -> dict[str, str]:
    """The members of a workbook; an empty row is left out, as Excel leaves it out."""
    texts = _Texts()
    parts: dict[str, str] = {}
    names, relations, types = "", "", ""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        lines = []
        for line, row in enumerate(rows, 1):
            cells = [texts.cell(f"{letters(at)}{line}", value, from_1904=from_1904) for at, value in enumerate(row)]
            if any(cells):
                lines.append(f'<row r="{line}">{"".join(cells)}</row>')
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
        state = ' state="hidden"' if name in hidden else ""
        names += f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>'
        relations += (
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        )
        types += f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/xml"/>'
    count = len(sheets)
    relations += f'<Relationship Id="rId{count + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    relations += f'<Relationship Id="rId{count + 2}" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in _STYLES)
    own = f'<numFmts count="1"><numFmt numFmtId="164" formatCode={quoteattr(OWN_FORMAT)}/></numFmts>'
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
        f'<workbookPr date1904="{int(from_1904)}"/><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        **parts,
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{MAIN}">{own}<cellStyleXfs count="1"><xf numFmtId="14"/>'
        f'</cellStyleXfs><cellXfs count="{len(_STYLES)}">{formats}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": texts.part(),
    }


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Members as an archive, the same bytes everywhere where they are only stored."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = method, 0
            archive.writestr(info, data)
    return buffer.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, from_1904: bool = False) -> bytes:
    """A whole workbook."""
    return packed(parts_of(sheets, from_1904=from_1904))


def excel_xlsx(rows: Sequence[Row]) -> bytes:
    """The cmdlet's CSV, opened in Excel and saved: dates are dates, `True` is TRUE, indexes are numbers."""
    table: list[Sequence[Cell]] = [CMDLET_COLUMNS]
    for index, row in enumerate(rows, 1):
        head = (row.type_name, row.created, row.user, row.operation, row.audit)
        table.append((*head, index, len(rows), row.identity, True, "Unchanged"))
    return workbook({"events": table})
