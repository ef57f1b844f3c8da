"""What the table's models hand out."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from omeviz.store import Store
from omeviz.tui.models import CELL_LIMIT, FrameModel, ListModel, time_text
from tests.support import portal_record, store_of


def three_parts() -> Store:
    """Seven records in three parts of two sources; the number of each is its subject."""
    store = Store()
    for name, numbers in (("a.csv", (0, 1, 2)), ("b.csv", (3, 4)), ("c.csv", (5, 6))):
        store_of(*(portal_record(MailSubject=f"number {n}") for n in numbers), name=name, store=store)
    return store


def test_the_drawn_parts_import_no_polars() -> None:
    program = (
        "import sys, omeviz.tui.widgets.event_table as t, omeviz.tui.models as m;"
        "assert m.ListModel({'time': ['x']}).cells(0, 1, ['time']) == [['x']];"
        "sys.exit('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_list_model_hands_out_columns() -> None:
    columns = {"time": ["1", "2", "3"], "subject": ["a", "b", "c"]}
    model = ListModel(columns, marked={1}, problems={2})
    assert model.row_count == 3
    assert model.cells(1, 10, ["subject", "time", "absent"]) == [["b", "c"], ["2", "3"], ["", ""]]
    assert model.marked(0, 3) == [False, True, False]
    assert model.problems(0, 3) == [False, False, True]
    columns["time"].append("4")
    assert model.row_count == 3, "a row counts when all its columns are there"
    columns["subject"].append("d")
    assert model.row_count == 4
    assert ListModel({}).row_count == 0


def test_list_model_cuts_huge_cells() -> None:
    assert ListModel({"subject": ["x" * 1_000_000]}).cells(0, 1, ["subject"]) == [["x" * CELL_LIMIT]]


def test_frame_model_follows_the_order_given() -> None:
    model = FrameModel(three_parts(), pl.Series([6, 0, 3, 4], dtype=pl.UInt32), marks={3})
    assert model.row_count == 4
    assert model.cells(0, 4, ["subject", "file"]) == [
        ["number 6", "number 0", "number 3", "number 4"],
        ["c.csv", "a.csv", "b.csv", "b.csv"],
    ]
    assert model.cells(2, 100, ["subject"]) == [["number 3", "number 4"]]
    assert model.marked(0, 4) == [False, False, True, False]
    assert model.problems(0, 4) == [False] * 4
    assert [model.store_row(index) for index in range(4)] == [6, 0, 3, 4]
    assert model.index_of(3) == 2
    assert model.index_of(5) is None
    with pytest.raises(IndexError):
        model.store_row(4)


def test_frame_model_of_everything_grows_with_the_store() -> None:
    store = three_parts()
    model = FrameModel(store, marks={7})
    assert model.row_count == 7
    store_of(portal_record(MailSubject="number 7"), name="d.csv", store=store)
    assert model.row_count == 8
    assert model.cells(5, 8, ["subject"]) == [["number 5", "number 6", "number 7"]]
    assert model.marked(6, 8) == [False, True]
    assert model.index_of(7) == 7
    assert model.index_of(8) is None


def test_frame_model_texts() -> None:
    wrappers = [{"UserIds": "admin@M365x965352.onmicrosoft.com"}] * 2
    store = store_of(portal_record(AttachmentName="x" * 5000), "{", wrappers=wrappers)
    model = FrameModel(store)
    columns = ["time", "operation", "status", "recipient", "attachment"]
    assert [texts[0][:30] for texts in model.cells(0, 1, columns)] == [
        "2023-03-22 19:00:59",
        "MessageAccess",
        "success",
        "samschan.msft@gmail.com",
        "x" * 30,
    ]
    assert model.cells(0, 2, ["attachment"]) == [["x" * CELL_LIMIT, ""]]
    assert model.cells(1, 2, columns) == [[""], [""], ["unknown"], [""], [""]]
    assert model.problems(0, 2) == [False, True]


def test_frame_model_shows_times_in_its_zone() -> None:
    model = FrameModel(store_of(portal_record()), zone=ZoneInfo("Asia/Tokyo"))
    assert model.cells(0, 1, ["time"]) == [["2023-03-23 04:00:59"]]


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (datetime(2023, 3, 22, 19, 0, 59), "2023-03-22 19:00:59"),
        (datetime(2023, 3, 22, 19, 0, 59, 120_000), "2023-03-22 19:00:59.12"),
        (datetime(2023, 3, 22, 19, 0, 59, 7), "2023-03-22 19:00:59.000007"),
        (datetime(1, 1, 1), "0001-01-01 00:00:00"),
    ],
)
def test_times_have_a_fraction_where_the_record_has_one(time: datetime, shown: str) -> None:
    assert time_text(time) == shown


def test_times_in_zones() -> None:
    time = datetime(2023, 7, 1, 12, 0, 0)
    assert time_text(time, UTC) == "2023-07-01 12:00:00"
    assert time_text(time, ZoneInfo("Europe/Berlin")) == "2023-07-01 14:00:00"
    assert time_text(time, timezone(timedelta(hours=-3, minutes=-30))) == "2023-07-01 08:30:00"
    local = time.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert time_text(time, None) == local.isoformat(" ")
    assert time_text(datetime(1, 1, 1), timezone(timedelta(hours=-3))) == "0001-01-01 00:00:00", "no such time there"
