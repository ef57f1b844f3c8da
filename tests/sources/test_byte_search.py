"""Looking for things in bytes: as Python's own methods would find them."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omeviz.sources import byte_search
from omeviz.sources.arrays import Bytes
from omeviz.sources.arrow_views import is_utf8, lent_count
from omeviz.sources.byte_search import may_hold, no_utf8, places_of

TEXT = b"System.Collections"

PIECES = st.lists(
    st.sampled_from([b"", b"S", b"System.", b"Collections", TEXT, b"{}", b"\n", b"\xe2\x82\xac", b"\xe2\x82", b"\xff"]),
    max_size=12,
).map(b"".join)


@pytest.fixture(params=[8, 64, 1 << 19])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Blocks so small that all seams are met, and such as are used."""
    size: int = request.param
    monkeypatch.setattr(byte_search, "BLOCK", size)
    return size


def signs_of(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)


@pytest.mark.usefixtures("block")
def test_a_text_is_held_wherever_it_stands() -> None:
    for before in range(70):
        for behind in range(6):
            data = b"." * before + TEXT + b"." * behind
            assert may_hold(signs_of(data), TEXT), (before, behind)


@pytest.mark.usefixtures("block")
@given(PIECES)
def test_what_is_not_held_is_not_there(data: bytes) -> None:
    assert may_hold(signs_of(data), TEXT) or TEXT not in data


def test_bytes_without_a_word_of_a_text_do_not_hold_it() -> None:
    assert not may_hold(signs_of(b"System Collection" * 40_000), b"tem.Coll")
    assert not may_hold(signs_of(b""), TEXT)


@pytest.mark.usefixtures("block")
@given(PIECES, st.sampled_from(b"S.\n"))
def test_bytes_are_found_in_order(data: bytes, sign: int) -> None:
    assert places_of(signs_of(data), sign).tolist() == [place for place, byte in enumerate(data) if byte == sign]


@pytest.mark.usefixtures("block")
@given(PIECES)
@example(b"a\n" * 40 + b"\xff\n" + b"b" * 90 + b"\xff" + b"c" * 90 + b"\nd\n")
def test_lines_that_are_no_utf8_are_those_that_python_cannot_decode(data: bytes) -> None:
    expected, start = [], 0
    for line in re.findall(rb"[^\n]*\n|[^\n]+\Z", data):
        try:
            line.decode()
        except UnicodeDecodeError:
            expected.append(start)
        start += len(line)
    assert no_utf8(data) == expected


@given(st.one_of(PIECES, st.binary(), st.text().map(str.encode)))
def test_utf8_is_what_python_decodes(data: bytes) -> None:
    try:
        data.decode()
        sound = True
    except UnicodeDecodeError:
        sound = False
    assert is_utf8(signs_of(data)) == sound


def test_nothing_is_kept_of_bytes_that_were_checked() -> None:
    before = lent_count()
    for data in (b"x" * 1000, b"x" * 1000 + b"\xff"):
        is_utf8(signs_of(data))
    assert lent_count() == before
