"""What omeviz's own Parquet looks like, so that it can be known again and opened without decoding anything.

Neutral ground: the exporter writes it, the reader of Parquet knows it by its metadata. Every row is one record, in
the order of the export. For any other program it is a plain table: `AuditData` as in the source, the decoded columns
under the headings of the CSV export (`CreationDate` as an instant in UTC), the wrapper's cells as `wrapper.<name>`.
What only omeviz needs stands in columns that begin with `omeviz.` and in the file's metadata under `omeviz`, as JSON.

A checksum over the whole file tells damage, which Parquet by itself mostly does not notice. It is no proof against
somebody who writes such a file on purpose: then the decoded columns are what that person says, as the texts are.
`--careful` decodes everything again from the texts.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any, TypeVar

FORMAT = 1
"""The format's version. It changes with the meaning of a column, also where omeviz decodes a value otherwise."""

KEY = "omeviz"
"""The key of the description in the file's metadata."""

AUDIT = "AuditData"
SOURCE = "omeviz.source"
LAYOUT = "omeviz.layout"
LINE = "omeviz.line"
PROBLEMS = "omeviz.problems"
RAW = "omeviz.raw"
"""The text of a damaged row."""
REASON = "omeviz.reason"
EXTRA = "omeviz.extra"
"""Cells beyond the header's."""
CELLS = "omeviz.cells"
"""All cells of the wrapper in the layout's order, where they have no columns of their own."""
RECIPIENTS = "Recipients"
WRAPPER = "wrapper."
"""What the names of the wrapper's columns begin with."""

MAGIC = b"PAR1"
_FOOTER_END = 8  # its length and the magic
_PIECE = 4 << 20
_NO_SUM = "00000000"
_SUM = re.compile(rb'"format": \d+, "checksum": "([0-9a-f]{8})"')
_MOST_LISTED = 1_000_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """The wrapper's columns of some records.

    Attributes:
        names: As in the source, AuditData's column left out.
        audit_index: Where AuditData's column stood among them, or None.
        row_is_record: There is no AuditData column and the row itself is the record.
        places: The column of the file's `wrapper` that holds each; empty where the cells are in `CELLS`.
    """

    names: tuple[str, ...]
    audit_index: int | None
    row_is_record: bool
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptSource:
    """What was known of a source when its records were exported.

    Attributes:
        name: What its records call it.
        path: Where it was, or empty.
        container: What it was read as.
        encoding: As guessed or told, or empty.
        delimiter: Of a CSV, or empty.
        dates: Order of day and month in the wrapper's dates, or empty.
        size: Bytes, or None.
        modified: Seconds since 1970 (UTC), or None.
        origin: Where it had been kept before that, or empty.
        notes: What else was seen in it.
        rows: How many rows it had, whether they were exported or not.
    """

    name: str
    path: str = ""
    container: str = ""
    encoding: str = ""
    delimiter: str = ""
    dates: str = ""
    size: int | None = None
    modified: float | None = None
    origin: str = ""
    notes: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says about itself.

    Attributes:
        version: Of omeviz.
        written: When, in ISO 8601 (UTC).
        group_rows: Rows of each row group but the last.
        records: Rows.
        complete: All events of the session are there, and its unusable rows.
        redacted: Stand-ins are in place of what identifies somebody.
        decoded: (column of the event, column of the file, its type) for each decoded column.
        wrapper: Columns of the file that hold the wrapper's cells.
        layouts: What `LAYOUT` counts.
        sources: What `SOURCE` counts; None: not in this file.
        unusable_size: Bytes before the footer that hold the unusable rows, themselves a Parquet file; 0: none.
        copies: Further records of the events in it; they are no rows of the table, which has one for each event.
        copies_size: Bytes before the unusable rows that hold them, themselves a Parquet file with the same columns.
    """

    version: str
    written: str
    group_rows: int
    records: int
    complete: bool
    redacted: bool
    decoded: tuple[tuple[str, str, str], ...]
    wrapper: tuple[str, ...]
    layouts: tuple[KeptLayout, ...]
    sources: tuple[KeptSource | None, ...]
    unusable_size: int = 0
    copies: int = 0
    copies_size: int = 0

    def text(self) -> str:
        """As JSON, in ASCII."""
        return json.dumps({"format": FORMAT, "checksum": _NO_SUM, **asdict(self)})


def described(metadata: Mapping[str, str], columns: Mapping[str, Any]) -> Description | None:
    """What a file's metadata say, or None where it is not omeviz's, of another version, or contradicts itself.

    Args:
        metadata: The file's own key-value metadata.
        columns: Its columns by name.
    """
    try:
        found = json.loads(metadata.get(KEY, ""))
        if type(found) is not dict or found.pop("format", None) != FORMAT:
            return None
        del found["checksum"]
        for name in ("copies", "copies_size"):  # older files have none
            found.setdefault(name, 0)
        layouts = tuple(_of(KeptLayout, layout) for layout in _list(found.pop("layouts")))
        sources = tuple(None if kept is None else _of(KeptSource, kept) for kept in _list(found.pop("sources")))
        told = _of(Description, {**found, "layouts": layouts, "sources": sources})
        return told if _is_consistent(told, columns) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _list(value: object) -> list[Any]:
    if type(value) is not list or len(value) > _MOST_LISTED:
        raise TypeError("not a list")
    return value


def _frozen(value: Any) -> Any:
    """Lists as tuples; what a description holds is two lists deep."""
    if type(value) is not list:
        return value
    return tuple(tuple(item) if type(item) is list else item for item in value)


_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "int | None": (int, type(None)),
    "float | None": (int, float, type(None)),
}


def _of(kind: type[_T], value: object) -> _T:
    """A dataclass from a JSON object of exactly its fields and of their types."""
    known = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]  # always a dataclass
    if type(value) is not dict or set(value) != set(known):
        raise TypeError("not such an object")
    values = {name: _frozen(item) for name, item in value.items()}
    for name, item in values.items():
        wanted = known[name]
        if wanted in _KINDS:
            sound = type(item) in _KINDS[wanted]
        else:
            inner = str if wanted == "tuple[str, ...]" else int if wanted == "tuple[int, ...]" else None
            sound = type(item) is tuple and (inner is None or all(type(each) is inner for each in item))
        if not sound:
            raise TypeError(f"{name} is no {wanted}")
    return kind(**values)


def _is_consistent(told: Description, columns: Mapping[str, Any]) -> bool:
    width = len(told.wrapper)
    needed = {AUDIT, SOURCE, LAYOUT, LINE, PROBLEMS, RAW, REASON, EXTRA, *told.wrapper}
    return (
        told.group_rows > 0
        and told.records >= 0
        and told.unusable_size >= 0
        and told.copies >= 0
        and (told.copies_size > 0 if told.copies else told.copies_size == 0)
        and all(
            type(entry) is tuple and len(entry) == 3 and all(type(text) is str for text in entry)
            for entry in told.decoded
        )
        and needed <= set(columns)
        and all(
            len(layout.places) == (0 if CELLS in columns else len(layout.names))
            and all(0 <= place < width for place in layout.places)
            and len(set(layout.places)) == len(layout.places)
            and 0 <= (layout.audit_index or 0) <= len(layout.names)
            for layout in told.layouts
        )
    )


def sealed(tail: bytearray, before: int) -> bytes:
    """The end of a file with its checksum in place.

    Args:
        tail: Its last bytes, the whole footer among them.
        before: The CRC-32 of everything before them.
    """
    place = _checksum_place(tail)
    if place is None:
        raise ValueError("the footer has no place for a checksum")
    tail[place : place + len(_NO_SUM)] = f"{zlib.crc32(tail, before):08x}".encode()
    return bytes(tail)


def _checksum_place(tail: bytes | bytearray) -> int | None:
    # The metadata are the last texts of a footer, and no other text of theirs can hold these quotes.
    found = [match.start(1) for match in _SUM.finditer(tail)]
    return found[-1] if found else None


def is_sound(path: Path) -> bool | None:
    """Whether a file is as omeviz wrote it, in whatever version; None where it has no checksum of omeviz's.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        start, _ = footer_of(file)
        size = file.seek(0, 2)
        file.seek(start)
        footer = bytearray(file.read(size - start))
        place = _checksum_place(footer)
        if place is None:
            return None
        told = footer[place : place + len(_NO_SUM)]
        footer[place : place + len(_NO_SUM)] = _NO_SUM.encode()
        file.seek(0)
        crc = 0
        for _ in range(0, start, _PIECE):
            crc = zlib.crc32(file.read(min(_PIECE, start - file.tell())), crc)
        return f"{zlib.crc32(footer, crc):08x}".encode() == told


def footer_of(file: IO[bytes]) -> tuple[int, int]:
    """Where a Parquet file's footer begins, and its length without the length itself and the magic.

    Raises:
        ValueError: The file ends too early, or is none.
    """
    size = file.seek(0, 2)
    if size < len(MAGIC) + _FOOTER_END:
        raise ValueError("it ends too early")
    file.seek(size - _FOOTER_END)
    end = file.read(_FOOTER_END)
    length = int.from_bytes(end[:4], "little")
    if end[4:] != MAGIC:
        raise ValueError("it ends too early: Parquet keeps its table of contents at the end")
    if length > size - _FOOTER_END - len(MAGIC):
        raise ValueError("its table of contents is cut")
    return size - _FOOTER_END - length, length


def unique_names(names: list[str], taken: set[str]) -> list[str]:
    """Names for columns that differ from each other also where case does not count, as some programs want."""
    used = {name.lower() for name in taken}
    found = []
    for name in names:
        chosen, number = name, 2
        while chosen.lower() in used:
            chosen, number = f"{name} ({number})", number + 1
        used.add(chosen.lower())
        found.append(chosen)
    return found
