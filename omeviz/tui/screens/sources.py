"""What was read from each file, and what was guessed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from omeviz.sources.containers import CONTAINERS
from omeviz.summary import DATES, DELIMITERS
from omeviz.text import visible
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.widgets.header_line import count
from omeviz.tui.widgets.loading_bar import size_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.widget import Widget

    from omeviz.errors import OmevizError
    from omeviz.store import SourceSummary


def source_rows(source: SourceSummary, copies: int = 0) -> list[tuple[str, str]]:
    """(what, value) for each thing known of one source.

    Args:
        source: The source.
        copies: How many of its records are further copies of an event.
    """
    unusable = source.rows - source.records
    rows = [
        ("file", str(source.path) if source.path else source.name),
        ("read as", CONTAINERS.get(source.container, source.container)),
        ("size", size_text(source.size) if source.size is not None else ""),
        ("rows", f"{source.rows:,} = {source.records:,} records + {unusable:,} unusable"),
        ("copies", f"{count(copies, 'record')} whose event is shown from another record" if copies else ""),
        ("kept", _kept(source)),
        ("encoding", source.encoding),
        ("delimiter", DELIMITERS.get(source.delimiter, source.delimiter)),
        ("dates", DATES.get(source.dates, source.dates)),
        ("", "" if source.complete else "Not everything was read."),
    ]
    rows += [("note", note) for note in source.notes]
    return [(what, visible(value)) for what, value in rows if value]


def _kept(source: SourceSummary) -> str:
    """What became of the records where only matching ones are kept."""
    if not source.kept_only:
        return ""
    kept = source.records - source.dropped
    return f"{kept:,} of the records match {source.kept_only}; {source.dropped:,} were dropped while reading"


class Sources(Dialog[None]):
    """Lists the files of the session."""

    HEADING = "Files"
    HINT = "Wrong guess? --container --encoding --delimiter --dates   Esc closes"
    AUTO_FOCUS = "VerticalScroll"

    def __init__(
        self,
        sources: Sequence[SourceSummary],
        failures: Sequence[OmevizError] = (),
        copies: Mapping[int, int] | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._copies = copies or {}
        self._notes = tuple(notes)
        self._sources = tuple(sources)
        self._failures = tuple(failures)

    def body(self) -> list[Widget]:
        """One block a file."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for index, source in enumerate(self._sources):
            for what, value in source_rows(source, self._copies.get(index, 0)):
                grid.add_row(Text(what, "bold"), Text(value))
            grid.add_row("", "")
        for note in self._notes:
            grid.add_row(Text("note", "bold"), Text(visible(note)))
        for error in self._failures:
            grid.add_row(Text("failed", "bold"), Text(visible(str(error))))
        return [VerticalScroll(Static(grid, markup=False))]
