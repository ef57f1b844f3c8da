"""Times of many rows at once, against Python's own reading and Polars' own writing of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.events.plain_times import FORMATS, WIDTH, are_written, moments
from omeviz.events.times import EARLIEST
from tests.support import examples

LAST = datetime(2027, 3, 1)

written = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda time: time.isoformat()[:WIDTH])
numbers = st.tuples(st.integers(0, 9999), *(st.integers(0, most) for most in (13, 32, 25, 61, 61))).map(
    lambda parts: "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*parts)
)
damaged = st.tuples(written, st.integers(0, WIDTH - 1), st.characters(max_codepoint=127)).map(
    lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :]
)


def read(text: str) -> datetime | None:
    """What a text says, where it is written in the one way."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.isoformat() == text else None


@settings(max_examples=examples(300))
@given(st.lists(st.one_of(written, numbers, damaged), min_size=1, max_size=30))
def test_times_are_read_as_python_reads_them(texts: list[str]) -> None:
    signs = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, WIDTH)
    micros, known = moments(signs)
    for text, micro, good in zip(texts, micros.tolist(), known.tolist(), strict=True):
        time = read(text)
        assert good == (time is not None), text
        assert micro == (0 if time is None else (time - datetime(1970, 1, 1)) // timedelta(microseconds=1)), text


times = st.datetimes(EARLIEST, LAST).map(lambda time: time.replace(microsecond=0))


@settings(max_examples=examples(300))
@given(st.lists(st.tuples(times, st.one_of(st.none(), times), st.booleans()), min_size=1, max_size=20), st.data())
def test_wrapper_times_are_compared_as_polars_writes_them(
    rows: list[tuple[datetime, datetime | None, bool]], data: st.DataObject
) -> None:
    pattern, other = (data.draw(st.sampled_from(FORMATS))[0] for _ in range(2))
    moment = pl.Series([time for time, _, _ in rows], dtype=pl.Datetime("us"))
    same, strange = moment.dt.strftime(pattern), moment.dt.strftime(other)
    shifted = pl.Series([time for _, time, _ in rows], dtype=pl.Datetime("us")).dt.strftime(pattern)
    cells = []
    for row, (_, time, matches) in enumerate(rows):
        cell = same[row] if matches else strange[row] if time is None else shifted[row]
        if data.draw(st.integers(0, 4)) == 0:
            place = data.draw(st.integers(0, len(cell)))
            cell = data.draw(st.sampled_from([cell[:place] + cell[place + 1 :], cell[:place] + " " + cell[place:], ""]))
        cells.append(None if data.draw(st.integers(0, 9)) == 0 else cell)
    found = are_written(pl.Series(cells, dtype=pl.String), moment, pattern, LAST)
    assert found.to_list() == [None if cell is None else cell == same[row] for row, cell in enumerate(cells)]


def test_a_missing_time_or_one_far_away_is_no_error() -> None:
    moment = pl.Series([None, datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)], dtype=pl.Datetime("us"))
    assert are_written(pl.Series(["a", "b", "c"]), moment, FORMATS[0][0], LAST).len() == 3


def test_a_clock_that_is_far_behind_is_no_error() -> None:
    moment = pl.Series([datetime(2023, 3, 22, 19)], dtype=pl.Datetime("us"))
    assert are_written(pl.Series(["3/22/2023 7:00:00 PM"]), moment, FORMATS[0][0], datetime(1970, 1, 2)).all()
