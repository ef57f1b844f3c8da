"""Helper processes: calls, and what becomes of them when something fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from omeviz.another_process import started
from omeviz.helpers import HelperLost, Helpers


@pytest.fixture
def helpers() -> Iterator[Helpers]:
    made = Helpers(1)
    yield made
    made.close()


def test_a_helper_returns_what_a_call_returns(helpers: Helpers) -> None:
    assert helpers.submit(pow, 2, 10).result() == 1024
    assert helpers.submit(os.getpid).result() != os.getpid()


def test_it_stays_for_the_next_call(helpers: Helpers) -> None:
    assert helpers.submit(os.getpid).result() == helpers.submit(os.getpid).result()


def test_long_texts_go_both_ways(helpers: Helpers) -> None:
    text = "lone \ud83d and \U0001f600 " * 300_000
    assert helpers.submit(str.upper, text).result() == text.upper()


def test_several_work_at_once_and_each_call_gets_its_own_answer() -> None:
    helpers = Helpers(2)
    try:
        calls = [helpers.submit(divmod, number, 7) for number in range(40)]
        assert [call.result() for call in calls] == [divmod(number, 7) for number in range(40)]
    finally:
        helpers.close()


def test_a_call_that_fails_is_to_be_made_here_and_the_next_one_works(helpers: Helpers) -> None:
    with pytest.raises(HelperLost):
        helpers.submit(divmod, 1, 0).result()
    assert helpers.submit(divmod, 7, 2).result() == (3, 1)


def test_what_a_call_prints_is_no_answer(helpers: Helpers, capfd: pytest.CaptureFixture[str]) -> None:
    assert helpers.submit(print, "hello").result() is None
    assert helpers.submit(os.write, 1, b"hello").result() == 5
    assert helpers.submit(os.write, 2, b"hello").result() == 5
    assert capfd.readouterr() == ("", "")


def test_a_helper_that_ends_is_lost(helpers: Helpers) -> None:
    with pytest.raises(HelperLost):
        helpers.submit(os._exit, 3).result()
    with pytest.raises(HelperLost):
        helpers.submit(pow, 2, 2).result()


def test_what_cannot_be_sent_is_to_be_done_here(helpers: Helpers) -> None:
    with pytest.raises(HelperLost):
        helpers.submit(lambda: 1).result()
    assert helpers.submit(pow, 2, 2).result() == 4


def test_none_at_all() -> None:
    for helpers in (Helpers(0), Helpers(1)):
        helpers.give_up()
        assert not helpers.closed
        with pytest.raises(HelperLost):
            helpers.submit(pow, 2, 2).result(10)


@pytest.mark.skipif(sys.platform != "linux", reason="pipes are widened on Linux only")
def test_pipes_that_cannot_be_widened(monkeypatch: pytest.MonkeyPatch, helpers: Helpers) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    assert helpers.submit(pow, 2, 2).result() == 4


def test_variables_that_no_process_can_have() -> None:
    with pytest.raises(OSError, match="null"):
        started("", environment={"name": "nul\0"})


def test_no_python_to_start(monkeypatch: pytest.MonkeyPatch, helpers: Helpers) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(HelperLost):
        helpers.submit(pow, 2, 2).result()


def test_a_python_that_is_not_there(monkeypatch: pytest.MonkeyPatch, helpers: Helpers, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(HelperLost):
        helpers.submit(pow, 2, 2).result()


def test_closing_does_not_wait_for_a_call() -> None:
    helpers = Helpers(1)
    assert helpers.submit(pow, 2, 2).result() == 4
    long, waiting = helpers.submit(time.sleep, 60), helpers.submit(pow, 2, 2)
    begun = time.monotonic()
    helpers.close()
    with pytest.raises((HelperLost, CancelledError)):
        long.result(10)
    with pytest.raises((HelperLost, CancelledError)):
        waiting.result(10)
    assert time.monotonic() - begun < 10
    assert helpers.count == 0


def test_closing_before_the_first_call_and_twice() -> None:
    helpers = Helpers(1)
    helpers.close()
    helpers.close()


def test_modules_in_the_current_folder_are_not_imported(
    helpers: Helpers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("pickle", "struct", "threading", "polars"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(3)")
    monkeypatch.chdir(tmp_path)
    assert helpers.submit(pow, 2, 2).result() == 4


PARENT = """
import os, time
from omeviz.another_process import started
from omeviz.helpers import Helpers
helpers = Helpers(1)
print(helpers.submit(os.getpid).result(), flush=True)
helpers.submit(time.sleep, {seconds})
time.sleep(0.2)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process the POSIX way")
@pytest.mark.parametrize("seconds", [0, 60])
def test_it_ends_with_whoever_started_it_even_amid_a_call(seconds: int) -> None:
    program = PARENT.format(seconds=seconds)
    told = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    helper = int(told.stdout)
    until = time.monotonic() + 20
    while time.monotonic() < until and is_running(helper):
        time.sleep(0.02)
    assert not is_running(helper)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")  # who ended, and whom nobody has asked for yet, is listed still
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
