"""Subjects and recipients in every form an export writes them."""

from __future__ import annotations

import json

import pytest

from omeviz.events.values import recipients_in_text, subject_of
from tests.events.support import value

PAIR = {"Name": "MailSubject", "Value": "Support"}
OTHER = {"Name": "OneTimePasscodes", "Value": "2"}


@pytest.mark.parametrize(
    "properties",
    [
        [PAIR],
        [OTHER, PAIR],
        [PAIR, {"Name": "MailSubject", "Value": "second"}],
        [{"name": "mailsubject", "value": "Support"}],
        [{"Value": "Support", "Name": "MAILSUBJECT"}],
        PAIR,
        {"MailSubject": "Support"},
        {"mailSUBJECT": "Support", "x": 1},
        json.dumps([OTHER, PAIR]),
        json.dumps(PAIR),
        json.dumps({"MailSubject": "Support"}),
        "@{Name=MailSubject; Value=Support}",
        " @{name=MailSubject;Value=Support}",
        ["@{Name=OneTimePasscodes; Value=2}", "@{Name=MailSubject; Value=Support}"],
        [None, 1, "text", [], PAIR],
    ],
)
def test_subjects(properties: object) -> None:
    assert value("subject", {"OperationProperties": properties}) == "Support"


@pytest.mark.parametrize(
    "properties", [None, [], {}, [OTHER], "System.Object[]", "", "@{Name=Other; Value=x}", [1, None], 5, True, [[PAIR]]]
)
def test_no_subject(properties: object) -> None:
    assert value("subject", {"OperationProperties": properties}) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [("", ""), (5, "5"), (True, "true"), (None, None), ({"a": [1]}, '{"a":[1]}'), ("a\nb", "a\nb"), (1.5, "1.5")],
)
def test_values_of_a_subject(written: object, shown: str | None) -> None:
    assert value("subject", {"OperationProperties": [{"Name": "MailSubject", "Value": written}]}) == shown


@pytest.mark.parametrize("literal", ["1.50", "1e3", "-0.0", "1e400", "12345678901234567890123"])
def test_literals_inside_a_value_stay_as_written(literal: str) -> None:
    properties = f'[{{"Name":"MailSubject","Value":{literal}}}]'
    assert value("subject", f'{{"OperationProperties":{properties}}}') == literal
    assert value("subject", {"OperationProperties": properties}) == literal
    assert value("operation", f'{{"Operation":[{{"a":{literal}}}]}}') == f'[{{"a":{literal}}}]'
    assert value("recipient", f'{{"Recipient":["a@x",{literal}]}}') == f"a@x; {literal}"


@pytest.mark.parametrize("text", ["=1+1", "{x}", "[x", "@{Name=x", "a; Value=b}", "x" * 100_000])
def test_hostile_subjects_come_through(text: str) -> None:
    assert value("subject", {"OperationProperties": [{"Name": "MailSubject", "Value": text}]}) == text
    assert value("subject", {}, {"Subject": text}) == text
    assert subject_of(f"@{{Name=MailSubject; Value={text}}}") == text


def test_a_subject_column_of_an_own_export() -> None:
    assert value("subject", {}, {"Subject": '[{"Name":"MailSubject","Value":"x"}]'}) == (
        '[{"Name":"MailSubject","Value":"x"}]'
    )
    assert value("subject", {"OperationProperties": [PAIR]}, {"Subject": "other"}) == "Support"
    assert value("subject", {}, {"OperationProperties": json.dumps([PAIR])}) == "Support"


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("a@x", None),
        ("a@x;b@x", ["a@x", "b@x"]),
        ("a@x, b@x , c@x", ["a@x", "b@x", "c@x"]),
        ('["a@x"]', ["a@x"]),
        ("[]", []),
        ("[1]", ["1"]),
        ('["a@x"', None),
        ('"a@b"@x', None),
        ("a@x b@x", None),
        ("a@x;", None),
        ("", None),
    ],
)
def test_recipients_written_as_one_text(text: str, several: list[str] | None) -> None:
    assert recipients_in_text(text) == several
