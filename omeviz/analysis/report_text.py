"""A report as text of 80 columns. Only commands may be longer: broken ones could not be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from omeviz.analysis.findings import Report
from omeviz.analysis.folding import folded_lines
from omeviz.analysis.report_words import (
    ATTENTION,
    FAILED,
    HINT,
    Line,
    file_lines,
    finding_lines,
    moment,
    overview,
    title,
    verdict,
)
from omeviz.errors import OmevizError
from omeviz.text import visible

WIDTH = 80
LABEL = 10
"""Cells of a label with the blanks behind it."""


def report_text(report: Report) -> str:
    """The whole report, every line ended."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(report))


def lines_text(heading: str, lines: Iterable[Line]) -> str:
    """A heading and the lines below it."""
    return "".join(f"{line.rstrip()}\n" for line in (*_folded("", heading), *_labelled(lines)))


def _lines(report: Report) -> Iterator[str]:
    sign, sentence = verdict(report)
    yield f"omeviz check, {moment(report.made)} UTC"
    yield ""
    yield from _folded(f"{sign} ", sentence)
    yield ""
    if report.files:
        yield from _labelled(overview(report))
        yield ""
    for failure in report.failures:
        yield from _folded(f"{FAILED} ", str(OmevizError(failure.message, failure.remedy)))
        yield ""
    for finding in report.findings:
        yield from _folded(f"{ATTENTION if finding.certain else HINT} ", title(finding))
        yield from _labelled(finding_lines(finding))
        yield ""
    for number, file in enumerate(report.files, 1):
        yield from _folded(f"{number} ", file.name)
        yield from _labelled(file_lines(file))
        yield ""


def _folded(start: str, text: str) -> Iterator[str]:
    """A text behind a start, below which its further lines are indented."""
    for number, line in enumerate(folded_lines(visible(text), WIDTH - len(start))):
        yield (" " * len(start) if number else start) + line


def _labelled(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if line.command:
            yield f"  {visible(line.text)}"
        else:
            yield from _folded(f"  {line.label:<{LABEL}}", line.text)
