"""Python's search for garbage leaves out what stays."""

import gc
from collections.abc import Iterator

import pytest

from omeviz import garbage


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """The collector as it was before."""
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_what_stays_is_left_out_of_the_search() -> None:
    garbage.settle()
    garbage.spare()
    assert not gc.get_freeze_count(), "nobody asked for it"
    with garbage.held():
        assert not gc.isenabled()
        garbage.settle()
        assert gc.isenabled()
        before = gc.get_freeze_count()
        assert before
        kept = [[number] for number in range(100)]
        garbage.settle()
        assert gc.get_freeze_count() >= before + len(kept)
    with garbage.held():
        pass
    assert gc.isenabled()


def test_what_came_later_is_spared_without_a_search() -> None:
    with garbage.held():
        garbage.settle()
        searched = gc.get_stats()[2]["collections"]
        before = gc.get_freeze_count()
        later = [[number] for number in range(100)]
        garbage.spare()
        assert gc.get_freeze_count() >= before + len(later)
        assert gc.get_stats()[2]["collections"] == searched
