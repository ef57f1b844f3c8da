"""Files whose beginning, or whose header, is not what it should be: what follows is read all the same."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.hostile import CMDLET_COLUMNS
from tests.load_support import check_counts, store_of_bytes
from tests.sample_parts.rows import cmdlet, rows_of
from tests.sample_parts.story import compact, story

EVENTS = story()[:14]
IDS = [event.id for event in EVENTS]
RECORDS = [compact(event.record()) for event in EVENTS]
HEADER, *ROWS = cmdlet(rows_of(EVENTS))
NEVER = [
    ",".join(
        ["OMEPortal", "3/22/2023 7:00:59 PM", "ada@contoso.com", "MessageAccess", record, "1", "9", "x", "True", "y"]
    )
    for record in RECORDS
]
MESSAGES = [json.dumps({"@timestamp": "2023-03-22T19:00:59Z", "message": record}) for record in RECORDS]
INDENTED = json.dumps([event.record() for event in EVENTS], indent=4)


def without(name: str) -> str:
    return HEADER.replace(f'"{name}",', "", 1)


def ids(text: str) -> list[str]:
    store = store_of_bytes(text.encode())
    check_counts(store)
    return [each for each in store.frame["id"].to_list() if each]


@pytest.mark.parametrize(
    "before",
    [
        "WARNING: something happened\n",
        "PS C:\\> Get-Content events.jsonl\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
        '"Recipient":"a@example.org","Sender":"x"}\n',
        RECORDS[0][300:] + "\n",
    ],
    ids=["a warning", "a prompt", "an answer's head", "a short tail", "a long tail"],
)
@pytest.mark.parametrize("records", [RECORDS, MESSAGES], ids=["bare", "in a message"])
def test_json_behind_something_else(before: str, records: list[str]) -> None:
    assert ids(before + "\n".join(records) + "\n") == IDS
    assert ids(before + "[" + ",\n".join(records) + "]") == IDS


@pytest.mark.parametrize("cut", [300, 1_000])
def test_json_that_is_cut_at_its_beginning(cut: int) -> None:
    whole = "\n".join(RECORDS)[cut:]
    assert ids(whole) == IDS[1 + (cut > len(RECORDS[0])) :]
    assert ids(INDENTED[cut:])[-12:] == IDS[2:]
    assert ids("\n".join(MESSAGES)[300:]) == IDS[1:]


@pytest.mark.parametrize("joined", [" ", "x", '"'], ids=["a blank", "a letter", "a quote"])
def test_json_whose_first_line_end_is_lost(joined: str) -> None:
    assert ids(joined.join(RECORDS[:2]) + "\n" + "\n".join(RECORDS[2:]) + "\n")[-12:] == IDS[2:]
    assert ids("\n".join([RECORDS[0], RECORDS[1].replace("{", joined, 1), *RECORDS[2:]]))[-12:] == IDS[2:]


@pytest.mark.parametrize("name", CMDLET_COLUMNS)
def test_a_header_that_lacks_a_name(name: str) -> None:
    assert ids("\r\n".join([without(name), *ROWS, ""])) == IDS


@pytest.mark.parametrize(
    "header",
    [
        HEADER[60:],
        HEADER.replace("AuditData", "Audit Data"),
        HEADER.replace('"Operations","AuditData"', '"OperationsAuditData"'),
        HEADER.replace('"Operations",', '"Operations,'),
        HEADER.replace('"Operations"', '"Ope\r\nrations"'),
        HEADER.replace('"CreationDate"', '"Creation\0\0\0Date"'),
        HEADER[:40] + HEADER[20:],
    ],
    ids=["cut", "a blank", "two names run together", "a quote is lost", "a line break", "NULs", "spliced"],
)
class TestDamagedHeaders:
    """The first header, and one in the middle of joined files."""

    def test_at_the_beginning(self, header: str) -> None:
        assert ids("\r\n".join([header, *ROWS, ""])) == IDS

    def test_of_a_second_file(self, header: str) -> None:
        text = "\r\n".join([HEADER, *ROWS[:5], header, *ROWS[5:], ""])
        store = store_of_bytes(text.encode())
        check_counts(store)
        assert store.frame["id"].to_list() == IDS
        assert store.event_count == len(IDS)
        assert [store.record(row).problem_bits for row in range(len(IDS))] == [0] * len(IDS)
        assert len(store.unusable) <= 1


def test_rows_without_quotes_under_a_name_with_a_blank() -> None:
    names = ",".join(CMDLET_COLUMNS).replace("AuditData", "Audit Data")
    assert ids("\n".join([names, *NEVER, ""])) == IDS


@pytest.mark.parametrize("cut", [20, 130, 200, 500, 1_003])
def test_a_csv_that_is_cut_at_its_beginning(cut: int) -> None:
    assert ids("\r\n".join([HEADER, *ROWS, ""])[cut:])[-12:] == IDS[2:]


def test_another_header_with_other_rows_is_one() -> None:
    """A second export with other columns is no damage."""
    names = ["AuditData", "RecordType", "CreationDate", "UserIds", "Operations"]
    others = [
        ",".join(f'"{cell}"' for cell in (record.replace('"', '""'), "OMEPortal", "3/22/2023 7:00:59 PM", "u", "o"))
        for record in RECORDS[5:]
    ]
    text = "\r\n".join([HEADER, *ROWS[:5], ",".join(f'"{name}"' for name in names), *others, ""])
    store = store_of_bytes(text.encode())
    assert store.frame["id"].to_list() == IDS
    assert store.unusable == []


def test_a_header_of_unknown_columns_that_lacks_one() -> None:
    """Nothing tells the names of the rows' columns, but where each begins, so that none swallows the next."""
    rows = [
        f'"first {n}","second","{record.replace(chr(34), chr(34) * 2)}","x","y"' for n, record in enumerate(RECORDS)
    ]
    assert ids("\r\n".join(['"First","AuditData","X","Y"', *rows, ""])) == IDS


@pytest.mark.parametrize("place", range(0, 40, 7))
def test_a_quote_too_many_in_a_header_whose_rows_are_quoted_as_needed(place: int) -> None:
    header = ",".join(CMDLET_COLUMNS)
    out = io.StringIO()
    csv.writer(out).writerows(csv.reader(ROWS))
    needed = out.getvalue().split("\r\n")[:-1]
    text = "\r\n".join([header, *needed, ""])
    assert ids(text) == IDS
    assert ids(text[:place] + '"' + text[place:]) == IDS
