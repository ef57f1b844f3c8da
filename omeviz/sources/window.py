"""A stream of bytes with positions: pieces can be taken ahead, and again from any place not yet given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator


class Window:
    """Bytes of a stream from the last place given up to the farthest read.

    Args:
        read: Gives up to so many more bytes; empty at the end.
        block: How many bytes to read at once.
        start: The position of the first byte.
        ready: Whether reading would not have to wait.

    Attributes:
        ended: The stream has ended; `stop` is its length.
        given: The position behind the last block of `blocks_from`; more may have been read for a look ahead.
    """

    def __init__(
        self, read: Callable[[int], bytes], block: int, start: int = 0, ready: Callable[[], bool] = lambda: True
    ) -> None:
        self._read = read
        self._ready = ready
        self._block = block
        self._blocks: deque[bytes] = deque()
        self.start = start
        self.stop = start
        self.ended = False
        self.given = start

    def fill(self, position: int, *, wait: bool = True) -> None:
        """Read until this position is there, or the stream ends, or (without `wait`) has nothing for now."""
        while self.stop < position and not self.ended and (wait or self._ready()):
            block = self._read(self._block)
            if block:
                self._blocks.append(block)
                self.stop += len(block)
            else:
                self.ended = True

    def slice(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to `stop`, which must be there."""
        parts: list[bytes] = []  # joining bytes does not hold the interpreter, joining views would
        position = self.start
        for block in self._blocks:
            if position >= stop:
                break
            end = position + len(block)
            if end > start:
                if start == position and stop == end:
                    return block
                parts.append(block[max(0, start - position) : stop - position])
            position = end
        return b"".join(parts)

    def line_end_before(self, start: int, stop: int) -> int:
        """The position behind the last line feed in a range, or `start` where there is none."""
        end = self.stop
        for block in reversed(self._blocks):
            begin = end - len(block)
            if begin < stop:
                found = block.rfind(b"\n", max(0, start - begin), stop - begin) + 1
                if found:
                    return begin + found
            if begin <= start:
                break
            end = begin
        return start

    def unread(self, data: bytes) -> None:
        """Put bytes back before the first one that is held."""
        self._blocks.appendleft(data)
        self.start -= len(data)

    def give_up(self, position: int) -> None:
        """Forget everything before this position, as far as whole blocks go."""
        while self._blocks and self.start + len(self._blocks[0]) <= position:
            self.start += len(self._blocks.popleft())

    def blocks_from(self, position: int) -> Iterator[bytes]:
        """Blocks from a position on; reads on as they are asked for, and forgets nothing."""
        while True:
            self.fill(position + 1)
            if position >= self.stop:
                return
            stop = min(self.stop, position + self._block)
            self.given = stop
            yield self.slice(position, stop)
            position = stop
