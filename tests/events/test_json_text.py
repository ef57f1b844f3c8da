"""AuditData as text: nothing lost in decoding, and everything before a cut recovered."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.events import json_text
from omeviz.events.json_text import (
    NotJson,
    Number,
    Pairs,
    Value,
    compact,
    count_keys,
    flatten,
    loads,
    parse_pairs,
    plain,
    recover,
    repeated_keys,
    scalar_text,
)
from omeviz.events.problems import ProblemKind
from tests.events.support import PUBLIC_TEXT, decoded, kinds, values
from tests.support import PUBLIC_RECORD, examples

TEXTS = st.text(max_size=6)
NUMBERS = st.one_of(
    st.integers(-(10**25), 10**25).map(str),
    st.sampled_from(["0", "-0", "0.0", "1.90", "1e20", "-1E-7", "12345678901234567890", "1e400"]),
).map(Number)
SCALARS: st.SearchStrategy[Value] = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.lists(st.tuples(TEXTS, inner), max_size=4).map(lambda pairs: Pairs(pairs))
    ),
    max_leaves=12,
)
ANY_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), TEXTS
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=12,
)


@given(value=VALUES)
def test_compact_text_parses_to_the_same_value(value: Value) -> None:
    assert parse_pairs(compact(value)) == value
    assert compact(parse_pairs(compact(value))) == compact(value)


@given(value=VALUES)
def test_literals_stay_literals_and_texts_stay_texts(value: Value) -> None:
    def kinds_of(item: Value) -> list[type]:
        if isinstance(item, Pairs):
            return [Pairs, *(kind for _, inner in item for kind in kinds_of(inner))]
        return [type(item), *(kind for inner in (item if isinstance(item, list) else []) for kind in kinds_of(inner))]

    assert kinds_of(parse_pairs(compact(value))) == kinds_of(value)


@given(value=ANY_JSON, escaped=st.booleans(), indent=st.sampled_from([None, 2]))
def test_against_the_standard_library(value: Any, escaped: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=escaped, indent=indent)
    assert plain(parse_pairs(text)) == json.loads(text)
    assert loads(text) == json.loads(text)


def texts_of(value: Any) -> list[str]:
    """Every key and scalar, in order, written plainly."""
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *texts_of(item))]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    return [value if isinstance(value, str) else json.dumps(value)]


@given(value=ANY_JSON)
def test_flatten(value: Any) -> None:
    assert flatten(parse_pairs(json.dumps(value))) == texts_of(value)


def test_flatten_keeps_repeated_keys_and_literals() -> None:
    assert flatten(parse_pairs('{"a":1.90,"a":[true,null,{"b":"\\u2013"}],"c":{}}')) == [
        *("a", "1.90", "a", "true", "null", "b", "–", "c"),
    ]


@given(value=ANY_JSON)
def test_count_keys(value: Any) -> None:
    def keys(item: Any) -> int:
        if isinstance(item, dict):
            return sum(1 + keys(inner) for inner in item.values())
        return sum(map(keys, item)) if isinstance(item, list) else 0

    assert count_keys(value) == keys(value)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"a":1,"b":2}', []),
        ('{"a":1,"a":2,"a":3}', ["a", "a"]),
        ('{"a":1,"A":2}', ["A"]),
        ('{"x":{"b":1,"B":2},"y":[{"c":1,"c":2}]}', ["B", "c"]),
        ('{"a":{"a":1}}', []),
        ("[1]", []),
    ],
)
def test_repeated_keys(text: str, keys: list[str]) -> None:
    assert sorted(repeated_keys(parse_pairs(text))) == keys


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), (Number("1.90"), "1.90"), ("a", "a"), ([Pairs([("a", "b")])], '[{"a":"b"}]')],
)
def test_scalar_text(value: Value, text: str) -> None:
    assert scalar_text(value) == text


@pytest.mark.parametrize("text", ['{"a":"\\ud83d"}', '{"a":"\ud83d"}', '{"\udc00":"a"}', '["\ud83d\\ude00"]'])
def test_lone_surrogates_are_text(text: str) -> None:
    assert loads(text) == json.loads(text)
    assert plain(parse_pairs(text)) == json.loads(text)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_takes_for_json_is_none(literal: str) -> None:
    for text in (literal, f'{{"a":{literal}}}', f'{{"a":"\ud83d","b":{literal}}}'):
        with pytest.raises(NotJson) as caught:
            loads(text)
        assert not caught.value.cut
        with pytest.raises(NotJson):
            parse_pairs(text)
    assert kinds(decoded(f'{{"Id":"1","N":{literal}}}')) == ProblemKind.NOT_JSON
    assert values(decoded(f'{{"Id":"1","N":{literal}}}')) == {"id": "1"}


def test_numbers_beyond_a_float() -> None:
    assert math.isinf(loads('{"a":1e400}')["a"])
    assert parse_pairs("1e400") == Number("1e400")
    assert parse_pairs("1" * 5_000) == Number("1" * 5_000)


@pytest.mark.parametrize("text", ["\ufeff{}", "{}x", "{} {}", "{'a':1}", '{"a":1,}', '{"a":01}', '{"a":"\x01"}', "{,}"])
def test_what_is_no_json_but_not_cut(text: str) -> None:
    with pytest.raises(NotJson) as caught:
        loads(text)
    assert not caught.value.cut


def test_a_byte_order_mark_or_a_bare_line_break_costs_no_value() -> None:
    for audit in ('\ufeff{"Id":"1","Operation":"x"}', '{"Id":"1","Operation":"x\n"}', '{"Id":"1","Operation":"x"} {}'):
        record = decoded(audit)
        assert kinds(record) == ProblemKind.NOT_JSON
        assert values(record)["id"] == "1"
        assert values(record)["operation"].strip() == "x"


PUBLIC_PAIRS = parse_pairs(PUBLIC_TEXT)
SPOILED = PUBLIC_TEXT.replace("Support case", "Sup\\u0070ort \\\\ case \\ud83d\\ude00")
SPACED = json.dumps(PUBLIC_RECORD, indent=2).replace("\n", "\r\n")


@pytest.mark.parametrize("text", [PUBLIC_TEXT, SPOILED, SPACED])
def test_a_cut_anywhere_is_a_cut_and_leaves_the_pairs_before_it(text: str) -> None:
    whole = parse_pairs(text)
    assert isinstance(whole, Pairs)
    last = 0
    for place in range(1, len(text)):
        piece = text[:place]
        if not piece.rstrip().endswith("}") or place < len(text) - 1:
            with pytest.raises(NotJson) as caught:
                loads(piece)
            assert caught.value.cut, piece[-20:]
        found = recover(piece)
        # A number that ends where the text ends may have had further digits.
        assert found == whole[: len(found)] or (
            found[:-1] == whole[: len(found) - 1]
            and isinstance(found[-1][1], Number)
            and str(whole[len(found) - 1][1]).startswith(found[-1][1])
        )
        assert len(found) >= last
        last = len(found)
        record = decoded(piece)
        assert kinds(record) & ProblemKind.CUT
        assert record.is_record == bool(found)
    assert last == len(whole)


def test_a_cut_at_a_blank_or_behind_the_last_brace_is_judged_too() -> None:
    for text, cut in (('{"a":1 ', True), ('{"a": ', True), ('{"a":-', True), ('{"a":tr', True), ('{"a":1} ', False)):
        if cut:
            with pytest.raises(NotJson) as caught:
                loads(text)
            assert caught.value.cut
        else:
            assert loads(text) == {"a": 1}


def test_a_cut_list_or_text_is_no_cut_object() -> None:
    for text in ('[{"a":1}', '"abc', "tru", "-", ""):
        with pytest.raises(NotJson) as caught:
            loads(text)
        assert not caught.value.cut


@given(text=st.text(st.sampled_from(list('{}[]":,\\ua1-e.tfn \n\ud83dé')), max_size=30))
def test_no_text_raises_anything_else(text: str) -> None:
    for function in (loads, parse_pairs):
        try:
            found = function(text)
        except NotJson:
            continue
        assert compact(parse_pairs(text)) == compact(parse_pairs(compact(parse_pairs(text))))
        assert found is not NotImplemented
    assert isinstance(recover(text), Pairs)
    decoded(text, {"Operations": "x"})


@settings(max_examples=examples(300))
@given(value=st.dictionaries(TEXTS, ANY_JSON, min_size=1, max_size=5), data=st.data())
def test_a_damaged_object_is_recovered_as_pair_after_pair(value: dict[str, Any], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["", " ", "x", "[", '"a', "7 "])) + json.dumps(
        value, ensure_ascii=data.draw(st.booleans())
    )
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.sampled_from([*',:{}[]"\\\n 1', "NaN", ""])) + text[place + 1 :]
    text = text[: data.draw(st.integers(0, len(text)))] if data.draw(st.booleans()) else text
    start = text.find("{")
    expected = Pairs() if start < 0 else json_text._recovered_one_by_one(text, start)
    assert recover(text) == expected
    assert recover(text, place_of_failure(text)) == expected


def place_of_failure(text: str) -> int | None:
    """What decoding says."""
    try:
        loads(text)
    except NotJson as error:
        return error.place
    return None


@given(value=st.dictionaries(TEXTS, ANY_JSON, min_size=1, max_size=5))
def test_recovery_of_a_whole_object_is_the_object(value: dict[str, Any]) -> None:
    assert plain(recover(json.dumps(value))) == value


@given(value=st.dictionaries(TEXTS, st.integers(-(2**60), 2**60) | TEXTS, max_size=5))
def test_both_decoders_agree_with_orjson(value: dict[str, Any]) -> None:
    text = orjson.dumps(value).decode()
    assert loads(text) == plain(parse_pairs(text)) == value
