"""Audit records of other types, in the shape of their schemas, for the sample of a whole tenant.

Addresses come from the ranges reserved for documentation; the forms of `ClientIP` are those met in real records.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from tests.sample_parts.story import ORGANIZATION

ADMIN = "admin@contoso.com"
MAYA = "maya.lindt@contoso.com"
SITE = "https://contoso.sharepoint.example.com/sites/Northwind/"
SYSTEM = "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)"


def other_records() -> list[tuple[str, dict[str, object]]]:
    """(name of the record type, AuditData) of twelve records of 13 to 18 March 2023."""
    return [
        *[_exchange_admin(number, *values) for number, values in enumerate(_EXCHANGE)],
        *[_file_operation(number, *values) for number, values in enumerate(_FILES)],
        *[_logon(number, *values) for number, values in enumerate(_LOGONS)],
    ]


_EXCHANGE = (
    ("2023-03-13T09:00:12", "Set-IRMConfiguration", ADMIN, "EnablePortalTrackingLogs", "True", "198.51.100.7:51022"),
    ("2023-03-16T11:40:03", "New-TransportRule", ADMIN, "ApplyOME", "True", "[2001:db8::17]:36185"),
    ("2023-03-18T03:02:44", "New-InboxRule", MAYA, "MoveToFolder", "RSS Feeds", "203.0.113.99"),
    ("2023-03-18T04:00:00", "Set-Mailbox", SYSTEM, "DisplayName", "Weiß, Jörg", ""),
)
_FILES = (
    (
        "2023-03-14T07:58:31",
        "FileUploaded",
        MAYA,
        "Shared Documents",
        "02 Merger agreement.docx",
        "::ffff:198.51.100.20",
    ),
    ("2023-03-14T08:03:10", "FileAccessed", ADMIN, "Shared Documents", "02 Merger agreement.docx", "198.51.100.7"),
    (
        "2023-03-17T16:20:55",
        "FileDownloaded",
        MAYA,
        "Shared Documents/Entwürfe",
        "Größenvergleich.xlsx",
        "2001:db8::20",
    ),
    ("2023-03-17T16:21:09", "FileModified", MAYA, "Shared Documents", "04 Valuation model.xlsx", "198.51.100.20"),
)
_LOGONS = (
    ("2023-03-18T01:55:20", "UserLoginFailed", "Failed", "InvalidUserNameOrPassword", "203.0.113.99"),
    ("2023-03-18T01:55:41", "UserLoginFailed", "Failed", "InvalidUserNameOrPassword", "203.0.113.99"),
    ("2023-03-18T01:57:02", "UserLoggedIn", "Success", "", "203.0.113.99"),
    ("2023-03-18T08:10:36", "UserLoggedIn", "Success", "", "198.51.100.20"),
)


def _id(name: str) -> str:
    return str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def _common(time: str, name: str, operation: str, record_type: int, workload: str, user: str) -> dict[str, object]:
    return {
        "CreationTime": time,
        "Id": _id(name),
        "Operation": operation,
        "OrganizationId": ORGANIZATION,
        "RecordType": record_type,
        "UserKey": user,
        "UserType": 3 if user == SYSTEM else 0,
        "Version": 1,
        "Workload": workload,
        "UserId": user,
    }


def _exchange_admin(
    number: int, time: str, cmdlet: str, user: str, parameter: str, value: str, ip: str
) -> tuple[str, dict[str, object]]:
    return "ExchangeAdmin", {
        **_common(time, f"exchange {number}", cmdlet, 1, "Exchange", user),
        "ResultStatus": "True",
        "ClientIP": ip,
        "ObjectId": f"contoso.com\\{user.partition('@')[0]}",
        "ExternalAccess": user == SYSTEM,
        "OrganizationName": "contoso.com",
        "OriginatingServer": "VI1PR04MB1280 (15.20.6178.029)",
        "Parameters": [{"Name": "Identity", "Value": "contoso.com\\default"}, {"Name": parameter, "Value": value}],
    }


def _file_operation(
    number: int, time: str, operation: str, user: str, folder: str, file: str, ip: str
) -> tuple[str, dict[str, object]]:
    return "SharePointFileOperation", {
        **_common(time, f"file {number}", operation, 6, "SharePoint", user),
        "ClientIP": ip,
        "ObjectId": f"{SITE}{folder}/{file}",
        "CorrelationId": _id(f"correlation {number}"),
        "EventSource": "SharePoint",
        "ItemType": "File",
        "UserAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "SiteUrl": SITE,
        "SourceRelativeUrl": folder,
        "SourceFileName": file,
        "SourceFileExtension": file.rpartition(".")[2],
    }


def _logon(number: int, time: str, operation: str, result: str, error: str, ip: str) -> tuple[str, dict[str, object]]:
    return "AzureActiveDirectoryStsLogon", {
        **_common(time, f"logon {number}", operation, 15, "AzureActiveDirectory", MAYA),
        "ResultStatus": result,
        "ClientIP": ip,
        "ObjectId": "00000002-0000-0ff1-ce00-000000000000",
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [
            {"Name": "ResultStatusDetail", "Value": "Success" if not error else "UserError"},
            {"Name": "RequestType", "Value": "OAuth2:Authorize"},
        ],
        "ModifiedProperties": [],
        "Actor": [{"ID": _id("maya"), "Type": 0}, {"ID": MAYA, "Type": 5}],
        "ActorContextId": ORGANIZATION,
        "ActorIpAddress": ip,
        "IntraSystemId": _id(f"intra {number}"),
        "Target": [{"ID": "00000002-0000-0ff1-ce00-000000000000", "Type": 0}],
        "ApplicationId": "00000002-0000-0ff1-ce00-000000000000",
        **({"LogonError": error} if error else {}),
    }
