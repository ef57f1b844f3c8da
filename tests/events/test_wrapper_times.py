"""Times as cultures and platforms write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omeviz.events.times import default_order, is_ambiguous, parse_any, vote

MOMENT = datetime(2023, 3, 22, 19, 0, 59)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))

SAME = (
    "/Date(1679511659000)/",
    "/Date(1679511659000+0200)/",
    "\\/Date(1679511659000-0730)\\/",
    "1679511659",
    "1679511659.000",
    "1679511659000",
    "3/22/2023, 7:00:59.000 PM",
    "2023-03-22T19:00:59.0000000Z ",
    "2023-03-22T14:00:59.000-0500",
    "2023-03-22T19:00:59.000+00:00",
    "3/22/2023 7:00:59 PM +00:00",
    "3/22/2023 9:00:59 PM +02:00",
    "2023-03-22 21:00:59+02:00",
    "3/22/2023 7:00:59 p. m.",
    "3/22/2023 7:00:59\u00a0p.\u00a0m.",
    "3/22/2023 7:00:59 P.M.",
    "2023-03-22 오후 7:00:59",
    "2023. 3. 22. 오후 7:00:59",
    "2023. 03. 22. 19:00:59",
    "2023.03.22. 19:00:59",
    "2023/3/22 下午 7:00:59",
    "2023/3/22 下午7:00:59",
    "2023/03/22 午後 7:00:59",
    "2023/03/22 19:00:59",
    "22.03.2023 19:00:59",
    "22. 3. 2023 19:00:59",
    "22.3.2023. 19:00:59",
    "22.3.2023 г. 19:00:59",
    "22.3.2023 19.00.59",
    "22-03-2023 19:00:59",
    "22/3/2023 7:00:59 μμ",
    "22/3/2023 7:00:59 μ.μ.",
    "22/03/2023 7:00:59 م",
    "22/03/2023 7:00:59 CH",
    "22 Mar 2023 19:00:59",
    "22 March 2023 19:00:59",
    "22-Mar-2023 19:00:59",
    "22-mar-23 19:00:59",
    "Mar 22, 2023 7:00:59 PM",
    "Mar 22, 2023, 7:00:59 PM",
    "March 22, 2023 at 7:00:59 PM",
    "Mar 22, 2023 @ 19:00:59.000",
    "Wednesday, March 22, 2023 7:00:59 PM",
    "Wednesday, 22 March 2023 19:00:59",
    "Wed, 22 Mar 2023 19:00:59 GMT",
    "Wed, 22 Mar 2023 21:00:59 +0200",
)


@pytest.mark.parametrize("text", SAME)
def test_the_same_moment(text: str) -> None:
    order = "dmy" if text.startswith("22") else "mdy"
    for written in (text, f" {text} "):
        assert parse_any(written, order) == (MOMENT, 1)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("22 Mar 2023", datetime(2023, 3, 22), 86_400),
        ("Mar 22, 2023", datetime(2023, 3, 22), 86_400),
        ("Mar 22, 2023 7:00 PM", datetime(2023, 3, 22, 19), 60),
        ("1679511659.1234567", MOMENT.replace(microsecond=123456), 1),
        ("1679511659123", MOMENT.replace(microsecond=123000), 1),
        ("2023/3/22 上午 12:30:00", datetime(2023, 3, 22, 0, 30), 1),
        ("2023/3/22 午前 0:30:00", datetime(2023, 3, 22, 0, 30), 1),
        ("2023/3/22 午後 0:30:00", datetime(2023, 3, 22, 12, 30), 1),
        ("2023-03-22 오전 7:00:59", datetime(2023, 3, 22, 7, 0, 59), 1),
        ("22/3/2023 7:00:59 πμ", datetime(2023, 3, 22, 7, 0, 59), 1),
        ("22/03/2023 7:00:59 ص", datetime(2023, 3, 22, 7, 0, 59), 1),
        ("22/03/2023 7:00:59 SA", datetime(2023, 3, 22, 7, 0, 59), 1),
    ],
)
def test_other_moments(text: str, moment: datetime, precision: int) -> None:
    assert parse_any(text, "dmy") == (moment, precision)


@pytest.mark.parametrize(
    "text",
    [
        *("32 March 2023", "22 Foo 2023", "March 2023", "22 Mar", "Mar 22", "31 Feb 2023", "22 Mar 2023 25:00:00"),
        *("167951165", "16795116590", "1679511659.", "-1679511659", "1679511659,5", "99999999999999"),
        *("3/22/2023 7:00:59 PM +25:00", "3/22/2023 7:00:59 PM +02:60", "3/22/2023 +02:00", "2023-03-22+02:00"),
        *("下午 2023/3/22 7:00", "2023/3/22 下午 7:00 PM", "2023/3/22 下午 13:00:00", "2023/3/22 午後 -1:00"),
        *("/Date(1679511659000+02)/", "22.3.2023.. 19:00", "Mar 22, 2023 @", "March 22, 2023 at", "x" * 100_000),
    ],
)
def test_what_is_no_time(text: str) -> None:
    for order in ("mdy", "dmy", "ymd"):
        assert parse_any(text, order) is None


@given(moment=MOMENTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_a_zone_is_taken_off(moment: datetime, minutes: int) -> None:
    there = moment + timedelta(minutes=minutes)
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    for form in ("%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%d %b %Y %H:%M:%S"):
        assert parse_any(f"{there:{form}} {sign}{hours:02}:{rest:02}", "mdy") == (moment, 1)


@given(moment=MOMENTS)
def test_every_moment_by_name_and_by_count(moment: datetime) -> None:
    for form in ("%d %B %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%A, %B %d, %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S"):
        assert parse_any(f"{moment:{form}}", "dmy") == (moment, 1)
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    assert parse_any(str(seconds)) == (moment, 1)
    assert parse_any(f"{seconds}000") == (moment, 1)


def test_names_and_counts_say_nothing_about_the_order() -> None:
    for text in (
        "22 Mar 2023",
        "Mar 3, 2023 7:00 PM",
        "1679511659",
        "/Date(1679511659000)/",
        "2023. 3. 4. 오후 7:00:59",
    ):
        assert not is_ambiguous(text)
        assert vote(text, MOMENT) is None
    assert is_ambiguous("4. 3. 2023 19:00:59")
    assert vote("4. 3. 2023 19:00:59", datetime(2023, 3, 4, 19, 0, 59)) == "dmy"
    assert default_order("4. 3. 2023 19:00:59") == "dmy"
