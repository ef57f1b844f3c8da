"""Small files of the other containers and tools, all of the same events."""

from __future__ import annotations

from collections.abc import Sequence

from tests.sample_parts.archive_files import zip_of
from tests.sample_parts.clixml_text import hawk_clixml
from tests.sample_parts.json_files import blob, damaged, elastic, extractor, graph_pages, powershell51, shallow
from tests.sample_parts.list_text import hawk_list
from tests.sample_parts.rows import cmdlet, encoded, rows_of
from tests.sample_parts.siem_csv import audit_data_only_csv, defender_csv, graph_csv, splunk_csv
from tests.sample_parts.siem_sentinel import office_activity_csv
from tests.sample_parts.story import Event
from tests.sample_parts.xlsx_book import excel_xlsx


def container_samples(events: Sequence[Event]) -> dict[str, bytes]:
    """File name -> its bytes.

    Args:
        events: Twelve or more; each file holds the first so many of them.
    """
    rows = rows_of(tuple(events[:12]))
    return {
        "powershell51.json": powershell51(events[:6]),
        "powershell_shallow.json": shallow(events[:8]),
        "management_activity.json": blob(events[:11]),
        "graph_pages.json": graph_pages(events[:10]),
        "graph.csv": graph_csv(events[:8]),
        "extractor.jsonl": extractor(events[:12]),
        "extractor_audit_data_only.csv": audit_data_only_csv(events[:8]),
        "elastic.json": elastic(events[:8]),
        "splunk.csv": splunk_csv(events[:8]),
        "sentinel.csv": office_activity_csv(),
        "defender.csv": defender_csv(events[:8]),
        "damaged.jsonl": damaged(events[:8]),
        "hawk_list.txt": hawk_list(rows[:5]),
        "hawk.xml": hawk_clixml(rows[:5]),
        "excel.xlsx": excel_xlsx(rows[:8]),
        "archive.zip": zip_of(
            {"march/events.csv": encoded(cmdlet(rows[:6]), "utf-8"), "march/events.jsonl": extractor(events[6:12])}
        ),
    }
