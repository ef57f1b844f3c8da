"""Batches that are decoded the careful way, in order; where there are many, helper processes decode ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from omeviz.events.decode import decode
from omeviz.helpers import HelperLost, Helpers
from omeviz.sources.batch import Damage, RawBatch

if TYPE_CHECKING:
    from omeviz.events.decode import Framed
    from omeviz.events.times import Order

Column = str | Sequence[str | None]
"""Cells with NUL between them, which is quicker to send than many; as they are where that would not tell them."""

ENOUGH = 16_384
"""Rows after which it pays to start a helper, which takes as long as decoding about as many."""

WORTH_SENDING = 1_024
"""Rows of a batch from which on it is sent."""

_FOR_EACH = 2
"""Batches that a helper has at once: the next is there when it is done with one."""

_NUL = "\0"
_LONG = 0.02
"""Seconds after which whoever waits is asked whether to go on."""


class Ahead:
    """Decodes batches here until there are many, then also in helpers; gives them back in order.

    Args:
        helpers: Who may help.
        enough: Rows after which they do.
        worth_sending: Rows of a batch from which on it is sent.

    Attributes:
        helped: Rows that helpers decoded.
    """

    def __init__(self, helpers: Helpers, enough: int = ENOUGH, worth_sending: int = WORTH_SENDING) -> None:
        self._helpers = helpers
        self._enough = enough
        self._worth_sending = worth_sending
        self._rows = 0
        self._pending: deque[tuple[RawBatch, Order, Future[Framed] | Framed]] = deque()
        self.helped = 0

    def add(self, batch: RawBatch, dates: Order) -> None:
        """Decode a batch, or have it decoded, with this order of day and month."""
        self._rows += batch.height
        helped = self._rows > self._enough and batch.height >= self._worth_sending and self._has_time()
        done = self._helpers.submit(decode_packed, *packed(batch), dates) if helped else decode(batch, dates).framed()
        self._pending.append((batch, dates, done))

    def _has_time(self) -> bool:
        """Whether a helper would begin soon; else it is done sooner here."""
        busy = sum(isinstance(done, Future) and not done.done() for _, _, done in self._pending)
        return busy < _FOR_EACH * self._helpers.count

    def decoded(self, *, everything: bool = False) -> Iterator[tuple[RawBatch, Framed] | None]:
        """The batches that are decoded, up to the first that is not; None whenever that one takes its time.

        Args:
            everything: Wait for those that are not decoded yet; otherwise only so that no more than a few wait.
        """
        most = 0 if everything else 2 * _FOR_EACH * max(1, self._helpers.count)
        while self._pending:
            batch, dates, done = self._pending[0]
            if isinstance(done, Future):
                if not done.done():
                    if len(self._pending) <= most:
                        return
                    if not wait([done], _LONG).done:
                        yield None
                        continue
                done = self._result(done, batch, dates)
            self._pending.popleft()
            yield batch, done

    def _result(self, done: Future[Framed], batch: RawBatch, dates: Order) -> Framed:
        try:
            framed = done.result()
        except (HelperLost, CancelledError):
            self._helpers.close()
            return decode(batch, dates).framed()
        self.helped += batch.height
        return framed

    def drop(self) -> None:
        """Forget what is not given back yet."""
        self._pending.clear()


def packed(batch: RawBatch) -> tuple[RawBatch, list[Column]]:
    """What decoding needs of a batch: all but its columns, and these with AuditData's at the end."""
    damage = {row: Damage("", "", damage.encoding) for row, damage in batch.damage.items()}
    bare = replace(batch, cells=(), audit=(), lines=range(batch.height), damage=damage, extra={})
    return bare, [_packed(column) for column in (*batch.cells, batch.audit)]


def decode_packed(batch: RawBatch, columns: Sequence[Column], dates: Order) -> Framed:
    """Decode what `packed` gives; called in a helper."""
    *cells, audit = [column.split(_NUL) if isinstance(column, str) else column for column in columns]
    return decode(replace(batch, cells=cells, audit=audit), dates).framed()


def _packed(column: Sequence[str | None]) -> Column:
    if None in column:
        return column
    text = _NUL.join(cast("Sequence[str]", column))
    return text if text.count(_NUL) == len(column) - 1 else column
