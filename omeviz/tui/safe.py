"""Text from a log as Textual content: never markup, never control characters."""

from __future__ import annotations

from textual.content import Content

from omeviz.text import segments

STAND_IN = "dim"
"""How stand-ins of invisible characters are drawn."""


def safe(text: str, style: str = "", limit: int | None = None) -> Content:
    """The text as it can be shown, its stand-ins dimmed.

    Args:
        text: Any text from outside.
        style: A Textual style for the rest of it.
        limit: Cut it after so many characters, with `…` behind.
    """
    cut = limit is not None and len(text) > limit
    if cut:
        text = text[:limit]
    pieces = [(shown, f"{style} {STAND_IN}".strip() if odd else style) for shown, odd in segments(text)]
    if cut:
        pieces.append(("…", style))
    return Content.assemble(*pieces)
