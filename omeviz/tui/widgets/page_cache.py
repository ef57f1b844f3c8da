"""The rows around those on screen, fetched from a model in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.cache import LRUCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omeviz.tui.models import TableModel

BLOCK = 32
"""Rows fetched at once: so many that a step up or down rarely fetches anything, so few that a page waits for little."""


@dataclass(frozen=True, slots=True)
class FetchedRow:
    """One row: its texts, one for each column asked for, and its signs."""

    texts: tuple[str, ...]
    marked: bool
    problem: bool
    times: int = 1


class PageCache:
    """A few blocks of rows of a model that may grow.

    `row_count` is what the model had when it was last looked at, so that a model which grows on another thread
    changes nothing in the middle of drawing.
    """

    def __init__(self) -> None:
        self.row_count = 0
        self._model: TableModel | None = None
        self._columns: tuple[str, ...] = ()
        self._blocks: LRUCache[int, list[FetchedRow]] = LRUCache(32)

    def set_model(self, model: TableModel | None) -> None:
        """Take rows from another model."""
        self._model = model
        self.clear()

    def set_columns(self, columns: Sequence[str]) -> None:
        """Fetch these columns."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._blocks.clear()

    def clear(self) -> None:
        """Forget what was fetched, and how many rows there were."""
        self._blocks.clear()
        self.row_count = 0 if self._model is None else self._model.row_count

    def rows_added(self, model: TableModel | None = None) -> None:
        """Take in rows behind the last, by the same model or by one that has taken its place."""
        if model is not None:
            self._model = model
        if self._model is not None:
            self._blocks.discard(self.row_count // BLOCK)
            self.row_count = self._model.row_count

    def row(self, index: int) -> FetchedRow:
        """One row; an empty one where the model has lost it since it was last asked how many there are."""
        number, offset = divmod(index, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._fetch(number * BLOCK)
        return block[offset] if offset < len(block) else FetchedRow(("",) * len(self._columns), False, False)

    def _fetch(self, start: int) -> list[FetchedRow]:
        model, stop = self._model, min(start + BLOCK, self.row_count)
        if model is None or start >= stop:
            return []
        texts = model.cells(start, stop, self._columns)
        signs = (model.marked(start, stop), model.problems(start, stop), model.times(start, stop))
        rows = zip(*texts, strict=True) if texts else [()] * (stop - start)
        return [FetchedRow(*row) for row in zip(rows, *signs, strict=True)]
