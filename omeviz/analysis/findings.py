"""What an examination of exports says: findings, facts about each file, and the whole report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omeviz.provenance import SourceHash

Level = Literal["attention", "hint"]
"""`attention`: it is certain, and somebody should do something (exit code 3). `hint`: it may be harmless, and the
finding says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A finding in one file.

    Attributes:
        file: Index of the file among the report's files.
        name: What the file is called.
        count: How many of the finding's units are in it.
        line: The line (or number) of the first of them, from 1; None where it has none.
        detail: What is special about this file, or empty.
        counts: What `line` counts (`omeviz.summary.number_word`).
    """

    file: int
    name: str
    count: int
    line: int | None = None
    detail: str = ""
    counts: str = "line"


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing that was found. Texts may hold text from a log: show them through `omeviz.text.visible`.

    Attributes:
        kind: A stable name for programs, see `omeviz.analysis.kinds`.
        level: Whether it needs attention.
        title: A few words.
        count: How many records, rows, … have it.
        unit: What is counted, singular.
        meaning: What it means, in sentences.
        remedy: What to do, in sentences.
        why: Of a hint: why it is only one.
        details: What exactly was seen, one sentence each.
        places: Where, a file each.
        commands: Lines for PowerShell.
        filter: A filter that shows the events in question, or empty where no filter does.
    """

    kind: str
    level: Level
    title: str
    count: int
    unit: str
    meaning: str
    remedy: str
    why: str = ""
    details: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    commands: tuple[str, ...] = ()
    filter: str = ""

    @property
    def certain(self) -> bool:
        """Whether it is more than a hint."""
        return self.level == "attention"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of one file.

    Attributes:
        name: What a user calls it.
        path: Where it is; None for standard input.
        container: A name of `omeviz.sources.containers`.
        container_name: The same for people.
        encoding: As guessed or told; empty where the container is no text.
        delimiter: Of the CSV, or empty.
        dates: Order of day and month in the wrapper's dates: `mdy`, `dmy`, `ymd`, or empty where there are none.
        size: Bytes, or None where unknown.
        modified: When the file was last changed, naive UTC; None where unknown.
        rows: Rows read: records and unusable rows.
        records: Rows that are records.
        dropped: Records that were not kept while reading because they did not match `kept_only`.
        kept_only: The condition of those that were kept, or empty.
        events: Different events among the kept records.
        unusable: Rows that are no record.
        blank: Wholly empty rows, which are no rows.
        first: The earliest possible time, naive UTC; None where there is none.
        last: The latest.
        impossible: Records with an impossible time, which are not among these.
        timeless: Records without a readable time.
        complete: Everything was read.
        notes: What else was seen, one sentence without full stop each.
        origin: Where its records were read before omeviz wrote them to it, in words, or empty.
        exported_from: How many rows were there; None where it is no such file.
        hash: SHA-256 of its bytes; None while it is not computed.
    """

    name: str
    path: str | None
    container: str
    container_name: str
    encoding: str
    delimiter: str
    dates: str
    size: int | None
    modified: datetime | None
    rows: int
    records: int
    dropped: int
    kept_only: str
    events: int
    unusable: int
    blank: int
    first: datetime | None
    last: datetime | None
    impossible: int
    timeless: int
    complete: bool
    notes: tuple[str, ...] = ()
    origin: str = ""
    exported_from: int | None = None
    hash: SourceHash | None = None

    @property
    def copies(self) -> int:
        """Kept records beyond the first of their event."""
        return self.records - self.dropped - self.events


@dataclass(frozen=True, slots=True)
class Gap:
    """An unusual silence.

    Attributes:
        after: The last event before it, naive UTC.
        before: The first event behind it, naive UTC.
        usual: What silence is usual, in words.
    """

    after: datetime
    before: datetime
    usual: str

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, or not to its end; both texts may hold text from outside."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an examination found.

    Attributes:
        made: When, naive UTC.
        files: One for each source, in their order.
        failures: Inputs that could not be read.
        findings: Those that need attention first.
        gaps: Unusual silences, longest first; None: there are too few events to tell.
        types: (record type, events), most frequent first; empty text: none.
        events: Different events over all files.
        first: The earliest possible time over all files, naive UTC.
        last: The latest.
        partial: The user stopped the load, or it goes on.
    """

    made: datetime
    files: tuple[FileFacts, ...]
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] | None
    types: tuple[tuple[str, int], ...]
    events: int
    first: datetime | None
    last: datetime | None
    partial: bool = False

    @property
    def attention(self) -> int:
        """How many findings need attention."""
        return sum(1 for finding in self.findings if finding.certain)

    @property
    def hints(self) -> int:
        """How many are only hints."""
        return len(self.findings) - self.attention

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @property
    def records(self) -> int:
        """Records of all files."""
        return sum(file.records for file in self.files)

    @property
    def dropped(self) -> int:
        """Records of all files that were not kept while reading."""
        return sum(file.dropped for file in self.files)

    @property
    def unusable(self) -> int:
        """Unusable rows of all files."""
        return sum(file.unusable for file in self.files)

    @property
    def copies(self) -> int:
        """Kept records beyond the first of their event, over all files."""
        return self.records - self.dropped - self.events

    @property
    def impossible(self) -> int:
        """Records with an impossible time."""
        return sum(file.impossible for file in self.files)

    @property
    def hashed(self) -> bool:
        """Whether the files' hashes are there."""
        return all(file.hash is not None for file in self.files)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that need attention first, otherwise as they were."""
    return tuple(sorted(findings, key=lambda finding: not finding.certain))


def with_hashes(report: Report, hashes: Sequence[SourceHash]) -> Report:
    """The report with the files' hashes; a file that changed since it was read is a finding."""
    from omeviz.analysis.kinds import finding

    files = tuple(replace(file, hash=found) for file, found in zip(report.files, hashes, strict=True))
    places = tuple(
        Place(index, file.name, 1, None, found.reason)
        for index, (file, found) in enumerate(zip(files, hashes, strict=True))
        if found.changed
    )
    findings = tuple(finding for finding in report.findings if finding.kind != "file-changed")
    if places:
        findings = in_order([finding("file-changed", places), *findings])
    return replace(report, files=files, findings=findings)
