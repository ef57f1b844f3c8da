"""One export from start to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from omeviz.export.columns import chosen_columns
from omeviz.export.failures import ExportCancelledError
from omeviz.export.formats import StoreWriter, format_named
from omeviz.export.redact import StandIns
from omeviz.export.slices import slices
from omeviz.export.target import open_stream, open_target
from omeviz.store import Store


def run(
    store: Store,
    rows: pl.Series | Sequence[int],
    target: Path | BinaryIO,
    format_name: str,
    columns: Sequence[str] | None,
    *,
    replace: bool,
    redact: StandIns | None,
    progress: Callable[[int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> int:
    """Do what `omeviz.export.export` describes."""
    module = format_named(format_name).load()
    chosen = None if columns is None else chosen_columns(columns)
    columns_read = wanted = module.columns_read(chosen)
    redaction = None
    if redact is not None:
        from omeviz.export.redact.redaction import Redaction

        redaction = Redaction(redact, store)
        wanted = redaction.columns_read(columns_read)
    opened = open_target(target, replace=replace) if isinstance(target, Path) else open_stream(target)
    written = 0
    with opened as sink:
        writer = module.writer(sink, chosen)
        try:
            if isinstance(writer, StoreWriter):
                writer.begin(store, redaction)
            for piece in slices(store, rows, wanted):
                _stop_if(should_stop)
                writer.write(piece if redaction is None else redaction.applied(piece, columns_read))
                written += len(piece.rows)
                if progress is not None:
                    progress(written)
            writer.finish()
        except BaseException:
            if isinstance(writer, StoreWriter):
                writer.abort()
            raise
        _stop_if(should_stop)
    return written


def _stop_if(should_stop: Callable[[], bool] | None) -> None:
    if should_stop is not None and should_stop():
        raise ExportCancelledError
