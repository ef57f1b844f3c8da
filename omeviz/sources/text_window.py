"""A text source in any encoding as a window of UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.decoder import Decoder
from omeviz.sources.encoding import SAMPLE_SIZE, Encoding, guess
from omeviz.sources.long_lines import whole_characters
from omeviz.sources.window import Window

BLOCK = 1 << 20
"""Bytes read at once."""


class TextWindow:
    """The bytes of a text as UTF-8 without a BOM: as they are, or made from another encoding.

    Args:
        stream: The bytes.
        head: The first of them, already read from it: up to `SAMPLE_SIZE`.
        codec: The encoding the user named, or None to guess.

    Attributes:
        encoding: As guessed or told.
        window: The UTF-8 bytes. Where the file said UTF-8 they may be none (see `Decoder`).
    """

    def __init__(self, stream: ByteStream, head: bytes, codec: str | None = None) -> None:
        self.encoding: Encoding = guess(head, whole=len(head) < SAMPLE_SIZE, codec=codec)
        self._transcoder: Decoder | None = None
        if self.encoding.codec == "utf-8":
            pending = [head[self.encoding.bom :]]

            def read(size: int) -> bytes:
                return pending.pop() if pending and pending[-1] else stream.read(size)

            self.window = Window(read, BLOCK, ready=stream.ready)
            return
        self._transcoder = Decoder(self.encoding, whole=True)
        texts = filter(None, self._transcoder.decode(chain([head], iter(lambda: stream.read(BLOCK), b""))))
        self.window = Window(lambda _: next(texts, "").encode("utf-8", "surrogatepass"), BLOCK)

    @property
    def made(self) -> bool:
        """Whether the UTF-8 was made from another encoding."""
        return self._transcoder is not None

    def notes(self) -> Iterator[str]:
        """What was seen in its bytes so far, one sentence each."""
        coder = self._transcoder
        if coder is None:
            return
        if coder.narrowed or coder.switched_at is not None:
            yield "parts of it are in another encoding, and were read as such"
        if coder.shifts:
            places = "1 place" if coder.shifts == 1 else f"{coder.shifts:,} places"
            yield f"a byte of its UTF-16 was lost or added in {places}, where a character or two are unreadable"
        if coder.cut_at_end:
            yield "the file ends in the middle of a character"

    def decoder(self, line: int = 0) -> Decoder:
        """A decoder of the window's bytes from a line (from 0) on."""
        return Decoder(Encoding("utf-8"), line=line, surrogates=self._transcoder is not None)

    def sample(self, size: int) -> str:
        """The first characters without consuming them, at least those of `size` bytes if there are so many.

        The last one may be cut and is then left out.
        """
        window = self.window
        window.fill(window.start + size, wait=False)
        window.fill(window.start + 1)
        data = window.slice(window.start, min(window.stop, window.start + size))
        return "".join(self.decoder().decode(iter([whole_characters(data)])))

    def texts(self, decoder: Decoder | None = None) -> Iterator[str]:
        """Everything as pieces of text that end with a line feed but for the last; forgets what was read."""

        def blocks() -> Iterator[bytes]:
            window = self.window
            position = window.start
            while True:
                window.fill(position + 1)
                if position >= window.stop:
                    return
                stop = window.stop
                yield window.slice(position, stop)
                position = stop
                window.give_up(position)

        return (decoder or self.decoder()).decode(blocks())


def foreign_note(lines: Sequence[int]) -> str:
    """What is said of lines (from 0) that are no UTF-8."""
    if len(lines) == 1:
        return f"1 line is no UTF-8 and read as Windows-1252: line {lines[0] + 1}"
    return f"{len(lines):,} lines are no UTF-8 and read as Windows-1252: the first is line {lines[0] + 1}"
