"""The careful path by the rules: AuditData before the wrapper, what fills what, and what is a problem."""

from __future__ import annotations

from datetime import datetime

import pytest

from omeviz.events.json_text import DEEPEST
from omeviz.events.problems import ProblemKind
from tests.events.support import PUBLIC_TEXT, decoded, kinds, value, values
from tests.support import portal_record

NONE = ProblemKind(0)

AGREEING: dict[str, str | None] = {
    "RecordType": "OMEPortal",
    "CreationDate": "3/22/2023 7:00:59 PM",
    "UserIds": "admin@M365x965352.onmicrosoft.com",
    "Operations": "MessageAccess",
    "Identity": "a3500d45-6ab3-4971-a762-a01a846015d0",
    "ResultIndex": "6",
}


def test_the_public_record() -> None:
    record = decoded(PUBLIC_TEXT, AGREEING)
    assert values(record) == {
        "time": datetime(2023, 3, 22, 19, 0, 59),
        "operation": "MessageAccess",
        "result": "Success",
        "auth": "success",
        "operationstatus": "success",
        "recipient": "samschan.msft@gmail.com",
        "sender": "admin@M365x965352.onmicrosoft.com",
        "user": "admin@M365x965352.onmicrosoft.com",
        "method": "Google",
        "subject": "Support case 1234567",
        "message": "<MW5PR18MB5094602B59DFEC335A3C5E58AA869@MW5PR18MB5094.namprd18.prod.outlook.com>",
        "type": "OMEPortal",
        "workload": "Exchange",
        "id": "a3500d45-6ab3-4971-a762-a01a846015d0",
        "org": "84b06764-3e5e-4f51-9a78-046a7f38b59b",
    }
    assert (record.is_record, record.status, record.recipients, kinds(record)) == (True, "success", None, NONE)


@pytest.mark.parametrize(
    ("slot", "key", "mine", "column", "theirs"),
    [
        ("operation", "Operation", "A", "Operations", "B"),
        ("user", "UserId", "a@x", "UserIds", "b@x"),
        ("id", "Id", "1", "Identity", "2"),
        ("type", "RecordType", "OMEPortal", "RecordType", "ExchangeAdmin"),
    ],
)
def test_audit_data_wins_and_a_disagreement_is_a_problem(
    slot: str, key: str, mine: str, column: str, theirs: str
) -> None:
    record = decoded({key: mine}, {column: theirs})
    assert values(record)[slot] == mine
    assert kinds(record) == ProblemKind.DISAGREEMENT
    (problem,) = record.problems
    assert mine in problem.detail
    assert theirs in problem.detail


@pytest.mark.parametrize(
    ("key", "column", "mine", "theirs"),
    [
        ("Operation", "Operations", "MessageAccess", " messageaccess "),
        ("UserId", "UserIds", "A@contoso.com", "a@CONTOSO.com"),
        ("RecordType", "RecordType", "154", "omeportal"),
        ("RecordType", "RecordType", "OMEPortal", "154"),
        ("Operation", "Operations", "x", ""),
        ("Operation", "Operations", "x", "  "),
    ],
)
def test_what_means_the_same_is_no_disagreement(key: str, column: str, mine: str, theirs: str) -> None:
    assert kinds(decoded({key: mine}, {column: theirs})) == NONE


def test_either_name_of_a_record_type_that_microsoft_calls_two_names() -> None:
    for name in ("Yammer", "Viva Engage", "22", "yammer"):
        assert kinds(decoded({"RecordType": 22}, {"RecordType": name})) == NONE
    assert kinds(decoded({"RecordType": 22}, {"RecordType": "VivaGoals"})) == ProblemKind.DISAGREEMENT


@pytest.mark.parametrize("empty", [{}, {"Operation": None}, {"Operation": ""}])
def test_the_wrapper_fills_what_audit_data_lacks(empty: dict[str, object]) -> None:
    record = decoded(empty, {"Operations": "MessageAccess", "Recipient": "r@x", "CreationDate": "2023-03-22T19:00:59Z"})
    assert values(record) == {
        "operation": "MessageAccess",
        "recipient": "r@x",
        "time": datetime(2023, 3, 22, 19, 0, 59),
    }
    assert kinds(record) == NONE


def test_an_empty_text_stays_one_where_nothing_fills_it() -> None:
    assert value("operation", {"Operation": ""}, {"Operations": " "}) == ""
    assert value("operation", {}, {"Operations": ""}) is None


@pytest.mark.parametrize(
    ("columns", "filling"),
    [
        ({"RecordId": "r", "Identity": "i"}, "i"),
        ({"Identity": "", "RecordId": "r"}, "r"),
        ({"recordid": "r"}, "r"),
        ({"ID": "x", "Identity": "i"}, "x"),
    ],
)
def test_wrapper_columns_fill_in_their_order_whatever_their_place(columns: dict[str, str | None], filling: str) -> None:
    assert value("id", {}, columns) == filling


@pytest.mark.parametrize(
    ("slot", "wrapper", "wanted"),
    [
        ("user", {"userPrincipalName": "u"}, "u"),
        ("time", {"createdDateTime": "2023-03-22T19:00:59Z"}, datetime(2023, 3, 22, 19, 0, 59)),
        ("time", {"TimeGenerated [UTC]": "4/26/2021, 7:17:10.000 AM"}, datetime(2021, 4, 26, 7, 17, 10)),
        ("type", {"auditLogRecordType": "omePortal"}, "OMEPortal"),
        ("workload", {"service": "Exchange"}, "Exchange"),
        ("object", {"OfficeObjectId": "o"}, "o"),
        ("ip", {"clientIp": "1.2.3.4"}, "1.2.3.4"),
    ],
)
def test_other_names_of_columns(slot: str, wrapper: dict[str, str | None], wanted: object) -> None:
    assert value(slot, {}, wrapper) == wanted


def test_saved_results_mean_something_only_together() -> None:
    cells: dict[str, str | None] = {"Date": "3/22/2023 7:00:59 PM", "User": "u", "Activity": "a", "Item": "i"}
    record = decoded(None, cells)
    assert values(record) == {"time": datetime(2023, 3, 22, 19, 0, 59), "user": "u", "operation": "a", "object": "i"}
    assert kinds(record) == ProblemKind.NO_AUDIT_DATA
    assert values(decoded(None, {"Item": "i", "UserIds": "u"})) == {"user": "u"}


@pytest.mark.parametrize(
    ("audit", "kind"),
    [
        (None, ProblemKind.NO_AUDIT_DATA),
        ("", ProblemKind.NO_AUDIT_DATA),
        (" \r\n", ProblemKind.NO_AUDIT_DATA),
        ("The data could not be exported", ProblemKind.NOT_JSON),
        ("[]", ProblemKind.NOT_JSON),
        ("null", ProblemKind.NOT_JSON),
        ('"text"', ProblemKind.NOT_JSON),
        ("1", ProblemKind.NOT_JSON),
        ("{", ProblemKind.CUT),
        ('{"Opera', ProblemKind.CUT),
    ],
)
def test_what_is_no_object_makes_a_record_only_with_a_witness_beside_it(audit: str | None, kind: ProblemKind) -> None:
    assert not decoded(audit).is_record
    assert not decoded(audit, {"ResultIndex": "1", "Recipient": "r@x", "RecordType": "OMEPortal"}).is_record
    for column, cell in (("CreationDate", "3/22/2023"), ("Operations", "x"), ("UserIds", "u"), ("Identity", "i")):
        record = decoded(audit, {column: cell})
        assert record.is_record
        assert kinds(record) == kind
    assert not decoded(audit, {"CreationDate": "--- page 2 ---"}).is_record


def test_whether_a_row_is_a_record_does_not_depend_on_the_order_of_day_and_month() -> None:
    for cell in ("3/22/2023", "22/3/2023", "23/3/22"):
        assert decoded(None, {"CreationDate": cell}, dates="dmy").is_record
        assert decoded(None, {"CreationDate": cell}, dates="mdy").is_record


def test_a_row_that_is_the_record_needs_no_audit_data() -> None:
    record = decoded(None, {"Operation": "x", "RecordType": "154"}, row_is_record=True)
    assert (record.is_record, kinds(record)) == (True, NONE)
    assert values(record) == {"operation": "x", "type": "OMEPortal"}


def test_of_a_repeated_key_the_last_value_wins() -> None:
    record = decoded('{"Recipient":"first@x","Id":"1","Recipient":"second@x"}')
    assert values(record) == {"recipient": "second@x", "id": "1"}
    assert kinds(record) == ProblemKind.REPEATED_KEY


@pytest.mark.parametrize(
    "audit",
    [
        '{"recipient":"first@x","Recipient":"second@x"}',
        '{"Recipient":"first@x","RECIPIENT":"second@x"}',
        '{"Recipient" :"first@x","Recipient":"second@x"}',
        '{"Recipient":"first@x","Recipient"\r\n:"second@x"}',
        '{"Note":"\\":","Recipient":"first@x","Recipient" :"second@x"}',
        '{"Recipient":"first@x","Reci\\u0070ient":"second@x"}',
    ],
)
def test_keys_that_are_the_same_however_they_are_written(audit: str) -> None:
    record = decoded(audit)
    assert values(record) == {"recipient": "second@x"}
    assert kinds(record) == ProblemKind.REPEATED_KEY


@pytest.mark.parametrize("audit", ['{"x":{"a":1,"A":2}}', '{"x":[{"a":1},{"b":1,"b":2}]}', '{"x":{"y":{"":1,"":2}}}'])
def test_repeated_keys_inside(audit: str) -> None:
    assert kinds(decoded(audit)) == ProblemKind.REPEATED_KEY


@pytest.mark.parametrize("audit", ['{"x":{"a":1},"y":{"a":1}}', '{"a":"{\\"b\\":1,\\"b\\":2}"}', '{"x":"\\":\\":"}'])
def test_keys_that_are_not_repeated(audit: str) -> None:
    assert kinds(decoded(audit)) == NONE


def test_keys_in_any_case() -> None:
    record = decoded('{"operation":"a","USERID":"u","creationtime":"2023-03-22T19:00:59","messageID":"<m>"}')
    assert values(record) == {
        "operation": "a",
        "user": "u",
        "time": datetime(2023, 3, 22, 19, 0, 59),
        "message": "<m>",
    }


def test_the_sender_of_a_portal_record_without_one_is_its_user() -> None:
    for sender in ({}, {"Sender": None}, {"Sender": ""}):
        assert value("sender", {"RecordType": 154, "UserId": "u", **sender}) == "u"
    assert value("sender", {"UserId": "u"}, {"RecordType": "omeportal"}) == "u"
    assert value("sender", {"RecordType": 154}, {"UserIds": "u"}) == "u"


def test_the_user_of_another_record_is_no_sender() -> None:
    assert value("sender", {"RecordType": 1, "UserId": "u"}) is None
    assert value("sender", {"UserId": "u"}) is None
    assert value("sender", {"RecordType": 1, "UserId": "u", "Sender": "s"}) == "s"


@pytest.mark.parametrize(
    ("written", "recipients", "kind"),
    [
        ("a@x", None, NONE),
        (["a@x"], None, NONE),
        (["a@x", "b@x"], ["a@x", "b@x"], NONE),
        (["a@x", "", None, "b@x"], ["a@x", "b@x"], NONE),
        ("a@x; b@x", ["a@x", "b@x"], ProblemKind.SHALLOW),
        ("a@x,b@x", ["a@x", "b@x"], ProblemKind.SHALLOW),
        ('["a@x","b@x"]', ["a@x", "b@x"], ProblemKind.SHALLOW),
        ("[a@x, b", None, NONE),
        ("Doe; John <a@x>", None, NONE),
        ("a@x; not an address", None, NONE),
    ],
)
def test_recipients(written: object, recipients: list[str] | None, kind: ProblemKind) -> None:
    record = decoded({"Recipient": written})
    assert record.recipients == recipients
    assert kinds(record) == kind
    shown = "; ".join(recipients) if recipients else written[0] if isinstance(written, list) else written
    assert values(record)["recipient"] == shown


@pytest.mark.parametrize("written", [[], [""], [None], None])
def test_no_recipients(written: object) -> None:
    record = decoded({"Recipient": written})
    assert (values(record), record.recipients) == ({}, None)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("1", "1"), ("true", "true"), ("1.50", "1.50"), ("1e3", "1e3"), ('{"a":[1,null]}', '{"a":[1,null]}')],
)
def test_values_that_should_be_texts_are_shown_as_written(written: str, shown: str) -> None:
    for slot, key in (("operation", "Operation"), ("attachment", "AttachmentName"), ("recipient", "Recipient")):
        assert value(slot, f'{{"{key}":{written}}}') == shown


@pytest.mark.parametrize(
    "text", ["System.Object[]", "@{Name=MailSubject; Value=x}", "System.Collections.Generic.List`1[x]"]
)
def test_values_lost_by_the_export(text: str) -> None:
    assert kinds(decoded({"OperationProperties": text})) == ProblemKind.SHALLOW


@pytest.mark.parametrize("text", ["Name=MailSubject; Value=x", '[{"Name":"MailSubject","Value":"x"}]'])
def test_a_list_that_was_written_as_text_is_a_problem(text: str) -> None:
    assert kinds(decoded({"OperationProperties": text})) == ProblemKind.SHALLOW
    assert not kinds(decoded({"OperationProperties": ""}))


def test_a_record_with_everything_wrong_has_every_problem() -> None:
    audit = (
        '{"CreationTime":"1999-01-01T00:00:00","Operation":"a","operation":"b","AuthenticationStatus":1.9,'
        '"RecordType":true,"OperationProperties":"System.Object[]"}'
    )
    record = decoded(audit, {"CreationDate": "soon", "Operations": "c"})
    assert kinds(record) == (
        ProblemKind.IMPOSSIBLE_TIME
        | ProblemKind.REPEATED_KEY
        | ProblemKind.ODD_CODE
        | ProblemKind.SHALLOW
        | ProblemKind.BAD_TIME
        | ProblemKind.DISAGREEMENT
    )


def test_lone_surrogates_come_through() -> None:
    for audit in ('{"Operation":"a\\ud83db"}', '{"Operation":"a\ud83db"}'):
        record = decoded(audit)
        assert (values(record)["operation"], kinds(record)) == ("a\ud83db", NONE)


@pytest.mark.parametrize("depth", [1, 150, 250, 600, 1_000, 5_000])
@pytest.mark.parametrize("key", ["Operation", "Recipient", "OperationProperties", "Other"])
@pytest.mark.parametrize("shape", ["[]", '{"a":}', '[{"b":}]'])
def test_nesting_of_any_depth(depth: int, key: str, shape: str) -> None:
    opening, closing = (shape[:-1], shape[-1]) if shape != '[{"b":}]' else ('[{"b":', "}]")
    inner = opening * depth + ("1" if ":" in opening else "") + closing * depth
    record = decoded(f'{{"Id":"1","{key}":{inner}}}', {"Operations": "x"})
    assert values(record)["id"] == "1"
    too_deep = inner.count("[") + inner.count("{") > DEEPEST
    assert kinds(record) & ProblemKind.NOT_JSON == (ProblemKind.NOT_JSON if too_deep else NONE)
    cut = decoded(f'{{"Id":"1","{key}":{inner},"Next":"x', {"Operations": "x"})
    assert values(cut)["id"] == "1"


def test_long_values() -> None:
    long = "x" * 1_000_000
    record = decoded(portal_record(MailSubject=long, Operation=long), {"Operations": "y"})
    assert values(record)["subject"] == long
    assert all(len(problem.detail) < 300 for problem in record.problems)


@pytest.mark.parametrize("digits", ["1" * 5_000, "-" + "1" * 5_000, "1" * 30, "9" * 400 + ".5", "1e400"])
@pytest.mark.parametrize("key", ["RecordType", "AuthenticationStatus", "Operation", "CreationTime", "Recipient", "N"])
def test_huge_numbers(digits: str, key: str) -> None:
    for audit in (f'{{"Id":"1","{key}":{digits}}}', f'{{"Id":"1","{key}":"{digits}"}}'):
        assert values(decoded(audit))["id"] == "1"
    assert decoded({"RecordType": 154}, {"RecordType": digits, "CreationDate": digits}).is_record
