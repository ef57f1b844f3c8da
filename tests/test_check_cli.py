"""`--check` from the command line: what it prints, and with which exit code it ends."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli_support import EVENTS, POSIX, ROOT, Run, spawn
from tests.make_samples import SAMPLES
from tests.sample_parts.rows import Row, cmdlet, encoded, rows_of
from tests.sample_parts.story import story

CLEAN = str(SAMPLES / "purview.csv")
BAD = str(SAMPLES / "problems.csv")
HINT = str(SAMPLES / "powershell51_ascii.csv")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([CLEAN], 0),
        ([HINT], 0),
        ([BAD], 3),
        ([CLEAN, BAD], 3),
        ([CLEAN, "nope.csv"], 1),
        ([BAD, "nope.csv"], 1),
        (["nope.csv"], 1),
    ],
)
@pytest.mark.parametrize("form", [[], ["--format", "text"], ["--format", "json"]])
def test_exit_codes(run: Run, files: list[str], code: int, form: list[str]) -> None:
    result = run(*files, "--check", *form)
    assert result.code == code
    assert ("nope.csv does not exist" in result.err) == ("nope.csv" in files)
    if form[1:] == ["json"]:
        assert json.loads(result.out)["ok"] == (code == 0)
    else:
        assert result.text.startswith("omeviz check, 20")
        assert max(map(len, result.text.splitlines())) <= 80


def test_a_clean_file_says_so_in_one_line_and_nothing_on_stderr(run: Run) -> None:
    result = run(CLEAN, "--check")
    assert result.text.splitlines()[2] == "= Nothing needs attention."
    assert result.err == ""


def test_the_beginning_of_what_is_no_export_is_told_apart_from_the_remedy(run: Run, tmp_path: Path) -> None:
    short, long = tmp_path / "short.txt", tmp_path / "long.txt"
    short.write_text("# Notes\n")
    long.write_text("word " * 40)
    for path in (short, long):
        result = run(str(path), "--check")
        assert result.code == 1
        for said in (" ".join(result.text.split()), result.err):
            begins = said.partition("It begins with: ")[2].partition(" omeviz needs")[0]
            assert begins == ("# Notes." if path is short else "word " * 19 + "word…")


def test_a_hint_says_that_it_is_one_and_why(run: Run) -> None:
    text = " ".join(run(HINT, "--check").text.split())
    assert "? hint: letters perhaps lost as ?: 4 records" in text
    assert "a hint Not certain. The sender may have written the question marks." in text


def test_the_json_tells_of_each_file(run: Run) -> None:
    content = json.loads(run(EVENTS, CLEAN, "nope.csv", "--check", "--format", "json").out)
    first, second = content["files"]
    assert first["path"] == EVENTS
    assert first["sha256"] == hashlib.sha256(Path(EVENTS).read_bytes()).hexdigest()
    assert second["sha256"] == hashlib.sha256(Path(CLEAN).read_bytes()).hexdigest()
    assert (second["container"], second["containerName"], second["encoding"]) == ("csv", "CSV", "UTF-8")
    assert second["size"] == Path(CLEAN).stat().st_size
    assert (second["rows"], second["records"], second["events"], second["copies"], second["unusableRows"]) == (
        *(20, 20, 20, 0, 0),
    )
    assert (second["firstEvent"], second["lastEvent"]) == ("2026-01-06T09:15:58Z", "2026-01-18T02:08:03Z")
    assert content["failures"] == [
        {"message": "nope.csv does not exist.", "remedy": "Check the path; quote one with blanks."}
    ]


@pytest.mark.skipif(not POSIX, reason="the shell is bash")
def test_standard_input_is_hashed_while_it_is_read() -> None:
    data = Path(CLEAN).read_bytes()
    done = spawn("omeviz - --check --format json", stdin=data)
    (source,) = json.loads(done.stdout)["files"]
    assert done.returncode == 0
    assert (source["path"], source["sha256"]) == (None, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "csv"],
        ["--format", "jsonl"],
        ["--count"],
        ["--export", "x.csv"],
        ["-f", "status:failure"],
        ["--limit", "5"],
        ["--manifest"],
        ["--redact"],
        ["--sort", "time"],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    result = run(CLEAN, "--check", *arguments)
    assert (result.code, result.out) == (2, b"")


def test_format_text_is_for_reports_only(run: Run) -> None:
    assert run(CLEAN, "--export", "-", "--format", "text").code == 2


def test_a_capped_export_gets_two_commands(run: Run, tmp_path: Path) -> None:
    base = rows_of(story()[:1])[0]
    rows = [
        Row(
            base.type_name,
            base.created,
            base.user,
            base.operation,
            base.audit.replace(base.identity, f"id-{n}"),
            f"id-{n}",
        )
        for n in range(5_000)
    ]
    later = base.created.replace(year=2024)
    rows[-1] = Row(
        base.type_name, later, base.user, base.operation, rows[-1].audit.replace("2023-", "2024-", 1), "id-4999"
    )
    path = tmp_path / "capped.csv"
    path.write_bytes(encoded(cmdlet(rows)))
    result = run(str(path), "--check")
    assert result.code == 3
    lines = [line.strip() for line in result.text.splitlines() if line.strip().startswith("Search-UnifiedAuditLog -")]
    assert len(lines) == 2
    assert f"-StartDate '{base.created:%Y-%m-%dT%H:%M:%S}Z'" in lines[0]
    assert "-RecordType OMEPortal" in lines[0]
    path.write_bytes(encoded(cmdlet(rows[:-1])))
    assert run(str(path), "--check").code == 0


def test_late_data_is_judged_by_the_file_s_time(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(Path(CLEAN).read_bytes())
    newest = datetime(2026, 1, 18, 2, 8, 3, tzinfo=UTC).timestamp()
    os.utime(path, (newest + 600, newest + 600))
    result = run(str(path), "--check")
    assert result.code == 0
    assert "written 10 minutes after its newest event" in " ".join(result.text.split())
    os.utime(path, (newest + 7_200, newest + 7_200))
    assert "hint" not in run(str(path), "--check").text


def test_names_of_files_do_not_act(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\u202eb.csv"
    try:
        path.write_bytes(Path(BAD).read_bytes())
    except OSError:
        pytest.skip("no file can have such a name here")
    result = run(str(path), "--check")
    assert result.code == 3
    assert b"\x1b" not in result.out
    assert "\u202e" not in result.text


def test_no_screen_is_imported() -> None:
    program = (
        "import sys\nfrom omeviz.cli import main\n"
        f"code = main([{CLEAN!r}, '--check'])\n"
        "sys.exit(code or any(name in sys.modules for name in ('textual', 'rich')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
