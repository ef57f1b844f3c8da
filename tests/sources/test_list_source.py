"""`Format-List` text in every state it is met in gives its rows, and nothing else."""

from __future__ import annotations

import html
import json
import re
import tracemalloc

import pytest

from omeviz.errors import SourceError
from omeviz.events.decode import decode
from omeviz.sources.list_batches import BATCH_ROWS, FIRST_BATCH
from tests.sample_parts.list_text import format_list, hawk_list
from tests.sample_parts.rows import rows_of
from tests.sample_parts.story import PUBLIC_RECORDS, compact, story
from tests.sources.list_reading import read

WRAPPERS = [
    {
        "RecordType": "OMEPortal",
        "CreationDate": created,
        "UserIds": "admin@M365x965352.onmicrosoft.com",
        "Operations": json.loads(audit)["Operation"],
        "AuditData": audit,
        "ResultIndex": index,
        "ResultCount": "7",
        "Identity": json.loads(audit)["Id"],
        "IsValid": "True",
        "ObjectState": "Unchanged",
    }
    for audit, created, index in zip(
        PUBLIC_RECORDS, ("3/22/2023 7:00:59 PM", "3/22/2023 7:04:09 PM"), ("6", "4"), strict=True
    )
]
CELLS = [{name: value for name, value in row.items() if name != "AuditData"} for row in WRAPPERS]


def unpadded(rows: list[dict[str, str]] = WRAPPERS, indent: str = "") -> str:
    """Blocks whose padding a page has lost, one value a line."""
    return "\n".join("".join(f"{indent}{name} : {value}\n" for name, value in row.items()) for row in rows)


PAGE = f"""# OMEPortal
Microsoft Purview Message Encryption is a service. Note: read this.
- authenticate
Applies to : everybody

The following is an example.
{unpadded(WRAPPERS[:1])}Use the following command to specifically search for the scenario.
    Search-UnifiedAuditLog -Operations AttachmentReview | fl
{unpadded(WRAPPERS[1:])}The other operations include MessageForward.
Event | Type | Description |
---|---|---|
Activity | String | The activity : type |
"""

TRAILING = "".join(line + " \n" if line else "\n" for line in format_list(WRAPPERS, 90, end="\n").split("\n"))

COPIES = {
    "as PowerShell writes it": format_list(WRAPPERS, 80),
    "narrow": format_list(WRAPPERS, 24),
    "filled to the last cell": format_list(WRAPPERS, 61, by_words=False),
    "not wrapped": format_list(WRAPPERS, 10_000),
    "line feeds only": format_list(WRAPPERS, 80, end="\n"),
    "double-spaced": format_list(WRAPPERS, 80, spaced=1),
    "double-spaced, not wrapped": format_list(WRAPPERS, 10_000, spaced=1),
    "with a blank behind each line": TRAILING,
    "without padding": unpadded(),
    "without padding, one after the other": unpadded().replace("\n\n", "\n"),
    "without padding, double-spaced": unpadded().replace("\n", "\n\n"),
    "no-break spaces": unpadded().replace(" : ", "\xa0: "),
    "indented": "\n".join("    " + line for line in format_list(WRAPPERS, 80).split("\n")),
    "quoted": "\n".join("> " + line for line in format_list(WRAPPERS, 80).split("\n")),
    "fenced": f"Some words:\n```powershell\n{format_list(WRAPPERS, 80)}```\nMore.\n",
    "a page": PAGE,
    "a page, indented": "".join("    " + line for line in PAGE.splitlines(keepends=True)),
    "a page with HTML's escapes": html.escape(PAGE),
    "a page whose < and > are escaped": html.escape(PAGE, quote=False),
    "an HTML page": "<!DOCTYPE html><html><body><h1>OMEPortal</h1><p>An event:</p><pre><code>"
    + html.escape(format_list(WRAPPERS, 80, end="\n"))
    + "</code></pre></body></html>",
    "an HTML page of paragraphs": "<html><body>"
    + "".join(f"<p>{html.escape(line)}</p>\n" for line in unpadded().split("\n"))
    + "</body></html>",
    "with a terminal's colours": re.sub(r"(?m)^(\w+ *: )", "\x1b[32;1m\\1\x1b[0m", format_list(WRAPPERS, 80)),
    "a transcript": f"PS C:\\> Search-UnifiedAuditLog | fl\n{format_list(WRAPPERS, 80)}\nPS C:\\> exit\n",
    "joined": format_list(WRAPPERS[:1], 80) + format_list(WRAPPERS[1:], 100),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("name", COPIES)
def test_every_copy_gives_its_records(name: str, encoding: str) -> None:
    found = read(COPIES[name].encode(encoding))
    assert found.audits == list(PUBLIC_RECORDS)
    assert found.rows == CELLS
    assert not found.damage


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_in_blocks_of_any_size(size: int) -> None:
    for text in (COPIES["narrow"], PAGE):
        found = read(text.encode("utf-16"), sizes=(size,))
        assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_with_any_line_end(end: str) -> None:
    found = read(format_list(WRAPPERS, 10_000, end=end))
    assert (found.audits, found.rows) == (list(PUBLIC_RECORDS), CELLS)


def test_each_row_knows_its_line() -> None:
    assert read("\n\n" + unpadded()).lines == [3, 14]
    assert read(format_list(WRAPPERS, 10_000)).lines == [3, 14]


def test_prose_is_no_row_but_told() -> None:
    found = read(PAGE)
    assert found.notes == ["11 lines are other text than blocks of an audit export"]
    assert read(unpadded()).notes == []
    assert found.source.blank == 0


def test_a_block_of_other_names_is_no_row() -> None:
    other = "DisplayName  : Anna\nObjectClass  : user\nUserId       : anna@contoso.com\n\n"
    found = read(other + unpadded())
    assert found.rows == CELLS
    assert found.notes == ["3 lines are other text than blocks of an audit export"]


def test_a_lonely_name_before_a_block_is_not_of_it() -> None:
    assert read("Exported : yesterday\n\n" + unpadded()).rows == CELLS
    assert read("Sender : me\n\n" + format_list(WRAPPERS, 80).lstrip()).rows == CELLS


def test_nothing_of_an_audit_export() -> None:
    for text in ("", "\n\n", "Dear Sir\n", "DisplayName : Anna\nCity : Bern\n"):
        with pytest.raises(SourceError, match="no block of an audit export") as caught:
            read(text)
        assert caught.value.remedy


def test_records_by_themselves() -> None:
    record = json.loads(PUBLIC_RECORDS[0])
    cells = {name: str(value) for name, value in record.items()}
    cells["OperationProperties"] = "{@{Name=MailSubject; Value=Support case 1234567}}"
    found = read(format_list([cells, cells], 70))
    (batch,) = found.batches
    assert batch.row_is_record
    assert found.rows == [cells, cells]
    assert found.audits == [None, None]
    decoded = decode(batch)
    assert decoded.unusable == []
    assert decoded.columns()["recipient"] == ["samschan.msft@gmail.com"] * 2


def test_wrappers_and_records_in_one_text_are_kept_apart() -> None:
    record = {name: str(value) for name, value in json.loads(PUBLIC_RECORDS[0]).items()}
    found = read(format_list([WRAPPERS[0], record, WRAPPERS[1]], 70))
    assert [batch.row_is_record for batch in found.batches] == [False, True, False]
    assert found.audits == [PUBLIC_RECORDS[0], None, PUBLIC_RECORDS[1]]


def test_differing_names_share_a_batch() -> None:
    rows = [WRAPPERS[0], {"AuditData": PUBLIC_RECORDS[1], "Note": "x"}, {"AuditData": "", "Extra": "y"}]
    found = read(format_list(rows, 90))
    (batch,) = found.batches
    assert batch.header == (*CELLS[0], "Note", "Extra")
    assert found.rows == [CELLS[0], {"Note": "x"}, {"Extra": "y"}]
    assert found.audits == [PUBLIC_RECORDS[0], PUBLIC_RECORDS[1], ""]
    assert batch.audit_index == 4


def test_audit_data_alone() -> None:
    found = read(format_list([{"AuditData": text} for text in PUBLIC_RECORDS], 60))
    assert found.audits == list(PUBLIC_RECORDS)
    assert found.rows == [{}, {}]


def test_pretty_printed_audit_data() -> None:
    audit = json.dumps(json.loads(PUBLIC_RECORDS[0]), indent=2).replace("\n", "\r\n")
    found = read(format_list([WRAPPERS[0] | {"AuditData": audit}] * 2, 60))
    assert [json.loads(text or "") for text in found.audits] == [json.loads(PUBLIC_RECORDS[0])] * 2


def test_a_blank_is_put_in_only_where_the_json_needs_it() -> None:
    text = 'Operations : x\nAuditData  : {"a": nu\n             ll, "b": "Support\n             case"}\n'
    assert read(text).audits == ['{"a": null, "b": "Supportcase"}']
    broken = 'Operations : x\nAuditData  : {"a":1,\n             "b":2 "c"\n'
    assert read(broken).audits == ['{"a":1,"b":2 "c"']

    def only_with_blanks(candidate: str) -> bool:
        return candidate == '{"a": "Support case"}'

    from omeviz.sources.list_blocks import Block

    block = Block(1, 2, 0, 12, {"AuditData": ['{"a": "Support', 'case"}']})
    assert block.values(lambda _: True, only_with_blanks) == ['{"a": "Support case"}']


def test_padding_lost_from_wrapped_audit_data() -> None:
    lines = [line.lstrip() for line in format_list(WRAPPERS, 60, end="\n").split("\n")]
    assert read("\n".join(lines)).audits == list(PUBLIC_RECORDS)


@pytest.mark.parametrize("cut", range(12, len(PUBLIC_RECORDS[0]), 97))
def test_cut_audit_data_costs_one_record_its_end(cut: int) -> None:
    rows = [WRAPPERS[0] | {"AuditData": PUBLIC_RECORDS[0][:cut]}, WRAPPERS[1]]
    for text in (format_list(rows, 80), unpadded(rows), format_list(rows, 80, spaced=1)):
        found = read(text)
        assert found.audits == [PUBLIC_RECORDS[0][:cut].strip(), PUBLIC_RECORDS[1]]
        assert found.rows == CELLS


@pytest.mark.parametrize("spaced", [0, 1])
def test_cut_anywhere(spaced: int) -> None:
    text = format_list(WRAPPERS, 60, spaced=spaced, end="\n")
    begun = [text.index("\nCreationDate : "), text.rindex("\nCreationDate : ")]
    for cut in range(1, len(text), 5):
        rows = sum(cut >= start + 15 for start in begun)
        try:
            found = read(text[:cut])
        except SourceError:
            assert rows == 0
            continue
        assert len(found.rows) == rows
        assert all(row["RecordType"] == "OMEPortal" for row in found.rows)


def test_bytes_that_are_no_utf8_are_damage_of_their_row() -> None:
    rows = [row | {"UserIds": "é@contoso.com"} for row in WRAPPERS * 2]
    data = format_list(rows, 80).encode()
    place = data.rindex("é".encode())
    found = read(data[:place] + b"\xe9" + data[place + 2 :])
    assert [(row, damage.encoding) for row, damage in found.damage.items()] == [(3, True)]
    assert "é@contoso.com" in found.damage[3].raw
    assert [row["UserIds"] for row in found.rows] == ["é@contoso.com"] * 4
    assert "Windows-1252" in found.notes[0]


def test_a_sound_row_as_a_list_again() -> None:
    found = read(format_list(WRAPPERS, 50))
    (batch,) = found.batches
    assert found.source.raw_row(batch, 1) == format_list(WRAPPERS[1:], 10_000, end="\n").strip()
    assert found.source.emptiness(2) == "2 blocks"


def test_the_first_batch_is_small() -> None:
    count = FIRST_BATCH + BATCH_ROWS + 3
    found = read("".join(f"Operations : x\nUserIds    : {number}\n\n" for number in range(count)))
    assert [batch.height for batch in found.batches] == [FIRST_BATCH, BATCH_ROWS, 3]
    assert [row["UserIds"] for row in found.rows] == [str(number) for number in range(count)]


def test_names_without_end_do_not_make_one_wide_batch() -> None:
    blocks = ["".join(f"n{block}x{number} : 1\n" for number in range(40)) for block in range(60)]
    found = read("".join(f"Operations : x\nUserIds : y\n{block}\n" for block in blocks))
    assert len(found.rows) == 60
    assert all(len(batch.header) <= 400 for batch in found.batches)


def test_a_value_of_many_lines_takes_linear_memory() -> None:
    value = "x" * 2_000_000  # no AuditData: how much memory JSON takes is not this reader's affair
    text = format_list([{"Operations": "x", "ObjectState": value}], 100)
    tracemalloc.start()
    found = read(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.rows == [{"Operations": "x", "ObjectState": value}]
    assert peak < 8 * len(text)


def test_a_line_without_a_colon_however_long() -> None:
    text = "a " * 300_000 + "\n" + "x" * 1_000_000 + "\n" + " " * 500_000 + "\n" + unpadded()
    assert read(text).rows == CELLS


def test_the_sample() -> None:
    rows = rows_of(story()[:12])
    found = read(hawk_list(rows))
    assert found.source.encoding.shown == "UTF-16"
    assert [json.loads(text or "")["Id"] for text in found.audits] == [row.identity for row in rows]
    assert found.audits == [row.audit for row in rows]
    assert found.audits[0] == compact(story()[0].record())
