"""What the running explorer sends to its terminal while it shows hostile text: nothing from the log acts."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from tests.hostile import CONTROLS, ESCAPES, HOSTILE_FILE_NAME, UNDRAWABLE, hostile_csv, hostile_rows
from tests.tui.pseudo_terminal import SEQUENCE, PseudoTerminal, explorer

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's"),
]

ESC, PAGE_DOWN, DOWN, PALETTE = "\x1b", "\x1b[6~", "\x1b[B", "\x10"

DRAWING = re.compile(
    r"\x1b\[(?:0|(?:\d;)*(?:38;2;\d+;\d+;\d+(?:;48;2;\d+;\d+;\d+)?|48;2;\d+;\d+;\d+))m"  # a colour, or none
    r"|\x1b\[\d+;\d+H"  # the cursor to a place
    r"|\x1b\]22;[a-z-]+\x07"  # the mouse pointer's shape
)
"""All that Textual says while it draws. The log's own colours are `31`, its cursor goes home with `H` alone."""

STARTING = re.compile(r"\x1b\[\?\d+[hl]|\x1b\[>\d+u|\x1b\[<u|\x1b\[\?\d+\$p")
"""What it says besides when it starts and ends: modes of screen, mouse and keyboard."""

FIRST_PAGE = re.compile(
    r"\x1b\[\?1049h\x1b\[\?25l\x1b\[2J"  # the other screen, no cursor, cleared
    r"\x1b\[1;1H\x1b\[1m[^\x1b]*\x1b\[0m\x1b\[2;1H[^\x1b]*"  # the file, the filter
    r"\x1b\[3;1H\x1b\[1m[^\x1b]*\x1b\[0m"  # the headings
    r"(?:\x1b\[\d+;1H[^\x1b]*)+"  # rows, without any style
)
"""What omeviz itself draws before Textual starts: the same few sequences for any log."""

CLIPBOARD = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")

STAND_INS = ("␛[31mred␛[0m", "␛]8;;https://", "␛]52;c;", "␛]0;owned␇", "␛[?1049l", "a␀b", "⟨U+202E⟩", "⟨U+009B⟩31mred")
"""How payloads look where they are shown."""


def acting(text: str, *vocabularies: re.Pattern[str]) -> list[str]:
    """Escape sequences beyond the vocabularies, and control characters that draw nothing."""
    odd = [found for found in SEQUENCE.findall(text) if not any(known.fullmatch(found) for known in vocabularies)]
    return odd + UNDRAWABLE.findall(SEQUENCE.sub("", text).replace("\r\n", ""))


def without_first_page(text: str) -> str:
    """What was sent behind the first page; of the page itself, what draws nothing."""
    page = FIRST_PAGE.match(text)
    assert page is not None
    return "".join(UNDRAWABLE.findall(SEQUENCE.sub("", page[0]))) + text[page.end() :]


def walk(terminal: PseudoTerminal) -> None:
    """Through table, detail, raw record, and every list and dialog."""
    names = [name for name, _ in hostile_rows()]
    terminal.press("Dg")
    for _ in range(len(names) // 54 + 1):  # 56 rows are on the screen without the detail
        terminal.press(PAGE_DOWN)
    terminal.press("Dg", "Sign-in status")
    terminal.press(DOWN * names.index(ESCAPES[0][0]))
    for _ in range(0, len(ESCAPES), 2):
        terminal.press(DOWN * 4)  # each text is there twice
    terminal.press("\r", "fold")
    terminal.press("r", "Raw record")
    terminal.press(ESC)
    terminal.press(ESC, "filter")
    for _ in range(0, len(CONTROLS), 2):
        terminal.press(DOWN * 4)
    for key, awaited in (
        ("p", "What is wrong"),
        ("o", "Operations"),
        ("i", "encoding"),
        ("Y", "Message-ID"),
        (PALETTE, "Search for"),
        ("e", "Which events"),
    ):
        terminal.press(key, awaited)
        terminal.press(DOWN)
        terminal.press(ESC)
    terminal.press("f", " of ")
    terminal.press("/")
    terminal.press(ESC)
    terminal.press(ESC)


def test_nothing_from_the_log_acts_on_the_terminal(tmp_path: Path) -> None:
    records = hostile_csv(tmp_path)
    with explorer([HOSTILE_FILE_NAME], tmp_path, (200, 60)) as terminal:
        terminal.press("", f"{records} shown")
        begun = len(terminal.text)
        walk(terminal)
        drawn = terminal.text[begun:]
        copy = len(terminal.text)
        terminal.press("lly", "Copied")
        copied = terminal.text[copy:]
        left = len(terminal.text)
        terminal.press("q")
        ended = terminal.text[left:]
        started = terminal.text[:begun]
    assert acting(drawn, DRAWING) == []
    assert acting(without_first_page(started), DRAWING, STARTING) == []
    assert acting(ended, DRAWING, STARTING) == []
    assert acting(copied, DRAWING, CLIPBOARD) == []
    (clipboard,) = CLIPBOARD.findall(copied)
    assert UNDRAWABLE.search(base64.b64decode(clipboard).decode()) is None
    shown = SEQUENCE.sub("", drawn)
    assert [text for text in STAND_INS if text not in shown] == []


def test_a_sequence_from_the_log_would_be_noticed() -> None:
    harmless = "\x1b[38;2;1;2;3;48;2;4;5;6mtext\x1b[0m\x1b[3;4H\r\n"
    assert acting(harmless, DRAWING) == []
    for name, text in (*ESCAPES, *CONTROLS):
        if not text.startswith(("first\r\n", "\n", "first\n")):  # line ends alone are the terminal's own
            assert acting(harmless + text, DRAWING), name


def test_a_sequence_from_the_log_would_be_noticed_on_the_first_page() -> None:
    source, cell = "", ""

    def begun() -> str:
        page = f"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[1;1H\x1b[1m omeviz {source}\x1b[0m\x1b[2;1H Filter"
        page += f"\x1b[3;1H\x1b[1m Time\x1b[0m\x1b[4;1H {cell} \x1b[5;1H plain"
        return f"{page}\x1b[?1049h\x1b[38;2;1;2;3mtext"

    assert acting(without_first_page(begun()), DRAWING, STARTING) == []
    for name, text in (*ESCAPES, *CONTROLS, ("own", "\x1b[2J"), ("bold", "\x1b[1mx\x1b[0m")):
        if "\n" in text or name in {"csi leave alternate screen", "csi mouse off, paste mode"}:
            continue  # the terminal's own, and what Textual says as well when it starts
        cell = text
        assert acting(without_first_page(begun()), DRAWING, STARTING), name
        source, cell = text, ""
        assert FIRST_PAGE.match(begun()) is None or acting(without_first_page(begun()), DRAWING, STARTING), name
        source = ""
