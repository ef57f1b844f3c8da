"""Views: order, overtaking, narrowing, finding, and why nothing is left."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import UsageError
from omeviz.query.explain import which_part_emptied
from omeviz.query.find import find, hits
from omeviz.query.narrow import narrows
from omeviz.query.parse import parse
from omeviz.query.select import Overtaken, SortKey, matching, parse_sort, select
from omeviz.query.tree import Filter, Node
from omeviz.store import Store
from tests.query.worlds import nodes, stores
from tests.support import examples, portal_record, store_of

TIMES = ("2023-03-22T10:00:00", "2023-03-21T10:00:00", None, "2023-03-22T10:00:00", "2023-03-20T10:00:00")
SUBJECTS = ("b", "A", "a", None, "B")


def small() -> Store:
    audit = [
        portal_record(CreationTime=time, MailSubject=subject, OperationStatus=index % 2, ResultStatus=None)
        for index, (time, subject) in enumerate(zip(TIMES, SUBJECTS, strict=True))
    ]
    store = store_of(*audit[:3], name="z.csv")
    return store_of(*audit[3:], name="A.csv", store=store)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", [4, 1, 0, 3, 2]),
        ("time", [4, 1, 0, 3, 2]),
        ("-time", [0, 3, 1, 4, 2]),
        ("subject", [1, 2, 4, 0, 3]),
        ("-subject", [4, 0, 1, 2, 3]),
        ("status", [1, 3, 4, 0, 2]),
        ("-status", [4, 0, 2, 1, 3]),
        ("status,-time", [3, 1, 0, 4, 2]),
        ("file", [4, 3, 1, 0, 2]),
        ("-file,subject", [1, 2, 0, 4, 3]),
        ("to", [4, 1, 0, 3, 2]),
        ("attachment", [4, 1, 0, 3, 2]),
    ],
)
def test_order(sort: str, expected: list[int]) -> None:
    store = small()
    keys = parse_sort(sort) if sort else ()
    assert select(store, None, keys).to_list() == expected
    few = select(store, parse("-subject=B"), keys)
    assert few.to_list() == [row for row in expected if row not in {0, 4}]
    assert few.dtype == pl.UInt32
    one = pl.Series([3, 1], dtype=pl.UInt32)
    assert select(store, None, keys, within=one).to_list() == [row for row in expected if row in {1, 3}]


def test_arrival() -> None:
    assert select(small(), None, arrival=True).to_list() == [0, 1, 2, 3, 4]
    assert select(Store(), None).to_list() == []
    assert select(Store(), parse("a"), parse_sort("subject")).to_list() == []


def test_kept_orders_do_not_outlive_the_records() -> None:
    store = small()
    assert select(store, None).to_list() == [4, 1, 0, 3, 2]
    store_of(portal_record(CreationTime="2023-03-21T12:00:00"), store=store)
    assert select(store, None).to_list() == [4, 1, 5, 0, 3, 2]
    part = store.parts[0]
    later = part.frame.with_columns(time=pl.lit(datetime(2024, 1, 1), pl.Datetime("us")))
    store.replace(0, type(part)(part.source, part.header, part.audit_index, part.row_is_record, later, part.wrapper))
    assert select(store, None).to_list() == [4, 5, 3, 0, 1, 2]


def test_many_distinct_texts_sort_like_few() -> None:
    names = [f"{number * 7919 % 1000:03}{'aA'[number % 2]}" for number in range(300)]
    store = store_of(*(portal_record(MailSubject=name) for name in names))
    expected = sorted(range(300), key=lambda row: (names[row].lower(), row))
    assert select(store, None, parse_sort("subject")).to_list() == expected


@pytest.mark.parametrize("text", ["nosuch", "", "time,,status", "-", "UserAgent", "has", "data.x"])
def test_sort_keys_that_do_not_exist(text: str) -> None:
    with pytest.raises(UsageError):
        parse_sort(text)
    assert parse_sort("time, -to") == (SortKey("time"), SortKey("recipient", descending=True))


def test_a_selection_can_be_overtaken() -> None:
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Overtaken):
        select(small(), parse("a"), parse_sort("subject,-to"), should_stop=stop)
    with pytest.raises(Overtaken):
        select(small(), None, should_stop=lambda: True)


@settings(max_examples=examples(60), deadline=None)
@given(stores(), nodes, nodes)
def test_narrowing_finds_what_looking_everywhere_finds(store: Store, one: Node, other: Node) -> None:
    text = f"({one}) ({other})"
    for old, new in ((str(one), text), (text, str(one)), (str(one), str(other))):
        before, after = parse(old), parse(new)
        everywhere = matching(store, after)
        if narrows(before, after):
            assert select(store, after, within=select(store, before), arrival=True).equals(everywhere)
            assert set(everywhere) <= set(matching(store, before))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "a", True),
        ("sam", "sams", True),
        ("sams", "sam", False),
        ("Sam", "sams", False),
        ("a", "a b", True),
        ("a b", "b x a", True),
        ("a or b", "a", True),
        ("a", "a or b", False),
        ("-ab", "-a", True),
        ("-a", "-ab", False),
        ("subject:a", "subject:ab", True),
        ("subject=a", "subject=ab", False),
        ("subject=a,b", "subject=a", True),
        ("subject=a", "subject=a,b", False),
        ("status:f", "status:failure", True),
        ("operation:Auth", "operation:AuthenticateRequest", False),
        ("type:1", "type:15", False),
        ("subject:a*", "subject:a*b", False),
        ("/a/", "/ab/", False),
        ("is:marked", "is:marked a", False),
        ("last:1d", "last:1d a", False),
        ("a", "", False),
    ],
)
def test_narrows(old: str, new: str, expected: bool) -> None:
    assert narrows(parse(old), parse(new)) is expected


def test_narrows_gives_up_on_huge_filters() -> None:
    old = Filter(parse(" ".join(f"(a{n} or b{n})" for n in range(500))).node)
    assert not narrows(old, parse("a"))
    assert narrows(old, old)


def test_find_goes_round() -> None:
    store = small()
    rows = select(store, None)  # 4, 1, 0, 3, 2: B, A, b, none, a
    wanted = parse("subject=a")
    assert find(store, rows, wanted, 0) == 1
    assert find(store, rows, wanted, 2) == 4
    assert find(store, rows, wanted, 5) == 1
    assert find(store, rows, wanted, 3, backwards=True) == 1
    assert find(store, rows, wanted, 0, backwards=True) == 4
    assert find(store, rows, wanted, -1, backwards=True) == 4
    assert find(store, rows, parse("subject=zz"), 2) is None
    assert find(store, rows.head(0), wanted, 0) is None
    assert hits(store, rows, wanted).to_list() == [1, 4]


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 8999), st.integers(0, 8999))
def test_find_beyond_the_first_stretch(place: int, start: int) -> None:
    store = LONG
    rows = select(store, None).reverse()
    wanted = parse(f"subject=s{8999 - place}")
    assert find(store, rows, wanted, start) == place
    assert find(store, rows, wanted, start, backwards=True) == place


LONG = store_of(*(f'{{"OperationProperties":[{{"Name":"MailSubject","Value":"s{n}"}}]}}' for n in range(9000)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nosuch", "`nosuch` matches no event by itself."),
        ('subject=a "no such"', '`"no such"` matches no event by itself. Without it 2 are left.'),
        ("subject=a subject=b", "2 events match `subject=a`, none of them `subject=b`. Without it 2 are left."),
        (
            "sam*",
            "`sam*` matches no event by itself. In a text search `*` is an asterisk; wildcards work behind `field:`.",
        ),
        (
            "time:2024..2023",
            "`time:2024..2023` matches no event by itself. The range ends before it begins, or clocks skip it.",
        ),
    ],
)
def test_which_part_emptied(text: str, said: str) -> None:
    assert which_part_emptied(small(), parse(text)) == said
    assert which_part_emptied(Store(), parse(text)) == "There are no events."
