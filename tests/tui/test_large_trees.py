"""What is large: groups, bounds, workers, and late results."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import pytest

from omeviz.events.json_text import NotJson, Pairs, parse_pairs
from omeviz.tui.widgets.json_nodes import GROUP, json_children, value_node
from omeviz.tui.widgets.record_tree import UNFOLD_LIMIT, RecordTree
from omeviz.tui.widgets.tree_find import Hit, search
from omeviz.tui.widgets.tree_nodes import DATA, Children, Node
from tests.tui.counting import drawn_lines
from tests.tui.tree_support import TreeApp, laid_out, root_of


def test_a_long_list_is_shown_in_groups() -> None:
    value = parse_pairs(json.dumps([{"n": number} for number in range(100_000)]))
    node = value_node("items", value)
    layout = laid_out(node)
    layout.toggle(node, True)
    layout.update()
    assert len(layout.rows) == 1 + 200
    assert layout.rows[-1].label == "99,500 to 99,999"
    child = node.child(70_123)
    assert (child.label, child.indices) == ("70123", (0, 70_123))
    assert isinstance(child.value, Pairs)
    made = sum(len(group.children.nodes) for group in node.unfold().nodes if group.children)
    assert made == GROUP


def test_unfolding_everything_is_bounded() -> None:
    layout = laid_out(value_node("items", parse_pairs(json.dumps([{"n": [number]} for number in range(20_000)]))))
    assert layout.open_all(UNFOLD_LIMIT) is False
    layout.update()
    assert UNFOLD_LIMIT < len(layout.rows) < 2 * UNFOLD_LIMIT
    small = laid_out(root_of(json.dumps({"a": {"b": [1]}})))
    assert small.open_all(UNFOLD_LIMIT) is True


def nested(depth: int) -> str:
    return '{"a":' * depth + '"needle"' + "}" * depth


async def test_deep_nesting_unfolds_and_is_found() -> None:
    app = TreeApp(root_of(nested(190), slow=True))
    async with app.run_test(size=(60, 20)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("E", "G")
        assert app.cursor == "190   a: needle"
        await pilot.press("C")
        app.tree_shown.find("needle")
        assert app.cursor == "190   a: needle"


class Gate:
    """A maker of children that waits for the test, and tells on which thread it ran."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open = threading.Event()
        self.threads: list[int] = []

    def __call__(self) -> Children:
        self.threads.append(threading.get_ident())
        assert self.open.wait(10)
        return json_children(parse_pairs(self.text))


async def test_what_is_slow_is_decoded_by_a_worker_while_the_screen_lives() -> None:
    gate = Gate('{"a": 1}')
    slow = Node("section", label="AuditData", step=DATA, opens=True, slow=True, make=gate)
    app = TreeApp(slow, Node("section", label="Cells", make=lambda: json_children(Pairs([("cell", "x")]))))
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.lines == ["▾ AuditData   decoding…", "▸ Cells"]
        await pilot.press("j", "l")
        assert app.lines[1:] == ["▾ Cells", "    cell: x"]
        gate.open.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.lines == ["▾ AuditData", "    a: 1", "▾ Cells", "    cell: x"]
        assert app.cursor == "▾ Cells"
        assert gate.threads
        assert threading.get_ident() not in gate.threads


async def test_a_late_result_of_another_record_is_dropped() -> None:
    gate = Gate('{"late": 1}')
    app = TreeApp(Node("section", label="AuditData", opens=True, slow=True, make=gate))
    async with app.run_test(size=(60, 20)) as pilot:
        app.tree_shown.show([root_of('{"next": 1}')])
        gate.open.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.lines == ["▾ AuditData", "    next: 1"]


async def test_what_cannot_be_decoded_says_so() -> None:
    def fails() -> Children:
        raise NotJson("odd", cut=False)

    app = TreeApp(Node("section", label="AuditData", opens=True, slow=True, make=fails))
    async with app.run_test(size=(60, 20)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.lines == ["▾ AuditData", "    This cannot be decoded: odd"]


async def test_only_lines_on_screen_are_drawn_of_a_text_of_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = drawn_lines(monkeypatch, RecordTree)
    app = TreeApp(root_of(json.dumps({"s": "x" * 5_000_000})))
    async with app.run_test(size=(80, 20)) as pilot:
        assert app.tree_shown.tree_layout.line_count > 60_000
        await pilot.press("G")
        await pilot.pause()
        assert set(drawn) <= set(range(20))
        assert app.cursor.endswith("x")


async def test_long_texts_beyond_ascii_are_measured_by_a_worker() -> None:
    text = "契約" * 60_000
    app = TreeApp(root_of(json.dumps({"s": text, "t": "short"}, ensure_ascii=False)))
    async with app.run_test(size=(50, 20)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        lines = app.tree_shown.line_texts[1:-1]
        assert "".join(line[7:] for line in lines) == text
        app.tree_shown.styles.width = 40
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "".join(line[7:] for line in app.tree_shown.line_texts[1:-1]) == text
        assert len(app.tree_shown.line_texts) > len(lines) + 2


def test_unmeasured_texts_take_one_line() -> None:
    layout = laid_out(value_node("s", "契" * 60_000), value_node("t", "short"))
    assert [node.label for node in layout.unmeasured] == ["s"]
    assert layout.line_count == 2
    node = layout.unmeasured[0]
    node.row.starts(layout.wrapping(node))
    layout.update()
    assert layout.unmeasured == []
    assert layout.line_count > 1_500


async def test_a_large_record_is_searched_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def noted(*arguments: object) -> Sequence[Hit]:
        threads.append(threading.get_ident())
        return search(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("omeviz.tui.widgets.record_tree.search", noted)
    app = TreeApp(root_of('{"a": "needle"}'))
    async with app.run_test(size=(60, 20)) as pilot:
        app.tree_shown.is_large = True
        app.tree_shown.find("needle")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.cursor == "a: needle"
        assert threads
        assert threading.get_ident() not in threads
