from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.export.audit_json import on_one_line

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)
objects = st.dictionaries(st.text(), values, max_size=5)


def pairs(text: str) -> Any:
    """What a text says, repeated keys and the literals of numbers included."""
    return json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str)


@given(objects, st.sampled_from([0, 2, "\t"]), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_only_the_layout_goes(value: dict[str, Any], indent: int | str, line_end: str, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).replace("\n", line_end)
    line = on_one_line(text)
    assert line is not None
    assert "\n" not in line
    assert "\r" not in line
    assert pairs(line) == pairs(text)


@given(objects, st.booleans())
def test_one_line_stays_as_it_is(value: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert on_one_line(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\r\n  "a": 1,\r\n  "a": 1.0\r\n}', '{"a": 1,"a": 1.0}'),
        ('{"a" :\t1 }  ', '{"a" :\t1 }  '),
        ('\n\t{"a":"  x\\n  \\"\\\\"  \n}\n', '{"a":"  x\\n  \\"\\\\"}'),
        ('{"a":"\u2028\u0085\x7f"}', '{"a":"\u2028\u0085\x7f"}'),
    ],
)
def test_examples(text: str, line: str) -> None:
    assert on_one_line(text) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "[]",
        "null",
        '"{}"',
        '{"a":1',
        '{"a":1}}',
        "{a:1}",
        '{"a":"\\ud800"}',
        '{"a":\n"\\ud83d"}',
        '{"\\udc00":1}',
        '{"a":1e400}',
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":"\n"}',
        '{"a":"\t"}',
        '{"a":"\0"}',
        '\ufeff{"a":1}',
        '{"a":1},{"b":2}',
        '{"a":' + "[" * 5000 + "]" * 5000 + "}",
        '{"a":' + "[" * 1000 + "]" * 1000 + "}",
        '{"a":' + "9" * 5000 + "}",
    ],
)
def test_what_some_parser_refuses_is_no_line(text: str) -> None:
    assert on_one_line(text) is None


def test_long_runs_of_blanks_take_no_time() -> None:
    blanks = " " * 300_000
    text = '{"a":' + blanks + '1,\n"b":' + blanks + "\n2}"
    assert on_one_line(text) == '{"a":' + blanks + '1,"b":2}'
