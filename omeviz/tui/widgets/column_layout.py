"""Which columns a table shows, in what order and how wide: a small frozen state, and the places it leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from omeviz.events.columns import COLUMN, TABLE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GUTTER = 4
"""Cells before the first column: cursor, mark, problem, blank."""
WIDE_GUTTER = 5
"""The same with how often an event was seen."""

NARROWEST = 3
WIDEST = 200
STEP = 4
"""How many cells a column grows or shrinks at a time."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column that a table can show.

    Attributes:
        name: What the model knows it by.
        label: Its heading.
        width: Cells it takes where there is room.
        minimum: Cells it can shrink to before the table scrolls sideways.
        spare: Its share of room that nobody else needs; 0: none.
        kind: `outcome` columns are coloured by their word (success, failure, …).
    """

    name: str
    label: str
    width: int
    minimum: int = NARROWEST
    spare: int = 0
    kind: Literal["text", "outcome"] = "text"


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """What the user has made of the columns; plain values, so that a session can save it.

    Attributes:
        order: Names of columns, left to right. Columns that it does not name follow in their own order, hidden.
        hidden: Names of columns that are not shown.
        widths: (name, cells) of the columns whose width the user has set; those neither grow nor shrink.
        sort: (name, descending) as marked in the header, the first key first.
    """

    order: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    widths: tuple[tuple[str, int], ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the shown columns, left to right."""
        return tuple(name for name in self.order if name not in self.hidden)

    def hide(self, name: str) -> ColumnLayout:
        """Without a column; the last one shown stays."""
        return self if self.shown in {(), (name,)} else replace(self, hidden=self.hidden | {name})

    def show(self, name: str) -> ColumnLayout:
        """With a column, at its old place, or as the last."""
        order = self.order if name in self.order else (*self.order, name)
        return replace(self, order=order, hidden=self.hidden - {name})

    def move(self, name: str, by: int) -> ColumnLayout:
        """With a column moved by so many shown columns to the right (negative: to the left)."""
        shown = list(self.shown)
        if name not in shown:
            return self
        place = max(0, min(len(shown) - 1, shown.index(name) + by))
        shown.remove(name)
        shown.insert(place, name)
        return replace(self, order=(*shown, *(n for n in self.order if n not in shown)))

    def resize(self, name: str, width: int | None) -> ColumnLayout:
        """With a column of a width of its own; None gives it back to the table."""
        widths = tuple((n, w) for n, w in self.widths if n != name)
        if width is not None:
            widths = (*widths, (name, max(NARROWEST, min(WIDEST, width))))
        return replace(self, widths=widths)


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it is drawn.

    Attributes:
        column: The column.
        start: The cell where it begins, counted from the table's left edge, unscrolled.
        width: Its cells, without the gap behind it.
    """

    column: TableColumn
    start: int
    width: int

    @property
    def stop(self) -> int:
        """The cell behind its last."""
        return self.start + self.width


def arrange(
    layout: ColumnLayout, columns: Iterable[TableColumn], room: int, gutter: int = GUTTER
) -> tuple[Placed, ...]:
    """Share the room among the shown columns, behind `gutter` cells for signs.

    Where they fit, spare room goes to the columns that can use it. Where they do not, all shrink towards their
    minimum alike; what still does not fit is reached by scrolling.
    """
    known = {column.name: column for column in columns}
    shown = [known[name] for name in layout.shown if name in known]
    if not shown:
        return ()
    fixed = dict(layout.widths)
    widths = [fixed.get(column.name, column.width) for column in shown]
    gap = 2
    free = room - gutter - sum(widths) - gap * (len(shown) - 1)
    if free < 0:
        gap = 1
        free = room - gutter - sum(widths) - gap * (len(shown) - 1)
    if free > 0:
        shares = [0 if column.name in fixed else column.spare for column in shown]
        widths = _add(widths, _divide(free, shares), WIDEST)
    elif free < 0:
        slack = [0 if c.name in fixed else max(0, width - c.minimum) for c, width in zip(shown, widths, strict=True)]
        widths = _add(widths, [-n for n in _divide(min(-free, sum(slack)), slack)], WIDEST)
    placed = []
    start = gutter
    for column, width in zip(shown, widths, strict=True):
        placed.append(Placed(column, start, width))
        start += width + gap
    return tuple(placed)


def _divide(amount: int, shares: Sequence[int]) -> list[int]:
    """Split an amount in proportion to shares, without a remainder; nothing where nobody has a share."""
    total = sum(shares)
    if not total:
        return [0] * len(shares)
    parts, before, so_far = [], 0, 0
    for share in shares:
        so_far += share
        upto = amount * so_far // total
        parts.append(upto - before)
        before = upto
    return parts


def _add(widths: Sequence[int], more: Sequence[int], most: int) -> list[int]:
    return [min(width + extra, max(width, most)) for width, extra in zip(widths, more, strict=True)]


_MINIMUM = {
    "time": 19,
    # Long enough to tell AttachmentDownload from AttachmentReview.
    "operation": 18,
    "status": 7,
    "method": 9,  # Microsoft
    "recipient": 16,
    "sender": 12,
    "subject": 14,
    "attachment": 10,
}
_SPARE = {"recipient": 2, "subject": 3}
_OUTCOMES = {"status", "result", "auth", "operationstatus"}


def event_columns() -> tuple[TableColumn, ...]:
    """Every column an event has, as the table shows it."""
    return tuple(
        TableColumn(
            column.name,
            column.label,
            max(column.width, _MINIMUM.get(column.name, 0)),
            _MINIMUM.get(column.name, min(12, column.width)),
            _SPARE.get(column.name, 0),
            "outcome" if column.name in _OUTCOMES else "text",
        )
        for column in COLUMN.values()
    )


def event_layout(shown: Sequence[str] = TABLE_COLUMNS) -> ColumnLayout:
    """A layout that shows these columns of an event and knows the others."""
    others = [name for name in COLUMN if name not in shown]
    return ColumnLayout((*shown, *others), hidden=frozenset(others))
