"""Records written to files and streams, one module a format.

Importing this package is cheap: what needs Polars is imported when the first export runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from omeviz.export.columns import chosen_columns
from omeviz.export.failures import ExportCancelledError, TargetExistsError
from omeviz.export.formats import FORMATS, Format, format_for

if TYPE_CHECKING:
    import polars as pl

    from omeviz.export.redact import StandIns
    from omeviz.store import Store

__all__ = [
    "FORMATS",
    "ExportCancelledError",
    "Format",
    "TargetExistsError",
    "chosen_columns",
    "export",
    "format_for",
]


def export(
    store: Store,
    rows: pl.Series | Sequence[int],
    target: Path | BinaryIO,
    format: str,  # noqa: A002  # what the option is called
    *,
    columns: Sequence[str] | None = None,
    replace: bool = False,
    redact: StandIns | None = None,
    progress: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> int:
    """Write records, one for every row, in the order of `rows`.

    Args:
        store: Where the records are. It may grow meanwhile.
        rows: Row numbers of the store, in the order to write.
        target: A file, which is there completely or not at all; or a stream (or a device, a pipe), which is
            written to directly, flushed and left open.
        format: A key of `FORMATS`.
        columns: Column names of the filter language, and `audit`: exactly these, in this order.
            None: the format's own choice.
        replace: An existing file may be replaced.
        redact: Makes stand-ins for addresses, subjects, attachment names and ids; None writes them as they are.
        progress: Called with the number of records written so far, after every slice.
        should_stop: Asked before every slice, and before the file gets its name.

    Returns:
        How many records were written.

    Raises:
        UsageError: There is no such format or column.
        TargetExistsError: The file exists and `replace` is not set.
        ExportCancelledError: `should_stop` said so; no file is left. A stream keeps what it got.
        ExportError: It cannot be written; no file is left.
        BrokenPipeError: Whoever reads the stream has gone.
    """
    from omeviz.export.run import run

    return run(
        store,
        rows,
        target,
        format,
        columns,
        replace=replace,
        redact=redact,
        progress=progress,
        should_stop=should_stop,
    )
