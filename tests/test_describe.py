"""Sentences, meanings and cautions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from omeviz.events.describe import CLIP, caution, is_portal, meaning, moment, sentence, stamp
from omeviz.events.json_text import Number
from omeviz.store import Record
from tests.support import portal_record, store_of

WHEN = "on 2023-03-22 at 19:00:59 UTC"
SENDER = "admin@M365x965352.onmicrosoft.com"
WHO = "samschan.msft@gmail.com"
MESSAGE = f'"Support case 1234567" from {SENDER}'


def record_of(**changes: object) -> Record:
    return store_of(portal_record(**changes)).record(0)


def failed(**changes: object) -> Record:
    return record_of(**{"OperationStatus": 1, "ResultStatus": "Failure", **changes})


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("MessageAccess", f"{WHO} opened {MESSAGE}, signed in with Google, {WHEN}: success."),
        ("messageaccess", f"{WHO} opened {MESSAGE}, signed in with Google, {WHEN}: success."),
        (
            "AttachmentReview",
            f'{WHO} viewed the attachment "Form.docx" of {MESSAGE}, signed in with Google, {WHEN}: success.',
        ),
        (
            "AttachmentDownload",
            f'{WHO} downloaded the attachment "Form.docx" of {MESSAGE}, signed in with Google, {WHEN}: success.',
        ),
        (
            "MessageForward",
            f'{WHO} forwarded (or replied to) {MESSAGE} with the attachment "Form.docx", signed in with Google, '
            f"{WHEN}: success.",
        ),
        ("AuthenticationRequest", f"{WHO} signed in to the portal with Google for {MESSAGE}, {WHEN}: success."),
        ("AuthenticateRequest", f"{WHO} signed in to the portal with Google for {MESSAGE}, {WHEN}: success."),
        ("MessagePrint", f"{WHO} performed MessagePrint on {MESSAGE}, signed in with Google, {WHEN}: success."),
    ],
)
def test_sentence_of_each_operation(operation: str, told: str) -> None:
    attachment = None if operation.casefold() == "messageaccess" else "Form.docx"
    assert sentence(record_of(Operation=operation, AttachmentName=attachment), UTC) == told


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("MessageAccess", f"tried to open {MESSAGE}, signed in with a one-time passcode"),
        ("AttachmentReview", f"tried to view an attachment (no name recorded) of {MESSAGE}, signed in with a one-time"),
        ("AttachmentDownload", f"tried to download an attachment (no name recorded) of {MESSAGE}, signed in with"),
        ("MessageForward", f"tried to forward (or reply to) {MESSAGE}, signed in with a one-time passcode"),
        ("MessagePrint", f"tried to perform MessagePrint on {MESSAGE}, signed in with a one-time passcode"),
    ],
)
def test_failed_operation_is_not_told_as_done(operation: str, told: str) -> None:
    text = sentence(failed(Operation=operation, AuthenticationMethod="OTP"), UTC)
    assert text.startswith(f"{WHO} {told}")
    assert text.endswith(f"{WHEN}: failure, signed in but the operation failed.")


def test_failed_sign_in() -> None:
    request = failed(Operation="AuthenticationRequest", AuthenticationStatus=1, AuthenticationMethod="Gmail")
    assert sentence(request, UTC) == (
        f"{WHO} tried to sign in to the portal with Google for {MESSAGE}, {WHEN}: failure, the sign-in failed."
    )
    access = sentence(failed(AuthenticationStatus=1), UTC)
    assert f"tried to open {MESSAGE}, but signing in with Google failed, {WHEN}: failure, the sign-in failed." in access


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ({"ResultStatus": "PartiallySucceeded"}, "partial success."),
        ({"ResultStatus": "Odd"}, "outcome unknown."),
        ({"ResultStatus": None, "OperationStatus": None, "AuthenticationStatus": None}, "outcome not recorded."),
        ({"ResultStatus": None}, "success."),
        ({"OperationStatus": 1}, "success, although the operation failed."),
        ({"OperationStatus": 1, "AuthenticationStatus": 1}, "success, although the sign-in and the operation failed."),
        ({"ResultStatus": "Failure", "OperationStatus": None, "AuthenticationStatus": None}, ": failure."),
    ],
)
def test_outcomes(changes: dict[str, object], ending: str) -> None:
    assert sentence(record_of(**changes), UTC).endswith(ending)


@pytest.mark.parametrize(
    ("method", "auth", "told"),
    [
        ("Yahoo", 0, ", signed in with Yahoo, on"),
        (None, 0, ", signed in, on"),
        ("OTP", None, ", sign-in with a one-time passcode, on"),
        ("OTP", 7, ", sign-in with a one-time passcode (status 7), on"),
        (None, None, f"from {SENDER}, on"),
    ],
)
def test_sign_in(method: str | None, auth: int | None, told: str) -> None:
    assert told in sentence(record_of(AuthenticationMethod=method, AuthenticationStatus=auth), UTC)


def test_missing_values_are_named() -> None:
    bare = record_of(MailSubject="", Recipient=None, Sender=None, UserId=None, UserKey=None, MessageId=None)
    assert sentence(bare, UTC).startswith(
        "Someone (no recipient recorded) opened a message (no subject or Message-ID recorded), signed in"
    )
    by_id = record_of(OperationProperties=None, MessageId="<a@b>")
    assert f"opened the message <a@b> from {SENDER}" in sentence(by_id, UTC)
    assert "did something (no operation recorded) on" in sentence(record_of(Operation=None), UTC)
    assert sentence(record_of(CreationTime=None), UTC).endswith(", at an unknown time: success.")


@pytest.mark.parametrize(
    ("recipients", "told"),
    [
        (["a@x.org", "b@x.org"], "a@x.org and b@x.org opened"),
        (["a@x.org", "b@x.org", "c@x.org"], "a@x.org, b@x.org and c@x.org opened"),
        (["a@x.org", "b@x.org", "c@x.org", "d@x.org"], "a@x.org, b@x.org, c@x.org and 1 more recipient opened"),
        ([f"{i}@x.org" for i in range(9)], "0@x.org, 1@x.org, 2@x.org and 6 more recipients opened"),
    ],
)
def test_several_recipients(recipients: list[str], told: str) -> None:
    assert sentence(record_of(Recipient=recipients), UTC).startswith(told)


def test_other_record_types_tell_user_operation_object_and_workload() -> None:
    other = store_of(
        {
            "CreationTime": "2023-03-22T19:00:59",
            "Operation": "FileAccessed",
            "RecordType": 6,
            "ResultStatus": "Failed",
            "Workload": "SharePoint",
            "UserId": "a@contoso.com",
            "ObjectId": "https://contoso/x.docx",
        }
    ).record(0)
    assert not is_portal(other)
    assert sentence(other, UTC) == (
        'a@contoso.com tried to perform FileAccessed on "https://contoso/x.docx" in SharePoint'
        f" (record type SharePointFileOperation), {WHEN}: failure."
    )
    assert caution(other) is None
    assert sentence(store_of({"Id": "x", "RecordType": 6}).record(0), UTC) == (
        "A record that names neither an operation nor a user (record type SharePointFileOperation),"
        " at an unknown time: outcome not recorded."
    )


def test_long_texts_are_cut_and_say_so() -> None:
    text = sentence(record_of(MailSubject="s" * 5_000), UTC)
    assert f'"{"s" * CLIP}…" (5,000 characters) from' in text


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        (UTC, "on 2023-03-22 at 19:00:59 UTC"),
        (ZoneInfo("UTC"), "on 2023-03-22 at 19:00:59 UTC"),
        (ZoneInfo("Europe/Berlin"), "on 2023-03-22 at 20:00:59 +01:00 (Europe/Berlin)"),
        (ZoneInfo("Asia/Kolkata"), "on 2023-03-23 at 00:30:59 +05:30 (Asia/Kolkata)"),
        (timezone(timedelta(hours=-5)), "on 2023-03-22 at 14:00:59 -05:00"),
    ],
)
def test_zone_is_always_named(zone: timezone | ZoneInfo, told: str) -> None:
    assert moment(record_of(), zone) == told


def test_stamp_keeps_fractions_and_bears_the_ends_of_the_calendar() -> None:
    assert stamp(datetime(2023, 3, 22, 1, 2, 3, 450_000), UTC) == "2023-03-22 01:02:03.45 UTC"
    assert stamp(datetime(1, 1, 1), timezone(timedelta(hours=-5))) == "0001-01-01 00:00:00 UTC"
    assert stamp(datetime(9999, 12, 31, 23), ZoneInfo("Asia/Tokyo")) == "9999-12-31 23:00:00 UTC"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("AuthenticationStatus", Number("0"), "success"),
        ("authenticationstatus", "0.0", "success"),
        ("OperationStatus", Number("1"), "failure"),
        ("OperationStatus", "Failure", None),
        ("OperationStatus", Number("1.9"), "unknown code"),
        ("OperationStatus", True, "unknown code"),
        ("UserType", Number("0"), "Regular"),
        ("UserType", Number("10"), "Guest"),
        ("UserType", Number("11"), "unknown code"),
        ("UserType", Number("-1"), "unknown code"),
        ("UserType", "DcAdmin", None),
        ("RecordType", Number("154"), "OMEPortal"),
        ("RecordType", "omeportal", None),
        ("RecordType", Number("9" * 5_000), None),
        ("AuthenticationMethod", "OTP", "one-time passcode"),
        ("AuthenticationMethod", "Gmail", "Google"),
        ("AuthenticationMethod", Number("5"), None),
        ("ResultStatus", "Success", None),
        ("ResultStatus", "Succeeded", "success"),
        ("ResultStatus", "PartiallySucceeded", "partial success"),
        ("ResultStatus", True, "success"),
        ("ResultStatus", "Maybe", "unknown"),
        ("Operation", "AuthenticateRequest", "sign in to the portal"),
        ("Operation", "Set-Mailbox", None),
        ("Recipient", "a@b", "the external person who acted"),
        ("UserId", "a@b", "the internal sender"),
        ("CreationTime", "2023-03-22T19:00:59", "UTC"),
        ("Unheard", "x", None),
        ("Recipient", "", None),
        ("OperationStatus", None, None),
    ],
)
def test_meaning(key: str, value: object, told: str | None) -> None:
    assert meaning(key, value) == told


def test_meaning_outside_the_portal() -> None:
    assert meaning("UserId", "a@b", portal=False) is None
    assert meaning("Operation", "MessageAccess", portal=False) is None
    assert meaning("UserType", Number("2"), portal=False) == "Admin"


def test_caution_where_it_matters() -> None:
    assert caution(record_of()) is None
    assert "No event does not mean unread" in (caution(failed()) or "")
    assert "A reply is probably logged" in (caution(record_of(Operation="MessageForward")) or "")
    assert "Signing in is not reading" in (caution(record_of(Operation="AuthenticateRequest")) or "")
