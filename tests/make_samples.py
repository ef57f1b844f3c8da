"""Makes `samples/`: small exports of each kind and container, the same bytes at every run.

    python -m tests.make_samples [FOLDER]

- `events.csv`: the whole story of `tests.sample_parts.story` and the two public records, from `Export-Csv` of the
  current module (10 columns), UTF-8 with BOM. Three records have a problem: AuditData cut, an odd code, another time.
- `powershell51_utf16.csv`: Windows PowerShell 5.1, older module (13 columns), `#TYPE` line, UTF-16LE with BOM.
- `powershell51_ascii.csv`: the same without `-Encoding`: ASCII, where everything else is already `?`.
- `powershell7_as_needed.csv`: PowerShell 7 on Linux, `-UseQuotes AsNeeded`, UTF-8, LF.
- `powershell7_never.csv`: `-UseQuotes Never`.
- `powershell7_no_header.csv`: `-NoHeader`, 10 columns known only by their position.
- `semicolon_dmy.csv`: `-UseCulture` in a country of `;` and 22/03/2023; one row without AuditData on 7 March.
- `tab_ymd.tsv`: `-Delimiter` tab, 2023-03-22 7:00:59 PM.
- `formatted.csv`: `-Formatted`, pretty-printed AuditData over many lines, names for codes.
- `hand_picked.csv`: `Select-Object creationdate,userids,operations,auditdata`.
- `purview_old.csv`: Purview portal, older header.
- `purview.csv`: Purview portal, current header, seven decimals and a blank after the Z, numeric RecordType.
- `purview_loaded.csv`: Purview portal, "Save loaded results": no AuditData at all.
- `windows_1252.csv`: saved in the legacy code page of western Windows.
- `archive.csv.gz`: compressed.
- `joined.csv`: three files joined: header and `#TYPE` lines in the middle, another header, overlapping records.
- `mixed_tenant.csv`: records of other types among those of the portal.
- `problems.csv`: one of each damage that exports suffer.

Other containers and tools; all hold the same events, `sentinel.csv` excepted:

- `powershell51.json`: `ConvertTo-Json` of Windows PowerShell 5.1 through `>`: value and Count, `/Date(…)/`, UTF-16.
- `powershell_shallow.json`: bare records through `ConvertTo-Json` of too little depth: lists became texts.
- `management_activity.json`: a content blob of the Management Activity API; its last record is there twice.
- `graph_pages.json`: two pages of Microsoft Graph, one after another.
- `graph.csv`: Microsoft Graph's 13 columns, AuditData pretty-printed over many lines.
- `extractor.jsonl`: Microsoft-Extractor-Suite, AuditData as text, one record a line.
- `extractor_audit_data_only.csv`: the same tool's AuditDataOnly: keys as columns, lists lost.
- `elastic.json`: an Elasticsearch response, the record as text in `event.original`.
- `splunk.csv`: Splunk's search results, the record in `_raw` among 41 other columns.
- `sentinel.csv`: Log Analytics' `OfficeActivity`, without AuditData: the rows are the records.
- `defender.csv`: Defender's `CloudAppEvents`, the record in `RawEventData`.
- `damaged.jsonl`: one line lost a quote, one is prose, the last is cut.
- `hawk_list.txt`: `Format-List` text as Hawk writes it: 120 columns, UTF-16.
- `hawk.xml`: `Export-Clixml`, UTF-16.
- `excel.xlsx`: the cmdlet's CSV, opened in Excel and saved.
- `archive.zip`: a CSV and a JSON Lines file.

`EXPECTED` says what loading each of them must give.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.hostile import CMDLET_COLUMNS, quoted
from tests.sample_parts.containers import container_samples
from tests.sample_parts.damaged import problems_csv
from tests.sample_parts.expected import EXPECTED, Expected
from tests.sample_parts.other_records import other_records
from tests.sample_parts.rows import Row, cmdlet, encoded, month_first, needed, row_of, rows_of
from tests.sample_parts.story import PUBLIC_RECORDS, PUBLIC_RESULT_INDEXES, Event, compact, story

__all__ = ["EXPECTED", "SAMPLES", "Expected", "make"]

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def events_csv(events: tuple[Event, ...]) -> bytes:
    """The whole story, newest first, three records of it damaged, and behind it the two public records."""
    rows = rows_of(tuple(reversed(events)))
    lines = cmdlet(rows)
    signed_in = [number for number, row in enumerate(rows) if '"AuthenticationStatus":0' in row.audit]
    cut, odd, local = signed_in[15], signed_in[45], signed_in[75]
    damaged = {
        cut: replace(rows[cut], audit=rows[cut].audit[:-97]),
        odd: replace(rows[odd], audit=rows[odd].audit.replace('"AuthenticationStatus":0', '"AuthenticationStatus":2')),
        local: replace(rows[local], created=rows[local].created + timedelta(hours=1)),
    }
    for number, row in damaged.items():
        lines[1 + number] = ",".join(map(quoted, row.cells(number + 1, len(rows))))
    for audit, index in zip(PUBLIC_RECORDS, PUBLIC_RESULT_INDEXES, strict=True):
        lines.append(",".join(map(quoted, row_of(audit).cells(int(index), 7))))
    return encoded(lines)


def formatted_csv(events: tuple[Event, ...]) -> bytes:
    """`-Formatted`: AuditData over many lines, RecordType and UserType as names."""
    rows = []
    for event in events:
        record = {**event.record(), "RecordType": "OMEPortal", "UserType": "Regular"}
        audit = json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\r\n")
        rows.append(Row("OMEPortal", event.time, event.message.sender, event.operation, audit, event.id))
    return encoded(cmdlet(rows), "utf-8")


def never_csv(rows: list[Row], *, header: bool = True) -> list[str]:
    """`-UseQuotes Never`: AuditData's own commas and quotes stand bare."""
    lines = [",".join(CMDLET_COLUMNS)] if header else []
    return lines + [",".join(row.cells(index, len(rows))) for index, row in enumerate(rows, 1)]


def as_needed_csv(rows: list[Row]) -> list[str]:
    """`-UseQuotes AsNeeded`."""
    lines = [",".join(CMDLET_COLUMNS)]
    return lines + [",".join(map(needed, row.cells(index, len(rows)))) for index, row in enumerate(rows, 1)]


def semicolon_csv(rows: list[Row]) -> bytes:
    """Dates of 22/03/2023; the last row has no AuditData and a day below 13, which only its neighbours explain."""
    lines = cmdlet(rows, dates="dmy", delimiter=";")
    bare = Row("OMEPortal", datetime(2023, 3, 7, 9, 15), "hr@contoso.com", "MessageAccess", "", "")
    return encoded([*lines, ";".join(map(quoted, bare.cells(len(rows) + 1, len(rows) + 1, "dmy")))])


def hand_picked_csv(rows: list[Row]) -> bytes:
    """Four columns, named in lower case."""
    lines = ['"creationdate","userids","operations","auditdata"']
    lines += [",".join(map(quoted, row.cells(0, 0)[1:5])) for row in rows]
    return encoded(lines, "utf-8")


def purview_old_csv(rows: list[Row]) -> bytes:
    """The portal's four columns, of which only AuditData needs quotes."""
    lines = ["CreationDate,UserIds,Operations,AuditData"]
    lines += [",".join(map(needed, row.cells(0, 0)[1:5])) for row in rows]
    return encoded(lines)


def purview_csv(events: tuple[Event, ...]) -> bytes:
    """The portal's current eight columns. The events are those of January 2026: the story, 1,036 days later."""
    columns = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits"
    lines = [f"{columns},AssociatedAdminUnitsNames"]
    for event in events:
        time = event.time + timedelta(days=1036)
        audit = compact({**event.record(), "CreationTime": f"{time:%Y-%m-%dT%H:%M:%S}"})
        created = f'"{time:%Y-%m-%dT%H:%M:%S}.0000000Z "'
        lines.append(f"{event.id},{created},154,{event.operation},{event.message.sender},{quoted(audit)},,")
    return encoded(lines, "utf-8")


def purview_loaded_csv(events: tuple[Event, ...]) -> bytes:
    """ "Save loaded results": what the portal's list shows."""
    lines = ["Date,User,Activity,Item,Details"]
    for event in events:
        cells = (month_first(event.time), event.message.sender, event.operation, event.message.message_id)
        lines.append(",".join(map(needed, (*cells, event.message.subject))))
    return encoded(lines)


def compressed(data: bytes) -> bytes:
    """Gzip without a name and a time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def joined_csv(rows: list[Row]) -> bytes:
    """Two exports of the older module that overlap in eight records, and one of the current module behind them."""
    return encoded([*cmdlet(rows[:16], older=True), *cmdlet(rows[8:24], older=True), *cmdlet(rows[24:32])])


def mixed_tenant_csv(events: tuple[Event, ...]) -> bytes:
    """Portal records among Exchange, SharePoint and sign-in records, newest first."""
    rows = rows_of(events) + [row_of(compact(record), name) for name, record in other_records()]
    return encoded(cmdlet(sorted(rows, key=lambda row: row.created, reverse=True)), "utf-8")


def western(event: Event) -> bool:
    """Whether the event's text fits into Windows-1252."""
    try:
        compact(event.record()).encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def make() -> dict[str, bytes]:
    """File name -> its bytes."""
    events = story()
    every_sixth = tuple(events[5::6][:24])
    rows = rows_of(every_sixth)
    ascii_lines = [line.encode("ascii", "replace").decode() for line in cmdlet(rows, older=True)]
    plain = [row_of(compact(event.record())) for event in events if western(event)]
    legacy = [row for row in plain if not row.audit.isascii()][:12]
    legacy += [row for row in plain if row.audit.isascii()][:10]
    return {
        "events.csv": events_csv(events),
        "powershell51_utf16.csv": encoded(cmdlet(rows, older=True), "utf-16"),
        "powershell51_ascii.csv": encoded(ascii_lines, "ascii"),
        "powershell7_as_needed.csv": encoded(as_needed_csv(rows[:20]), "utf-8", "\n"),
        "powershell7_never.csv": encoded(never_csv(rows[:20]), "utf-8"),
        "powershell7_no_header.csv": encoded(cmdlet(rows[:20])[1:], "utf-8"),
        "semicolon_dmy.csv": semicolon_csv(rows),
        "tab_ymd.tsv": encoded(cmdlet(rows[:20], dates="ymd", delimiter="\t"), "utf-8"),
        "formatted.csv": formatted_csv(every_sixth[:12]),
        "hand_picked.csv": hand_picked_csv(rows[:20]),
        "purview_old.csv": purview_old_csv(rows[:20]),
        "purview.csv": purview_csv(every_sixth[:20]),
        "purview_loaded.csv": purview_loaded_csv(every_sixth[:20]),
        "windows_1252.csv": encoded(cmdlet(legacy), "cp1252"),
        "archive.csv.gz": compressed(encoded(cmdlet(rows_of(events[40:80])), "utf-8")),
        "joined.csv": joined_csv(rows_of(events[60:92])),
        "mixed_tenant.csv": mixed_tenant_csv(every_sixth[:12]),
        "problems.csv": problems_csv(events),
        **container_samples(every_sixth),
    }


def main(arguments: list[str]) -> None:
    """Write every sample into the folder named, else into `samples/`."""
    folder = Path(arguments[0]) if arguments else SAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in make().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
