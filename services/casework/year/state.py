"""A place's year (policy 五(二), 五(三), 五(五)3, 五(七), 五(八), 六)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.year import (
    YearCriticised,
    YearEnded,
    YearOpened,
    YearPlanAccepted,
    YearPlanFiled,
    YearPlanReturned,
    YearReportFiled,
)
from events.governance.year_work import (
    YearFindingClosed,
    YearSupervisionConducted,
    YearTrainingApportioned,
    YearTrainingHeld,
    YearTrainingTargetSet,
)
from events.places import PLACES
from events.words import Level, Supervision
from services.casework.stream import State

_YEARS = uuid5(NAMESPACE_URL, "concord:year")


@lru_cache(maxsize=4_096)
def year_stream(place: str, year: int) -> UUID:
    """The stream of a place's year."""
    return uuid5(_YEARS, f"{place}:{year}")


@dataclass(frozen=True, slots=True)
class Plan:
    """The work plan as it stands: the entry and day of its last filing, and what was said of it."""

    version: int
    filed: date
    accepted: bool = False
    returned: int | None = None
    change_by: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a supervision found, the level that found it, and whether it was put right."""

    since: date
    due: date
    level: Level
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Year(State):
    """A place's year as of a version of its stream; `opened` is None where only its criticism is known."""

    place: str = ""
    year: int = 0
    opened: date | None = None
    ended: bool = False
    plan: Plan | None = None
    reported: date | None = None
    apportioned: bool = False
    target: int | None = None
    target_since: date | None = None
    certified: int = 0
    supervised: bool = False
    findings: Mapping[str, Finding] = field(default_factory=dict)
    criticised: int = 0

    @property
    def level(self) -> Level:
        """The level of the place."""
        return PLACES[self.place].level


def opened(year: Year, entry: Entry[YearOpened]) -> Year:
    """The year as it was opened."""
    return replace(year, place=entry.event.place, year=entry.event.year, opened=entry.day)


def ended(year: Year, entry: Entry[YearEnded]) -> Year:
    """The year that is over."""
    return replace(year, ended=True)


def plan_filed(year: Year, entry: Entry[YearPlanFiled]) -> Year:
    """The year with its plan."""
    return replace(year, plan=Plan(entry.version, entry.day))


def plan_accepted(year: Year, entry: Entry[YearPlanAccepted]) -> Year:
    """The year with its plan on file."""
    return replace(year, plan=replace(year.plan, accepted=True)) if year.plan is not None else year


def plan_returned(year: Year, entry: Entry[YearPlanReturned]) -> Year:
    """The year whose plan has to be changed."""
    if year.plan is None:
        return year
    return replace(year, plan=replace(year.plan, returned=entry.version, change_by=entry.event.due))


def report_filed(year: Year, entry: Entry[YearReportFiled]) -> Year:
    """The year with its report."""
    return replace(year, reported=entry.day)


def apportioned(year: Year, entry: Entry[YearTrainingApportioned]) -> Year:
    """The year whose training was shared out."""
    return replace(year, apportioned=True)


def target_set(year: Year, entry: Entry[YearTrainingTargetSet]) -> Year:
    """The year with its number of coordinators to train."""
    return replace(year, target=entry.event.people, target_since=entry.day)


def trained(year: Year, entry: Entry[YearTrainingHeld]) -> Year:
    """The year with some more coordinators certified."""
    return replace(year, certified=year.certified + entry.event.certified)


def supervised(year: Year, entry: Entry[YearSupervisionConducted]) -> Year:
    """The year with what a supervision found."""
    event = entry.event
    level = entry.actor.level or Level.PROVINCE
    found = {one.id: Finding(entry.day, one.due, level) for one in event.problems}
    by_itself = year.supervised or event.kind is Supervision.SELF
    return replace(year, supervised=by_itself, findings={**year.findings, **found})


def finding_closed(year: Year, entry: Entry[YearFindingClosed]) -> Year:
    """The year with a finding put right."""
    finding = year.findings.get(entry.event.finding)
    if finding is None:
        return year
    return replace(year, findings={**year.findings, entry.event.finding: replace(finding, closed=True)})


def criticised(year: Year, entry: Entry[YearCriticised]) -> Year:
    """The year with one notice of criticism more."""
    event = entry.event
    return replace(year, place=event.place, year=event.year, criticised=year.criticised + 1)
