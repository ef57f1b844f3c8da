"""One cell of a table: hostile text cut and padded to a width in terminal cells."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size, set_cell_size

from omeviz.text import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

MORE = "…"
"""What marks a text that goes on behind the cell's edge."""


class Look(IntFlag):
    """What is special about a stretch of a cell."""

    PLAIN = 0
    STAND_IN = 1
    """It stands for a character that cannot be shown."""
    HIT = 2
    """It is what the filter or the search found."""


def fit(text: str, width: int, hits: Sequence[tuple[int, int]] = ()) -> list[tuple[str, Look]]:
    """Draw a text into exactly `width` cells.

    Args:
        text: Text as in the log.
        width: Terminal cells to fill, at least 1; shorter text is padded, longer text ends in `…`.
        hits: Stretches of `text` (start, stop) to be highlighted. A hit beyond the
            cell's edge highlights the `…`.

    Returns:
        Stretches of visible text and their look; together `width` cells wide.
    """
    if not hits and text.isascii() and text.isprintable():
        if len(text) <= width:
            return [(text + " " * (width - len(text)), Look.PLAIN)]
        return [(text[: width - 1] + MORE, Look.PLAIN)]
    # However long it is, little more than this can be seen: combining marks are few on one cell.
    looked_at = text[: 4 * width + 32]
    runs = _runs(looked_at, sorted(hits))
    total = sum(cell_len(run) for run, _ in runs)
    if total <= width and len(looked_at) == len(text):
        return [*runs, (" " * (width - total), Look.PLAIN)] if total < width else runs
    return _cut(runs, width, hits_beyond=any(stop > len(looked_at) for _, stop in hits))


def text_width(text: str) -> int:
    """How many terminal cells a visible text takes.

    `rich.cells` counts a joiner and the letter behind it as nothing, which is right for emoji only.
    """
    return sum(cell_len(part) for part in _measurable(text))


def _runs(text: str, hits: Sequence[tuple[int, int]]) -> list[tuple[str, Look]]:
    """The visible text in stretches of one look, each of which `cell_len` measures rightly."""
    runs: list[tuple[str, Look]] = []
    for piece in pieces(text):
        if piece.is_stand_in:
            hit = any(start <= piece.start < stop for start, stop in hits)
            runs.append((piece.shown, Look.STAND_IN | (Look.HIT if hit else Look.PLAIN)))
            continue
        done = piece.start
        for start, stop in hits:
            start, stop = _whole(text, max(start, done), min(stop, piece.stop), done, piece.stop)
            if start >= stop:
                continue
            runs += [(part, Look.PLAIN) for part in _measurable(text[done:start])]
            runs += [(part, Look.HIT) for part in _measurable(text[start:stop])]
            done = stop
        runs += [(part, Look.PLAIN) for part in _measurable(text[done : piece.stop])]
    return runs


def _whole(text: str, start: int, stop: int, first: int, last: int) -> tuple[int, int]:
    """Widen a stretch so that it splits no letter from its marks and no emoji, within `first` and `last`."""
    while first < start < stop and _is_tied(text, start):
        start -= 1
    while start < stop < last and _is_tied(text, stop):
        stop += 1
    return start, stop


def _is_tied(text: str, index: int) -> bool:
    """Whether the character at `index` is drawn in the cell of the one before it."""
    return text[index - 1] == "\u200d" or get_character_cell_size(text[index]) == 0


def _measurable(text: str) -> list[str]:
    """Split a text behind the joiners that join letters."""
    if "\u200d" not in text:
        return [text] if text else []
    parts = []
    done = 0
    for index, character in enumerate(text):
        if character == "\u200d" and not _is_emoji_part(text[index - 1 : index]):
            parts.append(text[done : index + 1])
            done = index + 1
    return [*parts, text[done:]] if done < len(text) else parts


def _is_emoji_part(character: str) -> bool:
    code = ord(character) if character else 0
    return 0x2000 <= code < 0x3400 or code in {0xFE0E, 0xFE0F} or code >= 0x1F000


def _cut(runs: Sequence[tuple[str, Look]], width: int, *, hits_beyond: bool) -> list[tuple[str, Look]]:
    """As much of the runs as fits before a `…`; a stand-in is drawn whole or not at all."""
    room = width - len(MORE)
    shown: list[tuple[str, Look]] = []
    for index, (run, look) in enumerate(runs):
        size = cell_len(run)
        if size <= room:
            shown.append((run, look))
            room -= size
            continue
        # A wide character that would lie half outside becomes a blank.
        part = "" if look & Look.STAND_IN else set_cell_size(run, room).rstrip(" ")
        if part:
            shown.append((part, look))
            room -= cell_len(part)
        hits_beyond = hits_beyond or any(other & Look.HIT for _, other in runs[index:])
        break
    shown.append((MORE, Look.HIT if hits_beyond else Look.PLAIN))
    if room:
        shown.append((" " * room, Look.PLAIN))
    return shown
