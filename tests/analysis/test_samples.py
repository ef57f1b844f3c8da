"""No false alarm on clean samples; what the others have is found."""

from __future__ import annotations

import pytest

from omeviz.analysis.trust import examine
from omeviz.load import load_all
from tests.make_samples import EXPECTED, SAMPLES

CLEAN = sorted(
    name
    for name, expected in EXPECTED.items()
    if not expected.problems and not expected.unusable and expected.events in (None, expected.records)
)
HINTS = {"powershell51_ascii.csv": {"question-marks"}}
"""Clean as far as that is certain."""

FOUND = {
    "events.csv": {"audit-data-cut", "disagreement", "odd-code", "partial-page"},
    "joined.csv": {"duplicates"},
    "purview_loaded.csv": {"no-audit-data"},
    "semicolon_dmy.csv": {"no-audit-data"},
    "problems.csv": {
        *("audit-data-cut", "no-audit-data", "not-json", "damaged-row", "undecodable-bytes", "shallow-export"),
        *("disagreement", "repeated-key", "odd-code", "unreadable-time", "impossible-time", "unusable-rows"),
        *("duplicates", "partial-page"),
    },
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_samples_are_clean(name: str) -> None:
    report = examine(load_all([str(SAMPLES / name)]))
    assert {finding.kind for finding in report.findings} == HINTS.get(name, set())
    assert report.attention == 0
    assert report.first is not None
    assert sum(number for _, number in report.types) == report.events


@pytest.mark.parametrize("name", FOUND)
def test_what_is_wrong_with_the_others_is_found(name: str) -> None:
    report = examine(load_all([str(SAMPLES / name)]))
    assert {finding.kind for finding in report.findings} == FOUND[name]
    assert report.attention == sum(kind != "partial-page" for kind in FOUND[name])


def test_all_clean_samples_together_are_clean() -> None:
    moved = {"purview.csv"}  # the same events in another year
    report = examine(load_all([str(SAMPLES / name) for name in CLEAN if name not in HINTS.keys() | moved]))
    assert [finding.kind for finding in report.findings if finding.certain] == []
