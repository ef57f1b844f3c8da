"""`--check`: whether the exports can be trusted, as text or as JSON, without a screen."""

from __future__ import annotations

import argparse
import sys
from typing import IO, TYPE_CHECKING, cast

from omeviz.cli import ATTENTION, DONE, FAILED
from omeviz.errors import ExportError
from omeviz.sources.containers import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omeviz.analysis.findings import Report
    from omeviz.errors import OmevizError
    from omeviz.provenance import HashedInput, SourceHash
    from omeviz.store import Store


def run_check(options: argparse.Namespace) -> int:
    """Load, examine, and print the report; returns the exit code.

    Raises:
        UsageError: Something the options say is wrong; found before anything is read.
        ExportError: Standard output is closed.
    """
    from omeviz.cli_options import load_options
    from omeviz.headless import loaded
    from omeviz.load import Loader

    if sys.stdout is None:
        raise ExportError("standard output is closed.", "Give it a pipe, a file or a terminal.")
    hashed = _hashed_stdin(options)
    stdin = cast("IO[bytes] | None", hashed)
    loader = Loader(options.files, load_options(options, None, stdin))
    store, failed = loaded(loader, quiet=options.quiet, problems=False)
    report = full_report(store, loader.failures, hashed)
    sys.stdout.write(_written(report, options.format))
    if failed:
        return FAILED
    return ATTENTION if report.attention else DONE


def full_report(store: Store, failures: Sequence[OmevizError], stdin: HashedInput | None = None) -> Report:
    """The report with hashes, which are computed meanwhile.

    Args:
        store: What was loaded.
        failures: What could not be.
        stdin: Standard input, hashed while it was read, or None.
    """
    from concurrent.futures import ThreadPoolExecutor

    from omeviz.analysis.findings import with_hashes
    from omeviz.analysis.trust import examine
    from omeviz.provenance import SourceHashes

    def hash_all() -> list[SourceHash]:
        hashes = SourceHashes(stdin)
        return [hashes.of(source) for source in store.sources]

    with ThreadPoolExecutor(1, "omeviz-hash") as pool:
        hashing = pool.submit(hash_all)
        report = examine(store, failures, containers=CONTAINERS)
        return with_hashes(report, hashing.result())


def _hashed_stdin(options: argparse.Namespace) -> HashedInput | None:
    if "-" not in options.files or sys.stdin is None:
        return None
    from omeviz.provenance import HashedInput

    return HashedInput(sys.stdin.buffer)


def _written(report: Report, format_name: str | None) -> str:
    if format_name == "json":
        from omeviz.analysis.report_json import report_json

        return report_json(report)
    from omeviz.analysis.report_text import report_text

    return report_text(report)
