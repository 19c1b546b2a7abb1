"""Chapter 公示: the period of publicity and the objections in it (policy 五(一))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.unit.application import UnitApplied
from events.unit.publicity import UnitPublicityCompleted, UnitPublicityInterrupted, UnitPublicityStarted
from events.words import ObligationKind, PublicityOutcome, Step
from services.casework.calendar import Span, SpanUnit
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.objections import over_in_time
from services.casework.obligation import Obligation
from services.casework.office import TIMEKEEPER, desk
from services.casework.pack import Pack
from services.casework.unit.application import Case, at_step, case_of, case_open, deciding_level, where_decided
from services.casework.unit.duties import of_office
from services.casework.unit.evaluation.chapter import case_at_deciding_level
from services.casework.unit.registration import registered
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import titles_in_case
from services.casework.unit.weights import freezing

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection by its version; `past` where it is of an earlier case.

    It is open until it was looked into (`upheld` or not), set aside, or joined to another one, whose answer is its own
    too: `head` is that one's version.
    """

    version: int
    title: str
    day: date
    admitted: bool = False
    head: int | None = None
    set_aside: bool = False
    upheld: bool | None = None
    past: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for an answer of its own."""
        return self.upheld is None and self.head is None and not self.set_aside

    def last_day_to_admit(self, pack: Pack) -> date:
        """The last day on which it is admitted, joined or set aside; after it, it counts as admitted (T-26)."""
        return pack.after(self.day, pack.windows.admit_objection)


@dataclass(frozen=True, slots=True)
class Period:
    """A publicity: from the first day until, and with, the last; `interrupted` until which day, if it was."""

    version: int
    since: date
    until: date
    interrupted: date | None = None


@dataclass(frozen=True, slots=True)
class Publicity:
    """The running publicity and the objections of each title's current case; open ones of earlier cases too."""

    periods: Mapping[str, Period] = field(default_factory=dict)
    objections: Mapping[int, Objection] = field(default_factory=dict)

    def of(self, title: str) -> tuple[Objection, ...]:
        """All objections of the current case."""
        return tuple(o for o in self.objections.values() if o.title == title and not o.past)

    def open_objections(self, title: str) -> tuple[Objection, ...]:
        """Objections that nobody has answered yet."""
        return tuple(objection for objection in self.of(title) if objection.open)


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


def _interrupted(region: Publicity, entry: Entry[UnitPublicityInterrupted]) -> Publicity:
    event = entry.event
    period = region.periods.get(event.title or "")
    if period is None:
        return region
    longer = replace(period, until=event.extended_to or period.until, interrupted=event.until)
    return replace(region, periods={**region.periods, event.title or "": longer})


def propose_interrupted(unit: Unit, act: Act[UnitPublicityInterrupted], pack: Pack) -> Event:
    """The publicity is longer by the working days on which it was interrupted."""
    event = act.event
    period = unit.publicity.periods.get(event.title or "")
    if period is None:
        return event
    lost = _working_days(pack, event.from_, event.until)
    longer = pack.after(period.until, Span(max(lost, 0), SpanUnit.WORKING_DAYS))
    return event.model_copy(update={"extended_to": longer})


def _could_be_lost(period: Period, day: date) -> tuple[date, date]:
    """The first and the last day of a publicity that can be recorded as interrupted on that day."""
    since = max(period.since, (period.interrupted or date.min) + timedelta(days=1))
    return since, min(period.until, day)


def _working_days(pack: Pack, since: date, until: date) -> int:
    return pack.working_days_between(since - timedelta(days=1), until)


def some_day_to_lose(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: a publicity has a working day that is over, or is today, and was not recorded as interrupted."""
    period = unit.publicity.periods.get(act.title or "")
    if period is None:
        return None
    since, until = _could_be_lost(period, act.day)
    if _working_days(pack, since, until) > 0:
        return None
    zh, en = "没有可记录中断的工作日", "no working day of it is left that could have been interrupted"
    return refuse(pack, "T-26", zh, en, (period.version,))


def lost_in_it(unit: Unit, act: Act[UnitPublicityInterrupted], pack: Pack) -> Refusal | None:
    """T-26: what interrupted a publicity are days of it that are over, each recorded once, a working day among them."""
    event, period = act.event, unit.publicity.periods.get(act.event.title or "")
    if period is None:
        return None
    since, until = _could_be_lost(period, act.day)
    if since <= event.from_ <= event.until <= until and _working_days(pack, event.from_, event.until) > 0:
        return None
    zh = f"中断之日须在{since}至{until}之间，并含工作日"
    en = f"days from {since} until {until}, a working day among them"
    pointer = "/until" if since <= event.from_ <= until else "/from"
    return refuse(pack, "T-26", zh, en, (period.version,), pointer)


def propose_completed(unit: Unit, act: Act[UnitPublicityCompleted], pack: Pack) -> Event:
    """The outcome follows from the objections: one upheld ends the case."""
    event = act.event
    upheld = any(objection.upheld for objection in unit.publicity.of(event.title or ""))
    outcome = PublicityOutcome.UPHELD if upheld else PublicityOutcome.CLEARED
    return event.model_copy(update={"outcome": outcome})


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
    """I-06 (A-13), T-05: five working days at least, beginning today or later, and not for ever."""
    event = act.event
    if event.from_ < act.day:
        return refuse(pack, "I-21", "公示不能自过去之日开始", "publicity cannot begin in the past", pointer="/from")
    days = pack.working_days_between(event.from_, event.until)
    least = pack.after(event.from_, pack.windows.publicity)
    if event.until < least:
        return refuse(
            pack,
            "I-06",
            f"公示仅{max(days, 0)}个工作日，至少至{least}",
            f"{max(days, 0)} working days only; until {least} at least",
        )
    return over_in_time(event.from_, event.until, act, pack)


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


IN_PUBLIC = (Step.IN_PUBLICITY, Step.OBJECTED)


def _after_publicity(unit: Unit, case: Case, pack: Pack) -> Obligation:
    """A case that is cleared is named, nominated or refused while its publicity counts; one that is nominated is
    answered for in as long (T-16). The clock stands while the unit is frozen.
    """
    nominated = case.step is Step.NOMINATED
    level = pack.titles[case.title].named_by if nominated else case.level
    ref, due = f"{case.opened}:{case.step.value}:{case.since}", pack.after(case.since, pack.windows.publicity_counts)
    duty = of_office(unit, pack, ObligationKind.HANDLE_APPLICATION, ref, level, case.since, due)
    return replace(duty, suspended=any(freezing(unit, pack)))


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """A publicity whose days are over is completed within the days for a step, and not while the unit is frozen; an
    objection is admitted and resolved in its days, whatever becomes of its case (T-05, T-16, T-26).
    """
    for lying in unit.application.cases.values():
        pack = packs.on(lying.since)
        if lying.step in (Step.CLEARED, Step.NOMINATED) and lying.title in pack.titles:
            yield _after_publicity(unit, lying, pack)
    for title, period in unit.publicity.periods.items():
        case = unit.application.cases.get(title)
        if case is not None and case.step in IN_PUBLIC:
            pack = packs.on(period.until)
            due, ref = pack.after(period.until, pack.windows.handle_step), str(period.version)
            level = deciding_level(title, pack)
            duty = of_office(unit, pack, ObligationKind.COMPLETE_PUBLICITY, ref, level, period.until, due)
            yield replace(duty, suspended=any(freezing(unit, pack)))
    for objection in unit.publicity.objections.values():
        pack = packs.on(objection.day)
        if objection.open and objection.title in pack.titles:
            level, ref = deciding_level(objection.title, pack), str(objection.version)
            if not objection.admitted:
                kind, due = ObligationKind.ADMIT_OBJECTION, objection.last_day_to_admit(pack)
                yield of_office(unit, pack, kind, ref, level, objection.day, due)
            kind, due = ObligationKind.RESOLVE_OBJECTION, pack.after(objection.day, pack.windows.resolve_objection)
            yield of_office(unit, pack, kind, ref, level, objection.day, due)


CHAPTER: Chapter[Unit] = Chapter(
    "publicity",
    {
        UnitApplied: _applied,
        UnitPublicityStarted: _started,
        UnitPublicityInterrupted: _interrupted,
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
            UnitPublicityInterrupted,
            office=(TIMEKEEPER, *desk(where_decided)),
            about=titles_in_case,
            rule="T-26",
            state=(registered, case_open, at_step(*IN_PUBLIC, rule="I-06"), some_day_to_lose),
            content=(lost_in_it,),
            propose=propose_interrupted,
            undone_by_procedure=True,
        ),
        Law(
            UnitPublicityCompleted,
            office=(TIMEKEEPER, *desk(where_decided)),
            about=titles_in_case,
            rule="I-06",
            state=(registered, case_open, at_step(*IN_PUBLIC), period_over, no_open_objection, unfrozen_unless_upheld),
            propose=propose_completed,
            settles=(ObligationKind.COMPLETE_PUBLICITY,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
