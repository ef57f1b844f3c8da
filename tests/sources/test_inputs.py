"""Opening inputs: paths, standard input, compression, and one clear line for what cannot be opened."""

from __future__ import annotations

import bz2
import gzip
import io
import os
from contextlib import suppress
from pathlib import Path

import pytest

from omeviz.errors import SourceError
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.inputs import Input, input_of
from omeviz.sources.kinds import kind_of_bytes
from tests.make_samples import SAMPLES


def test_standard_input() -> None:
    assert input_of("-") == Input("<stdin>", None)


def test_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a [b].csv"
    path.touch()
    assert input_of(str(path)) == Input("a [b].csv", path)


@pytest.mark.parametrize("name", ["missing.csv", "a\x00b", "x" * 5_000, "", "\udcff"])
def test_what_is_not_there(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        input_of(f"/nonexistent/{name}")
    assert name in caught.value.message
    assert caught.value.remedy


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        input_of(str(tmp_path))


def all_of(stream: ByteStream, size: int = 7) -> bytes:
    return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize("data", [b"", b"a", b"\x1f", b"\x1f\x8c plain", b"plain\n" * 100])
def test_bytes_come_as_they_are(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    stream = ByteStream(Input("file", path))
    assert (stream.size, stream.compression) == (len(data), "")
    assert all_of(stream) == data
    assert stream.position == len(data)
    stream.close()


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_known_by_its_content(members: int, tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_bytes(gzip.compress(b"x" * 10_000) * members)
    stream = ByteStream(Input("named.csv", path))
    assert stream.compression == "gzip"
    assert all_of(stream, 999) == b"x" * 10_000 * members
    assert stream.position == stream.size == path.stat().st_size
    stream.close()


def test_gzip_on_standard_input() -> None:
    data = (SAMPLES / "archive.csv.gz").read_bytes()
    stream = ByteStream(input_of("-"), io.BytesIO(data))
    assert all_of(stream) == gzip.decompress(data)
    assert stream.size is None


@pytest.mark.parametrize("damage", [slice(0, -1), slice(0, 40), slice(0, 11), slice(0, 4)])
def test_gzip_that_ends_too_early(damage: slice) -> None:
    stream = ByteStream(input_of("-"), io.BytesIO(gzip.compress(os.urandom(100))[damage]))
    with suppress(SourceError):  # where nothing came before
        assert all_of(stream)
    assert stream.failure is not None
    assert "compressed data is damaged" in stream.failure.message


@pytest.mark.parametrize("place", [4, 10, 12, 60, -8, -4])
def test_gzip_with_a_wrong_byte_is_told_or_makes_no_difference(place: int) -> None:
    data = bytearray(gzip.compress(bytes(range(200))))
    data[place] ^= 0xFF
    stream = ByteStream(input_of("-"), io.BytesIO(bytes(data)))
    with suppress(SourceError):
        assert all_of(stream) == bytes(range(200)) or stream.failure is not None


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceError) as caught:
        ByteStream(Input("x", tmp_path / "x"))
    assert str(tmp_path / "x") in caught.value.message
    assert "permission" in caught.value.remedy.lower()


def test_a_file_that_fails_while_it_is_read() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 10:
                raise OSError(5, "Input/output error")
            return super().read(size)

    stream = ByteStream(input_of("-"), Failing(b"x" * 100))
    assert all_of(stream) == b"x" * 14
    assert stream.failure is not None
    assert "Input/output error" in stream.failure.message


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SourceError, match="<stdin>"):
        ByteStream(input_of("-"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04x", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (bz2.compress(b"x"), "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\x7fELF", "program"),
        (b"\x89PNG\r\n", "picture"),
        (bytes(1_000), "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
        (b"\x00\x00\x00\x01ab" * 50, "binary"),
    ],
)
def test_kinds_of_files_without_text(data: bytes, kind: str) -> None:
    assert kind in kind_of_bytes(data)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_no_binary(codec: str) -> None:
    assert kind_of_bytes("CreationDate,UserIds;\té\r\n".encode(codec) * 30) == ""


def test_text_with_a_few_odd_bytes_is_text() -> None:
    assert kind_of_bytes(b"CreationDate,UserIds\r\n" * 30 + b"\x00\x1b[31m\x07") == ""
