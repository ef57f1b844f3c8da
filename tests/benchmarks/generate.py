"""Writes big exports for the benchmark: `python -m tests.benchmarks.generate --events 1000000 --out FILE`.

The records are key for key those of the two public ones, a cmdlet record takes about 950 bytes. Twenty events a
message, up to 20,000 recipients, every operation, method and outcome; the same bytes at every run. Of ten subjects
one is not ASCII, half of those as JSON escapes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from tests.hostile import CMDLET_COLUMNS, quoted

ORGANIZATION = "c0a1e5ce-9d1b-4c55-8f3b-7d2a6b40c901"
FIRST_DAY = date(2023, 1, 1)
SECONDS_OF_DAY = 86_400
EVENTS_OF_MESSAGE = 20
RECIPIENTS = 20_000
SPAN_OF_DAYS = 180
"""The events are spread over so many days."""

REMOTE_COLUMNS = ("PSComputerName", "RunspaceId", "PSShowComputerName")
REMOTE_CELLS = '"outlook.contoso.com","5f0c2a7e-63b1-4d0a-9a51-2f6f0d3c7b11","False",'
PURVIEW_HEADER = (
    "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames"
)

Write = Callable[[int, str, str, str, str, str, str], str]
"""Index, day and time of day twice (ISO and en-US), sender, operation, Id, AuditData cell -> one CSV record."""


def audit_template(*, attachment: bool, formatted: bool) -> str:
    """AuditData as a CSV cell's inside: `%s` where events differ, words where only messages do."""
    record: dict[str, object] = {
        "CreationTime": "%s",
        "Id": "%s",
        "Operation": "%s",
        "OrganizationId": ORGANIZATION,
        "RecordType": "OMEPortal" if formatted else 154,
        "ResultStatus": "%s",
        "UserKey": "sender",
        "UserType": "Regular" if formatted else 0,
        "Version": 1,
        "Workload": "Exchange",
        "UserId": "sender",
        **({"AttachmentName": "%s"} if attachment else {}),
        "AuthenticationMethod": "%s",
        "AuthenticationStatus": "number",
        "MessageId": "message id",
        "OperationProperties": [{"Name": "MailSubject", "Value": "subject"}],
        "OperationStatus": "number",
        "Recipient": "%s",
        "Sender": "sender",
    }
    text = json.dumps(record, indent=2) if formatted else json.dumps(record, separators=(",", ":"))
    return text.replace('"number"', "%s").replace('"', '""').replace("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Message:
    """What is the same in all events of a message.

    `plain` and `attached` are AuditData cells without and with an attachment. In them `%s` stands for CreationTime,
    Id, Operation, ResultStatus, AttachmentName (if attached), AuthenticationMethod, AuthenticationStatus,
    OperationStatus and Recipient.
    """

    sender: str
    recipients: tuple[str, ...]
    plain: str
    attached: str


SUBJECTS = (
    "Quarterly statement of account and annual summary {}",
    "Your policy documents and claim form {} (please keep for your records)",
    "Support case {}",
    "Offer {} for the renewal of the maintenance agreement",
    "Payslip {} and holiday statement",
    "Order confirmation {} / delivery note attached",
    "RE: FW: Project Northwind, due diligence questions, part {}",
    'Signature needed: \\""Lease agreement {}\\""',
    "Vertrag {} \u2013 r\u00fcckfragen zur pr\u00fcfung",
    "Facture {} \u2014 d\u00e9tail des prestations",
)
ATTACHMENTS = (
    "Statement.pdf",
    "Form.docx",
    "Annual summary 2022.xlsx",
    "Agreement_signed.pdf",
    "scan0001.tif",
    "Logs.zip",
)
METHODS = ("OTP", "OTP", "OTP", "Google", "Google", "Microsoft", "Microsoft", "Yahoo")
STEPS = (
    *(("AuthenticateRequest", False),) * 2,
    *(("AuthenticationRequest", False),) * 2,
    *(("MessageAccess", False),) * 5,
    *(("AttachmentReview", True),) * 3,
    *(("AttachmentDownload", True),) * 3,
    ("MessageForward", False),
)
"""(operation, whether an attachment is named): sixteen, as often as they are to occur."""

OUTCOMES = (*(("Success", "0", "0"),) * 13, *(("Failure", "0", "1"),) * 2, ("Failure", "1", "1"))
"""(ResultStatus, AuthenticationStatus, OperationStatus): sixteen."""


def message(number: int, recipients: list[str], plain: str, attached: str) -> Message:
    """The message of a number: one sender, one to four recipients."""
    digest = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest().upper()
    host = f"VI{number % 90 + 10}PR{digest[0:2]}MB{int(digest[2:6], 16) % 9000 + 1000}"
    subject = SUBJECTS[int(digest[6:10], 16) % len(SUBJECTS)].format(1_000_000 + number)
    if number % 2:
        subject = "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in subject)
    chosen = [int(digest[10 + 4 * i : 14 + 4 * i], 16) for i in range(1 + number % 4)]
    sender = f"department.{int(digest[28:32], 16) % 400:03}@contoso.com"

    def filled(template: str) -> str:
        text = template.replace('""sender""', f'""{sender}""').replace('""subject""', f'""{subject}""')
        return text.replace("message id", f"<{host}{digest[6:32]}@{host}.eurprd{number % 9}.mail.contoso.com>")

    chosen_recipients = tuple(recipients[(value * 31 + number) % len(recipients)] for value in chosen)
    return Message(sender, chosen_recipients, filled(plain), filled(attached))


def addresses(count: int) -> list[str]:
    """Addresses of recipients, of which a few companies have most."""
    domains = ("example.com", "example.org", "example.net", "fabrikam.com", "mail.example.com", "clients.example.org")
    return [f"recipient.{number:05}@{domains[number * number % 6]}" for number in range(count)]


def clock() -> list[tuple[str, str]]:
    """Every second of a day: (`19:00:59`, `7:00:59 PM`)."""
    texts = []
    for second in range(SECONDS_OF_DAY):
        hour, rest = divmod(second, 3600)
        tail = f"{rest // 60:02}:{rest % 60:02}"
        texts.append((f"{hour:02}:{tail}", f"{hour % 12 or 12}:{tail} {'AM' if hour < 12 else 'PM'}"))
    return texts


def writer(kind: str, count: int) -> tuple[str, Write]:
    """The lines before the records, and how one record is written (without its line end)."""
    if kind == "purview":
        return (
            f"{PURVIEW_HEADER}\r\n",
            lambda _index, iso, _created, sender, operation, identity, audit: (
                f'{identity},"{iso}.0000000Z ",154,{operation},{sender},"{audit}",,'
            ),
        )
    older = kind == "cmdlet13"
    first = REMOTE_CELLS if older else ""
    columns = (*REMOTE_COLUMNS, *CMDLET_COLUMNS) if older else CMDLET_COLUMNS
    return (
        ",".join(map(quoted, columns)) + "\r\n",
        lambda index, _iso, created, sender, operation, identity, audit: (
            f'{first}"OMEPortal","{created}","{sender}","{operation}","{audit}","{index}","{count}","{identity}",'
            f'"True","Unchanged"'
        ),
    )


def records(count: int, kind: str) -> Iterator[str]:
    """The CSV records, oldest first, without line ends."""
    _, write = writer(kind, count)
    plain = audit_template(attachment=False, formatted=kind == "formatted")
    attached = audit_template(attachment=True, formatted=kind == "formatted")
    bits = Random(154).getrandbits
    recipients, times = addresses(RECIPIENTS), clock()
    days = [FIRST_DAY + timedelta(days=number) for number in range(SPAN_OF_DAYS)]
    dates = [(f"{day:%Y-%m-%d}", f"{day.month}/{day.day}/{day.year}") for day in days]
    seconds = SPAN_OF_DAYS * SECONDS_OF_DAY
    open_messages = [message(number, recipients, plain, attached) for number in range(64)]
    newest = len(open_messages)
    for number in range(count):
        if number % EVENTS_OF_MESSAGE == 0:
            open_messages[newest % 64] = message(newest, recipients, plain, attached)
            newest += 1
        chance = bits(32)
        topic = open_messages[chance & 63]
        operation, names_attachment = STEPS[chance >> 6 & 15]
        result, auth, outcome = OUTCOMES[chance >> 10 & 15]
        recipient = topic.recipients[(chance >> 14 & 3) % len(topic.recipients)]
        method = METHODS[chance >> 16 & 7]
        day, second = divmod(number * seconds // count, SECONDS_OF_DAY)
        date_texts, time_texts = dates[day], times[second]
        iso = f"{date_texts[0]}T{time_texts[0]}"
        digits = f"{(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 & (1 << 128) - 1:032x}"
        identity = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        if names_attachment:
            attachment = ATTACHMENTS[(chance >> 19) % 6]
            audit = topic.attached % (iso, identity, operation, result, attachment, method, auth, outcome, recipient)
        else:
            audit = topic.plain % (iso, identity, operation, result, method, auth, outcome, recipient)
        yield write(number + 1, iso, f"{date_texts[1]} {time_texts[1]}", topic.sender, operation, identity, audit)


DAMAGE: tuple[Callable[[str], str], ...] = (
    lambda row: row.replace('""Recipient"":', '""Recip', 1),  # AuditData is no JSON
    lambda row: row.replace('}",', "},", 1),  # a quote is lost
    lambda row: re.sub('(AuthenticationStatus"": ?)[01]', r"\g<1>7", row, count=1),  # an odd code
    lambda row: row + ',"one cell more"',
    lambda row: row.rpartition(",")[0],  # a cell is missing
    lambda row: row.replace("contoso", "cont\udcf6so", 1),  # a byte that is no UTF-8
)


def damaged(rows: Iterator[str], count: int, number: int) -> Iterator[str]:
    """`number` of the rows damaged, at equal distances, each way in turn; every row stays one record."""
    chosen = {(index * 2 + 1) * count // (number * 2): index for index in range(number)}
    for position, row in enumerate(rows):
        index = chosen.get(position)
        yield row if index is None else DAMAGE[index % len(DAMAGE)](row)


def generate(target: Path, count: int, kind: str = "cmdlet", damage: int = 0) -> int:
    """Write an export of `count` records, UTF-8 without BOM, CRLF; returns its size in bytes."""
    rows = records(count, kind)
    if damage:
        rows = damaged(rows, count, min(damage, count))
    with target.open("wb") as file:
        file.write(writer(kind, count)[0].encode())
        while block := list(islice(rows, 400)):
            file.write(("\r\n".join(block) + "\r\n").encode(errors="surrogateescape"))
        return file.tell()


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description="Write a big export for the benchmark.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=("cmdlet", "cmdlet13", "purview", "formatted"), default="cmdlet")
    parser.add_argument("--damage", type=int, default=0, metavar="N", help="damage N records")
    options = parser.parse_args()
    size = generate(options.out, options.events, options.kind, options.damage)
    print(f"{options.events:,} records, {size:,} bytes: {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
