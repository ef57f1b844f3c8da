"""Changes that lay out and draw the whole screen again only where something changes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.scroll_view import ScrollView

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.widgets import Static


def set_content_size(view: ScrollView, size: Size) -> None:
    """Tell a scroll view the size of its content.

    Where only the height changes, and the scrollbar is there before and after, drawing the scrollbar is enough.

    Args:
        view: The widget.
        size: Cells.
    """
    needed = view.styles.overflow_y == "scroll" or size.height > view.container_size.height
    if size.width == view.virtual_size.width and view.show_vertical_scrollbar and needed:
        view.set_reactive(ScrollView.virtual_size, size)
        view.vertical_scrollbar.window_virtual_size = size.height
        view.scroll_y = view.validate_scroll_y(view.scroll_y)
    else:
        view.virtual_size = size


def set_text(label: Static, text: str) -> None:
    """Let a label that is as wide as its text say something, one line without markup."""
    content = Content(text)
    label.update(content, layout=content.cell_length != label.size.width)
