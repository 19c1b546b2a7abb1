"""What a policy pack asks of those who run the programme, part by part, as `offices.toml` writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from events.places import PlaceCode
from services.casework.pack_parts import Data, Period, Share, Text


def _a_day(text: str) -> str:
    date.fromisoformat(f"2001-{text}")
    return text


DayOfYear = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_a_day)]
"""A day of every year: `11-30`; 29 February is none."""


def day_in(year: int, day: DayOfYear) -> date:
    """That day of the year."""
    return date.fromisoformat(f"{year}-{day}")


Points = Annotated[int, Field(ge=1, le=100)]
"""Points of a yearly assessment."""


class Meetings(Data):
    """When bodies meet, and how many have to be there."""

    every: Period
    """A leading group meets so often (五(一))."""
    present: Share
    """More than this share of the members is present where anything is decided."""


class Task(Text):
    """A task of the policy's annex: who is responsible, which division leads, by when."""

    clause: str
    responsible_zh: str = Field(min_length=1)
    responsible_en: str = Field(min_length=1)
    lead_zh: str | None = None
    lead_en: str | None = None
    due: date | None = None
    """Its last day; none for what goes on."""


class Pilot(Text):
    """A pilot of public service, in the place that the policy names."""

    clause: str
    place: PlaceCode


class Stations(Data):
    """What is asked of stations."""

    inspected_every: Period
    """A station that serves is looked at so often."""


class YearDays(Data):
    """What a place owes in every year, and by which day."""

    plan_by: DayOfYear
    """A prefecture files its work plan (五(二))."""
    report_from: DayOfYear
    """A report on the year is drawn up from that day on (I-19)."""
    report_by: DayOfYear
    """It files its yearly report (六(四))."""
    supervised_by: DayOfYear
    """It has supervised itself (五(八))."""
    at_least: Period
    """A duty of a year that was opened late is due so long after the opening at the earliest."""
    trained: int = Field(ge=0)
    """Coordinators trained in the province in a year (五(三))."""
    sampled: int = Field(ge=1, le=100)
    """The share of its prefectures at which the province looks, in percent, at least (六(四))."""
    criticised_from: int = Field(ge=1)
    """So many lapses that nobody excused call for criticism."""
    contested_within: Period
    """A place asks for a second look within this."""
