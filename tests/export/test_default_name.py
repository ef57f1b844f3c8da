from __future__ import annotations

from pathlib import Path

import pytest

from omeviz.export.default_name import default_path
from tests.hostile import HOSTILE


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        (["audit.csv"], "omeviz-export-audit-12-events.csv"),
        (["audit.CSV.gz"], "omeviz-export-audit-12-events.csv"),
        (["a b (1).csv", "b.csv", "c.csv"], "omeviz-export-a-b-1-and-2-more-12-events.csv"),
        (["<stdin>"], "omeviz-export-stdin-12-events.csv"),
        (["../../etc/x.csv"], "omeviz-export-x-12-events.csv"),
        ([".csv"], "omeviz-export-audit-12-events.csv"),
        ([], "omeviz-export-audit-12-events.csv"),
    ],
)
def test_names(sources: list[str], name: str, tmp_path: Path) -> None:
    assert default_path(sources, 12, "csv", tmp_path) == tmp_path / name


def test_a_name_that_is_taken_is_not_proposed(tmp_path: Path) -> None:
    first = default_path(["a.csv"], 1, "json", tmp_path)
    first.touch()
    second = default_path(["a.csv"], 1, "json", tmp_path)
    assert second.name == "omeviz-export-a-1-events-2.json"
    second.symlink_to("nowhere")
    assert default_path(["a.csv"], 1, "json", tmp_path).name == "omeviz-export-a-1-events-3.json"


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_source_names_become_plain_ones(name: str, text: str, tmp_path: Path) -> None:
    assert name
    path = default_path([text], 1, "csv", tmp_path)
    assert path.parent == tmp_path
    assert path.name.isprintable()
    assert len(path.name.encode()) < 255
    path.touch()
