"""Tables as Log Analytics answers them: the columns' names apart from the rows, which are lists."""

from __future__ import annotations

import json
from typing import Any

from omeviz.sources.json_scan import items


def column_names(columns: Any) -> list[str]:
    """The names in a response's list of columns; the older interface calls them ColumnName."""
    return [_name(column) for column in columns] if isinstance(columns, list) else []


def _name(column: Any) -> str:
    if isinstance(column, dict):
        for key, name in column.items():
            if key.lower() in ("name", "columnname") and isinstance(name, str):
                return name
    return column if isinstance(column, str) else ""


def row_as_object(names: list[str], width: int, row: str) -> str:
    """A row as the object it stands for, its values as they are written.

    Args:
        names: Of the columns.
        width: How many values the row has; those beyond the names are named by their place.
        row: A sound list.
    """
    names = names + [f"column {number}" for number in range(len(names) + 1, width + 1)]
    pairs = zip(names, items(row), strict=False)
    return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{item}" for name, item in pairs) + "}"
