"""Writing events to a file: which events, in which format, where to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, OptionList, Static

from omeviz.errors import OmevizError
from omeviz.export import FORMATS, TargetExistsError, format_for
from omeviz.export.default_name import default_path
from omeviz.tui.safe import safe
from omeviz.tui.screens.confirm import Confirm
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.screens.export_job import MANIFEST, REDACT, Exported, ExportMemory, Job, Selection
from omeviz.tui.widgets.header_line import count
from omeviz.tui.widgets.loading_bar import size_text
from omeviz.tui.widgets.safe_input import SafeInput
from omeviz.tui.widgets.value_list import Value, ValueList

__all__ = ["Export", "ExportMemory", "Exported", "Selection"]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from omeviz.store import Store


LOW = 32
"""Lines of a screen below which the dialog has none to spare."""


class Export(Dialog[Exported]):
    """Asks what, how and where, writes in the background, and answers how many events went where.

    Args:
        store: Where the records are.
        selections: What can be exported, the usual one first.
        folder: Where a file is proposed.
        memory: What earlier exports of the session left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", "write", show=False, priority=True)]
    """
    | Key | What |
    | :- | :- |
    | enter | Write the file. |
    """

    HEADING = "Export"
    HINT = "↑ ↓ choose   Tab next   Space ticks   Enter writes   Esc closes"
    AUTO_FOCUS = "#what"

    class Progress(Message):
        """So many records are written."""

        def __init__(self, records: int) -> None:
            super().__init__()
            self.records = records

    class Hashing(Message):
        """So many bytes of a source are hashed, for the manifest."""

        def __init__(self, source: str, done: int) -> None:
            super().__init__()
            self.source = source
            self.done = done

    class Done(Message):
        """Writing is over, well or not."""

        def __init__(self, outcome: Exported | OmevizError) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(
        self, store: Store, selections: Sequence[Selection], folder: Path, memory: ExportMemory | None = None
    ) -> None:
        super().__init__()
        self._memory = memory or ExportMemory()
        self._store = store
        self._selections = tuple(selections)
        self._folder = folder
        self._what = selections[0].key
        self._format = "csv"
        self._proposed = ""
        self._writing = False
        self._cancelled = False

    def body(self) -> list[Widget]:
        """What, format, path, switches, and a line for how it goes."""
        self._proposed = self._default()
        return [
            Static(Content("Which events"), classes="dialog--label", markup=False),
            ValueList(self._whats(), id="what"),
            Static(Content("Format"), classes="dialog--label", markup=False),
            ValueList(self._formats(), id="format"),
            Static(safe(f"File, in {self._folder}", limit=60), classes="dialog--label", markup=False),
            SafeInput(self._proposed, compact=True, id="path", select_on_focus=False),
            ValueList(self._switches(), boxes=True, id="with"),
            Static("", id="outcome", markup=False),
            Horizontal(
                Button(Content("Write"), id="write", compact=True, variant="primary"),
                Button(Content("Close"), id="close", compact=True),
                classes="dialog--buttons",
            ),
        ]

    @property
    def selection(self) -> Selection:
        """The chosen events."""
        return next(selection for selection in self._selections if selection.key == self._what)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Moving in a list chooses; what the cursor has left meanwhile does not count."""
        event.stop()
        values = event.option_list
        if not isinstance(values, ValueList) or event.option_index != values.highlighted:
            return
        key = values.values[event.option_index].key
        if values.id == "what" and key != self._what:
            self._what = key
            values.show(self._whats())
            self._propose()
        elif values.id == "format" and key != self._format:
            self._format = key
            values.show(self._formats())
            self._propose()

    def on_value_list_toggled(self, event: ValueList.Toggled) -> None:
        """A switch was pressed; the other lists choose by moving."""
        event.stop()
        if event.key in (REDACT, MANIFEST):
            self._memory.switches ^= {event.key}
            self.query_one("#with", ValueList).show(self._switches())

    def on_resize(self) -> None:
        """On a small screen every line counts."""
        self.set_class(self.size.height < LOW, "low")

    def on_input_changed(self, event: Input.Changed) -> None:
        """A path's suffix chooses the format."""
        event.stop()
        chosen = format_for(event.value)
        if chosen and chosen != self._format:
            self._format = chosen
            formats = self.query_one("#format", ValueList)
            formats.show(self._formats())
            formats.highlighted = list(FORMATS).index(chosen)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons, by mouse."""
        if event.button.id == "write":
            self.action_write()
        else:
            self.action_close()

    def action_close(self) -> None:
        """Stop a running export, else close."""
        if self._writing:
            self._cancelled = True
        else:
            super().action_close()

    def action_write(self) -> None:
        """Write the file; Enter on the Close button closes."""
        if self.focused is not None and self.focused.id == "close":
            self.action_close()
        else:
            self._start(replace=False)

    def on_export_progress(self, event: Export.Progress) -> None:
        """Say how far it is."""
        total = len(self.selection.rows)
        self._say(Content(f"{event.records:,} of {count(total, 'event')} written   Esc stops"))

    def on_export_hashing(self, event: Export.Hashing) -> None:
        """Say how far hashing is."""
        text = f"Hashing {event.source}: {size_text(event.done)}   Esc stops"
        self._say(safe(text, limit=120))

    def on_export_done(self, event: Export.Done) -> None:
        """Close, or say what went wrong, or ask whether to replace."""
        self._writing = False
        outcome = event.outcome
        if isinstance(outcome, Exported):
            self.dismiss(outcome)
        elif isinstance(outcome, TargetExistsError):
            self._say(Content(""))
            self.app.push_screen(Confirm(f"{outcome.message} Replace it?", yes="Replace", no="Keep"), self._replace)
        else:
            self._say(safe(str(outcome), "$text-error"))

    def _replace(self, answer: bool | None) -> None:
        if answer:
            self._start(replace=True)

    def _start(self, *, replace: bool) -> None:
        if self._writing:
            return
        if not self.query_one("#path", SafeInput).value.strip():
            self._say(Content.styled("Name a file.", "$text-error"))
            return
        self._writing, self._cancelled = True, False
        memory = self._memory
        job = Job(
            self._store,
            self.selection,
            self._path(),
            self._format,
            replace,
            memory.redaction(),
            memory.hashes if MANIFEST in memory.switches else None,
        )
        self._say(Content("Writing…"))

        def write() -> None:
            outcome = job.run(
                progress=lambda records: self._tell(self.Progress(records)),
                hashing=lambda source, done: self._tell(self.Hashing(source, done)),
                should_stop=lambda: self._cancelled or not self.is_attached,
            )
            self.post_message(self.Done(outcome))

        self.run_worker(write, thread=True, group="export")

    def _tell(self, message: Message) -> None:
        self.post_message(message)

    def _path(self) -> Path:
        text = self.query_one("#path", SafeInput).value.strip()
        try:
            path = Path(text).expanduser()
        except RuntimeError:  # no such user
            path = Path(text)
        return path if path.is_absolute() else self._folder / path

    def _propose(self) -> None:
        """Follow the choices in a path that the user has not typed; in a typed one change the suffix only."""
        box = self.query_one("#path", SafeInput)
        if box.value == self._proposed:
            self._proposed = self._default()
            box.value = self._proposed
        elif format_for(box.value) not in {None, self._format}:
            box.value = str(Path(box.value).with_suffix(FORMATS[self._format].suffixes[0]))
        box.cursor_position = len(box.value)

    def _default(self) -> str:
        names = [source.name for source in self._store.sources]
        path = default_path(names, len(self.selection.rows), self._format, self._folder)
        return path.name if path.parent == Path.cwd() else str(path)

    def _say(self, text: Content) -> None:
        self.query_one("#outcome", Static).update(text)

    def _whats(self) -> list[Value]:
        return [Value(s.key, s.label, len(s.rows), s.key == self._what) for s in self._selections]

    def _switches(self) -> list[Value]:
        on = self._memory.switches
        return [
            Value(REDACT, "redacted: stand-ins for addresses, subjects, files, ids", None, REDACT in on),
            Value(MANIFEST, "with a manifest: the sources and their SHA-256", None, MANIFEST in on),
        ]

    def _formats(self) -> list[Value]:
        return [Value(name, form.label, None, name == self._format) for name, form in FORMATS.items()]
