"""The same generated records in other containers, and with copies; all made from the generated CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

_EVERY = 3
"""In the export with copies every record of so many is a copy of an earlier one."""


def _records(path: Path) -> Iterator[str]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["AuditData"]


def _ndjson(source: Path, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{record}\n" for record in _records(source))


def _array(source: Path, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        for number, record in enumerate(_records(source)):
            file.write(("," if number else "[") + record)
        file.write("]")


def _wrapped(source: Path, target: Path) -> None:
    """As `ConvertTo-Json` of PowerShell 7 writes what the cmdlet gives."""
    with source.open(encoding="utf-8-sig", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
        for number, row in enumerate(csv.DictReader(file)):
            time = json.loads(row["AuditData"])["CreationTime"]
            counts = {name: int(row[name]) for name in ("ResultIndex", "ResultCount")}
            values = {**row, "CreationDate": f"{time}Z", **counts, "IsValid": True}
            text = json.dumps(values, ensure_ascii=False, indent=2).replace("\n", "\r\n  ")
            out.write((",\r\n  " if number else "[\r\n  ") + text)
        out.write("\r\n]\r\n")


def _copies(source: Path, target: Path) -> None:
    """As many rows as the source has, a third of them copies: of records some thousand rows before."""
    with source.open("rb") as file, target.open("wb") as out:
        out.write(file.readline())
        kept: list[bytes] = []
        for number, line in enumerate(file):
            if number % _EVERY == _EVERY - 1:
                out.write(kept[len(kept) // 2])
                if len(kept) > 5_000:
                    del kept[:2_500]
            else:
                out.write(line)
                kept.append(line)


def _parquet(source: Path, target: Path) -> None:
    from omeviz.export import export
    from omeviz.load import load_all
    from omeviz.query.select import select

    store = load_all([str(source)])
    export(store, select(store, None), target.with_suffix(".made"), "parquet")
    target.with_suffix(".made").replace(target)


FORMS: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "ndjson": (".jsonl", _ndjson),
    "array": (".json", _array),
    "wrapped": (".json", _wrapped),
    "copies": (".csv", _copies),
    "parquet": (".parquet", _parquet),
}
"""Name -> ending of the file, and what writes it from a generated CSV."""
