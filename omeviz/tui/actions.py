"""Everything a key can do in the explorer: one registry for bindings, footer, palette, help and the README's table.

To add an action, add it to `ACTIONS` and give its owner a method `action_<id>`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Owner = Literal["screen", "table", "detail", "textual"]
"""Who handles an action: the explorer's screen, the event table, the detail pane, or Textual itself."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    Attributes:
        id: Its name in code: the owner has a method `action_<id>`.
        keys: Its keys as Textual names them, the one to show first.
        label: One to three words for the footer and the palette.
        help: One sentence for the help screen and the palette.
        group: The heading under which the help screen lists it.
        owner: Who handles it.
        footer: Its importance in the footer: 0 is never shown there, 1 is the last to give way when room is short.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    owner: Owner = "screen"
    footer: int = 0


MOVE, FILTER, FIND, READ = "Move", "Filter", "Find", "Read"
MARK, HAND_ON, TABLE, OMEVIZ = "Mark", "Export and copy", "Table", "omeviz"

ACTIONS: tuple[Action, ...] = (
    Action("cursor_up", ("up", "k"), "up", "To the event above.", MOVE, "table"),
    Action("cursor_down", ("down", "j"), "down", "To the event below.", MOVE, "table"),
    Action("column_left", ("left", "h"), "left", "To the column on the left.", MOVE, "table"),
    Action("column_right", ("right", "l"), "right", "To the column on the right.", MOVE, "table"),
    Action("page_up", ("pageup",), "page up", "One page up.", MOVE, "table"),
    Action("page_down", ("pagedown",), "page down", "One page down.", MOVE, "table"),
    Action("half_page_up", ("ctrl+u",), "half page up", "Half a page up.", MOVE, "table"),
    Action("half_page_down", ("ctrl+d",), "half page down", "Half a page down.", MOVE, "table"),
    Action("first_row", ("home", "g"), "first", "To the first event shown.", MOVE, "table"),
    Action("last_row", ("end", "G"), "last", "To the last event shown.", MOVE, "table"),
    Action("next_pane", ("tab",), "next pane", "To the next pane: table, detail, filter.", MOVE, "screen"),
    Action("previous_pane", ("shift+tab",), "previous pane", "To the pane before.", MOVE, "screen"),
    Action("filter", ("/",), "filter", "Type in the filter; the table follows every key.", FILTER, footer=1),
    Action("operations", ("o",), "operation", "Choose among the operations, with their counts.", FILTER, footer=3),
    Action("status", ("s",), "status", "Show all, then only failures, then only successes.", FILTER, footer=3),
    Action("only", ("f",), "only this", "Only events with the value under the cursor.", FILTER, footer=4),
    Action("exclude", ("x",), "exclude", "No events with the value under the cursor.", FILTER, footer=5),
    Action("only_marked", (".",), "only marked", "Only the marked events, or all again.", FILTER),
    Action("clear_filter", ("ctrl+l",), "no filter", "Remove the whole filter.", FILTER),
    Action(
        "back",
        ("escape",),
        "back",
        "One level back: dialog, pane, find, filter box, then the filter's last part. While loading: stop.",
        FILTER,
        footer=4,
    ),
    Action("find", ("ctrl+f", "F"), "find", "Find text without narrowing what is shown.", FIND, footer=7),
    Action("find_next", ("n", "f3"), "next hit", "To the next hit.", FIND, footer=2),
    Action("find_previous", ("N", "shift+f3"), "previous hit", "To the hit before.", FIND, footer=3),
    Action("activate", ("enter",), "detail", "Open the event's detail, or go into it.", READ, "table", footer=2),
    Action("toggle_detail", ("D",), "detail on/off", "Show or hide the detail pane.", READ),
    Action("problems", ("p",), "problems", "List what is wrong with records and rows.", READ, footer=6),
    Action("copies", ("C",), "copies", "List the copies of this event, and in what they differ.", READ, footer=7),
    Action("data", ("I",), "data", "Can the export be trusted? What is missing, and what to do.", READ, footer=7),
    Action("sources", ("i",), "files", "What was read from each file, and what was guessed about it.", READ),
    Action("mark", ("m", "space"), "mark", "Mark this event, or unmark it, and go on to the next.", MARK, footer=5),
    Action("mark_range", ("M",), "mark range", "Mark everything from the last marked event to here.", MARK),
    Action("mark_all", ("ctrl+a",), "mark all", "Mark all events shown.", MARK),
    Action("unmark_all", ("U",), "unmark all", "Take all marks away.", MARK),
    Action("export", ("e",), "export", "Write events to a file: the marked, the shown or this one.", HAND_ON, footer=2),
    Action("copy", ("y",), "copy", "Copy the value under the cursor.", HAND_ON),
    Action(
        "copy_menu",
        ("Y",),
        "copy…",
        "Copy the record, the Message-ID or the command that revokes the message.",
        HAND_ON,
    ),
    Action("sort_ascending", ("[", "a"), "sort up", "Sort by the cursor's column, smallest first.", TABLE),
    Action("sort_descending", ("]", "d"), "sort down", "Sort by the cursor's column, largest first.", TABLE),
    Action("sort_time", ("T",), "sort by time", "Back to the order of time.", TABLE),
    Action("narrower", ("<", "-"), "narrower", "Make the cursor's column narrower.", TABLE),
    Action("wider", (">", "+"), "wider", "Make the cursor's column wider.", TABLE),
    Action("hide_column", ("H",), "hide column", "Hide the cursor's column.", TABLE),
    Action("columns", ("c",), "columns", "Choose which columns are shown, and in which order.", TABLE),
    Action("zone", ("z",), "zone", "Show times in UTC, in local time, or in the zone you named.", TABLE),
    Action("name_zone", ("Z",), "name a zone", "Name a time zone, for example Europe/Berlin.", TABLE),
    Action("help", ("?", "f1"), "help", "All keys and the filter language.", OMEVIZ, footer=1),
    Action("command_palette", ("ctrl+p",), "palette", "Find an action by its name.", OMEVIZ, "textual"),
    Action("theme", ("t",), "theme", "Choose other colours.", OMEVIZ),
    Action("quit", ("q", "ctrl+q"), "quit", "Leave omeviz.", OMEVIZ, footer=8),
)
"""All actions, in the order of the help screen and of the footer."""

ACTION: dict[str, Action] = {action.id: action for action in ACTIONS}

_KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def key_name(key: str) -> str:
    """A key as a user reads it: `Ctrl+F`, `Esc`, `/`, `G`."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    if last in _KEY_NAMES:
        last = _KEY_NAMES[last]
    elif modifiers or (len(last) > 1 and last[0] == "f" and last[1:].isdigit()):
        last = last.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), last])


def key_names(action: Action) -> str:
    """All keys of an action as a user reads them."""
    return "  ".join(key_name(key) for key in action.keys)


def by_group(actions: Iterable[Action] = ACTIONS) -> dict[str, list[Action]]:
    """Actions under their headings, both in the registry's order."""
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return groups


def key_table_markdown() -> str:
    """The README's table of keys, one section a group."""
    lines = ["| key | what it does |", "|---|---|"]
    for group, actions in by_group().items():
        lines.append(f"| **{group}** | |")
        for action in actions:
            keys = " ".join(f"`{key_name(key)}`" for key in action.keys)
            lines.append(f"| {keys} | {action.help} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(key_table_markdown())
