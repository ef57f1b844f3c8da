"""Every kind of finding: its stable name, what it means and what to do.

Source of what can go wrong: Microsoft's pages on `Search-UnifiedAuditLog` and the Management Activity API, and public
exports in which it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omeviz.analysis.findings import Finding, Level, Place

AGAIN = "Export again"
_PROBLEMS = "In omeviz, p lists each of them with its raw text."


@dataclass(frozen=True, slots=True)
class Kind:
    """What is always said about findings of a kind; `why` only of hints."""

    level: Level
    title: str
    unit: str
    meaning: str
    remedy: str
    why: str = ""


KINDS: dict[str, Kind] = {
    "cap-reached": Kind(
        "attention",
        "cap reached",
        "file",
        "An export of exactly so many rows was cut off by a limit. Older events, or any, are most likely missing.",
        "Split the time range and export each half, each piped into Export-Csv. Move the first -StartDate back to where"
        " your search began. Where a half reaches the cap too, split it again. omeviz opens all parts together and"
        " shows copies once.",
    ),
    "cap-possible": Kind(
        "hint",
        "perhaps a cap reached",
        "file",
        "Search-UnifiedAuditLog returns 100 rows (older modules: up to 120) unless -ResultSize says otherwise.",
        "If you did not expect exactly so many, search each half of the time range with -ResultSize 5000.",
        "It may be chance: nothing in the file says how many rows the search had found.",
    ),
    "time-out": Kind(
        "attention",
        "search timed out",
        "row",
        "ResultIndex -1 with ResultCount 0 is how Search-UnifiedAuditLog reports that it timed out inside Microsoft's"
        " service. What it returned is incomplete.",
        f"{AGAIN}, for a shorter time range and in a new session (another -SessionId).",
    ),
    "partial-page": Kind(
        "hint",
        "perhaps not all rows of a search",
        "file",
        "Fewer rows are here than ResultCount announced, or numbers of ResultIndex are missing.",
        "If nobody filtered the rows, and no other file holds the rest, page on with the same -SessionId, or export"
        " shorter time ranges.",
        "Since 2026 ResultCount may be the size of one page only. ResultIndex counts within one search, so joined or"
        " filtered exports, and the pages of a search in several files, show gaps too.",
    ),
    "next-page": Kind(
        "hint",
        "perhaps not all pages of a search",
        "file",
        "The last page in the file has a link to a next one (nextLink).",
        "Fetch the page that the link leads to, and those behind it, and open all of them together.",
        "The next page may be empty.",
    ),
    "audit-data-cut": Kind(
        "attention",
        "AuditData cut",
        "record",
        "The record's JSON ends too early. omeviz shows what stands before the cut; the rest is lost in this file.",
        f"{AGAIN} with Export-Csv or as JSON, without a spreadsheet, a console or a line-based tool in between."
        f" {_PROBLEMS}",
    ),
    "no-audit-data": Kind(
        "attention",
        "no AuditData",
        "record",
        "Only the wrapper's columns are there (time, operation, user): no recipient, no outcome, no Message-ID.",
        "Export with the AuditData column: from Purview all results, not only the loaded ones; in PowerShell do not"
        " drop it with Select-Object.",
    ),
    "not-json": Kind(
        "attention",
        "AuditData is no JSON object",
        "record",
        "AuditData holds something else than a record as JSON. What of it could be read is shown; where nothing could,"
        " only the wrapper's columns are known.",
        f"{AGAIN}, without editing the file. {_PROBLEMS}",
    ),
    "repeated-key": Kind(
        "attention",
        "repeated key in AuditData",
        "record",
        "A key occurs twice, perhaps in another case. Columns take the last value; the detail shows all of them.",
        f"Look at both values before you rely on one of them. {_PROBLEMS}",
    ),
    "shallow-export": Kind(
        "attention",
        "nested values lost",
        "record",
        "The export wrote lists and objects by their type (System.Object[]) or as PowerShell shows them: what stood in"
        " them, such as the subject, may be lost.",
        f"{AGAIN} with AuditData as it is, or with ConvertTo-Json -Depth 10.",
    ),
    "damaged-row": Kind(
        "attention",
        "damaged row",
        "record",
        "Broken quoting, more or fewer cells than the header has, or a line far too long. Values may stand in the "
        "wrong column.",
        f"{AGAIN}; do not edit or join the file by hand. {_PROBLEMS}",
    ),
    "undecodable-bytes": Kind(
        "attention",
        "undecodable bytes",
        "record",
        "The file has bytes that its encoding does not have, as after joining files of different encodings.",
        "Name the encoding with --encoding, or export again as UTF-8.",
    ),
    "odd-code": Kind(
        "attention",
        "odd code",
        "record",
        "A status or record type is none of the known codes. It is shown as it is and counts as unknown.",
        f"Look at the values; a tool may have rewritten them. {_PROBLEMS}",
    ),
    "unreadable-time": Kind(
        "attention",
        "unreadable time",
        "record",
        "A time cannot be read; such events stand at the end of the list.",
        f"If day and month are mixed up, name their order with --dates. {_PROBLEMS}",
    ),
    "impossible-time": Kind(
        "attention",
        "impossible time",
        "record",
        "A time before 2010 or in the future. These events are counted apart from the time covered.",
        "Compare CreationTime with the neighbouring records; do not put these on a timeline.",
    ),
    "disagreement": Kind(
        "attention",
        "wrapper and AuditData disagree",
        "record",
        "The columns beside AuditData say something else than AuditData does. omeviz goes by AuditData.",
        f"Trust AuditData's values, and find out which tool rewrote the columns. {_PROBLEMS}",
    ),
    "unusable-rows": Kind(
        "attention",
        "unusable rows",
        "row",
        "Rows without AuditData, time, operation, user and id: no events can be made of them.",
        f"Look at what they are; lines of a report or of a broken record are usual. {_PROBLEMS}",
    ),
    "duplicates": Kind(
        "attention",
        "duplicates in one file",
        "copy",
        "The same event stands in one file more than once. omeviz shows and counts it once; Excel and other tools"
        " count rows. A search that returns rows twice may have left out others.",
        "Count events, not rows. If completeness matters, export shorter time ranges, each in a new session.",
    ),
    "duplicates-by-design": Kind(
        "hint",
        "duplicates in one file",
        "copy",
        "The same event stands in one file more than once. omeviz shows and counts it once.",
        "Nothing, but count events and not rows.",
        "The Management Activity API delivers events more than once by design.",
    ),
    "copies-differ": Kind(
        "attention",
        "copies that differ",
        "event",
        "Copies of one event do not say the same. omeviz shows the most complete one.",
        "Compare the copies; one of the files was changed after its export.",
    ),
    "question-marks": Kind(
        "hint",
        "letters perhaps lost as ?",
        "record",
        "Words with ? inside, as Windows PowerShell's Export-Csv writes letters beyond ASCII without -Encoding.",
        f"{AGAIN} with -Encoding UTF8. What was lost cannot be recovered from this file.",
        "The sender may have written the question marks.",
    ),
    "mojibake": Kind(
        "attention",
        "letters garbled by a wrong encoding",
        "record",
        "UTF-8 was read as another encoding on the way (Ã¼ instead of ü), or letters were replaced by U+FFFD.",
        "Export again as UTF-8 and open the file without converting it. Search for such names in pieces without"
        " the garbled letters.",
    ),
    "spreadsheet": Kind(
        "attention",
        "saved by a spreadsheet",
        "cell",
        "Cells look as only a spreadsheet writes them: it rounds long numbers, rewrites dates, and cuts cells at 32,767"
        " characters. This is not the export as it came.",
        "Work on the original export. If there is none, export again and open it with omeviz directly.",
    ),
    "spreadsheet-rows": Kind(
        "attention",
        "a spreadsheet's last row reached",
        "file",
        "A worksheet ends at row 1,048,576: what was below it is gone.",
        "Work on the original export, or export again in shorter time ranges.",
    ),
    "formula-cells": Kind(
        "hint",
        "cells a spreadsheet would calculate",
        "cell",
        "Cells begin with = or +. A spreadsheet that opens the file runs them as formulas.",
        "Do not open the file in a spreadsheet; hand on an export of omeviz, which guards such cells.",
        "The values may be harmless as they are.",
    ),
    "late-data": Kind(
        "hint",
        "the newest events may be missing",
        "file",
        "The file was written soon after its newest event. Events reach the audit log 60 to 90 minutes late, or more.",
        "Export again, from an hour before the newest event on, at least 90 minutes later.",
        "omeviz knows only when the file was last written, and all events may have arrived by then.",
    ),
    "gap": Kind(
        "hint",
        "unusual silence",
        "gap",
        "Much longer without any event than is usual in these files. A part of the export may be missing.",
        "Search the silent time again. Where nothing was filtered by user or operation, compare with another export.",
        "Holidays, an outage or a narrow search look the same.",
    ),
    "incomplete": Kind(
        "attention",
        "not read to its end",
        "file",
        "The file was not read to its end, so events behind that are missing here.",
        "Load it to its end, or see what the error says about the file.",
    ),
    "file-changed": Kind(
        "attention",
        "changed since it was read",
        "file",
        "The file is not as it was when its records were read: this report is about what it held then, its SHA-256"
        " about what it holds now.",
        "Check again when nothing writes to the file any more.",
    ),
}
"""Name -> what is always said about such findings."""


def finding(kind: str, places: Sequence[Place], **more: Any) -> Finding:
    """A finding of a kind; `more` is what `Finding` has besides, or what is to be said otherwise here."""
    known = KINDS[kind]
    said: dict[str, Any] = {
        "kind": kind,
        "level": known.level,
        "title": known.title,
        "count": sum(place.count for place in places),
        "unit": known.unit,
        "meaning": known.meaning,
        "remedy": known.remedy,
        "why": known.why,
        "places": tuple(places),
    }
    return Finding(**{**said, **more})
