"""A report as entries of a list, each with what is said about it. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from omeviz.analysis.report_text import lines_text, report_text
from omeviz.analysis.report_words import (
    ATTENTION,
    FAILED,
    HINT,
    Line,
    file_lines,
    finding_lines,
    many,
    overview,
    title,
    verdict,
)
from omeviz.errors import OmevizError

if TYPE_CHECKING:
    from omeviz.analysis.findings import FileFacts, Finding, Report

Group = Literal["overview", "failure", "finding", "file", "more"]

MOST_FILES = 500
"""Files listed; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be looked at. Texts may come from outside.

    Attributes:
        group: What it is.
        sign: Before its label: `!`, `?`, `=`, `x` or `-`.
        label: Its line in the list.
        heading: What stands above its lines; may be longer than the label.
        lines: What is said about it.
        filter: A filter that shows its events, or empty.
        copied: What a key copies.
        copied_what: What that is, in words.
    """

    group: Group
    sign: str
    label: str
    heading: str
    lines: tuple[Line, ...]
    filter: str = ""
    copied: str = ""
    copied_what: str = ""


def data_entries(report: Report) -> list[Entry]:
    """Overview, failures, findings, files."""
    sign, sentence = verdict(report)
    entries = [
        Entry(
            "overview", sign, "Overview", sentence, tuple(overview(report)), "", report_text(report), "the whole report"
        )
    ]
    for failure in report.failures:
        lines = (Line("do", failure.remedy),) if failure.remedy else ()
        text = str(OmevizError(failure.message, failure.remedy))
        entries.append(Entry("failure", FAILED, failure.message, failure.message, lines, "", text, "the error"))
    entries += [_finding(finding) for finding in report.findings]
    entries += [_file(file) for file in report.files[:MOST_FILES]]
    more = len(report.files) - MOST_FILES
    if more > 0:
        label = f"and {more:,} more files"
        entries.append(Entry("more", "-", label, label, (Line("do", "omeviz FILES --check lists them all."),)))
    return entries


def _finding(finding: Finding) -> Entry:
    lines = finding_lines(finding)
    commands = "\n".join(finding.commands)
    what = "the suggested commands" if len(finding.commands) > 1 else "the suggested command"
    return Entry(
        "finding",
        ATTENTION if finding.certain else HINT,
        title(finding).removeprefix("hint: "),
        title(finding),
        tuple(lines),
        finding.filter,
        commands or lines_text(title(finding), lines),
        what if commands else "the finding",
    )


def _file(file: FileFacts) -> Entry:
    lines = file_lines(file)
    label = f"{file.name}  {many(file.events, 'event')}"
    return Entry("file", "-", label, file.name, tuple(lines), "", lines_text(file.name, lines), "the facts")
