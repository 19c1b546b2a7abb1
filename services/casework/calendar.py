"""Periods with their unit, and the calendar on which they are counted.

A calendar has a working week of its own and, where its province follows such notices, a table of
the holidays and make-up days. A year whose notice is not out yet counts its week only, and is
called provisional. Nothing here reads a file or a clock.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Self

from events.words import Word

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as packs write them; the first is day 0."""

_KINDS = {"rest": False, "work": True}
_WEEK = len(WEEKDAYS)
_SPAN = re.compile(r"(0|[1-9][0-9]{0,3})(wd|d|m)", re.ASCII)


class SpanUnit(Word):
    """In what a period is counted."""

    WORKING_DAYS = "wd", "个工作日", "working day"
    DAYS = "d", "日", "day"
    MONTHS = "m", "个月", "month"


_UNITS = {unit.value: unit for unit in SpanUnit}


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its unit, written as `5wd`, `90d` or `12m`; a calendar says where it ends."""

    n: int
    unit: SpanUnit

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(f"{self.n} is no period: it is negative")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period that the text writes. ValueError for anything but a number of up to four digits and a unit."""
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no period: a number with wd (working days), d (days) or m (months), as 5wd")
        return cls(int(found[1]), _UNITS[found[2]])

    def __str__(self) -> str:
        return f"{self.n}{self.unit.value}"

    @property
    def zh(self) -> str:
        """As read in Chinese: 5个工作日, 90日, 12个月."""
        return f"{self.n}{self.unit.zh}"

    @property
    def en(self) -> str:
        """As read in English: 5 working days, 90 days, 1 month."""
        return f"{self.n} {self.unit.en}{'' if self.n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which days a province's offices work. Made by `read_calendar`, and `with_year`.

    `week` holds the working days of the week, 0 for Monday. `departures` are the days, as ordinals
    in their order, on which the notices depart from the week; `balance[i]` is what the first i of
    them add to the count of the week's days, and `through[i]` the working days up to and including
    departure i. `years` have a notice; None where the province follows no notices.
    """

    week: tuple[int, ...]
    departures: tuple[int, ...]
    balance: tuple[int, ...]
    through: tuple[int, ...]
    years: frozenset[int] | None

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day."""
        ordinal = day.toordinal()
        return self._working_days_through(ordinal) > self._working_days_through(ordinal - 1)

    def after(self, day: date, span: Span) -> date:
        """The day on which a period ends that begins with `day`: the n-th working day, day or month after it."""
        match span.unit:
            case SpanUnit.WORKING_DAYS if span.n:
                return self._first_day_with(self._working_days_through(day.toordinal()) + span.n)
            case SpanUnit.MONTHS:
                return add_months(day, span.n)
            case SpanUnit.DAYS:
                return day + timedelta(days=span.n)
        return day

    def before(self, day: date, span: Span) -> date:
        """The n-th working day, day or month before `day`."""
        match span.unit:
            case SpanUnit.WORKING_DAYS if span.n:
                return self._first_day_with(self._working_days_through(day.toordinal() - 1) - span.n + 1)
            case SpanUnit.MONTHS:
                return add_months(day, -span.n)
            case SpanUnit.DAYS:
                return day - timedelta(days=span.n)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after `start` up to and including `end`; negative where `end` is before `start`."""
        return self._working_days_through(end.toordinal()) - self._working_days_through(start.toordinal())

    def provisional(self, day: date) -> bool:
        """Whether the notice for that year is not in the table, so that only its week is known."""
        return self.years is not None and day.year not in self.years

    def with_year(self, year: int, rest: Collection[date], work: Collection[date]) -> Calendar:
        """The calendar with the notice of a year, in place of any that it had of that year."""
        steps = zip(self.departures, self.balance[:-1], self.balance[1:], strict=True)
        works = {ordinal: after > before for ordinal, before, after in steps}
        kept = {ordinal: work for ordinal, work in works.items() if date.fromordinal(ordinal).year != year}
        told = {day.toordinal(): False for day in rest} | {day.toordinal(): True for day in work}
        departing = {o: works for o, works in told.items() if works is not (date.fromordinal(o).weekday() in self.week)}
        return _calendar(self.week, kept | departing, (self.years or frozenset()) | {year})

    def _working_days_through(self, ordinal: int) -> int:
        return _weekdays_through(self.week, ordinal) + self.balance[bisect_right(self.departures, ordinal)]

    def _first_day_with(self, count: int) -> date:
        # Between two departures the week alone counts; the day looked for may be the later departure itself.
        departure = bisect_left(self.through, count)
        ordinal = _nth_weekday(self.week, count - self.balance[departure])
        if departure < len(self.departures):
            ordinal = min(ordinal, self.departures[departure])
        return date.fromordinal(ordinal)


def read_calendar(week: Collection[int], table: str | None) -> Calendar:
    """The calendar of a working week and a table `day,kind,name,notice` (kind `rest` or `work`).

    Of two rows for a day the later one holds, so rows added at the end override. Without a table
    the week alone counts. ValueError names the row that is wrong, and a week without a day.
    """
    days = tuple(sorted(set(week)))
    if not days or not 0 <= days[0] <= days[-1] < _WEEK:
        raise ValueError(f"{list(week)} is no working week")
    works = _rows(table or "")
    departing = {day.toordinal(): work for day, work in works.items() if work is not (day.weekday() in days)}
    return _calendar(days, departing, None if table is None else frozenset(day.year for day in works))


def _calendar(days: tuple[int, ...], departing: Mapping[int, bool], years: frozenset[int] | None) -> Calendar:
    """The calendar of a week and of the days, as ordinals, that depart from it by being worked or not."""
    departures = sorted(departing.items())
    balance = tuple(accumulate((1 if work else -1 for _, work in departures), initial=0))
    return Calendar(
        week=days,
        departures=tuple(ordinal for ordinal, _ in departures),
        balance=balance,
        through=tuple(
            _weekdays_through(days, ordinal) + after
            for (ordinal, _), after in zip(departures, balance[1:], strict=True)
        ),
        years=years,
    )


def _rows(table: str) -> dict[date, bool]:
    works: dict[date, bool] = {}
    for row in csv.DictReader(line for line in table.splitlines() if not line.startswith("#")):
        try:
            works[date.fromisoformat(row["day"])] = _KINDS[row["kind"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a row of a holiday table: {row}") from error
    return works


def _weekdays_through(week: tuple[int, ...], ordinal: int) -> int:
    # Ordinal 1, the first day of year 1, is a Monday.
    weeks, rest = divmod(ordinal, _WEEK)
    return weeks * len(week) + bisect_left(week, rest)


def _nth_weekday(week: tuple[int, ...], n: int) -> int:
    weeks, rest = divmod(n - 1, len(week))
    return weeks * _WEEK + week[rest] + 1


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or, negative, earlier); the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
