"""Which columns a sheet has: its header, or the shape of a record where there is none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from omeviz.sources.csv_layout import Layout, header_in, is_type_line, layout_by_content, layout_of, split_line
from omeviz.sources.headers import HeaderRules

_MOST_GUESSED = 64


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a sheet, in force from its header to the next.

    Attributes:
        layout: Their names and what they mean.
        places: Where each of them stands in the sheet, from 0.
        delimiter: Each row is a whole CSV line in the first cell: Excel opened the file under another country's
            list separator. Empty where cells are cells.
    """

    layout: Layout
    places: tuple[int, ...]
    delimiter: str = ""

    def cells_of(self, cells: Mapping[int, str]) -> Mapping[int, str]:
        """A row's cells by their place."""
        if not self.delimiter:
            return cells
        return {place: cell for place, cell in enumerate(split_line(cells.get(0, ""), self.delimiter)) if cell}


def header_of(cells: Mapping[int, str], rules: HeaderRules) -> Columns | None:
    """The columns that a row names if it is a header, else None."""
    named = {place: cell.strip() for place, cell in sorted(cells.items()) if cell.strip()}
    if not named or any("{" in name for name in named.values()):
        return None
    if len(named) == 1 and 0 in named:
        layout = header_in(named[0], None, rules)
        if layout is None or len(layout.names) == 1:
            layout = None if layout is None else layout_of(layout.names, ",", rules)
            return None if layout is None else Columns(layout, (0,))
        return Columns(layout, tuple(range(len(layout.names))), layout.delimiter)
    names = list(named.values())
    if not rules.looks_like_header(names):
        return None
    # Excel keeps no byte order mark, so omeviz's own files are known by their names alone.
    return Columns(layout_of(names, ",", rules, bom=True), tuple(named))


def surely_header(found: Columns, current: Columns, rules: HeaderRules) -> bool:
    """Whether a row that may be a header in the middle of a sheet is one, and no record."""
    names = found.layout.names
    return names == current.layout.names or rules.known_names(names) * 2 >= len(names)


def columns_by_content(cells: Mapping[int, str]) -> Columns | None:
    """The columns of a sheet without a header, by a row that holds JSON and the places of the others."""
    if not cells or not any(cell.startswith("{") for cell in cells.values()):
        return None
    width = max(cells) + 1
    if width > _MOST_GUESSED:
        return None
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([cells.get(place, "") for place in range(width)])
    layout = layout_by_content(out.getvalue(), ",")
    return None if layout is None else Columns(layout, tuple(range(len(layout.names))))


def says_nothing(cells: Mapping[int, str]) -> bool:
    """Whether a row is the `#TYPE` line of Windows PowerShell."""
    return is_type_line(cells.get(0, ""))
