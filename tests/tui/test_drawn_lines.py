"""Lines that are drawn whole: by the filters of the terminal, again only where something changed, without garbage."""

from __future__ import annotations

import gc
from random import Random
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.filter import Monochrome
from textual.geometry import Region
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.widget import Widget

from omeviz.tui.widgets.drawn_lines import DrawnLines
from omeviz.tui.widgets.quiet import thumb
from tests.support import portal_record, store_of
from tests.tui.journey import Journey, explore


def many() -> list[dict[str, object]]:
    return [portal_record(Id=str(number), MailSubject=f"Budget {number}") for number in range(200)]


def views(journey: Journey) -> list[DrawnLines]:
    return [journey.screen.table, journey.screen.detail.record_tree]


def drawn(view: DrawnLines) -> list[str]:
    return [strip.text for strip in view.render_lines(Region(0, 0, *view.size))]


async def test_lines_end_where_the_scrollbar_begins_and_can_be_cropped() -> None:
    async with explore(store_of(*many())) as journey:
        await journey.press("D", "D")
        for view in views(journey):
            width = view.scrollable_content_region.width
            whole = view.render_lines(Region(0, 0, *view.size))
            assert {strip.cell_length for strip in whole} == {width}
            cropped = view.render_lines(Region(3, 1, 20, 4))
            assert [strip.text for strip in cropped] == [strip.text[3:23] for strip in whole[1:5]]


async def test_a_terminal_without_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DrawnLines, "get_line_filters", lambda _: [Monochrome()])
    async with explore(store_of(*many())) as journey:
        for view in views(journey):
            for strip in view.render_lines(Region(0, 0, *view.size)):
                for segment in strip:
                    assert segment.style is not None
                    for colour in (segment.style.color, segment.style.bgcolor):
                        assert colour is None or len(set(colour.get_truecolor())) == 1


class Wide(DrawnLines):
    """Says nothing of its own when its size changes."""

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(str(y).ljust(self.size.width))])


class WideApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Wide()


async def test_another_size_draws_everything_again() -> None:
    app = WideApp()
    async with app.run_test(size=(30, 5)) as pilot:
        for size in ((30, 5), (20, 9), (40, 3)):
            await pilot.resize_terminal(*size)
            assert drawn(app.query_one(Wide)) == [str(y).ljust(size[0]) for y in range(size[1])]


async def test_other_colours_draw_everything_again() -> None:
    async with explore(store_of(*many())) as journey:
        for view in views(journey):
            before = [list(strip) for strip in view.render_lines(Region(0, 0, *view.size))]
            theme = journey.app.theme
            journey.app.theme = "textual-light"
            await journey.settle()
            after = [list(strip) for strip in view.render_lines(Region(0, 0, *view.size))]
            assert all(old != new for old, new in zip(before, after, strict=True))
            journey.app.theme = theme
            await journey.settle()


async def test_what_was_passed_over_needs_no_search_for_garbage() -> None:
    async with explore(store_of(*many())) as journey:
        await journey.press("pagedown")
        await journey.pilot.pause(0.15)
        gc.collect()
        gc.disable()
        try:
            lines = [ref(line) for view in views(journey) for line in view.render_lines(Region(0, 0, *view.size))]
            nodes = [ref(node) for node in journey.screen.detail.record_tree.tree_layout.rows]
            await journey.press("pagedown")
            await journey.pilot.pause(0.15)
            kept = sum(line() is not None for line in lines)
            assert kept <= 2, "the header and blank lines at most"
            assert not any(node() for node in nodes)
        finally:
            gc.enable()


KEYS = (
    *("j", "k", "pagedown", "pageup", "G", "g", "ctrl+d", "l", "h", "s", "d", "a", "T", "m", "M", "U", "ctrl+a", "n"),
    *(
        ">",
        "<",
        "H",
        "D",
        "tab",
        "enter",
        "escape",
        "z",
        "x",
        "f",
        "ctrl+l",
        "E",
        "t",
        "slash",
        "1",
        "F",
        "end",
        "home",
    ),
)


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_on_the_screen_is_what_would_be_drawn_anew(seed: int) -> None:
    chance = Random(seed)
    async with explore(store_of(*many()), size=(120, 30)) as journey:
        for _ in range(60):
            if chance.random() < 0.1:
                await journey.pilot.resize_terminal(chance.choice((60, 90, 120, 160)), chance.choice((16, 24, 30, 45)))
            key = chance.choice(KEYS)
            await journey.press(key)
            await journey.pilot.pause(0.02)
            for view in views(journey):
                if not view.size or not view.display:
                    continue
                shown = look(view)
                view.refresh()
                view.vertical_scrollbar.refresh()
                assert shown == look(view), (seed, key, view)


def look(view: DrawnLines) -> list[list[Segment]]:
    """Everything that is seen of a view: its lines, and its scrollbar."""
    widgets: list[Widget] = [view, view.vertical_scrollbar] if view.show_vertical_scrollbar else [view]
    return [list(strip) for widget in widgets for strip in widget.render_lines(Region(0, 0, *widget.size))]


@given(
    size=st.integers(1, 60),
    window=st.integers(1, 60),
    heights=st.tuples(st.integers(1, 3_000), st.integers(1, 3_000)),
    positions=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_scrollbar_that_is_not_drawn_again_would_look_the_same(
    size: int, window: int, heights: tuple[int, int], positions: tuple[float, float]
) -> None:
    bars = []
    for height, share in zip(heights, positions, strict=True):
        position = int(share * max(0, height - window) * 8) / 8
        shown = window if window < height else 0
        segments = ScrollBarRender.render_bar(size=size, virtual_size=height, window_size=shown, position=position)
        bars.append((thumb(size, window, height, position), list(segments.segments)))
    if bars[0][0] == bars[1][0]:
        assert bars[0][1] == bars[1][1]
