"""What the screen says about itself is true: hints, notices, and what looks chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.command import DiscoveryHit

from omeviz.load import FirstRows, load_all
from omeviz.summary import SourceSummary
from omeviz.tui.actions import ACTIONS, MOVE
from omeviz.tui.commands import ActionCommands
from omeviz.tui.screens.sources import Sources, source_rows
from omeviz.tui.widgets.footer_line import FooterLine
from omeviz.tui.widgets.loading_bar import LoadingState, loading_content
from omeviz.tui.widgets.value_list import ValueList
from tests.make_samples import SAMPLES
from tests.support import portal_record, store_of
from tests.tui.journey import Journey, StoreLoader, explore, small_store


def hints(journey: Journey) -> dict[str, str]:
    """The footer's keys and what they are said to do."""
    return {hint.key: hint.label for hint in journey.screen.query_one(FooterLine).hints}


def background(values: ValueList, y: int) -> object:
    """The colour behind a line of a list."""
    style = next(iter(values.render_line(y))).style
    return style and style.bgcolor


class FirstPageOnly(StoreLoader):
    """Shows a first page, and nothing else before its gate is open."""

    def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
        columns: dict[str, list[Any]] = {"time": [datetime(2023, 3, 22, 19)], "operation": ["FirstOne"]}
        store, self.store = self.store, None
        yield FirstRows(columns, "events.csv")
        assert self.gate is not None
        self.gate.wait(10)
        self.store = store
        yield from super().run(should_stop)


async def test_beside_a_first_page_nothing_claims_that_nothing_was_read() -> None:
    gate = Event()
    async with explore(loader=FirstPageOnly(small_store(), gate=gate)) as journey:
        await journey.pilot.pause(0.1)
        assert "FirstOne" in journey.text
        assert "0 rows" not in journey.text
        assert "No event here" not in journey.text
        assert "Esc stops" in journey.text
        gate.set()


def test_the_loading_line_before_anything_is_counted() -> None:
    assert loading_content(LoadingState("events.csv"), 80).plain == " Loading events.csv…   Esc stops "
    assert loading_content(LoadingState(), 80).plain == " Loading…   Esc stops "
    assert loading_content(LoadingState(), 15).cell_length <= 15


async def test_who_refused_to_stop_is_told_how_to_stop_later() -> None:
    async with explore(loader=StoreLoader(small_store(), gate=Event())) as journey:
        assert hints(journey)["Esc"] == "back"
        await journey.press("escape", "n")
        assert journey.session.loading
        assert "Shift+Tab, Esc stops" in journey.text
        assert "Esc" not in hints(journey)
        await journey.press("escape")
        assert journey.app.screen is journey.screen  # not asked again
        await journey.press("shift+tab")
        assert "Shift+Tab" not in journey.text
        await journey.press("escape")
        assert "y stop   n or Esc go on" in journey.text
        await journey.press("y")


async def test_the_footer_follows_what_the_detail_pane_does() -> None:
    async with explore() as journey:
        await journey.press("enter")
        assert (hints(journey)["Esc"], hints(journey)["r"]) == ("to the table", "raw record")
        await journey.press("r")
        assert (hints(journey)["Esc"], hints(journey)["r"]) == ("decoded record", "decoded")
        await journey.press("r", "ctrl+f")
        assert hints(journey) == {"Enter": "to the hits", "Esc": "end finding", "F1": "help"}
        await journey.type("example")
        await journey.press("enter")
        assert (hints(journey)["Esc"], hints(journey)["n"]) == ("end finding", "next hit")
        await journey.press("escape")
        assert hints(journey)["Esc"] == "to the table"


async def test_clicks_on_the_footer_do_what_it_says_in_the_detail_pane() -> None:
    async with explore() as journey:
        await journey.press("enter", "ctrl+f")
        await journey.type("bob@")
        await journey.press("enter")
        pane, footer = journey.screen.detail, journey.screen.query_one(FooterLine)
        assert " 1 of 3" in journey.text
        footer.post_message(FooterLine.Clicked("find_next"))
        await journey.settle()
        assert " 2 of 3" in journey.text
        footer.post_message(FooterLine.Clicked("find_previous"))
        await journey.settle()
        assert " 1 of 3" in journey.text
        footer.post_message(FooterLine.Clicked("back"))
        await journey.settle()
        assert not pane.is_finding
        assert journey.screen.detail_has_focus


async def test_a_dialog_takes_away_what_the_corner_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore(size=(80, 24)) as journey:
        await journey.press("e", "enter")
        assert any("6 events written to" in notice for notice in journey.notices)
        await journey.press("e")
        assert not journey.notices
        await journey.press("escape", "y")
        assert len(journey.notices) == 1


async def test_the_result_of_an_export_names_its_path_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a-name-of-more-than-half-the-screen-of-this-test-.csv"
    async with explore(size=(160, 40)) as journey:
        await journey.press("e", "tab", "tab", "ctrl+u")
        await journey.type(name)
        await journey.press("enter")
        await journey.pilot.pause(0.1)
        assert name in journey.text


async def test_only_a_tick_says_what_is_chosen_where_the_focus_is_elsewhere() -> None:
    async with explore(size=(120, 40)) as journey:
        await journey.press("e")
        with_manifest = journey.app.screen.query_one("#with", ValueList)
        assert "[ ] redacted" in journey.text
        assert background(with_manifest, 0) == background(with_manifest, 1)
        await journey.press("tab", "tab", "tab", "space")
        assert "[x] redacted" in journey.text
        assert background(with_manifest, 0) != background(with_manifest, 1)


async def test_the_palette_begins_with_what_is_not_on_the_arrow_keys() -> None:
    async with explore() as journey:
        commands = ActionCommands(journey.screen)
        listed = [str(hit.text) async for hit in commands.discover() if isinstance(hit, DiscoveryHit)]
        moves = {action.label for action in ACTIONS if action.group == MOVE}
        assert listed[0] == "filter"
        assert not moves.intersection(listed)
        assert "page up" in [str(hit.text) async for hit in commands.search("page up")]


def test_files_are_told_by_container() -> None:
    (source,) = store_of(portal_record()).sources
    source.container = "list"
    rows = dict(source_rows(source, copies=1))
    assert rows["read as"] == "Format-List text"
    assert rows["copies"] == "1 record whose event is shown from another record"


@pytest.mark.parametrize("size", [(160, 45), (120, 30), (100, 24), (80, 24)])
async def test_a_long_list_of_files_leaves_title_and_hint_on_the_screen(size: tuple[int, int]) -> None:
    store = store_of(portal_record())
    store.sources = tuple(replace(store.sources[0], name=f"{number}.csv") for number in range(9))
    async with explore(store, size=size) as journey:
        await journey.press("i")
        assert " Files " in journey.text
        assert Sources.HINT in journey.text


async def test_even_five_lines_show_an_event() -> None:
    async with explore(size=(20, 5)) as journey:
        assert "2023-03-22 18" in journey.text
        await journey.press("end")
        assert "2023-03-26 10" in journey.text


async def test_items_of_json_are_not_called_lines() -> None:
    store = load_all([str(SAMPLES / "powershell_shallow.json"), str(SAMPLES / "excel.xlsx")])
    async with explore(store, size=(140, 40)) as journey:
        assert "powershell_shallow.json item 1, excel.xlsx row 2" in journey.text
        await journey.press("p")
        assert "item 8" in journey.text
        await journey.press("escape", "C")
        assert "row 2" in journey.text
        await journey.press("escape", "I", "j")
        assert "first at item 1" in journey.text


@pytest.mark.parametrize(
    ("container", "numbers", "place"),
    [
        ("csv", None, "line 1,005"),
        ("json", None, "item 1,005"),
        ("parquet", None, "row 1,005"),
        ("parquet", "json", "item 1,005"),
        ("parquet", "", "line 1,005"),
    ],
)
def test_places_by_container(container: str, numbers: str | None, place: str) -> None:
    assert SourceSummary("a", None, container=container, numbers=numbers).place(1005) == place
