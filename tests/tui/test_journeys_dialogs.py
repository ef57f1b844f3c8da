"""Filter box, messages and dialogs as a hurried user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from omeviz.tui.problem_model import ProblemModel
from omeviz.tui.screens.dialog import Dialog
from omeviz.tui.screens.explorer.base import ExplorerBase
from omeviz.tui.widgets.footer_line import FooterLine
from omeviz.tui.widgets.header_line import HeaderState, header_content
from omeviz.tui.widgets.loading_bar import LoadingState, loading_content
from omeviz.tui.widgets.safe_input import SafeInput
from omeviz.tui.widgets.value_list import Value, ValueList
from tests.support import portal_record, store_of
from tests.tui.journey import explore


async def test_words_typed_behind_a_filter_do_not_run_into_it() -> None:
    async with explore(filter_text="recipient:ann") as journey:
        generation = journey.session.generation
        await journey.press("slash")
        assert journey.screen.filter_bar.text == "recipient:ann "
        await journey.press("escape")
        assert journey.filter_text == "recipient:ann"
        assert journey.session.generation == generation  # nothing was computed anew
        await journey.press("slash")
        await journey.type("forward")
        await journey.press("enter")
        assert journey.filter_text == "recipient:ann forward"
        assert journey.rows == [2, 5]
        await journey.press("slash", "tab")
        assert journey.filter_text == "recipient:ann forward"


async def test_a_filter_that_does_not_parse_is_left_as_it_is() -> None:
    async with explore(filter_text='"forw') as journey:
        await journey.press("slash")
        assert journey.screen.filter_bar.text == '"forw'


async def test_short_messages_replace_each_other_and_lasting_ones_stay() -> None:
    async with explore() as journey:
        await journey.press("z", "l", "H")
        assert journey.notices == ["Operation is hidden; c shows it again."]
        journey.screen.say("Something failed.", "error")
        await journey.press("z")
        assert "Something failed." in journey.notices
        assert "Times are shown in UTC." in journey.notices


async def test_columns_are_moved_and_the_last_one_stays() -> None:
    async with explore() as journey:
        await journey.press("c", "j", "K", "K", "enter")
        assert journey.screen.table.column_layout.shown[:2] == ("operation", "time")
        await journey.press(*"HHHHHHHH")
        assert len(journey.screen.table.column_layout.shown) == 1
        assert journey.notices == ["The last column stays."]


async def test_the_list_of_operations_says_why_it_is_empty() -> None:
    async with explore(filter_text="nowhere") as journey:
        await journey.press("o")
        assert "The rest of the filter leaves no event." in journey.text


async def test_long_operations_keep_their_counts_on_the_line() -> None:
    names = ["\x1b" * 70, "\u202e" * 70, "plain"]
    store = store_of(*(portal_record(Operation=name, Id=name[:1]) for name in names))
    async with explore(store, size=(80, 24)) as journey:
        await journey.press("o")
        values = journey.app.screen.query_one(ValueList)
        assert len(values.values) == values.option_count == 3
        lines = [line for line in journey.text.splitlines() if "│" in line and line.rstrip("│ ").endswith("  1")]
        assert len(lines) == 3


@pytest.mark.parametrize("key", ["c", "o", "e", "i", "Y", "Z"])
async def test_dialogs_show_their_keys_on_a_small_screen(key: str) -> None:
    records = [portal_record(Operation=f"Operation{number}", Id=str(number)) for number in range(40)]
    async with explore(store_of(*records), size=(80, 24)) as journey:
        await journey.press(key)
        dialog = journey.app.screen
        assert isinstance(dialog, Dialog)
        assert dialog.HINT in journey.text
        if key == "e":
            await journey.pilot.resize_terminal(20, 5)
            await journey.press("tab", "tab")
            box = dialog.query_one(SafeInput)
            assert box.has_focus
            assert box.value[:8] in journey.text


async def test_the_export_says_in_which_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with explore(size=(160, 40)) as journey:
        await journey.press("e")
        labels = [str(label.render()) for label in journey.app.screen.query(".dialog--label").results(Static)]
        assert any(label.startswith(f"File, in {folder}"[:60]) for label in labels)


async def test_files_show_what_was_guessed_and_themes_can_be_chosen() -> None:
    async with explore() as journey:
        await journey.press("i")
        assert "6 = 6 records + 0 unusable" in journey.text
        assert "Wrong guess? --container --encoding --delimiter --dates" in journey.text
        await journey.press("escape", "t")
        await journey.type("nord")
        await journey.pilot.pause(0.3)
        await journey.press("enter")
        await journey.pilot.pause(0.1)
        assert journey.app.theme == "nord"


async def test_every_hint_in_the_footer_names_a_key_that_works_there() -> None:
    async with explore(size=(160, 40)) as journey:
        footer = journey.screen.query_one(FooterLine)
        assert isinstance(journey.screen, ExplorerBase)
        await journey.press("slash")
        assert [hint.key for hint in footer.hints] == ["Enter", "Esc", "F1"]
        await journey.press("f1")
        assert "keys and filter" in journey.text
        await journey.press("escape", "escape", "enter")
        assert "r" in [hint.key for hint in footer.hints]
        await journey.press("r")
        assert "Raw record" in journey.text


def test_the_loading_line_says_rows_bytes_and_rate() -> None:
    state = LoadingState("events.csv", 6_939, 8 * 1024 * 1024, 16 * 1024 * 1024, 2.0)
    text = loading_content(state, 140).plain
    for part in ("events.csv", "━", " 50%", "6,939 rows", "8.0 MiB of 16.0 MiB", "4.0 MiB/s", "Esc stops"):
        assert part in text
    assert "6,939 rows" in loading_content(state, 40).plain
    unknown = loading_content(LoadingState("<stdin>", 5, 2048, None, 1.0), 140).plain
    assert "2.0 KiB   2.0 KiB/s" in unknown
    assert "%" not in unknown


def test_the_first_line_without_any_file() -> None:
    assert header_content(HeaderState(events=0), 60).plain.startswith(" omeviz   0 events   UTC")


def test_several_problems_of_a_record_are_told_apart() -> None:
    store = store_of(portal_record(CreationTime="never", AuthenticationStatus="odd"))
    details = [problem.detail for problem in store.record(0).problems]
    assert len(details) > 1
    assert ProblemModel(store, []).explanation(0) == "; ".join(details)


def test_labels_from_a_log_are_cut_by_cells() -> None:
    values = ValueList([Value("k", "契" * 100, 1, False)])
    prompt = values.get_option_at_index(0).prompt
    assert "…" in str(prompt)
    assert len(str(prompt)) < 40
