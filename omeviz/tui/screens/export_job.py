"""What the export dialog writes, and what it remembers from one export to the next. No widgets here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from omeviz.errors import ExportError, OmevizError
from omeviz.export import export
from omeviz.export.redact import Secret, StandIns
from omeviz.provenance import SourceHashes
from omeviz.provenance.exporting import ManifestRequest, export_with_manifest
from omeviz.provenance.manifest import Circumstances, manifest_path

if TYPE_CHECKING:
    import polars as pl

    from omeviz.store import Store

REDACT, MANIFEST = "redact", "manifest"
"""The dialog's switches."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Events that could be exported.

    Attributes:
        key: `marked`, `shown` or `event`.
        label: What the dialog calls them.
        rows: Their row numbers in the store, in the shown order.
        circumstances: How they were chosen, for a manifest.
    """

    key: str
    label: str
    rows: pl.Series | Sequence[int]
    circumstances: Circumstances = field(default_factory=Circumstances)


@dataclass(frozen=True, slots=True)
class Exported:
    """How an export went.

    Attributes:
        records: How many were written.
        path: Where to.
        redacted: With stand-ins.
        manifest: Where its manifest is, or None.
    """

    records: int
    path: Path
    redacted: bool = False
    manifest: Path | None = None


@dataclass(slots=True)
class ExportMemory:
    """What stays between the exports of a session.

    Attributes:
        switches: Those that are on.
        hashes: Of the sources, so that none is read twice.
        stand_ins: Of one secret, so that the exports of a session can be read together; None until it is needed.
    """

    switches: frozenset[str] = frozenset()
    hashes: SourceHashes = field(default_factory=SourceHashes)
    stand_ins: StandIns | None = None

    def redaction(self) -> StandIns | None:
        """What makes stand-ins, where that switch is on."""
        if REDACT not in self.switches:
            return None
        if self.stand_ins is None:
            self.stand_ins = StandIns(Secret.random())
        return self.stand_ins


@dataclass(frozen=True, slots=True)
class Job:
    """One export.

    Attributes:
        store: Where the records are.
        selection: Which of them.
        path: Where to.
        format: A name of `FORMATS`.
        replace: What is there may be replaced.
        redact: Makes stand-ins, or None.
        hashes: Hashes sources for a manifest; None: no manifest.
    """

    store: Store
    selection: Selection
    path: Path
    format: str
    replace: bool
    redact: StandIns | None
    hashes: SourceHashes | None

    def run(
        self,
        progress: Callable[[int], None],
        hashing: Callable[[str, int], None],
        should_stop: Callable[[], bool],
    ) -> Exported | OmevizError:
        """Write it, on whatever thread; the answer is how it went.

        Args:
            progress: Called with the number of records written.
            hashing: Called with a source's name and how many of its bytes are hashed.
            should_stop: Asked now and then.
        """
        rows, redact, replace = self.selection.rows, self.redact, self.replace
        try:
            if self.hashes is None:
                records = export(
                    self.store,
                    rows,
                    self.path,
                    self.format,
                    replace=replace,
                    redact=redact,
                    progress=progress,
                    should_stop=should_stop,
                )
                return Exported(records, self.path, redact is not None)
            records = export_with_manifest(
                self.store,
                rows,
                self.path,
                self.format,
                ManifestRequest(self.selection.circumstances, self.hashes, hashing),
                replace=replace,
                redact=redact,
                progress=progress,
                should_stop=should_stop,
            )
            return Exported(records, self.path, redact is not None, manifest_path(self.path))
        except OmevizError as error:
            return error
        except OSError as error:
            return ExportError(f"{self.path} cannot be written: {error.strerror or error}.")
