"""How many records an export holds, without loading it: what omeviz writes is simple enough to count by its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

_PIECE = 4 * 1024 * 1024


def _csv(path: Path) -> int | None:
    """Line ends outside quotes, without the header's."""
    ends = 0
    inside = False
    last = b"\n"
    for piece in _pieces(path):
        *lines, rest = piece.split(b"\n")
        for line in lines:
            inside ^= line.count(b'"') % 2 == 1
            ends += not inside
        inside ^= rest.count(b'"') % 2 == 1
        last = piece[-1:]
    if last != b"\n":
        ends += 1
    return ends - 1 if ends else None


def _json_lines(path: Path) -> int | None:
    """Lines that are not blank."""
    return sum(1 for line in _lines(path) if line.strip())


def _json_array(path: Path) -> int | None:
    """Lines between the brackets; None where it is laid out otherwise than omeviz does it."""
    lines = [0, 0]  # in all, and those that begin like a record
    edges: list[bytes] = []
    for line in _lines(path):
        head = line.strip()
        if not head:
            continue
        if head in (b"[", b"]", b"[]"):
            edges.append(head)
            continue
        lines[0] += 1
        lines[1] += head.startswith(b"{")
    return lines[0] if edges in ([b"[", b"]"], [b"[]"]) and lines[0] == lines[1] else None


def _parquet(path: Path) -> int | None:
    """What the file's table of contents says; None where it is damaged."""
    import polars as pl

    try:
        return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
    except pl.exceptions.PolarsError:
        return None


COUNTERS: dict[str, Callable[[Path], int | None]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "json": _json_array,
    "parquet": _parquet,
}
"""Format -> what counts the records of such an export; None: it cannot be told. Raises OSError."""


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _lines(path: Path) -> Iterator[bytes]:
    """The beginnings of lines, their first bytes that are no blanks: a line may be larger than the memory."""
    head, at_start = b"", True
    for piece in _pieces(path):
        parts = piece.split(b"\n")
        for index, part in enumerate(parts):
            if index:
                yield head
                head, at_start = b"", True
            if at_start or not head.strip():
                head = (head.strip() + part.lstrip())[:64]
                at_start = False
    if head:
        yield head
