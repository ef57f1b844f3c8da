"""The order of day and month of a file: what its rows say, what the user says."""

from __future__ import annotations

from datetime import datetime

import pytest

from omeviz.events.problems import ProblemKind
from omeviz.load import (
    LoadOptions,
)
from omeviz.sources.csv_source import FIRST_BATCH
from tests.hostile import quoted
from tests.load_support import check_counts, store_of_bytes


def dated(*rows: tuple[str, str | None], filler: int = 0) -> bytes:
    """Rows of a wrapper time and a CreationTime, behind `filler` rows whose date tells nothing."""
    lines = [("5/5/2023 10:00:00", None)] * filler + list(rows)
    text = "".join(
        ",".join(map(quoted, (cell, "u", f'{{"CreationTime":"{time}"}}' if time else '{"Id":"1"}'))) + "\r\n"
        for cell, time in lines
    )
    return f"CreationDate,UserIds,AuditData\r\n{text}".encode()


MARCH_4 = datetime(2023, 3, 4, 10)
APRIL_3 = datetime(2023, 4, 3, 10)


@pytest.mark.parametrize("filler", [0, FIRST_BATCH + 20])
@pytest.mark.parametrize(
    ("witnesses", "order"),
    [
        ([("22/03/2023 10:00:00", None)], "dmy"),
        ([("4/3/2023 10:00:00", "2023-03-04T10:00:00")], "dmy"),
        ([("03/22/2023 10:00:00", None)], "mdy"),
        ([("3/4/2023 10:00:00", "2023-03-04T10:00:00")], "mdy"),
        ([("22/03/2023 10:00:00", None)] * 2 + [("03/22/2023 10:00:00", None)], "dmy"),
        ([("22/03/2023 10:00:00", None), ("03/22/2023 10:00:00", None)], "mdy"),
        ([], "mdy"),
    ],
)
def test_the_order_of_day_and_month(witnesses: list[tuple[str, str | None]], order: str, filler: int) -> None:
    store = store_of_bytes(dated(*witnesses, ("3/4/2023 10:00:00", None), filler=filler))
    assert store.sources[0].dates == order
    assert store.frame["time"].to_list()[-1] == (MARCH_4 if order == "mdy" else APRIL_3)
    check_counts(store)


def test_dots_say_day_first_where_nothing_else_tells() -> None:
    store = store_of_bytes(dated(("3.4.2023 10:00:00", None)))
    assert (store.sources[0].dates, store.frame["time"][0]) == ("dmy", APRIL_3)


@pytest.mark.parametrize("told", ["dmy", "mdy", "ymd"])
def test_a_told_order_is_not_second_guessed(told: str) -> None:
    data = dated(("4/3/2023 10:00:00", "2023-03-04T10:00:00"), ("3/4/2023 10:00:00", None))
    store = store_of_bytes(data, LoadOptions(dates=told))  # type: ignore[arg-type]  # one of the three
    assert store.sources[0].dates == told
    times = {"dmy": APRIL_3, "mdy": MARCH_4, "ymd": None}
    assert store.frame["time"].to_list() == [MARCH_4, times[told]]


def test_a_row_that_has_only_a_time_stays_a_record_when_the_order_turns_out_otherwise() -> None:
    blank = ("03/22/2023 10:00:00", "", "")
    rows = [blank] + [("5/5/2023 10:00:00", "u", "{}")] * FIRST_BATCH + [("22/03/2023 10:00:00", "u", "{}")] * 9
    text = "".join(",".join(map(quoted, row)) + "\r\n" for row in rows)
    store = store_of_bytes(f"CreationDate,UserIds,AuditData\r\n{text}".encode())
    assert store.sources[0].dates == "dmy"
    assert store.record_count == len(rows)
    assert store.frame["problems"][0] & ProblemKind.BAD_TIME
    check_counts(store)


def test_years_first_and_no_dates_at_all() -> None:
    assert store_of_bytes(dated(("2023-03-04 10:00:00", None))).sources[0].dates == "ymd"
    assert store_of_bytes(b'UserIds,AuditData\r\nu,"{}"\r\n').sources[0].dates == ""
