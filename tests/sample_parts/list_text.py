"""`Format-List` output, wrapped as PowerShell wraps it, and the sample of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.hostile import CMDLET_COLUMNS
from tests.sample_parts.rows import Row


def cells_of(text: str) -> int:
    """Cells of a screen, as PowerShell counts them: by UTF-16 units, East Asian ones two."""
    return sum(1 if code < 0x1100 else 1 + _is_wide(code) if code < 0x10000 else 2 for code in map(ord, text))


def _is_wide(code: int) -> bool:
    return (
        code <= 0x115F
        or code in (0x2329, 0x232A)
        or (0x2E80 <= code <= 0xA4CF and code != 0x303F)
        or 0xAC00 <= code <= 0xD7A3
        or 0xF900 <= code <= 0xFAFF
        or 0xFE10 <= code <= 0xFE19
        or 0xFE30 <= code <= 0xFE6F
        or 0xFF00 <= code <= 0xFF60
        or 0xFFE0 <= code <= 0xFFE6
    )


def _words(line: str) -> Iterator[str]:
    """Words, each with the blank behind it."""
    start = 0
    for place, character in enumerate(line):
        if character in " \t":
            yield line[start : place + 1]
            start = place + 1
    yield line[start:]


def wrapped(value: str, width: int, *, by_words: bool = True) -> list[str]:
    """The lines of a value: whole words where they fit, or (in cultures without words) filled to the last cell."""
    lines: list[str] = []
    for line in value.replace("\r", "").split("\n"):
        if cells_of(line) <= width:
            lines.append(line)
            continue
        open_line, left = "", width
        for word in _words(line) if by_words else line:
            if cells_of(word) > width:
                for character in word:
                    if cells_of(character) > left:
                        lines.append(open_line)
                        open_line, left = "", width
                    open_line += character
                    left -= cells_of(character)
            else:
                if cells_of(word) > left:
                    lines.append(open_line)
                    open_line, left = "", width
                open_line += word
                left -= cells_of(word)
        lines.append(open_line)
    return lines


def format_list(
    rows: Sequence[Mapping[str, str]], width: int = 120, *, by_words: bool = True, spaced: int = 0, end: str = "\r\n"
) -> str:
    """What `Format-List` writes.

    Args:
        rows: Name -> value of each.
        width: Of the screen.
        by_words: Lines break at blanks where they can.
        spaced: Empty lines put in behind each line, as web copies have them.
        end: Of a line.
    """
    lines = [""]
    for row in rows:
        column = max(map(len, row)) + 3
        lines.append("")
        for name, value in row.items():
            first, *others = wrapped(value, width - column, by_words=by_words)
            lines.append(f"{name:{column - 3}} : {first}")
            lines += [" " * column + other for other in others]
    lines += ["", ""]
    return "".join(line + end * (1 + spaced) for line in lines)


def hawk_list(rows: Sequence[Row]) -> bytes:
    """A list as Hawk and `Out-File` of Windows PowerShell write it: UTF-16 with BOM, 120 columns."""
    cells = [dict(zip(CMDLET_COLUMNS, row.cells(index, len(rows)), strict=True)) for index, row in enumerate(rows, 1)]
    return b"\xff\xfe" + format_list(cells).encode("utf-16-le")
