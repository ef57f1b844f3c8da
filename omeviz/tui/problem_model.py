"""The problems of a session as rows of a table: files that failed, unusable rows, records with something wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from omeviz.tui.models import CELL_LIMIT
from omeviz.tui.widgets.column_layout import TableColumn
from omeviz.tui.widgets.header_line import count

if TYPE_CHECKING:
    import polars as pl

    from omeviz.errors import OmevizError
    from omeviz.store import Store

PROBLEM_COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("file", "File", 20, 8),
    TableColumn("line", "Where", 12, 9),
    TableColumn("reason", "What is wrong", 34, 16, spare=1),
    TableColumn("text", "Raw text", 40, 10, spare=3),
)
"""The columns of the list."""

Kind = Literal["file", "row", "record"]


class ProblemModel:
    """Problems in the order of sources and lines.

    Args:
        store: The records and unusable rows.
        failures: Why files could not be read; they come first.
    """

    def __init__(self, store: Store, failures: Sequence[OmevizError] = ()) -> None:
        self.store = store
        self.failures = tuple(failures)
        self._unusable = tuple(store.unusable)
        self._differing = frozenset(store.copies.differing if store.copies.differing is not None else ())
        self._order = _in_order(store, [(row.source, row.line) for row in self._unusable], self._differing)

    @property
    def row_count(self) -> int:
        """How many problems there are."""
        return len(self.failures) + self._order.height

    def entry(self, index: int) -> tuple[Kind, int]:
        """What stands at a place: its kind, and the index of the failure or unusable row, or the record's row."""
        if index < len(self.failures):
            return "file", index
        record, unusable = self._order.row(index - len(self.failures))
        return ("record", record) if record is not None else ("row", unusable)

    def record_row(self, index: int) -> int | None:
        """The row in the store of the record at a place; None where it is no record."""
        kind, number = self.entry(index)
        return number if kind == "record" else None

    def raw(self, index: int) -> str:
        """The raw text at a place, whole."""
        kind, number = self.entry(index)
        if kind == "file":
            return ""
        if kind == "row":
            return self._unusable[number].raw
        record = self.store.record(number)
        cells = "\n".join(f"{name}: {cell}" for name, cell in record.wrapper)
        return record.raw or record.audit_text or cells

    def explanation(self, index: int) -> str:
        """What is wrong, in full sentences."""
        kind, number = self.entry(index)
        if kind == "file":
            return str(self.failures[number])
        if kind == "row":
            return self._unusable[number].reason
        return "; ".join(problem.detail for problem in self.store.record(number).problems)

    def cells(self, start: int, stop: int, columns: Sequence[str]) -> list[list[str]]:
        """The texts of some problems, a list for each column."""
        rows = [self._cells(index) for index in range(start, min(stop, self.row_count))]
        return [[row[name][:CELL_LIMIT] for row in rows] for name in columns]

    def marked(self, start: int, stop: int) -> list[bool]:
        """Problems cannot be marked."""
        return [False] * max(0, min(stop, self.row_count) - start)

    def problems(self, start: int, stop: int) -> list[bool]:
        """All of them are; a sign on every row would say nothing."""
        return self.marked(start, stop)

    def times(self, start: int, stop: int) -> list[int]:
        """Each problem is one."""
        return [1] * max(0, min(stop, self.row_count) - start)

    def _cells(self, index: int) -> dict[str, str]:
        from omeviz.events.problems import TITLES, ProblemKind

        kind, number = self.entry(index)
        if kind == "file":
            return {"file": "", "line": "", "reason": "file cannot be read", "text": str(self.failures[number])}
        if kind == "row":
            row = self._unusable[number]
            source = self.store.sources[row.source]
            return {
                "file": source.name,
                "line": source.place(row.line),
                "reason": f"no record: {row.reason}",
                "text": row.raw,
            }
        part, local = self.store.part_of(number)
        line, bits, audit = part.frame.select("line", "problems", "audit").row(local)
        if number in self._differing:
            bits |= ProblemKind.COPIES_DIFFER
        reason = ", ".join(title for problem, title in TITLES.items() if bits & problem)
        text = part.raw.get(local) or audit or ""
        source = self.store.sources[part.source]
        return {"file": source.name, "line": source.place(line), "reason": reason, "text": text}


def _in_order(store: Store, unusable: Sequence[tuple[int, int]], differing: Collection[int]) -> pl.DataFrame:
    """(record, unusable) of each problem, one of the two null, by source and line."""
    import polars as pl

    frame = store.frame.select("source", pl.col("line").cast(pl.UInt64), "problems").with_row_index("record")
    wrong = pl.col("problems") != 0
    if differing:
        wrong |= pl.col("record").is_in(list(differing))
    records = frame.filter(wrong).select("source", "line", "record", unusable=pl.lit(None, pl.UInt32))
    rows = pl.DataFrame(
        {
            "source": [source for source, _ in unusable],
            "line": [line for _, line in unusable],
            "record": [None] * len(unusable),
            "unusable": list(range(len(unusable))),
        },
        schema={"source": pl.UInt32, "line": pl.UInt64, "record": pl.UInt32, "unusable": pl.UInt32},
    )
    both = pl.concat([records, rows]).sort("source", "line", maintain_order=True)
    return both.select("record", "unusable")


def rows_text(store: Store) -> str:
    """`9,611 rows = 9,608 records + 3 unusable rows`, and how many events those are where some are copies."""
    unusable, dropped = store.unusable_count, sum(source.dropped for source in store.sources)
    total = count(store.record_count + dropped + unusable, "row")
    rows = f"{total} = {count(store.record_count + dropped, 'record')} + {count(unusable, 'unusable row')}"
    if len(store.unusable) < unusable:
        rows += f", the first {len(store.unusable):,} of them listed"
    if dropped:
        rows += f"; {store.record_count:,} of the records were kept"
    if not store.copies.count:
        return rows
    copies = f"{store.copies.count:,} further {'copy' if store.copies.count == 1 else 'copies'}"
    return f"{rows}; the records are {count(store.event_count, 'event')} + {copies}"
