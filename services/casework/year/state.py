"""A place's year (policy 五(二), 五(三), 五(五)3, 五(七), 五(八), 六)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.folding import folded
from events.governance.year import (
    YearCriticised,
    YearEnded,
    YearOpened,
    YearPlanAccepted,
    YearPlanFiled,
    YearPlanReturned,
    YearReportFiled,
)
from events.governance.year_lapses import (
    YearLapseExcused,
    YearLapseFound,
    YearReconsiderationDecided,
    YearReconsiderationRequested,
    YearScoreDeducted,
)
from events.governance.year_reports import YearBulletinPublished, YearSampled, YearSampleDrawn, YearSamplePlanned
from events.governance.year_work import (
    YearFindingClosed,
    YearSupervisionConducted,
    YearTrainingApportioned,
    YearTrainingHeld,
    YearTrainingTargetSet,
    YearUnitsCounted,
)
from events.places import PLACES
from events.record import DeadlineMissed
from events.words import House, Level, ObligationKind, ReconsiderationOutcome, Supervision, TrainingKind
from services.casework.stream import State

Training = tuple[TrainingKind, str, date, House | None]
"""A training by its kind, its course as names are compared, its day and the house that held it."""

_YEARS = uuid5(NAMESPACE_URL, "concord:year")


@lru_cache(maxsize=4_096)
def year_stream(place: str, year: int) -> UUID:
    """The stream of a place's year."""
    return uuid5(_YEARS, f"{place}:{year}")


@dataclass(frozen=True, slots=True)
class Plan:
    """The work plan as it stands: the entry, day and person of its last filing, and what was said of it."""

    version: int
    filed: date
    accepted: bool = False
    returned: int | None = None
    change_by: date | None = None
    filed_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a supervision found, the level and the person that found it, and whether it was put right."""

    since: date
    due: date
    level: Level
    by: UUID | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Miss:
    """A duty of the year that was missed, by its own entry."""

    obligation: ObligationKind
    due: date


@dataclass(frozen=True, slots=True)
class Lapse:
    """A lapse by the version of its entry: of which duty in which stream, and what became of it."""

    version: int
    since: date
    obligation: ObligationKind
    ref: str
    unit: UUID | None
    excused: int | None = None
    deducted: int | None = None
    points: int | None = None
    set_aside: bool = False

    @property
    def answered(self) -> bool:
        """Whether it was deducted for, or excused."""
        return self.excused is not None or self.deducted is not None


@dataclass(frozen=True, slots=True)
class Contest:
    """A request for a second look, by its version: at which entry, and how it was decided."""

    version: int
    since: date
    contested: int
    outcome: ReconsiderationOutcome | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of prefectures: since when it is planned, its share, what was committed to, what binds it to the log."""

    planned: date
    share: int
    commitment: str
    salt: str
    drawn: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Year(State):
    """A place's year as of a version of its stream; `opened` is None where only its criticism is known, `criticised_at`
    is the version of its last criticism.
    """

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
    trainings: frozenset[Training] = frozenset()
    supervised: bool = False
    findings: Mapping[str, Finding] = field(default_factory=dict)
    criticised: int = 0
    criticised_at: int = 0
    misses: Mapping[str, Miss] = field(default_factory=dict)
    lapses: Mapping[int, Lapse] = field(default_factory=dict)
    contested: Mapping[int, Contest] = field(default_factory=dict)
    bulletins: frozenset[str] = frozenset()
    sample: Sample | None = None
    sampled: int | None = None
    sampled_on: date | None = None
    looked_at: bool = False
    known: YearUnitsCounted | None = None

    @property
    def unexcused(self) -> list[Lapse]:
        """The lapses that count: neither excused nor set aside on a second look."""
        return [lapse for lapse in self.lapses.values() if lapse.excused is None and not lapse.set_aside]

    @property
    def deducted(self) -> int:
        """The points deducted in the year, without those that were set aside."""
        return sum(lapse.points or 0 for lapse in self.lapses.values() if not lapse.set_aside)

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
    return replace(year, plan=Plan(entry.version, entry.day, filed_by=entry.actor.id))


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
    event = entry.event
    return replace(year, certified=year.certified + event.certified, trainings=year.trainings | {training_of(event)})


def training_of(event: YearTrainingHeld) -> Training:
    """Which training it is: its kind, course, day and house."""
    return event.kind, folded(event.course), event.on, event.house


def supervised(year: Year, entry: Entry[YearSupervisionConducted]) -> Year:
    """The year with what a supervision found."""
    event = entry.event
    level = entry.actor.level or Level.PROVINCE
    found = {one.id: Finding(entry.day, one.due, level, entry.actor.id) for one in event.problems}
    by_itself = year.supervised or event.kind is Supervision.SELF
    since_drawn = year.sampled_on is not None and event.on >= year.sampled_on
    looked_at = year.looked_at or (event.kind is Supervision.SPOT and since_drawn)
    return replace(year, supervised=by_itself, looked_at=looked_at, findings={**year.findings, **found})


def units_counted(year: Year, entry: Entry[YearUnitsCounted]) -> Year:
    """The year with how many units there are known to be; an older count takes no newer one's place."""
    return replace(year, known=entry.event) if year.known is None or entry.event.on >= year.known.on else year


def finding_closed(year: Year, entry: Entry[YearFindingClosed]) -> Year:
    """The year with a finding put right."""
    finding = year.findings.get(entry.event.finding)
    if finding is None:
        return year
    return replace(year, findings={**year.findings, entry.event.finding: replace(finding, closed=True)})


def criticised(year: Year, entry: Entry[YearCriticised]) -> Year:
    """The year with one notice of criticism more."""
    event = entry.event
    return replace(
        year, place=event.place, year=event.year, criticised=year.criticised + 1, criticised_at=entry.version
    )


def missed(year: Year, entry: Entry[DeadlineMissed]) -> Year:
    """The year with a duty of its own that was missed."""
    event = entry.event
    return replace(year, misses={**year.misses, event.ref: Miss(event.obligation, event.due)})


def lapse_found(year: Year, entry: Entry[YearLapseFound]) -> Year:
    """The year with a lapse more."""
    event = entry.event
    lapse = Lapse(entry.version, entry.day, event.obligation, event.ref, event.unit)
    return replace(year, place=event.place, year=event.year, lapses={**year.lapses, entry.version: lapse})


def _with_lapse(year: Year, version: int, **changes: Any) -> Year:
    """The year with what became of a lapse; of one that was voided since, nothing is kept."""
    if version not in year.lapses:
        return year
    return replace(year, lapses={**year.lapses, version: replace(year.lapses[version], **changes)})


def lapse_excused(year: Year, entry: Entry[YearLapseExcused]) -> Year:
    """The year with a lapse that costs nothing."""
    return _with_lapse(year, entry.event.lapse, excused=entry.version)


def score_deducted(year: Year, entry: Entry[YearScoreDeducted]) -> Year:
    """The year with the points of a lapse."""
    return _with_lapse(year, entry.event.lapse, deducted=entry.version, points=entry.event.points)


def contested(year: Year, entry: Entry[YearReconsiderationRequested]) -> Year:
    """The year with a request for a second look."""
    request = Contest(entry.version, entry.day, entry.event.contested)
    return replace(year, contested={**year.contested, entry.version: request})


def reconsidered(year: Year, entry: Entry[YearReconsiderationDecided]) -> Year:
    """The year with a second look: what was set aside costs nothing, or is no criticism any more."""
    event = entry.event
    asked = year.contested.get(event.request)
    if asked is None:
        return year
    request = replace(asked, outcome=event.outcome)
    year = replace(year, contested={**year.contested, event.request: request})
    if event.outcome is ReconsiderationOutcome.UPHELD:
        return year
    lapse = next((one for one in year.lapses.values() if one.deducted == request.contested), None)
    if lapse is None:
        return replace(year, criticised=year.criticised - 1)
    return _with_lapse(year, lapse.version, set_aside=True)


def bulletin_published(year: Year, entry: Entry[YearBulletinPublished]) -> Year:
    """The year with a bulletin on another period."""
    return replace(year, bulletins=year.bulletins | {entry.event.period})


def sample_planned(year: Year, entry: Entry[YearSamplePlanned]) -> Year:
    """The year with its sample planned, bound to the moment at which the register stored the plan."""
    salt = f"{entry.recorded_at.isoformat()}:{entry.command_id}"
    return replace(year, sample=Sample(entry.day, entry.event.share, entry.event.commitment, salt))


def sample_drawn(year: Year, entry: Entry[YearSampleDrawn]) -> Year:
    """The year with the prefectures that were drawn."""
    return replace(year, sample=replace(year.sample, drawn=entry.event.places)) if year.sample is not None else year


def sampled(year: Year, entry: Entry[YearSampled]) -> Year:
    """The year of a place that was drawn."""
    return replace(year, sampled=entry.version, sampled_on=entry.day, looked_at=False)
