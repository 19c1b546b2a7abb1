"""Periods and their units; working days by the notices, by the week alone where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.calendar import Calendar, Span, SpanUnit, add_months, read_calendar
from services.casework.pack import SHIPPED

TABLE = (SHIPPED / "holidays" / "cn.csv").read_text(encoding="utf-8")
NATIONAL = read_calendar(range(5), TABLE)
SIX_DAYS = read_calendar(range(6), None)
FRIDAY_OFF = read_calendar((0, 1, 2, 3, 6), TABLE)
CALENDARS = st.sampled_from((NATIONAL, SIX_DAYS, FRIDAY_OFF))
DAYS = st.dates(date(2017, 1, 1), date(2030, 12, 31))


def working_days(n: int) -> Span:
    return Span(n, SpanUnit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("text", "span", "zh", "en"),
    [
        ("5wd", Span(5, SpanUnit.WORKING_DAYS), "5个工作日", "5 working days"),
        ("90d", Span(90, SpanUnit.DAYS), "90日", "90 days"),
        ("1m", Span(1, SpanUnit.MONTHS), "1个月", "1 month"),
        ("0wd", Span(0, SpanUnit.WORKING_DAYS), "0个工作日", "0 working days"),
    ],
)
def test_a_period_is_a_number_with_its_unit(text: str, span: Span, zh: str, en: str) -> None:
    assert Span.parse(text) == span
    assert (str(span), span.zh, span.en) == (text, zh, en)


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "5 wd", "-5wd", "5y", "5WD", "05d", "1.5m", "5wd ", "5wd\n", "٥d", "10000d"]
)
def test_any_other_text_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        Span.parse(text)


def test_a_period_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        Span(-1, SpanUnit.DAYS)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 13), True),
        (date(2026, 2, 14), True),  # a Saturday made up for the spring festival
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2020, 1, 31), False),  # the prolonged spring festival
        (date(2027, 1, 1), True),  # no notice for 2027: weekends only
        (date(2027, 1, 2), False),
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert NATIONAL.is_working_day(day) is works


def test_a_publicity_over_the_national_day() -> None:
    assert NATIONAL.after(date(2026, 9, 28), working_days(5)) == date(2026, 10, 10)
    assert SIX_DAYS.after(date(2026, 9, 28), working_days(5)) == date(2026, 10, 3)


def test_over_the_spring_festival_of_2026() -> None:
    assert NATIONAL.after(date(2026, 2, 13), working_days(1)) == date(2026, 2, 14)
    assert NATIONAL.after(date(2026, 2, 13), working_days(2)) == date(2026, 2, 24)
    assert NATIONAL.before(date(2026, 2, 24), working_days(2)) == date(2026, 2, 13)
    assert NATIONAL.working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert NATIONAL.working_days_between(date(2026, 2, 24), date(2026, 2, 13)) == -2


def test_a_week_of_six_days_works_on_saturday() -> None:
    assert SIX_DAYS.is_working_day(date(2026, 10, 3))
    assert not SIX_DAYS.is_working_day(date(2026, 10, 4))
    assert SIX_DAYS.working_days_between(date(2026, 9, 27), date(2026, 10, 4)) == 6


def test_a_make_up_day_is_a_departure_only_where_the_week_rests_on_it() -> None:
    saturday = date(2026, 2, 14)
    assert NATIONAL.is_working_day(saturday)
    assert read_calendar(range(6), TABLE).is_working_day(saturday)
    assert saturday.toordinal() in NATIONAL.departures
    assert saturday.toordinal() not in read_calendar(range(6), TABLE).departures


def test_days_and_months() -> None:
    assert NATIONAL.after(date(2026, 1, 31), Span.parse("1m")) == date(2026, 2, 28)
    assert NATIONAL.before(date(2026, 3, 31), Span.parse("1m")) == date(2026, 2, 28)
    assert NATIONAL.after(date(2026, 1, 31), Span.parse("30d")) == date(2026, 3, 2)
    assert NATIONAL.before(date(2026, 3, 2), Span.parse("30d")) == date(2026, 1, 31)
    assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)


@pytest.mark.parametrize("text", ["0wd", "0d", "0m"])
def test_no_time_is_the_day_itself(text: str) -> None:
    sunday = date(2026, 2, 15)
    assert NATIONAL.after(sunday, Span.parse(text)) == sunday == NATIONAL.before(sunday, Span.parse(text))


def test_provisional_years() -> None:
    assert not NATIONAL.provisional(date(2018, 1, 1))
    assert not NATIONAL.provisional(date(2026, 12, 31))
    assert NATIONAL.provisional(date(2027, 1, 1))
    assert NATIONAL.provisional(date(2017, 6, 1))
    assert not SIX_DAYS.provisional(date(2027, 1, 1))


def test_the_furthest_day_of_an_event_can_be_counted_on() -> None:
    assert NATIONAL.after(date(2199, 12, 31), working_days(15)) == date(2200, 1, 21)
    assert NATIONAL.before(date(1900, 1, 1), working_days(15)) == date(1899, 12, 11)
    assert NATIONAL.working_days_between(date(1900, 1, 1), date(2199, 12, 31)) > 78_000


def test_rows_added_at_the_end_override() -> None:
    calendar = read_calendar(range(5), TABLE + "2026-02-14,rest,春节,试行\n2027-01-01,rest,元旦,试行\n")
    assert not calendar.is_working_day(date(2026, 2, 14))
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert not calendar.provisional(date(2027, 6, 1))
    assert calendar.after(date(2026, 2, 13), working_days(1)) == date(2026, 2, 24)


@pytest.mark.parametrize("row", ["2026-13-01,rest,元旦,x", "2026-01-01,sleep,元旦,x", "2026-01-01"])
def test_a_wrong_row_is_named(row: str) -> None:
    with pytest.raises(ValueError, match="not a row of a holiday table"):
        read_calendar(range(5), f"day,kind,name,notice\n{row}\n")


@pytest.mark.parametrize("week", [(), (7,), (-1,)])
def test_a_week_has_a_day_of_the_seven(week: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no working week"):
        read_calendar(week, None)


@given(CALENDARS, DAYS, st.integers(1, 400))
def test_adding_and_counting_agree(calendar: Calendar, day: date, n: int) -> None:
    end = calendar.after(day, working_days(n))
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(day, end) == n


@given(CALENDARS, DAYS, st.integers(1, 400))
def test_back_is_the_way_forth(calendar: Calendar, day: date, n: int) -> None:
    begin = calendar.before(day, working_days(n))
    assert calendar.is_working_day(begin)
    assert calendar.working_days_between(begin, day - timedelta(days=1)) == n - 1
    if calendar.is_working_day(day):
        assert calendar.after(begin, working_days(n)) == day


@given(CALENDARS, DAYS, st.integers(0, 120))
def test_counting_is_what_a_person_would_count(calendar: Calendar, day: date, length: int) -> None:
    days = [day + timedelta(days=i) for i in range(1, length + 1)]
    counted = calendar.working_days_between(day, day + timedelta(days=length))
    assert counted == sum(map(calendar.is_working_day, days))
