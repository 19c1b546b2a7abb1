"""What is done in a place's year: training, services, publicity, funds, supervision (五(三), 五(七), 五(八), 六; R-10,
R-39, R-40, R-44, R-46).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Event
from events.governance.year_work import (
    YearFindingClosed,
    YearFundingRecorded,
    YearPublicityHeld,
    YearServiceHeld,
    YearSupervisionConducted,
    YearTrainingApportioned,
    YearTrainingHeld,
    YearTrainingTargetSet,
    YearUnitsCounted,
)
from events.places import within
from events.words import Level, ObligationKind, Supervision
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import ABOVE_COUNTY, PREFECTURE_UP, PROVINCE, SYSTEM, desk, same_person
from services.casework.pack import Pack
from services.casework.pack_offices import day_in
from services.casework.year import state
from services.casework.year.accounts import due_on, is_opened, prefectures_of
from services.casework.year.state import Year, year_stream

if TYPE_CHECKING:
    from services.casework.policy.state import Packs


def in_its_year(year: Year, act: Act[Event], pack: Pack) -> Refusal | None:
    """I-21: what was done in a year happened in it."""
    on: date | None = getattr(act.event, "on", None)
    if on is None or on.year == year.year:
        return None
    zh, en = f"{on}不在{year.year}年度内", f"{on} does not lie in the year {year.year}"
    return refuse(pack, "I-21", zh, en, (), "/on")


def by_its_house(year: Year, act: Act[YearTrainingHeld | YearServiceHeld], pack: Pack) -> Event:
    """The house of who records it."""
    return act.event.model_copy(update={"house": act.actor.house})


# --- training ---------------------------------------------------------------------------------------------------------


def of_the_province(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-31: the province's training is shared out, once, while there is time to hold it."""
    if year.place and year.level is not Level.PROVINCE:
        return refuse(pack, "A-31", "由省分配培训任务", "the province shares the training out")
    if year.apportioned:
        return refuse(pack, "A-31", "培训任务已分配", "the training is shared out already", final=True)
    if year.place and act.day.year > year.year:
        return refuse(pack, "A-31", f"{year.year}年度已过", f"the year {year.year} is over", final=True)
    return None


def among_its_prefectures(year: Year, act: Act[YearTrainingApportioned], pack: Pack) -> Refusal | None:
    """A-31: each prefecture gets its number, once, and together they are the number of the pack at least."""
    places = [target.place for target in act.event.targets]
    wrong = sorted({place for place in places if places.count(place) > 1 or place not in prefectures_of(year.place)})
    if wrong:
        zh, en = "所列地区重复或者不是本省市州", "a place is listed twice, or is no prefecture of the province"
        return refuse(pack, "A-31", zh, en, wrong, "/targets")
    total = sum(target.people for target in act.event.targets)
    if total >= pack.year.trained:
        return None
    zh, en = f"合计{total}人，不足{pack.year.trained}人", f"{total} in all, less than {pack.year.trained}"
    return refuse(pack, "A-31", zh, en, (), "/targets")


def _targets(year: Year, event: YearTrainingApportioned) -> Iterator[UUID]:
    return (year_stream(target.place, year.year) for target in event.targets)


def sets_targets(year: Year, act: Act[YearTrainingApportioned], pack: Pack) -> Iterator[Effect]:
    """The number of each prefecture, in its own year."""
    for target in act.event.targets:
        yield Effect(year_stream(target.place, year.year), YearTrainingTargetSet(people=target.people))


def no_more_certified(year: Year, act: Act[YearTrainingHeld], pack: Pack) -> Refusal | None:
    """A-31: no more are certified than took part."""
    if act.event.certified <= act.event.people:
        return None
    return refuse(pack, "A-31", "合格人数多于参加人数", "more are certified than took part", (), "/certified")


def held_once(year: Year, act: Act[YearTrainingHeld], pack: Pack) -> Refusal | None:
    """A-31: a training counts once: of a course of that kind, day and house there is one entry."""
    if state.training_of(act.event) not in year.trainings:
        return None
    return refuse(pack, "A-31", "该期培训已登记", "that training is recorded already", (act.event.course,), "/course")


# --- supervision ------------------------------------------------------------------------------------------------------

_FROM_ABOVE = (Supervision.SPOT, Supervision.JOINT)


def by_whose_it_is(year: Year, act: Act[YearSupervisionConducted], pack: Pack) -> Refusal | None:
    """A-32: a place supervises itself by its own office; spot checks and joint supervision come from above."""
    kind, actor = act.event.kind, act.actor
    itself = actor.place == year.place
    if (kind is Supervision.SELF and itself) or (kind in _FROM_ABOVE and not itself):
        return None
    if kind is not Supervision.SELF and kind not in _FROM_ABOVE:
        return None
    zh, en = (
        ("自我检查由本地开展", "a place supervises itself")
        if kind is Supervision.SELF
        else (f"{kind.zh}由上级开展", f"a {kind.en} comes from the level above")
    )
    return refuse(pack, "A-32", zh, en, (), "/kind")


def findings_are_new(year: Year, act: Act[YearSupervisionConducted], pack: Pack) -> Refusal | None:
    """A-32: each finding has an id of its own and a day that is not over."""
    ids = [one.id for one in act.event.problems]
    twice = sorted({one for one in ids if ids.count(one) > 1 or one in year.findings})
    if twice:
        return refuse(pack, "A-32", "问题编号重复", "an id of a finding is taken", twice, "/problems")
    past = [one.id for one in act.event.problems if one.due < act.day]
    if past:
        return refuse(pack, "I-21", "整改期限已过", "a day for it is past", past, "/problems")
    latest = pack.after(act.day, pack.windows.rectify)
    late = [one.id for one in act.event.problems if one.due > latest]
    if not late:
        return None
    zh, en = f"整改期限不晚于{latest}", f"it is put right by {latest} at the latest"
    return refuse(pack, "A-32", zh, en, late, "/problems")


def some_finding_is_open(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """A-32: there is a finding to close."""
    if any(not finding.closed for finding in year.findings.values()):
        return None
    return refuse(pack, "A-32", "没有待整改的问题", "no finding is open")


def finding_is_open(year: Year, act: Act[YearFindingClosed], pack: Pack) -> Refusal | None:
    """A-32: a finding is closed once, by the place that it is about."""
    finding = year.findings.get(act.event.finding)
    if finding is not None and finding.closed:
        return refuse(pack, "A-32", "该问题已销号", "that finding is closed already", (act.event.finding,), "/finding")
    return None


def not_by_who_found_it(year: Year, act: Act[YearFindingClosed], pack: Pack) -> Refusal | None:
    """A-32, T-03: who found something does not say that it was put right."""
    finding = year.findings.get(act.event.finding)
    if finding is None or finding.by is None or not same_person(finding.by, act.actor.id, act.context):
        return None
    zh, en = "发现问题的人员不予销号", "who found it does not close it"
    return refuse(pack, "A-32", zh, en, (act.event.finding,), "/finding")


def who_found_it(year: Year, event: YearFindingClosed) -> Iterator[UUID]:
    """Who found it, so that persons can be told by their tags."""
    finding = year.findings.get(event.finding)
    if finding is not None and finding.by is not None:
        yield finding.by


def found_above(year: Year, act: Act[YearFindingClosed], pack: Pack) -> bool:
    """Whether the level above found it."""
    finding = year.findings.get(act.event.finding)
    return finding is not None and finding.level is not year.level


def of_the_level_that_found_it(year: Year, act: Act[YearFindingClosed], pack: Pack) -> Refusal | None:
    """A-32: what the level above found is closed with its word, or that of a level above it."""
    finding = year.findings.get(act.event.finding)
    if finding is None or act.actor.level is None or act.actor.level.rank >= finding.level.rank:
        return None
    zh, en = f"须由{finding.level.zh}级附议", f"the level of the {finding.level.en} seconds it"
    return refuse(pack, "A-32", zh, en, (act.event.finding,))


def counted_within(year: Year, act: Act[YearUnitsCounted], pack: Pack) -> Refusal | None:
    """I-13: a place counts what lies in it."""
    outside = sorted({one.place for one in act.event.counted if not within(one.place, year.place)})
    if not outside:
        return None
    return refuse(pack, "I-13", "统计的地区不在本地区内", "what is counted lies elsewhere", outside, "/counted")


def counted_once(year: Year, act: Act[YearUnitsCounted], pack: Pack) -> Refusal | None:
    """I-00: a place, kind and industry stands once in a count."""
    groups = [(one.place, one.kind.value, one.industry or "") for one in act.event.counted]
    twice = (
        sorted({" ".join(group) for group in groups if groups.count(group) > 1})
        if len(set(groups)) < len(groups)
        else []
    )
    if not twice:
        return None
    return refuse(
        pack, "I-00", "同一地区、类型、行业重复", "a place, kind and industry stands twice", twice, "/counted"
    )


# --- what is owed -----------------------------------------------------------------------------------------------------


def obligations(year: Year, packs: Packs) -> Iterator[Obligation]:
    """The coordinators of the year, a supervision by the prefecture itself, and every finding by its day."""
    if year.opened is None:
        return
    its_own, pack = holder(year.level, year.place), packs.on(year.opened)
    if year.target is not None and year.certified < year.target and year.target_since is not None:
        last = day_in(year.year, "12-31")
        yield owed(pack, ObligationKind.TRAIN, "training", its_own, year.target_since, due_on(year, last, packs))
    if not year.supervised and year.level is Level.PREFECTURE:
        due = due_on(year, day_in(year.year, pack.year.supervised_by), packs)
        yield owed(pack, ObligationKind.SUPERVISE_SELF, "supervision", its_own, year.opened, due)
    for name, finding in year.findings.items():
        if not finding.closed:
            by, level = packs.on(finding.since), finding.level if finding.level is not year.level else None
            yield owed(by, ObligationKind.CLOSE_FINDING, name, its_own, finding.since, finding.due, level)


_HOUSES = desk(PREFECTURE_UP)
_DONE = (in_its_year, fact_not_ahead)

WORK: Chapter[Year] = Chapter(
    None,
    {
        YearTrainingApportioned: state.apportioned,
        YearTrainingTargetSet: state.target_set,
        YearTrainingHeld: state.trained,
        YearSupervisionConducted: state.supervised,
        YearFindingClosed: state.finding_closed,
        YearUnitsCounted: state.units_counted,
    },
    (
        Law(
            YearTrainingApportioned,
            office=desk(PROVINCE),
            rule="A-31",
            state=(is_opened, of_the_province),
            content=(among_its_prefectures,),
            reads=_targets,
            effects=sets_targets,
            undone_by_procedure=True,
        ),
        Law(
            YearTrainingTargetSet,
            office=(SYSTEM,),
            rule="A-31",
            state=(is_opened,),
            undone_by_procedure=True,
        ),
        Law(
            YearTrainingHeld,
            office=_HOUSES,
            rule="A-31",
            state=(is_opened,),
            content=(*_DONE, no_more_certified, held_once),
            propose=by_its_house,
            settles=(ObligationKind.TRAIN,),
        ),
        Law(
            YearServiceHeld,
            office=_HOUSES,
            rule="I-13",
            state=(is_opened,),
            content=_DONE,
            propose=by_its_house,
        ),
        Law(YearPublicityHeld, office=_HOUSES, rule="I-13", state=(is_opened,), content=_DONE),
        Law(YearFundingRecorded, office=_HOUSES, rule="I-13", state=(is_opened,), content=_DONE),
        Law(
            YearUnitsCounted,
            office=_HOUSES,
            rule="I-13",
            state=(is_opened,),
            content=(*_DONE, counted_within, counted_once),
        ),
        Law(
            YearSupervisionConducted,
            office=desk(ABOVE_COUNTY),
            rule="A-32",
            state=(is_opened,),
            content=(*_DONE, by_whose_it_is, findings_are_new),
            settles=(ObligationKind.SUPERVISE_SELF, ObligationKind.SPOT_CHECK),
        ),
        Law(
            YearFindingClosed,
            office=desk(PREFECTURE_UP),
            rule="A-32",
            state=(some_finding_is_open,),
            content=(finding_is_open, not_by_who_found_it),
            reads=who_found_it,
            second=Second(desk(ABOVE_COUNTY), when=found_above, rule=of_the_level_that_found_it),
            settles=(ObligationKind.CLOSE_FINDING,),
        ),
    ),
    obligations,
)
