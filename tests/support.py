"""Small stores for tests, made by the careful path from AuditData texts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from omeviz.events.decode import decode
from omeviz.sources.batch import RawBatch
from omeviz.store import SourceSummary, Store

PUBLIC_RECORD: dict[str, object] = {
    "CreationTime": "2023-03-22T19:00:59",
    "Id": "a3500d45-6ab3-4971-a762-a01a846015d0",
    "Operation": "MessageAccess",
    "OrganizationId": "84b06764-3e5e-4f51-9a78-046a7f38b59b",
    "RecordType": 154,
    "ResultStatus": "Success",
    "UserKey": "admin@M365x965352.onmicrosoft.com",
    "UserType": 0,
    "Version": 1,
    "Workload": "Exchange",
    "UserId": "admin@M365x965352.onmicrosoft.com",
    "AuthenticationMethod": "Google",
    "AuthenticationStatus": 0,
    "MessageId": "<MW5PR18MB5094602B59DFEC335A3C5E58AA869@MW5PR18MB5094.namprd18.prod.outlook.com>",
    "OperationProperties": [{"Name": "MailSubject", "Value": "Support case 1234567"}],
    "OperationStatus": 0,
    "Recipient": "samschan.msft@gmail.com",
    "Sender": "admin@M365x965352.onmicrosoft.com",
}
"""The first of the two public OMEPortal records, in its own key order."""


def examples(count: int) -> int:
    """How many examples a property is tried with: so many, times `OMEVIZ_EXAMPLES` for a long run."""
    return count * int(os.environ.get("OMEVIZ_EXAMPLES", "1"))


def portal_record(**changes: object) -> dict[str, object]:
    """The public record with some keys changed; None takes a key away. `MailSubject` changes the subject."""
    record = dict(PUBLIC_RECORD)
    if "MailSubject" in changes:
        changes["OperationProperties"] = [{"Name": "MailSubject", "Value": changes.pop("MailSubject")}]
    record.update(changes)
    return {key: value for key, value in record.items() if value is not None}


def store_of(
    *audit: str | Mapping[str, object] | None,
    wrappers: Sequence[Mapping[str, str | None]] | None = None,
    name: str = "events.csv",
    store: Store | None = None,
) -> Store:
    """A store of one source (or one more source in `store`).

    Args:
        audit: AuditData of each record: text, or an object written compactly, or None for no AuditData.
        wrappers: The wrapper cells of each record by column name; all records have the same columns.
        name: The source's name.
        store: A store to add to.
    """
    store = store or Store()
    texts = [
        text if text is None or isinstance(text, str) else json.dumps(text, ensure_ascii=False, separators=(",", ":"))
        for text in audit
    ]
    header = tuple(dict.fromkeys(key for cells in wrappers or () for key in cells))
    cells = [[row.get(key) for row in wrappers or ()] for key in header]
    source = SourceSummary(name=name, path=Path(name), encoding="UTF-8", delimiter=",", complete=True)
    index = store.add_source(source)
    decoded = decode(RawBatch(header, len(header), False, cells, texts, list(range(2, 2 + len(texts)))))
    store.append(decoded.part(index))
    source.rows, source.records = len(texts), len(decoded.rows)
    return store
