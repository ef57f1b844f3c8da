"""The report as text and as JSON, and how an examination can be followed and given up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from omeviz.analysis.findings import Report, with_hashes
from omeviz.analysis.folding import cell_width, folded_lines
from omeviz.analysis.report_json import report_json
from omeviz.analysis.report_text import WIDTH, report_text
from omeviz.analysis.report_words import verdict
from omeviz.analysis.trust import STEPS, examine, path_of
from omeviz.errors import SourceError
from omeviz.provenance import SourceHash
from omeviz.query.select import Overtaken
from omeviz.store import Store
from omeviz.summary import SourceSummary
from tests.analysis.support import NOW, numerous, report_of
from tests.hostile import UNDRAWABLE
from tests.support import portal_record, store_of

HOSTILE = "\x1b[2J\u202e=cmd|'\n`$(x)`\u200b\ud800ü"
BAD = store_of(
    portal_record(MailSubject=HOSTILE, RecordType=HOSTILE),
    "{" + HOSTILE,
    wrappers=[{"UserIds": HOSTILE, "Note": f"={HOSTILE}"}] * 2,
    name=f"{HOSTILE} {'x' * 100}.csv",
)


def bad_report() -> Report:
    report = examine(BAD, [SourceError(f"{HOSTILE} does not exist.", "Check the path.")], now=NOW)
    return with_hashes(report, [SourceHash("ab" * 32, 5, changed=True)])


def test_the_text_fits_and_nothing_in_it_acts() -> None:
    text = report_text(bad_report())
    assert "AuditData is no JSON object" in text or "AuditData cut" in text
    for line in text.splitlines():
        assert UNDRAWABLE.search(line) is None, line
        assert cell_width(line) <= WIDTH or line.startswith("  Search-"), line


def test_commands_stay_on_one_line() -> None:
    lines = [
        line for line in report_text(report_of(numerous(5_000))).splitlines() if "Search-UnifiedAuditLog -" in line
    ]
    assert len(lines) == 2
    assert all("-StartDate" in line and "-EndDate" in line for line in lines)


def test_a_clean_report_says_so() -> None:
    report = with_hashes(report_of(store_of(portal_record())), [SourceHash("ab" * 32, 5)])
    assert report_text(report) == (
        "omeviz check, 2026-05-01 12:00:00 UTC\n\n"
        "= Nothing needs attention.\n\n"
        "  rows      1 row = 1 record + 0 unusable rows\n"
        "  events    1 event\n"
        "  time      2023-03-22 19:00:59 to 2023-03-22 19:00:59 UTC\n"
        "  types     OMEPortal 1\n"
        "  silences  too few events to tell what is usual\n\n"
        "1 events.csv\n"
        "  path      events.csv\n"
        "  read as   , UTF-8, comma\n"
        f"  SHA-256   {'ab' * 32}\n"
        "  rows      1 row = 1 record + 0 unusable rows\n"
        "  events    1 event\n"
        "  time      2023-03-22 19:00:59 to 2023-03-22 19:00:59 UTC\n\n"
    )


@pytest.mark.parametrize(
    ("attention", "hints", "failures", "said"),
    [
        (0, 0, 0, ("=", "Nothing needs attention.")),
        (0, 1, 0, ("=", "Nothing needs attention. 1 hint, which may be harmless.")),
        (2, 0, 0, ("!", "2 findings need attention.")),
        (1, 2, 1, ("!", "1 finding needs attention. 2 hints besides. 1 input could not be read.")),
        (0, 0, 2, ("x", "2 inputs could not be read. Nothing needs attention in the others.")),
    ],
)
def test_the_verdict(attention: int, hints: int, failures: int, said: tuple[str, str]) -> None:
    report = bad_report()
    certain = next(finding for finding in report.findings if finding.certain)
    hint = next(finding for finding in report.findings if not finding.certain)
    some = replace(report, findings=(certain,) * attention + (hint,) * hints, failures=report.failures * failures)
    assert verdict(some) == said


KEYS: dict[str, set[str]] = {
    "": {
        *("omevizCheck", "omeviz", "created", "ok", "attention", "hints", "partial", "total", "recordTypes"),
        *("gaps", "findings", "files", "failures"),
    },
    "total": {
        *("files", "rows", "records", "dropped", "events", "copies", "unusableRows", "firstEvent", "lastEvent"),
        "impossibleTimes",
    },
    "recordTypes": {"recordType", "events"},
    "findings": {
        *("kind", "level", "certain", "title", "count", "unit", "details", "meaning", "why", "remedy"),
        *("commands", "filter", "files"),
    },
    "findings.files": {"file", "name", "count", "firstLine", "detail"},
    "files": {
        *("name", "path", "container", "containerName", "encoding", "delimiter", "dates"),
        *("size", "modified", "sha256", "sha256Reason"),
        *("rows", "records", "events", "copies", "unusableRows", "blankRows", "firstEvent", "lastEvent"),
        *("impossibleTimes", "withoutTime", "complete", "notes", "dropped", "keptOnly", "origin"),
    },
    "failures": {"message", "remedy"},
}
"""The keys that programs rely on."""


def _keys(value: Any, place: str, found: dict[str, set[str]]) -> None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            found.setdefault(place, set(item))
            assert found[place] == set(item), place
            for key, inner in item.items():
                _keys(inner, f"{place}.{key}".strip("."), found)


def test_the_json_has_these_keys_and_is_ascii() -> None:
    text = report_json(bad_report())
    assert text.isascii()
    found: dict[str, set[str]] = {}
    content = json.loads(text)
    _keys(content, "", found)
    assert found == KEYS
    assert content["created"] == "2026-05-01T12:00:00Z"
    assert content["total"]["firstEvent"] == "2023-03-22T19:00:59Z"
    assert content["ok"] is False
    assert content["attention"] == sum(finding["certain"] for finding in content["findings"]) > 0


def test_gaps_in_the_json() -> None:
    store = numerous(5_000)
    store_of(portal_record(CreationTime="2023-04-22T19:00:59"), store=store, name="b.csv")
    content = json.loads(report_json(report_of(store)))
    (gap,) = content["gaps"]
    assert gap == {
        "after": "2023-03-22T18:59:00Z",
        "before": "2023-04-22T19:00:59Z",
        "seconds": 31 * 86_400 + 119,
        "usual": "long silences usually last 1 minute",
    }


def test_a_file_that_changed_since_it_was_read() -> None:
    report = report_of(store_of(portal_record()))
    assert [f.kind for f in with_hashes(report, [SourceHash("00", 1, changed=True)]).findings] == ["file-changed"]
    assert with_hashes(report, [SourceHash("00", 1)]).findings == ()
    twice = with_hashes(with_hashes(report, [SourceHash("00", 1, changed=True)]), [SourceHash("00", 1)])
    assert twice.findings == ()


def test_nothing_loaded_at_all() -> None:
    report = examine(Store(), [SourceError("a.csv does not exist.")], now=NOW)
    assert (report.files, report.findings, report.events) == ((), (), 0)
    assert "x a.csv does not exist." in report_text(report)
    json.loads(report_json(report))


def test_progress_is_told_and_it_can_be_given_up() -> None:
    told: list[int] = []
    examine(store_of(portal_record()), progress=told.append)
    assert told == list(range(1, STEPS + 1))
    told.clear()
    with pytest.raises(Overtaken):
        examine(store_of(portal_record()), progress=told.append, should_stop=lambda: len(told) >= 3)
    assert told == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "path", "shown"),
    [
        ("a.csv", "dir/a.csv", "dir/a.csv"),
        ("march/a.csv", "dir/march/a.csv", "dir/march/a.csv"),
        ("parts.zip/march/a.csv", "dir/parts.zip", "dir/parts.zip/march/a.csv"),
        ("<stdin>", None, None),
    ],
)
def test_where_a_source_is(name: str, path: str | None, shown: str | None) -> None:
    source = SourceSummary(name, None if path is None else Path(path))
    assert path_of(source) == (None if shown is None else str(Path(shown)))


@pytest.mark.parametrize(
    "text", ["", "a", "one two three", "x" * 300, "日本語" * 40, "a " * 50, "  two  blanks ", "é" * 99]
)
@pytest.mark.parametrize("width", [2, 7, 68])
def test_folding_keeps_every_character(text: str, width: int) -> None:
    lines = list(folded_lines(text, width))
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
