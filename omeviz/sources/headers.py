"""What a reader must be told about column names. Files are read here; what their columns mean is known elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class HeaderRules(Protocol):
    """Knowledge about the column names of audit exports, given to the readers by whoever loads."""

    def is_audit(self, name: str) -> bool:
        """Whether a column of this name holds AuditData."""

    def embedding(self, names: Sequence[str]) -> Sequence[tuple[int, bool]]:
        """Where columns stand that may hold the record as text, likeliest first.

        True: it is AuditData by another name. False: only the cells can tell.
        """

    def known_names(self, names: Sequence[str]) -> int:
        """How many of these are names of an audit export."""

    def looks_like_header(self, names: Sequence[str]) -> bool:
        """Whether a row of cells is the header of an audit export."""

    def may_be_header(self, line: str) -> bool:
        """A quick look at a whole line: False where no name stands in it without which nothing is a header."""

    def is_decorated(self, name: str) -> bool:
        """Whether a platform put something around a name of the audit schema (`Operation_s`, `o365.audit.Id`)."""

    def holds_record(self, names: Sequence[str]) -> bool:
        """Whether rows under this header, which has no AuditData, are records themselves."""

    def is_own(self, names: Sequence[str], bom: bool) -> bool:
        """Whether omeviz wrote a CSV with this header, with or without a byte order mark before it."""

    def unguard(self, cell: str) -> str:
        """A cell of omeviz's own CSV as it was."""
