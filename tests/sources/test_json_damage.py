"""What is damaged costs one record: those before it and behind it are all there."""

from __future__ import annotations

import json
from itertools import cycle

import pytest

from omeviz.sources import json_buffer
from omeviz.sources.long_lines import KEPT
from tests.sources.json_support import JsonRow, rows_of

RECORDS = [
    json.dumps(
        {
            "CreationTime": f"2023-03-0{number}T09:34:14",
            "Id": f"id-{number}",
            "Operation": "MessageAccess",
            "OperationProperties": [{"Name": "MailSubject", "Value": 'a " € \\'}],
            "Sender": "x@contoso.com",
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for number in range(1, 6)
]
TEXTS = [json.dumps({"RecordType": "OMEPortal", "AuditData": r, "ResultIndex": 1}, ensure_ascii=False) for r in RECORDS]
OBJECTS = [f'{{"RecordType":"OMEPortal","AuditData":{record},"ResultIndex":1}}' for record in RECORDS]


def pretty(records: list[str]) -> str:
    return json.dumps([json.loads(record) for record in records], indent=2, ensure_ascii=False)


FILES = {
    "lines": "\n".join(RECORDS) + "\n",
    "lines with text": "\r\n".join(TEXTS) + "\r\n",
    "lines with objects": "\n".join(OBJECTS),
    "one line": "[" + ",".join(RECORDS) + "]",
    "one line with text": "[" + ",".join(TEXTS) + "]",
    "one line with objects": "".join(OBJECTS),
    "pretty": pretty(RECORDS),
    "pretty with objects": pretty(OBJECTS),
    "page": '{"@odata.context":"x","value":[' + ",".join(OBJECTS) + '],"Count":5}',
    "array of lines": "[\n" + ",\n".join(TEXTS) + "\n]",
}
ADDED = '"{}[],:\\x\n'


def undamaged(rows: list[JsonRow]) -> list[str]:
    """AuditData of the records that nothing is wrong with, in order."""
    return [row.audit or "" for row in rows if row.is_record and row.damage is None]


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_character_costs_one_record(name: str) -> None:
    text = FILES[name]
    sound = undamaged(rows_of(text))
    assert len(sound) == 5
    added = cycle(ADDED)
    for place in range(0, len(text), 2):
        sign = next(added)
        for damaged in (text[:place] + text[place + 1 :], text[:place] + sign + text[place:]):
            rows = rows_of(damaged)
            kept = [audit for audit in sound if audit in undamaged(rows)]
            assert len(kept) >= 4, (damaged, rows)
            assert [row.number for row in rows] == list(range(1, len(rows) + 1))
            assert len(rows) <= 8


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("size", [1, 13])
def test_blocks_make_no_difference_to_damage(name: str, size: int) -> None:
    text = FILES[name]
    for place in range(7, len(text), 97):
        damaged = text[:place] + text[place + 1 :]
        assert rows_of(damaged, size) == rows_of(damaged)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_cut_file_keeps_what_is_before_the_cut(name: str) -> None:
    text = FILES[name]
    sound = undamaged(rows_of(text))
    for place in range(len(text) // 2, len(text), 7):
        rows = rows_of(text[:place])
        kept = undamaged(rows)
        assert len(kept) >= 2
        assert kept == sound[: len(kept)]
        assert all(row.damage is not None for row in rows[len(kept) :])


def test_what_stands_behind_the_damage_is_read_too() -> None:
    (row,) = rows_of('{"CreationTime:"2023-03-01T00:00:00","Id":"1","Operation":"x","UserId":"a@contoso.com"}')
    assert (row.is_record, row.operation) == (True, "x")
    assert row.cells["UserId"] == "a@contoso.com"
    assert row.id is None  # an Id behind the damage may be that of a list inside
    assert row.damage is not None
    assert row.damage.reason.startswith("broken JSON:")


@pytest.mark.parametrize(
    ("damaged", "audit"),
    [
        (TEXTS[0].replace('"RecordType"', '"RecordType'), RECORDS[0]),
        (TEXTS[0].replace('"ResultIndex"', "ResultIndex"), RECORDS[0]),
        (OBJECTS[0].replace('"RecordType"', "RecordType"), RECORDS[0]),
        (OBJECTS[0][:-1] + ",}", RECORDS[0]),
        (TEXTS[0].replace('\\"Id\\"', '"Id\\"'), RECORDS[0]),
        (OBJECTS[0][:150], RECORDS[0][:112]),
    ],
)
def test_audit_data_is_saved_from_a_damaged_wrapper(damaged: str, audit: str) -> None:
    (row, *_) = rows_of(damaged + "\n" + TEXTS[1])
    assert row.audit == audit
    assert row.id == "id-1"
    assert row.damage is not None
    assert row.damage.raw == damaged


def test_line_breaks_inside_of_a_string_are_text() -> None:
    text = '{"Operation":"a","UserIds":"b","AuditData":"{\\"Id\\":\n\\"1\\"}"}'
    rows = rows_of(f"{text}\n{RECORDS[0]}", 5)
    assert [(row.audit, row.damage) for row in rows] == [('{"Id":\n"1"}', None), (RECORDS[0], None)]


def test_prose_between_records_is_a_row() -> None:
    rows = rows_of(f'VERBOSE: [1] of {{2}}\n{RECORDS[0]}\nDone, 1 "record".\n{RECORDS[1]}\n-----\n')
    assert [row.damage.raw if row.damage else row.id for row in rows] == [
        "VERBOSE: [1] of {2}",
        "id-1",
        'Done, 1 "record".',
        "id-2",
        "-----",
    ]


def test_brackets_that_close_nothing_mean_nothing() -> None:
    assert undamaged(rows_of(f"]]}}{RECORDS[0]}]\n}}{RECORDS[1]},,\n")) == RECORDS[:2]


def test_a_record_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_buffer, "LONGEST", 3 * KEPT)
    long = RECORDS[0][:-1] + ',"x":"' + "y" * (5 * KEPT)
    for end in ('"}', ""):
        rows = rows_of(f'{long}{end}\n{{"Id":"0"}}\n{long}{end}\n{RECORDS[2]}\n')
        assert [row.id for row in rows] == ["id-1", "0", "id-1", "id-3"]
        for row in (rows[0], rows[2]):
            assert row.damage is not None
            assert "longer than" in row.damage.reason
            assert len(row.damage.raw) == KEPT


@pytest.mark.parametrize(
    "hostile",
    [
        '{"a":' * 200_000,
        '{"a" ' * 100_000,
        "{" * 300_000,
        '["' * 150_000,
        '[\\"' * 100_000,
        '{"a":[{"' * 60_000,
        '"' * 300_001,
        "\\" * 300_000,
        '{"AuditData":"' * 20_000,
        '"AuditData":{' * 20_000,
        "1 " * 20_000,
        "}" * 300_000,
        '{"x":1,{"Id":[' * 3_000 + "1," * 100_000,
    ],
)
def test_hostile_texts_end(hostile: str) -> None:
    rows = rows_of(f"{RECORDS[0]}\n{hostile}\n{RECORDS[1]}\n")
    assert undamaged(rows)[:1] == RECORDS[:1]
    assert RECORDS[1] in undamaged(rows)


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_bracket_too_many_does_not_end_a_record(size: int) -> None:
    early = RECORDS[0].replace(',"Operation"', '},"Operation"')
    rows = rows_of(f"[{RECORDS[1]},{early},{RECORDS[2]}]", size)
    assert [row.is_record for row in rows] == [True, True, True]
    assert undamaged(rows) == [RECORDS[1], RECORDS[2]]
    assert rows[1].damage is not None
    assert rows[1].damage.raw == early


def test_a_bracket_too_few_does_not_take_the_record_before_along() -> None:
    rows = rows_of(f"[{RECORDS[1]},{RECORDS[0][1:]},{RECORDS[2]}]")
    assert undamaged(rows) == [RECORDS[1], RECORDS[2]]
