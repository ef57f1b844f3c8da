"""Workbooks that are none, are damaged, or mean harm: one clear line, and what came before is kept."""

from __future__ import annotations

import io
import zipfile

import pytest

from omeviz.errors import NotAnExportError, SourceError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.inputs import Input
from omeviz.sources.xlsx_old import MAGIC, old_document
from tests.sample_parts.xlsx_book import Cell, Raw, packed, parts_of, workbook
from tests.sources.xlsx_support import AUDIT, NAMES, ROW, TIME, book_of, changed, opened, sheet_of


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary Excel workbook"),
        (["mimetype", "content.xml"], "an OpenDocument file"),
        (["a.csv"], "a ZIP archive"),
    ],
)
def test_other_documents(names: list[str], kind: str) -> None:
    with pytest.raises(NotAnExportError, match=kind):
        opened(packed(dict.fromkeys(names, "")))


def compound(*names: str) -> bytes:
    """An OLE container with entries of these names, in its second sector."""
    header = bytearray(MAGIC + bytes(504))
    header[0x1E] = 9
    return bytes(header) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("Root Entry", "EncryptedPackage"), "protected by a password"),
        (("Root Entry", "Workbook"), "an old Excel workbook"),
        ((), "an old Office document"),
    ],
)
@pytest.mark.parametrize("head", [512, 4096])
def test_a_workbook_with_a_password(names: tuple[str, ...], words: str, head: int) -> None:
    source = Input("<stdin>", None)
    stream = ByteStream(source, io.BytesIO(compound(*names)))
    error = old_document(source, stream, stream.read(head))
    assert words in error.message
    assert isinstance(error, NotAnExportError) == ("password" not in words)


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    book = book_of(changed("xl/worksheets/sheet1.xml", "<worksheet", bomb))
    assert book.failure is not None
    assert "declares a document type" in book.failure.message
    book = book_of(changed("xl/sharedStrings.xml", "<sst", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><sst'))
    assert book.failure is not None


def test_rows_before_broken_xml_are_kept() -> None:
    rows = [NAMES, *[ROW] * 300]
    book = book_of(changed("xl/worksheets/sheet1.xml", '<row r="290">', '<row r="290"', *rows))
    assert book.lines == list(range(2, 290))
    assert book.failure is not None
    assert "the workbook is damaged" in book.failure.message


def test_rows_before_the_end_of_a_cut_file_are_kept() -> None:
    rows = [NAMES, *[ROW] * 2000]
    parts = parts_of({"s": rows})
    order = [*(name for name in parts if "worksheets/" not in name), "xl/worksheets/sheet1.xml"]
    data = packed({name: parts[name] for name in order}, zipfile.ZIP_DEFLATED)
    book = book_of(data[: len(data) * 3 // 4])
    assert len(book.lines) > 500
    assert book.failure is not None


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("data", [b"", b"<", b"\xff\xfe\x00", b"<a/>", b"<?xml version='1.0' encoding='nope'?><a/>"])
def test_a_part_that_is_something_else(part: str, data: bytes) -> None:
    book = book_of(packed({**parts_of({"s": [NAMES, ROW]}), part: data}))
    assert book.failure is not None
    assert book.rows == []


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"])
def test_a_part_that_is_missing(part: str) -> None:
    parts = parts_of({"s": [[Raw(f'<c t="inlineStr"><is><t>{name}</t></is></c>') for name in NAMES], [1, 2, 3, 4]]})
    del parts[part]
    book = book_of(packed(parts))
    assert (book.failure, len(book.rows)) == (None, 1)


def test_a_text_that_is_used_a_million_times() -> None:
    rows: list[tuple[Cell, ...]] = [NAMES, *[(TIME, "a", "b", "{" + "x" * 30_000)] * 400]
    book = book_of(packed(parts_of({"s": rows}), zipfile.ZIP_DEFLATED), limit=1 << 20)
    assert book.failure is not None
    assert "--no-size-limit" in book.failure.remedy
    lifted = book_of(packed(parts_of({"s": rows}), zipfile.ZIP_DEFLATED), limit=None)
    assert len(lifted.rows) == 400


def test_cells_far_apart_take_no_memory() -> None:
    book = book_of(changed("xl/worksheets/sheet1.xml", '<c r="D2"', '<c r="XFD2"'))
    assert book.batches[0].extra == {0: (AUDIT,)}


def test_many_headings_over_short_rows_are_limited() -> None:
    names = [*NAMES, *(f"c{number}" for number in range(2000))]
    data = packed(parts_of({"s": [names, *[ROW] * 3000]}), zipfile.ZIP_DEFLATED)
    book = book_of(data, limit=8 << 20)
    assert book.failure is not None
    assert max(batch.height for batch in book.batches) < 2000


def test_any_wrong_byte_is_an_error_or_gives_rows() -> None:
    sound = workbook({"s": [NAMES, ROW, ROW]})
    for place in range(0, len(sound), 5):
        data = sound[:place] + bytes([sound[place] ^ 0x11]) + sound[place + 1 :]
        try:
            book = book_of(data)
        except SourceError:
            continue
        assert book.failure is not None or len(book.lines) >= 1


def test_a_text_that_is_not_there() -> None:
    book = sheet_of(
        NAMES, (TIME, Raw('<c r="REF" t="s"><v>999</v></c>'), "x", AUDIT), (Raw('<c r="REF" t="s"><v>-1</v></c>'),), ROW
    )
    assert "refer to texts" in book.batches[0].damage[0].reason
    assert book.lines == [2, 3, 4]
