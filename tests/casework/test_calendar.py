"""Working days by the notices, weekends only where there is none."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.calendar import (
    add_working_days,
    is_working_day,
    provisional,
    read_holidays,
    working_days_between,
)

DAYS = st.dates(date(2017, 1, 1), date(2030, 12, 31))


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
    assert is_working_day(day) is works


def test_a_publicity_over_the_national_day() -> None:
    assert add_working_days(date(2026, 9, 28), 5) == date(2026, 10, 10)


def test_over_the_spring_festival_of_2026() -> None:
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert working_days_between(date(2026, 2, 24), date(2026, 2, 13)) == -2


def test_no_days_is_the_day_itself_and_less_is_refused() -> None:
    assert add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 15)
    with pytest.raises(ValueError, match="-1 working days"):
        add_working_days(date(2026, 2, 15), -1)


def test_provisional_years() -> None:
    assert not provisional(date(2018, 1, 1))
    assert not provisional(date(2026, 12, 31))
    assert provisional(date(2027, 1, 1))
    assert provisional(date(2017, 6, 1))


def test_the_furthest_day_of_an_event_can_be_counted_on() -> None:
    assert add_working_days(date(2199, 12, 31), 15) == date(2200, 1, 21)
    assert working_days_between(date(1900, 1, 1), date(2199, 12, 31)) > 78_000


def test_rows_added_at_the_end_override() -> None:
    shipped = files("services.casework").joinpath("holidays.csv").read_text(encoding="utf-8")
    calendar = read_holidays(shipped + "2026-02-14,rest,春节,试行\n2027-01-01,rest,元旦,试行\n")
    assert not is_working_day(date(2026, 2, 14), calendar)
    assert not is_working_day(date(2027, 1, 1), calendar)
    assert not provisional(date(2027, 6, 1), calendar)
    assert add_working_days(date(2026, 2, 13), 1, calendar) == date(2026, 2, 24)


@pytest.mark.parametrize("row", ["2026-13-01,rest,元旦,x", "2026-01-01,sleep,元旦,x", "2026-01-01"])
def test_a_wrong_row_is_named(row: str) -> None:
    with pytest.raises(ValueError, match="not a row of a holiday table"):
        read_holidays(f"day,kind,name,notice\n{row}\n")


@given(DAYS, st.integers(1, 400))
def test_adding_and_counting_agree(day: date, n: int) -> None:
    end = add_working_days(day, n)
    assert is_working_day(end)
    assert working_days_between(day, end) == n


@given(DAYS, st.integers(0, 120))
def test_counting_is_what_a_person_would_count(day: date, length: int) -> None:
    days = [day + timedelta(days=i) for i in range(1, length + 1)]
    assert working_days_between(day, day + timedelta(days=length)) == sum(map(is_working_day, days))
