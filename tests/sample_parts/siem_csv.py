"""CSV files of other platforms: Microsoft Graph, the Extractor Suite, Splunk, Elastic, Defender."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from tests.hostile import quoted
from tests.sample_parts.rows import encoded, needed, row_of
from tests.sample_parts.story import ORGANIZATION, Event, compact

GRAPH_COLUMNS = (
    "id",
    "createdDateTime",
    "auditLogRecordType",
    "operation",
    "organizationId",
    "userType",
    "userId",
    "service",
    "objectId",
    "userPrincipalName",
    "clientIp",
    "administrativeUnits",
    "auditData",
)
GRAPH_TYPE = "#microsoft.graph.security.omePortalAuditRecord"
DIRECTORY_ID = "6f1c2d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f"
"""The sender in the directory; Graph names some users so, and their name beside it."""

SPLUNK_FIELDS = (
    *("_raw", "_time", "_bkt", "_cd", "_indextime", "_serial", "_si", "_sourcetype", "host", "source", "sourcetype"),
    *("index", "linecount", "punct", "splunk_server", "splunk_server_group", "timestartpos", "timeendpos", "eventtype"),
    *("date_hour", "date_mday", "date_minute", "date_month", "date_second", "date_wday", "date_year", "date_zone"),
    *("CreationTime", "Id", "Operation", "RecordType", "ResultStatus", "UserId", "Workload", "Recipient", "Sender"),
    *("OperationProperties{}.Name", "OperationProperties{}.Value", "action", "app", "user", "vendor_product", "tag"),
)
DEFENDER_COLUMNS = (
    *("Timestamp", "ActionType", "Application", "ApplicationId", "AppInstanceId", "AccountObjectId", "AccountId"),
    *("AccountDisplayName", "IsAdminOperation", "DeviceType", "OSPlatform", "IPAddress", "IsAnonymousProxy"),
    *("CountryCode", "City", "ISP", "UserAgent", "ActivityType", "ActivityObjects", "ObjectName", "ObjectType"),
    *("ObjectId", "ReportId", "AccountType", "IsExternalUser", "IsImpersonated", "IPTags", "IPCategory"),
    *("UserAgentTags", "RawEventData", "AdditionalFields"),
)
ELASTIC_COLUMNS = (
    *("@timestamp", "_id", "_index", "_score", "agent.type", "ecs.version", "event.action", "event.dataset"),
    *("event.id", "event.original", "message", "o365.audit.Operation", "o365.audit.UserId", "organization.id"),
    *("source.ip", "tags", "user.id"),
)


def lines_of(columns: Sequence[str], rows: Sequence[dict[str, str]], *, always: bool = True) -> list[str]:
    """Lines of a CSV: its header, and a line for each row; what a row does not have is an empty cell."""
    write = quoted if always else needed
    return [",".join(map(write, columns))] + [
        ",".join(write(row.get(column, "")) for column in columns) for row in rows
    ]


def graph_row(event: Event) -> dict[str, str]:
    """One record of the audit log query API; every third user is named by directory id."""
    record: dict[str, object] = {"@odata.type": GRAPH_TYPE, **event.record()}
    return {
        "id": event.id,
        "createdDateTime": f"{event.time:%Y-%m-%dT%H:%M:%S}Z",
        "auditLogRecordType": "omePortal",
        "operation": event.operation,
        "organizationId": ORGANIZATION,
        "userType": "regular",
        "userId": DIRECTORY_ID if event.number % 3 == 0 else event.message.sender,
        "service": "Exchange",
        "userPrincipalName": event.message.sender,
        "administrativeUnits": "System.Object[]",
        "auditData": json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\r\n"),
    }


def graph_csv(events: Sequence[Event]) -> bytes:
    """Microsoft Graph's 13 columns, `auditData` as pretty-printed JSON over many lines."""
    return encoded(lines_of(GRAPH_COLUMNS, [graph_row(event) for event in events], always=False), "utf-8-sig")


def audit_data_only_csv(events: Sequence[Event]) -> bytes:
    """The Extractor Suite's "AuditDataOnly": the keys of the first record as columns, lists lost."""
    columns = tuple(events[0].record())
    rows = []
    for event in events:
        record = event.record()
        rows.append(
            {key: "System.Object[]" if isinstance(value, list) else str(value) for key, value in record.items()}
        )
    return encoded(lines_of(columns, rows), "utf-8")


def splunk_row(event: Event, raw: str) -> dict[str, str]:
    """One result of a search: `_raw`, Splunk's own fields, and fields extracted twice, as two lines in a cell."""
    record = {key: str(value) for key, value in event.record().items()}
    seconds = int((event.time - datetime(1970, 1, 1)).total_seconds())
    return {
        "_raw": raw,
        "_time": f"{event.time:%Y-%m-%dT%H:%M:%S}.000+0000",
        "_indextime": str(seconds + 1260),
        "_sourcetype": "o365:management:activity",
        "host": "splunk-hf01.contoso.com",
        "source": "ms_o365_management_activity",
        "sourcetype": "o365:management:activity",
        "index": "o365",
        "linecount": "1",
        "splunk_server": "idx1.contoso.com",
        "punct": '{"":"--::","":"----","":""',
        "date_year": str(event.time.year),
        **{key: f"{record[key]}\n{record[key]}" for key in ("CreationTime", "Id", "Operation", "UserId", "RecordType")},
        "Workload": "Exchange",
        "OperationProperties{}.Name": "MailSubject",
        "OperationProperties{}.Value": event.message.subject,
        "user": event.message.sender,
        "vendor_product": "Microsoft Office 365",
    }


def splunk_csv(events: Sequence[Event]) -> bytes:
    """Splunk's export of records from the Management Activity API: JSON in `_raw`."""
    rows = [splunk_row(event, compact(event.record())) for event in events]
    return encoded(lines_of(SPLUNK_FIELDS, rows), "utf-8", "\n")


def cmdlet_line(event: Event, index: int = 1, count: int = 1) -> str:
    """The line that `Export-Csv` writes for an event."""
    return ",".join(map(quoted, row_of(compact(event.record())).cells(index, count)))


def splunk_lines_csv(events: Sequence[Event]) -> bytes:
    """Splunk's export of a cmdlet CSV that it has read line by line: the lines in `_raw`, nothing extracted."""
    own = SPLUNK_FIELDS[: SPLUNK_FIELDS.index("CreationTime")]
    rows = []
    for number, event in enumerate(events, 1):
        rows.append({**splunk_row(event, cmdlet_line(event, number, len(events))), "sourcetype": "csv"})
    return encoded(lines_of(own, rows), "utf-8", "\n")


def defender_row(event: Event) -> dict[str, str]:
    """One row of `CloudAppEvents`."""
    return {
        "Timestamp": f"{event.time:%b} {event.time.day}, {event.time.year} {event.time.hour % 12 or 12}:"
        f"{event.time:%M:%S} {'AM' if event.time.hour < 12 else 'PM'}",
        "ActionType": event.operation,
        "Application": "Microsoft Exchange Online",
        "ApplicationId": "20893",
        "AccountObjectId": DIRECTORY_ID,
        "AccountId": DIRECTORY_ID,
        "AccountDisplayName": event.message.sender.partition("@")[0].replace(".", " ").title(),
        "IsAdminOperation": "0",
        "ReportId": f"{event.number}_20893_{event.id}",
        "AccountType": "Regular",
        "ActivityType": "Basic",
        "RawEventData": compact(event.record()),
        "AdditionalFields": "{}",
    }


def defender_csv(events: Sequence[Event]) -> bytes:
    """Advanced hunting's export of `CloudAppEvents`."""
    return encoded(lines_of(DEFENDER_COLUMNS, list(map(defender_row, events)), always=False))


def elastic_row(event: Event) -> dict[str, str]:
    """One document in Kibana's CSV report."""
    return {
        "@timestamp": f"{event.time:%b} {event.time.day}, {event.time.year} @ {event.time:%H:%M:%S}.000",
        "_id": f"doc{event.number}",
        "_index": "logs-o365.audit-default",
        "_score": "-",
        "event.action": event.operation,
        "event.dataset": "o365.audit",
        "event.id": event.id,
        "event.original": compact(event.record()),
        "message": "-",
        "o365.audit.Operation": event.operation,
        "o365.audit.UserId": event.message.sender,
        "organization.id": ORGANIZATION,
        "user.id": event.message.sender,
    }


def elastic_csv(events: Sequence[Event]) -> bytes:
    """Kibana's CSV report of the Office 365 integration."""
    return encoded(lines_of(ELASTIC_COLUMNS, list(map(elastic_row, events))), "utf-8", "\n")
