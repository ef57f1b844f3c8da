"""Files that hold exactly as many rows as some limit lets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from omeviz.analysis.findings import FileFacts, Finding
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import SPREADSHEET_CONTAINERS, Material
from omeviz.analysis.paging import Search
from omeviz.analysis.search_command import halves, search_command

CAPS = frozenset({5_000, 10_000, 50_000, 100_000, 1_000_000})
"""Rows at which exports are cut: one call of the cmdlet (5,000), an export of Purview (50,000; 100,000 or 1,000,000
with a higher licence), and limits seen elsewhere."""

SMALL_CAPS = frozenset({100, 120})
"""What the cmdlet returns without -ResultSize. So few rows may be all there are."""

WORKSHEET_ROWS = 1_048_576
"""Rows of a worksheet, its header among them."""

MOST_COMMANDS = 10
"""Files for which the commands are written out."""


def capped_files(material: Material, files: Sequence[FileFacts], found: Sequence[Search]) -> Iterator[Finding]:
    """Caps, small caps that ResultCount proves or does not, and the end of a worksheet."""
    announced = _announced(found)
    complete = _complete(found)
    caps: list[int] = []
    small: list[int] = []
    sheets: list[int] = []
    for index, file in enumerate(files):
        sizes = {file.rows, file.records} if file.exported_from is None else {file.exported_from}
        more = announced.get(index, 0) > _whole(file)
        if sizes & CAPS and index not in complete:
            caps.append(index)
        elif sizes & SMALL_CAPS and index not in complete:
            (caps if more else small).append(index)
        elif file.container in SPREADSHEET_CONTAINERS and sizes & {WORKSHEET_ROWS, WORKSHEET_ROWS - 1}:
            sheets.append(index)
    for kind, indexes in (("cap-reached", caps), ("cap-possible", small), ("spreadsheet-rows", sheets)):
        if indexes:
            places = [material.place(index, 1, _rows(files[index], announced.get(index, 0))) for index in indexes]
            commands = () if kind == "spreadsheet-rows" else tuple(_commands(material, files, indexes))
            details = _more_files(indexes) if commands else ()
            yield finding(kind, places, details=details, commands=commands, filter=material.file_filter(places))


def _whole(file: FileFacts) -> int:
    """How many rows came out of the search; omeviz may have exported some of them only."""
    return file.rows if file.exported_from is None else file.exported_from


def _rows(file: FileFacts, announced: int) -> str:
    where = "" if file.exported_from is None else " in the file they were exported from"
    more = f", and ResultCount announces {announced:,}" if announced > _whole(file) else ""
    return f"{_whole(file):,} rows exactly{where}{more}"


def _more_files(indexes: Sequence[int]) -> tuple[str, ...]:
    if len(indexes) <= MOST_COMMANDS:
        return ()
    return (f"commands are written for the first {MOST_COMMANDS} of {len(indexes):,} files",)


def _announced(found: Sequence[Search]) -> dict[int, int]:
    """File -> the largest ResultCount in it."""
    announced: dict[int, int] = {}
    for search in found:
        for source in search.sources:
            announced[source] = max(announced.get(source, 0), search.count)
    return announced


def _complete(found: Sequence[Search]) -> set[int]:
    """Files that are pages of a search of which other files hold the rest: no cap, but a page's size."""
    return {
        source
        for search in found
        if search.complete and search.count not in CAPS
        for source, rows in search.sources.items()
        if rows < search.count
    }


def _commands(material: Material, files: Sequence[FileFacts], indexes: Sequence[int]) -> Iterator[str]:
    """Two lines for each file: its time range in halves, limited as its records are."""
    for index in indexes[:MOST_COMMANDS]:
        file = files[index]
        if file.first is None or file.last is None:
            continue
        record_type, operation = (_only(material, index, column) for column in ("type", "operation"))
        for start, stop in halves(file.first, file.last):
            yield search_command(start, stop, record_type, operation)


def _only(material: Material, source: int, column: str) -> str:
    """The one value that a column has in a file; empty where there are several or none."""
    values = material.frame.lazy().filter(pl.col("source") == source).select(pl.col(column).unique()).collect()
    return str(values.item() or "") if values.height == 1 else ""
