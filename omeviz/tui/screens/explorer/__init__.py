"""The explorer's screen."""

from omeviz.tui.screens.explorer.screen import ExplorerScreen

__all__ = ["ExplorerScreen"]
