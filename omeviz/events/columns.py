"""The columns of an event: what omeviz decodes from every record, by what names it is known, and how it is shown.

One list, `COLUMNS`, feeds the decoder, the table, the filter language, the exporters and the help. To add a
column, add it here, fill it in `omeviz.events.decode`, and the rest follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["time", "few", "text", "list"]
"""How a column is stored and matched.

`time`: microseconds UTC. `few`: few distinct values (a filter's `:` means is, or begins with).
`text`: any text (`:` means contains). `list`: text, and several values at once are possible.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One decoded column.

    Attributes:
        name: Its name in the filter language and in the frame.
        label: Its heading in the table.
        export: Its heading in a CSV export: the schema's own key where there is one.
        kind: How it is stored and matched.
        aliases: Other names in the filter language, lower case.
        keys: The AuditData keys and wrapper columns it comes from, first one first, as Microsoft writes them.
        width: Cells in the table when nobody has widened it.
        help: One sentence for help and palette.
    """

    name: str
    label: str
    export: str
    kind: Kind
    aliases: tuple[str, ...]
    keys: tuple[str, ...]
    width: int
    help: str


COLUMNS: tuple[Column, ...] = (
    Column(
        "time",
        "Time",
        "CreationDate",
        "time",
        (),
        ("CreationTime", "CreationDate", "createdDateTime", "TimeGenerated"),
        19,
        "when it happened",
    ),
    Column(
        "operation",
        "Operation",
        "Operation",
        "few",
        ("op", "activity"),
        ("Operation", "Operations"),
        21,
        "what was done",
    ),
    Column(
        "status",
        "Status",
        "Status",
        "few",
        (),
        (),
        8,
        "how it ended: success, failure, partial or unknown (the result, else the operation's, else the sign-in's)",
    ),
    Column("result", "Result", "ResultStatus", "few", (), ("ResultStatus",), 10, "the record's own ResultStatus"),
    Column(
        "auth",
        "Sign-in status",
        "AuthenticationStatus",
        "few",
        (),
        ("AuthenticationStatus",),
        14,
        "whether signing in succeeded",
    ),
    Column(
        "operationstatus",
        "Operation status",
        "OperationStatus",
        "few",
        (),
        ("OperationStatus",),
        16,
        "whether the operation succeeded, apart from the sign-in",
    ),
    Column("recipient", "Recipient", "Recipient", "list", ("to",), ("Recipient",), 28, "the external person who acted"),
    Column(
        "sender",
        "Sender",
        "Sender",
        "text",
        ("from",),
        ("Sender",),
        26,
        "who sent the encrypted message (UserId where a portal record names none)",
    ),
    Column("user", "User", "UserId", "text", (), ("UserId", "UserIds", "userPrincipalName"), 26, "the record's UserId"),
    Column(
        "method",
        "Sign-in",
        "AuthenticationMethod",
        "few",
        ("signin",),
        ("AuthenticationMethod",),
        9,
        "how the recipient signed in: OTP, Google, Yahoo, Microsoft",
    ),
    Column("subject", "Subject", "Subject", "text", (), (), 32, "the message's subject"),
    Column(
        "attachment", "Attachment", "AttachmentName", "text", (), ("AttachmentName",), 20, "the attachment's file name"
    ),
    Column(
        "message",
        "Message-ID",
        "MessageId",
        "text",
        ("messageid",),
        ("MessageId",),
        30,
        "the Message-ID, which ties the events of one message together",
    ),
    Column("type", "Record type", "RecordType", "few", (), ("RecordType", "auditLogRecordType"), 16, "the record type"),
    Column(
        "workload",
        "Workload",
        "Workload",
        "few",
        (),
        ("Workload", "service", "OfficeWorkload"),
        12,
        "the service that wrote the record",
    ),
    Column("object", "Object", "ObjectId", "text", (), ("ObjectId", "OfficeObjectId"), 30, "what was acted upon"),
    Column("ip", "Client IP", "ClientIP", "text", (), ("ClientIP", "clientIp"), 16, "the client's address, if any"),
    Column("id", "Id", "Id", "text", (), ("Id", "Identity", "RecordId"), 36, "the record's identifier"),
    Column("org", "Organization", "OrganizationId", "text", (), ("OrganizationId",), 36, "the tenant"),
    Column("file", "File", "File", "few", (), (), 20, "the file it came from"),
)
"""Every column a user can see, filter, sort and export, in the order of help and of the column list.

Source of the keys: Microsoft's OMEPortal page, the Management Activity API schema, and the wrappers of the
cmdlet, the Purview portal, Microsoft Graph and Sentinel.
"""

COLUMN: dict[str, Column] = {column.name: column for column in COLUMNS}

NAMES: dict[str, str] = {name: column.name for column in COLUMNS for name in (column.name, *column.aliases)}
"""Every name and alias in the filter language, lower case, to the column's name."""

STATUSES: tuple[str, ...] = ("success", "failure", "partial", "unknown")
"""The values of the status column."""

TABLE_COLUMNS: tuple[str, ...] = (
    "time",
    "operation",
    "status",
    "recipient",
    "sender",
    "method",
    "subject",
    "attachment",
)
"""What the table shows when only portal records are loaded."""
