"""What loading each sample gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.sample_parts.damaged import PROBLEM_RECORDS


@dataclass(frozen=True, slots=True)
class Expected:
    """What loading a sample gives.

    Attributes:
        rows: Records and unusable rows.
        unusable: Unusable rows.
        problems: Records with at least one problem.
        encoding: As it is shown, without what is said about a BOM.
        delimiter: Of the CSV.
        dates: Order of day and month in the wrapper's dates.
        events: Different keys among the records, a record without a key counting for itself.
        container: What it is read as.
        members: What each source gives where there are several; the counts above are those of all.
    """

    rows: int
    unusable: int = 0
    problems: int = 0
    encoding: str = "UTF-8"
    delimiter: str = ","
    dates: str = "mdy"
    events: int | None = None
    container: str = "csv"
    members: tuple[Expected, ...] = ()

    @property
    def records(self) -> int:
        """Rows that are records."""
        return self.rows - self.unusable

    @property
    def shown(self) -> int:
        """How many events those are."""
        return self.records if self.events is None else self.events


_JSON = Expected(0, delimiter="", dates="ymd", container="json")

EXPECTED: dict[str, Expected] = {
    "events.csv": Expected(151, problems=3),
    "powershell51_utf16.csv": Expected(24, encoding="UTF-16"),
    "powershell51_ascii.csv": Expected(24),
    "powershell7_as_needed.csv": Expected(20),
    "powershell7_never.csv": Expected(20),
    "powershell7_no_header.csv": Expected(20),
    "semicolon_dmy.csv": Expected(25, problems=1, delimiter=";", dates="dmy"),
    "tab_ymd.tsv": Expected(20, delimiter="\t", dates="ymd"),
    "formatted.csv": Expected(12),
    "hand_picked.csv": Expected(20),
    "purview_old.csv": Expected(20),
    "purview.csv": Expected(20, dates="ymd"),
    "purview_loaded.csv": Expected(20, problems=20),
    "windows_1252.csv": Expected(22, encoding="Windows-1252"),
    "archive.csv.gz": Expected(40),
    "joined.csv": Expected(40, events=32),
    "mixed_tenant.csv": Expected(24),
    "problems.csv": Expected(30, unusable=2, problems=PROBLEM_RECORDS, events=27),
    "powershell51.json": replace(_JSON, rows=6, encoding="UTF-16", dates=""),
    "powershell_shallow.json": replace(_JSON, rows=8, problems=8, dates=""),
    "management_activity.json": replace(_JSON, rows=12, dates="", events=11),
    "graph_pages.json": replace(_JSON, rows=10),
    "graph.csv": Expected(8, dates="ymd"),
    "extractor.jsonl": replace(_JSON, rows=12),
    "extractor_audit_data_only.csv": Expected(8, problems=8, dates="ymd"),
    "elastic.json": replace(_JSON, rows=8),
    "splunk.csv": Expected(8, dates="ymd"),
    "sentinel.csv": Expected(12),
    "defender.csv": Expected(8, dates=""),
    "damaged.jsonl": replace(_JSON, rows=9, unusable=1, problems=2),
    "hawk_list.txt": Expected(5, encoding="UTF-16", delimiter="", container="list"),
    "hawk.xml": Expected(5, encoding="UTF-16", delimiter="", dates="ymd", container="clixml"),
    "excel.xlsx": Expected(8, encoding="", delimiter="", dates="ymd", container="xlsx"),
    "archive.zip": Expected(12, members=(Expected(6), replace(_JSON, rows=6))),
}
"""File name -> what loading it gives."""
