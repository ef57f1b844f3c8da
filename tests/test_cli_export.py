"""Exports from the command line: targets, order, columns and limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli_support import ALL, EVENTS, PORTAL, Run, ids, table


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
