"""The detail pane: what it shows of a record, find, raw, copying, and how it follows a cursor."""

from __future__ import annotations

import dataclasses
import json
import threading
from zoneinfo import ZoneInfo

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from omeviz.events.json_text import parse_pairs
from omeviz.store import Record
from omeviz.text import visible
from omeviz.tui.widgets.detail_pane import DetailPane, record_text
from omeviz.tui.widgets.record_outline import is_large
from omeviz.tui.widgets.record_tree import RecordTree
from omeviz.tui.widgets.safe_input import SafeInput
from tests.hostile import HOSTILE, UNDRAWABLE, big_record, hostile_record
from tests.support import portal_record, store_of

WRAPPER = {
    "RecordType": "154",
    "CreationDate": "3/22/2023 7:00:59 PM",
    "UserIds": "admin@M365x965352.onmicrosoft.com",
    "Operations": "MessageAccess",
    "ResultIndex": "6",
}
CUT = '{"CreationTime":"2023-03-22T19:00:59","Operation":"MessageAccess","Recipient":"a@b.org","MessageId":"<aaa'


DEEP = '{"a":' * 900 + "1" + "}" * 900


class PaneApp(App[None]):
    """One pane, and what it wants copied."""

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield DetailPane()

    def on_record_tree_copy_requested(self, event: RecordTree.CopyRequested) -> None:
        self.copied.append((event.what, event.text))

    @property
    def pane(self) -> DetailPane:
        return self.query_one(DetailPane)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.pane.record_tree.line_texts]

    @property
    def count(self) -> str:
        shown = self.query(".detail-pane--find > Static").last(Static).visual
        return shown.plain if isinstance(shown, Content) else str(shown)


def portal(**changes: object) -> Record:
    return store_of(portal_record(**changes), wrappers=[WRAPPER]).record(0)


async def test_a_sound_record() -> None:
    app = PaneApp()
    async with app.run_test(size=(112, 60)):
        assert app.lines == ["No event here."]
        app.pane.show(portal())
        assert app.lines[:6] == [
            'samschan.msft@gmail.com opened "Support case 1234567" from admin@M365x965352.onmicrosoft.com, '
            "signed in with",
            "Google, on 2023-03-22 at 19:00:59 UTC: success.",
            "▾ Event",
            "    Time:             2023-03-22 19:00:59 UTC",
            "    Operation:        MessageAccess (open the message)",
            "    Status:           success",
        ]
        for line in (
            "    Sign-in status:   0 (success)",
            "    Recipient:        samschan.msft@gmail.com (the external person who acted)",
            "    Record type:      154 (OMEPortal)",
            "    File:             events.csv, line 2",
            "▾ AuditData  679 characters",
            "    AuthenticationStatus: 0 (success)",
            "      MailSubject: Support case 1234567 (the message's subject)",
            "▸ Other cells of the row  5 cells",
        ):
            assert line in app.lines
        keys = [
            line.split(":")[0].strip(" ▾") for line in app.lines[app.lines.index("▾ AuditData  679 characters") + 1 :]
        ]
        expected = list(portal_record())
        assert [key for key in keys if key in expected] == expected
        assert not any("Problems" in line for line in app.lines)


async def test_problems_are_told_with_file_and_line() -> None:
    record = portal(Operation="AttachmentReview", AuthenticationStatus="7")
    app = PaneApp()
    async with app.run_test(size=(120, 60)):
        app.pane.show(record)
        start = app.lines.index("▾ Problems  events.csv, line 2")
        assert len(record.problems) == 2
        assert all("! " in line for line in app.lines[start + 1 : start + 3])
        for problem, line in zip(record.problems, app.lines[start + 1 :], strict=False):
            assert problem.detail in line
        assert '    AuthenticationStatus: "7" (unknown code)' in app.lines


async def test_cut_audit_data_shows_what_could_be_read_and_the_whole_text() -> None:
    app = PaneApp()
    async with app.run_test(size=(160, 60)):
        app.pane.show(store_of(CUT, wrappers=[WRAPPER]).record(0))
        start = next(y for y, line in enumerate(app.lines) if line.startswith("▾ AuditData"))
        assert app.lines[start + 1].startswith("    No complete JSON:")
        assert app.lines[start + 2].startswith("  ▾ What could be read: 3 keys")
        assert "      Recipient:    a@b.org (the external person who acted)" in app.lines
        assert f"    As in the source:   {CUT}" in app.lines


@pytest.mark.parametrize(
    "audit", [None, "", "not json", "[1, 2]", '"text"', "{}", "null", '{"a":' * 900 + "1" + "}" * 900]
)
async def test_odd_audit_data_opens(audit: str | None) -> None:
    record = dataclasses.replace(portal(), audit_text=audit)
    app = PaneApp()
    async with app.run_test(size=(100, 60)) as pilot:
        app.pane.show(record)
        await pilot.pause(0.2)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any(line.lstrip("▾▸ ").startswith("AuditData") for line in app.lines)
        joined = "".join(line[24:] if line.startswith(" " * 24) else line for line in app.lines)
        assert not audit or audit in {"{}", "[1, 2]", '"text"', "null"} or audit in joined.replace(" " * 24, "")
        if not audit:
            assert "    CreationDate: 3/22/2023 7:00:59 PM" in app.lines


async def test_raw_shows_the_cells_in_the_source_s_order_with_every_character() -> None:
    subject = "".join(text for _, text in HOSTILE)
    store = store_of(hostile_record(subject), wrappers=[WRAPPER])
    record = store.record(0)
    assert record.audit_text is not None
    app = PaneApp()
    async with app.run_test(size=(60, 40)) as pilot:
        app.pane.show(record)
        app.pane.record_tree.focus()
        await pilot.press("r")
        assert app.pane.is_raw
        tree = app.pane.record_tree
        start = next(y for y, line in enumerate(app.lines) if line.startswith("▾ Raw record"))
        rows = [node.label for node in tree.tree_layout.rows if node.depth]
        assert rows == [*WRAPPER, "AuditData"]
        await app.workers.wait_for_complete()
        await pilot.pause()
        audit = next(y for y, line in enumerate(app.lines) if line.startswith("    AuditData:"))
        lead = len("    AuditData:    ")
        assert "".join(line[lead:] for line in tree.line_texts[audit:]) == visible(record.audit_text)
        assert audit > start
        await pilot.press("escape")
        assert not app.pane.is_raw
        assert any(line.startswith("▾ Event") for line in app.lines)


async def test_hostile_records_are_never_drawn_as_they_are() -> None:
    app = PaneApp()
    async with app.run_test(size=(70, 20)):
        pane = app.pane
        for name, text in HOSTILE:
            wrapper = {**WRAPPER, text or "x": text}
            pane.show(None)
            pane.show(store_of(hostile_record(text), wrappers=[wrapper], name=text or "x").record(0))
            pane.record_tree.action_unfold_all()
            for _ in range(2):
                assert not UNDRAWABLE.search("".join(pane.record_tree.line_texts)), name
                drawn = [pane.record_tree.render_line(y).text for y in range(20)]
                assert not UNDRAWABLE.search("".join(drawn)), name
                pane.action_toggle_raw()


async def test_find_counts_goes_on_and_ends() -> None:
    app = PaneApp()
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.show(portal())
        app.pane.record_tree.focus()
        assert app.pane.check_action("find_next", ()) is False
        await pilot.press("ctrl+f")
        assert app.pane.is_finding
        assert isinstance(app.focused, SafeInput)
        await pilot.press(*"case")
        await pilot.pause()
        assert app.count == "1 of 3"
        await pilot.press("enter", "n")
        assert app.pane.record_tree.has_focus
        assert app.count == "2 of 3"
        await pilot.press("N", "N")
        assert app.count == "3 of 3"
        app.pane.show(portal(MailSubject="nothing"))
        await pilot.pause(0.1)
        assert app.count == "not found"
        await pilot.press("escape")
        assert not app.pane.is_finding
        assert app.pane.record_tree.highlight is None


async def test_copying() -> None:
    record = portal()
    app = PaneApp()
    async with app.run_test(size=(100, 60)) as pilot:
        app.pane.show(record)
        tree = app.pane.record_tree
        tree.focus()
        line = next(y for y, line in enumerate(app.lines) if "MailSubject" in line)
        tree.move_cursor(line)
        await pilot.press("y", "P", "R")
        assert app.copied == [
            ("MailSubject", "Support case 1234567"),
            ("path", "data.OperationProperties.MailSubject"),
            ("record", record.audit_text),
        ]
        line = next(y for y, line in enumerate(app.lines) if line.startswith("    Sign-in:"))
        tree.move_cursor(line)
        await pilot.press("P")
        assert app.copied[-1] == ("path", "method")


def test_record_text_without_audit_data() -> None:
    record = dataclasses.replace(portal(), audit_text=None)
    assert record_text(record).splitlines()[0] == "RecordType: 154"
    assert record_text(dataclasses.replace(record, raw='a,"b')) == 'a,"b'


async def test_zone_and_place_are_kept() -> None:
    app = PaneApp()
    async with app.run_test(size=(100, 15)):
        app.pane.show(portal())
        app.pane.record_tree.move_cursor(12)
        app.pane.zone = ZoneInfo("Europe/Berlin")
        assert "    Time:             2023-03-22 20:00:59 +01:00 (Europe/Berlin)" in app.lines
        assert app.pane.record_tree.cursor_line == 12


async def test_several_recipients_are_listed() -> None:
    app = PaneApp()
    async with app.run_test(size=(100, 60)):
        app.pane.show(portal(Recipient=["a@x.org", "b@x.org"]))
        start = next(y for y, line in enumerate(app.lines) if "Recipient:" in line)
        assert app.lines[start : start + 3] == [
            "  ▾ Recipient:        2 items (the external person who acted)",
            "      0: a@x.org",
            "      1: b@x.org",
        ]


async def test_records_that_follow_each_other_quickly_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    app = PaneApp()
    store = store_of(*(portal_record(MailSubject=f"number {n}") for n in range(20)))
    async with app.run_test(size=(100, 20)) as pilot:
        show = RecordTree.show

        def noted(self: RecordTree, *arguments: object, **options: object) -> None:
            shown.append("")
            show(self, *arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(RecordTree, "show", noted)
        for row in range(20):
            app.pane.show(store.record(row))
        await pilot.pause(0.2)
        assert len(shown) < 10
        assert '"number 19"' in app.lines[0]


async def test_a_record_of_megabytes_is_decoded_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    text = big_record()
    record = dataclasses.replace(portal(), audit_text=text, problem_bits=1)
    assert is_large(record)
    threads: set[int] = set()
    decode = parse_pairs

    def noted(source: str) -> object:
        threads.add(threading.get_ident())
        return decode(source)

    monkeypatch.setattr("omeviz.tui.widgets.record_outline.parse_pairs", noted)
    app = PaneApp()
    async with app.run_test(size=(100, 30)) as pilot:
        app.pane.show(record)
        await pilot.pause(0.3)
        assert app.lines[0].startswith("samschan.msft@gmail.com opened")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert threads
        assert threading.get_ident() not in threads
        tree = app.pane.record_tree
        assert len(tree.tree_layout.rows) < 500
        app.pane.record_tree.find("Key24999")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert tree.line_text(tree.cursor_line).strip().startswith("Key24999:")


async def test_large_and_late_results_do_not_replace_the_record_shown() -> None:
    large = dataclasses.replace(portal(), audit_text=json.dumps({"x": ["y"] * 50_000}))
    app = PaneApp()
    async with app.run_test(size=(100, 30)) as pilot:
        app.pane.show(large)
        app.pane.show(portal(MailSubject="small"))
        await pilot.pause(0.3)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert '"small"' in app.lines[0]
        assert app.pane.record is not None
        assert not any(line.strip() == "y" for line in app.lines)
