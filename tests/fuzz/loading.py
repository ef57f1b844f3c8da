"""Loading a damaged file both ways, and what must hold whatever is in it."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import UTC
from itertools import product
from typing import Any
from unittest.mock import patch

from omeviz.errors import OmevizError
from omeviz.events.describe import caution, sentence
from omeviz.export import export
from omeviz.load import Loader, LoadOptions
from omeviz.query.select import select
from tests.fuzz.mutate import Damaged
from tests.load_support import check_counts

_FIRST = ("csv_source.FIRST_BATCH", "json_source.FIRST_BATCH", "list_batches.FIRST_BATCH", "xlsx_source._FIRST_BATCH")
_BLOCKS = ("text_window.BLOCK", "clixml_source.BLOCK")


def told(loader: Loader) -> dict[str, Any]:
    """Everything that a load made, in plain Python."""
    store = loader.store
    assert store is not None
    records = [store.record(row) for row in range(store.record_count)]
    return {
        "failures": [str(error) for error in loader.failures],
        "records": [(r.line, r.audit_text, r.row_is_record, dict(r.fields), r.recipients) for r in records],
        # JSON's columns are those of a whole batch, and batches end elsewhere
        "wrappers": [sorted(r.wrapper) if r.source.container == "json" else r.wrapper for r in records],
        "problems": [(r.problem_bits, r.problems, r.raw, r.reason) for r in records],
        "unusable": [(row.source, row.line, row.reason) for row in store.unusable],
        "sources": [
            (s.name, s.rows, s.records, s.blank, s.container, s.encoding, s.delimiter, s.dates, s.complete, s.notes)
            for s in store.sources
        ],
        "notes": loader.notes,
    }


def load(case: Damaged, *, careful: bool) -> Loader:
    """Load it from standard input, in batches and blocks of its own sizes."""
    options = LoadOptions(
        case.encoding,
        case.delimiter,
        None,
        io.BytesIO(case.data),
        careful=careful,
        container=case.container,
    )
    with ExitStack() as stack:
        for name, value in [*((name, case.first) for name in _FIRST), *((name, case.block) for name in _BLOCKS)]:
            stack.enter_context(patch(f"omeviz.sources.{name}", value))
        for module, name in product(("csv_source", "json_source"), ("BATCH_ROWS", "MIN_PATIENCE", "MOST_PATIENCE")):
            stack.enter_context(patch(f"omeviz.sources.{module}.{name}", 4 * case.first))
        loader = Loader(["-"], options, chunk=case.chunk)
        for _ in loader.run():
            pass
    return loader


def check(case: Damaged) -> tuple[int, int]:
    """Load it both ways; returns how many records it gave, and how many of them the fast path.

    Raises:
        AssertionError: Something does not hold.
        Exception: What nobody may see.
    """
    careful, fast = load(case, careful=True), load(case, careful=False)
    store = careful.store
    assert store is not None
    check_counts(store)
    first, second = told(careful), told(fast)
    for name, value in first.items():
        assert second[name] == value, f"{name} differ between the careful and the fast path"
    for error in careful.failures:
        assert isinstance(error, OmevizError)
        assert error.message.strip()
        assert error.remedy.strip(), error
    for row in range(store.record_count):
        record = store.record(row)
        assert sentence(record, UTC)
        caution(record)
    rows = select(store, None)
    for format_name in ("csv", "jsonl", "json"):
        assert export(store, rows, io.BytesIO(), format_name) == rows.len()
    return store.record_count, fast.fast_rows
