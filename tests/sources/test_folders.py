"""Folders, patterns, and the accidents of file systems: links, pipes, devices, files that change while read."""

from __future__ import annotations

import io
import os
import stat
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from omeviz.errors import NotAnExportError, SourceError
from omeviz.load import Loader, PartLoaded, Progress, SourceDone
from omeviz.sources.byte_stream import ByteStream
from omeviz.sources.expand import Found, Identity, expand
from omeviz.sources.inputs import Input
from omeviz.sources.open_rows import open_rows
from tests.make_samples import SAMPLES
from tests.sample_parts.archive_files import zip_of

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links and FIFOs of POSIX")
HEADER = b"CreationDate,UserIds,Operations,AuditData\r\n"


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(HEADER)
    return folder


def names(found: Iterable[Input]) -> list[str]:
    return [source.name for source in found]


def read(source: Input) -> bytes:
    stream = ByteStream(source)
    data = b"".join(iter(lambda: stream.read(1000), b""))
    stream.close()
    return data


def test_a_file_is_itself(tmp_path: Path) -> None:
    found = expand(str(tree(tmp_path, "a.csv") / "a.csv"))
    assert list(found) == [Input("a.csv", tmp_path / "a.csv")]
    assert found.verdict() is None
    assert list(found.notes()) == []


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "b.csv", "a/2.csv", "a/1.csv", "a/deep/er/x.csv", "c.csv", ".hidden.csv", ".git/x.csv", "__MACOSX/x")
    found = expand(str(tmp_path))
    sources = list(found)
    assert names(sources) == ["a/1.csv", "a/2.csv", "a/deep/er/x.csv", "b.csv", "c.csv"]
    assert {source.group for source in sources} == {str(tmp_path)}
    assert sources[2].path == tmp_path / "a" / "deep" / "er" / "x.csv"


def test_a_hidden_folder_that_is_named_is_walked(tmp_path: Path) -> None:
    tree(tmp_path, ".cache/a.csv")
    assert names(expand(str(tmp_path / ".cache"))) == ["a.csv"]


def test_an_archive_in_a_folder(tmp_path: Path) -> None:
    tree(tmp_path, "a.csv")
    (tmp_path / "b.zip").write_bytes(zip_of({"x.csv": HEADER}))
    found = list(expand(str(tmp_path)))
    assert names(found) == ["a.csv", "b.zip/x.csv"]
    assert found[1].group == str(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    found = expand(str(tmp_path))
    assert list(found) == []
    assert "holds no file to read" in str(found.verdict())


def test_other_files_are_counted(tmp_path: Path) -> None:
    tree(tmp_path, "a.csv", "notes.txt", "x.png")
    found = expand(str(tmp_path))
    for source in found:
        error = None if source.name == "a.csv" else NotAnExportError(f"{source.name} is no export.")
        assert found.ended(source, error) is None
    assert found.verdict() is None
    assert list(found.notes()) == [f"{tmp_path}: 2 other files were skipped"]


def test_what_was_named_itself_is_never_skipped(tmp_path: Path) -> None:
    found = expand(str(tree(tmp_path, "x.png") / "x.png"))
    (source,) = found
    error = NotAnExportError("x.png is a picture.")
    assert found.ended(source, error) is error


def test_a_folder_deeper_than_any_recursion(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):  # longer paths than the system takes are its own error
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(HEADER)
    assert names(expand(str(tmp_path))) == ["d/" * 300 + "a.csv"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.csv", ["a.csv", "b1.csv"]),
        ("?.csv", ["a.csv"]),
        ("b[0-9].csv", ["b1.csv"]),
        ("b[!0-9].csv", []),
        ("*/*.csv", ["c.csv", "d.csv"]),
        ("**/*.csv", ["a.csv", "b1.csv", "c.csv", "e.csv", "d.csv"]),
        ("**", ["a.csv", "b1.csv", "x.txt", "c.csv", "e.csv", "d.csv"]),
        ("m*/c.csv", ["c.csv"]),
        ("*/deep/*", ["e.csv"]),
        ("n*", ["d.csv"]),
        (".*", [".hidden.csv"]),
        ("*", ["a.csv", "b1.csv", "c.csv", "deep/e.csv", "d.csv", "x.txt"]),
    ],
)
def test_patterns(pattern: str, expected: list[str], tmp_path: Path) -> None:
    tree(tmp_path, "a.csv", "b1.csv", "x.txt", "march/c.csv", "march/deep/e.csv", "november/d.csv", ".hidden.csv")
    found = expand(str(tmp_path / pattern))
    if not expected:
        with pytest.raises(SourceError, match="no file matches"):
            list(found)
        return
    assert names(found) == expected
    assert found.repeated == 0


def test_a_pattern_relative_to_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree(tmp_path, "a.csv", "m/b.csv"))
    assert [source.path for source in expand("*.csv")] == [Path("a.csv")]
    assert [source.path for source in expand("m/../*.csv")] == [Path("m/../a.csv")]


@ON_POSIX
@pytest.mark.parametrize("name", ["a[b].csv", "*.csv", "what?.csv"])
def test_a_file_that_really_has_such_a_name_wins(name: str, tmp_path: Path) -> None:
    tree(tmp_path, name, "b.csv", "ab.csv")
    assert list(expand(str(tmp_path / name))) == [Input(name, tmp_path / name)]


@pytest.mark.parametrize("name", ["missing.csv", "a\x00b", "*\x00", "x" * 5_000, "[" * 5_000, "", "\udcff"])
def test_what_is_not_there(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(expand(f"/nonexistent/{name}" if name else ""))
    assert name in caught.value.message
    assert caught.value.remedy


def test_the_same_file_is_read_once(tmp_path: Path) -> None:
    tree(tmp_path, "a.csv", "b.csv")
    seen: set[Identity] = set()
    assert names(expand(str(tmp_path / "a.csv"), seen=seen)) == ["a.csv"]
    found = expand(str(tmp_path), seen=seen)
    assert names(found) == ["b.csv"]
    assert list(found.notes()) == [f"{tmp_path}: 1 file was named more than once and read once"]
    again = expand(str(tmp_path / "a.csv"), seen=seen)
    assert list(again) == []
    assert again.verdict() is None


@ON_POSIX
def test_links(tmp_path: Path) -> None:
    tree(tmp_path / "data", "a.csv", "sub/b.csv")
    data = tmp_path / "data"
    (data / "again.csv").symlink_to(data / "a.csv")
    (data / "loop").symlink_to(data)
    (data / "sub" / "up").symlink_to(data)
    (data / "self").symlink_to(data / "self")
    (data / "nowhere").symlink_to(data / "missing")
    found = expand(str(data))
    assert names(source for source in found if source.failure is None) == ["a.csv", "sub/b.csv"]
    assert (found.repeated, found.skipped) == (1, 1)
    assert names(expand(str(data / "**" / "*.csv"))) == ["a.csv", "b.csv"]
    (tmp_path / "link").symlink_to(data)
    through = expand(str(tmp_path / "link"))
    assert names(source for source in through if source.failure is None) == ["a.csv", "sub/b.csv"]


@ON_POSIX
def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (source,) = expand(str(tmp_path))
    with pytest.raises(SourceError, match="self cannot be read"):
        ByteStream(source)


def test_a_folder_that_may_not_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.csv", "closed/b.csv")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = expand(str(tmp_path))
    first, second = found
    assert read(first) == HEADER
    with pytest.raises(SourceError, match="closed cannot be read: Permission denied") as caught:
        ByteStream(second)
    assert found.ended(second, caught.value) is caught.value
    assert "permission" in caught.value.remedy


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.csv")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (source,) = expand(str(tmp_path))
    with pytest.raises(SourceError, match=r"a\.csv cannot be read: Permission denied"):
        ByteStream(source)


@ON_POSIX
@pytest.mark.parametrize("data", [HEADER, zip_of({"x.csv": HEADER})])
def test_a_fifo(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    (source,) = expand(str(path))
    assert read(source) == HEADER
    writer.join()


@ON_POSIX
def test_what_is_no_file_is_skipped_in_a_folder(tmp_path: Path) -> None:
    os.mkfifo(tree(tmp_path, "a.csv") / "pipe")
    found = expand(str(tmp_path))
    assert names(found) == ["a.csv"]
    assert found.skipped == 1


@ON_POSIX
def test_a_device_without_anything() -> None:
    (source,) = expand("/dev/null")
    stream = ByteStream(source)
    assert stream.read(10) == b""
    assert stream.failure is None


@ON_POSIX
def test_a_device_without_end_is_no_export() -> None:
    from omeviz.load_rules import Rules, sound_json

    (source,) = expand("/dev/zero")
    with pytest.raises(SourceError, match="binary data"):
        open_rows(source, ByteStream(source), Rules(), sound_json=sound_json)


@ON_POSIX
def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s")
        assert stat.S_ISSOCK(Path("s").stat().st_mode)
        (source,) = expand("s")
        with pytest.raises(SourceError, match="s cannot be read"):
            ByteStream(source)


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    tree(tmp_path, "a.csv/b.csv")
    assert names(expand(str(tmp_path / "a.csv"))) == ["b.csv"]


def test_standard_input_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [read(source) for source in expand("-", io.BytesIO(b"P"))] == [b"P"]
    assert [read(source) for source in expand("-", io.BytesIO(b""))] == [b""]
    monkeypatch.setattr("sys.stdin", None)
    (source,) = expand("-")
    with pytest.raises(SourceError, match="<stdin> cannot be read: it is closed"):
        ByteStream(source)


def loading(path: Path, monkeypatch: pytest.MonkeyPatch, accident: bytes | None) -> tuple[Loader, str]:
    """Load a file that is written to after the first rows; the loader, and what the stream noticed."""
    streams: list[ByteStream] = []

    class Kept(ByteStream):
        def close(self) -> None:
            streams.append(self)
            self.told = "; ".join(self.notes())
            super().close()

    monkeypatch.setattr("omeviz.load.ByteStream", Kept)
    data = (SAMPLES / "events.csv").read_bytes()
    size = 3 << 20
    path.write_bytes(data + b"".join(data.splitlines(keepends=True)[1:]) * (size // len(data)))
    loader = Loader([str(path)])
    for step in loader.run():
        if isinstance(step, PartLoaded) and accident is not None:
            with path.open("r+b") as file:
                if accident:
                    file.seek(0, io.SEEK_END)
                    file.write(accident)
                else:
                    file.truncate(2 << 20)
            accident = None
        assert isinstance(step, PartLoaded | Progress | SourceDone) or step is not None
    return loader, getattr(streams[0], "told", "")


def test_a_file_that_grows_while_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = (SAMPLES / "events.csv").read_bytes().splitlines(keepends=True)[1]
    loader, told = loading(tmp_path / "a.csv", monkeypatch, line * 10)
    assert loader.failures == []
    assert "grew from" in told


def test_a_file_that_shrinks_while_it_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader, _ = loading(tmp_path / "a.csv", monkeypatch, b"")
    (failure,) = loader.failures
    assert "was cut while it was read, after 2,097,152 of" in failure.message
    assert loader.store is not None
    assert loader.store.record_count > 1000
    assert not loader.store.sources[0].complete


def test_a_file_that_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loader, told = loading(tmp_path / "a.csv", monkeypatch, None)
    assert (loader.failures, told) == ([], "")


@ON_POSIX
def test_a_file_that_is_removed_while_it_is_read(tmp_path: Path) -> None:
    path = tree(tmp_path, "a.csv") / "a.csv"
    stream = ByteStream(Input("a.csv", path))
    start = stream.read(5)
    path.unlink()
    assert start + stream.read(1000) == HEADER
    assert (stream.read(1), stream.failure) == (b"", None)


def test_a_file_that_is_removed_before_it_is_read(tmp_path: Path) -> None:
    found: Found = expand(str(tree(tmp_path, "a.csv", "b.csv")))
    sources = list(found)
    (tmp_path / "a.csv").unlink()
    with pytest.raises(SourceError, match=r"a\.csv cannot be read: No such file"):
        ByteStream(sources[0])
    assert read(sources[1]) == HEADER
