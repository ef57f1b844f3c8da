"""Plain rows many at a time: as `CsvRows` reads them one by one, but quicker.

A row is plain where it is a line of its own, has as many cells as the header, and AuditData begins like JSON. The
first row that is not ends what is taken; it must be read by itself.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from itertools import accumulate

from omeviz.sources.csv_layout import Layout
from omeviz.sources.csv_lines import Lines

_FEWEST = 16
_MOST = 512
"""Lines that are parsed at once: fewer where rows are damaged, so that little is parsed in vain."""


class BulkRows:
    """Takes plain rows from lines, as long as they stand next and are at hand.

    Args:
        lines: Where they are taken from; others may take lines between two calls.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._layout: Layout | None = None
        self._ahead: list[list[str]] = []
        self._ahead_line = 0
        self._try_at = 0
        self._pause = 1
        self._count = _FEWEST

    def take(self, layout: Layout, most: int, size: int) -> list[list[str]]:
        """The cells of the next plain rows; none where the next row must be read by itself.

        Args:
            layout: The columns in force.
            most: So many rows at most.
            size: No more rows once their AuditData has more characters.
        """
        lines, audit = self._lines, layout.audit
        line = lines.number
        if audit is None or lines.taken or line < self._try_at:
            return []
        if self._ahead_line == line and self._ahead and self._layout is layout:
            rows, ended = self._ahead, False
        else:
            rows, ended = self._parsed(layout)
        plain = _plain_among(rows, len(layout.names), audit)
        taken = rows[: min(plain, most)]
        lengths = list(accumulate([len(cells[audit]) for cells in taken]))
        if lengths and lengths[-1] > size:
            del taken[next(index for index, length in enumerate(lengths, 1) if length > size) :]
        lines.skip(len(taken))
        self._layout = layout
        if len(taken) < plain:
            self._ahead, self._ahead_line = rows[len(taken) :], line + len(taken)
        elif plain < len(rows):  # the row behind them takes one line, unless others find more of it
            self._ahead, self._ahead_line = rows[plain + 1 :], line + plain + 1
            self._leave(line, plain)
        else:
            self._ahead = []
            if ended:
                self._leave(line, plain)
        return taken

    def _parsed(self, layout: Layout) -> tuple[list[list[str]], bool]:
        """Rows of one line each from the next lines, and whether a row behind them is something else."""
        lines = self._lines.at_hand(self._count)
        reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
        rows: list[list[str]] = []
        with suppress(csv.Error):
            for number, cells in enumerate(reader, 1):
                if reader.line_num != number:
                    break
                rows.append(cells)
        if len(rows) < len(lines):
            self._count = max(_FEWEST, self._count // 2)
            return rows, True
        self._count = min(_MOST, self._count * 2)
        return rows, False

    def _leave(self, line: int, plain: int) -> None:
        """Leave the row behind the plain ones to others; and more of them each time where none was plain."""
        self._pause = 1 if plain else min(self._pause * 2, _MOST)
        self._try_at = line + plain + self._pause


def _plain_among(rows: list[list[str]], width: int, audit: int) -> int:
    """How many rows from the first on are plain."""
    for index, cells in enumerate(rows):
        if len(cells) != width or cells[audit][:1] != "{":
            return index
    return len(rows)
