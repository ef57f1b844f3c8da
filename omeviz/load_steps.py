"""What a load is told, and what it tells: immutable messages from the loader's thread to whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any, Protocol

from omeviz.errors import OmevizError, UsageError
from omeviz.events.times import ORDERS, Order
from omeviz.sources import encoding
from omeviz.sources.compression import MOST_UNPACKED
from omeviz.sources.containers import CONTAINERS

if TYPE_CHECKING:
    import polars as pl

    from omeviz.events.part import EventPart


class KeepOnly(Protocol):
    """Which events are kept while reading (`omeviz.keep`); whoever loads knows nothing of filters."""

    @property
    def text(self) -> str:
        """The condition as a filter."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know of it, one sentence without full stop each."""

    @property
    def asks_time(self) -> bool:
        """Whether it depends on times, and so on the order of day and month in a wrapper."""

    def __call__(self, part: EventPart, source_names: tuple[str, ...]) -> pl.Series:
        """Which events of a part are kept: Boolean, without nulls."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the user says about the files, where a guess would be wrong.

    Attributes:
        encoding: A codec's name, or None to guess.
        delimiter: One character, or None to guess.
        dates: Order of day and month, or None to guess.
        careful: Take the careful path only.
        container: A name of `omeviz.sources.containers.CONTAINERS`, or None to recognise it.
        any_size: Unpack without a limit.
        stdin: Where standard input's bytes are read from; None is the process's own.
        keep: Which events are kept while reading; None: all of them.
    """

    encoding: str | None = None
    delimiter: str | None = None
    dates: Order | None = None
    stdin: IO[bytes] | None = None
    careful: bool = False
    container: str | None = None
    any_size: bool = False
    keep: KeepOnly | None = None

    @property
    def limit(self) -> int | None:
        """Bytes from which on what was unpacked is compared with what was read; None: anything goes."""
        return None if self.any_size else MOST_UNPACKED

    def checked(self) -> LoadOptions:
        """The same, with names resolved.

        Raises:
            UsageError: An unknown encoding, delimiter, order or container.
        """
        delimiter = {"\\t": "\t", "tab": "\t"}.get(self.delimiter or "", self.delimiter)
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
            raise UsageError(f"{delimiter!r} is no delimiter.", "Give one character, for example ';' or tab.")
        if self.dates is not None and self.dates not in ORDERS:
            raise UsageError(f"{self.dates!r} is no order of dates.", "Use dmy, mdy or ymd.")
        container = None if self.container is None else self.container.strip().lower()
        if container is not None and container not in CONTAINERS:
            raise UsageError(f"{self.container!r} is no container.", f"Use {', '.join(CONTAINERS)}.")
        codec = None if self.encoding is None else encoding.told(self.encoding)
        return replace(self, encoding=codec, delimiter=delimiter, container=container)


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first decoded rows in plain Python, before Polars is imported: column name -> values."""

    columns: dict[str, list[Any]]
    source: str


@dataclass(frozen=True, slots=True)
class PartLoaded:
    """Records were added to the store: the row number of the first, and how many."""

    first_row: int
    height: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the load has come: rows in all, and bytes of one source (`total` None: unknown)."""

    rows: int
    bytes_read: int
    bytes_total: int | None
    source: str


@dataclass(frozen=True, slots=True)
class SourceDone:
    """A source was read to its end, or as far as the user let it. Decoded values of its parts may have changed."""

    index: int
    redecoded: bool = False


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """A source could not be read, or not to its end; what was read of it is kept."""

    error: OmevizError


@dataclass(frozen=True, slots=True)
class Note:
    """Something a user should know about an argument, one sentence without full stop."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more will come. `partial`: the user stopped it."""

    partial: bool


Step = FirstRows | PartLoaded | Progress | SourceDone | SourceFailed | Note | Finished
