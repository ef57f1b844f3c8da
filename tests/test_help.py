"""`--help` and the README name every option, container, format and exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omeviz.cli import ATTENTION, DONE, FAILED, INTERRUPTED, USAGE
from omeviz.cli_options import build_parser
from omeviz.export.formats import FORMATS
from omeviz.query.parse import parse
from omeviz.sources.containers import CONTAINERS
from tests.cli_support import ROOT, Run

OPTIONS = {option for action in build_parser()._actions for option in action.option_strings}


def command_line_section() -> str:
    """What the README says about the command line."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("## Command line\n")[2].partition("\n## ")[0]


def help_text(run: Run) -> str:
    """What `--help` prints."""
    return run("--help").text


@pytest.mark.parametrize("where", ["help", "README"])
def test_every_option_format_container_and_exit_code_is_named(run: Run, where: str) -> None:
    text = help_text(run) if where == "help" else command_line_section()
    named = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", text))
    assert named >= OPTIONS
    assert {option for option in named if option.startswith("--")} <= OPTIONS
    words = set(re.findall(r"\w+", text))
    assert {*FORMATS, *CONTAINERS} <= words
    codes = " ".join(text.split()).lower().partition("exit codes:")[2]
    assert {str(code) for code in (DONE, FAILED, USAGE, ATTENTION, INTERRUPTED)} <= set(re.findall(r"\d+", codes))


def test_every_option_is_explained() -> None:
    assert all(action.help for action in build_parser()._actions)


def examples(run: Run) -> list[str]:
    """Every filter that README and help show."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Filter\n")[2].partition("\n## ")[0]
    cells = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    shown = [text for cell in cells for text in re.findall(r"`([^`]+)`", cell) if "…" not in text]
    typed = re.findall(r"""-f (?:"([^"]+)"|'([^']+)'|(\S+))""", readme + help_text(run))
    return shown + [text for groups in typed for text in groups if text and not text.startswith("TEXT")]


def test_the_filters_that_are_shown_are_filters(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list.txt").write_text("one\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = examples(run)
    assert len(found) > 20
    for text in found:
        assert parse(text).terms
