"""Batches that are decoded the careful way, in order; where there are many, helper processes decode ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from omeviz.events.decode import Framed, decode
from omeviz.helpers import PATIENCE, HelperLost, Helpers
from omeviz.sources.batch import Damage, RawBatch
from omeviz.sources.packing import PackedBatch

if TYPE_CHECKING:
    from concurrent.futures import Future

    from omeviz.events.times import Order

ENOUGH = 50_000
"""Rows after which there are likely so many more that it pays to start helpers, which take a third of a second."""

WORTH_SENDING = 1_024
"""Rows of a batch from which on it is sent."""

_FOR_EACH = 2
"""Batches that a helper has at once: the next is there when it is done with one."""

_LONG = 0.02
"""Seconds after which whoever waits is asked whether to go on."""


class Ahead:
    """Decodes batches here until there are many, then also in helpers; gives them back in order.

    Args:
        helpers: Who may help.
    """

    def __init__(self, helpers: Helpers) -> None:
        self._helpers = helpers
        self._rows = 0
        self._pending: deque[tuple[RawBatch, Order, Future[Framed] | Framed]] = deque()

    def add(self, batch: RawBatch, dates: Order) -> None:
        """Decode a batch, or have it decoded, with this order of day and month."""
        self._rows += batch.height
        helped = self._rows > ENOUGH and batch.height >= WORTH_SENDING and self._has_time()
        done = self._helpers.submit(decode_packed, needed(batch), dates) if helped else decode(batch, dates).framed()
        self._pending.append((batch, dates, done))

    def _has_time(self) -> bool:
        """Whether a helper would begin soon; else it is done sooner here."""
        busy = sum(not isinstance(done, Framed) and not done.done() for _, _, done in self._pending)
        return busy < _FOR_EACH * self._helpers.count

    def decoded(self, *, everything: bool = False) -> Iterator[tuple[RawBatch, Framed] | None]:
        """The batches that are decoded, up to the first that is not; None whenever that one takes its time.

        Args:
            everything: Wait for those that are not decoded yet; otherwise only so that no more than a few wait.
        """
        most = 0 if everything else 2 * _FOR_EACH * max(1, self._helpers.count)
        waited = 0.0
        while self._pending:
            done = self._pending[0][2]
            if not isinstance(done, Framed) and not done.done():
                if len(self._pending) <= most:
                    return
                from concurrent.futures import wait

                if waited <= PATIENCE:
                    if not wait([done], _LONG).done:
                        waited += _LONG
                        yield None
                    continue
            waited = 0.0
            yield self._next()

    def finished(self) -> Iterator[tuple[RawBatch, Framed]]:
        """The batches that are decoded, up to the first that is not."""
        while self._pending:
            done = self._pending[0][2]
            if not isinstance(done, Framed) and (done.cancelled() or not done.done() or done.exception() is not None):
                return
            yield self._next()

    def _next(self) -> tuple[RawBatch, Framed]:
        """The first batch, which is decoded, or must be here."""
        batch, dates, done = self._pending.popleft()
        if isinstance(done, Framed):
            return batch, done
        from concurrent.futures import CancelledError

        try:
            return batch, done.result(0)
        except (HelperLost, CancelledError, TimeoutError):
            self._helpers.give_up()
            return batch, decode(batch, dates).framed()

    def drop(self) -> None:
        """Forget what is not given back yet."""
        self._pending.clear()


def needed(batch: RawBatch) -> PackedBatch:
    """What decoding needs of a batch."""
    damage = {row: Damage("", "", damage.encoding) for row, damage in batch.damage.items()}
    return PackedBatch.of(replace(batch, lines=range(batch.height), damage=damage, extra={}, written={}))


def decode_packed(batch: PackedBatch, dates: Order) -> Framed:
    """Decode what is `needed`; called in a helper."""
    return decode(batch.unpacked(), dates).framed()
