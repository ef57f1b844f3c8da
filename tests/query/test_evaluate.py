"""Filters against events: what the rules say, and the property that a plain-Python filter agrees."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omeviz.query import textsearch
from omeviz.query.block import Context
from omeviz.query.evaluate import compiled, evaluate
from omeviz.query.parse import parse
from omeviz.query.select import matching
from omeviz.query.tree import Filter, Node, Text, Value
from omeviz.store import Store
from tests.query import oracle
from tests.query.worlds import nodes, regexes, some_text, stores
from tests.support import examples, portal_record, store_of

UNHURRIED = settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(stores(), nodes, st.sets(st.integers(0, 5)))
def test_random_filters_match_what_the_oracle_matches(store: Store, node: Node, marked: set[int]) -> None:
    expected = [
        row for row in range(store.record_count) if oracle.matches(node, store.record(row), marked=frozenset(marked))
    ]
    found = matching(store, Filter(node), marked=pl.Series(sorted(marked), dtype=pl.UInt32))
    assert found.to_list() == expected, str(node)


@UNHURRIED
@given(
    stores(),
    st.lists(st.one_of(some_text.map(Value), some_text.map(Value), regexes), min_size=5, max_size=10),
    st.booleans(),
)
def test_text_search_finds_what_the_oracle_finds(store: Store, values: list[Value], as_in_large_files: bool) -> None:
    records = [store.record(row) for row in range(store.record_count)]
    with pytest.MonkeyPatch.context() as patch:
        if as_in_large_files:  # where the rarest end of the text is looked for first; any end will do
            patch.setattr(textsearch, "_WORTH_A_SAMPLE", 1)
            patch.setattr(textsearch, "_SAMPLE", 1)
            patch.setattr(textsearch, "rare_end", lambda text, _sample: text[len(text) // 2 :])
        for value in values:
            compiled.cache_clear()
            expected = [record.row for record in records if oracle.matches(Text(value), record)]
            assert matching(store, Filter(Text(value))).to_list() == expected, value


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("department.215", "t.215"),
        ("Subject", "Subject"),  # rare enough as it is
        ("Recipient", "Recipient"),  # no end of it is rarer
        ("dep", "dep"),
        ("\u0130department.7", "\u0130department.7"),  # its small letter is two characters
        ("department\u0130x", "nt\u0130x"),
        ("department", "department"),
    ],
)
def test_the_end_of_a_text_that_is_rare(text: str, end: str) -> None:
    sample = pl.Series([f'{{"Recipient":"department.{number:03}@contoso.com"}}' for number in range(100)])
    assert textsearch.rare_end(text, sample) == end


def test_preparing_a_search_changes_no_answer_and_can_be_stopped() -> None:
    stopped, store = store_of(ESCAPED, PLAIN), store_of(ESCAPED, PLAIN)
    textsearch.prepare(store.parts, lambda: False)
    for text in ("abc", "13,2", "2013"):
        assert matching(store, parse(text)).to_list() == matching(stopped, parse(text)).to_list()
    parts = store_of(PLAIN).parts + store_of(PLAIN).parts
    answers = iter((False, True))
    textsearch.prepare(parts, lambda: next(answers))
    assert ["escaped" in part.memory for part in parts] == [True, False]


def test_what_holds_only_the_end_of_a_text_does_not_hold_the_text() -> None:
    many = [f'{{"a":"department.{number}"}}' for number in range(textsearch._WORTH_A_SAMPLE)]
    escaped = [rf'{{"a":"\u2013 {text}"}}' for text in ("a.9215", "department.9215", "b.9215")] * 1_000
    some = ['{"a":"other.9215"}', '{"a":"Department.9215"}']
    assert textsearch.rare_end("department.9215", pl.Series(many)) != "department.9215"
    assert found('"department.9215"', *many, *some) == [len(many) + 1]
    assert found('"department.9215"', *escaped) == list(range(1, 3_000, 3))


@UNHURRIED
@given(nodes)
def test_printing_and_parsing_gives_the_same_filter(node: Node) -> None:
    assert parse(str(node)) == Filter(node)


def found(text: str, *audit: str | dict[str, object] | None, **cells: str | None) -> list[int]:
    wrappers = [cells] * len(audit) if cells else None
    return matching(store_of(*audit, wrappers=wrappers), parse(text)).to_list()


PLAIN = '{"a":"x DOMAINuser u2013 13,2","b":[1,2.50,true,null],"Key Name":"true"}'
ESCAPED = r'{"a":"x DOMAIN\\user \u2013 \"q\" \u0041bc \/ \ud83d\ude00 \ud800","c":"\\u2013","d":"\\\""}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("u2013", [0, 1]),
        ("–", [1]),
        ("abc", [1]),
        (r"DOMAIN\user", [1]),
        (r'"DOMAIN\\user"', [1]),
        ("domainuser", [0]),
        (r'"\"q\""', [1]),
        (r'"\\\""', [1]),
        (r'"\\u2013"', [1]),
        ("😀", [1]),
        ("\ufffd", [1]),
        ("2.50", [0]),
        ("2.5,t", []),
        ('"1,2"', []),
        ("13,2", [0]),
        ('":"', []),
        ("null", [0]),
        ("NULL", [0]),
        ('"key name"', [0]),
        ("{", []),
        ('"e x"', []),
        ("/^true$/", [0]),
        ("/^a$/", [0, 1]),
        ("/x.*true/", []),
        ("/x[^:]*13/", [0]),
        ("/[{},]/", [0]),
        ("/user.*\u2013/", [1]),
        ('/"q"/', [1]),
        ("/[^a-z]q[^a-z]/", [1]),
        ("/(?s)x.*13/", [0]),
        ("/(?x) x \\s DOMAIN/", [0, 1]),
    ],
)
def test_text_search(text: str, expected: list[int]) -> None:
    assert found(text, PLAIN, ESCAPED) == expected


def test_text_search_in_what_is_no_json() -> None:
    cut = r'{"Id":"\u0041bc","Operation":"Mess'
    assert found("mess", cut, "no json mess", '["mess"]', UserIds="u") == [0, 1, 2]
    assert found("abc", cut, UserIds="u") == [0]
    assert found('"u0041"', cut, UserIds="u") == [0]
    assert found(r"/^\{/", cut, UserIds="u") == [0]
    assert found("/^abc$/", cut, UserIds="u") == [0]


def test_text_search_in_wrapper_cells() -> None:
    assert found("cell", None, UserIds="a cell") == [0]
    assert found("userids", None, UserIds="a cell") == []
    assert found("/^cell$/", "{}", UserIds="a cell", Operations="cell") == [0]
    store = store_of("{}", "{}", wrappers=[{"UserIds": "a"}, {"UserIds": "a"}])
    part = replace(store.parts[0], extra={1: ("b", "beyond the header")})
    store.replace(0, part)
    assert matching(store, parse("header")).to_list() == [1]
    assert matching(store, parse("-header")).to_list() == [0]


def test_letters_beyond_ascii_that_equal_ascii_ones_in_wrapper_cells() -> None:
    """Kelvin sign and long s are `k` and `s` in another case."""
    assert found("k", "{}", "{}", Note="300 \u212a") == [0, 1]
    assert found("miss", "{}", "{}", Note="mi\u017f\u017f") == [0, 1]
    assert found("\u212a", "{}", "{}", Note="300 k") == [0, 1]
    assert found("kx", "{}", "{}", Note="300 k") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", [0, 1]),
        ("3abc", []),  # the last digit of an escape, and what follows
        ("13abc", []),
        ("u2013", []),
        ("ndep", []),
        ("dep", [0, 1]),
        ("013", []),
        ("tail", [0, 1]),
        ('"tail"', [0, 1]),
        ("xdep", []),
    ],
)
def test_text_that_begins_inside_of_an_escape(text: str, expected: list[int]) -> None:
    audit = r'{"a":"\u2013abc","b":"x\ndep","c":"x \u2013 tail"}'
    assert found(text, audit, audit) == expected


def test_folding_is_simple() -> None:
    audit = [json.dumps({"a": text}) for text in ("straße", "STRASSE", "STRAẞE", "\u212aelvin", "kelvin", "ΣΑΣ", "σας")]
    assert found("straße", *audit) == [0, 2]
    assert found("KELVIN", *audit) == [3, 4]
    assert found("σασ", *audit) == [5, 6]


CODES = [
    portal_record(AuthenticationStatus=code, OperationStatus=None, ResultStatus=None)
    for code in (0, 1, 0.0, "1", "Failure", 7)
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AuthenticationStatus=1", [1, 3, 4]),
        ("auth:failure", [1, 3, 4]),
        ("auth:0.0", [0, 2]),
        ("auth=Success", [0, 2]),
        ("auth:7", [5]),
        ("status:fail", [1, 3, 4]),
        ("status:unknown", [5]),
        ("status=fail", []),
    ],
)
def test_codes_and_their_names(text: str, expected: list[int]) -> None:
    assert found(text, *CODES) == expected


TYPES = [portal_record(RecordType=kind) for kind in (154, "154", "omeportal", 1, 22, 15, "Odd")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("type:154", [0, 1, 2]),
        ("type=OMEPORTAL", [0, 1, 2]),
        ("RecordType:ome", [0, 1, 2]),
        ("type:1", [3]),
        ("type:yammer", [4]),
        ('type:"viva engage"', [4]),
        ("type:15", [5]),
        ("type:odd", [6]),
        ("type:*portal", [0, 1, 2]),
        ("type:/adm/", [3]),
    ],
)
def test_record_types(text: str, expected: list[int]) -> None:
    assert found(text, *TYPES) == expected


def test_two_spellings_of_one_value() -> None:
    audit = [
        portal_record(Operation=name) for name in ("AuthenticateRequest", "authenticationrequest", "MessageAccess")
    ]
    for text in (
        "operation=AuthenticateRequest",
        "op:AUTHENTICATIONREQUEST",
        "op:authenticationr",
        "op:/tion.*request/",
    ):
        assert found(text, *audit) == [0, 1]
    assert found("method=gmail", portal_record(), portal_record(AuthenticationMethod="Gmail")) == [0, 1]


def test_few_values_begin_and_texts_contain() -> None:
    assert found("operation:access", portal_record()) == []
    assert found("operation:messagea", portal_record()) == [0]
    assert found("recipient:gmail", portal_record()) == [0]
    assert found("recipient=gmail", portal_record()) == []
    assert found("file:vents file=EVENTS.csv", portal_record()) == [0]
    assert found("file=events", portal_record()) == []


def test_message_ids_with_and_without_brackets() -> None:
    audit = [portal_record(MessageId="<a@b>"), portal_record(MessageId="a@b"), portal_record(MessageId="")]
    for text in (
        "message=a@b",
        "message=<A@b>",
        "message:<a",
        "message:b>",
        "message:<a*>",
        "message:a*b",
        "message:/^a@b$/",
    ):
        assert found(text, *audit) == [0, 1], text
    assert found("message:<>", *audit) == []


def test_any_of_several_recipients() -> None:
    audit = [
        portal_record(Recipient=["a@x", "b@y"]),
        portal_record(Recipient="b@y"),
        portal_record(Recipient="a@x; b@y"),
    ]
    assert found("recipient=b@y", *audit)[:2] == [0, 1]
    assert found("recipient=a@x", *audit)[:1] == [0]
    assert found('recipient:"a@x; b@y"', audit[0]) == []
    assert found("recipient:/^b/", audit[0]) == [0]


def test_absent_values_match_nothing() -> None:
    bare = portal_record(Recipient=None, AttachmentName="")
    assert found("recipient:*", bare) == []
    assert found("-recipient:x", bare) == [0]
    assert found("has:recipient", bare) == found("has:attachment", bare) == []
    assert found("has:attachment,sender", bare) == [0]


def test_paths_of_audit_data() -> None:
    audit = json.dumps(
        {
            "Folders": [{"Path": "\\Inbox", "Items": [[{"Subject": "one"}], {"subject": "Two"}]}],
            "ExtendedProperties": [{"Name": "User Agent", "Value": "Moz"}, {"Name": "Deep", "Value": {"x": 1.50}}],
            "Empty": [None, "", {}, []],
            "n": 0,
        }
    )
    hit = ["data.Folders.path:inbox", "data.folders.items.SUBJECT=two", 'data.ExtendedProperties."user agent"=moz']
    hit += ["data.extendedproperties.deep.x=1.5", "data.n=0", "has:data.n", "has:data.folders", "has:data.empty,data.n"]
    miss = [
        "data.folders:inbox",
        "data.nosuch:x",
        "data.folders.path.x:i",
        "has:data.empty",
        "data.n:x",
        "has:data.nosuch",
    ]
    for text in hit:
        assert found(text, audit) == [0], text
    for text in miss:
        assert found(text, audit) == [], text
        assert found(f"-{text}", audit) == [0], text


def test_paths_where_keys_repeat_and_names_are_escaped() -> None:
    assert found("UserAgent=a", r'{"UserAgent":"a","useragent":"b"}', r'{"User\u0041gent":"\u0061"}', "{}") == [0, 1]
    assert found("UserAgent:a", r'{"UserAgent":"a","x":"cut') == [0]


def test_keys_of_a_row_that_is_the_record() -> None:
    store = store_of(None, wrappers=[{"UserAgent": "Moz", "Operation": "x"}])
    store.replace(0, replace(store.parts[0], row_is_record=True))
    assert matching(store, parse("useragent:moz has:UserAgent")).to_list() == [0]


def test_last_goes_back_from_the_newest_possible_event() -> None:
    times = ("2023-03-20T00:00:00", "2023-03-21T00:00:00", "2023-03-22T00:00:00", "2999-01-01T00:00:00", None)
    audit = [portal_record(CreationTime=time) for time in times]
    assert found("last:1d", *audit) == [1, 2]
    assert found("last:1m", *audit) == [2]
    assert found("last:1w", *audit) == [0, 1, 2]


def test_times() -> None:
    audit = [portal_record(CreationTime=f"2023-03-{day}T12:00:00") for day in (21, 22, 23)] + [
        portal_record(CreationTime=None)
    ]
    assert found("time:2023-03-22", *audit) == [1]
    assert found("CreationTime:2023-03-22..2023-03-23", *audit) == [1, 2]
    assert found("after:2023-03-22T12", *audit) == [1, 2]
    assert found("before:2023-03-22T12", *audit) == [0]
    assert found("-time:2023", *audit) == [3]
    assert found("time:2023-03-21,2023-03-23", *audit) == [0, 2]


def test_long_lists_match_like_short_ones(tmp_path: Path) -> None:
    people = [f"P{n}@x.com" for n in range(500)] + ["straße@x.com", "\u212aelvin@x.com"]
    path = tmp_path / "people.txt"
    path.write_text("\n".join(people), encoding="utf-8")
    audit = [
        portal_record(Recipient=name)
        for name in ("p499@X.com", "p500@x.com", "STRAẞE@x.com", "kelvin@x.com", "ap1@x.com")
    ]
    audit.append(portal_record(Recipient=["nobody", "P7@x.com"]))
    assert found(f'recipient=@"{path}"', *audit) == [0, 2, 3, 5]
    assert found(f'recipient:@"{path}"', *audit) == [0, 2, 3, 4, 5]


def test_marks_count_from_the_start_of_the_store() -> None:
    store = store_of(portal_record(), portal_record())
    store_of(portal_record(), portal_record(), store=store)
    marked = pl.Series([3, 0])
    assert matching(store, parse("is:marked"), marked=marked).to_list() == [0, 3]
    context = Context(("events.csv",), marked, first_row=2)
    assert evaluate(parse("is:marked"), store.parts[1], context).to_list() == [False, True]
    assert matching(store, parse("is:marked")).to_list() == []


@pytest.mark.parametrize("text", ["a", "subject:a or -has:sender", "time:2023", "data.x:y", "is:problem"])
def test_no_rows(text: str) -> None:
    store = store_of(portal_record())
    part = store.parts[0]
    empty = replace(part, frame=part.frame.head(0), wrapper=part.wrapper.head(0))
    assert evaluate(parse(text), empty, Context()).to_list() == []


@pytest.mark.parametrize(
    "text",
    [
        "Ა" * 10_000,
        "subject=" + "k" * 10_000,
        "subject:" + ",".join(["k" * 9_000] * 30),
        "subject:" + "a*" * 5_000,
        "data.UserAgent:" + ",".join(["\U0001e900" * 400] * 30),
        "/" + "(?:[^a]{50}){50}" + "/",
    ],
)
def test_the_largest_filters_that_parse_can_be_evaluated(text: str) -> None:
    assert found(text, portal_record(), ESCAPED) == []
