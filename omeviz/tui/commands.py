"""The palette: every action by its name and its sentence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from omeviz.tui.actions import ACTIONS, MOVE, Action, key_names
from omeviz.tui.widgets.event_table import EventTable

if TYPE_CHECKING:
    from textual.widget import Widget

NOT_LISTED = frozenset({"command_palette", "cursor_up", "cursor_down", "column_left", "column_right"})
"""Actions that make no sense once the palette is open."""


class ActionCommands(Provider):
    """Finds actions of the registry."""

    async def discover(self) -> Hits:
        """All actions but those that only move, for an empty question."""
        for action in self._listed():
            if action.group == MOVE:
                continue
            yield DiscoveryHit(_title(action), partial(self._run, action), text=action.label, help=action.help)

    async def search(self, query: str) -> Hits:
        """Actions whose label or sentence matches."""
        matcher = self.matcher(query)
        for action in self._listed():
            score = max(matcher.match(action.label), 0.8 * matcher.match(action.help))
            if score > 0:
                yield Hit(score, _title(action), partial(self._run, action), text=action.label, help=action.help)

    def _listed(self) -> list[Action]:
        """What can be done from the screen below the palette; in dialogs nothing can."""
        return [action for action in ACTIONS if action.id not in NOT_LISTED and self._owner(action) is not None]

    def _owner(self, action: Action) -> Widget | None:
        owner: Widget = self.screen
        if action.owner == "table":
            tables = self.screen.query(EventTable)
            if not tables or self.screen.is_modal:
                return None
            owner = tables.first()
        return owner if hasattr(owner, f"action_{action.id}") else None

    async def _run(self, action: Action) -> None:
        owner = self._owner(action)
        if owner is not None:
            await self.app.run_action(action.id, owner)


def _title(action: Action) -> Content:
    return Content.assemble(action.label, "  ", (key_names(action), "dim"))
