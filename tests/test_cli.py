"""The command line without a screen: options, exit codes, and what goes to stdout and what to stderr."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from omeviz import __version__
from tests.cli_support import ALL, EVENTS, ROOT, Result, Run, counted
from tests.make_samples import EXPECTED, SAMPLES
from tests.support import portal_record


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
    assert (result.code, result.out, result.err) == (0, f"{EXPECTED[name].shown}\n".encode(), "")


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
    other = str(SAMPLES / "mixed_tenant.csv")
    wanted = counted(run, EVENTS, other)
    assert wanted > ALL
    assert counted(run, EVENTS, "-q", other) == wanted
    assert counted(run, EVENTS, "-f", "", "--", other) == wanted


def test_behind_two_dashes_everything_is_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("--count").write_bytes((SAMPLES / "purview.csv").read_bytes())
    Path("-x.csv").write_bytes((SAMPLES / "purview_loaded.csv").read_bytes())  # without keys, so no copies
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
    assert any(told in result.err for told in ("does not exist", "cannot be opened", "no file matches"))


def test_what_is_no_export(run: Run, tmp_path: Path) -> None:
    other, binary, bare = tmp_path / "other.csv", tmp_path / "binary", tmp_path / "header.csv"
    other.write_text("[red]Name\x1b[31m,Age\nx,1\n")
    binary.write_bytes(bytes(1_000))
    bare.write_text("CreationDate,UserIds,AuditData\n")
    for path, told in ((other, "begins with"), (binary, "binary"), (bare, "no record"), (tmp_path, "but 3 files")):
        result = run(str(path), "--count")
        assert (result.code, result.out) == (1, b"0\n")
        (line,) = result.err.splitlines()
        assert told in line
        assert path.name in line


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


def test_python_dash_m() -> None:
    done = subprocess.run([sys.executable, "-m", "omeviz", "--version"], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.decode().split() == ["omeviz", __version__]
