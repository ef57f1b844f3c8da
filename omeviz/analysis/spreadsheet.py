"""Traces that a spreadsheet leaves in the cells of an export it saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from omeviz.analysis.findings import Finding, Place
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import MOST_COLUMNS, Group, Material
from omeviz.events.wrapper import is_weak, meanings

_TRUTHS = (
    "TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO", "VERDADEIRO", "WAAR", "ONWAAR",
)  # fmt: skip
"""How Excel writes the truth in some languages; PowerShell writes `True` and `False` in all."""

_TRUTH_COLUMNS = ("isvalid", "psshowcomputername")
ROUNDED = r"^[+-]?\d(?:[.,]\d+)?E\+\d{2,3}$"
GUARDED = r"""^(?:'[=+@\t-]|="|#(?:NAME\?|REF!|VALUE!|DIV/0!|NUM!|N/A)$|#{4,}$)"""
"""A cell made text by a `'`, or by a formula; one that failed as a formula, or was too narrow for its number."""

FORMULA = r"^[=+][^0-9\s]"
_ANY = r"^['=+#]|E\+"
"""Stands in every cell that one of these three finds; most columns have none."""

_REWRITTEN = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? +\d{1,2}[:.]\d{2}(?: ?[AaPp]\.?[Mm]\.?)?\s*$"
"""Without seconds: the form in which Excel shows and saves the dates of a CSV."""

_SERIAL = r"^\s*[34]\d{4}(?:[.,]\d+)?\s*$"
"""A count of days since 1900, of the years 1982 to 2036."""


@dataclass(slots=True)
class _Trace:
    """Cells of one sort, by file."""

    what: str
    cells: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many cells."""
        return sum(self.cells.values())

    @property
    def detail(self) -> str:
        """In words."""
        examples = ", ".join(self.examples[:3])
        return f"{self.count:,} {'cell' if self.count == 1 else 'cells'} {self.what}: {examples}"


def spreadsheet_traces(material: Material) -> Iterator[Finding]:
    """Certain traces as one finding, cells that a spreadsheet would calculate as another."""
    truths = _Trace("with the truth in capitals")
    rounded = _Trace("with a rounded number")
    rewritten = _Trace("with a rewritten date")
    guarded = _Trace("guarded by a spreadsheet, or lost in it")
    formulas = _Trace("that would be calculated")
    for group in material.spreadsheet_groups():
        material.ask()
        texts = _text_group(material, group)
        if texts is not None:
            for name in _TRUTH_COLUMNS:
                position = texts.position(name)
                if position is not None:
                    _look(texts, position, truths, "^(?:" + "|".join(_TRUTHS) + ")$")
        for position in _time_positions(group):
            _look(group, position, rewritten, f"{_REWRITTEN}|{_SERIAL}")
        for position in range(min(len(group.header), MOST_COLUMNS)):
            cells = group.cells(position)
            if cells.cast(pl.String).str.contains(_ANY).any():
                _look(group, position, rounded, ROUNDED)
                _look(group, position, guarded, GUARDED)
                _look(group, position, formulas, FORMULA)
    certain = [trace for trace in (truths, rounded, rewritten, guarded) if trace.count]
    if certain:
        yield finding("spreadsheet", _places(material, certain), details=tuple(trace.detail for trace in certain))
    if formulas.count:
        yield finding("formula-cells", _places(material, [formulas]), details=(formulas.detail,))


def _text_group(material: Material, group: Group) -> Group | None:
    """The group without workbooks, whose truths have no text of their own."""
    parts = tuple(part for part in group.parts if material.sources[part.source].container != "xlsx")
    return Group(group.header, parts) if parts else None


def _time_positions(group: Group) -> list[int]:
    """Columns that hold the time as the export wrote it."""
    return [position for position in meanings(group.header).get("time", ()) if not is_weak(group.header[position])]


def _look(group: Group, position: int, trace: _Trace, pattern: str) -> None:
    """Count the cells of a column that a pattern finds."""
    cells = group.cells(position).cast(pl.String)
    hits = cells.str.contains(pattern).fill_null(value=False)
    if not hits.any():
        return
    found = group.places.filter(hits).group_by("source").agg(pl.len(), pl.col("line").min())
    for source, number, line in found.iter_rows():
        trace.cells[source] = trace.cells.get(source, 0) + number
        trace.lines[source] = min(line, trace.lines.get(source, line))
    examples = cells.filter(hits).head(100).unique(maintain_order=True).head(3)
    trace.examples += [text[:40] for text in examples]


def _places(material: Material, traces: list[_Trace]) -> list[Place]:
    sources = sorted({source for trace in traces for source in trace.cells})
    return [
        Place(
            source,
            material.sources[source].name,
            sum(trace.cells.get(source, 0) for trace in traces),
            min(trace.lines[source] for trace in traces if source in trace.lines),
            counts=material.number_word(source),
        )
        for source in sources
    ]
