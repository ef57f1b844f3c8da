"""The same events in forms that administrators hand over: through the command line the same columns come out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli_support import Run, table
from tests.hostile import CMDLET_COLUMNS
from tests.sample_parts.list_text import format_list
from tests.sample_parts.rows import cmdlet, encoded, rows_of
from tests.sample_parts.siem_csv import cmdlet_line
from tests.sample_parts.story import Event, compact, story

EVENTS = story()[5::6][:6]
ROWS = rows_of(EVENTS)
COLUMNS = "id,time,type,operation,user,status,result,auth,operationstatus,recipient,sender,method,subject,attachment"


def decoded(run: Run, path: Path) -> list[dict[str, str]]:
    """The columns of every event, as an export writes them."""
    result = run(str(path), "--export", "-", "--format", "csv", "--columns", COLUMNS)
    assert result.code == 0, result.err
    return table(result.out)


def suffixed(event: Event) -> dict[str, object]:
    """A row of a custom table of Log Analytics: the type behind each name, lists as text."""
    row: dict[str, object] = {
        "TenantId": "t",
        "TimeGenerated": "2030-01-01T00:00:00Z",
        "RawData": "",
        "Type": "O365_CL",
    }
    for key, value in event.record().items():
        row[key + ("_d" if isinstance(value, int) else "_s")] = compact(value) if isinstance(value, list) else value
    return row


def dotted(event: Event) -> dict[str, object]:
    """A document of Elastic whose keys are paths."""
    return {"@timestamp": "2030-01-01T00:00:00Z"} | {f"o365.audit.{key}": item for key, item in event.record().items()}


def answer(event_rows: Sequence[dict[str, object]]) -> bytes:
    """Rows as Log Analytics answers them, the names apart."""
    names = list(dict.fromkeys(name for row in event_rows for name in row))
    rows = [[row.get(name) for name in names] for row in event_rows]
    columns = [{"name": name, "type": "string"} for name in names]
    return json.dumps({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}).encode()


def indexed(lines: Sequence[str]) -> bytes:
    """Lines of a CSV as Splunk keeps them in `_raw`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["_raw", "_time", "host", "sourcetype"])
    writer.writerows([line, "1679511659", "h", "csv"] for line in lines)
    return out.getvalue().encode()


def listed(event: Event) -> str:
    """`AuditData | ConvertFrom-Json | Format-List`."""
    pairs = []
    for key, value in event.record().items():
        text = str(value)
        if isinstance(value, list) and key == "OperationProperties":
            text = "{" + ", ".join(f"@{{Name={item['Name']}; Value={item['Value']}}}" for item in value) + "}"
        elif isinstance(value, list):
            text = "{" + ", ".join(map(str, value)) + "}"
        pairs.append(f"{key:<20} : {text}")
    return "\n".join(pairs)


BLOCKS = [dict(zip(CMDLET_COLUMNS, row.cells(index, len(ROWS)), strict=True)) for index, row in enumerate(ROWS, 1)]
LINES = [line + "\r\n" for line in cmdlet(ROWS)]
HEADER = ",".join(CMDLET_COLUMNS)
RAW = [cmdlet_line(event) for event in EVENTS]
WIDE = "".join(LINES[:3]).encode("utf-16")
NARROW = "".join(LINES[3:]).encode()

FORMS: dict[str, bytes] = {
    "custom table, list": json.dumps([suffixed(event) for event in EVENTS]).encode(),
    "custom table, lines": "\n".join(json.dumps(suffixed(event)) for event in EVENTS).encode(),
    "custom table, answer": answer([suffixed(event) for event in EVENTS]),
    "paths, lines": "\n".join(json.dumps(dotted(event)) for event in EVENTS).encode(),
    "paths, hits": json.dumps(
        {"hits": {"hits": [{"_id": "x", "_source": dotted(event)} for event in EVENTS]}}
    ).encode(),
    "rows and records mixed": json.dumps(
        [suffixed(event) if event.number % 2 else event.record() for event in EVENTS]
    ).encode(),
    "header indexed first": indexed([HEADER, *RAW]),
    "header indexed twice": indexed([RAW[0], HEADER, *RAW[1:3], HEADER, *RAW[3:]]),
    "UTF-8 appended to UTF-16": WIDE + NARROW,
    "UTF-8 appended to UTF-16 without BOM": WIDE[2:] + NARROW,
    "UTF-16 appended to UTF-8": "".join(LINES[:2]).encode() + "".join(LINES[2:]).encode("utf-16-le"),
    "UTF-8 lines appended to UTF-16": "".join(compact(event.record()) + "\r\n" for event in EVENTS[:2]).encode("utf-16")
    + "".join(compact(event.record()) + "\n" for event in EVENTS[2:]).encode(),
    "lists appended": format_list(BLOCKS[:2]).encode("utf-16") + format_list(BLOCKS[2:]).encode(),
}


@pytest.fixture
def wanted(run: Run, tmp_path: Path) -> list[dict[str, str]]:
    path = tmp_path / "plain.csv"
    path.write_bytes(encoded(cmdlet(ROWS)))
    return decoded(run, path)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_columns_and_a_clean_page(
    run: Run, tmp_path: Path, wanted: list[dict[str, str]], name: str
) -> None:
    path = tmp_path / "given.txt"
    path.write_bytes(FORMS[name])
    assert decoded(run, path) == wanted
    result = run(str(path), "--check", "--format", "json")
    report = json.loads(result.out)
    assert result.code == 0
    assert (report["total"]["rows"], report["total"]["records"], report["total"]["events"]) == (len(EVENTS),) * 3
    assert {finding["kind"] for finding in report["findings"]} <= {"partial-page"}


def test_records_in_a_list_of_powershell_are_read_and_marked_as_shallow(
    run: Run, tmp_path: Path, wanted: list[dict[str, str]]
) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\n\n".join(map(listed, EVENTS)) + "\n", encoding="utf-8")
    assert decoded(run, path) == wanted
    result = run(str(path), "--check", "--format", "json")
    assert result.code == 3
    (finding,) = json.loads(result.out)["findings"]
    assert (finding["kind"], finding["count"]) == ("shallow-export", len(EVENTS))


def test_rows_of_a_platform_are_exported_as_their_cells(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "custom.json"
    path.write_bytes(FORMS["custom table, list"])
    first = json.loads(run(str(path), "--export", "-", "--format", "jsonl").out.splitlines()[0])
    assert first["Operation_s"] == EVENTS[0].record()["Operation"]
    assert run(str(path), "--count", "-f", f"data.Id_s={EVENTS[0].id}").text == "1\n"


def test_rows_of_sentinel_are_the_same_events_as_csv_and_as_json(run: Run, tmp_path: Path) -> None:
    rows = [
        {
            "TenantId": "t",
            "RecordType": "OMEPortal",
            "Operation": event.operation,
            "OrganizationId": "o",
            "OfficeWorkload": "Exchange",
            "UserId": "admin@contoso.com",
            "OfficeId": event.id,
            "TimeGenerated": f"2023-03-22T19:00:{number:02}Z",
            "Type": "OfficeActivity",
        }
        for number, event in enumerate(EVENTS)
    ]
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    tables = [{"columns": [{"name": name} for name in rows[0]], "rows": [list(row.values()) for row in rows]}]
    texts = {
        "a.csv": "\n".join(lines),
        "b.json": json.dumps(rows),
        "c.jsonl": "\n".join(map(json.dumps, rows)),
        "d.json": json.dumps({"tables": tables}),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert [row["RecordId"] for row in decoded(run, tmp_path / name)] == [event.id for event in EVENTS]
    result = run(*(str(tmp_path / name) for name in texts), "--count")
    assert result.text.strip() == str(len(EVENTS))
