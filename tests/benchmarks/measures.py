"""What is measured without a screen, and the names of all measurements. Each runs in a process of its own."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from omeviz.query.tree import Filter
    from omeviz.store import Store

Values = dict[str, list[float]]
"""What a measurement found: seconds, MiB under `peak`, percent under `idle`; lists, to be pooled over runs."""

WORD = "northwind"
"""In the subject of every tenth message or so, and nowhere else."""
TEXTS = (
    WORD,
    "support case",
    "statement.pdf",
    "lease agreement",
    "maintenance",
    "fabrikam",
    "recipient.00042",
    "department.215",
    "9e3779b9",
    "yahoo",
    "eurprd7",
    "not in there",
)
"""What users look for: rare and frequent things, in every place of a record."""
SHORTEST = 3
"""Characters of a text that are typed before narrowing is measured."""
ONE_IN = 20
"""In the damaged export every row of so many is damaged."""
SMALL = 50_000
"""Events of the small export, where the first events on the screen are compared once more."""


@dataclass(frozen=True, slots=True)
class Export:
    """A generated export, and how many events it holds."""

    path: Path
    events: int


class Unexpected(Exception):
    """A measurement is worth nothing, because the program did not do what was measured."""


def peak_memory() -> Values:
    """The peak resident memory of this process, MiB; nothing where the system does not tell.

    On Linux with what its helpers took at most, as far as they are still there.
    """
    if sys.platform == "win32":
        try:
            import psutil
        except ImportError:
            return {}
        return {"peak": [psutil.Process().memory_info().peak_wset / 2**20]}
    with suppress(OSError):  # what `resource` tells begins with the peak of the process that started this one
        children = [
            text for task in Path("/proc/self/task").iterdir() for text in (task / "children").read_text().split()
        ]
        return {"peak": [sum(map(_high_water, ("self", *children)))]}
    import resource

    return {
        "peak": [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)]
    }


def _high_water(process: str) -> float:
    """The peak resident memory of a process on Linux, MiB."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8", "replace").splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def baseline(export: Export) -> Values:
    """Load with csv and orjson, then look for things in loops."""
    from tests.benchmarks.baseline import loaded, queries

    columns, seconds = loaded(export.path)
    values = {"all": [seconds], **peak_memory()}
    return values | queries(columns, WORD)


def load(export: Export, *, careful: bool = False) -> Values:
    """Load and decode everything, imports included."""
    began = perf_counter()
    from omeviz.helpers import Helpers
    from omeviz.load import FirstRows, Loader, LoadOptions

    helpers = Helpers()
    loader = Loader([str(export.path)], LoadOptions(careful=careful), helpers=helpers)
    first = [perf_counter() - began for step in loader.run() if isinstance(step, FirstRows)]
    seconds = perf_counter() - began
    _check(loader.store, export)
    values = {"all": [seconds], "first": first, **peak_memory()}
    helpers.close()
    return values


def load_careful(export: Export) -> Values:
    """Load and decode everything the careful way."""
    return load(export, careful=True)


def _check(store: Store | None, export: Export) -> None:
    rows = sum(source.rows for source in store.sources) if store is not None else 0
    if rows != export.events:
        raise Unexpected(f"{rows:,} of {export.events:,} rows were loaded")


def queries(export: Export) -> Values:
    """Filter and sort as the explorer does after a load, each question asked once, so that nothing is remembered."""
    from omeviz.load import load_all
    from omeviz.query.textsearch import prepare

    store = load_all([str(export.path)])
    _check(store, export)
    values: Values = {"text": [], "narrow": []}
    _select(store)  # the explorer shows everything in order of time before anything is asked
    prepare(store.parts, lambda: False)  # and then gets ready for the first search
    for text in TEXTS:
        gc.collect()
        seconds, _ = _select(store, quoted(text))
        values["text"].append(seconds)
    for text in TEXTS:
        gc.collect()
        values["narrow"] += _typed(store, text)
    gc.collect()
    values["status"] = [_select(store, "status:failure")[0]]
    values["operation"] = [_select(store, "operation:MessageAccess")[0]]
    values["sort time"] = [_select(store, sort="-time")[0]]
    values["sort recipient"] = [_select(store, sort="recipient")[0]]
    return values


def quoted(text: str) -> str:
    """A filter for exactly this text, whatever words are in it."""
    return f'"{text}"'


def _select(store: Store, text: str = "", sort: str = "", within: pl.Series | None = None) -> tuple[float, pl.Series]:
    """Seconds from a filter's text to the rows in shown order; and those rows."""
    from omeviz.query.parse import parse
    from omeviz.query.select import parse_sort, select

    began = perf_counter()
    rows = select(store, parse(text), parse_sort(sort) if sort else (), within=within)
    return perf_counter() - began, rows


def _typed(store: Store, text: str) -> list[float]:
    """Seconds of every key with which a text grows, each choosing from what the key before left."""
    from omeviz.query.narrow import narrows
    from omeviz.query.parse import parse

    seconds: list[float] = []
    shown: pl.Series | None = None
    before: Filter | None = None
    for length in range(SHORTEST, len(text) + 1):
        grown = quoted(text[:length])
        parsed = parse(grown)
        fewer = before is not None and narrows(before, parsed)
        took, shown = _select(store, grown, within=shown if fewer else None)
        if fewer:
            seconds.append(took)
        before = parsed
    return seconds


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement.

    Attributes:
        name: How `--only` calls it.
        run: Takes it.
        damage: How many of so many events are damaged.
        program: The program it needs, or empty.
        screen: It needs a pseudo-terminal.
        small: It takes the small export; left out where the export is no larger.
        form: Of the export: one of `FORMS`, or empty for the CSV.
    """

    name: str
    run: Callable[[Export], Values]
    damage: Callable[[int], int] = lambda _events: 0
    program: str = ""
    screen: bool = False
    small: bool = False
    form: str = ""


def _often(events: int) -> int:
    return max(1, events // ONE_IN)


def _explorer(name: str) -> Callable[[Export], Values]:
    """A measurement of the explorer; imported late, because it takes a pseudo-terminal."""

    def run(export: Export) -> Values:
        from tests.benchmarks.screens import EXPLORER

        return EXPLORER[name](export)

    return run


def _program(name: str) -> Callable[[Export], Values]:
    """A measurement of another program, likewise."""

    def run(export: Export) -> Values:
        from tests.benchmarks.screens import other

        return other(name, export)

    return run


PROGRAMS = ("vd", "lnav", "csvlens", "tw")
"""Programs to compare with, where they are installed."""

MEASURES: tuple[Measure, ...] = (
    Measure("baseline", baseline),
    Measure("load", load),
    Measure("careful", load_careful),
    Measure("one-damaged", load, lambda _events: 1),
    Measure("damaged", load, _often),
    Measure("damaged-careful", load_careful, _often),
    *(Measure(form, load, form=form) for form in ("ndjson", "array", "wrapped", "copies", "parquet")),
    Measure("query", queries),
    Measure("explorer", _explorer("explorer"), screen=True),
    Measure("explorer-loading", _explorer("loading"), screen=True),
    Measure("explorer-small", _explorer("first"), screen=True, small=True),
    *(Measure(name, _program(name), program=name, screen=True) for name in PROGRAMS),
    Measure("vd-small", _program("vd"), program="vd", screen=True, small=True),
)
