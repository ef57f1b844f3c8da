"""A disk that is full, and an export that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli_support import POSIX, ROOT, spawn
from tests.make_samples import SAMPLES

EVENTS = SAMPLES / "events.csv"

pytestmark = pytest.mark.skipif(not POSIX, reason="limits and signals are POSIX's")

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from omeviz.cli import main
sys.exit(main(sys.argv[1:]))
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
@pytest.mark.parametrize("existing", [False, True])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, suffix: str, existing: bool) -> None:
    target = tmp_path / f"out.{suffix}"
    if existing:
        target.write_bytes(b"old")
    arguments = [str(EVENTS), "-q", "-e", str(target), "--force"]
    done = subprocess.run([sys.executable, "-c", LIMITED, *arguments], capture_output=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = done.stderr.splitlines()
    assert str(target).encode() in line
    assert names(tmp_path) == ([target.name] if existing else [])
    assert not existing or target.read_bytes() == b"old"


def test_a_killed_export_leaves_no_partial_target_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    lines = EVENTS.read_bytes().splitlines(keepends=True)
    source, target = tmp_path / "big.csv", tmp_path / "out" / "out.json"
    source.write_bytes(lines[0] + b"".join(lines[1:]) * 150)
    target.parent.mkdir()
    command = [sys.executable, "-m", "omeviz", str(source), "-q", "-e", str(target)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not names(target.parent):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (left,) = names(target.parent)
    if process.returncode == 0:  # it was faster than its murderer
        assert left == "out.json"
        target.unlink()
    else:
        assert left.startswith(".out.json.omeviz-")
    done = spawn(f"omeviz {EVENTS} -q -e {target}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert names(target.parent) == ["out.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device() -> None:
    done = spawn(f"omeviz {EVENTS} -q -e /dev/full --format csv")
    assert done.returncode == 1
    assert b"the disk is full" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
@pytest.mark.parametrize("name", ["purview.csv", "graph_pages.json", "hawk.xml", "excel.xlsx", "archive.zip"])
def test_a_fifo(tmp_path: Path, name: str) -> None:
    from tests.make_samples import EXPECTED

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = spawn(f"cat {SAMPLES / name} > {pipe} & omeviz {pipe} --count -q")
    assert (done.returncode, done.stderr) == (0, b"")
    assert int(done.stdout) in (EXPECTED[name].records, EXPECTED[name].events)
