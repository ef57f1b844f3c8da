"""Which columns an export has."""

from __future__ import annotations

from collections.abc import Sequence

from omeviz.errors import UsageError
from omeviz.events.columns import NAMES
from omeviz.guard import CSV_HEADINGS

DEFAULT_COLUMNS: tuple[str, ...] = tuple(CSV_HEADINGS)
"""The columns of a CSV export where none are chosen: all, AuditData last."""

_AUDIT_NAMES = {"audit": "audit", "auditdata": "audit"}


def chosen_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Columns as a user names them, as names in the store's frame (`audit` and `file` among them).

    Args:
        names: Names and aliases of the filter language in any case, `audit` or `auditdata`.

    Raises:
        UsageError: A name is unknown or names a column a second time, or there is none.
    """
    known = {**NAMES, **_AUDIT_NAMES}
    chosen: list[str] = []
    for name in names:
        column = known.get(name.strip().lower())
        if column is None:
            raise UsageError(f'There is no column "{name.strip()}".', f"Columns are {', '.join(_listed())}.")
        if column in chosen:
            raise UsageError(f'The column "{column}" is named twice.', "Name every column once.")
        chosen.append(column)
    if not chosen:
        raise UsageError("No column is named.", f"Columns are {', '.join(_listed())}.")
    return tuple(chosen)


def _listed() -> tuple[str, ...]:
    return (*dict.fromkeys(NAMES.values()), "audit")
