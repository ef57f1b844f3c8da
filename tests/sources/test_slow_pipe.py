"""What a pipe has brought so far is loaded, however long the rest takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from omeviz.load import Loader, LoadOptions, PartLoaded, Progress


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be asked whether it has something")
def test_what_a_slow_pipe_has_brought_is_loaded_before_it_ends() -> None:
    data = (Path(__file__).parent.parent.parent / "samples" / "events.csv").read_bytes()
    reading, writing = os.pipe()
    early = 0
    with os.fdopen(reading, "rb") as pipe:
        os.write(writing, data[:40_000])
        loader = Loader(["-"], LoadOptions(stdin=pipe))
        rows = 0
        for step in loader.run():
            if isinstance(step, PartLoaded):
                rows += step.height
            if isinstance(step, Progress) and writing >= 0 and rows:
                os.write(writing, data[40_000:50_000])
                os.close(writing)
                writing, early = -1, rows
    assert 0 < early < rows
