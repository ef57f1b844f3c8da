"""The explorer's state, without any widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from omeviz.events.columns import COLUMN
from omeviz.tui.views import Facts, View, ViewRequest, row_series
from omeviz.zones import zone_named, zone_title

if TYPE_CHECKING:
    from omeviz.copies import Copies
    from omeviz.errors import OmevizError
    from omeviz.store import Store


@dataclass(slots=True)
class Session:
    """What a user has done so far.

    Attributes:
        zone_name: `UTC`, `local` or a name: the zone in which times are shown and read.
        named_zone: The zone the user named last, which the zone key comes back to; or empty.
        filter_text: The one filter, as typed.
        sort_column: The column the table is sorted by; empty for the usual order.
        descending: Largest first.
        marks: Row numbers of the marked records.
        last_marked: The row that was marked last, from which a range goes.
        find_text: What is being looked for without narrowing; or empty.
        store: The records; None before the first arrived.
        view: The last good result; None before the first.
        loading: More records are on their way.
        partial: Loading was stopped before the end.
        failures: Why sources could not be read.
        notes: What else is to be said of what was named, one sentence without full stop each.
        portal_first: A filter may be set to show the portal's events; the user has not touched the filter yet.
        jump_to: The record on which the cursor goes when the next view is shown; or None.
        generation: Grows with every change of what is asked for.
    """

    zone_name: str = "UTC"
    named_zone: str = ""
    filter_text: str = ""
    sort_column: str = ""
    descending: bool = False
    marks: set[int] = field(default_factory=set)
    last_marked: int | None = None
    find_text: str = ""
    store: Store | None = None
    view: View | None = None
    loading: bool = True
    partial: bool = False
    failures: list[OmevizError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    portal_first: bool = False
    jump_to: int | None = None
    generation: int = 0

    def __post_init__(self) -> None:
        if self.zone_name not in {"UTC", "local"}:
            self.named_zone = self.zone_name

    @property
    def zone(self) -> tzinfo:
        """The zone of `zone_name`."""
        return zone_named(self.zone_name)

    @property
    def facts(self) -> Facts:
        """What is known of all records."""
        return self.view.facts if self.view is not None else Facts()

    @property
    def problem_count(self) -> int:
        """Records with a problem, events whose copies differ, unusable rows, files that could not be read."""
        unusable = self.store.unusable_count if self.store is not None else 0
        return self.facts.problems + self.facts.differing + unusable + len(self.failures)

    @property
    def asks_for_marks(self) -> bool:
        """Whether the filter may say `is:marked`, so that marks change what is shown."""
        return "marked" in self.filter_text.lower()

    def request(self) -> ViewRequest | None:
        """What to compute for the present state; None while there are no records yet."""
        if self.store is None:
            return None
        from omeviz.query.sort import SortKey

        return ViewRequest(
            self.generation,
            self.store,
            self.filter_text,
            self.zone,
            (SortKey(self.sort_column, self.descending),) if self.sort_column else (),
            frozenset(self.marks) if self.asks_for_marks else frozenset(),
            ordered=not self.loading,
            previous=self.view,
        )

    def forget_facts(self) -> None:
        """Decoded values changed: what was counted must be counted again."""
        if self.view is not None:
            self.view = replace(self.view, facts=Facts())

    def sort(self, column: str, *, descending: bool) -> bool:
        """Sort by a column; returns whether that changes anything."""
        wanted = ("", False) if (column, descending) == ("time", False) else (column, descending)
        if wanted == (self.sort_column, self.descending):
            return False
        self.sort_column, self.descending = wanted
        self.generation += 1
        return True

    @property
    def sort_marks(self) -> tuple[tuple[str, bool], ...]:
        """What the table's header marks as sorted by."""
        if self.sort_column:
            return ((self.sort_column, self.descending),)
        return (("time", False),) if self.view is not None and self.view.ordered else ()

    def sort_text(self) -> str:
        """The order in words; empty for the usual one."""
        if not self.sort_column:
            return ""
        return f"{COLUMN[self.sort_column].label}{', largest first' if self.descending else ''}"

    def next_zone(self) -> str:
        """The zone that comes after the present one: UTC, local, the named one."""
        zones = ["UTC", "local", *([self.named_zone] if self.named_zone else [])]
        return zones[(zones.index(self.zone_name) + 1) % len(zones)] if self.zone_name in zones else "UTC"

    def set_zone(self, name: str) -> None:
        """Show times in another zone.

        Raises:
            UsageError: No zone has that name.
        """
        zone_named(name)
        title = {"utc": "UTC", "local": "local", "": "UTC", "z": "UTC"}.get(name.lower(), name)
        if title not in {"UTC", "local"}:
            self.named_zone = title
        self.zone_name = title

    def in_zone(self, moment: datetime | None) -> datetime | None:
        """A naive UTC time in the shown zone."""
        if moment is None:
            return None
        try:
            return moment.replace(tzinfo=UTC).astimezone(self.zone)
        except (OverflowError, ValueError):
            return moment

    @property
    def zone_title(self) -> str:
        """What to call the shown zone."""
        return zone_title(self.zone_name)

    def follow_copies(self, copies: Copies) -> None:
        """Other copies of some events are shown: what the user did to those before holds for them."""
        if not copies.count:
            return
        if self.marks:
            self.marks = set(copies.events_of(row_series(self.marks)).to_list())
        if self.last_marked is not None:
            self.last_marked = copies.event_of(self.last_marked)

    def toggle_mark(self, row: int) -> bool:
        """Mark a record or take its mark away; returns whether it is marked afterwards."""
        if row in self.marks:
            self.marks.discard(row)
            return False
        self.marks.add(row)
        self.last_marked = row
        return True

    def mark(self, rows: Iterable[int]) -> int:
        """Mark records; returns how many were not marked before."""
        before = len(self.marks)
        self.marks.update(rows)
        return len(self.marks) - before

    def range_to(self, index: int) -> range:
        """The shown places from the last marked record to `index`; only `index` where none is shown."""
        view = self.view
        start = None
        if view is not None and self.last_marked is not None and self.last_marked in self.marks:
            start = view.rows.index_of(self.last_marked)
        if start is None:
            return range(index, index + 1)
        return range(min(start, index), max(start, index) + 1)
