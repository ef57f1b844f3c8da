"""In what wrapper and AuditData disagree, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from omeviz.analysis import disagreement
from tests.analysis.support import found
from tests.sample_parts.rows import day_first, month_first
from tests.support import portal_record, store_of

TRUTH = datetime(2023, 3, 22, 19, 0, 59)


def _details(*created: str, dates: str = "mdy") -> tuple[str, ...]:
    audits = [portal_record(Id=str(number)) for number in range(len(created))]
    store = store_of(*audits, wrappers=[{"CreationDate": time} for time in created])
    store.sources[0].dates = dates
    return found(store)["disagreement"].details


@pytest.mark.parametrize(
    ("hours", "zone"), [(1, "UTC+1:00"), (-7, "UTC-7:00"), (5.75, "UTC+5:45"), (-9.5, "UTC-9:30"), (14, "UTC+14:00")]
)
def test_a_constant_offset_is_local_time(hours: float, zone: str) -> None:
    created = month_first(TRUTH + timedelta(hours=hours))
    assert _details(created, created) == ("it is the time in 2", f"the wrapper is in local time, {zone}: 2")


@pytest.mark.parametrize("difference", [timedelta(hours=15), timedelta(minutes=7), timedelta(hours=1, seconds=1)])
def test_other_offsets_are_not(difference: timedelta) -> None:
    assert _details(month_first(TRUTH + difference)) == ("it is the time in 1",)


def test_local_time_without_seconds() -> None:
    assert _details("3/22/2023 20:00")[1:] == ("the wrapper is in local time, UTC+1:00: 1",)


def test_swapped_day_and_month() -> None:
    audit = portal_record(CreationTime="2023-03-12T19:00:59")
    store = store_of(audit, wrappers=[{"CreationDate": day_first(datetime(2023, 3, 12, 19, 0, 59))}])
    store.sources[0].dates = "mdy"
    details = found(store)["disagreement"].details
    assert details == ("it is the time in 1", "day and month are swapped: 1")


def test_the_columns_that_disagree() -> None:
    cells = [{"UserIds": "x@contoso.com", "Operations": "MessageForward", "Identity": "dead", "RecordType": "20"}]
    details = found(store_of(portal_record(), wrappers=cells))["disagreement"].details
    assert sorted(details[0].removeprefix("it is ").split(", ")) == [
        "the id in 1",
        "the operation in 1",
        "the record type in 1",
        "the user in 1",
    ]


def test_only_some_of_many_are_looked_at_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disagreement, "MOST_LOOKED_AT", 10)
    details = _details(*[month_first(TRUTH + timedelta(hours=1))] * 95)
    assert details[0] == "it is the time in 10 of 10 looked at"
