"""`Export-Clixml` output, and the sample of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from tests.hostile import CMDLET_COLUMNS
from tests.sample_parts.rows import REMOTE_CELLS, REMOTE_COLUMNS, Row

HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f]|_(?=[xX])|[\ud800-\udfff\U00010000-\U0010ffff]")

Plain = str | int | bool | float | datetime | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""What can be written: a mapping becomes an object, a sequence a list."""


def encoded_text(text: str) -> str:
    """Text with the characters that PowerShell escapes, by UTF-16 units."""

    def units(found: re.Match[str]) -> str:
        data = found[0].encode("utf-16-be", "surrogatepass")
        return "".join(f"_x{data[place : place + 2].hex().upper()}_" for place in range(0, len(data), 2))

    return _ESCAPED.sub(units, text)


class Writer:
    """Numbers objects as it writes them."""

    def __init__(self) -> None:
        self._number = -1

    def element(self, value: Plain, name: str | None = None, indent: int = 1) -> list[str]:
        """The lines of one value."""
        pad, named = "  " * indent, "" if name is None else f" N={quoteattr(encoded_text(name))}"
        if value is None:
            return [f"{pad}<Nil{named} />"]
        if isinstance(value, bool):
            return [f"{pad}<B{named}>{str(value).lower()}</B>"]
        if isinstance(value, (int, float)):
            tag = "I32" if isinstance(value, int) else "Db"
            return [f"{pad}<{tag}{named}>{value}</{tag}>"]
        if isinstance(value, datetime):
            return [f"{pad}<DT{named}>{value:%Y-%m-%dT%H:%M:%S}Z</DT>"]
        if isinstance(value, str):
            return [f"{pad}<S{named}>{escape(encoded_text(value))}</S>"]
        self._number += 1
        head = f'{pad}<Obj{named} RefId="{self._number}">'
        if isinstance(value, Mapping):
            inside = [line for key, item in value.items() for line in self.element(item, key, indent + 2)]
            return [head, f"{pad}  <MS>", *inside, f"{pad}  </MS>", f"{pad}</Obj>"]
        inside = [line for item in value for line in self.element(item, None, indent + 2)]
        return [head, f"{pad}  <LST>", *inside, f"{pad}  </LST>", f"{pad}</Obj>"]


def clixml(objects: Sequence[Plain], *, end: str = "\r\n") -> str:
    """A document of exported objects."""
    writer = Writer()
    lines = [HEAD, *(line for item in objects for line in writer.element(item)), "</Objs>"]
    return end.join(lines)


def _typed(name: str, cell: str, created: datetime) -> Plain:
    if name == "CreationDate":
        return created
    if name in ("ResultIndex", "ResultCount"):
        return int(cell)
    return cell == "True" if name in ("IsValid", "PSShowComputerName") else cell


def hawk_clixml(rows: Sequence[Row]) -> bytes:
    """What the older module returned, as Hawk and Windows PowerShell export it: UTF-16 with BOM, typed values."""
    names = (*REMOTE_COLUMNS, *CMDLET_COLUMNS)
    objects = []
    for index, row in enumerate(rows, 1):
        cells = (*REMOTE_CELLS, *row.cells(index, len(rows)))
        objects.append({name: _typed(name, cell, row.created) for name, cell in zip(names, cells, strict=True)})
    return b"\xff\xfe" + clixml(objects).encode("utf-16-le")
