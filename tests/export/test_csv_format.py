from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.events.columns import COLUMNS
from omeviz.events.decode import decode
from omeviz.guard import CSV_HEADINGS, is_own_header, unguard
from omeviz.sources.batch import RawBatch
from omeviz.store import Store
from tests.export.support import exported, rows_of
from tests.hostile import HOSTILE, hostile_record, writable
from tests.support import PUBLIC_RECORD, portal_record, store_of

DECODED = [column.name for column in COLUMNS if column.name != "file"]


def read_back(data: bytes) -> pl.DataFrame:
    """The decoded columns of an own CSV, read by the standard library and decoded by the careful path."""
    rows = rows_of(data)
    header = tuple(name for name in rows[0] if name != "AuditData")
    assert is_own_header(list(rows[0]))
    cells = [[unguard(row[name]) for row in rows] for name in header]
    audit = [unguard(row["AuditData"]) for row in rows]
    batch = RawBatch(header, len(header), False, cells, audit, list(range(2, 2 + len(rows))))
    return decode(batch).part(0).frame


def comparable(frame: pl.DataFrame, *, empty_is_absent: bool = False) -> pl.DataFrame:
    texts = frame.select(pl.col(DECODED).cast(pl.String))
    return texts.with_columns(pl.all().replace("", None)) if empty_is_absent else texts


def test_the_public_record() -> None:
    data = exported(store_of(PUBLIC_RECORD), "csv")
    assert data.startswith("\ufeffRecordId,CreationDate,RecordType,Operation,UserId,Status,".encode())
    assert data.count(b"\r\n") == 2
    assert data.count(b"\n") == 2
    (row,) = rows_of(data)
    assert list(row) == list(CSV_HEADINGS.values())
    assert row["RecordId"] == "a3500d45-6ab3-4971-a762-a01a846015d0"
    assert row["CreationDate"] == "2023-03-22T19:00:59Z"
    assert row["RecordType"] == "OMEPortal"
    assert row["Status"] == "success"
    assert row["Recipient"] == "samschan.msft@gmail.com"
    assert row["Subject"] == "Support case 1234567"
    assert row["AttachmentName"] == ""
    assert row["File"] == "events.csv"
    assert json.loads(row["AuditData"]) == PUBLIC_RECORD


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2023-03-22T19:00:59.5000000Z", "2023-03-22T19:00:59.500Z"),
        ("2023-03-22T19:00:59.123456", "2023-03-22T19:00:59.123456Z"),
        ("2023-03-22T19:00:59.0000000", "2023-03-22T19:00:59Z"),
    ],
)
def test_a_fraction_of_a_second_only_where_there_is_one(written: str, shown: str) -> None:
    (row,) = rows_of(exported(store_of(portal_record(CreationTime=written)), "csv"))
    assert row["CreationDate"] == shown
    assert datetime.fromisoformat(shown).tzinfo is not None


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_text_comes_back(name: str, text: str) -> None:
    store = store_of(hostile_record(text), hostile_record(text, number=1, escaped=True), name=f"{name}{text}.csv")
    data = exported(store, "csv")
    rows = rows_of(data)
    assert [unguard(row["AuditData"]) for row in rows] == store.frame["audit"].to_list()
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    assert comparable(read_back(data)).equals(comparable(store.frame))


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_records_without_audit_data_come_back(name: str, text: str) -> None:
    assert name
    cell = writable(text)
    wrapper = {column.export: cell for column in COLUMNS if column.name not in {"time", "status", "file"}}
    wrappers = [{"CreationDate": "2023-03-22T19:00:59Z", **wrapper}, {"CreationDate": cell or "x", **wrapper}]
    store = store_of(None, None, wrappers=wrappers)
    returned = read_back(exported(store, "csv"))
    assert comparable(returned, empty_is_absent=True).equals(comparable(store.frame, empty_is_absent=True))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_any_audit_data_comes_back(audits: list[str]) -> None:
    wrappers = [{"Operation": "MessageAccess"}] * len(audits)
    store = store_of(*audits, wrappers=wrappers)
    rows = rows_of(exported(store, "csv"))
    assert [unguard(row["AuditData"]) for row in rows] == audits


def test_chosen_columns_in_their_order() -> None:
    store = store_of(portal_record(MailSubject="-1"), portal_record(MailSubject="'"))
    data = exported(store, "csv", ["subject", "TO", "AuditData", "op"])
    rows = rows_of(data)
    assert list(rows[0]) == ["Subject", "Recipient", "AuditData", "Operation"]
    assert [row["Subject"] for row in rows] == ["'-1", "''"]


def test_one_column_without_a_value_is_still_a_row() -> None:
    data = exported(store_of(PUBLIC_RECORD, portal_record(AttachmentName="a.docx")), "csv", ["attachment"])
    assert data == '\ufeffAttachmentName\r\n""\r\na.docx\r\n'.encode()


def test_no_records_are_a_header() -> None:
    assert rows_of(exported(Store(), "csv")) == []
    assert exported(Store(), "csv", ["time"]) == "\ufeffCreationDate\r\n".encode()


def test_an_unreadable_time_stays_as_it_was_written_where_audit_data_does_not_say_it() -> None:
    wrappers = [{"CreationDate": text, "Operations": "MessageAccess"} for text in ("-soon", "soon")]
    store = store_of(None, portal_record(CreationTime="never"), wrappers=wrappers)
    rows = rows_of(exported(store, "csv"))
    assert [row["CreationDate"] for row in rows] == ["'-soon", ""]


def test_several_recipients() -> None:
    store = store_of(portal_record(Recipient=["a@example.org", "b@example.org"]))
    (row,) = rows_of(exported(store, "csv"))
    assert row["Recipient"] == "a@example.org; b@example.org"


def test_a_cut_record_keeps_its_text() -> None:
    cut = json.dumps(PUBLIC_RECORD)[:300]
    (row,) = rows_of(exported(store_of(cut, wrappers=[{"Operations": "MessageAccess"}]), "csv"))
    assert row["AuditData"] == cut
    assert row["Operation"] == "MessageAccess"


def test_sources_are_named_and_names_that_are_no_unicode_are_mended() -> None:
    store = store_of(PUBLIC_RECORD, name="=1.csv")
    store_of(PUBLIC_RECORD, name="b\udcff.csv", store=store)
    assert [row["File"] for row in rows_of(exported(store, "csv"))] == ["'=1.csv", "b\ufffd.csv"]
