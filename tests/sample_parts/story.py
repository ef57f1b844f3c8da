"""The story that the samples tell: two weeks of portal activity at contoso.com in March 2023.

What there is to find:

- paul.novak@example.org fails fourteen one-time passcodes within three minutes in the night of 18 March, gets in
  with a Google account twenty minutes later, downloads all nine attachments of the merger message in under two
  minutes, forwards it, and is back the next night under another spelling of address and method.
- dana.weiss@example.net tried on four days, with two methods, and never got in.
- mei.tanaka@example.com signs in, but her attachments fail to open.
- accounts@contoso.com, of all senders, sent an attachment whose name reads backwards.

Domains are reserved for examples, or Microsoft's fictional ones; people and events are invented.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

ORGANIZATION = "c0a1e5ce-9d1b-4c55-8f3b-7d2a6b40c901"

PUBLIC_RECORDS: tuple[str, ...] = (
    '{"CreationTime":"2023-03-22T19:00:59","Id":"a3500d45-6ab3-4971-a762-a01a846015d0","Operation":"MessageAccess",'
    '"OrganizationId":"84b06764-3e5e-4f51-9a78-046a7f38b59b","RecordType":154,"ResultStatus":"Success",'
    '"UserKey":"admin@M365x965352.onmicrosoft.com","UserType":0,"Version":1,"Workload":"Exchange",'
    '"UserId":"admin@M365x965352.onmicrosoft.com","AuthenticationMethod":"Google","AuthenticationStatus":0,'
    '"MessageId":"<MW5PR18MB5094602B59DFEC335A3C5E58AA869@MW5PR18MB5094.namprd18.prod.outlook.com>",'
    '"OperationProperties":[{"Name":"MailSubject","Value":"Support case 1234567"}],"OperationStatus":0,'
    '"Recipient":"samschan.msft@gmail.com","Sender":"admin@M365x965352.onmicrosoft.com"}',
    '{"CreationTime":"2023-03-22T19:04:09","Id":"ef29c387-c81b-4812-9020-90b378d92cde","Operation":"AttachmentReview",'
    '"OrganizationId":"84b06764-3e5e-4f51-9a78-046a7f38b59b","RecordType":154,"ResultStatus":"Failure",'
    '"UserKey":"admin@M365x965352.onmicrosoft.com","UserType":0,"Version":1,"Workload":"Exchange",'
    '"UserId":"admin@M365x965352.onmicrosoft.com","AttachmentName":"Form.docx","AuthenticationMethod":"OTP",'
    '"AuthenticationStatus":0,'
    '"MessageId":"<MW5PR18MB5094CD4A4C6D8A5636154FEBAA869@MW5PR18MB5094.namprd18.prod.outlook.com>",'
    '"OperationProperties":[{"Name":"MailSubject","Value":"Support case 987654"}],"OperationStatus":1,'
    '"Recipient":"samschan.msft@gmail.com","Sender":"admin@M365x965352.onmicrosoft.com"}',
)
"""AuditData of the only two public OMEPortal records, verbatim from Microsoft's OMEPortal page (CC BY 4.0)."""

PUBLIC_RESULT_INDEXES = ("6", "4")
"""Their ResultIndex; ResultCount is 7 in both."""


@dataclass(frozen=True, slots=True)
class Message:
    """An encrypted message: who sent it, its subject, its attachments."""

    name: str
    sender: str
    subject: str
    attachments: tuple[str, ...] = ()

    @property
    def message_id(self) -> str:
        """Its Message-ID, in the shape of Exchange Online's."""
        digest = hashlib.sha256(self.name.encode()).hexdigest().upper()
        host = f"VI1PR04MB{int(digest[:8], 16) % 9000 + 1000}"
        return f"<{host}{digest[8:34]}@{host}.eurprd04.contoso.com>"


MERGER = Message(
    "merger",
    "clara.meier@contoso.com",
    "Project Northwind: merger agreement, final draft",
    (
        "01 Letter of intent.pdf",
        "02 Merger agreement.docx",
        "03 Disclosure schedule.xlsx",
        "04 Valuation model.xlsx",
        "05 Cap table.xlsx",
        "06 Due diligence report.pdf",
        "07 Employment contracts.zip",
        "08 Board resolution.pdf",
        "09 Press release \u2013 embargoed.docx",
    ),
)
PAYSLIP = Message("payslip", "hr@contoso.com", "Your payslip for February 2023", ("Payslip_2023-02.pdf",))
SUPPORT = Message(
    "support", "support@contoso.com", "Support case 4711 \u2013 log files", ("trace.etl.zip", 'error "42".png')
)
OFFER = Message(
    "offer",
    "vertrieb@contoso.com",
    "Angebot f\u00fcr M\u00fcller & S\u00f6hne \u20ac 12.500",
    ("Angebot_M\u00e4rz.pdf",),
)
CONTRACT = Message(
    "contract",
    "tokyo.office@contoso.com",
    "\u5951\u7d04\u66f8\uff08\u6700\u7d42\u7248\uff09\u306e\u3054\u78ba\u8a8d",
    ("\u5951\u7d04\u66f8.docx", "\u898b\u7a4d\u66f8.xlsx"),
)
CLINIC = Message(
    "clinic", "wellbeing@contoso.com", "Your check-up \U0001f469\U0001f3fd\u200d\u2695\ufe0f results", ("Results.pdf",)
)
INVOICE = Message(
    "invoice",
    "accounts@contoso.com",
    '=HYPERLINK("https://example.org/pay","[link=https://example.org]Invoice overdue[/link]")',
    ("invoice\u202efdp.exe",),
)
REMINDER = Message("reminder", "hr@contoso.com", "Reminder: sign your contract", ("Contract.pdf",))


@dataclass(frozen=True, slots=True)
class Event:
    """One portal event. `auth` and `outcome` are 0 success, 1 failure, None absent; `time` is naive UTC."""

    number: int
    time: datetime
    operation: str
    message: Message
    recipient: str | tuple[str, ...]
    method: str
    auth: int | None = 0
    outcome: int | None = 0
    result: str | None = "Success"
    attachment: str | None = None

    @property
    def id(self) -> str:
        """Its Id, shaped like a random UUID, the same at every run."""
        return str(UUID(bytes=hashlib.sha256(f"event {self.number}".encode()).digest()[:16], version=4))

    def record(self) -> dict[str, object]:
        """Its AuditData: the keys of the public records, in their order."""
        sender = self.message.sender
        recipient = self.recipient if isinstance(self.recipient, str) else list(self.recipient)
        pairs: list[tuple[str, object]] = [
            ("CreationTime", f"{self.time:%Y-%m-%dT%H:%M:%S}"),
            ("Id", self.id),
            ("Operation", self.operation),
            ("OrganizationId", ORGANIZATION),
            ("RecordType", 154),
            ("ResultStatus", self.result),
            ("UserKey", sender),
            ("UserType", 0),
            ("Version", 1),
            ("Workload", "Exchange"),
            ("UserId", sender),
            ("AttachmentName", self.attachment),
            ("AuthenticationMethod", self.method),
            ("AuthenticationStatus", self.auth),
            ("MessageId", self.message.message_id),
            ("OperationProperties", [{"Name": "MailSubject", "Value": self.message.subject}]),
            ("OperationStatus", self.outcome),
            ("Recipient", recipient),
            ("Sender", sender),
        ]
        return {key: value for key, value in pairs if value is not None}


def compact(record: object, *, escaped: bool = False) -> str:
    """JSON without blanks, as AuditData comes; with `escaped`, everything outside ASCII as `\\uXXXX`."""
    return json.dumps(record, ensure_ascii=escaped, separators=(",", ":"))


SIGN_IN = ("AuthenticateRequest", "AuthenticationRequest")
"""Both spellings of Microsoft's page."""

STEPS: dict[str, str] = {
    "s": "sign-in",
    "o": "MessageAccess",
    "v": "AttachmentReview",
    "d": "AttachmentDownload",
    "w": "MessageForward",
}
"""A step of a visit, lower case, and its operation. The same letter in upper case is a failure."""


class Diary:
    """Collects visits; the pace within a visit comes from a generator with a fixed seed."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._random = Random(154)
        self._visits = 0

    def visit(
        self,
        start: str,
        message: Message,
        recipient: str | tuple[str, ...],
        method: str,
        steps: str,
        pace: tuple[int, int] = (8, 95),
    ) -> None:
        """Add one visit.

        Args:
            start: Time of the first step, ISO 8601, UTC.
            message: The message asked for.
            recipient: Who acted.
            method: How they signed in.
            steps: Letters of `STEPS`; `?` is an opening without any outcome, `~` a forward that partly succeeded.
            pace: Least and greatest number of seconds between two steps.
        """
        time = datetime.fromisoformat(start)
        self._visits += 1
        attachments = 0
        for step in steps:
            operation = {"?": "MessageAccess", "~": "MessageForward"}.get(step) or STEPS[step.lower()]
            event = Event(len(self.events), time, operation, message, recipient, method)
            if operation == "sign-in":
                event = replace(event, operation=SIGN_IN[self._visits % 2], auth=int(step == "S"))
            if step.isupper():
                event = replace(event, outcome=1, result="Failure")
            elif step == "?":
                event = replace(event, auth=None, outcome=None, result=None)
            elif step == "~":
                event = replace(event, result="PartiallySucceeded")
            if operation.startswith("Attachment"):
                event = replace(event, attachment=message.attachments[attachments % len(message.attachments)])
                attachments += 1
            self.events.append(event)
            time += timedelta(seconds=self._random.randint(*pace))


def story() -> tuple[Event, ...]:
    """All events, oldest first."""
    diary = Diary()
    ordinary_days(diary)
    the_merger(diary)
    the_one_who_never_got_in(diary)
    odd_ones(diary)
    return tuple(sorted(diary.events, key=lambda event: (event.time, event.number)))


def ordinary_days(diary: Diary) -> None:
    """Payslips, offers and support cases, opened as such mail is opened."""
    methods = ("OTP", "Google", "Yahoo", "Microsoft")
    people = ("lena.fischer", "omar.haddad", "sofia.rossi", "jan.kowalski", "amara.diallo", "noah.smith")
    for number, person in enumerate(people):
        recipient = f"{person}@example.net"
        steps = ("sod", "sovd", "Sso", "sov", "so", "SSsod")[number]
        diary.visit(
            f"2023-03-{6 + number:02}T{7 + 2 * number:02}:14:20", PAYSLIP, recipient, methods[number % 4], steps
        )
    diary.visit("2023-03-07T09:31:02", OFFER, "einkauf@fabrikam.com", "Microsoft", "sovd")
    diary.visit("2023-03-08T06:47:51", OFFER, "h.mueller@example.com", "OTP", "sovdw")
    diary.visit("2023-03-09T01:05:33", CONTRACT, "keiko.sato@fabrikam.com", "Microsoft", "sovvdd")
    diary.visit("2023-03-09T12:20:00", CLINIC, "lena.fischer@example.net", "OTP", "sovd")
    diary.visit("2023-03-10T15:02:44", SUPPORT, "admin@fabrikam.com", "Microsoft", "sovdd")
    diary.visit("2023-03-13T08:55:10", SUPPORT, "admin@fabrikam.com", "Microsoft", "sow")
    diary.visit("2023-03-16T10:10:10", CLINIC, "noah.smith@example.net", "Yahoo", "so")
    diary.visit("2023-03-20T16:40:29", REMINDER, "sofia.rossi@example.net", "Yahoo", "sovd")
    diary.visit("2023-03-21T07:12:08", REMINDER, "omar.haddad@example.net", "Google", "so")
    diary.visit("2023-03-23T11:33:41", OFFER, "einkauf@fabrikam.com", "Microsoft", "sod")
    diary.visit("2023-03-24T09:00:15", PAYSLIP, "jan.kowalski@example.net", "Microsoft", "sod")


def the_merger(diary: Diary) -> None:
    """The lawyers read; then somebody else does."""
    diary.visit("2023-03-14T08:12:10", MERGER, "ines.duarte@fabrikam.com", "Microsoft", "sovvd")
    diary.visit("2023-03-14T13:48:27", MERGER, "tom.okafor@example.com", "OTP", "Ssovvvd")
    diary.visit("2023-03-16T09:21:55", MERGER, "ines.duarte@fabrikam.com", "Microsoft", "sodw")
    diary.visit("2023-03-17T17:03:18", MERGER, "paul.novak@example.org", "OTP", "so")
    diary.visit("2023-03-18T02:11:04", MERGER, "paul.novak@example.org", "OTP", "S" * 14, pace=(7, 15))
    diary.visit("2023-03-18T02:34:40", MERGER, "paul.novak@example.org", "Google", "so" + "d" * 9 + "w", pace=(6, 14))
    diary.visit("2023-03-19T02:07:31", MERGER, "Paul.Novak@Example.org", "Gmail", "soddd", pace=(6, 14))
    diary.visit("2023-03-20T08:30:00", MERGER, "tom.okafor@example.com", "OTP", "sovd")


def the_one_who_never_got_in(diary: Diary) -> None:
    """Failed sign-ins on four days, and nothing else."""
    diary.visit("2023-03-14T18:22:09", REMINDER, "dana.weiss@example.net", "OTP", "SSS", pace=(40, 120))
    diary.visit("2023-03-15T06:58:40", REMINDER, "dana.weiss@example.net", "Yahoo", "SS", pace=(40, 120))
    diary.visit("2023-03-17T20:15:00", REMINDER, "dana.weiss@example.net", "OTP", "SSSS", pace=(40, 120))
    diary.visit("2023-03-22T05:44:12", REMINDER, "dana.weiss@example.net", "OTP", "SS", pace=(40, 120))


def odd_ones(diary: Diary) -> None:
    """Signed in, yet the operation failed; several recipients in one event; a name that reads backwards."""
    diary.visit("2023-03-15T00:18:36", CONTRACT, "mei.tanaka@example.com", "Microsoft", "soVVvDD")
    diary.visit("2023-03-15T23:51:20", CONTRACT, "mei.tanaka@example.com", "Microsoft", "sOoVdW")
    diary.visit("2023-03-21T13:05:05", SUPPORT, ("admin@fabrikam.com", "h.mueller@example.com"), "Microsoft", "o")
    diary.visit("2023-03-21T14:26:48", INVOICE, "omar.haddad@example.net", "Google", "sovdW")
    diary.visit("2023-03-21T15:09:12", INVOICE, "amara.diallo@example.net", "OTP", "soV")
    diary.visit("2023-03-23T08:17:57", CLINIC, "amara.diallo@example.net", "OTP", "?~")
