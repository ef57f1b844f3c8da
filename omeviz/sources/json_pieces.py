"""The text of a JSON source in pieces of any size, whether or not it has lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from omeviz.sources.text_window import TextWindow

_FOREIGN = re.compile("[\udc80-\udcff]")
_MARK = 3
_SIZE = 1 << 15


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
        self._pieces = self._read()

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def __next__(self) -> str:
        return next(self._pieces)

    def _read(self) -> Iterator[str]:
        own = not self._decoder.surrogates
        decoder = codecs.getincrementaldecoder("utf-8")("strict" if own else "surrogatepass")
        blocks = self._blocks()
        held = b""
        for block in blocks:
            block, held = held + block, b""
            if own:
                if b"\x00" in block:
                    yield from self._read_lines(chain([decoder.getstate()[0] + block], blocks))
                    return
                if not block.endswith(b"\n"):  # a mark or a character of UTF-16 may be cut here
                    block, held = block[:-_MARK], block[-_MARK:]
            yield self._piece(decoder, block)
        yield self._piece(decoder, held, last=True)

    def _piece(self, decoder: codecs.IncrementalDecoder, block: bytes, *, last: bool = False) -> str:
        try:
            return decoder.decode(block, last)
        except UnicodeDecodeError:
            decoder.errors, self.foreign = "surrogateescape", True
            return decoder.decode(block, last)

    def _read_lines(self, blocks: Iterator[bytes]) -> Iterator[str]:
        """The rest, where UTF-16 was appended to something else, which the decoder of lines takes apart."""
        for piece in self._decoder.decode(blocks):
            self.switched = self.switched or self._decoder.switched_at is not None
            yield piece

    def _blocks(self) -> Iterator[bytes]:
        window = self._text.window
        position = window.start
        while True:
            window.fill(position + 1)
            if position >= window.stop:
                return
            while position < window.stop:
                stop = min(window.stop, position + _SIZE)
                yield window.slice(position, stop)
                position = stop
            window.give_up(position)


def mended(text: str) -> str | None:
    """A text with its foreign bytes read as Windows-1252; None where there are none."""
    if _FOREIGN.search(text) is None:
        return None
    return _FOREIGN.sub(lambda match: _legacy(ord(match[0]) - 0xDC00), text)


def _legacy(byte: int) -> str:
    """One byte as Windows-1252; its five undefined bytes become the controls of the same number."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)
