"""A view whose lines are drawn whole, without what Textual does for borders, padding and see-through colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.scroll_view import ScrollView
from textual.strip import Strip

from omeviz.tui.widgets.quiet import move_scrollbar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from textual.geometry import Region, Size


class _Line(Strip):
    """A line that is not kept alive by what it remembers of itself, which only a search for garbage would find."""

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Cut the line at cells."""
        inside = [cut for cut in cuts if cut <= self.cell_length]
        return [self] if inside == [self.cell_length] else super().divide(inside)


class DrawnLines(ScrollView):
    """A scroll view that has neither border nor padding, and whose `render_line` says everything about a line.

    What is not refreshed is not drawn again. Half of the time of a page would go into borders that are not there
    and into cutting off what lies under the scrollbar: so lines end where the scrollbar begins.
    """

    drawing = False
    """`render_line` is asked what to draw, not what text lies under the mouse."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._drawn: dict[int, Strip] = {}
        self._drawn_size: Size | None = None
        super().__init__(name=name, id=id, classes=classes)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the screen from `crop.y` on, drawn or remembered."""
        drawn = self._drawn
        if self._drawn_size != self.size:
            drawn.clear()
            self._drawn_size = self.size
        missing = [y for y in crop.line_range if y not in drawn]
        if missing:
            self._draw(missing)
        strips = [drawn[y] for y in crop.line_range]
        left, right = crop.column_span
        return [strip.crop(left, right) if left or right < strip.cell_length else strip for strip in strips]

    def _draw(self, lines: list[int]) -> None:
        filters, background = self.get_line_filters(), self.background_colors[1]
        self.drawing = True
        try:
            for y in lines:
                strip = self.render_line(y)
                segments = list(strip)
                for line_filter in filters:
                    segments = line_filter.apply(segments, background)
                self._drawn[y] = _Line(segments, strip.cell_length)
        finally:
            self.drawing = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw everything again, or the lines of `regions`."""
        if not regions:
            self._drawn.clear()
        for region in regions:
            for y in region.line_range:
                self._drawn.pop(y, None)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Show another part; the scrollbar is drawn again where it looks different."""
        if self.show_vertical_scrollbar:
            move_scrollbar(self.vertical_scrollbar, new_value)
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
