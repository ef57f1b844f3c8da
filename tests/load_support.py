"""Loading bytes in tests."""

from __future__ import annotations

import io
from dataclasses import replace

from omeviz.load import (
    Loader,
    LoadOptions,
)
from omeviz.store import Store


def load_bytes(data: bytes, options: LoadOptions | None = None) -> Loader:
    """A loader that has read these bytes from standard input."""
    loader = Loader(["-"], replace(options or LoadOptions(), stdin=io.BytesIO(data)))
    for _ in loader.run():
        pass
    return loader


def store_of_bytes(data: bytes, options: LoadOptions | None = None) -> Store:
    loader = load_bytes(data, options)
    assert loader.store is not None
    return loader.store


def check_counts(store: Store) -> None:
    """Rows = records + unusable rows, for each source and in all."""
    for index, source in enumerate(store.sources):
        unusable = sum(1 for row in store.unusable if row.source == index)
        assert source.rows == source.records + unusable
        assert source.records - source.dropped == sum(p.height for p in store.parts if p.source == index)
    assert store.record_count == sum(s.records - s.dropped for s in store.sources) == store.frame.height
    for part in store.parts:
        assert part.wrapper.height == part.height or not part.header
