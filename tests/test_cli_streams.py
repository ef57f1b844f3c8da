"""Streams of the command line: pipes, closed and full ones, terminals, an interrupt; log text never comes raw."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_support import ALL, EVENTS, PORTAL, POSIX, ROOT, Run, on_a_terminal, spawn, table
from tests.hostile import HOSTILE, HOSTILE_FILE_NAME, UNDRAWABLE, hostile_csv
from tests.make_samples import SAMPLES


@pytest.mark.skipif(not POSIX, reason="Windows does not accept such a name")
def test_hostile_names_and_texts_do_not_reach_stderr_raw(run: Run, tmp_path: Path) -> None:
    path = tmp_path / HOSTILE_FILE_NAME
    count = hostile_csv(tmp_path)
    path.write_bytes(path.read_bytes() + b",,,,,,,,\x1b[31m,\r\n")
    result = run(str(path), "--count")
    assert (result.code, result.out) == (0, f"{count}\n".encode())
    assert "1 of" in result.err
    small = tmp_path / "small"
    small.mkdir()
    (small / HOSTILE_FILE_NAME).write_bytes(b"".join(Path(PORTAL).read_bytes().splitlines(keepends=True)[:3]))
    for _, text in HOSTILE:
        for option in ("--zone", "--encoding", "--dates", "--columns", "--sort", "--format", "--delimiter", "-f"):
            run(str(small), "--count", option, text.replace("\x00", ""))
    assert run(str(path), "--export", str(path)).code == 1


@pytest.mark.skipif(not POSIX, reason="Windows does not accept such a name")
def test_data_into_a_pipe_stays_raw(tmp_path: Path) -> None:
    path = tmp_path / "hostile.csv"
    count = hostile_csv(path)
    done = spawn(f"omeviz {shlex.quote(str(path))} --export - --format csv")
    assert (done.returncode, done.stderr) == (0, b"")
    subjects = [row["Subject"] for row in table(done.stdout)]
    assert len(subjects) == count
    raw = {subject.removeprefix("'") for subject in subjects}
    for name, text in HOSTILE:
        if not any("\ud800" <= sign <= "\udfff" for sign in text):
            assert text.removeprefix("'") in raw or text in raw or text in subjects, name


@pytest.mark.skipif(not POSIX, reason="needs a POSIX shell")
@pytest.mark.parametrize(
    "command",
    [
        "omeviz {file} --export - --format csv | head -1 >/dev/null; exit ${{PIPESTATUS[0]}}",
        "omeviz {file} --export - --format jsonl | true; exit ${{PIPESTATUS[0]}}",
        "omeviz {file} --count | true; exit ${{PIPESTATUS[0]}}",
        "omeviz --help | true; exit ${{PIPESTATUS[0]}}",
    ],
)
def test_a_closed_pipe_ends_quietly(tmp_path: Path, command: str) -> None:
    path = tmp_path / "big.csv"
    text = (SAMPLES / "purview.csv").read_text("utf-8")
    header, _, records = text.partition("\n")
    path.write_text(f"{header}\n{records * 30}", "utf-8")
    done = spawn(command.format(file=path))
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("what", [f"{PORTAL} --count", f"{PORTAL} --export - --format csv", "--help", "--version"])
def test_a_full_disk_behind_stdout(what: str, unbuffered: str) -> None:
    done = spawn(f"omeviz {what} > /dev/full", environment={"PYTHONUNBUFFERED": unbuffered})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert b"cannot be written" in done.stderr


@pytest.mark.skipif(not POSIX, reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (f"omeviz {PORTAL} --count >&-", 1),
        (f"omeviz {PORTAL} --export - --format csv >&-", 1),
        ("omeviz missing.csv --count 2>&-", 1),
        ("omeviz --bogus 2>&-", 2),
        ("omeviz - --count <&-", 1),
        ("omeviz --count <&-", 2),
        ("omeviz --count </dev/null", 1),
        ("omeviz </dev/null", 2),
        (f"omeviz {PORTAL} --count <&- 2>&-", 0),
    ],
)
def test_closed_streams(command: str, code: int) -> None:
    done = spawn(command)
    assert done.returncode == code
    assert b"omeviz:" not in done.stdout


@pytest.mark.skipif(not POSIX, reason="needs a POSIX shell")
def test_a_pipe_as_a_file() -> None:
    other = SAMPLES / "mixed_tenant.csv"  # 24 events, 12 of them also among the others
    done = spawn(f"omeviz --count <(cat {PORTAL}) {other}; omeviz {PORTAL} -q -e /dev/stdout --format jsonl | wc -l")
    assert [line.strip() for line in done.stdout.splitlines()] == [b"32", b"20"]


def test_an_ascii_terminal_gets_escapes() -> None:
    done = spawn("omeviz 'ü\u202e.csv' --count", environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert done.stderr.isascii()
    assert b"does not exist" in done.stderr


@pytest.fixture
def waiting() -> Iterator[subprocess.Popen[bytes]]:
    """A run that waits for more on its standard input."""
    program = "import sys, omeviz.cli as c, omeviz.headless; print('ready', file=sys.stderr, flush=True);"
    process = subprocess.Popen(
        [sys.executable, "-c", program + "sys.exit(c.main(['-', '--count']))"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.skipif(not POSIX, reason="Windows has no SIGINT to send")
def test_interrupted(waiting: subprocess.Popen[bytes]) -> None:
    assert waiting.stdin is not None
    waiting.stdin.write((SAMPLES / "purview.csv").read_bytes() * 30)  # more than a pipe holds: it is being read
    waiting.stdin.flush()
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, out, err) == (130, b"", b"")


@pytest.mark.terminal
@pytest.mark.skipif(not POSIX, reason="Windows has no pseudo-terminals like these")
@pytest.mark.parametrize("format_name", ["csv", "jsonl", "json"])
def test_a_terminal_gets_no_control_characters(tmp_path: Path, format_name: str) -> None:
    path = tmp_path / HOSTILE_FILE_NAME
    hostile_csv(tmp_path)
    shown = on_a_terminal([sys.executable, "-m", "omeviz", str(path), "-e", "-", "--format", format_name])
    text = shown.decode("utf-8")
    assert len(text) > 100_000
    assert UNDRAWABLE.findall(text.replace("\r\n", "").removeprefix("\ufeff")) == []


@pytest.mark.terminal
@pytest.mark.skipif(not POSIX, reason="Windows has no pseudo-terminals like these")
def test_a_count_on_a_terminal_is_only_the_number() -> None:
    shown = on_a_terminal([sys.executable, "-m", "omeviz", EVENTS, "--count", "-q"])
    assert shown == f"{ALL}\r\n".encode()


def test_parquet_is_not_shown_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    result = run(EVENTS, "-e", "-", "--format", "parquet")
    assert (result.code, result.out) == (2, b"")
    assert "Parquet is no text" in result.err
