"""Lines of at most so many cells, for a terminal or a file read in one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def cell_width(text: str) -> int:
    """How many cells of a terminal a shown text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def folded_lines(text: str, width: int) -> Iterator[str]:
    """A text in lines of at most `width` cells, broken at blanks; longer words are broken anywhere."""
    line, used = "", 0
    for word in text.split(" "):
        size = cell_width(word)
        if line and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            yield line
        *full, word = _pieces(word, width)
        yield from full
        line, used = word, cell_width(word)
    yield line


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` cells, at least one."""
    if cell_width(word) <= width:
        return [word]
    pieces: list[str] = []
    piece: list[str] = []
    used = 0
    for character in word:
        size = _width(character)
        if piece and used + size > width:
            pieces.append("".join(piece))
            piece, used = [], 0
        piece.append(character)
        used += size
    return [*pieces, "".join(piece)]
