"""The last line: the keys that work where the user is, as many as fit, the important ones first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


@dataclass(frozen=True, slots=True)
class Hint:
    """One key in the footer.

    Attributes:
        key: As a user reads it.
        label: What it does, in a word or three.
        action: The id of the action a click runs, or empty.
        importance: 1 is the last to give way.
    """

    key: str
    label: str
    action: str
    importance: int

    @property
    def width(self) -> int:
        """Cells it takes, with the gap before it."""
        return len(self.key) + len(self.label) + 3


def fitting(hints: Sequence[Hint], width: int) -> list[Hint]:
    """Those hints that fit into `width` cells, in their order; of the same importance the later gives way first."""
    kept = list(hints)
    while kept and sum(hint.width for hint in kept) > width:
        least = max(hint.importance for hint in kept)
        kept.remove([hint for hint in kept if hint.importance == least][-1])
    return kept


class FooterLine(Widget):
    """The keys that work here. Each can be clicked."""

    DEFAULT_CSS: ClassVar[str] = "FooterLine { height: 1; }"

    hints: reactive[tuple[Hint, ...]] = reactive(())
    """What could be shown, in the order of showing."""

    class Clicked(Message):
        """A hint was clicked.

        Attributes:
            action: The action's id.
        """

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def render(self) -> Content:
        """One line, never more."""
        pieces: list[tuple[str, str]] = []
        for hint in fitting(self.hints, self.size.width):
            pieces += [(f" {hint.key}", "bold $text-accent"), (f" {hint.label} ", "")]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        """Find the hint under the mouse."""
        end = 0
        for hint in fitting(self.hints, self.size.width):
            end += hint.width
            if event.x < end:
                if hint.action:
                    self.post_message(self.Clicked(hint.action))
                return
