"""What the Data screen computes on threads, and what it remembers as long as nothing changes. No widgets here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omeviz.provenance import HashingStopped, SourceHashes

if TYPE_CHECKING:
    from omeviz.analysis.findings import Report
    from omeviz.errors import OmevizError
    from omeviz.store import Store


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What is to be examined.

    Attributes:
        store: The records.
        failures: Why inputs could not be read.
        partial: The load goes on, or was stopped.
        progress: Called on the thread with how far it is, in words.
    """

    store: Store
    failures: tuple[OmevizError, ...]
    partial: bool
    progress: Callable[[str], None]

    @property
    def key(self) -> tuple[object, ...]:
        """Changes with whatever would change the report."""
        store = self.store
        return id(store), store.record_count, len(store.sources), len(store.unusable), len(self.failures), self.partial


@dataclass(slots=True)
class DataMemory:
    """What stays between two looks at the screen.

    Attributes:
        hashes: Of the sources, so that none is read twice.
        key: Of the request that the report answers.
        report: The last one, or None.
    """

    hashes: SourceHashes = field(default_factory=SourceHashes)
    key: tuple[object, ...] = ()
    report: Report | None = None


def compute_report(request: DataRequest, should_stop: Callable[[], bool]) -> Report:
    """Examine everything; the files' hashes are still missing.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    from omeviz.analysis.trust import STEPS, examine
    from omeviz.sources.containers import CONTAINERS

    return examine(
        request.store,
        request.failures,
        containers=CONTAINERS,
        partial=request.partial,
        progress=lambda done: request.progress(f"looking at the records, {100 * done // STEPS}%"),
        should_stop=should_stop,
    )


@dataclass(frozen=True, slots=True)
class HashRequest:
    """A report whose files are to be hashed.

    Attributes:
        store: Whose sources the report's files are.
        report: The report.
        hashes: What is known already.
        progress: Called on the thread with how far it is, in words.
    """

    store: Store
    report: Report
    hashes: SourceHashes
    progress: Callable[[str], None]


def compute_hashes(request: HashRequest, should_stop: Callable[[], bool]) -> Report:
    """The report with the files' hashes.

    Raises:
        Overtaken: `should_stop` returned true.
    """
    from omeviz.analysis.findings import with_hashes
    from omeviz.query.select import Overtaken

    sources = request.store.sources[: len(request.report.files)]
    total = sum(source.size or 0 for source in sources) or 1
    done = 0
    found = []
    for source in sources:
        before = done

        def told(number: int, before: int = before) -> None:
            request.progress(f"hashing the files, {min(100, 100 * (before + number) // total)}%")

        try:
            found.append(request.hashes.of(source, should_stop, told))
        except HashingStopped:
            raise Overtaken from None
        done += source.size or 0
    return with_hashes(request.report, found)
