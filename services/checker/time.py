"""Days as text: `2024-03-04` sorts as it counts. China's day of a moment, working days, months.

A calendar has a working week and a table of the notices' holidays and make-up days; a year without a
row has no notice yet, and counts its week alone.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

_CHINA = timezone(timedelta(hours=8))
_LATE = "16"
"""From this hour of UTC on it is the next day in China."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=8192)
def plus_days(day: str, days: int) -> str:
    """So many days after that day (before it, where negative)."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


@lru_cache(maxsize=8192)
def plus_months(day: str, months: int) -> str:
    """The same day so many months later; the month's last day where it has no such day."""
    start = date.fromisoformat(day)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


def china_day(moment: str) -> str:
    """The day in China of a moment written in RFC 3339."""
    if moment.endswith("Z"):
        return moment[:10] if moment[11:13] < _LATE else plus_days(moment[:10], 1)
    if moment.endswith("+08:00"):
        return moment[:10]
    return datetime.fromisoformat(moment).astimezone(_CHINA).date().isoformat()


def sortable(moment: str) -> str:
    """The moment in UTC, so that texts sort as moments do."""
    if moment.endswith("Z"):
        return moment[:-1]
    return datetime.fromisoformat(moment).astimezone(timezone.utc).replace(tzinfo=None).isoformat()  # noqa: UP017


class Calendar:
    """On which days offices work."""

    def __init__(self, week: frozenset[int], works: dict[str, bool], years: frozenset[str] | None) -> None:
        self._week = week
        self._works = works
        self._years = years
        self._after: dict[tuple[str, int], str] = {}

    @classmethod
    def read(cls, week: list[str], table: Path | None) -> Calendar:
        """The calendar of a working week and of a table `day,kind,…`, where there is one."""
        days = frozenset(WEEKDAYS.index(day) for day in week)
        if table is None:
            return cls(days, {}, None)
        lines = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")]
        works = {row["day"]: row["kind"] == "work" for row in csv.DictReader(lines)}
        return cls(days, works, frozenset(day[:4] for day in works))

    def with_year(self, year: str, rest: Iterable[str], work: Iterable[str]) -> Calendar:
        """The calendar with the notice of a year, in place of any that it had of that year."""
        works = {day: works for day, works in self._works.items() if day[:4] != year}
        works |= dict.fromkeys(rest, False) | dict.fromkeys(work, True)
        return Calendar(self._week, works, (self._years or frozenset()) | {year})

    def works(self, day: str) -> bool:
        """Whether offices work on that day."""
        known = self._works.get(day)
        return known if known is not None else date.fromisoformat(day).weekday() in self._week

    def after(self, day: str, working_days: int) -> str:
        """The n-th working day after that day."""
        key = (day, working_days)
        found = self._after.get(key)
        if found is None:
            found, left = day, working_days
            while left:
                found = plus_days(found, 1)
                left -= self.works(found)
            if len(self._after) > 65_536:
                self._after.clear()
            self._after[key] = found
        return found

    @property
    def follows_notices(self) -> bool:
        """Whether its days depart from the week by notices."""
        return self._years is not None
