"""What all tests share: how hypothesis runs, and a way to run the command line."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from omeviz.cli import main
from tests.cli_support import Result, Run
from tests.hostile import UNDRAWABLE

settings.register_profile(
    "omeviz",
    deadline=None,  # no test is about time
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("omeviz")


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command line in this process."""

    def run_here(*arguments: str) -> Result:
        code = main(arguments)
        captured = capsysbinary.readouterr()
        err = captured.err.decode("utf-8", "surrogateescape")
        assert "Traceback" not in err
        assert all(UNDRAWABLE.search(line) is None for line in err.splitlines())
        return Result(code, captured.out, err)

    return run_here
