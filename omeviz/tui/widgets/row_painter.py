"""Draws a table's lines: cells, gutter signs and styles put together into strips. Knows nothing of the widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from omeviz.tui.widgets.cells import Look, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.style import Style

    from omeviz.tui.widgets.column_layout import Placed

    Hits = Callable[[str, str], Sequence[tuple[int, int]]]

_BLANKS = " " * 8
CURSOR_SIGN, MARK_SIGN, PROBLEM_SIGN = ">", "*", "!"
ASCENDING_SIGN, DESCENDING_SIGN = "▲", "▼"

_OUTCOMES = {
    "success": "success",
    "succeeded": "success",
    "true": "success",
    "0": "success",
    "failure": "failure",
    "failed": "failure",
    "false": "failure",
    "1": "failure",
    "partial": "partial",
    "partiallysucceeded": "partial",
}


@dataclass(frozen=True, slots=True)
class RowState:
    """What is special about a row.

    Attributes:
        cursor: Whether the cursor is on it.
        column: The column the cursor is in; only where `cursor` is set.
        marked: Whether it is marked.
        problem: Whether something is wrong with it.
        times: How often it was seen; None where the table has no place for that.
    """

    cursor: bool = False
    column: str = ""
    marked: bool = False
    problem: bool = False
    times: int | None = None


def times_sign(times: int) -> str:
    """How often an event was seen, in one cell: nothing for once, `+` for more often than nine times."""
    return " " if times < 2 else str(times) if times < 10 else "+"


class _Line:
    """Collects stretches of text, joining those of one style."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._texts: list[str] = []
        self._style: Style | None = None

    def add(self, text: str, style: Style) -> None:
        # Styles are compared by identity, which is enough for those of one painter, and fast.
        if style is not self._style:
            self._flush()
            self._style = style
        self._texts.append(text)
        if text.endswith("\u200d"):
            # With the next letter in one segment this joiner would be measured wrongly.
            self._flush()

    def strip(self, width: int) -> Strip:
        self._flush()
        return Strip(self._segments, width)

    def _flush(self) -> None:
        if self._texts:
            self._segments.append(Segment("".join(self._texts), self._style))
            self._texts = []


class RowPainter:
    """Draws rows and the header.

    Args:
        styles: The component styles by name: `row`, `cursor`, `cell`, `header`, `header-cursor` are whole styles;
            `success`, `failure`, `partial`, `unknown`, `mark`, `problem`, `copies`,
            `stand-in`, `hit` are laid over those.
    """

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = styles
        self._mixed: dict[tuple[str, str, int], Style] = {}

    def row(
        self, placed: Sequence[Placed], texts: Sequence[str], state: RowState, width: int, hits: Hits | None
    ) -> Strip:
        """One row, unscrolled, at least `width` cells wide."""
        base = "cursor" if state.cursor else "row"
        plain = self._style(base)
        line = _Line()
        line.add(CURSOR_SIGN if state.cursor else " ", plain)
        line.add(MARK_SIGN if state.marked else " ", self._style(base, "mark" if state.marked else ""))
        line.add(PROBLEM_SIGN if state.problem else " ", self._style(base, "problem" if state.problem else ""))
        end = 3
        if state.times is not None:
            end += 1
            copied = state.times > 1
            line.add(times_sign(state.times), self._style(base, "copies" if copied else ""))
        for place, text in zip(placed, texts, strict=True):
            column, room = place.column, place.width
            line.add(_BLANKS[: place.start - end], plain)
            end = place.start + room
            here = "cell" if state.cursor and column.name == state.column else base
            outcome = ""
            # The cursor's own colours are chosen for plain text; a coloured word might vanish there.
            if column.kind == "outcome" and text and here != "cell":
                outcome = _OUTCOMES.get(text.lower(), "unknown")
            for part, look in fit(text, room, hits(column.name, text) if hits and text else ()):
                line.add(part, self._style(here, outcome, look))
        width = max(width, end)
        line.add(" " * (width - end), plain)
        return line.strip(width)

    def header(
        self,
        placed: Sequence[Placed],
        column: str,
        sort: Sequence[tuple[str, bool]],
        labels: Mapping[str, str],
        width: int,
    ) -> Strip:
        """The header, unscrolled, at least `width` cells wide.

        Args:
            placed: The columns.
            column: The column the cursor is in.
            sort: (name, descending) of the sort keys, the first one first.
            labels: Headings that differ from the columns' own.
            width: Cells to fill.
        """
        keys = [name for name, _ in sort]
        plain = self._style("header")
        line = _Line()
        end = 0
        for place in placed:
            name = place.column.name
            line.add(" " * (place.start - end), plain)
            end = place.stop
            sign = ""
            if name in keys:
                number = keys.index(name)
                sign = " " + (DESCENDING_SIGN if sort[number][1] else ASCENDING_SIGN)
                sign += str(number + 1) if len(keys) > 1 else ""
            label = labels.get(name, place.column.label)
            # The sign stands right behind the label, and is never what is cut off.
            shown = "".join(part for part, _ in fit(label, max(1, place.width - len(sign)))).rstrip() + sign
            style = self._style("header-cursor" if name == column else "header")
            for part, _ in fit(shown, place.width):
                line.add(part, style)
        width = max(width, end)
        line.add(" " * (width - end), plain)
        return line.strip(width)

    def message(self, text: str, width: int) -> Strip:
        """A line of its own, where there are no rows."""
        line = _Line()
        for part, look in fit(text, max(1, width)):
            line.add(part, self._style("row", "", look))
        return line.strip(max(1, width))

    def _style(self, base: str, over: str = "", look: int = 0) -> Style:
        key = (base, over, look)
        style = self._mixed.get(key)
        if style is None:
            style = self._styles[base]
            if over:
                style += self._styles[over]
            if look & Look.STAND_IN:
                style += self._styles["stand-in"]
            if look & Look.HIT:
                style += self._styles["hit"]
            self._mixed[key] = style
        return style
