"""Finding without narrowing, and what is highlighted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from omeviz.errors import FilterError, OmevizError
from omeviz.events.columns import COLUMN
from omeviz.tui.background import Latest
from omeviz.tui.hits import FindRequest, Hits, find
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.views import row_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omeviz.query.tree import Filter
    from omeviz.tui.widgets.filter_bar import FilterBar


class Finding(ExplorerBase):
    """The find line and its hits."""

    hits: Hits | None = None
    """What was found among the shown rows; None while nothing is looked for."""
    find_from = 0
    """Where the cursor stood when finding began."""
    _highlighted: tuple[Filter | None, Filter | None] = (None, None)
    """The filter and what is looked for, as they are highlighted."""

    @property
    def finds(self) -> Latest[FindRequest, Hits]:
        """Looks for hits on a thread."""
        if self._finds is None:
            self._finds = Latest(self, find, self._take_hits)
        return self._finds

    _finds: Latest[FindRequest, Hits] | None = None

    def action_find(self) -> None:
        """Open the find line; in the detail pane its own."""
        if self.detail_has_focus:
            self.detail.action_find()
            return
        self.find_from = self.table.cursor_index or 0
        self.add_class("finding")
        self.set_focus(self.find_bar.box)
        self.find_bar.box.select_all()

    def follow_find_bar(self, event: FilterBar.Changed) -> None:
        """Every key in the find line."""
        if event.text == self.session.find_text:
            return
        self.session.find_text = event.text
        self.look()

    def look(self) -> None:
        """Look through the shown rows, on a thread."""
        view, text = self.session.view, self.session.find_text
        if not text.strip() or view is None or self.store is None:
            self.finds.cancel()
            self.hits = None
            self.find_bar.clear_error()
            self.find_bar.show_count("")
            self.highlight()
            return
        marked = row_series(self.session.marks)
        self.finds.ask(FindRequest(self.store, view.rows, text, self.session.zone, marked))

    def _take_hits(self, request: FindRequest, result: Hits | OmevizError) -> None:
        if request.text != self.session.find_text:
            return
        if isinstance(result, OmevizError):
            start, stop = (result.start, result.stop) if isinstance(result, FilterError) else (0, 0)
            self.find_bar.show_error(result.message, result.remedy, start, stop)
            return
        self.find_bar.clear_error()
        self.hits = result
        self.highlight()
        if self.find_bar.typing:
            place = result.after(self.find_from, itself=True)
            if place is not None:
                self.table.move_cursor(place)
        self.tell_hit()
        self.refresh_footer()

    def tell_hit(self) -> None:
        """Say which hit of how many the cursor is on."""
        hits, place = self.hits, self.table.cursor_index
        if hits is None or not self.session.find_text.strip():
            return
        if not hits.count:
            self.find_bar.show_count("not found")
            return
        number = hits.number(place) if place is not None else None
        self.find_bar.show_count(f"{number:,} of {hits.count:,}" if number else f"{hits.count:,} hits")

    def action_find_next(self) -> None:
        """To the next hit; while the detail pane looks for something, there."""
        if self.detail_has_focus and self.detail.is_finding:
            self.detail.action_find_next()
        else:
            self._go(forward=True)

    def action_find_previous(self) -> None:
        """To the hit before; likewise."""
        if self.detail_has_focus and self.detail.is_finding:
            self.detail.action_find_previous()
        else:
            self._go(forward=False)

    def _go(self, *, forward: bool) -> None:
        hits, place = self.hits, self.table.cursor_index
        if hits is None or place is None:
            self.say("Nothing is looked for. Ctrl+F or F finds.")
            return
        target = hits.after(place) if forward else hits.before(place)
        if target is None:
            self.say("Not found among the events shown.")
            return
        if (target <= place) if forward else (target >= place):
            self.say("Went round the end." if forward else "Went round the beginning.")
        self.table.move_cursor(target)
        self.tell_hit()

    def end_find(self) -> None:
        """Close the find line and forget the hits."""
        self.remove_class("finding")
        self.session.find_text = ""
        self.find_bar.text = ""
        self.look()
        self.table.focus()
        self.refresh_footer()

    def highlight(self) -> None:
        """Highlight what the filter and find look for."""
        from omeviz.query.highlight import needles

        view, hits = self.session.view, self.hits
        sought = (view.filter if view is not None else None, hits.filter if hits is not None else None)
        if sought == self._highlighted:
            return
        self._highlighted = sought
        by_filter, by_find = map(needles, sought)

        def spans(column: str, text: str) -> Sequence[tuple[int, int]]:
            # `status:failure` would light up a whole column of equal words; what is typed as text shows everywhere.
            few = column in COLUMN and COLUMN[column].kind == "few"
            return merged([*by_filter.spans(text, None if few else column), *by_find.spans(text, column)])

        self.table.highlighter = spans if by_filter or by_find else None
        self.detail.record_tree.sought = partial(spans, "data") if by_filter or by_find else None


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that overlap joined."""
    result: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return result
