"""What the exporters' tests share."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from omeviz.export import export
from omeviz.export.redact import Secret, StandIns
from omeviz.store import Store


def exported(store: Store, format_name: str, columns: Sequence[str] | None = None) -> bytes:
    """All records of a store as bytes."""
    sink = io.BytesIO()
    count = export(store, range(store.record_count), sink, format_name, columns=columns)
    assert count == store.record_count
    return sink.getvalue()


def redacted(
    store: Store, format_name: str, secret: Secret | None = None, columns: Sequence[str] | None = None
) -> bytes:
    """All records of a store as bytes, with stand-ins."""
    sink = io.BytesIO()
    stand_ins = StandIns(secret or Secret.told("a secret for tests"))
    export(store, range(store.record_count), sink, format_name, columns=columns, redact=stand_ins)
    return sink.getvalue()


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV as the standard library reads them; every row has the header's cells."""
    text = data.decode("utf-8-sig")
    csv.field_size_limit(100_000_000)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def objects_of(data: bytes) -> list[Any]:
    """The objects of JSON Lines; each line is one."""
    *lines, last = data.decode().split("\n")
    assert last == ""
    return [json.loads(line) for line in lines]
