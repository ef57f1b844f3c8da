"""The page that is drawn while Textual is still being imported."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from omeviz.load import FirstRows, Loader
from omeviz.tui import first_page
from omeviz.tui.first_page import BegunLoader, can_begin, page, shown_early
from tests.hostile import HOSTILE, UNDRAWABLE
from tests.make_samples import SAMPLES
from tests.tui.pseudo_terminal import PROGRAM

BOLD = re.compile(r"\x1b\[[01]m")


def rows(**columns: object) -> FirstRows:
    """First rows with one record of these values."""
    return FirstRows({name: [value] for name, value in columns.items()}, "events.csv")


def test_it_shows_what_the_explorer_will_show() -> None:
    step = rows(time=datetime(2023, 3, 22, 19, 0, 59), operation="MessageAccess", status="success", recipient="a@b.c")
    lines = [BOLD.sub("", line) for line in page(step, 100, 20, UTC, "UTC")]
    assert lines[0].startswith(" omeviz   events.csv   loading   UTC")
    assert [word for word in ("Time (UTC)", "Operation", "Status", "Recipient") if word in lines[2]] == [
        "Time (UTC)",
        "Operation",
        "Status",
        "Recipient",
    ]
    assert lines[3].split() == ["2023-03-22", "19:00:59", "MessageAccess", "success", "a@b.c"]


def test_no_more_lines_and_cells_than_there_are() -> None:
    step = FirstRows({"time": [datetime(2023, 3, 22)] * 50, "subject": ["漢字 é 😀 " * 20] * 50}, "e" * 300)
    for width in (20, 41, 80, 161):
        lines = [BOLD.sub("", line) for line in page(step, width, 12, None, "local")]
        assert len(lines) == 12
        assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("text", [text for _, text in HOSTILE])
def test_text_from_a_log_is_only_shown(text: str) -> None:
    step = FirstRows({"time": [None], "subject": [text], "recipient": [text], "operation": [text]}, text)
    for line in page(step, 120, 10, UTC, "UTC"):
        assert not UNDRAWABLE.search(BOLD.sub("", line))


def test_the_loader_goes_on_where_it_stopped() -> None:
    path = str(SAMPLES / "events.csv")
    begun = BegunLoader(Loader([path]))
    begun.wait(30)
    assert isinstance(begun.first, FirstRows)
    kinds = [type(step).__name__ for step in begun.run(lambda: False)]
    assert kinds[0] == "FirstRows"
    assert kinds.count("FirstRows") == 1
    assert kinds[-1] == "Finished"
    assert begun.store is not None
    assert begun.store.record_count > 100


def test_an_error_of_the_loader_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = Loader([str(SAMPLES / "events.csv")])
    monkeypatch.setattr(loader, "_argument", lambda *_: (_ for _ in ()).throw(ZeroDivisionError))
    begun = BegunLoader(loader)
    begun.wait(30)
    with pytest.raises(ZeroDivisionError):
        list(begun.run(lambda: False))


def test_only_files_are_begun(tmp_path: Path) -> None:
    assert can_begin([str(SAMPLES / "events.csv")]) == (sys.platform != "win32")
    assert not can_begin(["-"])
    assert not can_begin([str(tmp_path)])
    assert not can_begin([])
    assert not can_begin(["\x00"])


def test_after_an_error_the_screen_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "__stderr__", stream)
    with pytest.raises(ZeroDivisionError), shown_early(rows(time=datetime(2023, 3, 22)), UTC, "UTC"):
        raise ZeroDivisionError
    assert stream.getvalue().startswith("\x1b[?1049h")
    assert stream.getvalue().endswith("\x1b[?1049l")


def test_nothing_is_drawn_without_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "__stderr__", stream)
    with shown_early(None, UTC, "UTC") as before:
        before()
    assert stream.getvalue() == ""


def test_it_needs_neither_textual_nor_polars() -> None:
    code = "import omeviz.tui.first_page, sys; print([m for m in ('textual', 'polars', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_it_comes_before_the_explorer() -> None:
    """Read what a terminal gets: the page, then the explorer; and q leaves both."""
    import os
    import pty
    import select

    main, side = pty.openpty()
    command = [*PROGRAM, str(SAMPLES / "events.csv")]
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm"})
    os.close(side)
    got, end, asked = b"", time.monotonic() + 60, False
    while process.poll() is None and time.monotonic() < end:
        if select.select([main], [], [], 0.1)[0]:
            try:
                got += os.read(main, 65536)
            except OSError:
                break
        if not asked and b"shown" in got and b"151" in got:
            os.write(main, b"q")
            asked = True
    os.close(main)
    assert process.wait(30) == 0
    assert got.startswith(b"\x1b[?1049h")
    assert got.index(b"loading") < got.index(b"\x1b[?1000h")
    assert first_page.PATIENCE < 1
