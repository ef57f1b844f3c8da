"""Terminals and shells that know nothing of UTF-8."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli_support import POSIX, spawn
from tests.make_samples import SAMPLES

ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NARROW = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}

pytestmark = pytest.mark.skipif(not POSIX, reason="such locales are POSIX's")


@pytest.mark.parametrize("environment", [ASCII, NARROW], ids=["C", "latin-1"])
def test_data_stays_utf8(environment: dict[str, str]) -> None:
    file = SAMPLES / "extractor.jsonl"
    done = spawn(f"omeviz {file} -e - --format jsonl", environment=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    subjects = [json.loads(line)["OperationProperties"][0]["Value"] for line in done.stdout.decode().splitlines()]
    assert "Angebot für Müller & Söhne € 12.500" in subjects


def test_names_and_filters_beyond_ascii_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "märz 漢.csv"
    path.write_bytes((SAMPLES / "events.csv").read_bytes())
    target = tmp_path / "für.csv"
    quoted = shlex.quote(str(path))
    done = spawn(f"omeviz {quoted} -f subject:Müller -e {shlex.quote(str(target))}", environment=ASCII)
    assert done.returncode == 0
    assert done.stderr.isascii()
    told = spawn(f"omeviz {quoted} -f subject:Müller --count", environment=ASCII)
    assert int(told.stdout) == target.read_bytes().count(b"\r\n") - 1 > 0


def test_help_and_errors_are_escaped() -> None:
    for command in ("omeviz --help", "omeviz 'ü.csv' --count", "omeviz samples/problems.csv --count"):
        done = spawn(command, environment=ASCII)
        assert (done.stdout + done.stderr).isascii()
