"""The table that the benchmark prints: which rows it has, what each is compared with, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Literal

from tests.benchmarks.measures import ONE_IN, SMALL, Values

Pick = Literal["median", "p95", "p99"]
PICKED: dict[Pick, str] = {"median": "", "p95": ", 95th percentile", "p99": ", 99th percentile"}


@dataclass(frozen=True, slots=True)
class Against:
    """What a row is compared with: the median of a measurement's value, and how the table calls it."""

    label: str
    measure: str
    key: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a value of a measurement.

    Attributes:
        what: What the user waits for.
        measure: The measurement's name.
        key: Which of its values.
        pick: Which of all runs' values is written and compared.
        against: What it is compared with.
    """

    what: str
    measure: str
    key: str
    pick: Pick = "median"
    against: tuple[Against, ...] = ()


def _script(key: str) -> Against:
    return Against("csv + orjson", "baseline", key)


def _programs(key: str) -> tuple[Against, ...]:
    return tuple(Against(f"`{name}`", name, key) for name in ("vd", "lnav", "csvlens", "tw"))


CLEAN = Against("the clean file", "load", "all")
OFTEN = f"every {ONE_IN}th row damaged"

ROWS: tuple[Row, ...] = (
    Row("all events loaded and decoded", "load", "all", against=(_script("all"),)),
    Row("first events decoded", "load", "first"),
    Row("all events the careful way (`--careful`)", "careful", "all", against=(_script("all"),)),
    Row("one damaged row in the middle", "one-damaged", "all", against=(CLEAN,)),
    Row(OFTEN, "damaged", "all", against=(CLEAN, _script("all"))),
    Row(f"{OFTEN}, all rows the careful way", "damaged-careful", "all", against=(_script("all"),)),
    Row("the same records as NDJSON", "ndjson", "all", against=(CLEAN,)),
    Row("the same records as one JSON array", "array", "all", against=(CLEAN,)),
    Row("the cmdlet's objects as JSON, AuditData as text", "wrapped", "all", against=(CLEAN,)),
    Row("a third of the records are copies", "copies", "all", against=(CLEAN,)),
    Row("the same records as omeviz's own Parquet", "parquet", "all", against=(CLEAN,)),
    Row("text looked for in everything", "query", "text", against=(_script("text"),)),
    Row("text looked for in everything", "query", "text", "p95", (_script("text"),)),
    Row("one more letter of it", "query", "narrow", "p95", (_script("text"),)),
    Row("filter by status", "query", "status", against=(_script("status"),)),
    Row("filter by operation", "query", "operation", against=(_script("operation"),)),
    Row("sort by time, newest first", "query", "sort time", against=(_script("sort time"),)),
    Row("sort by recipient", "query", "sort recipient", against=(_script("sort recipient"),)),
    Row("explorer: first events on the screen", "explorer", "first", against=_programs("first")),
    Row(
        f"explorer: first of {SMALL:,} events on the screen",
        "explorer-small",
        "first",
        against=(Against("`vd`", "vd-small", "first"),),
    ),
    Row("explorer: all events loaded", "explorer", "all", against=(_script("all"), *_programs("all"))),
    Row("explorer: page move while loading, key to screen", "explorer-loading", "move", "p99"),
    Row("explorer: page move, key to screen", "explorer", "move", "p99"),
    Row("explorer: filter typed, last result on the screen", "explorer", "filter"),
    Row("explorer: status key, result on the screen", "explorer", "status"),
    Row("explorer: processor time while idle", "explorer", "idle"),
    Row("csv + orjson: all events in lists", "baseline", "all"),
    Row("`vd`: first rows on the screen", "vd", "first"),
    Row(f"`vd`: first of {SMALL:,} rows on the screen", "vd-small", "first"),
    Row("`vd`: all rows, not decoded", "vd", "all"),
    Row("`lnav`: first rows on the screen", "lnav", "first"),
    Row("`lnav`: all lines, not held in memory", "lnav", "all"),
    Row("`csvlens`: first rows on the screen", "csvlens", "first"),
    Row("`csvlens`: all rows counted, not held in memory", "csvlens", "all"),
    Row("`tw`: first rows on the screen", "tw", "first"),
    Row("`tw`: all rows, not decoded", "tw", "all"),
)
HEADER = ("what", "speed against", "time", "from … to", "peak memory")


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of all values do not exceed."""
    return sorted(values)[max(1, ceil(len(values) * percent / 100)) - 1]


def picked(values: Sequence[float], pick: Pick) -> float:
    """One value for all."""
    return median(values) if pick == "median" else percentile(values, int(pick[1:]))


def time_text(seconds: float) -> str:
    """`12.3 s`, `1.23 s`, `123 ms`, `4.2 ms`, `0.05 ms`."""
    if seconds >= 10:
        return f"{seconds:.1f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    thousandths = seconds * 1000
    return f"{thousandths:.{0 if thousandths >= 100 else 1 if thousandths >= 1 else 2}f} ms"


def ratio_text(ratio: float) -> str:
    """`12 times`, `1.2 times`, `0.12 times`."""
    return f"{ratio:.{0 if ratio >= 10 else 1 if ratio >= 1.95 else 2}f} times"


def _speeds(row: Row, value: float, found: Mapping[str, Values]) -> Iterator[str]:
    for other in row.against:
        values = found.get(other.measure, {}).get(other.key)
        if values and value > 0:
            yield f"{ratio_text(median(values) / value)} {other.label}"


def _cells(row: Row, found: Mapping[str, Values], events: int, size: int) -> tuple[str, ...] | None:
    """The cells of a row, or None where it was not measured."""
    measured = found.get(row.measure, {})
    values = measured.get(row.key)
    if not values:
        return None
    value = picked(values, row.pick)
    what = row.what + PICKED[row.pick]
    if row.key == "idle":
        return what, "", f"{value:.1f} %", f"{min(values):.1f} … {max(values):.1f} %", ""
    time, peak = time_text(value), ""
    if row.key == "all":
        time += f" ({events / value:,.0f} rows/s)"
        if measured.get("peak"):
            memory = median(measured["peak"])
            peak = f"{memory:,.0f} MiB ({memory * 2**20 / size:.2f} × the file)"
    speeds = ", ".join(_speeds(row, value, found))
    return what, speeds, time, f"{time_text(min(values))} … {time_text(max(values))}", peak


def table(found: Mapping[str, Values], events: int, size: int) -> str:
    """The table, Markdown.

    Args:
        found: What each measurement found, all runs pooled, by its name.
        events: In the export.
        size: Of the export, bytes.
    """
    lines = [HEADER, ("---",) * len(HEADER)]
    lines += [cells for row in ROWS if (cells := _cells(row, found, events, size)) is not None]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
