from __future__ import annotations

import hashlib
import io
import os
import sys
from pathlib import Path
from typing import IO, cast

import pytest

from omeviz.load import Loader, LoadOptions, load_all
from omeviz.provenance import HashedInput, HashingStopped, SourceHashes, hash_of, sha256_of
from omeviz.provenance import hashing as hashing_module
from omeviz.summary import SourceSummary
from tests.make_samples import SAMPLES

EVENTS = SAMPLES / "events.csv"
DIGEST = hashlib.sha256(EVENTS.read_bytes()).hexdigest()


def test_a_file_is_hashed_as_it_is_on_the_disk() -> None:
    assert sha256_of(EVENTS) == DIGEST
    packed = SAMPLES / "archive.csv.gz"
    assert sha256_of(packed) == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert hash_of(EVENTS).size == EVENTS.stat().st_size


def test_hashing_can_be_stopped_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing_module, "_PIECE", 50_000)
    told: list[int] = []
    hash_of(EVENTS, lambda: False, told.append)
    assert told == [50_000, 100_000, EVENTS.stat().st_size]
    answers = iter([False, True])
    with pytest.raises(HashingStopped):
        sha256_of(EVENTS, lambda: next(answers))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no regular file"):
        hash_of(tmp_path)
    with pytest.raises(FileNotFoundError):
        hash_of(tmp_path / "missing")
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="no regular file"):
            hash_of(tmp_path / "pipe")


def test_bytes_of_standard_input_are_hashed_while_they_are_read() -> None:
    stdin = HashedInput(io.BytesIO(EVENTS.read_bytes()))
    loader = Loader(["-"], LoadOptions(stdin=cast(IO[bytes], stdin)))
    list(loader.run())
    assert loader.store is not None
    assert loader.store.record_count == 151
    found = SourceHashes(stdin).of(loader.store.sources[0])
    assert (found.sha256, found.size, found.changed) == (DIGEST, EVENTS.stat().st_size, False)
    found = SourceHashes().of(loader.store.sources[0])
    assert found.sha256 is None
    assert "second time" in found.reason


def test_a_source_that_changed_since_it_was_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(EVENTS.read_bytes())
    (source,) = load_all([str(path)]).sources
    assert not SourceHashes().of(source).changed
    os.utime(path, (1, 1))
    assert SourceHashes().of(source).changed
    path.write_bytes(b"other")
    found = SourceHashes().of(source)
    assert (found.changed, found.size) == (True, 5)
    path.unlink()
    found = SourceHashes().of(source)
    assert (found.changed, found.sha256) == (True, None)
    assert "cannot be read" in found.reason


def test_the_size_of_a_member_is_not_that_of_its_archive() -> None:
    modified = EVENTS.stat().st_mtime
    member = SourceSummary("events.csv/inner.csv", EVENTS, size=3, modified=modified)
    assert not SourceHashes().of(member).changed
    assert SourceHashes().of(SourceSummary("events.csv", EVENTS, size=3, modified=modified)).changed


def test_a_file_is_hashed_once_while_it_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(EVENTS.read_bytes())
    read: list[Path] = []
    whole = hash_of

    def counted(path: Path, *_others: object) -> object:
        read.append(path)
        return whole(path)

    monkeypatch.setattr(hashing_module, "hash_of", counted)
    hashes = SourceHashes()
    source = SourceSummary("events.csv", path)
    assert hashes.of(source) == hashes.of(source)
    assert len(read) == 1
    os.utime(path, (1, 1))
    hashes.of(source)
    assert len(read) == 2
