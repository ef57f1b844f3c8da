"""Ten records of the story in every CSV style, and what a damaged file of them is."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sample_parts.rows import Row, cmdlet, needed, rows_of
from tests.sample_parts.story import story

if TYPE_CHECKING:
    from collections.abc import Sequence

CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class UglyFile:
    """A damaged export.

    Attributes:
        name: What was done to it, unique.
        data: Its bytes.
        rows: How many rows it has, or None where that is open to interpretation.
        records: How many of them are records, likewise.
        audits: AuditData of the unharmed records, in order: each must come out exactly like this.
    """

    name: str
    data: bytes
    rows: int | None
    records: int | None
    audits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """Ten records in one CSV style.

    Attributes:
        name: Of the style.
        head: Lines before the records, each with its line end.
        records: The records without their line ends.
        audits: AuditData of each.
        encoding: Of the file; "utf-16" is little-endian with BOM.
        marks: Positions of a record's quotes may be damaged; false where quotes mean nothing to the CSV.
    """

    name: str
    head: str
    records: tuple[str, ...]
    audits: tuple[str, ...]
    encoding: str = "utf-8"
    marks: bool = True

    def encode(self, text: str) -> bytes:
        """The file of a text."""
        return b"\xff\xfe" + text.encode("utf-16-le") if self.encoding == "utf-16" else text.encode(self.encoding)

    def file(self, records: Sequence[str], end: str = CRLF) -> bytes:
        """The file of some records behind this style's head."""
        return self.encode(self.head.replace(CRLF, end) + "".join(record + end for record in records))

    def with_record(self, name: str, index: int, record: str, *, records: int | None = 10) -> UglyFile:
        """The file in which one record is replaced by a damaged one."""
        lines = [*self.records[:index], record, *self.records[index + 1 :]]
        kept = self.audits[:index] + self.audits[index + 1 :]
        rows = 10 if record.strip('"') else None
        return UglyFile(f"{self.name}: {name}, record {index}", self.file(lines), rows, records, kept)


def ten_rows() -> list[Row]:
    """Ten records from all of the story, among them quotes, CJK, emoji and a bidirectional override."""
    rows = rows_of(story())
    marks = ('error \\"42', "HYPERLINK", "\u5951", "\U0001f3fd", "\u202e", "\\ud83d")
    special = [next(row for row in rows if mark in row.audit) for mark in marks]
    return [*rows[:2], *special, *rows[-2:]]


def indented(audit: str) -> str:
    """AuditData as `-Formatted` writes it."""
    return json.dumps(json.loads(audit), ensure_ascii=False, indent=2).replace("\n", CRLF)


def styles() -> dict[str, Style]:
    """Name -> the same ten records in each CSV style."""
    rows = ten_rows()
    audits = tuple(row.audit for row in rows)
    cells = [row.cells(index, 10) for index, row in enumerate(rows, 1)]
    names = ",".join(CMDLET_COLUMNS) + CRLF

    def of(name: str, lines: list[str], head: int = 1, encoding: str = "utf-8") -> Style:
        return Style(name, "".join(line + CRLF for line in lines[:head]), tuple(lines[head:]), audits, encoding)

    pretty = [replace(row, audit=indented(row.audit)) for row in rows]
    purview = [
        f'{row.identity},"{row.created.isoformat()}.0000000Z ",154,{row.operation},{row.user},{quoted(row.audit)},,'
        for row in rows
    ]
    purview_head = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,"
    made = [
        of("cmdlet", cmdlet(rows), encoding="utf-8-sig"),
        of("cmdlet 13 columns", cmdlet(rows, older=True), 2),
        of("utf-16", cmdlet(rows, older=True), 2, "utf-16"),
        of("semicolon", cmdlet(rows, dates="dmy", delimiter=";")),
        of("tab", cmdlet(rows, delimiter="\t")),
        Style("as needed", names, tuple(",".join(map(needed, row)) for row in cells), audits),
        Style("never", names, tuple(",".join(row) for row in cells), audits, marks=False),
        Style("no header", "", tuple(cmdlet(rows)[1:]), audits),
        Style(
            "formatted",
            cmdlet([])[0] + CRLF,
            tuple(cmdlet(pretty)[1:]),
            tuple(row.audit for row in pretty),
            "utf-8-sig",
        ),
        of("hand picked", [",".join(map(quoted, row[1:5])) for row in [CMDLET_COLUMNS, *cells]]),
        of("purview old", [",".join(map(needed, row[1:5])) for row in [CMDLET_COLUMNS, *cells]]),
        of("purview", [f"{purview_head}AssociatedAdminUnitsNames", *purview]),
    ]
    return {style.name: style for style in made}
