"""The containers omeviz reads, by the names that `--container` takes."""

from __future__ import annotations

CONTAINERS: dict[str, str] = {
    "csv": "CSV",
    "json": "JSON",
    "list": "Format-List text",
    "clixml": "Clixml",
    "xlsx": "Excel workbook",
    "parquet": "Parquet",
}
"""Name -> what a user calls it."""
