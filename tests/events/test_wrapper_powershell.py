"""What shallow exports leave of nested values: PowerShell's texts, and its JSON lists."""

from __future__ import annotations

import json

import pytest

from omeviz.events.powershell_text import is_object, pairs_of, properties_of
from omeviz.events.problems import ProblemKind
from omeviz.events.values import list_within, recipients_in_text, subject_of
from tests.events.support import decoded, kinds, value
from tests.support import PUBLIC_RECORD

WHOLE = (
    "@{CreationTime=2023-03-22T19:00:59; Id=a3500d45; Operation=MessageAccess; RecordType=154; ResultStatus=Success; "
    "UserId=admin@contoso.com; AuthenticationStatus=0; MessageId=<x@y>; OperationProperties=System.Object[]; "
    "Recipient=a@example.org}"
)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("@{Name=MailSubject; Value=Re: x}", [("Name", "MailSubject"), ("Value", "Re: x")]),
        ("@{a=1; b=2}", [("a", "1"), ("b", "2")]),
        (" @{a=1;b=} ", [("a", "1"), ("b", "")]),
        ("@{a=x; y; z=1}", [("a", "x; y"), ("z", "1")]),
        ("@{a=@{b=1; c=2}; d=3}", [("a", "@{b=1; c=2}"), ("d", "3")]),
        ("@{a=@{b=@{c=1; d=2}}; e={x}; f=}}", [("a", "@{b=@{c=1; d=2}}"), ("e", "{x}"), ("f", "}")]),
        ("@{a=@{open; b=1}", [("a", "@{open"), ("b", "1")]),
        ("@{@odata.type=#x; a-b=1}", [("@odata.type", "#x"), ("a-b", "1")]),
        ("@{a=1\r\n2; b=3}", [("a", "1\r\n2"), ("b", "3")]),
        ("@{}", []),
        ("@{x}", []),
        ("{a=1}", []),
        ("@{a=1", []),
        ("", []),
    ],
)
def test_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    assert pairs_of(text) == pairs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@{Name=a; Value=1}", [("a", "1")]),
        ("@{Name=a; Value=1} @{Name=b; Value=x; y=2}", [("a", "1"), ("b", "x; y=2")]),
        ("@{Name=a; Value=1},@{name=b;value=2}", [("a", "1"), ("b", "2")]),
        ("@{Name=a; Value={x} @{y}}", [("a", "{x} @{y}")]),
        ("@{Name=a; Value=1} @{Name=b}", [("a", "1")]),
        ("{@{Name=a; Value=1}}", [("a", "1")]),
        ("{@{Name=a; Value={1}}, @{Name=b; Value=x}...}", [("a", "{1}"), ("b", "x")]),
        ("{@{Name=a; Value=1}…}", [("a", "1")]),
        ("@{a=1}", []),
        ("x", []),
    ],
)
def test_properties(text: str, found: list[tuple[str, str]]) -> None:
    assert properties_of(text) == found


@pytest.mark.parametrize(
    "written",
    [
        "@{Name=MailSubject; Value=Re: x; y=z}",
        "@{Name=OneTimePasscodes; Value=2} @{Name=MailSubject; Value=Re: x; y=z}",
        ["@{Name=OneTimePasscodes; Value=2}", "@{Name=MailSubject; Value=Re: x; y=z}"],
        {"value": [{"Name": "MailSubject", "Value": "Re: x; y=z"}], "Count": 1},
        {"value": ["@{Name=MailSubject; Value=Re: x; y=z}"], "Count": 1},
    ],
)
def test_the_subject_is_recovered(written: object) -> None:
    assert subject_of(written) == "Re: x; y=z"
    record = {**PUBLIC_RECORD, "OperationProperties": written}
    assert value("subject", record) == "Re: x; y=z"
    assert kinds(decoded(record)) == (ProblemKind.SHALLOW if "@{" in json.dumps(written) else 0)


def test_a_subject_in_another_order() -> None:
    assert subject_of("@{Value=x; Name=MailSubject}") == "x"
    assert subject_of("@{MailSubject=x; Other=y}") == "x"
    assert subject_of("@{Name=Other; Value=MailSubject}") is None


def test_a_whole_record_written_by_powershell_is_recovered_and_marked() -> None:
    found = decoded(WHOLE)
    assert found.is_record
    assert kinds(found) == ProblemKind.SHALLOW | ProblemKind.NOT_JSON
    wanted = {"operation": "MessageAccess", "user": "admin@contoso.com", "auth": "success", "type": "OMEPortal"}
    for slot, text in wanted.items():
        assert value(slot, WHOLE) == text
    assert str(value("time", WHOLE)) == "2023-03-22 19:00:59"
    assert value("subject", WHOLE) is None


def test_lists_of_windows_powershell() -> None:
    several = {"value": ["a@example.org", "b@example.org"], "Count": 2}
    assert list_within(several) == several["value"]
    assert list_within({"value": 1, "Count": 1}) == {"value": 1, "Count": 1}
    assert list_within({"value": [], "Count": 0, "x": 1}) == {"value": [], "Count": 0, "x": 1}
    found = decoded({**PUBLIC_RECORD, "Recipient": several})
    assert found.recipients == several["value"]


@pytest.mark.parametrize(
    "text",
    [
        "@{a=" + "@{" * 100_000 + "}",
        "@{a=" + ";a" * 100_000 + "}",
        "@{Name=" + ";Value" * 100_000 + "}",
        "@{Name=a" + (";" + " " * 500) * 1000 + "x}",
        "@{Name=x; Value=1}" * 30_000,
        "@{a=b;" + " " * 300_000 + "x}",
        "@{" + "} " * 100_000 + "@{}",
    ],
)
def test_hostile_texts_end_soon(text: str) -> None:
    assert is_object(text)
    assert len(pairs_of(text)) < 200_000
    assert len(properties_of(text)) <= 30_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{a@x.org}", None),
        ("{a@x.org, b@x.org...}", ["a@x.org", "b@x.org"]),
        ("{a@x.org, b@x.org b}", None),
        ("{}", None),
        ("a@x.org", None),
    ],
)
def test_recipients_as_format_list_writes_them(text: str, found: list[str] | None) -> None:
    assert recipients_in_text(text) == found
