"""The rows of one sheet, one after another while its XML is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from omeviz.sources.compression import Damaged, Reader, Unpacked
from omeviz.sources.xlsx_parts import Attributes, BadPart, LocalNames, blocks_of, new_parser
from omeviz.sources.xlsx_values import ColumnNumbers, Style, date_text, number_text, unescaped

MOST_ROWS = 1_048_576
"""Rows of a sheet: Excel drops what a CSV has beyond."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row.

    Attributes:
        number: As the sheet counts, from 1.
        cells: Column (from 0) -> text; empty cells are left out.
        lost: How many cells refer to a shared text that is not there.
    """

    number: int
    cells: dict[int, str]
    lost: int = 0


class SheetRows:
    """Iterates the rows of a sheet.

    Args:
        stream: The sheet's XML.
        strings: The shared texts.
        styles: What each style of a cell makes of numbers.
        from_1904: Dates count from 1904.

    Raises, after the rows that came before:
        BadPart: It is no XML.
        Damaged, Unpacked, OSError: Reading failed.
    """

    def __init__(
        self, stream: Reader, strings: Sequence[str], styles: Sequence[Style], *, from_1904: bool = False
    ) -> None:
        self._stream = stream
        self._strings = strings
        self._styles = styles
        self._from_1904 = from_1904
        self._columns = ColumnNumbers()
        self._rows: list[SheetRow] = []
        self._number = 0
        self._cells: dict[int, str] = {}
        self._lost = 0
        self._column = -1
        self._kind = "n"
        self._style: str | None = None
        self._parts: list[str] = []
        self._takes = False
        self._aids = 0

    def __iter__(self) -> Iterator[SheetRow]:
        """The rows in the order of the sheet."""
        parser = self._parser()
        error: Exception | None = None
        try:
            for block in blocks_of(self._stream):
                parser.Parse(block, False)
                if self._rows:
                    rows, self._rows = self._rows, []
                    yield from rows
            parser.Parse(b"", True)
        except (BadPart, Damaged, Unpacked, OSError) as caught:
            error = caught
        except (expat.ExpatError, ValueError, LookupError) as caught:
            error = BadPart(str(caught))
        yield from self._rows
        if error is not None:
            raise error

    def _parser(self) -> expat.XMLParserType:
        parser, plain = new_parser(), LocalNames()

        def start(name: str, attributes: Attributes) -> None:
            name = plain[name]
            if name == "c":
                self._begin_cell(attributes)
            elif name in ("v", "t"):
                self._takes = not self._aids
            elif name == "row":
                self._begin_row(attributes)
            elif name == "rPh":
                self._aids += 1

        def end(name: str) -> None:
            name = plain[name]
            if name in ("v", "t"):
                self._takes = False
            elif name == "c":
                self._end_cell()
            elif name == "row":
                self._rows.append(SheetRow(self._number, self._cells, self._lost))
            elif name == "rPh":
                self._aids -= 1

        def text(data: str) -> None:
            if self._takes:
                self._parts.append(data)

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        return parser

    def _begin_row(self, attributes: Attributes) -> None:
        stated = attributes.get("r", "")
        number = int(stated) if len(stated) <= 7 and stated.isascii() and stated.isdigit() else 0
        self._number = number if self._number < number <= MOST_ROWS else self._number + 1
        self._cells, self._lost, self._column = {}, 0, -1

    def _begin_cell(self, attributes: Attributes) -> None:
        column = self._columns[attributes.get("r", "").rstrip("0123456789")]
        self._column = self._column + 1 if column is None else column
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._parts = []
        self._takes = False

    def _end_cell(self) -> None:
        if not self._parts:
            return
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        kind = self._kind
        if kind == "s":
            value = self._shared(text)
        elif kind == "n":
            value = self._number_or_date(text.strip())
        elif kind == "b":
            value = {"1": "TRUE", "0": "FALSE"}.get(text.strip(), text)
        else:  # inlineStr, str (a formula's text), e (an error), d (a date as text)
            value = unescaped(text)
        if value:
            self._cells[self._column] = value

    def _shared(self, text: str) -> str:
        text = text.strip()
        index = int(text) if len(text) < 10 and text.isascii() and text.isdigit() else -1
        if 0 <= index < len(self._strings):
            return self._strings[index]
        self._lost += 1
        return ""

    def _number_or_date(self, text: str) -> str:
        style = Style.NUMBER
        if self._style is not None and len(self._style) < 10 and self._style.isascii() and self._style.isdigit():
            index = int(self._style)
            style = self._styles[index] if index < len(self._styles) else Style.NUMBER
        if style is Style.NUMBER:
            return number_text(text)
        return date_text(text, style, from_1904=self._from_1904)
