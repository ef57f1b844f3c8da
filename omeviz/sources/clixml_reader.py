"""Bytes of Clixml -> exported objects. What follows damaged XML is found again at the next object."""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from omeviz.errors import SourceError
from omeviz.sources.clixml_objects import Item, ObjectReader

LONGEST_TAG = 16 << 20
"""Bytes of a tag or comment. Some versions of Expat take quadratic time for long ones."""

_TAIL = 4096
_PREFIX = b"<Objs>"
_DEEPEST_INDENT = 64
_ENDS = ("no element found", "unclosed token", "partial character", "unclosed CDATA section")
_LEGACY = "omeviz.clixml_legacy"
_HIDING = re.compile(r"<!(?=--|\[CDATA\[)")
_PART_OF_HIDING = re.compile(r"<(?:!(?:-|\[(?:C(?:D(?:A(?:T(?:A)?)?)?)?)?)?)?\Z")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DOCUMENT = rb"(?P<document><\?xml\b|<!DOCTYPE\b|<Objs\b)"
_ANYWHERE = re.compile(_DOCUMENT + rb'|\n  (?=<(?:Obj|S)\b)|</Obj>\s{0,64}(?=<Obj RefId="[^"<>]{1,20}"\s*>\s{0,64}<TN)')
"""Where an object may begin while no other has told how they are indented; PowerShell does it by two blanks."""

_START = re.compile(r"(?:\s*#< CLIXML)?\s*<(?:\?xml|!--|!DOCTYPE|(?:\w+:)?Objs\b)")
_ROOT = re.compile(r"<(?:\w+:)?Objs\b[^<>]{0,400}schemas\.microsoft\.com/powershell/")


def looks_like_clixml(sample: str) -> bool:
    """Whether the first characters of a text are those of `Export-Clixml` output, or of PowerShell's own stream."""
    sample = sample.removeprefix("\ufeff")
    return _START.match(sample) is not None and _ROOT.search(sample) is not None


def _legacy(error: UnicodeError) -> tuple[str, int]:
    """Reads bytes that are no UTF-8 as Windows-1252; a lone surrogate, which UTF-8 does not have, is replaced."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101  # only decoders are given this
    data, start = error.object, error.start
    if data[start] == 0xED and len(data) > start + 2 and data[start + 1] >= 0xA0:
        return "\ufffd", start + 3
    return data[start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_LEGACY, _legacy)


class ClixmlReader:
    """Parses blocks of UTF-8.

    Args:
        shown: The source's name, for messages.

    Attributes:
        documents: How many there were.
        breaks: (line, reason) wherever the XML is damaged.
        has_foreign_bytes: Some bytes were no UTF-8.
        forbidden: Characters that XML does not allow; they were replaced.
    """

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._items: list[Item] = []
        self._objects = ObjectReader(self._items.append)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._held = ""  # what may be the beginning of a comment
        self._fed = 0  # bytes the parser has had
        self._parser_line = 1  # where it began
        self._data_line = 1  # of the next byte
        self._rest: bytes | None = None  # what may be the beginning of the next object, while it is searched for
        self._next_object: re.Pattern[bytes] = _ANYWHERE
        self._indent = -1
        self._parser = self._new_parser()
        self.documents = 0
        self.breaks: list[tuple[int, str]] = []
        self.has_foreign_bytes = False
        self.forbidden = 0

    def feed(self, block: bytes) -> list[Item]:
        """The objects that end in a block.

        Raises:
            SourceError: The document declares a type or entities.
        """
        return self._take(self._sound(block, final=False), final=False)

    def end(self) -> list[Item]:
        """What the end of the file leaves over.

        Raises:
            SourceError: As `feed`.
        """
        return self._take(self._sound(b"", final=True), final=True)

    def _sound(self, block: bytes, *, final: bool) -> bytes:
        """The block as UTF-8 that XML allows.

        Clixml has neither comments nor CDATA sections; the beginning of one is damage, and must not hide what follows.
        """
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError:
            self.has_foreign_bytes = True
            self._decoder.errors = _LEGACY
            text = self._decoder.decode(block, final)
            self._decoder.errors = "strict"
        text, self._held = self._held + text, ""
        part = None if final else _PART_OF_HIDING.search(text, max(0, len(text) - 8))
        if part is not None:
            text, self._held = text[: part.start()], part[0]
        text = _HIDING.sub("&lt;!", text)
        text, count = _FORBIDDEN.subn("\ufffd", text)
        self.forbidden += count
        return text.encode()

    def _take(self, data: bytes, *, final: bool) -> list[Item]:
        start = 0  # where the parser began in these data; an error must not find the same place again
        while True:
            if self._rest is not None:
                data, self._rest = self._rest + data, None
                found = self._next_object.search(data, start)
                if found is None:
                    cut = max(0, len(data) - _TAIL)
                    self._rest = data[cut:]
                    self._data_line += data.count(b"\n", 0, cut)
                    break
                place = found.start() if found["document"] else found.end()
                self._data_line += data.count(b"\n", 0, place)
                data = data[place:]
                self._parser = self._new_parser()
                if not found["document"]:
                    self._expects_document = False
                    self._fed = len(_PREFIX)
                    self._parser.Parse(_PREFIX, False)
                start = 1
            try:
                self._parser.Parse(data, final)
            except expat.ExpatError as error:
                place = min(max(self._parser.ErrorByteIndex - self._fed, 0), len(data))
                if place < start <= len(data):
                    place = start
                self._break(expat.ErrorString(error.code), self._parser_line + self._parser.ErrorLineNumber - 1, final)
                self._data_line += data.count(b"\n", 0, place)
                self._rest, data, start = data[place:], b"", 0
                continue
            self._fed += len(data)
            self._data_line += data.count(b"\n")
            if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
                self._break(f"a tag of more than {LONGEST_TAG >> 20} MB", self._data_line, final)
                self._rest = b""
            break
        items = self._items.copy()
        self._items.clear()
        return items

    def _break(self, reason: str, line: int, final: bool) -> None:
        """The XML goes on no longer: an object that is open ends here."""
        before = len(self._items)
        cut = final and reason in _ENDS
        self._objects.stop("the file ends before it does" if cut else f"the XML is damaged at line {line} ({reason})")
        self._objects.restart()
        if len(self._items) > before or cut:
            self.breaks.append((line, "the file ends too early" if cut else reason))

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")  # whatever the declaration says: these are no longer the file's bytes
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._objects.text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_entity
        self._fed = 0
        self._expects_document = True
        self._parser_line = self._data_line
        return parser

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        parser, objects = self._parser, self._objects
        line = self._parser_line + parser.CurrentLineNumber - 1
        if tag == "Obj" and "N" not in attributes:
            column = parser.CurrentColumnNumber
            if objects.expects_object:
                if column != self._indent and parser.CurrentLineNumber > 1 and column <= _DEEPEST_INDENT:
                    self._indent = column
                    self._next_object = re.compile(_DOCUMENT + rb"|\n[ \t]{%d}(?=<(?:Obj|S)\b)" % column)
            elif column == self._indent if self._indent >= 0 else objects.expects_name:
                objects.stop("it has no end")
                self.breaks.append((line, "an object has no end"))
        elif self._expects_document:
            self._expects_document = False
            self.documents += tag == "Objs"
        objects.start(tag, attributes, line)

    def _end(self, tag: str) -> None:
        self._objects.end(tag.rpartition(":")[2])

    def _refuse_doctype(self, name: str, *_: object) -> None:
        raise SourceError(
            f"{self._shown} declares a document type ({name[:40]}), which Clixml never has.",
            "It may be meant to harm. Export the audit search again.",
        )

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise SourceError(
            f"{self._shown} declares an entity ({name[:40]}), which Clixml never has.",
            "It may be meant to harm. Export the audit search again.",
        )
