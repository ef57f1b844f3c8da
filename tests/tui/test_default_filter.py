"""The filter a mixed file begins with, and what the explorer says where only matching events were kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest

from omeviz.errors import UsageError
from omeviz.keep import keep_of
from omeviz.load import Finished, Loader, LoadOptions, Note, PartLoaded
from omeviz.query.parse import parse
from omeviz.store import Store
from omeviz.tui.app import Explorer
from omeviz.tui.widgets.header_line import HeaderState, header_content
from tests.support import portal_record, store_of
from tests.test_keep_only import mixed_csv
from tests.tui.journey import Journey, StoreLoader

FILTER = "type:OMEPortal"
OTHER = {"RecordType": 6, "Operation": "FileAccessed", "Workload": "SharePoint"}


def mixed_store() -> Store:
    """Four events, every second one of the portal."""
    types = [{}, OTHER, {}, OTHER]
    times = [f"2023-03-22T19:0{number}:00" for number in range(4)]
    return store_of(
        *(portal_record(Id=str(n), CreationTime=time, **types[n]) for n, time in enumerate(times)), name="mixed.csv"
    )


@asynccontextmanager
async def opened(
    loader: object, *, portal: bool = True, filter_text: str = "", size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Journey]:
    app = Explorer(loader, portal=portal, filter_text=filter_text)  # type: ignore[arg-type]  # any loader will do
    async with app.run_test(size=size, notifications=True) as pilot:
        journey = Journey(app, pilot)
        await journey.settle()
        yield journey


class TwoKinds(StoreLoader):
    """The portal's events first; others only when `gate` is set."""

    def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
        """Tell of both."""
        assert self.gate is not None
        self.store = store_of(portal_record(Id="0"), portal_record(Id="1"))
        yield PartLoaded(0, 2)
        while not self.gate.wait(0.01):
            if should_stop():
                return
        store_of(portal_record(Id="2", **OTHER), name="more.csv", store=self.store)
        yield PartLoaded(2, 1)
        yield Finished(partial=False)


async def test_a_mixed_file_begins_with_a_filter_that_esc_removes() -> None:
    async with opened(StoreLoader(mixed_store())) as journey:
        assert journey.filter_text == FILTER
        assert journey.rows == [0, 2]
        assert "2 of 4" in journey.text
        assert any("Esc removes it" in notice for notice in journey.notices)
        await journey.press("escape")
        assert journey.filter_text == ""
        assert journey.rows == [0, 1, 2, 3]
        await journey.press("s", "escape")
        assert journey.filter_text == ""  # it does not come back


@pytest.mark.parametrize("types", [[{}, {}], [OTHER, OTHER], [{}, {"RecordType": None}]])
async def test_one_kind_alone_begins_without(types: list[dict[str, object]]) -> None:
    store = store_of(*(portal_record(Id=str(n), **changes) for n, changes in enumerate(types)))
    async with opened(StoreLoader(store)) as journey:
        assert journey.filter_text == ""
        assert journey.notices == []


async def test_not_where_the_user_gave_a_filter() -> None:
    async with opened(StoreLoader(mixed_store()), filter_text="operation:FileAccessed", portal=False) as journey:
        assert journey.filter_text == "operation:FileAccessed"
        await journey.press("escape")
        assert journey.filter_text == ""


async def test_it_comes_as_soon_as_both_kinds_are_there() -> None:
    gate = Event()
    async with opened(TwoKinds(None, gate=gate)) as journey:
        await journey.pilot.pause(0.05)
        assert journey.filter_text == ""
        gate.set()
        await finished(journey)
        assert journey.filter_text == FILTER
        assert sorted(journey.rows) == [0, 1]


async def test_what_was_typed_meanwhile_stays() -> None:
    gate = Event()
    async with opened(TwoKinds(None, gate=gate)) as journey:
        await journey.press("slash")
        await journey.type("id:1")
        gate.set()
        await finished(journey)
        assert journey.filter_text == "id:1"
        await journey.press("escape", "escape")
        assert journey.filter_text == ""


async def test_an_action_counts_as_typed() -> None:
    gate = Event()
    async with opened(TwoKinds(None, gate=gate)) as journey:
        await journey.press("s", "s", "s")
        assert journey.filter_text == ""
        gate.set()
        await finished(journey)
        assert journey.filter_text == ""


async def test_nothing_is_put_into_a_box_in_which_somebody_is_about_to_type() -> None:
    gate = Event()
    async with opened(TwoKinds(None, gate=gate)) as journey:
        await journey.press("slash")
        gate.set()
        await finished(journey)
        assert journey.filter_text == ""
        await journey.press("escape")
        assert journey.filter_text == FILTER


async def finished(journey: Journey) -> None:
    """Wait for the end of a load behind a gate."""
    for _ in range(500):
        if not journey.session.loading:
            break
        await journey.pilot.pause(0.01)
    assert not journey.session.loading
    await journey.settle()


async def test_only_what_matched_was_kept_and_the_screens_say_so(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    wanted = mixed_csv(path, 600, 40)
    with path.open("ab") as file:
        file.write(b",,,nothing\r\n")
    loader = Loader([str(path)], LoadOptions(keep=keep_of(None, "OMEPortal,Nosuch")))
    async with opened(loader, portal=False) as journey:
        assert journey.filter_text == ""
        assert len(journey.rows) == wanted
        assert f"{wanted} events   kept of 601 rows" in journey.text
        assert "! 1 problem" in journey.text
        assert any("no record type of this name" in notice for notice in journey.notices)
        await journey.press("i")
        text = " ".join(journey.text.split())
        assert "601 = 600 records + 1 unusable" in text
        assert f"{wanted} of the records match type:OMEPortal,Nosuch; {600 - wanted} were dropped while reading" in text
        assert "no record type of this name" in text
        await journey.press("escape", "p")
        assert f"601 rows = 600 records + 1 unusable row; {wanted} of the records were kept" in journey.text


async def test_nothing_matched(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    mixed_csv(path, 300, 1_000)
    loader = Loader([str(path)], LoadOptions(keep=keep_of(parse("id:nobody"), None)))
    async with opened(loader, portal=False, filter_text="id:nobody") as journey:
        assert "300 records were read; none matched, so none was kept." in journey.text
        assert "0 events   kept of 300 rows" in journey.text


async def test_notes_are_said_and_listed() -> None:
    class Noting(StoreLoader):
        def run(self, should_stop: Callable[[], bool]) -> Iterator[object]:
            yield Note("folder: 3 other files were skipped")
            yield from super().run(should_stop)

    async with opened(Noting(mixed_store()), portal=False) as journey:
        assert journey.notices == ["folder: 3 other files were skipped."]
        await journey.press("i")
        assert "folder: 3 other files were skipped" in journey.text


def test_the_header_says_what_was_kept() -> None:
    assert "3 events   kept of 1,000,000 rows" in header_content(HeaderState(events=3, kept_of=1_000_000), 120).plain
    assert "kept" not in header_content(HeaderState(events=3), 120).plain


def test_the_options_reach_the_explorer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`--filter`, given or not, and `--record-type` decide whether the default filter may come."""
    import sys

    from omeviz import cli
    from omeviz.tui import app

    class Terminal:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            return len(text)

        def flush(self) -> None:
            return

    said: list[tuple[str, object]] = []

    def run_explorer(loader: object, filter_text: str, zone: str, *, before: object, portal: bool) -> int:  # noqa: ARG001
        said.append((filter_text, portal))
        return 0

    path = str(tmp_path / "none.csv")
    monkeypatch.setattr(app, "run_explorer", run_explorer)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    for arguments in ([], ["-f", ""], ["-f", "a"], ["--record-type", "6"], ["-f", "a", "--keep-only"]):
        assert cli._explore(cli_options(path, *arguments)) == 0
    assert said == [("", True), ("", False), ("a", False), ("", False), ("a", False)]
    with pytest.raises(UsageError, match="cannot use last:7d"):
        cli._explore(cli_options(path, "--keep-only", "-f", "last:7d"))


def cli_options(*arguments: str):  # type: ignore[no-untyped-def]
    from omeviz.cli_options import parsed_options

    return parsed_options(arguments)[0]


async def test_columns_of_other_types_come_when_the_filter_for_the_portal_goes() -> None:
    others = {"user", "workload", "type"}
    async with opened(StoreLoader(mixed_store())) as journey:
        assert journey.filter_text == FILTER
        assert not others & set(journey.screen.table.column_layout.shown)
        await journey.press("s")
        assert not others & set(journey.screen.table.column_layout.shown)
        await journey.press("ctrl+l")
        assert others <= set(journey.screen.table.column_layout.shown)
        await journey.press("l", "H")
        chosen = journey.screen.table.column_layout.shown
        await journey.press("slash")
        await journey.type(FILTER)
        assert journey.screen.table.column_layout.shown == chosen
