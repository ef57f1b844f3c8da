"""The filter to begin with, where a file holds events of the portal and others."""

from __future__ import annotations

from omeviz.events.record_types import PORTAL
from omeviz.tui.screens.explorer.base import ExplorerBase

PORTAL_FILTER = f"type:{PORTAL}"
"""What is set; visible and removable as if it had been typed."""


class PortalFirst(ExplorerBase):
    """Shows the portal's events first, unless the user says what is shown."""

    def offer_portal_filter(self) -> None:
        """Set the filter once both kinds have been seen, and the user has not touched the filter before."""
        session, facts, bar = self.session, self.session.facts, self.filter_bar
        if not (session.portal_first and facts.portal and facts.other_types) or bar.typing or bar.text:
            return
        session.portal_first = False
        self.set_filter(PORTAL_FILTER)
        self.say(f"There are events of other types too. The filter shows {PORTAL} only; Esc removes it.")
