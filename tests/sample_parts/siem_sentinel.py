"""CSV files as Microsoft Sentinel (Log Analytics) exports them: `OfficeActivity`, and tables of one's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from tests.sample_parts.other_records import other_records
from tests.sample_parts.rows import encoded
from tests.sample_parts.siem_csv import lines_of
from tests.sample_parts.story import Event, compact

_OFFICE_ACTIVITY = (
    "TimeGenerated [UTC],Application,UserDomain,UserAgent,RecordType,Operation,OrganizationId,OrganizationId_,UserType,"
    "UserKey,OfficeWorkload,ResultStatus,ResultReasonType,OfficeObjectId,UserId,UserId_,ClientIP,ClientIP_,Scope,Site_,"
    "ItemType,EventSource,Source_Name,MachineDomainInfo,MachineId,Site_Url,Site_Url_,SourceRelativeUrl,"
    "SourceRelativeUrl_,SourceFileName,SourceFileName_,SourceFileExtension,DestinationRelativeUrl,DestinationFileName,"
    "DestinationFileExtension,UserSharedWith,SharingType,CustomEvent,Event_Data,ModifiedObjectResolvedName,Parameters,"
    "ExternalAccess,OriginatingServer,OrganizationName,Logon_Type,InternalLogonType,MailboxGuid,MailboxOwnerUPN,"
    "MailboxOwnerSid,MailboxOwnerMasterAccountSid,LogonUserSid,LogonUserDisplayName,ClientInfoString,Client_IPAddress,"
    "ClientMachineName,ClientProcessName,ClientVersion,Folder,CrossMailboxOperations,DestMailboxId,"
    "DestMailboxOwnerUPN,DestMailboxOwnerSid,DestMailboxOwnerMasterAccountSid,DestFolder,Folders,AffectedItems,Item,"
    "ModifiedProperties,SendAsUserSmtp,SendAsUserMailboxGuid,SendOnBehalfOfUserSmtp,SendonBehalfOfUserMailboxGuid,"
    "ExtendedProperties,Client,LoginStatus,Actor,ActorContextId,ActorIpAddress,InterSystemsId,IntraSystemId,"
    "SupportTicketId,TargetContextId,DataCenterSecurityEventType,EffectiveOrganization,ElevationTime [UTC],"
    "ElevationApprover,ElevationApprovedTime [UTC],ElevationRequestId,ElevationRole,ElevationDuration,GenericInfo,"
    "SourceSystem,OfficeId,SourceRecordId,AzureActiveDirectory_EventType,AADTarget,Start_Time [UTC],OfficeTenantId,"
    "OfficeTenantId_,TargetUserOrGroupName,TargetUserOrGroupType,MessageId,Members,TeamName,TeamGuid,ChannelType,"
    "ChannelName,ChannelGuid,ExtraProperties,AddOnType,AddonName,TabType,Name,OldValue,NewValue,ItemName,ChatThreadId,"
    "ChatName,CommunicationType,AADGroupId,AddOnGuid,AppDistributionMode,TargetUserId,OperationScope,AzureADAppId,"
    "OperationProperties,AppId,ClientAppId,Type,_ResourceId"
)
OFFICE_ACTIVITY_COLUMNS = tuple(_OFFICE_ACTIVITY.split(","))
"""In the order of the portal's export."""

CUSTOM_COLUMNS = (
    *("TimeGenerated [UTC]", "Computer", "CreationTime_t [UTC]", "Id_g", "Operation_s", "OrganizationId_g"),
    *("RecordType_d", "ResultStatus_s", "UserKey_s", "UserType_d", "Version_d", "Workload_s", "UserId_s"),
    *("AttachmentName_s", "AuthenticationMethod_s", "AuthenticationStatus_d", "MessageId_s", "OperationProperties_s"),
    *("OperationStatus_d", "Recipient_s", "Sender_s", "Type", "_ResourceId"),
)
"""A table filled by the HTTP Data Collector API: the type of each column behind its name."""


def portal_time(time: datetime) -> str:
    """`4/26/2021, 7:17:10.000 AM`."""
    half = "AM" if time.hour < 12 else "PM"
    return f"{time.month}/{time.day}/{time.year}, {time.hour % 12 or 12}:{time:%M:%S}.000 {half}"


def office_activity_row(record_type: str, record: dict[str, object]) -> dict[str, str]:
    """One row of `OfficeActivity`; lists are JSON over several lines."""
    time = portal_time(datetime.fromisoformat(str(record["CreationTime"])))
    organization, user = str(record["OrganizationId"]), str(record["UserId"])
    names = {
        "Parameters",
        "ExtendedProperties",
        "OriginatingServer",
        "OrganizationName",
        "ItemType",
        "EventSource",
        "SourceFileName",
        "SourceRelativeUrl",
        "SourceFileExtension",
        "UserAgent",
        "ActorContextId",
        "ActorIpAddress",
        "IntraSystemId",
    }
    return {
        **{
            key: value if isinstance(value, str) else json.dumps(value, indent=2)
            for key, value in record.items()
            if key in names
        },
        "TimeGenerated [UTC]": time,
        "Start_Time [UTC]": time,
        "ElevationTime [UTC]": time,
        "RecordType": record_type,
        "Operation": str(record["Operation"]),
        "OrganizationId": organization,
        "OrganizationId_": organization,
        "UserType": "Regular",
        "UserKey": str(record["UserKey"]),
        "OfficeWorkload": str(record["Workload"]),
        "ResultStatus": str(record.get("ResultStatus", "")),
        "OfficeObjectId": str(record.get("ObjectId", "")),
        "UserId": user,
        "UserId_": user,
        "ClientIP": str(record.get("ClientIP", "")),
        "ClientIP_": str(record.get("ClientIP", "")),
        "SourceSystem": "OfficeActivityManager",
        "OfficeId": str(record["Id"]),
        "SourceRecordId": str(record["Id"]),
        "Type": "OfficeActivity",
    }


def office_activity_csv() -> bytes:
    """`OfficeActivity` as the portal exports it: no AuditData, the rows are the records."""
    rows = [office_activity_row(name, record) for name, record in other_records()]
    return encoded(lines_of(OFFICE_ACTIVITY_COLUMNS, rows, always=False))


def custom_table_csv(events: Sequence[Event]) -> bytes:
    """A table of one's own with portal records, a column for each key."""
    rows = []
    for event in events:
        cells = {key: value if isinstance(value, str) else json.dumps(value) for key, value in event.record().items()}
        row = {name: cells.get(name.partition("_")[0], "") for name in CUSTOM_COLUMNS}
        row["CreationTime_t [UTC]"] = portal_time(event.time)
        row["TimeGenerated [UTC]"] = portal_time(event.time.replace(second=0))
        row["Type"] = "OmePortal_CL"
        rows.append(row)
    return encoded(lines_of(CUSTOM_COLUMNS, rows, always=False))


def custom_text_csv(events: Sequence[Event]) -> bytes:
    """A table of one's own that keeps AuditData as text."""
    rows = [
        {
            "TimeGenerated [UTC]": portal_time(event.time),
            "CreationDate_t [UTC]": portal_time(event.time),
            "UserIds_s": event.message.sender,
            "Operations_s": event.operation,
            "AuditData_s": compact(event.record()),
            "Type": "Audit_CL",
        }
        for event in events
    ]
    return encoded(lines_of(tuple(rows[0]), rows, always=False))
