"""Batches of raw rows as columns of events."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from omeviz.events.decode import decode, explain, redecode
from omeviz.events.part import FRAME_SCHEMA
from omeviz.events.problems import TITLES, ProblemKind
from omeviz.sources.batch import Damage, RawBatch
from tests.events.support import PUBLIC_TEXT
from tests.make_samples import SAMPLES
from tests.sources.support import batches
from tests.support import portal_record, store_of

SCHEMA = pl.DataFrame(schema=FRAME_SCHEMA).schema


def batch_of(*rows: tuple[str | None, ...], damage: dict[int, Damage] | None = None) -> RawBatch:
    """Rows of (CreationDate, UserIds, AuditData), from line 2 on."""
    dates, users, audits = zip(*rows, strict=True) if rows else ((), (), ())
    return RawBatch(
        ("CreationDate", "UserIds"), 2, False, [dates, users], audits, list(range(2, 2 + len(rows))), damage or {}
    )


def test_the_frame() -> None:
    part = decode(
        batch_of(("3/22/2023 7:00:59 PM", "u", PUBLIC_TEXT), ("x", "", "y"), (None, None, '{"Id":"1"}'))
    ).part(7)
    assert part.frame.schema == SCHEMA
    assert part.source == 7
    assert part.frame["line"].to_list() == [2, 4]
    assert part.frame["audit"].to_list() == [PUBLIC_TEXT, '{"Id":"1"}']
    assert part.frame["time"].to_list() == [datetime(2023, 3, 22, 19, 0, 59), None]
    assert part.frame["problems"].to_list() == [ProblemKind.DISAGREEMENT, 0]
    assert part.wrapper.rows() == [("3/22/2023 7:00:59 PM", "u"), (None, None)]
    assert part.wrapper.columns == ["0", "1"]


def test_an_empty_batch_and_one_without_a_record_have_a_frame() -> None:
    for batch in (batch_of(), batch_of((None, None, None), ("", "", ""))):
        decoded = decode(batch)
        assert decoded.unusable == list(range(batch.height))
        assert decoded.part(0).frame.schema == SCHEMA
        assert decoded.part(0).height == 0


def test_rows_are_records_or_unusable() -> None:
    rows: list[tuple[str | None, ...]] = [("", "", None), ("", "u", None), ("x", "", "{"), ("", "", "{}")]
    decoded = decode(batch_of(*rows))
    assert (decoded.rows, decoded.unusable) == ([1, 3], [0, 2])


def test_damage_moves_along_with_its_record() -> None:
    damage = {0: Damage("gone", "raw 0"), 2: Damage("quotes", "raw 2"), 3: Damage("bytes", "raw 3", encoding=True)}
    rows: list[tuple[str | None, ...]] = [("", "", None), ("", "u", None), ("", "v", None), ("", "w", "{}")]
    part = decode(batch_of(*rows, damage=damage)).part(0)
    assert part.raw == {1: "raw 2", 2: "raw 3"}
    assert part.reasons == {1: "quotes", 2: "bytes"}
    assert part.frame["problems"].to_list() == [
        ProblemKind.NO_AUDIT_DATA,
        ProblemKind.NO_AUDIT_DATA | ProblemKind.DAMAGED_ROW,
        ProblemKind.ENCODING,
    ]


def test_lone_surrogates_can_be_stored() -> None:
    audit = '{"Operation":"a\ud83db","Recipient":["x\udc00@y","z@y"],"RecordType":"\ud800"}'
    part = decode(batch_of(("", "u\ud83d", audit))).part(0)
    row = part.frame.row(0, named=True)
    assert row["audit"] == '{"Operation":"a\\ud83db","Recipient":["x\\udc00@y","z@y"],"RecordType":"\\ud800"}'
    assert (row["operation"], row["user"], row["type"]) == ("a�b", "u�", "�")
    assert (row["recipient"], row["recipients"]) == ("x�@y; z@y", ["x�@y", "z@y"])
    assert part.wrapper.row(0) == ("", "u�")


def test_the_order_of_day_and_month_is_counted_and_can_be_changed_later() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("22/03/2023 10:00:00", "u", "{}"),
        ("3/4/2023 10:00:00", "u", "{}"),
        ("4/3/2023 10:00:00", "u", '{"CreationTime":"2023-03-04T10:00:00"}'),
        ("2023-03-04T10:00:00", "u", "{}"),
    ]
    decoded = decode(batch_of(*rows), "mdy")
    assert decoded.votes == {"dmy": 2}
    assert decoded.ambiguous == "22/03/2023 10:00:00"
    part = decoded.part(0)
    times = [None, datetime(2023, 3, 4, 10), datetime(2023, 3, 4, 10), datetime(2023, 3, 4, 10)]
    assert part.frame["time"].to_list() == times
    again = redecode(part, "dmy")
    assert again.frame["time"].to_list() == [datetime(2023, 3, 22, 10), datetime(2023, 4, 3, 10), *times[2:]]
    assert again.frame["problems"].to_list() == [0, 0, 0, 0]
    assert redecode(again, "mdy").frame.equals(part.frame)


@pytest.mark.parametrize("name", ["problems.csv", "events.csv", "purview_loaded.csv"])
def test_decoding_again_changes_nothing_else(name: str) -> None:
    for batch in batches((SAMPLES / name).read_bytes()):
        part = decode(batch).part(3)
        again = redecode(part, "mdy")
        assert again.frame.equals(part.frame)
        assert again.wrapper.equals(part.wrapper)
        assert (again.raw, again.reasons, again.extra) == (part.raw, part.reasons, part.extra)
        assert (again.source, again.header, again.audit_index) == (part.source, part.header, part.audit_index)


@pytest.mark.parametrize("name", ["problems.csv", "events.csv", "purview_loaded.csv", "mixed_tenant.csv"])
def test_every_problem_can_be_told_in_words(name: str) -> None:
    for batch in batches((SAMPLES / name).read_bytes()):
        part = decode(batch).part(0)
        for row in range(part.height):
            bits = part.frame["problems"][row]
            cells = [
                (name, cell) for name, cell in zip(part.header, part.wrapper.row(row), strict=True) if cell is not None
            ]
            told = explain(part.frame["audit"][row], cells, bits, "mdy", part.reasons.get(row))
            found = 0
            for problem in told:
                assert problem.kind in TITLES
                assert problem.detail
                found |= problem.kind
            assert found == bits


def test_a_sound_record_needs_no_words() -> None:
    assert explain("no JSON", [], 0, "") == ()


def test_a_record_of_the_store() -> None:
    store = store_of(
        portal_record(Recipient=["a@x", "b@x"]),
        None,
        wrappers=[{"CreationDate": "3/22/2023 7:00:59 PM", "Note": "n"}, {"CreationDate": "3/22/2023", "Note": None}],
    )
    first, second = store.record(0), store.record(1)
    assert first.recipients == ("a@x", "b@x")
    assert first.fields["recipient"] == "a@x; b@x"
    assert (first.line, second.line) == (2, 3)
    assert first.wrapper == (("CreationDate", "3/22/2023 7:00:59 PM"), ("Note", "n"))
    assert second.wrapper == (("CreationDate", "3/22/2023"),)
    assert [problem.kind for problem in second.problems] == [ProblemKind.NO_AUDIT_DATA]
    assert (second.audit_text, second.recipients) == (None, ())
    with pytest.raises(IndexError):
        store.record(2)
