"""The explorer's tests wait until the program is at rest; so do these."""

from __future__ import annotations

from tests.tui.conftest import exact_waits

__all__ = ["exact_waits"]
