"""Manifests, their check, and redaction from the command line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from omeviz import __version__
from tests.cli_support import ALL, EVENTS, PORTAL, Run, table
from tests.make_samples import SAMPLES


def manifest_of(path: Path) -> Any:
    return json.loads(path.with_name(path.name + ".manifest.json").read_text("ascii"))


def digest(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_a_manifest_says_where_an_export_comes_from(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    query = ("-f", "has:recipient", "--sort", "-time", "--limit", "5", "--zone", "Europe/Berlin")
    result = run(
        EVENTS, str(SAMPLES / "problems.csv"), "-e", str(target), "--manifest", *query, "--columns", "time,recipient"
    )
    assert result.code == 0
    assert f"its manifest is {target}.manifest.json" in result.err
    found = manifest_of(target)
    created = datetime.strptime(found["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - created).total_seconds()) < 3600
    assert (found["omevizManifest"], found["omeviz"]) == (1, __version__)
    assert found["export"] == {
        "file": "out.csv",
        "format": "csv",
        "size": target.stat().st_size,
        "sha256": digest(target),
        "events": 5,
        "columns": ["time", "recipient"],
    }
    assert found["query"] == {
        "filter": "has:recipient",
        "zone": "Europe/Berlin",
        "sort": "-time",
        "limit": 5,
        "selection": "matching",
    }
    counts = found["counts"]
    assert (counts["rows"], counts["records"], counts["unusableRows"]) == (ALL + 30, ALL + 28, 2)
    assert counts["eventsExported"] == 5 < counts["eventsMatching"] <= counts["events"]
    assert counts["events"] == ALL  # those of the second file are all copies
    assert found["load"]["complete"] is True
    assert found["redaction"] is None
    first, second = found["sources"]
    assert (first["name"], first["path"], first["sha256"]) == ("events.csv", EVENTS, digest(EVENTS))
    assert (first["size"], first["changedSinceRead"]) == (Path(EVENTS).stat().st_size, False)
    assert (second["rows"], second["records"], second["unusableRows"]) == (30, 28, 2)
    assert len(table(target.read_bytes())) == 5


def test_a_failed_input_and_standard_input_are_in_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.jsonl"
    data = Path(PORTAL).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert run("missing.csv", "-", "-e", str(target), "--manifest").code == 1
    found = manifest_of(target)
    assert found["load"] == {
        "complete": False,
        "stoppedByUser": False,
        "failed": 1,
        "failures": ["missing.csv does not exist. Check the path; quote one with blanks."],
    }
    (source,) = found["sources"]
    assert (source["name"], source["path"]) == ("<stdin>", None)
    assert (source["sha256"], source["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert run("--verify", f"{target}.manifest.json").code == 0


def test_a_manifest_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    target, beside = tmp_path / "out.csv", tmp_path / "out.csv.manifest.json"
    beside.write_text("precious")
    result = run(PORTAL, "-e", str(target), "--manifest")
    assert (result.code, beside.read_text(), target.exists()) == (1, "precious", False)
    assert "out.csv.manifest.json exists already" in result.err
    assert run(PORTAL, "-e", str(target), "--manifest", "--force").code == 0
    assert manifest_of(target)["export"]["sha256"] == digest(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.manifest.json"]


def test_a_manifest_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.csv.manifest.json").mkdir()
    result = run(PORTAL, "-e", str(tmp_path / "out.csv"), "--manifest")
    assert result.code == 1
    assert "The export was written, but its manifest" in result.err
    assert "Name a file in it" in result.err
    assert len(table((tmp_path / "out.csv").read_bytes())) == 20


def test_an_export_over_its_own_source(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(Path(PORTAL).read_bytes())
    before = digest(path)
    assert run(str(path), "-e", str(path), "--force", "--manifest").code == 0
    found = manifest_of(path)
    assert found["sources"][0]["sha256"] == before != found["export"]["sha256"] == digest(path)


def test_verify(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run(PORTAL, "-e", str(target), "--manifest")
    proof = f"{target}.manifest.json"
    result = run("--verify", proof)
    assert (result.code, result.err) == (0, "")
    assert [line.split()[:2] for line in result.text.splitlines()] == [
        ["ok", what] for what in ("export", "records", "source")
    ]
    target.write_bytes(target.read_bytes()[:-10])
    result = run("--verify", proof, "--format", "json")
    found = json.loads(result.out)
    assert (result.code, found["ok"]) == (3, False)
    assert [item["status"] for item in found["items"]] == ["changed", "ok", "ok"]
    target.unlink()
    assert run("--verify", proof).code == 3
    for path in (str(target), str(tmp_path), PORTAL, "\x1b[31m\n"):
        result = run("--verify", path)
        assert (result.code, result.out) == (1, b"")


def test_redact(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    result = run(PORTAL, "-e", str(target), "--redact", "--manifest", "-f", "has:recipient")
    assert result.code == 0
    assert "20 events written" in result.err
    assert ", redacted" in result.err
    originals = list(csv.DictReader(Path(PORTAL).read_text("utf-8").splitlines()))
    data = target.read_text("utf-8-sig")
    for row in originals:
        audit = json.loads(row["AuditData"])
        for value in (audit["Recipient"], audit["Sender"], audit["MessageId"], audit["Id"], audit["OrganizationId"]):
            assert value not in data
    rows = table(target.read_bytes())
    assert [row["Operation"] for row in rows if row["Operation"] not in {r["Operation"] for r in originals}] == []
    assert all(re.fullmatch(r"user-[0-9a-f]{12}@redacted\.example", row["Recipient"]) for row in rows)
    found = manifest_of(target)
    assert found["redaction"]["secret"].startswith("random")
    assert "addresses" in found["redaction"]["replaced"]
    assert (found["query"]["filter"], found["query"]["filterNote"]) == (None, "left out by redaction")
    assert (found["sources"][0]["name"], found["sources"][0]["path"]) == ("purview.csv", None)
    assert run("--verify", f"{target}.manifest.json").code == 3  # the source is not beside it
    (tmp_path / "purview.csv").write_bytes(Path(PORTAL).read_bytes())
    assert run("--verify", f"{target}.manifest.json").code == 0


def test_a_secret_makes_the_same_stand_ins_again(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("long and hard to guess\n")
    base = (PORTAL, "-e", "-", "--format", "jsonl", "--redact")
    told = run(*base, "--redact-secret", "long and hard to guess")
    assert told.code == 0
    assert run(*base, "--redact-secret", f"@{secret}").out == told.out
    assert run(*base).out != run(*base).out != told.out
    target = tmp_path / "out.json"
    run(PORTAL, "-e", str(target), "--redact", "--redact-secret", f"@{secret}", "--manifest")
    text = (tmp_path / "out.json.manifest.json").read_text()
    assert "given by the user" in text
    assert "hard to guess" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        [EVENTS, "--manifest"],
        [EVENTS, "--redact"],
        [EVENTS, "--count", "--redact-secret", "x"],
        [EVENTS, "-e", "-", "--format", "csv", "--manifest"],
        [EVENTS, "-e", "-", "--format", "csv", "--redact-secret", "x"],
        [EVENTS, "-e", "-", "--format", "csv", "--redact", "--redact-secret", ""],
        [EVENTS, "-e", "-", "--format", "csv", "--redact", "--redact-secret", "@missing"],
        ["--verify"],
        ["--verify", "--"],
        ["--verify", "x", EVENTS],
        ["--verify", "x", "--count"],
        ["--verify", "x", "--export", "y"],
        ["--verify", "x", "--redact"],
        ["--verify", "x", "--format", "csv"],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, b"")


def test_a_device_has_no_manifest(run: Run, tmp_path: Path) -> None:
    result = run(PORTAL, "-e", str(tmp_path), "--format", "csv", "--manifest")
    assert (result.code, list(tmp_path.iterdir())) == (1, [])
    assert "no manifest can be beside it" in result.err
