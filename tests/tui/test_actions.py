from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from textual.binding import Binding

from omeviz.tui.actions import ACTION, ACTIONS, by_group, key_name, key_table_markdown
from omeviz.tui.app import Explorer
from omeviz.tui.commands import NOT_LISTED
from omeviz.tui.screens.explorer import ExplorerScreen
from omeviz.tui.screens.help import help_sections
from omeviz.tui.widgets.event_table import EventTable
from omeviz.tui.widgets.footer_line import FooterLine, Hint, fitting
from tests.tui.journey import explore


def test_ids_and_keys_are_unique() -> None:
    assert len(ACTION) == len(ACTIONS)
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert [key for key, number in keys.items() if number > 1] == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_handler(action: object) -> None:
    from omeviz.tui.actions import Action

    assert isinstance(action, Action)
    owner = {"screen": ExplorerScreen, "table": EventTable, "textual": Explorer}[action.owner]
    assert callable(getattr(owner, f"action_{action.id}", None))


def test_the_tables_own_bindings_are_the_registrys() -> None:
    bound = {
        (key, binding.action)
        for binding in EventTable.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    assert bound == {(key, action.id) for action in ACTIONS if action.owner == "table" for key in action.keys}


def test_help_lists_every_action_and_the_readme_table_too() -> None:
    listed = [text for _, rows in help_sections() for _, text in rows]
    table = key_table_markdown()
    for action in ACTIONS:
        assert action.help in listed
        assert action.help in table
        assert all(f"`{key_name(key)}`" in table for key in action.keys)
    assert sum(len(actions) for actions in by_group().values()) == len(ACTIONS)


def test_the_readme_holds_the_table_of_keys() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- keys.*?-->\n(.*?)<!-- /keys -->", readme, re.DOTALL)
    assert found == [key_table_markdown()], "write it with: python -m omeviz.tui.actions"


def test_every_action_says_what_it_does_in_a_sentence() -> None:
    for action in ACTIONS:
        assert action.help.endswith("."), action.id
        assert action.label, action.id
        assert len(action.label) <= 16, action.id


def test_key_names() -> None:
    names = [key_name(key) for key in ("/", "ctrl+f", "f3", "shift+f3", "escape", "G", "[", "pageup", "f", "+", "-")]
    assert names == ["/", "Ctrl+F", "F3", "Shift+F3", "Esc", "G", "[", "PgUp", "f", "+", "-"]


def test_the_footer_drops_the_least_important_first_and_never_overflows() -> None:
    hints = [Hint("a", "first", "", 1), Hint("b", "second", "", 3), Hint("c", "third", "", 2)]
    assert [hint.key for hint in fitting(hints, 100)] == ["a", "b", "c"]
    assert [hint.key for hint in fitting(hints, 22)] == ["a", "c"]
    assert [hint.key for hint in fitting(hints, 12)] == ["a"]
    assert fitting(hints, 3) == []


@pytest.mark.parametrize("width", [20, 40, 60, 80, 90, 100, 120, 160])
async def test_the_footer_fits_and_always_shows_filter_and_help(width: int) -> None:
    async with explore(size=(width, 24)) as journey:
        footer = journey.screen.query_one(FooterLine)
        line = journey.text.splitlines()[-1].rstrip()
        assert len(line) <= width
        assert sum(hint.width for hint in fitting(footer.hints, width)) <= width
        if width >= 40:
            assert "/ filter" in line
            assert "? help" in line


async def test_the_palette_finds_an_action_and_runs_it() -> None:
    async with explore() as journey:
        await journey.press("ctrl+p")
        await journey.type("status")
        await journey.pilot.pause(0.3)
        await journey.press("enter")
        await journey.pilot.pause(0.3)
        await journey.settle()
        assert journey.filter_text == "status:failure"


async def test_the_help_page_names_all_actions() -> None:
    async with explore(size=(160, 200)) as journey:
        await journey.press("question_mark")
        for action in ACTIONS:
            assert action.help in journey.text, action.id
        assert "regular expression" in journey.text
        await journey.press("escape")
        assert journey.app.screen is journey.screen


async def test_every_listed_action_runs_without_harm_on_every_occasion() -> None:
    async with explore(size=(70, 20)) as journey:
        for action in ACTIONS:
            if action.id in {"quit", *NOT_LISTED}:
                continue
            owner = journey.screen.table if action.owner == "table" else journey.screen
            await journey.app.run_action(action.id, owner)
            await journey.settle()
            while len(journey.app.screen_stack) > 1:
                journey.app.pop_screen()
                await journey.settle()
            journey.screen.table.focus()


async def test_footer_hints_can_be_clicked() -> None:
    async with explore() as journey:
        line = journey.text.splitlines()[-1]
        await journey.pilot.click(FooterLine, offset=(line.index("s status") + 1, 0))
        await journey.settle()
        assert journey.filter_text == "status:failure"
