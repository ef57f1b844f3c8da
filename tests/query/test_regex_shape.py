"""What is known of a text before records are searched for it."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.query.escape_codes import _foldings
from omeviz.query.regex_shape import only_in_texts

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_DOCUMENTS = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.just("k"), inner), max_leaves=8
)
_SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" , ", "\t:\n")])


@given(_DOCUMENTS, _SEPARATORS, st.data())
def test_what_stands_outside_of_texts_is_not_said_to_stand_only_in_texts(
    document: object, separators: tuple[str, str], data: st.DataObject
) -> None:
    outside = re.sub(r'"[^"]*"', '""', json.dumps(document, separators=separators))
    start = data.draw(st.integers(0, len(outside)))
    piece = outside[start : data.draw(st.integers(start, len(outside)))]
    if '"' not in piece:
        assert not only_in_texts(piece)
        assert not only_in_texts(piece.upper().replace("S", "\u017f"))


@pytest.mark.parametrize("text", ["lease ", "lease a", "trues, x", " falsen ", "a: b", "null, nul,", "x"])
def test_what_no_json_has_outside_of_texts(text: str) -> None:
    assert only_in_texts(text)


def test_ascii_characters_equal_what_the_engine_says() -> None:
    everything = pl.Series([chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000])
    for code in range(1, 128):
        same = everything.filter(everything.str.contains(f"(?i)^{pl.escape_regex(chr(code))}$", strict=True))
        assert set(_foldings()[chr(code)]) == set(same.to_list()), chr(code)
