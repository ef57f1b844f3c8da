"""`Export-Clixml` output of every shape gives its rows."""

from __future__ import annotations

import json
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omeviz.errors import SourceError
from omeviz.events.decode import decode
from omeviz.sources.clixml_reader import looks_like_clixml
from omeviz.sources.clixml_values import decoded
from omeviz.sources.list_batches import BATCH_ROWS, FIRST_BATCH
from tests.hostile import HOSTILE
from tests.make_samples import SAMPLES
from tests.sample_parts.clixml_text import HEAD, Plain, clixml, encoded_text, hawk_clixml
from tests.sample_parts.rows import rows_of
from tests.sample_parts.story import PUBLIC_RECORDS, story
from tests.sources.list_reading import as_clixml, read
from tests.support import examples

RECORDS = [json.loads(text) for text in PUBLIC_RECORDS]
WRAPPERS: list[dict[str, Plain]] = [
    {
        "RecordType": "OMEPortal",
        "CreationDate": datetime.fromisoformat(record["CreationTime"]),
        "UserIds": record["UserId"],
        "Operations": record["Operation"],
        "AuditData": text,
        "ResultIndex": 6,
        "IsValid": True,
        "Nothing": None,
    }
    for record, text in zip(RECORDS, PUBLIC_RECORDS, strict=True)
]
CELLS = [
    {
        "RecordType": "OMEPortal",
        "CreationDate": record["CreationTime"] + "Z",
        "UserIds": record["UserId"],
        "Operations": record["Operation"],
        "ResultIndex": "6",
        "IsValid": "True",
    }
    for record in RECORDS
]


def document(inside: str) -> str:
    return f"{HEAD}\n{inside}\n</Objs>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-16"?>\n', "#< CLIXML\r\n"])
def test_wrappers(declared: str, encoding: str) -> None:
    text = declared + clixml(WRAPPERS)
    assert looks_like_clixml(text)
    found = read(text.encode(encoding), as_clixml)
    assert found.audits == list(PUBLIC_RECORDS)
    assert found.rows == CELLS
    (batch,) = found.batches
    assert (batch.audit_index, batch.row_is_record, dict(batch.damage)) == (4, False, {})
    assert found.lines == [2 + declared.count("\n"), 14 + declared.count("\n")]
    assert found.notes == []


@pytest.mark.parametrize("size", [1, 2, 3, 64, 1000])
def test_in_blocks_of_any_size(size: int) -> None:
    found = read(clixml(WRAPPERS).encode("utf-16"), as_clixml, sizes=(size,))
    assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)


def test_on_one_line() -> None:
    text = "".join(line.strip() for line in clixml(WRAPPERS).splitlines())
    assert read(text, as_clixml, sizes=(100,)).audits == list(PUBLIC_RECORDS)


def test_decoded_events() -> None:
    (batch,) = read(clixml(WRAPPERS), as_clixml).batches
    columns = decode(batch).columns()
    assert columns["time"] == [datetime(2023, 3, 22, 19, 0, 59), datetime(2023, 3, 22, 19, 4, 9)]
    assert columns["problems"] == [0, 0]


@pytest.mark.parametrize(
    "written", ["2023-03-22T20:00:59.0000000+01:00", "2023-03-22T19:00:59Z", "2023-03-22T12:00:59-07:00"]
)
def test_a_time_of_any_zone_agrees(written: str) -> None:
    text = clixml(WRAPPERS[:1]).replace("2023-03-22T19:00:59Z", written)
    (batch,) = read(text, as_clixml).batches
    columns = decode(batch).columns()
    assert columns["time"] == [datetime(2023, 3, 22, 19, 0, 59)]
    assert columns["problems"] == [0]


def test_audit_data_that_is_an_object() -> None:
    found = read(clixml([WRAPPERS[0] | {"AuditData": RECORDS[0]}, WRAPPERS[1]]), as_clixml)
    assert found.audits == [json.dumps(RECORDS[0], ensure_ascii=False, separators=(",", ":")), PUBLIC_RECORDS[1]]


def test_records_by_themselves() -> None:
    found = read(clixml(RECORDS), as_clixml)
    assert [json.loads(text or "") for text in found.audits] == RECORDS
    assert found.audits == list(PUBLIC_RECORDS)
    (batch,) = found.batches
    assert (batch.header, batch.audit_index, batch.row_is_record) == ((), None, False)


def test_records_as_text() -> None:
    found = read(clixml([*PUBLIC_RECORDS, None, "words"]), as_clixml)
    assert found.audits == [*PUBLIC_RECORDS, "words"]
    assert found.source.blank == 1
    (batch,) = found.batches
    assert found.source.raw_row(batch, 2) == "words"


def test_a_text_that_was_given_properties() -> None:
    inside = f'<Obj RefId="0"><S>{PUBLIC_RECORDS[0].replace("<", "&lt;")}</S><MS><S N="PSPath">C:\\x</S></MS></Obj>'
    found = read(document(inside), as_clixml)
    assert (found.audits, found.rows) == ([PUBLIC_RECORDS[0]], [{"PSPath": "C:\\x"}])


@pytest.mark.parametrize(
    "exported",
    [
        [WRAPPERS],
        [[WRAPPERS[:1], WRAPPERS[1:]]],
        [{"value": WRAPPERS, "nextLink": "x"}],
        [WRAPPERS[0], [WRAPPERS[1]]],
        [[], *WRAPPERS],
    ],
)
def test_lists_of_objects(exported: list[Plain]) -> None:
    found = read(clixml(exported), as_clixml)
    assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)


def test_a_dictionary() -> None:
    entry = '<En><S N="Key">{}</S>{}</En>'
    inside = entry.format("Operations", '<S N="Value">x</S>') + entry.format(
        "AuditData", '<Obj N="Value" RefId="1"><DCT><En><S N="Key">Id</S><I32 N="Value">1</I32></En></DCT></Obj>'
    )
    found = read(document(f'<Obj RefId="0"><TN RefId="0"><T>x</T></TN><DCT>{inside}</DCT></Obj>'), as_clixml)
    assert (found.audits, found.rows) == (['{"Id":1}'], [{"Operations": "x"}])


def test_a_page_of_graph_as_a_dictionary() -> None:
    inside = (
        clixml([WRAPPERS]).split("\n", 1)[1].rsplit("\n", 1)[0].replace('<Obj RefId="0">', '<Obj N="Value" RefId="0">')
    )
    entry = f'<Obj RefId="99"><DCT><En><S N="Key">value</S>{inside}</En></DCT></Obj>'
    found = read(document(entry), as_clixml)
    assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)


def test_values_of_every_kind() -> None:
    inside = (
        '<Obj RefId="0"><TN RefId="0"><T>Selected</T></TN><ToString>@{Operations=x}</ToString><Props>'
        '<S N="Operations">x</S><S N="UserIds" /><Db N="Double">1.50</Db><D N="Decimal">7</D><Db N="Odd">NaN</Db>'
        '<I64 N="Long">9007199254740993</I64><G N="Guid">a</G><C N="Char">65</C><B N="No">false</B>'
        '<TS N="Span">P1D</TS>'
        '<Obj N="Kind" RefId="1"><TNRef RefId="0" /><ToString>OMEPortal</ToString><I32>154</I32></Obj>'
        '<Obj N="Deep" RefId="2"><ToString>@{Name=a}</ToString></Obj><Obj N="None" RefId="3"><LST /></Obj>'
        '<New N="Unknown"><S>lost</S></New></Props><MS><S N="PS_x0041_dded_x005F_x0041_">&lt;y&gt; &#233;</S>'
        '<Obj N="AuditData" RefId="4"><MS><Ref N="Kind" RefId="1" /><Ref N="Gone" RefId="77" /><Nil N="Nil" />'
        '<B N="Yes">true</B><S N="S">"\\_x000A_</S></MS></Obj></MS></Obj>'
    )
    found = read(document(inside), as_clixml)
    assert found.rows == [
        {"Operations": "x", "UserIds": "", "Double": "1.50", "Decimal": "7", "Odd": "NaN", "Guid": "a", "Char": "A"}
        | {"Long": "9007199254740993", "No": "False", "Span": "P1D", "Kind": "OMEPortal", "Deep": "@{Name=a}"}
        | {"None": "[]", "PSAdded_x0041_": "<y> é"}
    ]
    assert found.audits == ['{"Kind":154,"Gone":null,"Nil":null,"Yes":true,"S":"\\"\\\\\\n"}']


def test_repeated_names_are_kept() -> None:
    inside = '<Obj RefId="0"><MS><S N="Operations">a</S><S N="Operations">b</S><S N="AuditData">{}</S></MS></Obj>'
    (batch,) = read(document(inside), as_clixml).batches
    assert (batch.header, [list(column) for column in batch.cells]) == (("Operations", "Operations"), [["a"], ["b"]])


def test_an_object_of_something_else_is_a_row() -> None:
    found = read(clixml([{"DisplayName": "Anna"}, WRAPPERS[0]]), as_clixml)
    assert found.rows == [{"DisplayName": "Anna"}, CELLS[0]]
    (batch,) = found.batches
    assert decode(batch).unusable == [0]
    assert "DisplayName" in found.source.raw_row(batch, 0)


def test_joined_documents() -> None:
    text = clixml(WRAPPERS[:1]) + "\r\n" + '<?xml version="1.0"?>\r\n' + clixml(WRAPPERS[1:])
    for size in (5, 6, 10_000):
        found = read(text, as_clixml, sizes=(size,))
        assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)
        assert found.lines == [2, 17]
        assert found.notes == ["2 documents: several exports were joined"]


def test_nothing_in_it() -> None:
    for text in (clixml([]), clixml([None]), clixml([[]])):
        with pytest.raises(SourceError, match="without an object"):
            read(text, as_clixml)


@given(st.text(max_size=40) | st.sampled_from([text for _, text in HOSTILE]))
@settings(max_examples=examples(150), deadline=None)
def test_any_text_comes_back(text: str) -> None:
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert decoded(encoded_text(text)) == expected
    for encoding in ("utf-8", "utf-16"):
        found = read(clixml([{"Operations": text, "AuditData": {"a": text}}]).encode(encoding), as_clixml)
        if not {"\ufffe", "\uffff"} & set(text):
            assert found.rows == [{"Operations": expected}]
            assert json.loads(found.audits[0] or "") == {"a": expected}


def test_the_first_batch_is_small() -> None:
    count = FIRST_BATCH + BATCH_ROWS + 3
    objects: list[Plain] = [{"Operations": "x", "UserIds": str(number)} for number in range(count)]
    found = read(clixml(objects), as_clixml)
    assert [batch.height for batch in found.batches] == [FIRST_BATCH, BATCH_ROWS, 3]
    assert [row["UserIds"] for row in found.rows] == [str(number) for number in range(count)]


def test_a_long_value_takes_linear_memory() -> None:
    text = clixml([{"Operations": "x", "ObjectState": "y&" * 1_000_000}])
    tracemalloc.start()
    found = read(text, as_clixml)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.rows[0]["ObjectState"]) == 2_000_000
    assert peak < 6 * len(text)


def test_what_is_no_clixml() -> None:
    others = [
        "",
        "<html>",
        "<Objs>",
        f'{{"a": "{HEAD}"}}',
        f"Id,AuditData\n1,{HEAD}\n",
        '<?xml version="1.0"?><Events/>',
    ]
    assert not any(map(looks_like_clixml, others))
    assert not looks_like_clixml((SAMPLES / "events.csv").read_text("utf-8-sig"))
    assert looks_like_clixml(f"\ufeff  {HEAD}")
    assert looks_like_clixml(f'<!DOCTYPE a [<!ENTITY b "c">]>\n{HEAD}')


def test_the_sample() -> None:
    rows = rows_of(story()[:12])
    found = read(hawk_clixml(rows), as_clixml)
    assert found.source.encoding.shown == "UTF-16"
    assert found.audits == [row.audit for row in rows]
    (batch,) = found.batches
    columns = decode(batch).columns()
    assert columns["id"] == [row.identity for row in rows]
    assert columns["problems"] == [0] * 12
