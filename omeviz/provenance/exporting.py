"""An export together with its manifest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from omeviz.errors import ExportError, OmevizError
from omeviz.export import ExportCancelledError, TargetExistsError, export
from omeviz.export.target import is_file_target, open_target
from omeviz.provenance.hashing import HashingStopped, SourceHash, SourceHashes, hash_of
from omeviz.provenance.manifest import Circumstances, ExportedFile, manifest, manifest_bytes, manifest_path

if TYPE_CHECKING:
    import polars as pl

    from omeviz.export.redact import StandIns
    from omeviz.store import Store


class ManifestError(ExportError):
    """The export was written, but its manifest was not.

    Args:
        records: How many events the export holds.
        where: The manifest's path.
        error: What went wrong.
    """

    def __init__(self, records: int, where: Path, error: OmevizError) -> None:
        super().__init__(f"The export was written, but its manifest {where} was not: {error.message}", error.remedy)
        self.records = records


@dataclass(frozen=True, slots=True)
class ManifestRequest:
    """What a manifest needs beside the export itself.

    Attributes:
        circumstances: How the events were chosen.
        hashes: Hashes sources, and remembers.
        hashing: Called with a source's name and how many of its bytes are hashed.
    """

    circumstances: Circumstances
    hashes: SourceHashes
    hashing: Callable[[str, int], None] | None = None


def export_with_manifest(
    store: Store,
    rows: pl.Series | Sequence[int],
    target: Path,
    format_name: str,
    request: ManifestRequest,
    *,
    columns: Sequence[str] | None = None,
    replace: bool = False,
    redact: StandIns | None = None,
    progress: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> int:
    """Hash the sources, write the export, then its manifest; both files are there completely or not at all.

    Arguments and errors are those of `omeviz.export.export`. The sources come first: an export may replace one.

    Returns:
        How many records were written.

    Raises:
        ManifestError: The export is there, its manifest is not.
    """
    beside = manifest_path(target)
    refuse_unless_free(target, replace=replace)
    hashes = _source_hashes(store, request, should_stop)
    written = export(
        store,
        rows,
        target,
        format_name,
        columns=columns,
        replace=replace,
        redact=redact,
        progress=progress,
        should_stop=should_stop,
    )
    try:
        exported = ExportedFile(target, format_name, columns, written, hash_of(target, should_stop))
        content = manifest(store, exported, request.circumstances, hashes, redact)
        with open_target(beside, replace=replace) as sink:
            sink.write(manifest_bytes(content))
    except HashingStopped:
        raise ManifestError(written, beside, ExportError("it was stopped.")) from None
    except OmevizError as error:
        raise ManifestError(written, beside, error) from error
    except OSError as error:
        reason = ExportError(f"{target} cannot be read again: {error.strerror or error}.")
        raise ManifestError(written, beside, reason) from error
    return written


def refuse_unless_free(target: Path, *, replace: bool) -> None:
    """Say before any work that a manifest cannot be written.

    Raises:
        ExportError: The target is no file, so nothing can be beside it.
        TargetExistsError: A manifest is there and `replace` is not set.
    """
    if not is_file_target(target):
        raise ExportError(f"{target} is no file, so no manifest can be beside it.", "Export to a file.")
    try:
        taken = manifest_path(target).is_file() and not replace
    except (OSError, ValueError):
        return  # no file can have such a name; the exporter says so
    if taken:
        raise TargetExistsError(str(manifest_path(target)))


def _source_hashes(store: Store, request: ManifestRequest, should_stop: Callable[[], bool] | None) -> list[SourceHash]:
    found = []
    for source in store.sources:

        def told(done: int, name: str = source.name) -> None:
            if request.hashing is not None:
                request.hashing(name, done)

        try:
            found.append(request.hashes.of(source, should_stop, told))
        except HashingStopped:
            raise ExportCancelledError from None
    return found
