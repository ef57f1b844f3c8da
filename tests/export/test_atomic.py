from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omeviz.errors import ExportError
from omeviz.export import TargetExistsError
from omeviz.export.atomic import temporary_prefix
from omeviz.export.target import open_target

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX only")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, data: bytes = b"data", *, replace: bool = False) -> None:
    with open_target(target, replace=replace) as sink:
        sink.write(data)


def write_and_raise(target: Path, error: BaseException, *, replace: bool) -> None:
    with open_target(target, replace=replace) as sink:
        sink.write(b"x" * 100_000)
        raise error


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with open_target(target, replace=False) as sink:
        sink.write(b"data")
        sink.flush()
        assert not target.exists()
        (temporary,) = names(tmp_path)
        assert temporary.startswith(".out.csv.omeviz-")
    assert target.read_bytes() == b"data"
    assert names(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
@pytest.mark.parametrize("replace", [False, True])
def test_an_error_leaves_nothing(tmp_path: Path, error: type[BaseException], replace: bool) -> None:
    target = tmp_path / "out.csv"
    if replace:
        target.write_bytes(b"old")
    with pytest.raises(error):
        write_and_raise(target, error(), replace=replace)
    assert names(tmp_path) == (["out.csv"] if replace else [])
    assert not replace or target.read_bytes() == b"old"


def test_an_existing_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(TargetExistsError, match=r"out\.csv exists already") as caught:
        write(target)
    assert "--force" in caught.value.remedy
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out.csv"]


def test_an_existing_file_is_replaced_where_that_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old and longer")
    write(target, replace=True)
    assert target.read_bytes() == b"data"
    assert names(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "out.csv"
    with pytest.raises(TargetExistsError), open_target(target, replace=False):
        target.write_bytes(b"somebody else's")
    assert target.read_bytes() == b"somebody else's"
    assert names(tmp_path) == ["out.csv"]


def no_links(*_: Any, **__: Any) -> None:
    raise PermissionError(errno.EPERM, "no links here")


def test_a_file_that_appears_meanwhile_is_replaced_where_that_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with open_target(target, replace=True) as sink:
        target.write_bytes(b"somebody else's")
        sink.write(b"data")
    assert target.read_bytes() == b"data"


@posix
def test_file_systems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"data"
    assert names(tmp_path) == ["out.csv"]


def fails_with(number: int) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "the disk failed"),
        (errno.EBUSY, os.strerror(errno.EBUSY)),
    ],
)
def test_errors_of_the_disk_are_explained(
    tmp_path: Path, number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fails_with(number))
    target = tmp_path / "out.csv"
    with pytest.raises(ExportError, match=words) as caught:
        write(target)
    assert str(target) in caught.value.message
    assert caught.value.remedy
    assert names(tmp_path) == []


def test_a_write_to_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the disk is full"):
        write_and_raise(tmp_path / "out.csv", OSError(errno.ENOSPC, "No space left on device"), replace=False)
    assert names(tmp_path) == []


def test_no_fsync_on_this_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fails_with(errno.EINVAL))
    write(tmp_path / "out.csv")
    assert names(tmp_path) == ["out.csv"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "it is a folder"),
        ("missing/out.csv", "its folder does not exist"),
        ("file/out.csv", "its folder is a file"),
        ("n" * 300, "the name is too long"),
        ("a\0b", "no file has such a name"),
        ("a\ud800", "no file has such a name"),
    ],
)
@pytest.mark.parametrize("replace", [False, True])
def test_impossible_targets(tmp_path: Path, name: str, words: str, replace: bool) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match=words) as caught:
        write(tmp_path / name, replace=replace)
    assert not isinstance(caught.value, TargetExistsError)
    assert caught.value.remedy
    assert names(tmp_path) == ["file", "folder"]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_one_may_not_write_to(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    with pytest.raises(ExportError, match="no permission"):
        write(folder / "out.csv")


def test_names_near_the_limit(tmp_path: Path) -> None:
    for name in ("n" * 255, "\u00e9" * 127, "\U0001f4ce" * 63):
        write(tmp_path / name)
        assert names(tmp_path) == [name]
        (tmp_path / name).unlink()
        assert len(os.fsencode(temporary_prefix(name))) <= 255 - 8


@posix
def test_a_link_is_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link.csv").symlink_to(folder / "real.csv")
    write(tmp_path / "link.csv", b"one")
    assert (folder / "real.csv").read_bytes() == b"one"
    with pytest.raises(TargetExistsError):
        write(tmp_path / "link.csv", b"two")
    write(tmp_path / "link.csv", b"two", replace=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (folder / "real.csv").read_bytes() == b"two"
    assert names(folder) == ["real.csv"]
    assert names(tmp_path) == ["folder", "link.csv"]


@posix
def test_a_circle_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(ExportError, match="its links go in a circle"):
        write(tmp_path / "a", replace=True)
    assert names(tmp_path) == ["a", "b"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "out.csv"
    target.touch()
    target.chmod(mode)
    write(target, replace=True)
    assert stat.S_IMODE(target.stat().st_mode) == mode


@posix
def test_a_fresh_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe)
        assert os.read(reader, 100) == b"data"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@posix
def test_devices_are_written_to() -> None:
    write(Path(os.devnull))
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_device() -> None:
    with pytest.raises(ExportError, match="the disk is full"):
        write(Path("/dev/full"))


@posix
def test_an_own_descriptor_is_written_to_where_it_stands(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb", buffering=0) as log:
        log.write(b"before ")
        write(Path(f"/dev/fd/{log.fileno()}"))
        log.write(b" after")
    assert (tmp_path / "log").read_bytes() == b"before data after"


def test_leftovers_of_the_same_target_are_removed(tmp_path: Path) -> None:
    for name in (".out.csv.omeviz-0123abcd", ".out.csv.omeviz-x", ".other.csv.omeviz-0123abcd", "out.csv.omeviz-1"):
        (tmp_path / name).write_bytes(b"leftover")
    (tmp_path / ".out.csv.omeviz-folder").mkdir()
    write(tmp_path / "out.csv")
    assert names(tmp_path) == [".other.csv.omeviz-0123abcd", ".out.csv.omeviz-folder", "out.csv", "out.csv.omeviz-1"]


def test_names_are_no_patterns(tmp_path: Path) -> None:
    (tmp_path / ".a.csv.omeviz-1").touch()
    write(tmp_path / "[a].csv")
    write(tmp_path / "_.csv")
    assert names(tmp_path) == [".a.csv.omeviz-1", "[a].csv", "_.csv"]


@posix
def test_a_link_that_looks_like_a_leftover_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / ".out.csv.omeviz-1").symlink_to(tmp_path / "precious")
    write(tmp_path / "out.csv")
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_a_running_export_is_no_leftover(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with open_target(target, replace=True) as first:
        first.write(b"first")
        write(target, b"second", replace=True)
        assert target.read_bytes() == b"second"
        assert len(names(tmp_path)) == 2
    assert target.read_bytes() == b"first"
    assert names(tmp_path) == ["out.csv"]


@posix
def test_without_locks_only_old_leftovers_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(fcntl, "flock", fails_with(errno.ENOLCK))
    fresh, old = tmp_path / ".out.csv.omeviz-1", tmp_path / ".out.csv.omeviz-2"
    fresh.touch()
    old.touch()
    two_days_ago = time.time() - 48 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    write(tmp_path / "out.csv")
    assert names(tmp_path) == [".out.csv.omeviz-1", "out.csv"]


KILLED = """
import sys, time
from pathlib import Path
from omeviz.export.target import open_target
with open_target(Path(sys.argv[1]), replace=True) as sink:
    sink.write(b"half")
    sink.flush()
    print("writing", flush=True)
    time.sleep(60)
"""


@posix
@pytest.mark.parametrize("existing", [False, True])
def test_a_killed_export_leaves_no_partial_target(tmp_path: Path, existing: bool) -> None:
    target = tmp_path / "out.csv"
    if existing:
        target.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(target)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert target.exists() == existing
    assert not existing or target.read_bytes() == b"old"
    assert [name for name in names(tmp_path) if name.startswith(".out.csv.omeviz-")]
    write(target, replace=existing)
    assert target.read_bytes() == b"data"
    assert names(tmp_path) == ["out.csv"]
