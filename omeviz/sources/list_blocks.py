"""Lines of text -> blocks of `Name : value`, as `Format-List` writes them and pages and mails show them.

PowerShell pads the names of a block to one width; what does not fit a line goes on in the next one, under the
value's first character, without anything lost or added (source: `ListWriter` and `StringManipulationHelper` of
PowerShell). Web copies may have lost the padding, and may have a blank line between every two.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from omeviz.sources.list_lines import BLANKS, Label, indent_of, label_of

_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ESCAPED_ADDRESS = re.compile(r"&lt;[^\"&<>]{1,1000}@[^\"&<>]{1,1000}&gt;")
_GOES_ON = tuple(',}]":')
"""How the rest of an unfinished JSON text may begin where the part before seems whole."""

_MOST_LOOSE = 1024


@dataclass(slots=True)
class Block:
    """Names and values that belong together.

    Attributes:
        line: Where it starts, from 1.
        last: Where it ends.
        indent: Blanks before each name.
        column: Where the values begin.
        fields: Name -> the parts of its value, without padding: lines, or many of them with line feeds between.
        gap: Empty lines between its names; None before the second one.
    """

    line: int
    last: int
    indent: int
    column: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    gap: int | None = None

    def values(self, is_audit: Callable[[str], bool], sound_json: Callable[[str], bool]) -> list[str]:
        """Every value as one text, in order."""
        self._take_off_common_blanks()
        values = []
        for name, parts in self.fields.items():
            text = _joined(parts)
            values.append(_sound(text, parts, sound_json) if is_audit(name) else text)
        if any(_is_escaped(name, text, is_audit) for name, text in zip(self.fields, values, strict=True)):
            return [html.unescape(text) for text in values]
        return values

    def _take_off_common_blanks(self) -> None:
        """Blanks that end every value are the page's; those behind a word at a line's end are the value's."""
        ends = [parts[-1] for parts in self.fields.values() if any(part.strip(BLANKS) for part in parts)]
        common = min((len(end) - len(end.rstrip(BLANKS)) for end in ends), default=0)
        if common and len(ends) > 1:
            for parts in self.fields.values():
                if len(parts) > 1:
                    parts[:] = [re.sub(rf"[{BLANKS}]{{1,{common}}}(?=\n|\Z)", "", part) for part in parts]


def _joined(parts: Sequence[str], between: str = "") -> str:
    if len(parts) == 1:
        return parts[0].strip(BLANKS)
    text = "\n".join(parts).replace("\n", between).strip(BLANKS)
    if _SPLIT_PAIR.search(text):  # a line ended inside of a character
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def _sound(text: str, parts: Sequence[str], sound_json: Callable[[str], bool]) -> str:
    """AuditData, with what a copy may have lost or changed put right where that makes it JSON."""
    if len(parts) == 1 and "&" not in text and "\xa0" not in text:
        return text
    if not text or sound_json(text):
        return text
    for candidate in _repaired(text, parts):
        if candidate != text and sound_json(candidate):
            return candidate
    return text


def _repaired(text: str, parts: Sequence[str]) -> Iterator[str]:
    if len(parts) > 1:
        yield _joined(parts, " ")
    yield text.replace("\xa0", " ")
    yield html.unescape(text)


def _is_escaped(name: str, text: str, is_audit: Callable[[str], bool]) -> bool:
    """Whether AuditData still has HTML's escapes: a Message-ID says so, which nobody writes with them."""
    return is_audit(name) and "&lt;" in text and "<" not in text and _ESCAPED_ADDRESS.search(text) is not None


class BlockReader:
    """Finds blocks among lines that come one by one.

    Args:
        known: How many of some names are those of an audit export.

    Attributes:
        prose: Lines that are neither empty nor of a block.
    """

    def __init__(self, known: Callable[[Sequence[str]], int]) -> None:
        self._known = known
        self._block: Block | None = None
        self._parts: list[str] = []  # of the last name
        self._loose = 0  # how many of them are single lines, but for the first
        self._empty = 0  # lines since then
        self.prose = 0

    @property
    def open_block(self) -> Block | None:
        """The block that may still go on."""
        return self._block

    def take(self, line: str, number: int) -> Block | None:
        """Take a line; returns a block that ended before it."""
        block = self._block
        if not line.strip(BLANKS):
            if block is not None and len(line) >= block.column:  # a line of blanks inside a value
                self._add_part(line[block.column :])
            else:
                self._empty += 1
            return None
        indent = indent_of(line)
        label = label_of(line)
        if block is None:
            if label is None:
                self.prose += 1
            else:
                self._begin(label, line, number)
            return None
        if indent >= block.column and (label is None or indent == block.column or not self._known([label.name])):
            self._continue(line[block.column :], number)
            return None
        if label is None or (label.column != block.column and self._is_unfinished() and not self._known([label.name])):
            if self._is_unfinished() or (self._seems_json() and line[indent : indent + 1] in _GOES_ON):
                self._continue(line[indent:], number)
                return None
            self.prose += 1
            self._block = None
            return block
        return self._name(block, label, line, number)

    def end(self) -> Block | None:
        """The last block, if there is one."""
        block, self._block = self._block, None
        return block

    def _begin(self, label: Label, line: str, number: int) -> None:
        self._block = Block(number, number, label.indent, label.column)
        self._add(self._block, label, line, number)

    def _add(self, block: Block, label: Label, line: str, number: int) -> None:
        self._parts = block.fields[label.name] = [line[label.column :]]
        self._loose = 0
        self._empty = 0
        block.last = number

    def _add_part(self, part: str) -> None:
        self._parts.append(part)
        self._loose += 1
        if self._loose == _MOST_LOOSE:  # many short texts would take several times their length
            self._parts[-_MOST_LOOSE:] = ["\n".join(self._parts[-_MOST_LOOSE:])]
            self._loose = 0

    def _continue(self, part: str, number: int) -> None:
        self._add_part(part)
        self._empty = 0
        if self._block is not None:
            self._block.last = number

    def _name(self, block: Block, label: Label, line: str, number: int) -> Block | None:
        """Another name: of this block, or the first of the next one."""
        gap = self._empty
        ended: Block | None = None
        if label.name in block.fields or label.indent != block.indent or gap > (1 if block.gap is None else block.gap):
            self._begin(label, line, number)
            return block
        if block.gap is not None and gap < block.gap and len(block.fields) == 2:
            # What was taken for double spacing parted a lonely name from this block.
            (first, parts), (second, others) = block.fields.items()
            ended = Block(block.line, block.line, block.indent, block.column, {first: parts})
            block.fields = {second: others}
            block.line = block.last
            block.gap = None
        block.column = label.column
        self._add(block, label, line, number)
        block.gap = gap if block.gap is None else block.gap
        return ended

    def _seems_json(self) -> bool:
        """Whether the last value begins like an object."""
        return self._parts[0].lstrip(BLANKS)[:1] == "{"

    def _is_unfinished(self) -> bool:
        """Whether the last value is an object that lacks its end. Its padding may be lost."""
        gap = self._block.gap if self._block is not None else None
        return self._seems_json() and self._empty <= (gap or 0) and not self._parts[-1].rstrip(BLANKS).endswith("}")
