"""Loading in the background, and stopping it."""

from __future__ import annotations

from contextvars import copy_context
from datetime import datetime
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from textual.message import Message

from omeviz.garbage import settle, spare
from omeviz.load import Finished, FirstRows, Note, PartLoaded, Progress, SourceDone, SourceFailed
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.widgets.header_line import HeaderLine

if TYPE_CHECKING:
    from omeviz.tui.screens.confirm import Confirm
    from omeviz.tui.widgets.loading_bar import LoadingBar


BREATH = 0.25
"""Seconds from one view to the next while loading: drawing them takes time from the loader."""

LONG_BREATH = 0.5
"""The same once there is much to look at already."""

LONGEST_BREATH = 1.0
"""The same while keys come: what they do is drawn sooner."""

MUCH = 100_000
"""Records."""


class Loading(ExplorerBase):
    """Runs the loader on a thread and takes up what it tells."""

    class Told(Message):
        """The loader made a step."""

        def __init__(self, step: object) -> None:
            super().__init__()
            self.step = step

    stop_wanted = False
    """The user stopped loading."""
    stop_question: Confirm | None = None
    """The question whether to stop, open or answered."""
    redecoded = False
    """Decoded values changed after they had arrived."""
    _next_view = 0.0
    """When what arrived may be shown."""
    _next_progress = 0.0
    """When to tell again how far loading has come; the loader's thread asks."""
    _waits_for_view = False
    """A timer will show what arrived."""

    def start_loading(self) -> None:
        """Start the loader on a thread of its own, for which leaving does not wait: a pipe may never end."""
        self.add_class("loading")
        context = copy_context()
        Thread(target=lambda: context.run(self._load), name="omeviz-load", daemon=True).start()

    def _load(self) -> None:
        try:
            for step in self.loader.run(lambda: self.stop_wanted or not self.is_attached):
                if not self.is_attached:
                    return
                if not isinstance(step, Progress) or self._is_due():
                    self.post_message(self.Told(step))
        except Exception as error:  # noqa: BLE001  # a thread must not die unseen: the screen raises it again
            if self.is_attached:
                self.post_message(self.Told(error))

    def _is_due(self) -> bool:
        """Whether to tell how far loading has come: not too often, a loader that waits tells it again and again."""
        now = monotonic()
        if now < self._next_progress:
            return False
        self._next_progress = now + (LONGEST_BREATH if self.loader.courtesy.is_asked else BREATH)
        return True

    def on_loading_told(self, event: Loading.Told) -> None:
        """Take up one step."""
        event.stop()
        step = event.step
        if isinstance(step, FirstRows):
            self._show_first(step)
        elif isinstance(step, PartLoaded):
            if self.session.store is None:
                spare()  # Polars, among others
            self.session.store = self.loader.store
            self._view_soon()
        elif isinstance(step, Progress):
            self.loading_bar.progress(step.source, step.rows, step.bytes_read, step.bytes_total)
            self.refresh_header()
        elif isinstance(step, SourceDone):
            self.redecoded = self.redecoded or step.redecoded
        elif isinstance(step, SourceFailed):
            self.session.failures.append(step.error)
            self.say(f"{step.error.message}\n{step.error.remedy}".strip(), "error")
            self.refresh_header()
        elif isinstance(step, Note):
            self.session.notes.append(step.text)
            self.say(f"{step.text}.")
        elif isinstance(step, Finished):
            self._finish(partial=step.partial)
        elif isinstance(step, Exception):
            raise step

    def _view_soon(self) -> None:
        """Show what arrived, but not too often."""
        wait = self._next_view - monotonic()
        if wait <= 0:
            self._view_now()
        elif not self._waits_for_view:
            self._waits_for_view = True
            self.set_timer(wait, self._view_now)

    def _view_now(self) -> None:
        self._waits_for_view = False
        if self.session.loading:
            much = self.session.facts.records >= MUCH
            breath = LONGEST_BREATH if self.loader.courtesy.is_asked else LONG_BREATH if much else BREATH
            self._next_view = monotonic() + breath
            self.ask_view(overtake=False)

    def _show_first(self, step: FirstRows) -> None:
        """Show the first page before Polars is there; with a filter it could show what does not match."""
        if self.session.filter_text.strip():
            return
        from omeviz.tui.models import ListModel, time_text

        zone = self.session.zone
        texts = {
            name: [time_text(v, zone) if isinstance(v, datetime) else "" if v is None else str(v) for v in values]
            for name, values in step.columns.items()
        }
        model = ListModel(texts)
        self.table.set_model(model)
        header = self.query_one(HeaderLine)
        header.state = type(header.state)(
            names=(step.source,), events=model.row_count, zone=self.session.zone_title, loading=True
        )

    def _finish(self, *, partial: bool) -> None:
        session = self.session
        session.store = self.loader.store
        session.loading = False
        session.partial = partial
        session.generation += 1
        self.detail.nothing = "No event here."
        self.remove_class("loading")
        if self.stop_question is not None and self.app.screen is self.stop_question:
            self.stop_question.dismiss(None)
        if self.loading_bar.has_focus:
            self.table.focus()
        if self.redecoded:
            session.forget_facts()
        if partial:
            self.say("Loading was stopped. What arrived is kept and labelled as partial.", "warning")
        self.refresh_header()
        self.refresh_footer()
        if session.store is None or not session.store.record_count:
            self._show_nothing()
        self.ask_view()
        self.call_after_refresh(settle)  # what loading made stays

    def _show_nothing(self) -> None:
        """Say what was found instead of events; the messages in the corner said the same."""
        self.app.clear_notifications()
        lines = ["No events." if not self.session.partial else "Loading was stopped before any event arrived.", ""]
        for error in self.session.failures:
            lines += [error.message, error.remedy, ""]
        store = self.session.store
        if store is not None and any(source.kept_only for source in store.sources):
            read = sum(source.records for source in store.sources)
            lines += [f"{read:,} records were read; none matched, so none was kept.", ""]
        if store is not None and store.unusable:
            lines += [f"{store.unusable_count:,} rows could not be used; p lists them.", ""]
        self.table.empty_message = "\n".join([*lines, "q quits."])

    def on_loading_bar_stop_requested(self, event: LoadingBar.StopRequested) -> None:
        """Esc or a click on the bar."""
        event.stop()
        self.ask_to_stop()

    def ask_to_stop(self) -> None:
        """Ask once whether to stop loading."""
        from omeviz.tui.screens.confirm import Confirm

        question = "Stop loading? What is there stays, labelled as partial."
        self.stop_question = Confirm(question, yes="Stop", no="Go on")
        self.app.push_screen(self.stop_question, self._stop)

    def _stop(self, answer: bool | None) -> None:
        if answer:
            self.stop_wanted = True
        else:
            self.stop_refused = self.loading_bar.refused = True
            self.refresh_footer()
