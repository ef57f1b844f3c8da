"""Frames written as one Parquet file while they come, and the sink they go to."""

from __future__ import annotations

import io
import queue
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import IO, Any, BinaryIO, cast

import polars as pl
from polars.io.plugins import register_io_source

from omeviz import own_parquet

_LEVEL = 3
_WAIT = 0.2  # seconds between looks at whether the other side still lives
_PATIENCE = 5.0  # seconds for a stopped writer, which may hang in a pipe that nobody reads


class _AbortedError(Exception):
    """Nobody wants the file any more."""


class Sink(io.RawIOBase):
    """Passes bytes on, and keeps back the end of the file, so that it can be sealed.

    Args:
        target: Where they go.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._crc = 0
        self._tail: bytearray | None = None
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Take some bytes; an error is kept, for Polars makes another of it."""
        if self._tail is not None:
            self._tail += data
            return len(data)
        try:
            self._target.write(data)
        except OSError as error:
            self.failure = error
            raise
        self._crc = zlib.crc32(data, self._crc)
        return len(data)

    def hold_back(self) -> None:
        """Keep what comes from here on."""
        self._tail = bytearray()

    def seal(self, inserted: bytes) -> None:
        """Write what was kept back, with further bytes before the footer and the checksum in it."""
        tail = self._tail
        if tail is None:
            return
        self._tail = None
        length = int.from_bytes(tail[-8:-4], "little")
        place = len(tail) - 8 - length
        tail[place:place] = inserted
        self._target.write(own_parquet.sealed(tail, self._crc))


class ParquetStream:
    """Writes frames of one schema; Polars asks for them on threads of its own.

    Args:
        sink: Where the bytes go.
        schema: The columns of every frame.
        group_rows: Rows of a row group.
        metadata: Gives the file's own metadata once all frames are there, or None for none.
    """

    def __init__(
        self,
        sink: Sink,
        schema: Mapping[str, Any],
        group_rows: int,
        metadata: Callable[[], dict[str, str]] | None = None,
    ) -> None:
        self._sink = sink
        self._schema = dict(schema)
        self._group_rows = group_rows
        self._metadata = metadata
        self._frames: queue.Queue[pl.DataFrame | None] = queue.Queue(1)
        self._aborted = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="omeviz-parquet", daemon=True)
        self._thread.start()

    def put(self, frame: pl.DataFrame | None) -> None:
        """Write a frame behind those before; None: there are no more.

        Raises:
            OSError: The sink failed.
            ComputeError: Polars did.
        """
        while self._thread.is_alive():
            with suppress(queue.Full):
                self._frames.put(frame, timeout=_WAIT)
                return
        self._raise()

    def finish(self) -> None:
        """Write the end of the file; raises as `put` does."""
        self.put(None)
        self._thread.join()
        self._raise()

    def abort(self) -> None:
        """Stop writing; what was written is no file."""
        self._aborted.set()
        self._thread.join(_PATIENCE)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        def source(*_: object) -> Iterator[pl.DataFrame]:
            return self._pieces()

        metadata = self._metadata
        try:
            register_io_source(source, schema=self._schema).sink_parquet(
                cast("IO[bytes]", self._sink),
                compression="zstd",
                compression_level=_LEVEL,
                statistics=False,  # they would repeat whole texts in the footer
                row_group_size=self._group_rows,
                metadata=None if metadata is None else lambda _: metadata(),
            )
        except _AbortedError:
            pass
        except BaseException as error:  # noqa: BLE001  # raised where somebody waits for the file
            self._failure = self._sink.failure or error

    def _pieces(self) -> Iterator[pl.DataFrame]:
        while True:
            try:
                frame = self._frames.get(timeout=_WAIT)
            except queue.Empty:
                if self._aborted.is_set():
                    raise _AbortedError from None
                continue
            if self._aborted.is_set():
                raise _AbortedError
            if frame is None:
                return
            yield frame
