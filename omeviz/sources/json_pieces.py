"""The text of a JSON source in pieces of any size, whether or not it has lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from omeviz.sources.json_buffer import OVERLAP, Buffer
from omeviz.sources.text_window import TextWindow

_FOREIGN = re.compile("[\udc80-\udcff]")
_MARK = 3
_SIZE = 1 << 15
_CONTINUATION = bytes(range(0x80, 0xC0))

LOOK_BACK = 4 * OVERLAP + 3
"""Bytes that are at least as many characters as a buffer looks back on."""


class Pieces:
    """An iterator over a source's text; forgets what was read.

    A byte that is no UTF-8 comes as a lone surrogate (as `surrogateescape` makes them), so that it costs the record
    it is in and no other; see `mended`.

    Args:
        text: The source.

    Attributes:
        foreign: Bytes that are no UTF-8 have been met.
        switched: UTF-16 has been met in a file of another encoding.
    """

    def __init__(self, text: TextWindow) -> None:
        self._text = text
        self._decoder = text.decoder()
        self.foreign = False
        self.switched = False
        self._incremental = codecs.getincrementaldecoder("utf-8")()
        self._held = b""
        self._by_lines = False
        self._position = text.window.start
        self._pieces = self._read()

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def __next__(self) -> str:
        return next(self._pieces)

    def _read(self) -> Iterator[str]:
        own = not self._decoder.surrogates
        self._incremental = decoder = codecs.getincrementaldecoder("utf-8")("strict" if own else "surrogatepass")
        blocks = self._blocks()
        self._held = b""
        for block in blocks:
            block, self._held = self._held + block, b""
            if own:
                if b"\x00" in block:
                    self._by_lines = True
                    yield from self._read_lines(chain([decoder.getstate()[0] + block], blocks))
                    return
                if not block.endswith(b"\n"):  # a mark or a character of UTF-16 may be cut here
                    block, self._held = block[:-_MARK], block[-_MARK:]
            yield self._piece(decoder, block)
        held, self._held = self._held, b""
        yield self._piece(decoder, held, last=True)

    def hand_over(self, buffer: Buffer) -> int | None:
        """Leave the source's window to somebody else.

        Returns:
            The position in the window where the buffer stands; what the buffer looks back on is in the window as
            well. None where the text is no longer read byte by byte.
        """
        if self._by_lines:
            return None
        window, errors = self._text.window, "surrogatepass" if self._decoder.surrogates else "surrogateescape"
        seen = buffer.text[max(0, buffer.at - OVERLAP) : buffer.at].encode("utf-8", errors)
        unread = buffer.text[buffer.at :].encode("utf-8", errors) + self._incremental.getstate()[0] + self._held
        begin = self._position - len(unread) - len(seen)
        if begin < window.start:
            window.unread((seen + unread)[: window.start - begin])
        return begin + len(seen)

    def take_over(self, buffer: Buffer, position: int) -> None:
        """Read on from a position in the window, where the buffer shall stand."""
        window = self._text.window
        before = window.slice(max(window.start, position - LOOK_BACK), position).lstrip(_CONTINUATION)
        errors = "surrogatepass" if self._decoder.surrogates else "surrogateescape"
        buffer.text = before.decode("utf-8", errors)[-OVERLAP:]
        buffer.at = len(buffer.text)
        buffer.ended = False
        self._position = position
        self._pieces = self._read()

    def _piece(self, decoder: codecs.IncrementalDecoder, block: bytes, *, last: bool = False) -> str:
        try:
            return decoder.decode(block, last)
        except UnicodeDecodeError:
            decoder.errors, self.foreign = "surrogateescape", True
            return decoder.decode(block, last)

    def _read_lines(self, blocks: Iterator[bytes]) -> Iterator[str]:
        """The rest, where UTF-16 was appended to something else, which the decoder of lines takes apart."""
        self._decoder.escapes = True
        for piece in self._decoder.decode(blocks):
            self.switched = self.switched or self._decoder.switched_at is not None
            self.foreign = self.foreign or self._decoder.foreign_lines is not None
            yield piece

    def _blocks(self) -> Iterator[bytes]:
        window = self._text.window
        while True:
            window.fill(self._position + 1)
            if self._position >= window.stop:
                return
            while self._position < window.stop:
                start = self._position
                self._position = min(window.stop, start + _SIZE)
                yield window.slice(start, self._position)
            window.give_up(self._position)


def mended(text: str) -> str | None:
    """A text with its foreign bytes read as Windows-1252; None where there are none."""
    if _FOREIGN.search(text) is None:
        return None
    return _FOREIGN.sub(lambda match: _legacy(ord(match[0]) - 0xDC00), text)


def _legacy(byte: int) -> str:
    """One byte as Windows-1252; its five undefined bytes become the controls of the same number."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)
