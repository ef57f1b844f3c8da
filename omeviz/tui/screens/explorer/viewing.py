"""Taking up what was computed: the table's rows, the counts, the cursor, the empty result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omeviz.errors import FilterError, OmevizError
from omeviz.tui.background import Latest
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.views import View, ViewRequest, compared, place_of, prepared

if TYPE_CHECKING:
    from omeviz.store import Copies, Store


class Viewing(ExplorerBase):
    """Shows views."""

    def take_view(self, request: ViewRequest, result: View | OmevizError) -> None:
        """Show a result, or what is wrong with the filter; the last good result stays then."""
        if request.generation != self.session.generation:
            return
        if isinstance(result, OmevizError):
            self._show_error(result)
        else:
            self._show_view(result, request)

    def _show_error(self, error: OmevizError) -> None:
        start, stop = (error.start, error.stop) if isinstance(error, FilterError) else (0, 0)
        self.filter_bar.show_error(error.message, error.remedy, start, stop)

    def _show_view(self, view: View, request: ViewRequest) -> None:
        from omeviz.tui.models import FrameModel

        session, table = self.session, self.table
        before = session.view
        merged = before is None or before.copies.version != view.copies.version
        grows = before is not None and before.generation == view.generation and not view.ordered and not merged
        stays = grows or before is None  # rows only came behind those shown
        row, session.jump_to = session.jump_to if session.jump_to is not None else self.current_row(), None
        place = None if stays else place_of(row, view.rows, request.store)
        session.view = view
        if merged:
            session.follow_copies(view.copies)
        self.filter_bar.clear_error()
        self._explain_nothing(view)
        table.shows_times = view.copies.count > 0
        model = FrameModel(request.store, view.rows, session.zone, session.marks, view.copies)
        if grows:
            table.rows_added(model)
        else:
            table.set_model(model, place)
        table.mark_sort(session.sort_marks)
        self.show_columns()
        self._show_count()
        self.refresh_header()
        self.refresh_footer()
        self.show_detail()
        self.view_changed()
        if view.ordered and view.copies.differing is None:
            self.comparisons.ask(request.store, overtake=False)
        elif view.ordered and not self._prepared:
            self._prepared = True
            Latest(self, prepared, lambda _, __: None).ask(request.store)

    _prepared = False
    """What the first search needs has been asked for."""
    _comparisons: Latest[Store, Copies] | None = None

    @property
    def comparisons(self) -> Latest[Store, Copies]:
        """Finds out on a thread which copies differ; the events are shown before that is known."""
        if self._comparisons is None:
            self._comparisons = Latest(self, compared, lambda _, __: self.ask_view(overtake=False))
        return self._comparisons

    def _explain_nothing(self, view: View) -> None:
        if view.emptied_by:
            lines = ("No event matches.", "", view.emptied_by, "", "Esc removes the filter's last part.")
            self.table.empty_message = "\n".join(lines)
        elif self.session.loading:
            self.table.empty_message = "Loading…"

    def _show_count(self) -> None:
        view = self.session.view
        if view is None:
            return
        shown, total = view.rows.len(), view.facts.events
        filtered = bool(view.text.strip())
        self.filter_bar.show_count(f"{shown:,} of {total:,}" if filtered else f"{total:,} shown")
