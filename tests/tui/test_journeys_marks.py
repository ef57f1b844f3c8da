from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.widgets import Static

from omeviz.events.problems import UnusableRow
from omeviz.load import FirstRows
from omeviz.tui.screens.export import Export
from omeviz.tui.screens.problems import Problems
from omeviz.tui.widgets.safe_input import SafeInput
from omeviz.tui.widgets.value_list import ValueList
from tests.support import portal_record, store_of
from tests.tui.journey import IN_ORDER, StoreLoader, explore, small_store


async def test_marks_are_counted_and_can_be_filtered_by() -> None:
    async with explore() as journey:
        await journey.press("m", "space")
        assert journey.session.marks == {0, 1}
        assert "2 marked" in journey.text
        await journey.press("full_stop")
        assert journey.filter_text == "is:marked"
        assert journey.rows == [1, 0]
        await journey.press("g", "m")
        assert journey.rows == [0]
        await journey.press("full_stop")
        assert journey.rows == IN_ORDER


async def test_a_range_and_all_shown_can_be_marked() -> None:
    async with explore() as journey:
        await journey.press("m", "j", "j", "M")
        assert journey.session.marks == {1, 0, 2, 3}
        await journey.press("U")
        assert not journey.session.marks
        await journey.press("s", "ctrl+a")
        assert journey.session.marks == {1, 4}


async def test_export_writes_what_is_shown_in_the_shown_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore(filter_text="recipient:ann") as journey:
        await journey.press("l", "l", "l", "d", "e", "enter")
        (file_path,) = tmp_path.iterdir()
        with file_path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["RecordId"] for row in rows] == ["0", "2", "5"]
        assert any("3 events written to" in notice and file_path.name in notice for notice in journey.notices)


async def test_export_of_the_marked_as_json_lines_to_a_typed_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore() as journey:
        await journey.press("m", "G", "m", "e")
        dialog = journey.app.screen
        assert isinstance(dialog, Export)
        assert dialog.selection.key == "marked"
        box = dialog.query_one(SafeInput)
        box.value = "out.jsonl"
        await journey.settle()
        ticked = [value.key for value in dialog.query_one("#format", ValueList).values if value.ticked]
        assert ticked == ["jsonl"]
        await journey.press("enter")
        lines = (tmp_path / "out.jsonl").read_text().splitlines()
        assert [json.loads(line)["Id"] for line in lines] == ["1", "5"]


async def test_an_existing_file_is_replaced_only_after_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "out.csv"
    target.write_text("precious")
    async with explore() as journey:
        await journey.press("e")
        journey.app.screen.query_one(SafeInput).value = "out.csv"
        await journey.press("enter", "n")
        assert target.read_text() == "precious"
        await journey.press("enter", "y")
        assert "MessageAccess" in target.read_text()


async def test_a_failed_export_says_why_and_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore() as journey:
        await journey.press("e")
        box = journey.app.screen.query_one(SafeInput)
        box.value = "no/such/folder/[/x].csv"
        await journey.press("enter")
        assert "folder" in str(journey.app.screen.query_one("#outcome", Static).render())
        box.value = "fine.csv"
        await journey.press("enter")
        assert (tmp_path / "fine.csv").exists()


async def test_copy_says_what_and_the_menu_quotes_for_powershell() -> None:
    async with explore(store_of(portal_record(MessageId="<a'b@c>"))) as journey:
        await journey.press("l", "y")
        assert journey.app.clipboard == "MessageAccess"
        await journey.press("Y", "j", "j", "enter")
        assert journey.app.clipboard == "Set-OMEMessageRevocation -Revoke $true -MessageId '<a''b@c>'"


async def test_copied_control_characters_cannot_act_where_they_are_pasted() -> None:
    async with explore(store_of(portal_record(MailSubject="x\r\x1b[2Jy"))) as journey:
        journey.screen.table.move_column("subject")
        await journey.press("y")
        assert "\x1b" not in journey.app.clipboard
        assert "\r" not in journey.app.clipboard
        assert "␛" in journey.app.clipboard


async def test_problems_list_jumps_to_the_event() -> None:
    records = (portal_record(Id="0"), portal_record(Id="1", CreationTime="never"), '{"Id": "cut')
    store = store_of(*records, wrappers=[{"Operations": "MessageAccess"}] * 3)
    store.unusable.append(UnusableRow(0, 9, "holds nothing", "x;y"))
    async with explore(store, filter_text="id=0") as journey:
        assert "! 3 problems" in journey.text
        await journey.press("p")
        screen = journey.app.screen
        assert isinstance(screen, Problems)
        assert "4 rows = 3 records + 1 unusable row" in journey.text
        assert "unreadable time" in journey.text
        assert "AuditData cut" in journey.text
        assert "holds nothing" in journey.text
        await journey.press("enter")
        assert journey.row == 1
        assert journey.filter_text == ""


async def test_loading_can_be_stopped_after_asking_once() -> None:
    loader = StoreLoader(small_store(), gate=Event())
    async with explore(loader=loader) as journey:
        assert "Esc stops" in journey.text
        assert journey.rows == [0, 1, 2, 3, 4, 5]  # in the order of arrival
        await journey.press("escape", "n")
        assert journey.session.loading
        journey.screen.loading_bar.focus()
        await journey.press("escape", "y")
        await journey.until_loaded()
        assert "partial" in journey.text
        assert journey.rows == IN_ORDER


async def test_copies_are_found_after_stopping_under_a_filter_that_is_not_finished() -> None:
    store = store_of(portal_record(), portal_record(), portal_record(Id="other"))
    async with explore(loader=StoreLoader(store, gate=Event()), filter_text="(ann") as journey:
        await journey.press("escape", "y")
        await journey.until_loaded()
        assert journey.session.partial
        assert (store.copies.count, store.event_count) == (1, 2)


async def test_keys_and_filters_work_while_loading_and_the_cursor_stays_when_it_ends() -> None:
    gate = Event()
    async with explore(loader=StoreLoader(small_store(), gate=gate)) as journey:
        await journey.press("s")
        assert journey.rows == [1, 4]
        await journey.press("s", "s", "j")
        assert journey.row == 1
        gate.set()
        await journey.until_loaded()
        assert journey.rows == IN_ORDER
        assert journey.row == 1


async def test_the_question_whether_to_stop_goes_when_loading_ends() -> None:
    gate = Event()
    async with explore(loader=StoreLoader(small_store(), gate=gate)) as journey:
        await journey.press("escape")
        assert journey.app.screen is not journey.screen
        gate.set()
        await journey.until_loaded()
        assert journey.app.screen is journey.screen
        assert "partial" not in journey.text


async def test_leaving_does_not_wait_for_a_load_that_never_ends() -> None:
    blocked = Event()

    class Blocked(StoreLoader):
        def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
            yield from super().run(should_stop)
            blocked.wait(60)

    loader = Blocked(small_store(), gate=Event())
    async with explore(loader=loader) as journey:
        await journey.press("q")
        assert not journey.app.is_running or journey.app._exit
    blocked.set()


async def test_the_first_page_is_there_before_the_store() -> None:
    class Slow(StoreLoader):
        def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
            store, self.store = self.store, None
            columns: dict[str, list[Any]] = {
                "time": [datetime(2023, 3, 22, 19)],
                "operation": ["FirstOne"],
                "status": ["success"],
            }
            yield FirstRows(columns, "events.csv")
            assert self.gate is not None
            self.gate.wait(10)
            self.store = store
            yield from super().run(should_stop)

    gate = Event()
    async with explore(loader=Slow(small_store(), gate=gate)) as journey:
        await journey.pilot.pause(0.1)
        assert "2023-03-22 19:00:00 FirstOne" in journey.text
        assert "1 event so far" in journey.text
        await journey.press(
            "j", "m", "f", "x", "y", "Y", "e", "n", "M", "ctrl+a", "p", "i", "escape", "enter", "escape"
        )
        await journey.press("s")
        assert journey.filter_text == "status:failure"
        gate.set()
        for _ in range(200):
            await journey.pilot.pause(0.02)
            if not journey.session.loading:
                break
        await journey.settle()
        assert journey.rows == [1, 4]
