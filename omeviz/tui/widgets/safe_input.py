"""A text box for texts that may hold characters from a log."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.strip import Strip
from textual.widgets import Input

from omeviz.text import Piece, pieces

LONGEST_SHOWN = 5_000
"""Characters looked at; the box scrolls within them."""


class SafeInput(Input):
    """A one-line box that draws stand-ins for characters which would act on a terminal or are not seen.

    Its value keeps the characters themselves.
    """

    def shown_until(self, index: int) -> str:
        """What is drawn for the value before `index`."""
        value = self.value[:LONGEST_SHOWN]
        return "".join(p.shown if p.is_stand_in else value[p.start : min(p.stop, index)] for p in self._pieces(index))

    def cells_until(self, index: int) -> int:
        """How many cells the value before `index` takes."""
        return cell_len(self.shown_until(index))

    def _pieces(self, index: int) -> list[Piece]:
        return [piece for piece in pieces(self.value[:LONGEST_SHOWN]) if piece.start < index]

    @property
    def _value(self) -> Text:
        text = Text(no_wrap=True, overflow="ignore", end="")
        for piece in pieces(self.value[:LONGEST_SHOWN]):
            text.append(piece.shown, "dim" if piece.is_stand_in else "")
        return text

    def _position_to_cell(self, position: int) -> int:
        return self.cells_until(position)

    def _cell_offset_to_index(self, offset: int) -> int:
        offset += self.scroll_offset.x
        cells = 0
        for piece in pieces(self.value[:LONGEST_SHOWN]):
            if piece.is_stand_in:
                cells += cell_len(piece.shown)
                if offset < cells:
                    return piece.start
                continue
            for index in range(piece.start, piece.stop):
                cells += cell_len(self.value[index])
                if offset < cells:
                    return index
        return len(self.value)

    def render_line(self, y: int) -> Strip:
        """Draw the box; differs from the base class in that places count in what is shown."""
        if y != 0 or not self.value:
            return super().render_line(y)
        result = self._value
        if self.has_focus:
            if not self.selection.is_empty:
                start, stop = (len(self.shown_until(place)) for place in sorted(self.selection))
                result.stylize_before(self.get_component_rich_style("input--selection"), start, stop)
            if self._cursor_visible:
                if self.cursor_at_end:
                    result.pad_right(1)
                start = len(self.shown_until(self.cursor_position))
                stop = max(start + 1, len(self.shown_until(self.cursor_position + 1)))
                result.stylize(self.get_component_rich_style("input--cursor"), start, stop)
        options = self.app.console_options.update_width(max(1, self.content_width))
        width = self.scrollable_content_region.width
        scroll_x = self.scroll_offset.x
        strip = Strip(list(self.app.console.render(result, options))).crop(scroll_x, scroll_x + width + 1)
        return strip.extend_cell_length(width + 1).apply_style(self.rich_style)
