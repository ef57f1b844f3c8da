"""What is known of a source while it is read, and the fast path that this makes possible."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from omeviz.events.times import Order, default_order
from omeviz.sources.batch import RawBatch
from omeviz.sources.inputs import Input

if TYPE_CHECKING:
    from omeviz.courtesy import Courtesy
    from omeviz.events.fast import FastPart
    from omeviz.helpers import Helpers
    from omeviz.sources.line_batch import LineBatch
    from omeviz.sources.row_source import FastPath
    from omeviz.store import SourceSummary

# Huge pages must be cleared whole, and a virtual machine clears them slowly: a tenth of the load. NumPy asks for
# them from 4 MB on unless this says no when it is imported.
os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")


class Testimony(Protocol):
    """What some rows say of the dates in their source; see `DecodedBatch`."""

    @property
    def votes(self) -> dict[Order, int]:
        """Order of day and month -> how many rows speak for it."""

    @property
    def ambiguous(self) -> str | None:
        """The first wrapper time that can be read in two orders."""

    @property
    def year_first(self) -> bool:
        """A wrapper time begins with the year."""


@dataclass(slots=True)
class Reading:
    """One source while it is read."""

    source: Input
    summary: SourceSummary
    index: int
    votes: dict[Order, int] = field(default_factory=dict)
    ambiguous: str | None = None
    used: Order = "mdy"
    year_first: bool = False

    def hear(self, said: Testimony) -> None:
        """Take account of what the next rows say."""
        for order, count in said.votes.items():
            self.votes[order] = self.votes.get(order, 0) + count
        if self.ambiguous is None:
            self.ambiguous = said.ambiguous
        self.year_first = self.year_first or said.year_first

    def order(self) -> Order:
        """The order of day and month that most rows speak for."""
        mdy, dmy = self.votes.get("mdy", 0), self.votes.get("dmy", 0)
        if mdy != dmy:
            return "mdy" if mdy > dmy else "dmy"
        return default_order(self.ambiguous) if self.ambiguous and not mdy else "mdy"

    @property
    def other_order(self) -> Order | None:
        """The order that may turn out to be the right one; None where no time depends on it."""
        return None if self.ambiguous is None else "mdy" if self.used == "dmy" else "dmy"


def fast_path(reading: Reading, first: RawBatch, helpers: Helpers, courtesy: Courtesy) -> FastPath:
    """The fast path for a source whose first batch has told the order of day and month.

    Args:
        reading: The source.
        first: Its first batch.
        helpers: Decode rows that are not proven, where there are many.
        courtesy: Makes way for whoever uses the screen.
    """
    from omeviz.events.careful import WrapperPlan
    from omeviz.events.fast import FastDecoder, ShapeBook
    from omeviz.events.one_by_one import OneByOne

    decoders: dict[tuple[tuple[str, ...], str], FastDecoder] = {}

    one_by_one = OneByOne(reading.used, helpers)
    lock = Lock()  # whoever comes first learns for all

    def decoder_for(batch: LineBatch) -> FastDecoder:
        header, quote = batch.layout.wrapper_names, batch.form.quote
        with lock:
            if (header, quote) not in decoders:
                plan = WrapperPlan.of(header, row_is_record=False)
                decoder = FastDecoder(plan, reading.used, ShapeBook(quote=quote), one_by_one)
                if header == first.header:
                    decoder.learn(first)
                decoders[header, quote] = decoder
            return decoders[header, quote]

    def decode_lines(batch: LineBatch) -> FastPart:
        with courtesy.turn():
            return decoder_for(batch).decode(batch, reading.index)

    return decode_lines
