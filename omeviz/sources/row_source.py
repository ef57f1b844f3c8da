"""What every container is read as: rows in batches, with what was guessed and noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from omeviz.sources.batch import RawBatch

if TYPE_CHECKING:
    from omeviz.sources.encoding import Encoding

CHUNK = 16 << 20
"""Bytes that a fast path takes at once, at most; less of a small file, whose load should not need much memory."""

_SMALLEST_CHUNK = 2 << 20
_CHUNKS = 5
"""Into so many at least a file is cut."""


def chunk_for(size: int | None, chunk: int) -> int:
    """Bytes that a fast path takes at once of a source of this size, unless somebody asked for others than `CHUNK`."""
    return min(CHUNK, max(_SMALLEST_CHUNK, size // _CHUNKS)) if chunk == CHUNK and size is not None else chunk


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a source, where a guess would be wrong.

    Attributes:
        codec: The encoding's codec, or None to guess.
        delimiter: Of a CSV, or None to guess.
        container: A name of `omeviz.sources.containers`, or None to guess.
        chunk: Bytes that a fast path takes at once.
        limit: Bytes from which on what was unpacked is compared with what was read; None: anything goes.
    """

    codec: str | None = None
    delimiter: str | None = None
    container: str | None = None
    chunk: int = CHUNK
    limit: int | None = None


class FastResult(Protocol):
    """What a fast path made of some rows."""

    @property
    def height(self) -> int:
        """How many of the lines were taken."""

    @property
    def blank(self) -> int:
        """How many of these are blank."""

    @property
    def foreign(self) -> Sequence[int]:
        """Those of them (from 0) that are no UTF-8."""

    @property
    def complete(self) -> bool:
        """All lines were taken; otherwise the one behind them needs the careful path."""

    def at_line(self, number: int) -> FastResult:
        """The same, once the number of its first line is known."""


FastPath = Callable[[Any], FastResult]
"""Decodes what a container's fast reader proposes (`line_batch.LineBatch`, …); called on worker threads."""


class RowSource(Protocol):
    """Reads one source of one container.

    Attributes:
        container: What it is read as, a name of `omeviz.sources.containers.CONTAINERS`.
        fast: The fast path, set by whoever loads once the first batch has told what it must know; None:
            everything is read carefully. A container without one ignores it.
    """

    container: str
    fast: FastPath | None

    @property
    def encoding(self) -> Encoding | None:
        """As guessed or told; None where the container is no text."""

    @property
    def delimiter(self) -> str:
        """Of a CSV, else empty."""

    @property
    def blank(self) -> int:
        """Wholly empty rows so far; they are no rows in the sense of the counts."""

    def batches(self) -> Iterator[RawBatch | FastResult | None]:
        """Batches in order, the first small (so that a screen fills at once); None whenever more is long in coming.

        Raises:
            SourceError: What was recognised turns out to hold nothing of an audit export, or reading failed.
        """

    def raw_row(self, batch: RawBatch, row: int) -> str:
        """A row that was read soundly and is no record, as it stood in the source or as near to that as can be."""

    def notes(self) -> Iterator[str]:
        """What else was seen (several headers, an encoding that changed), one sentence without full stop each."""

    def emptiness(self, rows: int) -> str:
        """Why so many rows hold no record, for a message: `3 rows under 1 header`."""
