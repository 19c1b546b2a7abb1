"""The clock of a register: this moment, or that of a demonstration that was begun on a day of its own.

Such a demonstration has a file in its directory that says how many seconds its clock is ahead. Every process of it
reads the file at every look at the clock, so that all of them are moved at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from events.envelope import CHINA
from services.decisions import Clock, now
from services.errors import ConcordError, Unavailable

FILE = "clock"
"""The file of a demonstration's directory, a whole number of seconds in it."""

DIRECTORY = "clocked"
"""Where in the data directory a demonstration with a clock of its own lies."""

DAY = timedelta(days=1)


class ClockBackError(ConcordError):
    """A demonstration's clock was asked to go back, or to stand still."""

    code = "clock-back"
    status = 409

    def __init__(self, at: date, asked: date) -> None:
        self.at, self.asked = at, asked
        super().__init__()

    def __str__(self) -> str:
        return f"the clock only goes forward: it is {self.at} there, and {self.asked} is over or is today"


@dataclass
class OwnClock:
    """The clock of the demonstration under a directory."""

    directory: Path

    def __call__(self) -> datetime:
        """The moment that it is there, in UTC."""
        return now() + timedelta(seconds=int((self.directory / FILE).read_text(encoding="ascii")))

    @property
    def today(self) -> date:
        """The day that it is there, in China."""
        return self().astimezone(CHINA).date()

    def set(self, day: date) -> None:
        """Let it be that day, at the time of day that it is; whole or not at all. Raises ClockBackError."""
        file = self.directory / FILE
        at = self.today if file.exists() else None
        if at is not None and day <= at:
            raise ClockBackError(at, day)
        ahead = day - now().astimezone(CHINA).date()
        beside = file.with_suffix(".new")
        beside.write_text(str(int(ahead.total_seconds())), encoding="ascii")
        beside.replace(file)


def clock_of(directory: Path) -> Clock:
    """The clock of the register under a directory: this moment, except in a demonstration that has its own."""
    return OwnClock(directory) if (directory / FILE).exists() else now


def today(directory: Path) -> date:
    """The day that it is in the register under a directory, in China."""
    return clock_of(directory)().astimezone(CHINA).date()


def found(data_dir: Path) -> OwnClock:
    """The clock of the demonstration that lies in the data directory, or is it. Raises Unavailable."""
    for directory in (data_dir, data_dir / DIRECTORY):
        if (directory / FILE).exists():
            return OwnClock(directory)
    raise Unavailable(f"a clock under {data_dir} (./concord demo --clock DAY makes a demonstration with one)")


def move(clock: OwnClock, until: date, each_day: Callable[[date], None]) -> int:
    """Move a clock on to a day, day by day, each with what it brings about; how many days. Raises ClockBackError."""
    if until <= clock.today:
        raise ClockBackError(clock.today, until)
    days = 0
    while (day := clock.today + DAY) <= until:
        clock.set(day)
        each_day(day)
        days += 1
    return days
