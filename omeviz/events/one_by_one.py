"""Rows that are read and decoded one by one among lines that the fast path takes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from time import thread_time

from omeviz.events.decode import Framed, decode
from omeviz.events.times import Order
from omeviz.helpers import PATIENCE, HelperLost, Helpers
from omeviz.sources.line_batch import LineBatch, Written
from omeviz.sources.line_rows import LineRows, RowReader
from omeviz.sources.packing import PackedBatch

ENOUGH = 2.0
"""Seconds of work after which there is likely so much more that it pays to start helpers."""

MANY = 1_024
"""Rows of one chunk from which on it pays to send them the chunk."""

_GUESS = 25e-6
"""Seconds that a row takes, before any was read: between one with an odd code and one with damaged JSON."""


class OneByOne:
    """Reads and decodes single rows; many of them in helpers, as threads would only wait for each other.

    Args:
        dates: The order of day and month in the wrapper's dates.
        helpers: Who may help.
    """

    def __init__(self, dates: Order, helpers: Helpers) -> None:
        self._dates = dates
        self._helpers = helpers
        self._rows = 0
        self._seconds = 0.0

    def decode(self, batch: LineBatch, numbers: Sequence[int]) -> tuple[LineRows, Framed]:
        """The rows that begin at some lines, ascending, up to the first that these lines do not tell whole.

        Raises:
            HelperLost: Loading was stopped meanwhile.
        """
        if len(numbers) >= MANY and self._seconds_with(len(numbers)) >= ENOUGH and self._helpers.count:
            reader = batch.reader.elsewhere()
            if reader is not None:
                try:
                    return self._helped(reader, batch.written, numbers)
                except (HelperLost, CancelledError, TimeoutError):
                    self._helpers.give_up()
        if self._helpers.closed:
            raise HelperLost("loading was stopped: nobody wants the rows")
        begun = thread_time()
        rows = batch.reader.rows(batch.written, numbers)
        framed = decode(rows.batch, self._dates).framed()
        self._rows += len(numbers)
        self._seconds += thread_time() - begun
        return rows, framed

    def _seconds_with(self, more: int) -> float:
        """Seconds of work here, with so many rows more."""
        return self._seconds + more * (self._seconds / self._rows if self._rows else _GUESS)

    def _helped(self, reader: RowReader, lines: Written, numbers: Sequence[int]) -> tuple[LineRows, Framed]:
        rows, columns, framed = self._helpers.submit(_packed, reader, lines, numbers, self._dates).result(PATIENCE)
        return replace(rows, batch=columns.unpacked()), framed


def _packed(
    reader: RowReader, lines: Written, numbers: Sequence[int], dates: Order
) -> tuple[LineRows, PackedBatch, Framed]:
    """The same without the rows' columns, and these by themselves; called in a helper."""
    rows = reader.rows(lines, numbers)
    packed = PackedBatch.of(rows.batch)
    return replace(rows, batch=packed.bare), packed, decode(rows.batch, dates).framed()
