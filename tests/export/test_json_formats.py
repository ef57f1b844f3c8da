from __future__ import annotations

import json
from typing import Any

import orjson
import polars as pl
import pytest

from omeviz.events.part import EventPart
from omeviz.store import Placed, Store
from tests.export.support import exported, objects_of
from tests.hostile import HOSTILE, hostile_record, writable
from tests.support import PUBLIC_RECORD, portal_record, store_of

CUT = '{"Operation":"MessageAccess","Recipient":"a@exam'


def test_a_record_is_its_own_text() -> None:
    store = store_of('{\r\n  "Id": "1",\r\n  "id": "1"\r\n}', '{"Id": "2", "Id": 1.0}')
    assert exported(store, "jsonl") == b'{"Id": "1","id": "1"}\n{"Id": "2", "Id": 1.0}\n'
    assert exported(store, "json") == b'[\n{"Id": "1","id": "1"},\n{"Id": "2", "Id": 1.0}\n]\n'


@pytest.mark.parametrize(("name", "text"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_text_comes_back(name: str, text: str) -> None:
    assert name
    sound = [hostile_record(text), hostile_record(text, number=1, escaped=True)]
    wrapper = {"Identity": "x", "Operations": writable(text), writable(text): "cell"}
    store = store_of(*sound, "x" + writable(text), wrappers=[wrapper] * 3)
    data = exported(store, "jsonl")
    assert not data.startswith(b"\xef\xbb\xbf")
    first, second, third = objects_of(data)
    audits = store.frame["audit"].to_list()
    for found, audit in zip((first, second), audits, strict=False):
        # An escaped lone surrogate is no JSON to every parser: such AuditData is a text beside the wrapper.
        lone = "\ufffd" in writable(text) and "\ufffd" not in text
        assert (json.loads(found["AuditData"]) if lone else found) == json.loads(audit)
    for line in data.splitlines():
        orjson.loads(line)
    assert "omevizProblem" in third
    assert third["AuditData"] == "x" + writable(text)
    assert json.loads(exported(store, "json")) == [first, second, third]


@pytest.mark.parametrize(
    ("audit", "why"),
    [
        (CUT, "AuditData cut"),
        ("", "no AuditData"),
        (None, "no AuditData"),
        ("[1]", "AuditData is no JSON object"),
        ("nonsense", "AuditData is no JSON object"),
        ('{"a":NaN}', "AuditData is no JSON object"),
        ('{"a":"\\ud800"}', "AuditData is JSON that some parsers refuse"),
        ('{"a":1e999}', "AuditData is JSON that some parsers refuse"),
    ],
)
def test_unusable_audit_data_is_a_text_beside_the_wrapper(audit: str | None, why: str) -> None:
    store = store_of(audit, wrappers=[{"UserIds": "u@example.org", "Operations": "MessageAccess", "None": None}])
    (found,) = objects_of(exported(store, "jsonl"))
    assert list(found.items()) == [
        ("AuditData", audit or ""),
        ("UserIds", "u@example.org"),
        ("Operations", "MessageAccess"),
        ("omevizProblem", why),
    ]


def with_part(**changes: Any) -> Store:
    """A store of one cut record whose part has other wrapper cells."""
    (part,) = store_of(CUT, wrappers=[{"Operations": "MessageAccess"}]).parts
    fields = {name: getattr(part, name) for name in EventPart.__dataclass_fields__}
    cells = changes.pop("cells")
    fields |= changes | {"wrapper": pl.DataFrame({str(index): [cell] for index, cell in enumerate(cells)})}
    store = store_of()
    store.placed, store.record_count = Placed((), ()), 0
    store.append(EventPart(**fields))
    return store


def test_repeated_and_missing_names_do_not_hide_a_cell() -> None:
    header = ("Operations", "Operations", "AuditData", "omevizProblem", "")
    store = with_part(header=header, cells=["a", "b", "c", "d", "e"], extra={0: ("f",)})
    (found,) = objects_of(exported(store, "jsonl"))
    assert found == {
        "AuditData": CUT,
        "Operations": "a",
        "Operations (2)": "b",
        "AuditData (2)": "c",
        "omevizProblem (2)": "d",
        "column 5": "e",
        "column 6": "f",
        "omevizProblem": "AuditData cut",
    }


def test_a_row_that_is_the_record_is_an_object_of_its_cells() -> None:
    store = with_part(header=("Operation", "TimeGenerated [UTC]"), cells=["a", "b"], row_is_record=True)
    assert objects_of(exported(store, "jsonl")) == [{"Operation": "a", "TimeGenerated [UTC]": "b"}]


def test_chosen_columns_are_objects_of_texts() -> None:
    store = store_of(portal_record(MailSubject="=1"), CUT, wrappers=[{"Operations": "MessageAccess"}] * 2)
    found = objects_of(exported(store, "jsonl", ["time", "subject", "audit"]))
    assert [list(item) for item in found] == [["CreationDate", "Subject", "AuditData"]] * 2
    assert found[0]["CreationDate"] == "2023-03-22T19:00:59Z"
    assert found[0]["Subject"] == "=1"
    assert json.loads(found[0]["AuditData"])["Operation"] == "MessageAccess"
    assert found[1] == {"CreationDate": None, "Subject": None, "AuditData": CUT}


def test_no_records() -> None:
    assert exported(Store(), "jsonl") == b""
    assert json.loads(exported(Store(), "json")) == []


def test_records_of_several_parts_and_sources_in_the_order_of_the_rows() -> None:
    store = store_of(CUT, PUBLIC_RECORD, wrappers=[{"Operations": "one"}] * 2)
    store_of(CUT, PUBLIC_RECORD, wrappers=[{"UserIds": "x", "Operations": "two"}] * 2, store=store)
    found = [item.get("Operations", item.get("Operation")) for item in objects_of(exported(store, "jsonl"))]
    assert found == ["one", "MessageAccess", "two", "MessageAccess"]
