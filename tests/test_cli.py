"""The command line without a screen: options, exit codes, and what goes to stdout and what to stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from omeviz import __version__
from omeviz.cli import main
from tests.hostile import HOSTILE, HOSTILE_FILE_NAME, UNDRAWABLE, hostile_csv
from tests.make_samples import EXPECTED, SAMPLES
from tests.support import portal_record

ROOT = Path(__file__).resolve().parent.parent
EVENTS = str(SAMPLES / "events.csv")
ALL = EXPECTED["events.csv"].records
PORTAL = str(SAMPLES / "purview.csv")
POSIX = sys.platform != "win32"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of the command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Stdout as text, without a byte order mark."""
        return self.out.decode("utf-8-sig")


Run = Callable[..., Result]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command line in this process."""

    def run_here(*arguments: str) -> Result:
        code = main(arguments)
        captured = capsysbinary.readouterr()
        err = captured.err.decode("utf-8", "surrogateescape")
        assert "Traceback" not in err
        assert all(UNDRAWABLE.search(line) is None for line in err.splitlines())
        return Result(code, captured.out, err)

    return run_here


def spawn(
    command: str, *, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a shell line in which `omeviz` is this checkout's."""
    line = command.replace("omeviz ", f"{shlex.quote(sys.executable)} -m omeviz ")
    done = subprocess.run(
        ["bash", "-c", line],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
        env=os.environ | (environment or {}),
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert b"Exception ignored" not in done.stderr, done.stderr
    return done


def counted(run: Run, *arguments: str) -> int:
    """The number on stdout of a successful count."""
    result = run("--count", *arguments)
    assert (result.code, result.err) == (0, "")
    return int(result.out)


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of an exported CSV."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def ids(result: Result) -> list[str]:
    """The Ids of an export as JSON Lines."""
    return [json.loads(line)["Id"] for line in result.out.splitlines()]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(run: Run, option: str) -> None:
    result = run(option)
    assert (result.code, result.err) == (0, "")
    for word in ("--filter", "--count", "--export", "--zone", "--encoding", "--delimiter", "--dates", "--quiet"):
        assert word in result.text


def test_version(run: Run) -> None:
    assert run("--version") == Result(0, f"omeviz {__version__}\n".encode(), "")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_count(run: Run, name: str) -> None:
    result = run("--count", "--quiet", str(SAMPLES / name))
    assert (result.code, result.out, result.err) == (0, f"{EXPECTED[name].records}\n".encode(), "")


def test_count_of_a_filter_and_of_nothing(run: Run) -> None:
    failures, successes = counted(run, EVENTS, "-f", "status:failure"), counted(run, EVENTS, "-f", "status:success")
    assert failures > 0
    assert successes > 0
    assert counted(run, EVENTS, "--filter", "recipient:nobody@nowhere.example") == 0


def test_values_that_begin_with_a_dash(run: Run) -> None:
    wanted = counted(run, EVENTS, "--filter", "not status:success")
    assert 0 < wanted < ALL
    for arguments in (
        ["--filter", "-status:success"],
        ["--filter=-status:success"],
        ["-f", "-status:success"],
        ["-f-status:success"],
        ["-f=-status:success"],
    ):
        assert counted(run, EVENTS, *arguments) == wanted, arguments
        assert counted(run, *arguments, EVENTS) == wanted, arguments


def test_a_value_that_is_an_option_or_two_dashes_is_a_value(run: Run) -> None:
    assert counted(run, EVENTS, "--filter", '"--count"') == 0
    assert run(EVENTS, "--count", "--zone", "--count").code == 2
    assert "--count" in run(EVENTS, "--count", "--zone", "--count").err
    for option in ("--zone", "--filter", "--limit", "--export", "-f"):
        assert run(EVENTS, "--count", option, "--").code == 2


@pytest.mark.parametrize("value", ["=x", "a=b=c", "=-1"])
def test_a_value_with_an_equals_sign_stays_whole(run: Run, value: str) -> None:
    for arguments in (["-f", f'"{value}"'], ["--filter", f'"{value}"'], [f'--filter="{value}"']):
        assert counted(run, EVENTS, *arguments) == 0
    assert f"'{value}'" in run("--count", EVENTS, "--zone", value).err


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_filter_matches_everything(run: Run, value: str) -> None:
    for arguments in (["-f", value], ["--filter", value], [f"--filter={value}"]):
        assert counted(run, EVENTS, *arguments) == ALL


def test_files_may_stand_anywhere(run: Run) -> None:
    wanted = ALL + EXPECTED["purview.csv"].records
    assert counted(run, EVENTS, PORTAL) == wanted
    assert counted(run, EVENTS, "-q", PORTAL) == wanted
    assert counted(run, EVENTS, "-f", "", "--", PORTAL) == wanted


def test_behind_two_dashes_everything_is_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("--count").write_bytes((SAMPLES / "purview.csv").read_bytes())
    Path("-x.csv").write_bytes((SAMPLES / "purview.csv").read_bytes())
    assert run("--count", "--", "--count", "-x.csv").out == b"40\n"
    result = run("--count", "--", "--quiet")
    assert (result.code, "--quiet does not exist" in result.err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["--coun"],
        ["-z"],
        ["--filter"],
        ["--count", "--export"],
        ["--limit", "x", "--export", "-", "--format", "csv"],
        ["--limit", "-1", "--export", "-", "--format", "csv"],
        ["--limit", "1.5", "--export", "-", "--format", "csv"],
        ["--format", "csv"],
        ["--columns", "id"],
        ["--sort", "time"],
        ["--limit", "3"],
        ["--force"],
        ["--export", "-"],
        ["--export", "x.txt"],
        ["--export", "x"],
        ["--export", "-", "--format", "xml"],
        ["--export", "-", "--format", "csv", "--columns", "nosuch"],
        ["--export", "-", "--format", "csv", "--columns", ""],
        ["--export", "-", "--format", "csv", "--sort", "nosuch"],
        ["--export", "-", "--format", "csv", "--sort", "time,,id"],
        ["--export", "-", "--format", "csv", "--count"],
        ["--count", "--zone", "Nowhere/City"],
        ["--count", "--encoding", "no such"],
        ["--count", "--delimiter", "ab"],
        ["--count", "--delimiter", ""],
        ["--count", "--dates", "dym"],
        ["--count", "-f", "nosuch:x"],
        ["--count", "-f", "(a"],
        ["--count", "-f", 'a "b'],
        ["--count", "-f", "/(/"],
        ["--count", "-f", "status:"],
        ["--count", "-", "-"],
        [],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    result = run(EVENTS, *arguments)
    assert (result.code, result.out) == (2, b"")
    assert result.err.splitlines()[-1].startswith("omeviz: ")


def test_wrong_usage_is_told_before_anything_is_read(run: Run) -> None:
    assert run("missing.csv", "--count", "-f", "(").code == 2
    assert run("missing.csv", "--export", "x.txt").code == 2


def test_a_filter_that_does_not_parse_shows_the_place(run: Run) -> None:
    result = run(EVENTS, "--count", "-f", "operation:x nosuch:y z")
    text, caret, message = result.err.splitlines()
    assert text == "  operation:x nosuch:y z"
    assert caret.lstrip() == "^" * len(caret.lstrip())
    assert text[len(caret) - len(caret.lstrip()) :].startswith("nosuch")
    assert "nosuch" in message


def test_no_file_and_no_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    result = run("--count")
    assert (result.code, result.out) == (2, b"")
    assert "no file" in result.err


def stdin_of(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (["-", "--count"], ["--count"]):
        stdin_of((SAMPLES / "archive.csv.gz").read_bytes(), monkeypatch)
        assert run(*arguments) == Result(0, b"40\n", "")
    stdin_of(b"", monkeypatch)
    result = run("-", "--count")
    assert (result.code, result.out) == (1, b"0\n")
    assert "<stdin> is empty" in result.err


@pytest.mark.parametrize("name", ["missing.csv", "a [b].csv", "x" * 300, "\x1b[31mred\u202e\n.csv", "\udcff.csv"])
def test_one_file_is_missing(run: Run, name: str) -> None:
    result = run(name, EVENTS, "--count")
    assert (result.code, result.out) == (1, f"{ALL}\n".encode())
    assert len(result.err.splitlines()) == 1
    assert "does not exist" in result.err or "cannot be opened" in result.err


def test_what_is_no_export(run: Run, tmp_path: Path) -> None:
    other, binary, bare = tmp_path / "other.csv", tmp_path / "binary", tmp_path / "header.csv"
    other.write_text("[red]Name\x1b[31m,Age\nx,1\n")
    binary.write_bytes(bytes(1_000))
    bare.write_text("CreationDate,UserIds,AuditData\n")
    for path, told in ((other, "begins with"), (binary, "binary"), (bare, "no record"), (tmp_path, "folder")):
        result = run(str(path), "--count")
        assert (result.code, result.out) == (1, b"0\n")
        (line,) = result.err.splitlines()
        assert told in line
        assert path.name in line


def test_nothing_is_exported_where_nothing_was_read(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run("missing.csv", "--export", str(target)).code == 1
    assert not target.exists()


def test_what_was_read_is_exported_though_another_input_failed(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run("missing.csv", PORTAL, "--export", str(target)).code == 1
    assert len(table(target.read_bytes())) == 20


@pytest.mark.parametrize(
    ("suffix", "name"), [("csv", "csv"), ("jsonl", "jsonl"), ("ndjson", "jsonl"), ("JSON", "json")]
)
def test_export_to_a_file(run: Run, tmp_path: Path, suffix: str, name: str) -> None:
    target = tmp_path / f"out.{suffix}"
    result = run(PORTAL, "--export", str(target))
    assert (result.code, result.out) == (0, b"")
    assert result.err == f"omeviz: 20 events written to {target}.\n"
    data = target.read_bytes()
    if name == "csv":
        assert len(table(data)) == 20
    else:
        assert len(json.loads(data) if name == "json" else data.splitlines()) == 20
    assert list(tmp_path.iterdir()) == [target]
    assert run(PORTAL, "-e", "-", "--format", name).out == data


def test_the_format_that_is_named_wins_over_the_suffix(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run(PORTAL, "--export", str(target), "--format", "jsonl").code == 0
    assert json.loads(target.read_bytes().splitlines()[0])["RecordType"] == 154


def test_an_existing_file_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("precious")
    result = run(PORTAL, "--export", str(target))
    assert (result.code, target.read_text()) == (1, "precious")
    assert "--force" in result.err
    assert run(PORTAL, "--export", str(target), "--force").code == 0
    assert len(table(target.read_bytes())) == 20


@pytest.mark.parametrize("name", ["", ".", "no/such/folder/x.csv", "x" * 300 + ".csv", "\x1b[31m\n/x.csv"])
def test_an_output_that_cannot_be_written(run: Run, tmp_path: Path, name: str) -> None:
    result = run(PORTAL, "--export", str(tmp_path / name), "--format", "csv")
    assert (result.code, result.out) == (1, b"")
    assert "cannot be written" in result.err
    assert list(tmp_path.iterdir()) == []


def test_order_of_an_export(run: Run) -> None:
    base = (EVENTS, "--export", "-", "--format", "jsonl", "-f", "-is:problem")
    times = [json.loads(line)["CreationTime"] for line in run(*base).out.splitlines()]
    assert times == sorted(times)
    backwards = [json.loads(line)["CreationTime"] for line in run(*base, "--sort", "-time").out.splitlines()]
    assert backwards == sorted(times, reverse=True)
    rows = table(run(EVENTS, "-e", "-", "--format", "csv", "--sort", "recipient,-time").out)
    keys = [(row["Recipient"].lower(), row["CreationDate"]) for row in rows if row["Recipient"]]
    assert [key for key, _ in keys] == sorted(key for key, _ in keys)
    for recipient in {key for key, _ in keys}:
        own = [time for key, time in keys if key == recipient]
        assert own == sorted(own, reverse=True)


def test_sort_takes_a_leading_dash_as_a_value(run: Run) -> None:
    ways = [["--sort", "-time"], ["--sort=-time"]]
    first, second = (ids(run(PORTAL, "-e", "-", "--format", "jsonl", *way)) for way in ways)
    assert first == second == ids(run(PORTAL, "-e", "-", "--format", "jsonl"))[::-1]


def test_columns(run: Run) -> None:
    rows = table(run(PORTAL, "-e", "-", "--format", "csv", "--columns", "recipient,time").out)
    assert list(rows[0]) == ["Recipient", "CreationDate"]
    assert len(rows) == 20


def test_limit(run: Run) -> None:
    base = (EVENTS, "-e", "-", "--format", "jsonl", "--quiet")
    whole, cut = run(*base), run(*base, "--limit", "3")
    assert cut.out == b"".join(whole.out.splitlines(keepends=True)[:3])
    assert cut.err == f"omeviz: the limit cut it: 3 of {ALL} matching events were written.\n"
    for limit in (str(ALL), "100000000000000000000"):
        assert run(*base, "--limit", limit) == whole
    assert run(*base, "--limit", "0").out == b""


def test_quiet(run: Run, tmp_path: Path) -> None:
    problems = str(SAMPLES / "problems.csv")
    assert "2 of 30 rows are unusable" in run(problems, "--count").err
    assert run(problems, "--count", "--quiet").err == ""
    assert run(problems, "--export", str(tmp_path / "x.csv"), "-q").err == ""
    assert run("missing.csv", "--count", "-q").err != ""


def test_problems_inside_a_readable_file_are_no_failure(run: Run) -> None:
    assert run(str(SAMPLES / "problems.csv"), "--count").code == 0


def test_zone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    audit = json.dumps(portal_record(CreationTime="2023-03-22T23:30:00")).replace('"', '""')
    path.write_text(f'CreationDate,AuditData\n3/22/2023 11:30:00 PM,"{audit}"\n')
    for zone, day in (("UTC", 22), ("Europe/Berlin", 23), ("America/New_York", 22), ("utc", 22)):
        assert counted(run, str(path), "--zone", zone, "-f", f"time:2023-03-{day}") == 1
        assert counted(run, str(path), "--zone", zone, "-f", f"time:2023-03-{45 - day}") == 0
    assert counted(run, str(path), "--zone", "local") == 1


def test_encoding_delimiter_and_dates_can_be_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes("Note;CreationDate;Operations;AuditData\nx;3/4/2023;Übersicht;{}\n".encode("cp850"))
    base = (str(path), "--count", "--delimiter", ";", "--encoding", "cp850")
    assert run(*base, "-f", "operation:Übersicht").out == b"1\n"
    assert run(*base, "--dates", "dmy", "-f", "time:2023-04-03").out == b"1\n"
    assert run(*base, "--dates", "mdy", "-f", "time:2023-03-04").out == b"1\n"
    assert run(str(path), "--count", "-f", "operation:Übersicht").out == b"0\n"


def test_the_explorer_needs_a_terminal(run: Run) -> None:
    result = run(EVENTS)
    assert (result.code, result.out) == (2, b"")
    assert "terminal" in result.err


@pytest.mark.skipif(not POSIX, reason="Windows does not accept such a name")
def test_hostile_names_and_texts_do_not_reach_stderr_raw(run: Run, tmp_path: Path) -> None:
    path = tmp_path / HOSTILE_FILE_NAME
    count = hostile_csv(tmp_path)
    path.write_bytes(path.read_bytes() + b",,,,,,,,\x1b[31m,\r\n")
    result = run(str(path), "--count")
    assert (result.code, result.out) == (0, f"{count}\n".encode())
    assert "1 of" in result.err
    for _, text in HOSTILE:
        for option in ("--zone", "--encoding", "--dates", "--columns", "--sort", "--format", "--delimiter", "-f"):
            run(str(tmp_path), "--count", option, text.replace("\x00", ""))
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
    done = spawn(f"omeviz --count <(cat {PORTAL}) {PORTAL}; omeviz {PORTAL} -q -e /dev/stdout --format jsonl | wc -l")
    assert [line.strip() for line in done.stdout.splitlines()] == [b"40", b"20"]


def test_an_ascii_terminal_gets_escapes() -> None:
    done = spawn("omeviz 'ü\u202e.csv' --count", environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert done.stderr.isascii()
    assert b"does not exist" in done.stderr


def test_python_dash_m() -> None:
    done = subprocess.run([sys.executable, "-m", "omeviz", "--version"], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.decode().split() == ["omeviz", __version__]


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


def on_a_terminal(command: list[str]) -> bytes:
    """What a command sends to a terminal that is its stdout."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL, cwd=ROOT)
    os.close(slave)
    pieces: list[bytes] = []
    try:
        while piece := os.read(master, 65_536):
            pieces.append(piece)
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(master)
    assert process.wait() == 0
    return b"".join(pieces)
