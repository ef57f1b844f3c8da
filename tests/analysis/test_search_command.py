"""Commands that fetch a time range in two halves."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from omeviz.analysis.search_command import halves, search_command
from tests.analysis.support import found, numerous

A, B = datetime(2023, 3, 22, 19, 0, 59), datetime(2023, 3, 22, 20, 0, 59)


def test_the_halves_meet_and_hold_the_last_moment() -> None:
    first, second = halves(A, B)
    assert first[0] == A
    assert first[1] == second[0]
    assert second[1] > B


@given(st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)), st.timedeltas(min_value=B - B, max_value=B - A))
def test_halves_never_leave_anything_out(first: datetime, length: object) -> None:
    from datetime import timedelta

    assert isinstance(length, timedelta)
    found_halves = halves(first, first + length)
    if found_halves:
        (start, middle), (again, stop) = found_halves
        assert start <= first < middle == again < stop
        assert first + length < stop
        assert not middle.microsecond
    else:
        assert length.total_seconds() < 2


def test_one_second_cannot_be_split() -> None:
    assert halves(A, A) == ()


def test_times_have_a_z_and_stand_in_single_quotes() -> None:
    line = search_command(A, B, "OMEPortal", "MessageAccess")
    assert line == (
        "Search-UnifiedAuditLog -RecordType OMEPortal -Operations MessageAccess"
        " -StartDate '2023-03-22T19:00:59Z' -EndDate '2023-03-22T20:00:59Z' -ResultSize 5000"
    )


def test_hostile_values_are_quoted() -> None:
    assert "-Operations 'a''b; $(calc)' -StartDate" in search_command(A, B, operation="a'b; $(calc)")
    assert "-RecordType 'x’’y'" in search_command(A, B, "x’y")


def test_values_with_control_characters_are_left_out() -> None:
    for value in ("a\nb", "a\x1b[2J", "\u202e", "a\rb"):
        assert search_command(A, B, value, value) == search_command(A, B)


def test_the_commands_of_a_cap_are_limited_as_its_records_are() -> None:
    first, second = found(numerous(5_000))["cap-reached"].commands
    assert first.startswith("Search-UnifiedAuditLog -RecordType OMEPortal -Operations MessageAccess -StartDate '2023-")
    assert first.split("-EndDate ")[1].split()[0] == second.split("-StartDate ")[1].split()[0]
