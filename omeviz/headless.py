"""Counting and exporting without a screen. Imports no textual."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from omeviz.cli import DONE, FAILED, say
from omeviz.cli_options import load_options
from omeviz.errors import ExportError, FilterError, UsageError
from omeviz.export import TargetExistsError, chosen_columns, export, format_for
from omeviz.export.formats import format_named
from omeviz.load import Finished, Loader, Progress, SourceDone, SourceFailed
from omeviz.zones import zone_named, zone_title

if TYPE_CHECKING:
    import polars as pl

    from omeviz.export.redact import StandIns
    from omeviz.provenance import HashedInput
    from omeviz.query.tree import Filter
    from omeviz.store import Store


@dataclass(frozen=True, slots=True)
class Export:
    """How an export is to be written.

    Attributes:
        format: A name of `omeviz.export.FORMATS`.
        columns: The chosen columns, or None for the format's own.
        redact: Makes stand-ins, or None.
        stdin: Standard input, hashed while it was read, or None.
    """

    format: str
    columns: tuple[str, ...] | None
    redact: StandIns | None
    stdin: HashedInput | None


def run_headless(options: argparse.Namespace) -> int:
    """Load, filter, then count or export as the options say; returns the exit code.

    Raises:
        UsageError: Something the options say is wrong; found before anything is read.
        ExportError: The output cannot be written.
    """
    format_name = _format(options)
    if format_name == "parquet" and options.export == "-" and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError("Parquet is no text, and standard output is a terminal.", "Export to a file.")
    columns = None if options.columns is None else chosen_columns(options.columns.split(","))
    redact = _stand_ins(options)
    hashed = _hashed_stdin(options)
    stdin = cast("IO[bytes] | None", hashed)
    zone = zone_named(options.zone)
    if sys.stdout is None and (options.count or options.export == "-"):
        raise ExportError("standard output is closed.", "Give it a pipe, a file or a terminal.")
    from omeviz.query.parse import parse
    from omeviz.query.select import parse_sort, select

    try:
        parsed: Filter | None = parse(options.filter, zone=zone) if options.filter.strip() else None
        loader = Loader(options.files, load_options(options, parsed, stdin))
    except FilterError as error:
        _show_place(options.filter, error)
        raise
    sort = () if options.sort is None else parse_sort(options.sort)
    if options.export not in (None, "-") and not options.force and _is_file(options.export):
        raise TargetExistsError(options.export)
    if options.manifest:
        from omeviz.provenance.exporting import refuse_unless_free

        refuse_unless_free(Path(options.export), replace=options.force)
    store, failed = loaded(loader, quiet=options.quiet)
    rows = select(store, parsed, sort)
    if options.count:
        sys.stdout.write(f"{rows.len()}\n")
    if options.export is not None and format_name is not None:
        if not store.record_count and failed:
            return FAILED
        _export(options, loader, rows, Export(format_name, columns, redact, hashed))
    return FAILED if failed else DONE


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # no file can have such a name; the exporter says so
        return False


def _format(options: argparse.Namespace) -> str | None:
    if options.export is None:
        return None
    if options.format is not None:
        return format_named(options.format).name
    found = None if options.export == "-" else format_for(options.export)
    if found is None:
        what = "standard output" if options.export == "-" else f"the ending of {options.export}"
        raise UsageError(f"{what} does not tell the format.", "Add --format csv, jsonl, json or parquet.")
    return found


def _show_place(text: str, error: FilterError) -> None:
    """The filter with a caret under the place that is wrong; a long one is cut around it."""
    start = max(0, error.start - 40)
    piece = text[start : start + 100]
    say(f"  {piece}")
    say(" " * (2 + error.start - start) + "^" * max(1, min(error.stop, start + 100) - error.start))


def loaded(loader: Loader, *, quiet: bool, problems: bool = True) -> tuple[Store, bool]:
    """Load everything; what fails is said, the rest goes on.

    Args:
        loader: What to load.
        quiet: Say only what failed.
        problems: Say what is wrong with the files, too.

    Returns:
        The records, and whether anything failed.
    """
    failed = False
    tell = not quiet and sys.stderr is not None and sys.stderr.isatty()
    shown = False
    for step in loader.run():
        if isinstance(step, SourceFailed):
            failed = True
            say(f"omeviz: {step.error}")
        elif isinstance(step, Progress) and tell:
            _progress(f"\r{step.rows:,} rows")
            shown = True
        elif isinstance(step, (Finished, SourceDone)) and shown:
            _progress("\r\x1b[K")
            shown = False
    store = loader.store
    assert store is not None  # noqa: S101  # run() makes one
    if not quiet:
        for note in loader.notes:
            say(f"omeviz: {note}.")
    if problems and not quiet:
        _tell_problems(store)
    return store, failed


def _progress(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _tell_problems(store: Store) -> None:
    if any(source.kept_only for source in store.sources):
        records = sum(source.records for source in store.sources)
        say(f"omeviz: kept {store.record_count:,} of {records:,} records; the others were dropped while reading.")
    for source in store.sources:
        if source.unusable:
            verb = "is" if source.unusable == 1 else "are"
            say(f"omeviz: {source.name}: {source.unusable:,} of {source.rows:,} rows {verb} unusable.")
        for note in source.notes:
            say(f"omeviz: {source.name}: {note}.")


def _stand_ins(options: argparse.Namespace) -> StandIns | None:
    """What makes stand-ins, where they are asked for."""
    if not options.redact:
        return None
    from omeviz.export.redact import Secret, StandIns

    secret = options.redact_secret
    return StandIns(Secret.random() if secret is None else Secret.told(secret))


def _hashed_stdin(options: argparse.Namespace) -> HashedInput | None:
    """Standard input, to be hashed while it is read, where a manifest wants that."""
    if not options.manifest or "-" not in options.files or sys.stdin is None:
        return None
    from omeviz.provenance import HashedInput

    return HashedInput(sys.stdin.buffer)


def _export(options: argparse.Namespace, loader: Loader, rows: pl.Series, wanted: Export) -> None:
    matching = rows.len()
    if options.limit is not None and options.limit < matching:
        rows = rows.head(options.limit)
    target: Path | BinaryIO = _stdout() if options.export == "-" else Path(options.export)
    store = loader.store
    assert store is not None  # noqa: S101  # it was loaded
    if options.manifest and isinstance(target, Path):
        written = _with_manifest(options, loader, store, rows, target, wanted, matching)
    else:
        written = export(
            store,
            rows,
            target,
            wanted.format,
            columns=wanted.columns,
            replace=options.force,
            redact=wanted.redact,
        )
    how = ", redacted" if wanted.redact is not None else ""
    if options.manifest:
        from omeviz.provenance.manifest import SUFFIX

        how += f"; its manifest is {options.export}{SUFFIX}"
    if written < matching:
        say(f"omeviz: the limit cut it: {written:,} of {matching:,} matching events were written{how}.")
    elif not options.quiet and options.export != "-":
        say(f"omeviz: {written:,} {'event' if written == 1 else 'events'} written to {options.export}{how}.")


def _with_manifest(
    options: argparse.Namespace,
    loader: Loader,
    store: Store,
    rows: pl.Series,
    target: Path,
    wanted: Export,
    matching: int,
) -> int:
    from omeviz.provenance import SourceHashes
    from omeviz.provenance.exporting import ManifestRequest, export_with_manifest
    from omeviz.provenance.manifest import Circumstances

    circumstances = Circumstances(
        filter_text=options.filter,
        zone=zone_title(options.zone),
        sort=options.sort or "",
        limit=options.limit,
        matching=matching,
        failures=[str(error) for error in loader.failures],
    )
    return export_with_manifest(
        store,
        rows,
        target,
        wanted.format,
        ManifestRequest(circumstances, SourceHashes(wanted.stdin)),
        columns=wanted.columns,
        replace=options.force,
        redact=wanted.redact,
    )


def _stdout() -> BinaryIO:
    stream: BinaryIO = sys.stdout.buffer
    if sys.stdout.isatty():
        from omeviz.terminal import SafeTerminal

        return cast(BinaryIO, SafeTerminal(stream))
    return stream
