"""Working days: the holidays and make-up days of the State Council's notices (`holidays.csv`).

A year whose notice is not out yet counts its weekends only, and is called provisional.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import accumulate

_KINDS = {"rest": False, "work": True}
_WEEK = 7
_WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which the notices depart from the week, as ordinals in their order.

    `balance[i]` is what the first i of them add to the count of weekdays; `years` have a notice.
    """

    departures: tuple[int, ...]
    balance: tuple[int, ...]
    years: frozenset[int]


def read_holidays(text: str) -> Calendar:
    """The calendar of a table `day,kind,name,notice` (kind `rest` or `work`); of two rows for a day
    the later one holds, so rows added at the end override. ValueError names the row that is wrong.
    """
    works: dict[date, bool] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        try:
            works[date.fromisoformat(row["day"])] = _KINDS[row["kind"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a row of a holiday table: {row}") from error
    departures = sorted((day, work) for day, work in works.items() if work is not _is_weekday(day))
    return Calendar(
        departures=tuple(day.toordinal() for day, _ in departures),
        balance=tuple(accumulate((1 if work else -1 for _, work in departures), initial=0)),
        years=frozenset(day.year for day in works),
    )


def _is_weekday(day: date) -> bool:
    return day.weekday() < _WEEKDAYS


def _weekdays_through(ordinal: int) -> int:
    # Ordinal 1, the first day of year 1, is a Monday.
    weeks, rest = divmod(ordinal, _WEEK)
    return weeks * _WEEKDAYS + min(rest, _WEEKDAYS)


def _weekday_after(ordinal: int, n: int) -> int:
    weeks, rest = divmod(_weekdays_through(ordinal) + n - 1, _WEEKDAYS)
    return weeks * _WEEK + rest + 1


def _working_days_through(ordinal: int, calendar: Calendar) -> int:
    return _weekdays_through(ordinal) + calendar.balance[bisect_right(calendar.departures, ordinal)]


NATIONAL = read_holidays(files("services.casework").joinpath("holidays.csv").read_text(encoding="utf-8"))
"""The calendar that ships with Concord; Hunan follows the national notices."""


def is_working_day(day: date, calendar: Calendar = NATIONAL) -> bool:
    """Whether offices work on that day."""
    ordinal = day.toordinal()
    return _working_days_through(ordinal, calendar) > _working_days_through(ordinal - 1, calendar)


def add_working_days(day: date, n: int, calendar: Calendar = NATIONAL) -> date:
    """The n-th working day after `day`; `day` itself for 0. ValueError where n is negative."""
    if n < 0:
        raise ValueError(f"cannot add {n} working days")
    if n == 0:
        return day
    ordinal = day.toordinal()
    wanted = _working_days_through(ordinal, calendar) + n
    while (missing := wanted - _working_days_through(ordinal, calendar)) > 0:
        ordinal = _weekday_after(ordinal, missing)
    while _working_days_through(ordinal - 1, calendar) >= wanted:
        ordinal -= 1
    return date.fromordinal(ordinal)


def working_days_between(start: date, end: date, calendar: Calendar = NATIONAL) -> int:
    """The working days after `start` up to and including `end`; negative where `end` is before `start`."""
    return _working_days_through(end.toordinal(), calendar) - _working_days_through(start.toordinal(), calendar)


def provisional(day: date, calendar: Calendar = NATIONAL) -> bool:
    """Whether the notice for that year is not loaded, so that only its weekends are known."""
    return day.year not in calendar.years


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or, negative, earlier); the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
