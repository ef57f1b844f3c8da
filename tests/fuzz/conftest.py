"""The explorer's tests wait in short steps; so do these."""

from __future__ import annotations

from tests.tui.conftest import short_waits

__all__ = ["short_waits"]
