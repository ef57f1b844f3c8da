"""What the columns of one header can tell about an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from omeviz.events.wrapper import is_weak, meanings, single

SLOTS = (
    "time",
    "operation",
    "result",
    "auth",
    "operationstatus",
    "recipient",
    "sender",
    "user",
    "method",
    "subject",
    "attachment",
    "message",
    "type",
    "workload",
    "object",
    "ip",
    "id",
    "org",
)
"""The columns that a record's keys fill, in the order `Decoded.rows` holds them behind status and recipients."""

_USER = SLOTS.index("user")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrapperPlan:
    """Where the wrapper's columns stand that can fill a column of an event, by `SLOTS`.

    `weak` slots have none but columns that a platform fills by its own rules: no witness against AuditData.
    """

    positions: tuple[tuple[int, ...], ...]
    row_is_record: bool
    subject_is_text: bool = False
    filled: tuple[tuple[int, tuple[int, ...]], ...] = ()
    weak: frozenset[int] = frozenset()

    @classmethod
    def of(cls, header: Sequence[str], *, row_is_record: bool) -> WrapperPlan:
        """The plan for a header (AuditData's column left out)."""
        found = meanings(header)
        subject = found.get("subject", ())
        subject_is_text = bool(subject) and "properties" not in header[subject[0]].lower()
        positions = tuple(found.get(slot, ()) for slot in SLOTS)
        filled = tuple((slot, where) for slot, where in enumerate(positions) if where)
        weak = frozenset(slot for slot, where in filled if all(is_weak(header[position]) for position in where))
        return cls(positions, row_is_record, subject_is_text, filled, weak)

    def values(self, cells: Sequence[str | None]) -> list[str | None]:
        """The wrapper's value for each slot; blank cells are None."""
        values: list[str | None] = [None] * len(SLOTS)
        for slot, positions in self.filled:
            for position in positions:
                cell = cells[position]
                if cell and not cell.isspace():
                    values[slot] = cell if "\n" not in cell else single(cell)
                    break
        user = values[_USER]
        if (
            user is not None and len(self.positions[_USER]) > 1 and _GUID.fullmatch(user)
        ):  # Microsoft Graph names the person beside it
            names = (said for said in self._said(cells, self.positions[_USER]) if not _GUID.fullmatch(said))
            values[_USER] = next(names, user)
        return values

    def directory_ids(self, cells: Sequence[str | None]) -> Iterator[str]:
        """What the wrapper says about the user that is no name."""
        return (said for said in self._said(cells, self.positions[_USER]) if _GUID.fullmatch(said))

    @staticmethod
    def _said(cells: Sequence[str | None], positions: tuple[int, ...]) -> Iterator[str]:
        for position in positions:
            cell = cells[position]
            if cell and not cell.isspace():
                yield single(cell)
