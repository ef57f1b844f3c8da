"""Bytes that are dropped, and columns whose texts stand in a buffer: as plain Python would have them."""

import gc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omeviz.events.splicing import all_are, are_equal, clear, constant_view, kept_bytes, views
from omeviz.sources.arrays import Bytes
from omeviz.sources.arrow_views import flags_column, lent_count, text_column

LENGTHS = st.one_of(st.integers(0, 20), st.integers(60, 70), st.integers(0, 700))


def signs(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)


@given(st.binary(max_size=80), st.data())
def test_bytes_are_kept_where_flags_are_true(text: bytes, data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    kept = bytes(byte for byte, flag in zip(text, flags, strict=True) if flag)
    assert kept_bytes(signs(text), np.array(flags, np.bool_)).tobytes() == kept


@given(st.lists(st.tuples(LENGTHS, LENGTHS), max_size=20))
def test_runs_are_cleared_whatever_their_lengths(runs: list[tuple[int, int]]) -> None:
    expected, starts, ends = b"", [], []
    for kept, dropped in runs:
        expected += b"\1" * kept
        starts.append(len(expected))
        expected += b"\0" * dropped
        ends.append(len(expected))
    flags = np.ones(len(expected), np.bool_)
    clear(flags, np.array(starts, np.int64), np.array(ends, np.int64))
    assert flags.tobytes() == expected


@given(st.lists(st.one_of(st.binary(max_size=20), st.binary(min_size=60, max_size=300)), min_size=1), st.data())
def test_pieces_are_compared_to_their_ends(texts: list[bytes], data: st.DataObject) -> None:
    both = b"".join(texts)
    ends = np.cumsum([len(text) for text in texts])
    starts = ends - [len(text) for text in texts]
    twice = signs(both + both)
    assert are_equal(twice, (starts, ends), (starts + len(both), ends + len(both)))
    if both:
        place = data.draw(st.integers(0, len(both) - 1))
        changed = bytearray(both + both)
        changed[place] ^= 1
        assert not are_equal(signs(bytes(changed)), (starts, ends), (starts + len(both), ends + len(both)))


def test_pieces_of_other_lengths_are_not_equal() -> None:
    data = signs(b"aaaa")
    assert not are_equal(data, (np.array([0]), np.array([1])), (np.array([1]), np.array([3])))


def test_a_constant_that_does_not_stand_everywhere() -> None:
    found = all_are(signs(b"abcabdabc"), np.array([0, 3, 6]), b"abc")
    assert found is not None
    assert found.tolist() == [True, False, True]
    assert all_are(signs(b"abcabc"), np.array([0, 3]), b"abc") is None


@given(st.binary(min_size=1, max_size=12), st.data())
def test_rows_that_differ_from_a_constant_are_told(text: bytes, data: st.DataObject) -> None:
    other = st.one_of(st.just(text), st.binary(min_size=len(text), max_size=len(text)))
    rows = data.draw(st.lists(other, min_size=1, max_size=20))
    found = all_are(signs(b"".join(rows)), np.arange(len(rows)) * len(text), text)
    assert ([True] * len(rows) if found is None else found.tolist()) == [row == text for row in rows]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), max_size=30))
def test_columns_hold_the_texts_at_their_places(text: str, places: list[tuple[int, int, bool]]) -> None:
    cut = [sorted((min(first, len(text)), min(second, len(text)))) for first, second, _ in places]
    at = [(len(text[:start].encode()), len(text[:end].encode())) for start, end in cut]
    data = signs(text.encode())
    starts, ends = (np.array([place[side] for place in at], np.int64)[:, None] for side in (0, 1))
    present = np.array([is_there for _, _, is_there in places], np.bool_)
    constants = bytearray()
    fixed = [
        constant_view(word, constants) for word in (b"", b"twelve bytes", b"thirteen bytes", b"and once more of it")
    ]
    column = text_column(
        np.concatenate((views(data, starts, ends)[:, 0], *(each[None, :] for each in fixed))),
        np.append(present, [True] * 4),
        data,
        signs(bytes(constants)),
    )
    expected = [text[start:end] if is_there else None for (start, end), is_there in zip(cut, present, strict=True)]
    assert column.to_list() == [*expected, "", "twelve bytes", "thirteen bytes", "and once more of it"]
    assert column.null_count() == len(present) - present.sum()


@given(st.lists(st.booleans()))
def test_flags(flags: list[bool]) -> None:
    assert flags_column(np.array(flags, np.bool_)).to_list() == flags


def test_memory_is_given_back_when_nobody_holds_the_column_or_a_part_of_it() -> None:
    gc.collect()
    before = lent_count()
    data = signs(b"a text that is long enough")
    column = text_column(views(data, np.array([[0]]), np.array([[26]]))[:, 0], None, data)
    part = column.filter(column.is_not_null())
    del column
    assert lent_count() > before
    assert part.to_list() == ["a text that is long enough"]
    del part
    gc.collect()
    assert lent_count() == before
