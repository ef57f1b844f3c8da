"""Changes that lay out and draw the whole screen again only where something changes its place."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from textual.content import Content
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender

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
        resize_scrollbar(view.vertical_scrollbar, size.height)
        view.scroll_y = view.validate_scroll_y(view.scroll_y)
    else:
        view.virtual_size = size


def resize_scrollbar(bar: ScrollBar, height: int) -> None:
    """Tell a vertical scrollbar how many lines there are."""
    if _looks(bar, height, bar.position) == _looks(bar, bar.window_virtual_size, bar.position):
        bar.set_reactive(ScrollBar.window_virtual_size, height)
    else:
        bar.window_virtual_size = height


def move_scrollbar(bar: ScrollBar, position: float) -> None:
    """Tell a vertical scrollbar which line is the first in view."""
    position = bar.validate_position(position)
    if _looks(bar, bar.window_virtual_size, position) == _looks(bar, bar.window_virtual_size, bar.position):
        bar.set_reactive(ScrollBar.position, position)
    else:
        bar.position = position


def _looks(bar: ScrollBar, height: int, position: float) -> tuple[int, int] | None:
    return thumb(bar.size.height, bar.window_size, height, position)


def thumb(size: int, window: int, height: int, position: float) -> tuple[int, int] | None:
    """Where Textual draws a scrollbar's thumb, and how long: in eighths of a cell. None where it draws none.

    Args:
        size: Cells of the scrollbar.
        window: Lines in view.
        height: Lines in all.
        position: The first line in view.
    """
    if not size or not window or window >= height or height == size:
        return None
    steps = len(ScrollBarRender.VERTICAL_BARS)
    length = max(1, window / (height / size))
    return int((size - length) * (position / (height - window)) * steps), ceil(length * steps)


def set_text(label: Static, text: str) -> None:
    """Let a label that is as wide as its text say something, one line without markup."""
    content = Content(text)
    if label.content == content:
        return
    label.update(content, layout=content.cell_length != label.size.width)
