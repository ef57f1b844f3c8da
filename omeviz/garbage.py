"""Python's search for garbage: what stays anyway is left out of it, so that no key has to wait for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_held = False


@contextmanager
def held() -> Iterator[None]:
    """Search for nothing until the first `settle`: starting makes many objects, all to stay."""
    global _held
    _held = True
    gc.disable()
    try:
        yield
    finally:
        _held = False
        gc.enable()


def settle() -> None:
    """What there is now stays, and need not be looked through again. Does nothing outside of `held`."""
    if _held:
        if gc.isenabled():
            gc.collect()
        gc.freeze()
        gc.enable()


def spare() -> None:
    """The same without a search first, which takes time: the little garbage there is now stays as well."""
    if _held and gc.isenabled():
        gc.freeze()
