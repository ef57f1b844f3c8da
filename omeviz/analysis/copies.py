"""Events and their copies: how many of each, in each file and over all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from omeviz.analysis.findings import FileFacts, Finding, Place
from omeviz.analysis.kinds import finding
from omeviz.analysis.material import Material


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Different events.

    Attributes:
        all: Over all files.
        by_source: In each file by itself.
        lines: File -> the line of its first record that is a copy of another one in the same file.
        differing: `source` and `line` of the events whose copies contradict each other.
        hidden: Rows of the store that are further copies, UInt32 ascending.
    """

    all: int
    by_source: tuple[int, ...]
    lines: dict[int, int]
    differing: pl.DataFrame
    hidden: pl.Series


def event_counts(material: Material, should_stop: Callable[[], bool]) -> EventCounts:
    """Count events: records of one key are one, a record without a key is one by itself.

    Copies are compared, which takes its time where many of them are written differently.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    from omeviz.query.select import Overtaken

    store, height = material.store, material.frame.height
    store.merge_copies()
    material.ask()
    copies = store.compare_copies(should_stop)
    if copies is None or copies.differing is None:
        raise Overtaken
    rows = pl.concat([copies.hidden, copies.copied])
    events = pl.concat([copies.shown, copies.copied])
    chosen = pl.DataFrame({"row": rows, "event": events}).filter(pl.col("row") < height)
    places = material.frame.select("source", "line")[chosen.get_column("row")]
    chosen = pl.concat([chosen, places], how="horizontal")
    again = chosen.sort("row").filter(~pl.struct("source", "event").is_first_distinct())
    extra = again.group_by("source").agg(pl.len(), pl.col("line").first())
    found = {source: (number, line) for source, number, line in extra.iter_rows()}
    records = dict(material.frame.get_column("source").value_counts().iter_rows())
    by_source = [records.get(source, 0) - found.get(source, (0, 0))[0] for source in range(len(material.sources))]
    differing = copies.differing.filter(copies.differing < height)
    return EventCounts(
        height - chosen.height + chosen.get_column("event").n_unique(),
        tuple(by_source),
        {source: line for source, (_, line) in found.items()},
        material.frame.select("source", "line")[differing],
        copies.hidden.filter(copies.hidden < height),
    )


def copied(material: Material, files: Sequence[FileFacts], counts: EventCounts) -> Iterator[Finding]:
    """Duplicates within one file, and copies that differ; the same event in several files is none of these."""
    bare = _bare_sources(material)
    for kind, by_design in (("duplicates", False), ("duplicates-by-design", True)):
        places = [
            Place(index, file.name, file.copies, counts.lines.get(index), counts=material.number_word(index))
            for index, file in enumerate(files)
            if file.copies and (index in bare) == by_design
        ]
        if places:
            yield finding(kind, places, filter=material.file_filter(places, "is:copied"))
    if counts.differing.height:
        places = list(material.tallies(counts.differing))
        yield finding("copies-differ", places, filter="is:copied is:problem")


def _bare_sources(material: Material) -> set[int]:
    """Files of bare records, as the Management Activity API delivers them."""
    wrapped = {part.source for part in material.parts if part.header}
    return set(range(len(material.sources))) - wrapped
