"""Every shape in which a JSON file holds records gives the same records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.load_rules import Rules
from omeviz.sources.json_elements import Elements
from omeviz.sources.json_records import Records
from omeviz.sources.json_source import BATCH_ROWS, FIRST_BATCH
from tests.sources.json_support import JsonRow, batches_of, rows_of, source_of
from tests.support import examples

Record = dict[str, object]

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(
    st.builds(
        lambda number, text, extra: {"Operation": text, "Id": str(number), **extra},
        st.integers(),
        TEXTS,
        st.dictionaries(st.sampled_from(["Recipient", "Sender", "Note", "OperationProperties", "Ü"]), VALUES),
    ),
    min_size=1,
    max_size=7,
)


def short(value: object) -> str:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def page(records: Sequence[object], **around: object) -> str:
    return short({**around, "value": list(records), "Count": len(records)})


COMPACT: dict[str, Callable[[Sequence[Record]], str]] = {
    "array": lambda records: "[" + ",".join(map(short, records)) + "]",
    "array of lines": lambda records: "[\n" + ",\n".join(map(short, records)) + "\n]\n",
    "ndjson": lambda records: "\n".join(map(short, records)) + "\n",
    "ndjson, CRLF and blank lines": lambda records: "\r\n\r\n".join(map(short, records)),
    "documents without anything between": lambda records: "".join(map(short, records)),
    "documents with commas": lambda records: " , ".join(map(short, records)),
    "text sequence": lambda records: "".join(f"\x1e{short(record)}\n" for record in records),
    "page": page,
    "pages in an array": lambda records: "[" + page(records[:1]) + "," + page(records[1:]) + "]",
    "lists in lists": lambda records: f"[[{short(records[:1])}],{short(records[1:])}]",
    "array and lines": lambda records: short(records[:2]) + "\n" + "\n".join(map(short, records[2:])),
    "texts": lambda records: short([short(record) for record in records]),
}
PRETTY: dict[str, Callable[[Sequence[Record]], str]] = {
    "pretty array": lambda records: json.dumps(records, ensure_ascii=False, indent=4),
    "pretty documents": lambda records: "\r\n".join(json.dumps(r, indent=2).replace("\n", "\r\n") for r in records),
    "pretty page": lambda records: json.dumps({"value": records, "Count": 1}, indent="\t", ensure_ascii=False),
    "blanks before colons": lambda records: json.dumps(records, indent=1, separators=(" ,", " :  ")),
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]


@given(RECORDS, st.sampled_from(sorted(COMPACT)), st.sampled_from(ENCODINGS), st.sampled_from([1, 3, 17, 1 << 20]))
@settings(max_examples=examples(150), deadline=None)
def test_bare_records_in_every_compact_shape(records: list[Record], shape: str, encoding: str, size: int) -> None:
    rows = rows_of(COMPACT[shape](records).encode(encoding), size)
    assert [row.audit for row in rows] == [short(record) for record in records]
    assert [row.number for row in rows] == list(range(1, len(records) + 1))
    assert all(row.is_record and not row.cells and row.damage is None for row in rows)


@given(RECORDS, st.sampled_from(sorted(PRETTY)), st.sampled_from(ENCODINGS), st.sampled_from([1, 5, 1 << 20]))
@settings(max_examples=examples(80), deadline=None)
def test_bare_records_in_every_pretty_shape(records: list[Record], shape: str, encoding: str, size: int) -> None:
    rows = rows_of(PRETTY[shape](records).encode(encoding), size)
    assert [json.loads(row.audit or "") for row in rows] == records
    assert all(row.damage is None for row in rows)


@given(RECORDS, st.sampled_from(sorted(COMPACT)), st.booleans(), st.sampled_from([1, 7, 1 << 20]))
@settings(max_examples=examples(120), deadline=None)
def test_wrapped_records_in_every_compact_shape(records: list[Record], shape: str, text: bool, size: int) -> None:
    wrapped: list[Record] = [
        {
            "RecordType": 154,
            "CreationDate": "/Date(1679511659000)/",
            "AuditData": short(r) if text else r,
            "IsValid": True,
        }
        for r in records
    ]
    rows = rows_of(COMPACT[shape](wrapped), size)
    assert [row.audit for row in rows] == [short(record) for record in records]
    cells = {"RecordType": "154", "CreationDate": "/Date(1679511659000)/", "IsValid": "true"}
    assert all(row.cells == cells and row.damage is None for row in rows)
    assert {row.time for row in rows} == {"2023-03-22T19:00:59"}


def test_a_wrapper_gives_its_keys_as_cells() -> None:
    audit = '{"Id" : "1",\n "x":[1.0, 2]}'
    text = f'{{"id":"\\u0031","n":1.50,"nul":null,"no":false,"list":[ "a", {{"b" : 1}} ],"AuditData":{audit},"E":""}}'
    (batch,) = batches_of(text.encode())
    assert (batch.header, batch.audit_index, batch.row_is_record) == (("id", "n", "nul", "no", "list", "E"), 5, False)
    assert [column[0] for column in batch.cells] == ["1", "1.50", None, "false", '["a",{"b":1}]', ""]
    assert list(batch.audit) == [audit]


@pytest.mark.parametrize("key", ["AuditData", "auditData", "AUDITDATA"])
@pytest.mark.parametrize("last", [True, False])
def test_audit_data_in_any_case_and_place(key: str, last: bool) -> None:
    record = {"Id": "1", "AuditData": {"deep": [{key: "}"}]}}
    wrapper = {"a": [f'"{key}":'], key: record} if last else {key: record, "Id": "1", "deep": {"Id": 2}}
    (row,) = rows_of(short(wrapper))
    assert row.audit == short(record)


def test_audit_data_that_is_null_or_no_object() -> None:
    null, number, text, empty = rows_of('[{"AuditData":null,"UserIds":"a"},{"AuditData":5,"UserIds":"a"}]') + rows_of(
        '[{"AuditData":"cut {","UserIds":"a"},{"AuditData":"","UserIds":"a"}]'
    )
    assert [row.audit for row in (null, number, text, empty)] == [None, "5", "cut {", ""]
    assert all(row.is_record and row.bits for row in (null, number, text, empty))


def test_differing_keys_share_a_batch() -> None:
    text = '{"A":"1","AuditData":"{}","Id":"x"}\n{"Id":"y"}\n{"AuditData":"{}","B":"2","A":"3"}'
    (batch,) = batches_of(text.encode())
    assert (batch.header, batch.audit_index) == (("A", "B", "Id"), 1)
    assert [list(column) for column in batch.cells] == [["1", None, "3"], [None, None, "2"], ["x", None, None]]
    assert list(batch.audit) == ["{}", '{"Id":"y"}', "{}"]


def test_keys_that_come_later_stand_where_they_do_in_their_own_row() -> None:
    text = '{"A":"1","AuditData":"{}"}\n{"A":"2","B":"2","C":"2","AuditData":"{}","D":"2"}\n'
    text += '{"0":"3","AuditData":"{}","D":"3"}'
    (batch,) = batches_of(text.encode())
    assert (batch.header, batch.audit_index) == (("0", "A", "B", "C", "D"), 4)
    assert [column[1] for column in batch.cells] == [None, "2", "2", "2", "2"]


def test_damaged_records_with_other_orders_of_keys_do_not_share_a_batch() -> None:
    text = '{"Operation":"x","Id":"1","UserId":"a"\n{"UserId":"b","Operation":"y"\n{"Operation":"z","UserId":"c"'
    batches = batches_of(text.encode())
    assert [batch.header for batch in batches] == [
        ("Operation", "UserId"),
        ("UserId", "Operation"),
        ("Operation", "UserId"),
    ]
    assert [[column[0] for column in batch.cells] for batch in batches] == [["x", "a"], ["b", "y"], ["z", "c"]]


def test_differing_keys_do_not_multiply() -> None:
    text = "\n".join(
        f'{{"AuditData":"{{}}",{",".join(f"{chr(34)}k{n}x{i}{chr(34)}:1" for i in range(40))}}}' for n in range(500)
    )
    batches = batches_of(text.encode())
    assert sum(batch.height for batch in batches) == 500
    assert all(batch.height * len(batch.header) < 1 << 22 for batch in batches)


def test_the_first_batch_is_small() -> None:
    text = '{"Id":"1"}\n' * (FIRST_BATCH + BATCH_ROWS + 3)
    found = batches_of(text.encode())
    assert [batch.height for batch in found] == [FIRST_BATCH, BATCH_ROWS, 3]
    assert found[-1].lines[-1] == FIRST_BATCH + BATCH_ROWS + 3


def test_the_last_of_repeated_keys_counts_and_all_are_kept() -> None:
    (row,) = rows_of('{"UserIds":"a","AuditData":"{\\"Id\\":\\"1\\"}","userids":"b","AuditData":"{\\"Id\\":\\"2\\"}"}')
    assert (row.audit, row.id, row.is_record) == ('{"Id":"2"}', "2", True)
    assert row.cells == {"userids": "b", "UserIds": "a", "AuditData": '{"Id":"1"}'}
    assert row.damage is not None
    assert "more than once" in row.damage.reason


def test_repeated_keys_of_a_bare_record_stay_in_its_text() -> None:
    text = '{"Id":"1","Id":"2","Operation":"x"}'
    (row,) = rows_of(text)
    assert (row.audit, row.id, row.damage) == (text, "2", None)


@pytest.mark.parametrize(
    "literal", ["1e400", "NaN", "-Infinity", "12345678901234567890123", "1.50", '"\\ud800"', "9" * 5000]
)
def test_literals_stay_as_they_are(literal: str) -> None:
    (row,) = rows_of(f'{{"Id":"1","x":{literal}}}')
    assert row.audit == f'{{"Id":"1","x":{literal}}}'
    (wrapped,) = rows_of(f'{{"x":{literal},"AuditData":{{"Id":"1","x":{literal}}}}}')
    assert wrapped.audit == f'{{"Id":"1","x":{literal}}}'
    assert wrapped.cells["x"] in (literal, "\ud800")


def test_rows_that_are_no_objects() -> None:
    rows = rows_of('[null,1,"a",{"Id":"1"},{"foo":[{}]},true,[],{},"{\\"Id\\":\\"2\\"}"]')
    assert [row.is_record for row in rows] == [False, False, False, True, False, False, True]
    assert [row.damage.raw for row in rows if row.damage] == ["null", "1", '"a"', '{"foo":[{}]}', "true"]
    source = source_of(b'{"Id":"1"}{}{ }')
    assert [batch.height for batch in source.batches() if batch] == [1]
    assert source.blank == 2


def test_a_wrapper_without_anything_is_kept_as_it_was() -> None:
    text = '{ "AuditData" : null , "ResultIndex" : -1 }'
    source = source_of(f'{{"Id":"1"}}\n{text}\n'.encode())
    (batch,) = [batch for batch in source.batches() if batch is not None]
    assert [row.is_record for row in rows_of(f'{{"Id":"1"}}\n{text}\n')] == [True, False]
    assert source.raw_row(batch, 1) == text  # type: ignore[arg-type]


def test_foreign_bytes_cost_their_record_only() -> None:
    data = b'[{"Id":"1","Sender":"M\xfcller \x80"},{"Id":"2","Sender":"%b"},{"Id":"3","Sender":"\xe9\x81"}]'
    data = data.replace(b"%b", "üüüüü".encode())
    for size in (1, 2, 1 << 20):
        source = source_of(data, size)
        (batch,) = [batch for batch in source.batches() if batch is not None]
        rows = rows_of(data, size)
        assert [row.audit for row in rows] == [
            '{"Id":"1","Sender":"Müller €"}',
            '{"Id":"2","Sender":"üüüüü"}',
            '{"Id":"3","Sender":"é\x81"}',
        ]
        assert [bool(row.damage and row.damage.encoding) for row in rows] == [True, False, True]
        assert batch.height == 3
        assert any("Windows-1252" in note for note in source.notes())


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("bom", [b"", b"\xff\xfe"])
def test_utf16_behind_utf8(bom: bytes, size: int) -> None:
    data = (
        b'{"Id":"0","Note":"'
        + "ü".encode() * 5000
        + b'"}\n{"Id":"1"}\n'
        + bom
        + '{"Id":"2","Sender":"é"}\r\n{"Id":"3","Sender":"x@contoso.com"}\r\n'.encode("utf-16-le")
    )
    assert [row.id for row in rows_of(data, size)] == ["0", "1", "2", "3"]


def test_a_page_with_a_link_to_the_next() -> None:
    last = '{"value":[{"Id":"2"}]}'
    first = '{"@odata.nextLink":"https://graph.example.org/2","value":[{"Id":"1"}]}'
    for text, noted in ((first, True), (last + first, True), (first + last, False), (last, False)):
        source = source_of(text.encode())
        assert [batch.height for batch in source.batches() if batch] == [text.count("Id")]
        assert any("nextLink" in note for note in source.notes()) is noted


def test_nested_too_deeply_is_a_row_like_any_other() -> None:
    deep = "[" * 20_000 + "]" * 20_000
    rows: list[JsonRow] = rows_of(
        f'{{"Id":"1"}}\n{{"Id":"2","x":{deep}}}\n{{"AuditData":{{"x":{deep}}},"Id":"3"}}\n{deep}'
    )
    assert [row.audit for row in rows] == ['{"Id":"1"}', f'{{"Id":"2","x":{deep}}}', f'{{"x":{deep}}}']
    assert rows[2].cells == {"Id": "3"}


def test_a_file_that_only_opens() -> None:
    source = source_of(b"[" * 3_000_000)
    assert list(source.batches()) == []
    assert source.emptiness(0) == "an empty list or object"


def test_what_has_come_is_shown_while_more_is_waited_for() -> None:
    waits = iter([False, False])
    pieces = iter(['{"Id":"1"}\n{"Id":"2"}\n{"Id":', '"3"}'])
    elements = Elements(pieces, Records(Rules()), ready=lambda patience: not patience or next(waits, True))
    assert [element.text if element else None for element in elements] == [
        *('{"Id":"1"}', '{"Id":"2"}', None, None, '{"Id":"3"}')
    ]
