"""The parts of a workbook beside its sheets: which sheets there are, number formats, shared texts.

Elements are known by their names without a prefix, so that both flavours of the format (transitional and strict)
and any writer's prefixes are read alike.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from omeviz.sources.compression import Damaged, Reader, Unpacked
from omeviz.sources.xlsx_values import Style, style_of, unescaped

if TYPE_CHECKING:
    from omeviz.sources.archive_zip import ZipArchive

BLOCK = 1 << 16

Attributes = dict[str, str]


class BadPart(Exception):
    """A part is no XML, or has what no workbook has."""


PART_ERRORS = (BadPart, Damaged, Unpacked, OSError)
"""What reading a part may raise."""


class Handler:
    """What is done at the elements of a part; names come without prefix."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text between."""


def new_parser() -> expat.XMLParserType:
    """A parser that refuses document types, and so entities of any kind."""

    def refuse(*_: object) -> None:
        raise BadPart("it declares a document type, which no workbook does")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = BLOCK
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def blocks_of(stream: Reader) -> Iterator[bytes]:
    """The blocks of a part to its end."""
    return iter(lambda: stream.read(BLOCK), b"")


def parse(stream: Reader, handler: Handler) -> None:
    """Tell a handler everything in a part.

    Raises:
        BadPart: It is no XML.
        Damaged, Unpacked, OSError: Reading failed.
    """
    parser, plain = new_parser(), LocalNames()
    parser.StartElementHandler = lambda name, attributes: handler.start(plain[name], attributes)
    parser.EndElementHandler = lambda name: handler.end(plain[name])
    parser.CharacterDataHandler = handler.text
    try:
        for block in blocks_of(stream):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadPart(str(error)) from error


class LocalNames(dict[str, str]):
    """Name -> the same without its prefix."""

    def __missing__(self, name: str) -> str:
        self[name] = plain = name.rpartition(":")[2]
        return plain


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: What its tab says.
        part: Its member in the archive.
        hidden: It is not shown.
    """

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the workbook's own part says.

    Attributes:
        sheets: In the order of their tabs; charts and the like are none.
        from_1904: Dates count from 1904, as old Macs had it.
        strings: The member with the shared texts, or empty.
        styles: The member with the number formats, or empty.
    """

    sheets: tuple[Sheet, ...]
    from_1904: bool
    strings: str
    styles: str


class _Relations(Handler):
    """Id -> (kind, member) from a `.rels` part."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self._folder, attributes.get("Target", ""))).lstrip("/")
            self.found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)


class _Book(Handler):
    def __init__(self) -> None:
        self.from_1904 = False
        self.sheets: list[tuple[str, str, bool]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), relation, hidden))


def _relations(archive: ZipArchive, part: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(part)
    member = archive.member(f"{folder}/_rels/{name}.rels")
    handler = _Relations(folder)
    if member is not None:
        parse(archive.open(member), handler)
    return handler.found


def workbook_in(archive: ZipArchive) -> Workbook:
    """What sheets there are, and where.

    Raises:
        BadPart: The workbook's part is missing or no XML.
        Damaged, Unpacked, OSError: Reading failed.
    """
    main = next((part for kind, part in _relations(archive, "").values() if kind == "officeDocument"), "")
    member = archive.member(main) or archive.member("xl/workbook.xml")
    if member is None:
        raise BadPart("it has no list of sheets")
    book = _Book()
    parse(archive.open(member), book)
    relations = _relations(archive, member.name)
    parts = dict(relations.values())
    sheets = tuple(
        Sheet(name, relations[relation][1], hidden)
        for name, relation, hidden in book.sheets
        if relations.get(relation, ("", ""))[0] == "worksheet"
    )
    return Workbook(sheets, book.from_1904, parts.get("sharedStrings", ""), parts.get("styles", ""))


class _Styles(Handler):
    def __init__(self) -> None:
        self._inside = False
        self._codes: dict[int, str] = {}
        self._used: list[int] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._used.append(_number(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def found(self) -> list[Style]:
        """What each style of a cell makes of numbers."""
        known = {number: style_of(number, self._codes) for number in set(self._used)}
        return [known[number] for number in self._used]


def _number(text: str | None) -> int:
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else 0


def styles_in(archive: ZipArchive, part: str) -> list[Style]:
    """What each style of a cell makes of numbers; none where there is no such part."""
    member = archive.member(part) if part else None
    handler = _Styles()
    if member is not None:
        parse(archive.open(member), handler)
    return handler.found()


class Texts(Handler):
    """Texts with their formatting and reading aids left out.

    Attributes:
        found: The shared texts so far.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._aids = 0
        self._takes = False

    def start(self, name: str, _: Attributes) -> None:
        """An element begins."""
        if name == "si":
            self._parts = []
        elif name == "rPh":  # how Japanese text is read aloud
            self._aids += 1
        elif name == "t":
            self._takes = not self._aids

    def text(self, data: str) -> None:
        """Text between."""
        if self._takes:
            self._parts.append(data)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._takes = False
        elif name == "rPh":
            self._aids -= 1
        elif name == "si":
            self.found.append(unescaped("".join(self._parts)))


def strings_in(archive: ZipArchive, part: str, texts: Texts) -> None:
    """Read the shared texts; what came before an error stays in `texts`.

    Raises:
        BadPart, Damaged, Unpacked, OSError: Reading failed.
    """
    member = archive.member(part) if part else None
    if member is not None:
        parse(archive.open(member), texts)
