"""The export dialog's switches, by keyboard: redaction, manifest, and what is said about them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from omeviz.export import FORMATS
from omeviz.load import load_all
from omeviz.provenance import hashing
from omeviz.tui.screens.export import Export
from omeviz.tui.widgets.safe_input import SafeInput
from omeviz.tui.widgets.value_list import ValueList
from tests.cli_support import PORTAL
from tests.tui.journey import Journey, explore


async def write_with(journey: Journey, name: str, *keys: str) -> None:
    """Open the dialog, name a file, press keys in the list of switches, and write."""
    await journey.press("e")
    journey.app.screen.query_one(SafeInput).value = name
    await journey.press("tab", "tab", "tab", *keys)
    await journey.press("enter")


def manifest(path: Path) -> Any:
    return json.loads(path.with_name(f"{path.name}.manifest.json").read_text())


async def test_a_redacted_export_with_a_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = load_all([PORTAL])
    async with explore(store, filter_text="has:recipient", zone="Europe/Berlin", size=(160, 40)) as journey:
        await journey.press("l", "l", "l", "d")
        await write_with(journey, "out.csv", "space", "down", "space")
        (notice,) = [text for text in journey.notices if "written to" in text]
        assert "20 events written to" in notice
        assert "redacted: read it" in notice
        assert "manifest: out.csv.manifest.json" in notice
    target = tmp_path / "out.csv"
    assert "@redacted.example" in target.read_text("utf-8-sig")
    assert str(store.record(0).fields["recipient"]) not in target.read_text("utf-8-sig")
    found = manifest(target)
    assert found["export"]["sha256"] == hashlib.sha256(target.read_bytes()).hexdigest()
    assert found["query"]["filter"] is None
    assert (found["query"]["zone"], found["query"]["sort"]) == ("Europe/Berlin", "-recipient")
    assert found["redaction"]["secret"].startswith("random")
    assert found["sources"][0]["sha256"] == hashlib.sha256(Path(PORTAL).read_bytes()).hexdigest()


async def test_switches_and_stand_ins_stay_for_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore(load_all([PORTAL])) as journey:
        await write_with(journey, "a.jsonl", "space")
        await write_with(journey, "b.jsonl")
        assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
        assert "redacted.example" in (tmp_path / "a.jsonl").read_text()
        await write_with(journey, "c.jsonl", "space")
        assert "redacted.example" not in (tmp_path / "c.jsonl").read_text()
        assert len(list(tmp_path.iterdir())) == 3


async def test_a_typed_suffix_chooses_the_format_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suffix and list of formats took turns in choosing, for ever."""
    monkeypatch.chdir(tmp_path)
    async with explore(load_all([PORTAL])) as journey:
        await journey.press("e")
        dialog = journey.app.screen
        formats, box = dialog.query_one("#format", ValueList), dialog.query_one(SafeInput)
        box.value = "a.jsonl"
        await journey.settle()
        assert (box.value, formats.highlighted) == ("a.jsonl", list(FORMATS).index("jsonl"))
        assert [value.key for value in formats.values if value.ticked] == ["jsonl"]


async def test_the_manifest_of_marked_events_names_no_filter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with explore(load_all([PORTAL]), filter_text="has:recipient") as journey:
        await journey.press("m", "j", "m")
        await write_with(journey, "out.json", "down", "space")
        found = manifest(tmp_path / "out.json")
        assert (found["query"]["selection"], found["query"]["filter"]) == ("marked", "")
        assert found["counts"]["eventsExported"] == 2
        assert found["redaction"] is None


async def test_an_existing_manifest_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    beside = tmp_path / "out.csv.manifest.json"
    beside.write_text("precious")
    async with explore(load_all([PORTAL])) as journey:
        await write_with(journey, "out.csv", "down", "space")
        inside = " ".join(re.findall("│([^│]*)│", journey.text)).split()  # wraps where the path has it wrap
        assert "out.csv.manifest.json exists already." in " ".join(inside)
        await journey.press("n")
        assert beside.read_text() == "precious"
        assert not (tmp_path / "out.csv").exists()
        await journey.press("enter", "y")
        assert manifest(tmp_path / "out.csv")["export"]["events"] == 20


async def test_a_manifest_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.csv.manifest.json").mkdir()
    async with explore(load_all([PORTAL])) as journey:
        await write_with(journey, "out.csv", "down", "space")
        assert isinstance(journey.app.screen, Export)
        outcome = str(journey.app.screen.query_one("#outcome", Static).render())
        assert "The export was written, but its manifest" in outcome
        assert (tmp_path / "out.csv").exists()


async def test_hashing_is_stopped_by_escape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hashing, "_PIECE", 100)
    async with explore(load_all([PORTAL])) as journey:
        await journey.press("e")
        dialog = journey.app.screen
        assert isinstance(dialog, Export)
        await journey.press("tab", "tab", "tab", "down", "space")
        whole, said = hashing.hash_of, []

        def stopped_in_the_middle(path: Path, should_stop: Any = None, progress: Any = None) -> Any:
            def told(done: int) -> None:
                said.append(done)
                if len(said) == 3:
                    dialog._cancelled = True
                progress(done)

            return whole(path, should_stop, told)

        monkeypatch.setattr(hashing, "hash_of", stopped_in_the_middle)
        await journey.press("enter")
        assert len(said) == 3
        assert "stopped" in str(dialog.query_one("#outcome", Static).render())
        assert list(tmp_path.iterdir()) == []


async def test_the_whole_dialog_fits_a_small_screen() -> None:
    async with explore(load_all([PORTAL]), size=(80, 24)) as journey:
        await journey.press("m", "e")
        for text in (
            "the marked events",
            "this event",
            "JSON array",
            "redacted:",
            "with a manifest",
            "Write",
            "Esc closes",
        ):
            assert text in journey.text
