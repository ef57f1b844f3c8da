"""Texts as they go to the clipboard."""

from __future__ import annotations

import re

from omeviz.text import stand_in

_ACTS_WHEN_PASTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clipboard_text(text: str) -> tuple[str, bool]:
    """A text as it goes to the clipboard, and whether nothing of it was replaced.

    Control characters could act where it is pasted (a terminal runs what stands before a carriage return), so they
    become the same signs as on the screen. Line feeds and tabs stay; a carriage return before a line feed goes.
    """
    text = text.replace("\r\n", "\n")
    safe = _ACTS_WHEN_PASTED.sub(lambda match: stand_in(match[0]), text)
    return safe, safe == text
