"""A report in words, for the text report and the screen alike: labelled lines, still to be folded and made visible."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from omeviz.analysis.findings import FileFacts, Finding, Place, Report
from omeviz.analysis.timing import duration
from omeviz.summary import guesses

MOST_PLACES = 10
MOST_TYPES = 12
ATTENTION, HINT, CLEAN, FAILED = "!", "?", "=", "x"
"""Signs before a line: needs attention, only a hint, all is well, could not be read."""


class Line(NamedTuple):
    """One labelled line of a report.

    Attributes:
        label: What it is, or empty where it goes on with the label before.
        text: It may hold text from outside.
        command: It is a line for PowerShell, to be copied as it is.
    """

    label: str
    text: str
    command: bool = False


def many(number: int, noun: str, nouns: str = "") -> str:
    """`1 record`, `9,608 records`, `3 copies`."""
    return f"{number:,} {noun if number == 1 else nouns or plural(noun)}"


def plural(noun: str) -> str:
    """A noun's plural, by the rules that our nouns need."""
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def moment(time: datetime | None) -> str:
    """A naive UTC time to the second, without its zone; empty for none."""
    return "" if time is None else f"{time:%Y-%m-%d %H:%M:%S}"


def verdict(report: Report) -> tuple[str, str]:
    """A sign and a sentence: whether the export can be trusted."""
    hints = many(report.hints, "hint")
    unread = f"{many(len(report.failures), 'input')} could not be read"
    if report.attention:
        need = "finding needs" if report.attention == 1 else "findings need"
        also = f" {hints.capitalize()} besides." if report.hints else ""
        failed = f" {unread.capitalize()}." if report.failures else ""
        return ATTENTION, f"{report.attention:,} {need} attention.{also}{failed}"
    if report.failures:
        return FAILED, f"{unread}.{' Nothing needs attention in the others.' if report.files else ''}"
    if report.hints:
        return CLEAN, f"Nothing needs attention. {hints}, which may be harmless."
    return CLEAN, "Nothing needs attention."


def overview(report: Report) -> list[Line]:
    """All files together."""
    files = f"{many(len(report.files), 'file')}: " if len(report.files) > 1 else ""
    rows = f"{files}{many(report.rows, 'row')} = {_rows(report.records, report.unusable)}"
    lines = [Line("rows", rows), Line("events", _events(report.events, report.copies))]
    if report.dropped:
        lines.append(Line("", _dropped(report.dropped)))
    lines += _times(report.first, report.last, report.impossible)
    lines.append(Line("types", _types(report.types)))
    lines.append(Line("silences", _silences(report)))
    if report.partial:
        lines.append(Line("partial", "Not everything was loaded: this is about what is there so far."))
    return lines


def _rows(records: int, unusable: int) -> str:
    return f"{many(records, 'record')} + {many(unusable, 'unusable row')}"


def _events(events: int, copies: int) -> str:
    return many(events, "event") + (f", and {many(copies, 'further copy', 'further copies')} of them" if copies else "")


def _dropped(number: int) -> str:
    return f"{many(number, 'record')} dropped while reading"


def _times(first: datetime | None, last: datetime | None, impossible: int) -> list[Line]:
    lines = []
    if first is not None and last is not None:
        covered = f" ({duration(last - first)})" if last > first else ""
        lines.append(Line("time", f"{moment(first)} to {moment(last)} UTC{covered}"))
    else:
        lines.append(Line("time", "no event has a time"))
    if impossible:
        lines.append(Line("", f"{many(impossible, 'impossible time')} apart"))
    return lines


def _types(types: tuple[tuple[str, int], ...]) -> str:
    shown = [f"{name or '(none)'} {number:,}" for name, number in types[:MOST_TYPES]]
    if len(types) > MOST_TYPES:
        shown.append(f"and {len(types) - MOST_TYPES:,} more types")
    return ", ".join(shown) or "none"


def _silences(report: Report) -> str:
    if report.gaps is None:
        return "too few events to tell what is usual"
    return f"{len(report.gaps):,} unusual, see the hint" if report.gaps else "none that is unusual"


def file_lines(file: FileFacts) -> list[Line]:
    """One file."""
    size = f", {many(file.size, 'byte')}" if file.size is not None else ""
    guessed = guesses(file)
    lines = [Line("path", file.path)] if file.path is not None else []
    lines.append(Line("read as", f"{file.container_name}{', ' if guessed else ''}{guessed}{size}"))
    if file.hash is None:
        lines.append(Line("SHA-256", "being computed…"))
    else:
        lines.append(Line("SHA-256", file.hash.sha256 or f"none: {file.hash.reason}"))
    lines.append(Line("rows", f"{many(file.rows, 'row')} = {_rows(file.records, file.unusable)}"))
    lines.append(Line("events", _events(file.events, file.copies)))
    if file.kept_only:
        lines.append(Line("", f"{_dropped(file.dropped)}: kept is {file.kept_only}"))
    lines += _times(file.first, file.last, file.impossible)
    if file.timeless:
        lines.append(Line("", f"{many(file.timeless, 'record')} without a time"))
    if file.origin:
        lines.append(Line("origin", file.origin))
    if not file.complete:
        lines.append(Line("", "not read to its end"))
    lines += [Line("note", note) for note in file.notes]
    return lines


def title(finding: Finding) -> str:
    """A finding's first line: `cap reached: 2 files`; a hint says that it is one."""
    what = f"{finding.title}: {many(finding.count, finding.unit)}"
    return what if finding.certain else f"hint: {what}"


def finding_lines(finding: Finding) -> list[Line]:
    """A finding below its title: what was found, where, what it means, what to do, why it is only a hint."""
    lines = [Line("found" if not index else "", text) for index, text in enumerate(finding.details)]
    places = [_place(finding, place) for place in finding.places[:MOST_PLACES]]
    if len(finding.places) > MOST_PLACES:
        places.append(f"and {len(finding.places) - MOST_PLACES:,} more files")
    lines += [Line("where" if not index else "", text) for index, text in enumerate(places)]
    lines.append(Line("means", finding.meaning))
    if finding.why:
        lines.append(Line("a hint", f"Not certain. {finding.why}"))
    lines.append(Line("do", finding.remedy))
    return lines + [Line("", command, command=True) for command in finding.commands]


def _place(finding: Finding, place: Place) -> str:
    words = [place.name]
    if finding.unit != "file":
        words.append(many(place.count, finding.unit))
    if place.line is not None:
        words.append(f"{'first at' if place.count > 1 else 'at'} {place.counts} {place.line:,}")
    if place.detail:
        words.append(place.detail)
    return ", ".join(words)
