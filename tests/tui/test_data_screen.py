"""The Data screen: what it shows, what its keys do, and that it never computes twice."""

from __future__ import annotations

import hashlib

import pytest
from textual.widgets import OptionList

from omeviz.analysis.report_text import report_text
from omeviz.errors import SourceError
from omeviz.load import load_all
from omeviz.store import Store
from omeviz.tui.screens import data_job
from omeviz.tui.screens.data import Data
from omeviz.tui.screens.data_entries import MOST_FILES, data_entries
from tests.analysis.support import numerous, report_of
from tests.make_samples import SAMPLES
from tests.support import portal_record, store_of
from tests.tui.journey import Journey, StoreLoader, explore, small_store


def problems() -> Store:
    return load_all([str(SAMPLES / "problems.csv"), str(SAMPLES / "purview.csv")])


def on_the_page(journey: Journey) -> bool:
    return isinstance(journey.app.screen, Data)


def labels(journey: Journey) -> list[str]:
    """What the list shows, without blanks at the ends."""
    entries = journey.app.screen.query_one("#entries", OptionList)
    return [str(entries.get_option_at_index(index).prompt).strip() for index in range(entries.option_count)]


async def go_to(journey: Journey, start: str) -> None:
    """The cursor to the entry that begins so."""
    place = next(index for index, label in enumerate(labels(journey)) if label.startswith(start))
    journey.app.screen.query_one("#entries", OptionList).highlighted = place
    await journey.settle()


async def test_a_journey_from_a_finding_to_its_events_and_back() -> None:
    async with explore(problems()) as journey:
        await journey.press("I")
        assert on_the_page(journey)
        assert "14 findings need attention." in journey.text
        assert labels(journey)[0] == "! Overview"
        assert "50 rows = 48 records + 2 unusable rows" in journey.text
        await go_to(journey, "! impossible time")
        assert "A time before 2010 or in the future." in journey.text
        await journey.press("enter")
        assert not on_the_page(journey)
        assert journey.filter_text.startswith("(before:2010-01-01T00:00:00Z or after:")
        assert len(journey.rows) == 2
        assert journey.screen.table.has_focus
        await journey.press("I", "escape")
        assert not on_the_page(journey)


async def test_enter_is_named_only_where_it_shows_events() -> None:
    async with explore(problems()) as journey:
        await journey.press("I")
        assert journey.text.splitlines()[-1].startswith(" y copies")
        await go_to(journey, "! impossible time")
        assert journey.text.splitlines()[-1].startswith(" Enter shows the events   y copies")


@pytest.mark.parametrize("size", [(160, 45), (100, 30), (80, 24)])
async def test_it_fits_screens_of_all_sizes(size: tuple[int, int]) -> None:
    async with explore(problems(), size=size) as journey:
        await journey.press("I", "j", "j")
        lines = journey.text.splitlines()
        assert lines[0].startswith(" Data  ! 14 findings need attention. 1 hint besides.")
        assert lines[-1].startswith(" Enter shows the events   y copies")
        assert "means" in journey.text
        assert journey.app.screen.has_class("wide") == (size[0] >= 120)


async def test_y_copies_commands_and_everything_else() -> None:
    async with explore(numerous(5_000)) as journey:
        await journey.press("I")
        await go_to(journey, "! cap reached")
        await journey.press("y")
        first, second = journey.app.clipboard.split("\n")
        assert first.startswith("Search-UnifiedAuditLog -RecordType OMEPortal")
        assert second.startswith("Search-UnifiedAuditLog -RecordType OMEPortal")
        assert journey.notices == ["Copied the suggested commands."]
        await journey.press("g", "y")
        assert "= " not in journey.app.clipboard.splitlines()[2]
        assert journey.app.clipboard.startswith("omeviz check, ")
        await journey.press("G", "y")
        assert journey.app.clipboard.startswith("events.csv\n")


async def test_a_clean_file_has_a_clean_page() -> None:
    async with explore(small_store()) as journey:
        await journey.press("I")
        assert labels(journey) == ["= Overview", "- file events.csv  6 events"]
        assert " Data  = Nothing needs attention." in journey.text
        await journey.press("enter")  # there is nothing to show: the text takes the keys
        await journey.press("escape")
        assert on_the_page(journey)
        await journey.press("escape")
        assert not on_the_page(journey)


async def test_what_no_filter_shows_is_said() -> None:
    async with explore(problems()) as journey:
        await journey.press("I")
        await go_to(journey, "! unusable rows")
        await journey.press("enter")
        assert on_the_page(journey)
        assert "No filter shows these" in journey.notices[0]


async def test_files_are_hashed_behind_the_page() -> None:
    async with explore(problems()) as journey:
        await journey.press("I")
        await go_to(journey, "- file purview.csv")
        assert "SHA-256   being" not in journey.text
        report = journey.screen.data_memory.report if journey.screen.data_memory else None
        assert report is not None
        assert report.hashed
        assert hashlib.sha256((SAMPLES / "purview.csv").read_bytes()).hexdigest() in journey.text


async def test_a_second_look_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with explore(problems()) as journey:
        await journey.press("I", "escape")

        def never(*_: object) -> None:
            raise AssertionError

        monkeypatch.setattr(data_job, "compute_report", never)
        monkeypatch.setattr("omeviz.tui.screens.data.compute_report", never)
        await journey.press("I")
        assert "14 findings need attention." in journey.text
        assert journey.session.store is not None
        assert journey.screen.data_memory is not None
        key = journey.screen.data_memory.key
        store_of(portal_record(Id="more"), store=journey.session.store, name="more.csv")
        request = data_job.DataRequest(journey.session.store, (), False, lambda _: None)
        assert request.key != key


async def test_inputs_that_failed_are_listed() -> None:
    loader = StoreLoader(small_store(), [SourceError("nope.csv does not exist.", "Check the path.")])
    async with explore(loader=loader) as journey:
        await journey.press("I")
        assert labels(journey)[1] == "x nope.csv does not exist."
        await journey.press("j")
        assert "Check the path." in journey.text


async def test_before_anything_is_loaded_there_is_nothing_to_look_at() -> None:
    async with explore() as journey:
        journey.session.store = None
        await journey.press("I")
        assert journey.notices == ["Nothing is loaded yet."]


async def test_text_from_files_does_not_act() -> None:
    hostile = "[bold]x[/bold]\x1b[2J\u202e"
    async with explore(store_of(portal_record(), "{", wrappers=[{"Note": "=x"}] * 2, name=hostile)) as journey:
        await journey.press("I", "j")
        assert "[bold]x[/bold]␛[2J⟨U+202E⟩" in journey.text
        assert "\x1b" not in journey.text


async def test_long_texts_scroll_by_keys() -> None:
    async with explore(problems(), size=(80, 14)) as journey:
        await journey.press("I")
        await go_to(journey, "! wrapper and")
        said = journey.app.screen.query_one("#said")
        for _ in range(200):  # until it is laid out
            if not said.max_scroll_y:
                await journey.pilot.pause()
        assert said.scroll_y == 0
        await journey.press("ctrl+d")
        assert said.scroll_y > 0
        await journey.press("ctrl+u", "tab", "G")
        assert said.scroll_y == said.max_scroll_y > 0
        await journey.press("g")
        assert said.scroll_y == 0
        await journey.press("tab", "j")
        assert journey.app.screen.query_one("#entries").has_focus


def test_entries_are_those_of_the_report() -> None:
    report = report_of(problems())
    entries = data_entries(report)
    assert [entry.group for entry in entries] == ["overview"] + ["finding"] * len(report.findings) + ["file"] * 2
    assert entries[0].copied == report_text(report)
    text = report_text(report)
    for entry in entries[1:]:
        assert entry.copied in text or entry.sign == "-"


def test_many_files_are_cut_and_that_is_said() -> None:
    store = Store()
    for number in range(MOST_FILES + 3):
        store_of(portal_record(Id=str(number)), store=store, name=f"{number}.csv")
    assert data_entries(report_of(store))[-1].label == "and 3 more files"
