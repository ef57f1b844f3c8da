"""Changing the filter's text by keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import FilterError
from omeviz.query.edit import add, cycle_status, drop_last, exclude, only, toggle_value, values_of
from omeviz.query.parse import parse
from omeviz.query.select import matching
from omeviz.query.tree import Filter
from omeviz.store import Store
from tests.query.worlds import nodes, stores, texts
from tests.support import examples, portal_record, store_of


@pytest.mark.parametrize(
    ("text", "field", "value", "expected"),
    [
        ("", "operation", "MessageAccess", "operation=MessageAccess"),
        ('  "a  b" ', "operation", "X", '"a  b" operation=X'),
        ("operation=A", "operation", "B", "operation=A,B"),
        ("x op:A  y", "operation", "B", "x op:A,B  y"),
        ("x op:A,B  y", "operation", "a", "x op:B  y"),
        ("x op:A  y", "operation", "A", "x  y"),
        ("op:A and y", "operation", "A", "y"),
        ("y and op:A", "operation", "A", "y"),
        ("(op:A)", "operation", "A", ""),
        ("-op=A x", "operation", "A", "x operation=A"),
        ("a or b", "operation", "A", "(a or b) operation=A"),
        ("(a or b)", "operation", "A", "(a or b) operation=A"),
        ("(a) or (b)", "operation", "A", "((a) or (b)) operation=A"),
        ("", "subject", 'a "b" \\', r'subject="a \"b\" \\"'),
        ("", "subject", "a*", "subject=a*"),
        ("subject:x", "subject", "a*", r"subject:x,/\Aa\*\z/"),
        ("", "status", "failure", "status:failure"),
        ("", "UserAgent", "x y", 'UserAgent="x y"'),
        ("data.useragent=x", "UserAgent", "y", "data.useragent=x,y"),
    ],
)
def test_toggle_value(text: str, field: str, value: str, expected: str) -> None:
    assert toggle_value(text, field, value) == expected


@pytest.mark.parametrize(
    ("text", "field", "value", "expected"),
    [
        ("a", "recipient", "x@y", "a recipient=x@y"),
        ("a to:gmail  b", "recipient", "x@y", "a recipient=x@y  b"),
        ("-to:gmail b has:to to=q", "recipient", "x@y", "recipient=x@y b"),
        ("status:failure x", "status", "success", "status:success x"),
        ("a", "attachment", None, "a -has:attachment"),
        ("attachment:x", "attachment", None, "-has:attachment"),
        ("a", "attachment", "", "a -has:attachment"),
        ("a", "time", datetime(2023, 3, 22, 19, 0, 59), "a time:2023-03-22T19:00:59Z"),
        ("time:2023 after:2022", "time", datetime(2023, 3, 22), "time:2023-03-22T00:00:00Z after:2022"),
        ("", "recipient", ("a@x", "b y"), 'recipient=a@x,"b y"'),
        ("a or b", "user", "x", "(a or b) user=x"),
    ],
)
def test_only(text: str, field: str, value: str | datetime | None, expected: str) -> None:
    assert only(text, field, value) == expected


@pytest.mark.parametrize(
    ("text", "field", "value", "expected"),
    [
        ("a", "recipient", "x@y", "a -recipient=x@y"),
        ("a -to=q b", "recipient", "x@y", "a -to=q,x@y b"),
        ("a -to=x@y b", "recipient", "X@y", "a -to=x@y b"),
        ("status:failure", "status", "failure", "-status:failure"),
        ("status:failure,success", "status", "failure", "status:success"),
        ("to:gmail", "recipient", "x@gmail", "to:gmail -recipient=x@gmail"),
        ("a", "attachment", None, "a has:attachment"),
        ("a -has:attachment", "attachment", None, "a has:attachment"),
        ("a", "time", datetime(2023, 3, 22), "a -time:2023-03-22T00:00:00Z"),
    ],
)
def test_exclude(text: str, field: str, value: str | datetime | None, expected: str) -> None:
    assert exclude(text, field, value) == expected


def test_cycle_status_goes_round() -> None:
    text = "a  op:x"
    for expected in ("a  op:x status:failure", "a  op:x status:success", "a  op:x"):
        text = cycle_status(text)
        assert text == expected
    assert cycle_status("-status:success a") == "status:failure a"
    assert cycle_status("status:partial a") == "status:failure a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a", ""),
        ("a  b", "a"),
        ("a and b", "a"),
        ("a or b c", "a"),
        ('a (b or "c d")', "a"),
        ("(a b)", "(a)"),
        ("a -b:c", "a"),
        ('a "b', "a"),
        ("(", ""),
    ],
)
def test_drop_last(text: str, expected: str) -> None:
    assert drop_last(text) == expected


def test_values_of() -> None:
    assert values_of('x op:A,"B c" -user=z', "operation") == ("A", "B c")
    assert values_of("x -op:A", "operation") == ()
    assert values_of("(", "operation") == ()


def test_a_filter_that_does_not_parse_is_left_alone() -> None:
    with pytest.raises(FilterError):
        toggle_value("(", "operation", "A")


def test_more_conditions() -> None:
    assert add("a or b", "c") == "(a or b) c"


FIELDS = st.sampled_from(["operation", "recipient", "subject", "message", "method"])
PLAIN_FIELDS = st.sampled_from(["subject", "message", "sender", "user", "object"])


@settings(max_examples=examples(60), deadline=None)
@given(nodes, FIELDS, texts.filter(bool), st.sampled_from([only, exclude, toggle_value]))
def test_edited_text_parses_whatever_the_value(
    node: object, field: str, value: str, edit: Callable[[str, str, str], str]
) -> None:
    parse(edit(str(node), field, value))


@settings(max_examples=examples(60), deadline=None)
@given(stores(), PLAIN_FIELDS)
def test_only_and_exclude_part_the_events(store: Store, field: str) -> None:
    for row in range(store.record_count):
        value = store.record(row).fields.get(field)
        chosen = matching(store, parse(only("", field, value)))
        others = matching(store, parse(exclude("", field, value)))
        assert row in chosen.to_list()
        assert sorted([*chosen, *others]) == list(range(store.record_count))


def test_toggling_shows_the_toggled() -> None:
    store = store_of(*(portal_record(Operation=name) for name in ("A", "B", "C", "AuthenticateRequest")))
    text = toggle_value(toggle_value("", "operation", "A"), "operation", "AuthenticationRequest")
    assert matching(store, parse(text)).to_list() == [0, 3]
    assert matching(store, Filter(parse(toggle_value(text, "operation", "A")).node)).to_list() == [3]
