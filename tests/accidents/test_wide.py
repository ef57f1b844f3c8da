"""A file with far more columns than any export has."""

from __future__ import annotations

import json

from tests.load_support import check_counts, store_of_bytes
from tests.support import portal_record

COLUMNS = 100_000


def test_a_hundred_thousand_columns() -> None:
    audit = json.dumps(portal_record()).replace('"', '""')
    header = ",".join(["AuditData", *(f"Column{number}" for number in range(COLUMNS))])
    row = ",".join([f'"{audit}"', *["x"] * COLUMNS])
    store = store_of_bytes(f"{header}\r\n{row}\r\n".encode())
    check_counts(store)
    record = store.record(0)
    assert len(record.wrapper) == COLUMNS
    assert record.fields["operation"] == "MessageAccess"
