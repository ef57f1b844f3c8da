"""The tree: what its lines say, folding, finding, and what is large."""

from __future__ import annotations

import json

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from omeviz.text import visible
from omeviz.tui.widgets.json_nodes import value_node
from omeviz.tui.widgets.record_tree import RecordTree
from omeviz.tui.widgets.tree_find import MOST_HITS, Hit, pattern_for, search
from omeviz.tui.widgets.tree_nodes import Children, Node, copy_text
from tests.hostile import HOSTILE, UNDRAWABLE
from tests.tui.tree_support import TreeApp, node_named, root_of

RECORD = """{"b": 1.50, "a": "text", "a": "again", "n": 1E2, "none": null, "yes": true, "s": "12", "empty": "",
 "OperationProperties": [{"Name": "MailSubject", "Value": "Support case 1"}, {"Name": "Other", "Value": 2}],
 "list": [1, {"x": 1}], "o": {"k": "v"}, "inner": "{\\"deep\\": [1, 2]}", "nothing": []}"""


async def test_lines_keep_order_literals_and_repeated_keys() -> None:
    app = TreeApp(root_of(RECORD))
    async with app.run_test(size=(80, 40)):
        assert app.lines == [
            "▾ AuditData",
            "    b:                   1.50",
            "    a:                   text (repeated key)",
            "    a:                   again (repeated key)",
            "    n:                   1E2",
            "    none:                null",
            "    yes:                 true",
            '    s:                   "12"',
            '    empty:               ""',
            "  ▾ OperationProperties: 2 pairs",
            "      MailSubject: Support case 1",
            "      Other:       2",
            "  ▾ list:                2 items",
            "      0: 1",
            "    ▾ 1: 1 key",
            "        x: 1",
            "  ▾ o:                   1 key",
            "      k: v",
            '  ▸ inner:               "{"deep": [1, 2]}"',
            "    nothing:             no items",
        ]


async def test_keys_fold_unfold_and_walk() -> None:
    app = TreeApp(root_of('{"a": {"b": {"c": 1}}, "z": 2}'))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "j")
        assert app.cursor == "▾ b: 1 key"
        await pilot.press("h")
        assert app.lines == ["▾ AuditData", "  ▾ a: 1 key", "    ▸ b: 1 key  c: 1", "    z: 2"]
        await pilot.press("h")
        assert app.cursor == "▾ a: 1 key"
        await pilot.press("h", "l", "l")
        assert app.cursor == "▸ b: 1 key  c: 1"
        await pilot.press("enter", "right")
        assert app.cursor == "c: 1"
        await pilot.press("C")
        assert app.lines == ["▸ AuditData"]
        await pilot.press("E", "G")
        assert app.cursor == "z: 2"
        await pilot.press("g", "space")
        assert app.lines == ["▸ AuditData"]


async def test_folds_are_remembered_from_record_to_record() -> None:
    app = TreeApp(root_of('{"a": {"b": 1}, "c": {"d": 1}}'))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "h")
        app.tree_shown.show([root_of('{"a": {"b": 2}, "c": {"d": 2}}')])
        assert app.lines == ["▾ AuditData", "  ▸ a: 1 key  b: 2", "  ▾ c: 1 key", "      d: 2"]


async def test_a_text_that_holds_json_unfolds() -> None:
    app = TreeApp(root_of('{"inner": "{\\"deep\\": [1, 2]}", "broken": "{no}"}'))
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.lines == ["▾ AuditData", '  ▸ inner:  "{"deep": [1, 2]}"', '  ▸ broken: "{no}"']
        await pilot.press("j", "l")
        assert app.lines[1:5] == [
            "  ▾ inner:  JSON in a text of 16 characters",
            "    ▾ deep: 2 items",
            "        0: 1",
            "        1: 2",
        ]
        await pilot.press("y")
        assert app.cursor.startswith("▾ inner")
        await pilot.press("G", "l")
        assert app.lines[-2] == "      This text is no JSON: Expecting property name"


async def test_a_value_of_several_lines_is_reached_whole() -> None:
    value = "".join(f"[{number}] 契約\u202e " for number in range(400))
    app = TreeApp(root_of(json.dumps({"long": value})))
    async with app.run_test(size=(50, 10)) as pilot:
        lines = app.tree_shown.line_texts[1:]
        assert lines[0].startswith("    long: ")
        assert "".join(line[10:] for line in lines) == visible(value)
        await pilot.press("G")
        assert app.tree_shown.cursor_line == len(lines)
        assert app.tree_shown.scroll_offset.y == len(lines) + 1 - 10
        assert app.tree_shown.render_line(9).text.strip("▌ ") == lines[-1].strip()


@pytest.mark.parametrize("width", [20, 33, 80])
async def test_hostile_texts_are_never_drawn_as_they_are(width: int) -> None:
    record = json.dumps(
        [{"Name": text, "Value": text} for _, text in HOSTILE] + [{text: [text]} for _, text in HOSTILE]
    )
    app = TreeApp(root_of(f'{{"x": {record}}}'), Node("text", value="".join(text for _, text in HOSTILE)))
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.press("E")
        tree = app.tree_shown
        drawn = "\n".join(tree.line_texts)
        assert UNDRAWABLE.sub("", drawn.replace("\n", "")) == drawn.replace("\n", "")
        assert "[link=https://example.org]" in drawn.replace("\n", "").replace(" ", "")
        for y in range(0, tree.tree_layout.line_count, 29):
            tree.scroll_to(y=y, animate=False, immediate=True)
            for line in range(30):
                strip = tree.render_line(line)
                assert strip.cell_length == tree.scrollable_content_region.width
                assert not UNDRAWABLE.search(strip.text)


async def test_paths_and_values_are_copied() -> None:
    app = TreeApp(root_of(RECORD))
    async with app.run_test(size=(80, 40)) as pilot:
        tree = app.tree_shown
        for label in ("MailSubject", "x", "b", "OperationProperties"):
            node = node_named(tree.tree_layout, label)
            top = tree.tree_layout.top_of(node)
            assert top is not None
            tree.move_cursor(top)
            tree.action_copy_path()
            tree.action_copy_value()
        await pilot.pause()
        assert app.copied == [
            ("path", "data.OperationProperties.MailSubject"),
            ("MailSubject", "Support case 1"),
            ("path", "data.list.x"),
            ("x", "1"),
            ("path", "data.b"),
            ("b", "1.50"),
            ("path", "data.OperationProperties"),
            (
                "OperationProperties",
                '[{"Name":"MailSubject","Value":"Support case 1"},{"Name":"Other","Value":2}]',
            ),
        ]


def test_a_section_is_copied_as_its_source() -> None:
    root = root_of(RECORD)
    assert copy_text(root) == RECORD
    cells = Node("section", label="Cells")
    cells.make = lambda: Children([value_node("A", "1"), value_node("B", "2")])
    assert copy_text(cells) == "A: 1\nB: 2"


async def test_selected_lines_that_wrapping_broke_are_joined() -> None:
    app = TreeApp(root_of(json.dumps({"id": "abcdefghij" * 8, "z": 1})))
    async with app.run_test(size=(50, 10)):
        tree = app.tree_shown
        start = tree.line_text(1).index("abc") + 1
        text = tree.get_selection(Selection(Offset(start, 1), Offset(len(tree.line_text(3)) + 1, 3)))
        assert text == ("abcdefghij" * 8 + "\n    z:  1", "\n")


async def test_text_is_selected_with_the_mouse() -> None:
    app = TreeApp(root_of('{"a": "first", "b": "second"}'))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.mouse_down(RecordTree, offset=(5, 1))
        await pilot.hover(RecordTree, offset=(14, 2))
        await pilot.mouse_up(RecordTree, offset=(14, 2))
        assert app.screen.get_selected_text() == "a: first\n    b: second"
        drawn = app.tree_shown.render_line(2)
        chosen = app.screen.get_component_rich_style("screen--selection").bgcolor
        assert "b: second" in "".join(s.text for s in drawn if s.style and s.style.bgcolor == chosen)


async def test_a_click_on_the_marker_folds() -> None:
    app = TreeApp(root_of('{"a": {"b": 1}}'))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click(RecordTree, offset=(12, 1))
        assert (app.tree_shown.cursor_line, len(app.lines)) == (1, 3)
        await pilot.click(RecordTree, offset=(3, 1))
        assert app.lines == ["▾ AuditData", "  ▸ a: 1 key  b: 1"]


# Finding


def test_search_looks_into_folded_parts_and_names_and_values() -> None:
    root = root_of('{"alpha": 1, "x": {"y": ["ALPHA alpha", {"Name": "alphabet", "Value": "beta"}]}}')
    root.unfold()
    hits = search([root], pattern_for("alpha"), lambda: False)
    assert hits == [Hit((0, 0), 0), Hit((0, 1, 0, 0), 0), Hit((0, 1, 0, 0), 1), Hit((0, 1, 0, 1), 0)]


def test_search_does_not_match_across_name_and_value_nor_remarks() -> None:
    root = root_of('{"ab": "cd", "list": [1, 2]}')
    assert search([root], pattern_for("b: c"), lambda: False) == []
    assert search([root], pattern_for("bcd"), lambda: False) == []
    assert search([root], pattern_for("items"), lambda: False) == []
    assert search([root], pattern_for("0"), lambda: False) == []


def test_search_is_literal_and_ends() -> None:
    root = root_of(json.dumps({"a": "x.y" + "z" * 300_000}))
    assert len(search([root], pattern_for("."), lambda: False)) == 1
    assert len(search([root], pattern_for("z"), lambda: False)) == MOST_HITS
    assert len(search([root], pattern_for("z" * 1_000), lambda: False)) == 300
    assert search([root_of('{"a": "b"}')], pattern_for("b"), lambda: True) == []


async def test_find_opens_folds_and_goes_round() -> None:
    app = TreeApp(root_of('{"a": {"b": {"c": {"d": {"e": "needle"}}}}, "z": "Needle needle"}'))
    async with app.run_test(size=(60, 20)) as pilot:
        tree = app.tree_shown
        await pilot.press("C")
        tree.find("needle")
        assert app.cursor == "e: needle"
        assert tree.found == (0, 3)
        tree.find_next()
        assert (app.cursor, tree.found) == ("z: Needle needle", (1, 3))
        tree.find_next()
        tree.find_next()
        assert (app.cursor, tree.found) == ("e: needle", (0, 3))
        tree.find_previous()
        assert tree.found == (2, 3)
        tree.find("absent")
        assert tree.found == (-1, 0)
        tree.find("")
        assert tree.highlight is None


async def test_hits_are_drawn_with_a_style_of_their_own() -> None:
    app = TreeApp(root_of('{"a": "x needle y needle"}'))
    async with app.run_test(size=(60, 20)):
        tree = app.tree_shown
        tree.find("needle")
        styles = {s.text: s.style for s in tree.render_line(1) if s.text in ("needle", "x ") and s.style}
        marked = [s.style for s in tree.render_line(1) if s.text == "needle" and s.style]
        assert styles["x "].underline is not True
        assert [style.underline for style in marked] == [True, True]
        assert [bool(style.reverse) for style in marked] == [True, False]


async def test_find_reaches_a_line_far_down_in_a_long_text() -> None:
    app = TreeApp(root_of(json.dumps({"s": "x" * 50_000 + "needle" + "x" * 50_000})))
    async with app.run_test(size=(60, 20)):
        app.tree_shown.find("needle")
        assert "needle" in app.cursor
        assert app.tree_shown.cursor_line > 900


async def test_find_shows_the_text_of_unfolded_json_again_where_the_hit_is_in_it() -> None:
    app = TreeApp(root_of('{"inner": "{\\"deep\\": 1}"}'))
    async with app.run_test(size=(60, 20)) as pilot:
        app.tree_shown.find("deep")
        assert app.cursor == '▸ inner: "{"deep": 1}"'
        await pilot.press("l")
        assert app.tree_shown.found[1] == 1
        app.tree_shown.find_next()
        assert app.cursor == "deep: 1"
