"""Checking manifests, honest and hostile ones."""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from omeviz.errors import SourceError
from omeviz.export import FORMATS
from omeviz.load import load_all
from omeviz.provenance import SourceHashes
from omeviz.provenance.counting import COUNTERS
from omeviz.provenance.exporting import ManifestRequest, export_with_manifest
from omeviz.provenance.manifest import Circumstances, manifest_path
from omeviz.provenance.verify import needs_attention, verify
from omeviz.verifying import as_json, as_text
from tests.hostile import HOSTILE, UNDRAWABLE, hostile_csv
from tests.make_samples import SAMPLES


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "events.csv"
    path.parent.mkdir()
    path.write_bytes((SAMPLES / "events.csv").read_bytes())
    return path


@pytest.fixture
def proof(tmp_path: Path, source: Path) -> Path:
    """The manifest of an honest export."""
    store = load_all([str(source)])
    target = tmp_path / "out" / "out.csv"
    target.parent.mkdir()
    export_with_manifest(store, range(100), target, "csv", ManifestRequest(Circumstances(), SourceHashes()))
    return manifest_path(target)


def statuses(proof: Path) -> list[tuple[str, str]]:
    return [(item.what, item.status) for item in verify(proof)]


FINE = [("export", "ok"), ("records", "ok"), ("source", "ok")]


def test_nothing_changed(proof: Path) -> None:
    assert statuses(proof) == FINE
    assert not needs_attention(verify(proof))


def test_the_folder_may_be_moved_and_sources_lie_beside_the_manifest(proof: Path, source: Path) -> None:
    source.rename(proof.with_name(source.name))
    assert statuses(proof) == FINE
    moved = proof.parent.rename(proof.parent.with_name("moved"))
    assert statuses(moved / proof.name) == FINE


def test_a_changed_export(proof: Path) -> None:
    target = proof.with_name("out.csv")
    data = target.read_bytes()
    target.write_bytes(data.replace(b"MessageAccess", b"MessageAccepts"[:13], 1))
    assert statuses(proof) == [("export", "changed"), ("records", "ok"), ("source", "ok")]
    target.write_bytes(data[: data.rindex(b"\r\n", 0, -2) + 2])
    items = verify(proof)
    assert [item.status for item in items] == ["changed", "changed", "ok"]
    assert "99 instead of 100" in items[1].detail
    target.unlink()
    assert statuses(proof) == [("export", "missing"), ("source", "ok")]
    assert needs_attention(verify(proof))


def test_a_changed_source(proof: Path, source: Path) -> None:
    data = source.read_bytes()
    source.write_bytes(data + b"\r\n")
    assert statuses(proof)[-1] == ("source", "changed")
    source.with_name("x").write_bytes(data)
    source.with_name("x").rename(proof.with_name(source.name))  # the right one lies beside the manifest
    assert statuses(proof)[-1] == ("source", "ok")
    proof.with_name(source.name).unlink()
    source.unlink()
    assert statuses(proof)[-1] == ("source", "missing")


@pytest.mark.parametrize("name", FORMATS)
def test_records_are_counted_without_loading_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.csv"
    hostile_csv(path)
    for rows, source in ((None, path), (7, SAMPLES / "formatted.csv"), (0, SAMPLES / "events.csv")):
        store = load_all([str(source)])
        count = store.record_count if rows is None else rows
        target = tmp_path / f"{count}.{name}"
        export_with_manifest(store, range(count), target, name, ManifestRequest(Circumstances(), SourceHashes()))
        assert COUNTERS[name](target) == count
        assert statuses(manifest_path(target)) == FINE


def test_a_damaged_parquet_file_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 nothing PAR1")
    assert COUNTERS["parquet"](path) is None


@pytest.mark.parametrize("moved", [False, True])
def test_sources_named_from_where_the_export_was_made_are_found_from_anywhere(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, moved: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    target = Path("out") / "out.csv"
    target.parent.mkdir()
    store = load_all([str(source.relative_to(tmp_path))])
    export_with_manifest(store, range(3), target, "csv", ManifestRequest(Circumstances(), SourceHashes()))
    monkeypatch.chdir(target.parent)
    folder = tmp_path
    if moved:
        monkeypatch.chdir(tmp_path.parent)
        folder = tmp_path.rename(tmp_path.with_name(tmp_path.name + " moved"))
    assert statuses(manifest_path(folder / target)) == FINE


def test_a_json_array_of_another_layout_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a": 1}, {"b": 2}]')
    assert COUNTERS["json"](path) is None
    path.write_text('[\n  {\n    "a": 1\n  }\n]\n')
    assert COUNTERS["json"](path) is None


def test_a_large_piece_ends_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\r\n1,"x\r\n""y"""\r\n2,z')
    (tmp_path / "x.jsonl").write_bytes(b'  {"a": 1}\n\n   \n{"b": 2}')
    (tmp_path / "x.json").write_bytes(b'[\n{"a": 1},\n{"b": 2}\n]\n')
    for size in range(1, 30):
        monkeypatch.setattr("omeviz.provenance.counting._PIECE", size)
        assert [COUNTERS[name](tmp_path / f"x.{name}") for name in ("csv", "jsonl", "json")] == [2, 2, 2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"omevizManifest": true, "export": {}, "sources": []}',
        '{"omevizManifest": 1}',
        '{"omevizManifest": 1, "export": [], "sources": []}',
        '{"omevizManifest": 1, "export": {}, "sources": [1]}',
        '{"omevizManifest": 99, "export": {}, "sources": []}',
        "[" * 100_000,
        '{"omevizManifest": ' + "9" * 10_000 + "}",
        "\udcff\ud800",
    ],
)
def test_what_is_no_manifest(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.manifest.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SourceError) as caught:
        verify(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy


def changed(proof: Path, **export: Any) -> Path:
    """The manifest with other facts about its export."""
    content = json.loads(proof.read_text())
    content["export"] |= export
    path = proof.with_name("changed.manifest.json")
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "name",
    ["../in/events.csv", "/etc/passwd", "..", ".", "", "a/b", "a\\b", "C:x", "\0", "\\\\server\\share\\x", None, 7],
)
def test_an_export_is_found_by_its_bare_name_only(proof: Path, name: object) -> None:
    assert statuses(changed(proof, file=name))[0] == ("export", "missing")


@pytest.mark.parametrize(
    "facts",
    [{"sha256": None}, {"sha256": "0" * 63}, {"sha256": ["x"]}, {"size": 10**4000}, {"size": 1}, {"sha256": "0" * 64}],
)
def test_odd_facts_are_a_change(proof: Path, facts: dict[str, Any]) -> None:
    assert statuses(changed(proof, **facts))[0] == ("export", "changed")


@pytest.mark.parametrize("facts", [{"events": "100"}, {"events": None}, {"format": "nonsense"}, {"format": {}}])
def test_what_cannot_be_counted_is_said(proof: Path, facts: dict[str, Any]) -> None:
    assert statuses(changed(proof, **facts))[1] == ("records", "unchecked")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
def test_a_fifo_is_not_waited_for(proof: Path) -> None:
    os.mkfifo(proof.with_name("pipe"))
    assert statuses(changed(proof, file="pipe"))[0] == ("export", "missing")
    with pytest.raises(SourceError, match="no file"):
        verify(proof.with_name("pipe"))


@pytest.mark.parametrize("path", ["\\\\server\\share\\events.csv", "//server/share/events.csv", "\\/server/events.csv"])
def test_no_other_computer_is_asked(proof: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = Path.is_file

    def watched(self: Path) -> bool:
        asked.append(str(self))
        return whole(self)

    monkeypatch.setattr(Path, "is_file", watched)
    content = json.loads(proof.read_text())
    content["sources"][0] |= {"path": path, "pathFromManifest": path}
    proof.write_text(json.dumps(content))
    assert statuses(proof)[-1] == ("source", "missing")
    assert not any("server" in name for name in asked)


def test_sources_that_cannot_be_compared(proof: Path) -> None:
    content = json.loads(proof.read_text())
    (entry,) = content["sources"]
    stdin = {**entry, "name": "<stdin>", "path": None}
    unread = {**entry, "sha256": None, "reason": "it is gone"}
    later = copy.deepcopy(entry) | {"changedSinceRead": True}
    content["sources"] = [stdin, unread, later]
    proof.write_text(json.dumps(content))
    assert [status for _, status in statuses(proof)[2:]] == ["unchecked", "unchecked", "changed"]


def test_hostile_texts_are_shown_not_obeyed(proof: Path) -> None:
    content = json.loads(proof.read_text())
    entry = content["sources"][0]
    content["sources"] = [
        {**entry, "name": text, "path": f"no/{text}", "pathFromManifest": f"../no/{text}"} for _, text in HOSTILE
    ]
    content["sources"] += [{**entry, "name": text, "sha256": None, "reason": text} for _, text in HOSTILE]
    proof.write_text(json.dumps(content))
    items = verify(proof)
    lines = as_text(items).splitlines()
    assert len(lines) == len(items) == 2 + 2 * len(HOSTILE)
    assert all(UNDRAWABLE.search(line) is None for line in lines)
    assert as_json(str(proof), items).isascii()
    assert json.loads(as_json(str(proof), items))["ok"] is False
