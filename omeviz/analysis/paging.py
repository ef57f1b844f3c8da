"""What ResultIndex, ResultCount and links of pages say: searches that timed out, rows that were announced and are
not there.

ResultIndex counts within one search session; ResultCount is how many rows the search found, or, since 2026, how many
the page has. Both are wrapper columns of `Search-UnifiedAuditLog`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from omeviz.analysis.findings import Finding
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import Material

TOLERANCE = 0.02
"""Pages of one search announce counts that differ by as much, because events arrive meanwhile."""

MOST_DETAILS = 5
_LARGEST = 10**12
"""Numbers beyond that are none of ResultIndex or ResultCount."""

_RAW_TIME_OUT = re.compile(
    r"""(?:^|[,;\t|"\s])-1"?[,;\t|]"?0(?:$|[,;\t|"\s])|ResultIndex"?\s*:\s*"?-1\b""", re.IGNORECASE
)
"""The two numbers side by side, or the one by its name."""

_SCHEMA = {"source": pl.UInt32, "line": pl.UInt64, "index": pl.Int64, "count": pl.Int64}


@dataclass(frozen=True, slots=True)
class Search:
    """Rows that seem to come from one search, or from searches that found as much.

    Attributes:
        count: The largest ResultCount.
        different: How many different numbers ResultIndex has from 1 to that.
        all_different: How many at all.
        missing_inside: Numbers missing between the smallest and the largest.
        rows: How many rows.
        sources: Rows by file.
    """

    count: int
    different: int
    all_different: int
    missing_inside: int
    rows: int
    sources: dict[int, int]

    @property
    def complete(self) -> bool:
        """As many different rows are here as were announced, and none is missing between them."""
        return max(self.different, self.all_different) >= self.count and not self.missing_inside


def numbered(material: Material) -> pl.DataFrame:
    """`source`, `line`, `index` and `count` of all rows that have a ResultIndex and a ResultCount."""
    found = []
    for group in material.groups:
        index, count = group.position("resultindex"), group.position("resultcount")
        if index is not None and count is not None:
            places = group.places
            found.append(
                pl.DataFrame(
                    [
                        places.get_column("source"),
                        places.get_column("line"),
                        _numbers(group.cells(index), "index"),
                        _numbers(group.cells(count), "count"),
                    ]
                ).drop_nulls()
            )
    return pl.concat(found) if found else pl.DataFrame(schema=_SCHEMA)


def _numbers(cells: pl.Series, name: str) -> pl.Series:
    return cells.cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False).alias(name)


def timed_out(material: Material, rows: pl.DataFrame) -> Iterator[Finding]:
    """Rows of ResultIndex -1 and ResultCount 0, unusable ones among them."""
    found = rows.filter((pl.col("index") == -1) & (pl.col("count") == 0)).select("source", "line")
    unusable = [(row.source, row.line) for row in material.unusable if _RAW_TIME_OUT.search(row.raw[:4_000])]
    if unusable:
        more = pl.DataFrame(unusable, schema={"source": pl.UInt32, "line": pl.UInt64}, orient="row")
        found = pl.concat([found, more])
    if found.height:
        places = material.tallies(found)
        yield finding("time-out", places)


def searches(rows: pl.DataFrame) -> list[Search]:
    """Rows by search: those that announce about the same count are taken together, over all files."""
    sensible = pl.col("index").is_between(1, _LARGEST) & pl.col("count").is_between(1, _LARGEST)
    rows = rows.filter(sensible).sort("count", "index")
    counts = rows.get_column("count")
    found = []
    start = 0
    while start < rows.height:
        least = int(counts[start])
        stop = int(counts.search_sorted(least + max(5, int(least * TOLERANCE)), side="right"))
        found.append(_search(rows.slice(start, stop - start)))
        start = stop
    return found


def _search(rows: pl.DataFrame) -> Search:
    count = int(rows.get_column("count").tail(1).item())
    indexes = rows.get_column("index").unique().sort()
    low, high = int(indexes[0]), int(indexes[-1])
    sources = dict(rows.get_column("source").value_counts().iter_rows())
    return Search(
        count=count,
        different=int((indexes <= count).sum()),
        all_different=indexes.len(),
        missing_inside=high - low + 1 - indexes.len(),
        rows=rows.height,
        sources=sources,
    )


def next_pages(material: Material) -> Iterator[Finding]:
    """JSON pages that end with a link to a next one; where another file of JSON does not, it may be the last page."""
    pages = [index for index, source in enumerate(material.sources) if any("nextLink" in note for note in source.notes)]
    others = any(source.container == "json" for index, source in enumerate(material.sources) if index not in pages)
    if pages and not others:
        yield finding("next-page", [material.place(index) for index in pages])


def partial_pages(material: Material, found: list[Search], capped: set[int]) -> Iterator[Finding]:
    """Searches with rows missing.

    Args:
        material: The store.
        found: Its searches.
        capped: Files that reached a cap, which says it already. Files of which not all was kept say nothing.
    """
    dropped = {index for index, source in enumerate(material.sources) if source.dropped}
    sources: set[int] = set()
    details = []
    for search in found:
        if search.complete or search.sources.keys() <= capped or search.sources.keys() & dropped:
            continue
        fewer = search.count - max(search.different, search.all_different)
        if fewer > 0:
            details.append(f"{search.all_different:,} of {search.count:,} rows that ResultCount announces are here")
        else:
            details.append(f"ResultIndex leaves out {search.missing_inside:,} numbers between its first and last")
        sources |= search.sources.keys()
    if len(details) > MOST_DETAILS:
        details = [*details[:MOST_DETAILS], f"and {len(details) - MOST_DETAILS:,} more searches"]
    if details:
        yield finding("partial-page", [material.place(source) for source in sorted(sources)], details=tuple(details))
