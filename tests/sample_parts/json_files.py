"""Small JSON exports: what PowerShell, Microsoft's interfaces and SIEMs make of the story's events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.sample_parts.rows import Row, row_of
from tests.sample_parts.story import Event, compact

CONTEXT = "https://graph.microsoft.com/beta/$metadata#security/auditLog/queries('154')/records"
SENTINEL_COLUMNS = (
    *("TenantId", "TimeGenerated", "RecordType", "Operation", "OfficeWorkload", "ResultStatus", "UserId"),
    *("OfficeObjectId", "OrganizationId", "OperationProperties", "Type"),
)


def powershell51(events: Sequence[Event]) -> bytes:
    """`$records | ConvertTo-Json` of Windows PowerShell 5.1 through `>`: an object with value and Count, UTF-16."""
    value = [wrapper(row_of(compact(event.record()))) for event in events]
    text = json.dumps({"value": value, "Count": len(value)}, ensure_ascii=False, indent=4, separators=(",", ":  "))
    text = text.replace("/Date(", "\\/Date(").replace(")/", ")\\/")
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return b"\xff\xfe" + (text.replace("\n", "\r\n") + "\r\n").encode("utf-16-le")


def wrapper(row: Row, **changes: Any) -> dict[str, Any]:
    """The cmdlet's record as Windows PowerShell 5.1 converts it."""
    since = int(row.created.replace(tzinfo=UTC).timestamp() * 1000)
    cells: dict[str, Any] = {
        "RecordType": row.type_name,
        "CreationDate": f"/Date({since})/",
        "UserIds": row.user,
        "Operations": row.operation,
        "AuditData": row.audit,
        "ResultIndex": 1,
        "ResultCount": 1,
        "Identity": row.identity,
        "IsValid": True,
        "ObjectState": "Unchanged",
    }
    return cells | changes


def shallow(events: Sequence[Event]) -> bytes:
    """AuditData through `ConvertFrom-Json | ConvertTo-Json` with the default depth: lists became their texts."""
    records = []
    for event in events:
        record = event.record()
        record["OperationProperties"] = [f"@{{Name=MailSubject; Value={event.message.subject}}}"]
        records.append(record)
    return json.dumps(records, ensure_ascii=False, indent=2).encode()


def blob(events: Sequence[Event]) -> bytes:
    """A content blob of the Management Activity API: bare records on one line, the last one twice."""
    return ("[" + ",".join(compact(event.record()) for event in (*events, *events[-1:])) + "]").encode()


def graph_pages(events: Sequence[Event]) -> bytes:
    """Two pages of Microsoft Graph in one file, the first of which links to the second."""
    half = len(events) // 2
    first = {"@odata.context": CONTEXT, "@odata.nextLink": f"{CONTEXT}?$skiptoken=2"}
    pages = [
        first | {"value": list(map(graph_record, events[:half]))},
        {"@odata.context": CONTEXT, "value": list(map(graph_record, events[half:]))},
    ]
    return "\n".join(json.dumps(page, ensure_ascii=False, indent=2) for page in pages).encode()


def graph_record(event: Event) -> dict[str, Any]:
    """One record of a page."""
    record = event.record()
    return {
        "id": event.id,
        "createdDateTime": f"{event.time:%Y-%m-%dT%H:%M:%SZ}",
        "auditLogRecordType": "omePortal",
        "operation": event.operation,
        "organizationId": record["OrganizationId"],
        "userType": "Regular",
        "userId": event.message.sender,
        "service": "Exchange",
        "objectId": None,
        "userPrincipalName": event.message.sender,
        "clientIp": None,
        "administrativeUnits": [],
        "auditData": {"@odata.type": "#microsoft.graph.security.omePortalAuditRecord", **record},
    }


def extractor(events: Sequence[Event]) -> bytes:
    """Microsoft-Extractor-Suite's JSONL: wrappers with AuditData as text, one a line."""
    rows = [row_of(compact(event.record())) for event in events]
    lines = [compact(wrapper(row, CreationDate=f"{row.created:%Y-%m-%dT%H:%M:%SZ}")) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def extractor_objects(events: Sequence[Event]) -> bytes:
    """Microsoft-Extractor-Suite's JSON of two runs into one file: arrays of wrappers with AuditData as an object."""
    half = len(events) // 2
    runs = []
    for run in (events[:half], events[half:]):
        rows = [row_of(compact(event.record())) for event in run]
        made = [
            wrapper(row, CreationDate=f"{row.created:%Y-%m-%dT%H:%M:%S}", AuditData=json.loads(row.audit))
            for row in rows
        ]
        runs.append(json.dumps(made, ensure_ascii=False, indent=2))
    return ("\n".join(runs) + "\n").encode("utf-8-sig")


def elastic(events: Sequence[Event]) -> bytes:
    """An Elasticsearch response: hits with the record as text in event.original."""
    hits = [
        {
            "_index": "filebeat-8.6.2",
            "_id": f"hit{number}",
            "_score": None,
            "_source": {
                "@timestamp": f"{event.time:%Y-%m-%dT%H:%M:%S}.000Z",
                "ecs": {"version": "8.0.0"},
                "event": {"dataset": "o365.audit", "original": compact(event.record())},
                "tags": ["forwarded", "preserve_original_event"],
            },
        }
        for number, event in enumerate(events)
    ]
    shards = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
    total = {"value": len(hits), "relation": "eq"}
    answer = {"took": 3, "timed_out": False, "_shards": shards, "hits": {"total": total, "hits": hits}}
    return json.dumps(answer, ensure_ascii=False, indent=2).encode()


def splunk(events: Sequence[Event]) -> bytes:
    """Splunk's export of search results as JSON: one result a line, the record in `_raw`."""
    lines = [
        compact(
            {
                "preview": False,
                "offset": number,
                "result": {
                    "_raw": compact(event.record()),
                    "_time": f"{event.time:%Y-%m-%d %H:%M:%S}.000 UTC",
                    "host": "siem.contoso.com",
                    "sourcetype": "o365:management:activity",
                },
            }
        )
        for number, event in enumerate(events)
    ]
    return ("\n".join(lines) + "\n").encode()


def sentinel(events: Sequence[Event]) -> bytes:
    """An answer of Log Analytics: OfficeActivity as a table, without AuditData."""
    rows = []
    for event in events:
        record = event.record()
        time = f"{event.time.replace(tzinfo=None):%Y-%m-%dT%H:%M:%SZ}"
        properties = compact(record["OperationProperties"])
        status, organization = record.get("ResultStatus"), record["OrganizationId"]
        rows.append(
            [
                *("00000000-0000-0000-0000-000000000000", time, "OMEPortal", event.operation, "Exchange", status),
                *(event.message.sender, event.message.message_id, organization, properties, "OfficeActivity"),
            ]
        )
    columns = [{"name": name, "type": "datetime" if name == "TimeGenerated" else "string"} for name in SENTINEL_COLUMNS]
    return compact({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}).encode()


def defender(events: Sequence[Event]) -> bytes:
    """An answer of advanced hunting: CloudAppEvents with the record in RawEventData."""
    results = [
        {
            "Timestamp": f"{event.time:%Y-%m-%dT%H:%M:%SZ}",
            "ActionType": event.operation,
            "Application": "Microsoft Exchange Online",
            "RawEventData": event.record(),
        }
        for event in events
    ]
    return compact({"schema": [{"name": "Timestamp", "type": "DateTime"}], "results": results}).encode()


def damaged(events: Sequence[Event]) -> bytes:
    """NDJSON of AuditData in which the second line lost a quote, the fourth is prose, and the last is cut."""
    lines = [compact(event.record()) for event in events]
    lines[1] = lines[1].replace('"Operation":"', '"Operation":', 1)
    lines.insert(3, f"WARNING: stopped at {datetime(2023, 3, 22):%Y-%m-%d}, {{retrying}}")
    return "\n".join(lines)[:-60].encode()


def json_samples(events: Sequence[Event]) -> dict[str, bytes]:
    """File name -> its bytes.

    Args:
        events: Twelve or more.
    """
    return {
        "powershell51.json": powershell51(events[:12]),
        "powershell_shallow.json": shallow(events[:8]),
        "management_activity.json": blob(events[:11]),
        "graph_pages.json": graph_pages(events[:12]),
        "extractor.jsonl": extractor(events[:12]),
        "extractor_runs.json": extractor_objects(events[:12]),
        "elastic.json": elastic(events[:8]),
        "splunk.json": splunk(events[:8]),
        "sentinel.json": sentinel(events[:8]),
        "defender.json": defender(events[:8]),
        "damaged.jsonl": damaged(events[:8]),
    }
