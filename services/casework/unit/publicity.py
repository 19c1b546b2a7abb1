"""Chapter 公示: the period of publicity and the objections in it (policy 五(一))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.unit.application import UnitApplied
from events.unit.publicity import (
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.words import Level, ObligationKind, PublicityOutcome, Step
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT_OR_UNION, FIELD, IN_PROVINCE, PUBLIC, TIMEKEEPER, desk, officer
from services.casework.pack import Pack
from services.casework.unit.application import Case, at_step, case_of, case_open, deciding_level, where_decided
from services.casework.unit.duties import of_office
from services.casework.unit.evaluation import case_at_deciding_level
from services.casework.unit.registration import registered
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.severity import least_severity
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import open_objections, titles_in_case
from services.casework.unit.weights import freezing

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection by its version; `upheld` is None while it is open, `past` where it is of an earlier case."""

    version: int
    title: str
    day: date
    upheld: bool | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """A publicity: from the first day until, and with, the last."""

    version: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Publicity:
    """The running publicity and the objections of each title's current case; open ones of earlier cases too."""

    periods: Mapping[str, Period] = field(default_factory=dict)
    objections: Mapping[int, Objection] = field(default_factory=dict)

    def of(self, title: str) -> tuple[Objection, ...]:
        """All objections of the current case."""
        return tuple(o for o in self.objections.values() if o.title == title and not o.past)

    def open_objections(self, title: str) -> tuple[Objection, ...]:
        """Objections that nobody has resolved yet."""
        return tuple(objection for objection in self.of(title) if objection.upheld is None)


def _applied(region: Publicity, entry: Entry[UnitApplied]) -> Publicity:
    title = entry.event.title
    if not region.periods and not region.objections:
        return region
    return Publicity(
        {name: period for name, period in region.periods.items() if name != title},
        {version: replace(o, past=o.past or o.title == title) for version, o in region.objections.items()},
    )


def _started(region: Publicity, entry: Entry[UnitPublicityStarted]) -> Publicity:
    event = entry.event
    period = Period(entry.version, event.from_, event.until)
    return replace(region, periods={**region.periods, event.title or "": period})


def _raised(region: Publicity, entry: Entry[UnitObjectionRaised]) -> Publicity:
    objection = Objection(entry.version, entry.event.title or "", entry.day)
    return replace(region, objections={**region.objections, entry.version: objection})


def _resolved(region: Publicity, entry: Entry[UnitObjectionResolved]) -> Publicity:
    objection = region.objections.get(entry.event.objection_ref)
    if objection is None:
        return region
    resolved = replace(objection, upheld=entry.event.upheld)
    return replace(region, objections={**region.objections, objection.version: resolved})


def propose_completed(unit: Unit, act: Act[UnitPublicityCompleted], pack: Pack) -> Event:
    """The outcome follows from the objections: one upheld ends the case."""
    event = act.event
    upheld = any(objection.upheld for objection in unit.publicity.of(event.title or ""))
    outcome = PublicityOutcome.UPHELD if upheld else PublicityOutcome.CLEARED
    return event.model_copy(update={"outcome": outcome})


def propose_resolved(unit: Unit, act: Act[UnitObjectionResolved], pack: Pack) -> Event:
    """The title that was objected to; and how severe it is what was found (T-10)."""
    event = act.event
    objection = unit.publicity.objections.get(event.objection_ref)
    severity = least_severity(event, pack) if event.upheld and event.category is not None else None
    return event.model_copy(update={"title": objection.title if objection else None, "severity": severity})


def where_objected(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that makes the objected case public (before one is named: that of any open objection)."""
    ref = act.subject.get("objection_ref")
    objections = unit.publicity.objections
    asked = [o for o in objections.values() if o.version == ref or (ref is None and o.upheld is None)]
    levels = frozenset(deciding_level(o.title, pack) for o in asked if o.title in pack.titles)
    return levels or IN_PROVINCE


def step_before_publicity(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (R-19): publicity follows the review, or the evaluation where the title has no review; one that counts
    no more is begun again (T-16).
    """
    case = case_of(unit, act)
    if case is None:
        return None
    if publicity_aged(case, act.day, pack):
        return None
    reviewed = "review" in pack.titles[case.title].steps
    return at_step(Step.REVIEWED if reviewed else Step.EVALUATED)(unit, act, pack)


def long_enough(unit: Unit, act: Act[UnitPublicityStarted], pack: Pack) -> Refusal | None:
    """I-06 (A-13): five working days at least, beginning today or later."""
    event = act.event
    if event.from_ < act.day:
        return refuse(pack, "I-21", "公示不能自过去之日开始", "publicity cannot begin in the past")
    days = pack.working_days_between(event.from_, event.until)
    least = pack.after(event.from_, pack.windows.publicity)
    if event.until < least:
        return refuse(
            pack,
            "I-06",
            f"公示仅{max(days, 0)}个工作日，至少至{least}",
            f"{max(days, 0)} working days only; until {least} at least",
        )
    return None


def period_over(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: publicity is not completed before its last day is over."""
    period = unit.publicity.periods.get(act.title or "")
    if period is not None and act.day <= period.until:
        return refuse(
            pack, "I-06", f"公示至{period.until}止", f"publicity runs until {period.until}", (period.version,)
        )
    return None


def no_open_objection(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: an objection that is open blocks completion."""
    waiting = unit.publicity.open_objections(act.title or "")
    if waiting:
        versions = [objection.version for objection in waiting]
        return refuse(pack, "I-06", f"{len(waiting)}件异议未核查", f"{len(waiting)} objections are open", versions)
    return None


def unfrozen_unless_upheld(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-07: while frozen no publicity is cleared; one ended by an upheld objection may end."""
    if any(objection.upheld for objection in unit.publicity.of(act.title or "")):
        return None
    return nothing_frozen(unit, act, pack)


def in_its_days(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-06: objections are raised within the days of publicity."""
    period = unit.publicity.periods.get(act.title or "")
    if period is not None and not period.since <= act.day <= period.until:
        return refuse(
            pack,
            "I-06",
            f"公示期为{period.since}至{period.until}",
            f"publicity is from {period.since} until {period.until}",
        )
    return None


def cleared_still_counts(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: a cleared publicity leads on within its time; later the case is made public anew."""
    case = case_of(unit, act)
    if case is None or case.step is not Step.CLEARED or not publicity_aged(case, act.day, pack):
        return None
    zh, en = f"{case.since}的公示结果已过有效期", f"the publicity cleared on {case.since} counts no more"
    return refuse(pack, "T-16", zh, en, (case.opened,))


def publicity_aged(case: Case, day: date, pack: Pack) -> bool:
    """Whether a publicity was cleared so long ago that it counts no more (T-16)."""
    return case.step is Step.CLEARED and day > pack.after(case.since, pack.windows.publicity_counts)


def objection_is_open(unit: Unit, act: Act[UnitObjectionResolved], pack: Pack) -> Refusal | None:
    """I-00: what is resolved is an open objection of this unit."""
    event = act.event
    objection = unit.publicity.objections.get(event.objection_ref)
    if objection is None or objection.upheld is not None:
        return refuse(pack, "I-00", "没有这件待核查的异议", "there is no such open objection", (event.objection_ref,))
    return None


def has_open_objection(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is an objection to resolve."""
    if any(objection.upheld is None for objection in unit.publicity.objections.values()):
        return None
    return refuse(pack, "I-00", "没有待核查的异议", "there is no open objection")


_PUBLIC = (Step.IN_PUBLICITY, Step.OBJECTED)


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """A publicity whose days are over is completed within the days for a step, and not while the unit is frozen; an
    objection is resolved in its days, whatever becomes of its case (T-05, T-16).
    """
    for title, period in unit.publicity.periods.items():
        case = unit.application.cases.get(title)
        if case is not None and case.step in _PUBLIC:
            pack = packs.on(period.until)
            due, ref = pack.after(period.until, pack.windows.handle_step), str(period.version)
            level = deciding_level(title, pack)
            duty = of_office(unit, pack, ObligationKind.COMPLETE_PUBLICITY, ref, level, period.until, due)
            yield replace(duty, suspended=any(freezing(unit, pack)))
    for objection in unit.publicity.objections.values():
        pack = packs.on(objection.day)
        if objection.upheld is None and objection.title in pack.titles:
            due, level = (
                pack.after(objection.day, pack.windows.resolve_objection),
                deciding_level(objection.title, pack),
            )
            ref, kind = str(objection.version), ObligationKind.RESOLVE_OBJECTION
            yield of_office(unit, pack, kind, ref, level, objection.day, due)


CHAPTER: Chapter[Unit] = Chapter(
    "publicity",
    {
        UnitApplied: _applied,
        UnitPublicityStarted: _started,
        UnitObjectionRaised: _raised,
        UnitObjectionResolved: _resolved,
    },
    (
        Law(
            UnitPublicityStarted,
            office=desk(where_decided),
            about=titles_in_case,
            rule="I-06",
            state=(registered, case_open, case_at_deciding_level, step_before_publicity, nothing_frozen),
            content=(long_enough,),
            settles=(ObligationKind.HANDLE_APPLICATION,),
        ),
        Law(
            UnitObjectionRaised,
            office=(PUBLIC, AGENT_OR_UNION, officer(*FIELD)),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open, at_step(*_PUBLIC, rule="I-06"), in_its_days),
        ),
        Law(
            UnitObjectionResolved,
            office=desk(where_objected),
            about=open_objections,
            rule="I-13",
            state=(registered, has_open_objection, apart_from_other_steps, apart_from_the_unit),
            reads=people_before,
            steps=("act:resolve_objection",),
            content=(objection_is_open,),
            propose=propose_resolved,
            undone_by_procedure=True,
            settles=(ObligationKind.RESOLVE_OBJECTION,),
        ),
        Law(
            UnitPublicityCompleted,
            office=(TIMEKEEPER, *desk(where_decided)),
            about=titles_in_case,
            rule="I-06",
            state=(registered, case_open, at_step(*_PUBLIC), period_over, no_open_objection, unfrozen_unless_upheld),
            propose=propose_completed,
            settles=(ObligationKind.COMPLETE_PUBLICITY,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
