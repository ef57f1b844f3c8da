"""Loading bytes in tests."""

from __future__ import annotations

import io

from omeviz.load import (
    Loader,
    LoadOptions,
)
from omeviz.store import Store


def load_bytes(data: bytes, options: LoadOptions | None = None) -> Loader:
    """A loader that has read these bytes from standard input."""
    given = options or LoadOptions()
    loader = Loader(["-"], LoadOptions(given.encoding, given.delimiter, given.dates, io.BytesIO(data)))
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
        assert source.records == sum(part.height for part in store.parts if part.source == index)
    assert store.record_count == sum(source.records for source in store.sources) == store.frame.height
    for part in store.parts:
        assert part.wrapper.height == part.height or not part.header
