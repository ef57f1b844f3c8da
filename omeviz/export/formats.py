"""The formats: their names, what files of them are called, and where each is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast, runtime_checkable

from omeviz.errors import UsageError

if TYPE_CHECKING:
    from omeviz.export.redact.redaction import Redaction
    from omeviz.export.slices import Slice
    from omeviz.store import Store


class Writer(Protocol):
    """Writes one export. It neither opens, closes nor names the file."""

    def write(self, piece: Slice) -> None:
        """Write the records of a slice behind those before."""

    def finish(self) -> None:
        """Write what stands behind the last record; called once, also without any record."""


@runtime_checkable
class StoreWriter(Writer, Protocol):
    """A writer that also keeps what is known of the sources, and that works ahead."""

    def begin(self, store: Store, redaction: Redaction | None) -> None:
        """Told once, before the first slice: where the records come from, and what redacts them."""

    def abort(self) -> None:
        """Called instead of `finish` where the export ends early."""


class FormatModule(Protocol):
    """What the module of a format has to offer."""

    def columns_read(self, columns: tuple[str, ...] | None) -> tuple[str, ...]:
        """Which columns of the store's frame (and `file`) the writer needs in its slices."""

    def writer(self, sink: BinaryIO, columns: tuple[str, ...] | None) -> Writer:
        """A writer onto a sink.

        Args:
            sink: Takes the bytes; an OSError it raises passes through.
            columns: The chosen columns, checked, or None for the format's own choice.
        """


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: What `--format` calls it.
        label: What a dialog calls it.
        suffixes: Of file names, lower case, the usual one first.
        module: The module that writes it, a `FormatModule`.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    module: str

    def load(self) -> FormatModule:
        """The module that writes it, imported when it is needed."""
        return cast("FormatModule", import_module(self.module))


FORMATS: dict[str, Format] = {
    chosen.name: chosen
    for chosen in (
        Format("csv", "CSV for spreadsheets", (".csv",), "omeviz.export.csv_format"),
        Format("jsonl", "JSON Lines", (".jsonl", ".ndjson"), "omeviz.export.jsonl_format"),
        Format("json", "JSON array", (".json",), "omeviz.export.json_format"),
        Format("parquet", "Parquet, complete", (".parquet",), "omeviz.export.parquet_format"),
    )
}
"""Every format by name, in the order of help and dialogs. To add one, add it here and write its module."""


def format_for(path: PurePath | str) -> str | None:
    """The name of the format that a path's suffix stands for, or None."""
    suffix = PurePath(path).suffix.lower()
    return next((name for name, known in FORMATS.items() if suffix in known.suffixes), None)


def format_named(name: str) -> Format:
    """A format by name.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(f'There is no format "{name}".', f"Formats are {', '.join(_names())}.") from None


def _names() -> Sequence[str]:
    return tuple(FORMATS)
