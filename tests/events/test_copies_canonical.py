"""Copies of one event that mean the same are equal whoever exported them; those that do not, differ."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omeviz.events import copies_differences
from omeviz.events.copies_canonical import leaves_of, same
from omeviz.events.copies_differences import Told, differ, differences, in_words
from omeviz.events.json_text import parse_pairs
from tests.support import PUBLIC_RECORD, portal_record

CMDLET = json.dumps(PUBLIC_RECORD, separators=(",", ":"))


def told(record: Any, place: str = "b.csv line 9") -> Told:
    return Told(place, record if record is None or isinstance(record, str) else json.dumps(record))


def contradicts(**changes: Any) -> bool:
    """Whether the public record and a changed one differ; the answer is the same the other way round."""
    changed = {key: value for key, value in {**PUBLIC_RECORD, **changes}.items() if value is not Ellipsis}
    first, second = told(CMDLET), told(changed)
    assert differ(first, second) == differ(second, first) == bool(differences([first, second]))
    return differ(first, second)


def camel(value: Any) -> Any:
    """As Microsoft Graph writes a record: names in camel case, types tagged, another order."""
    if isinstance(value, dict):
        inner = {key[0].lower() + key[1:]: camel(item) for key, item in reversed(value.items())}
        return {"@odata.type": "#microsoft.graph.security.omePortalAuditRecord", **inner}
    return [camel(item) for item in value] if isinstance(value, list) else value


SAME: list[dict[str, Any]] = [
    {"RecordType": "OMEPortal"},
    {"RecordType": "omeportal"},
    {"RecordType": "154"},
    {"UserType": "Regular"},
    {"UserType": "0"},
    {"AuthenticationStatus": 0.0},
    {"AuthenticationStatus": "Success"},
    {"OperationStatus": "0.0"},
    {"ResultStatus": "Succeeded"},
    {"Version": "1"},
    {"Version": 1.00},
    {"CreationTime": "2023-03-22T19:00:59Z"},
    {"CreationTime": "2023-03-22T19:00:59.0000000Z"},
    {"CreationTime": "2023-03-22T20:00:59+01:00"},
    {"CreationTime": "/Date(1679511659000)/"},
    {"Operation": "messageaccess"},
    {"AuthenticationMethod": "Gmail"},
    {"Id": "A3500D45-6AB3-4971-A762-A01A846015D0"},
    {"UserKey": " admin@M365x965352.onmicrosoft.com "},
    {"ClientIP": "", "AppAccessContext": {}, "Folders": [], "SessionId": None},
    {"OperationProperties@odata.type": "#Collection(microsoft.graph.nameValuePair)"},
    {"OperationProperties": {"MailSubject": "Support case 1234567"}},
    {"OperationProperties": {"Name": "MailSubject", "Value": "Support case 1234567"}},
    {"OperationProperties": '[{"Name":"MailSubject","Value":"Support case 1234567"}]'},
    {"OperationProperties": "@{Name=MailSubject; Value=Support case 1234567}"},
    {"OperationProperties": {"value": [{"Name": "MailSubject", "Value": "Support case 1234567"}], "Count": 1}},
    {"OperationProperties": [{"value": "Support case 1234567", "name": "MailSubject"}, {"Name": "Empty", "Value": ""}]},
    {"OperationProperties": "System.Object[]"},
    {"Recipient": ["samschan.msft@gmail.com"]},
]

OTHER: list[dict[str, Any]] = [
    {"AuthenticationStatus": 1},
    {"AuthenticationStatus": 1.9},
    {"AuthenticationStatus": ...},
    {"ResultStatus": "Failure"},
    {"RecordType": 155},
    {"UserType": 2},
    {"UserType": "Guest"},
    {"Version": 2},
    {"Version": True},
    {"CreationTime": "2023-03-22T19:00:58"},
    {"CreationTime": "2023-03-22T19:00:59+01:00"},
    {"Recipient": "someone@example.org"},
    {"Recipient": ["samschan.msft@gmail.com", "someone@example.org"]},
    {"OperationProperties": [{"Name": "MailSubject", "Value": "Another case"}]},
    {"OperationProperties": [{"Name": "Subject", "Value": "Support case 1234567"}]},
    {"AttachmentName": "Form.docx"},
    {"UserKey": "Admin@M365x965352.onmicrosoft.com"},
]


@pytest.mark.parametrize("changes", SAME, ids=str)
def test_what_means_the_same_is_no_difference(changes: dict[str, Any]) -> None:
    assert not contradicts(**changes)


@pytest.mark.parametrize("changes", OTHER, ids=str)
def test_what_means_something_else_is_one(changes: dict[str, Any]) -> None:
    assert contradicts(**changes)


def test_graph_and_cmdlet_say_the_same() -> None:
    assert not differ(told(CMDLET), told(json.dumps(camel(PUBLIC_RECORD), indent=2)))
    assert differ(told(CMDLET), told(camel(portal_record(AttachmentName="Form.docx"))))


def test_lists_of_names_are_compared_in_any_order_other_lists_in_theirs() -> None:
    def listed(*names: str) -> Told:
        return told({"P": [{"Name": name, "Value": f"is {name}"} for name in names]})

    assert not differ(listed("a", "b", "c"), listed("c", "a", "b"))
    assert differ(listed("a", "b"), listed("a"))
    assert not differ(listed("a", "b", "a"), listed("a", "a", "b"))
    assert differ(listed("a", "b", "a"), listed("a", "b"))
    assert differ(told({"P": ["a", "b"]}), told({"P": ["b", "a"]}))
    assert not differ(told({"Recipient": ["a@x.org", "b@x.org"]}), told({"Recipient": "b@x.org; a@x.org"}))


def test_a_repeated_key_is_not_lost() -> None:
    assert differ(told('{"A":1,"A":2}'), told('{"A":2}'))
    assert differ(told('{"A":1,"a":2}'), told('{"A":2}'))
    assert not differ(told('{"A":1,"A":2}'), told('{"A": 1, "A": 2}'))
    assert len(leaves_of(parse_pairs("{" + ",".join(['"a":1'] * 20_000) + "}"))) == 20_000


def test_where_sources_disagree_on_a_record_type_either_name_will() -> None:
    assert same("recordtype", "OMEPortal", "OMEPortal")
    assert not differ(told({"RecordType": 22}), told({"RecordType": "Yammer"}))
    assert not differ(told({"RecordType": "Viva Engage"}), told({"RecordType": "Yammer"}))


@pytest.mark.parametrize("silent", [None, "", "  \n"])
def test_a_copy_without_audit_data_contradicts_nothing(silent: str | None) -> None:
    assert not differ(told(CMDLET), told(silent))
    assert not differ(told(silent), told(CMDLET))
    assert not differ(told(silent), told(None))


@pytest.mark.parametrize("broken", [CMDLET[:200], "[1]", "nonsense", '"text"'])
def test_cut_audit_data_differs_from_a_sound_one_but_not_from_itself(broken: str) -> None:
    assert differ(told(CMDLET), told(broken))
    assert not differ(told(broken), told(f" {broken} "))
    assert differ(told(broken), told(broken + "more"))


def test_rows_that_are_records_are_compared_by_their_cells() -> None:
    def row(**cells: str) -> Told:
        return Told("s.csv line 2", None, tuple(cells.items()))

    assert not differ(row(Operation="X", UserType="Admin", Empty=""), row(UserType="2", operation="X"))
    assert differ(row(Operation="X"), row(Operation="Y"))
    assert not differ(row(Operation="X"), told(CMDLET)), "there is no AuditData to compare with"


def test_differences_name_the_field_the_values_and_where_they_stand() -> None:
    copies = [
        told(CMDLET, "a.csv line 5"),
        told({**PUBLIC_RECORD, "AuthenticationStatus": 1}, "b.csv line 9"),
        told({**PUBLIC_RECORD, "AuthenticationStatus": "Success", "AttachmentName": "x" * 200}, "c.csv line 1,234"),
    ]
    first, second = differences(copies)
    assert str(first) == "AuthenticationStatus: 0 in a.csv line 5 and c.csv line 1,234, 1 in b.csv line 9"
    assert str(second).startswith("AttachmentName: nothing in a.csv line 5 and b.csv line 9, xxx")
    assert len(str(second)) < 200
    assert in_words([first, second]) == f"{first}; {second}"
    assert differences(copies[:1]) == differences([]) == []


def test_differences_name_paths_and_broken_records() -> None:
    other = portal_record(OperationProperties=[{"Name": "MailSubject", "Value": "Other"}])
    (found,) = differences([told(CMDLET, "a line 1"), told(other, "b line 2")])
    assert str(found) == "OperationProperties.MailSubject: Support case 1234567 in a line 1, Other in b line 2"
    (found,) = differences([told(CMDLET, "a line 1"), told(CMDLET[:100], "b line 2")])
    assert str(found).startswith("AuditData: whole in a line 1, cut (Unterminated string")
    many = {**PUBLIC_RECORD, **{f"Extra{number}": number for number in range(40)}}
    assert in_words(differences([told(CMDLET), told(many)])).endswith("; and 28 more fields")


def test_deep_and_wide_records_are_compared() -> None:
    deep = '{"A":' * 190 + "1" + "}" * 190
    assert not differ(told(deep), told(deep.replace(":", " : ")))
    assert differ(told(deep), told(deep.replace("1", "2")))
    wide = json.dumps({f"K{number}": [{"Name": "n", "Value": number}] for number in range(5_000)})
    assert differ(told(wide), told(wide.replace("4999}", "5000}")))


values = st.recursive(
    st.one_of(
        st.sampled_from(["Success", "0", "154", "", "Gmail", "2023-03-22T19:00:59", "x", "{", "[1]", "true"]),
        st.integers(-2, 160),
        st.sampled_from([None, True, False, 0.5, 1.0, -0.0]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["Name", "Value", "A", "b", "@odata.type"]), inner, max_size=3),
    ),
    max_leaves=6,
)
records = st.dictionaries(
    st.sampled_from(["RecordType", "UserType", "Operation", "ResultStatus", "Recipient", "CreationTime", "X", "y"]),
    values,
    max_size=5,
)


def rewritten(value: Any, *, reverse: bool, upper: bool) -> Any:
    """The same with its keys in another order and case."""
    if isinstance(value, list):
        return [rewritten(item, reverse=reverse, upper=upper) for item in value]
    if not isinstance(value, dict):
        return value
    pairs = list(value.items())
    written = [(key if key[0] == "@" or not upper else key.upper(), item) for key, item in pairs]
    return {
        key: rewritten(item, reverse=reverse, upper=upper) for key, item in (reversed(written) if reverse else written)
    }


def test_a_property_whose_name_is_no_text_ends() -> None:
    """It was unrolled into a list of itself for ever."""
    names: tuple[object, ...] = (None, 1, "", [], {})
    for name in names:
        record = {"X": {"Name": name, "Value": 1}}
        assert not differ(told(record), told(json.dumps(record, indent=1)))


@example({"Recipient": [{"Name": "b", "A": "b"}, {"@odata.type": "b", "Name": "b"}]}, True, True, None)
@example({"X": [{"Name": "n", "A": 1, "B": 2}, {"B": 1, "Name": "n"}]}, True, True, None)
@given(records, st.booleans(), st.booleans(), st.sampled_from([None, 1, 4]))
def test_order_case_blanks_and_tags_never_count(record: Any, reverse: bool, upper: bool, indent: int | None) -> None:
    other = {"@odata.type": "#tag", **rewritten(record, reverse=reverse, upper=upper)}
    assert not differ(told(record), told(json.dumps(other, indent=indent)))


@given(records, records)
def test_the_quick_comparison_never_says_what_the_slow_one_does_not(one: Any, other: Any) -> None:
    first, second = told(one), told(other)
    slow = bool(differences([first, second]))
    if first.audit != second.audit and copies_differences._quickly_same(first.audit or "", second.audit or ""):
        assert not slow
    assert differ(first, second) == slow
    assert differ(second, first) == slow
