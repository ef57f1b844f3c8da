"""A report as JSON, for machines.

Keys are stable: later versions may add some. Times are UTC, ISO 8601 with `Z`, or null; sizes bytes. `level` is
`attention` or `hint`, `kind` a name of `omeviz.analysis.kinds.KINDS`. `files[].file` of a finding is an index into
the report's `files`, from 0. `gaps` is null where there are too few events to tell.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from omeviz import __version__
from omeviz.analysis.findings import FileFacts, Finding, Report

VERSION = 1
"""Of the report's form, under the key `omevizCheck`."""


def report_json(report: Report) -> str:
    """The report as one object, ASCII, so that no text in it acts on a terminal; ended by a line feed."""
    return json.dumps(report_object(report), indent=2, ensure_ascii=True) + "\n"


def report_object(report: Report) -> dict[str, Any]:
    """The report as plain lists and objects."""
    return {
        "omevizCheck": VERSION,
        "omeviz": __version__,
        "created": iso(report.made),
        "ok": not report.attention and not report.failures,
        "attention": report.attention,
        "hints": report.hints,
        "partial": report.partial,
        "total": {
            "files": len(report.files),
            "rows": report.rows,
            "records": report.records,
            "dropped": report.dropped,
            "events": report.events,
            "copies": report.copies,
            "unusableRows": report.unusable,
            "firstEvent": iso(report.first),
            "lastEvent": iso(report.last),
            "impossibleTimes": report.impossible,
        },
        "recordTypes": [{"recordType": name or None, "events": number} for name, number in report.types],
        "gaps": None
        if report.gaps is None
        else [
            {
                "after": iso(gap.after),
                "before": iso(gap.before),
                "seconds": gap.length.total_seconds(),
                "usual": gap.usual,
            }
            for gap in report.gaps
        ],
        "findings": [_finding(finding) for finding in report.findings],
        "files": [_file(file) for file in report.files],
        "failures": [{"message": failure.message, "remedy": failure.remedy or None} for failure in report.failures],
    }


def iso(time: datetime | None) -> str | None:
    """A naive UTC time as ISO 8601 with `Z`."""
    return None if time is None else time.isoformat(timespec="microseconds" if time.microsecond else "seconds") + "Z"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "level": finding.level,
        "certain": finding.certain,
        "title": finding.title,
        "count": finding.count,
        "unit": finding.unit,
        "details": list(finding.details),
        "meaning": finding.meaning,
        "why": finding.why or None,
        "remedy": finding.remedy,
        "commands": list(finding.commands),
        "filter": finding.filter or None,
        "files": [
            {
                "file": place.file,
                "name": place.name,
                "count": place.count,
                "firstLine": place.line,
                "detail": place.detail or None,
            }
            for place in finding.places
        ],
    }


def _file(file: FileFacts) -> dict[str, Any]:
    return {
        "name": file.name,
        "path": file.path,
        "container": file.container,
        "containerName": file.container_name,
        "encoding": file.encoding or None,
        "delimiter": file.delimiter or None,
        "dates": file.dates or None,
        "size": file.size,
        "modified": iso(file.modified),
        "sha256": None if file.hash is None else file.hash.sha256,
        "sha256Reason": None if file.hash is None else file.hash.reason or None,
        "rows": file.rows,
        "records": file.records,
        "dropped": file.dropped,
        "keptOnly": file.kept_only or None,
        "events": file.events,
        "copies": file.copies,
        "unusableRows": file.unusable,
        "blankRows": file.blank,
        "firstEvent": iso(file.first),
        "lastEvent": iso(file.last),
        "impossibleTimes": file.impossible,
        "withoutTime": file.timeless,
        "complete": file.complete,
        "notes": list(file.notes),
        "origin": file.origin or None,
    }
