"""How a place answers for its year: it is opened, its plan filed and answered, its report filed (R-09, R-47)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from events.envelope import Event
from events.governance.year import (
    YearEnded,
    YearOpened,
    YearPlanAccepted,
    YearPlanFiled,
    YearPlanReturned,
    YearReportFiled,
)
from events.governance.year_work import (
    YearFundingRecorded,
    YearPublicityHeld,
    YearServiceHeld,
    YearTrainingHeld,
    YearUnitsCounted,
)
from events.places import PLACES, within
from events.words import Level, ObligationKind
from services.casework.judgement import obligations as owed_in
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import PROVINCE, SYSTEM, TIMEKEEPER, at, desk, same_person
from services.casework.pack import Pack
from services.casework.pack_offices import day_in
from services.casework.policy.state import Packs
from services.casework.year import state
from services.casework.year.state import Year, year_stream

PREFECTURE = at(Level.PREFECTURE)

WORK_DONE = (YearTrainingHeld, YearServiceHeld, YearPublicityHeld, YearFundingRecorded, YearUnitsCounted)
"""The entries whose figures the accounts of a year are made of."""


def prefectures_of(place: str) -> list[str]:
    """The prefectures of a province, in the order of their codes."""
    return [code for code, known in PLACES.items() if known.level is Level.PREFECTURE and within(code, place)]


def due_on(year: Year, day: date, packs: Packs) -> date:
    """That day of the year, or some working days after the opening where that is later."""
    opened = year.opened or day
    pack = packs.on(opened)
    return max(day, pack.after(opened, pack.year.at_least))


# --- opening and ending -----------------------------------------------------------------------------------------------


def not_opened(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a year is opened once."""
    return (
        refuse(pack, "I-00", "该年度已开启", "that year is open already", final=True)
        if year.opened is not None
        else None
    )


def is_opened(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a year is opened before anything is done in it."""
    return refuse(pack, "I-00", "该年度尚未开启", "that year is not opened yet") if year.opened is None else None


def this_year_or_the_next(year: Year, act: Act[YearOpened], pack: Pack) -> Refusal | None:
    """I-19: no year that is over is opened, and none long before it begins."""
    if act.day.year <= act.event.year <= act.day.year + 1:
        return None
    zh, en = f"{act.day}不能开启{act.event.year}年度", f"the year {act.event.year} is not opened on {act.day}"
    return refuse(pack, "I-19", zh, en, (), "/year")


def of_a_province_or_prefecture(year: Year, act: Act[YearOpened], pack: Pack) -> Refusal | None:
    """I-19: a year is opened for a province; its prefectures' open with it."""
    level = PLACES[act.event.place].level
    allowed = (Level.PROVINCE,) if act.actor.level is not None else (Level.PROVINCE, Level.PREFECTURE)
    if level in allowed:
        return None
    return refuse(pack, "I-19", "年度由省统一开启", "a year is opened for the province as a whole", (), "/place")


def _below(year: Year, event: YearOpened) -> Iterator[UUID]:
    return (year_stream(place, event.year) for place in prefectures_of(event.place) if place != event.place)


def opens_below(year: Year, act: Act[YearOpened], pack: Pack) -> Iterator[Effect]:
    """With a province's year, that of each of its prefectures."""
    for place in prefectures_of(act.event.place):
        stream = year_stream(place, act.event.year)
        known = act.context.find(Year, stream)
        if place != act.event.place and (known is None or known.opened is None):
            yield Effect(stream, YearOpened(place=place, year=act.event.year))


def over(year: Year, act: Act[YearEnded], pack: Pack) -> Refusal | None:
    """I-19: a year ends after its last day, once."""
    if year.ended or act.event.year != year.year:
        return refuse(pack, "I-19", "该年度已结束", "that year has ended already", final=True)
    return None if act.day.year > year.year else refuse(pack, "I-19", "该年度尚未结束", "the year is not over")


def _next(year: Year, event: YearEnded) -> Iterator[UUID]:
    yield year_stream(year.place, event.year + 1)


def opens_next(year: Year, act: Act[YearEnded], pack: Pack) -> Iterator[Effect]:
    """The next year of the place, where nobody opened it before."""
    stream = year_stream(year.place, act.event.year + 1)
    known = act.context.find(Year, stream)
    if act.day.year == act.event.year + 1 and (known is None or known.opened is None):
        yield Effect(stream, YearOpened(place=year.place, year=act.event.year + 1))


# --- plan and report --------------------------------------------------------------------------------------------------


def of_a_prefecture(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-19: plans and reports are filed by prefectures."""
    if not year.place or year.level is Level.PREFECTURE:
        return None
    return refuse(pack, "I-19", "由市州报送", "prefectures file it")


def no_plan_lies_there(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-19: a plan is filed once, and again after it was returned."""
    if year.plan is None or year.plan.returned is not None:
        return None
    return refuse(pack, "I-19", "工作方案已报备", "the plan is filed already", (year.plan.version,))


def a_plan_lies_there(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-19: what is accepted or returned was filed, and not answered yet."""
    plan = year.plan
    if plan is not None and not plan.accepted and plan.returned is None:
        return None
    return refuse(pack, "I-19", "没有待备案的工作方案", "no plan waits for an answer")


def change_is_due_later(year: Year, act: Act[YearPlanReturned], pack: Pack) -> Refusal | None:
    """I-21, T-05: what has to be changed is due after today, and within the pack's days for putting right."""
    latest = pack.after(act.day, pack.windows.rectify)
    if act.event.due > latest:
        zh, en = f"修改期限不晚于{latest}", f"the change is due by {latest} at the latest"
        return refuse(pack, "T-05", zh, en, (), "/due")
    if act.event.due > act.day:
        return None
    return refuse(pack, "I-21", "修改期限须晚于今日", "the change is due after today", (), "/due")


def not_by_who_filed_it(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """T-03: who filed a plan does not answer it, from whatever post."""
    filed_by = year.plan.filed_by if year.plan is not None else None
    if filed_by is None or not same_person(filed_by, act.actor.id, act.context):
        return None
    return refuse(pack, "T-03", "报备人不得自行备案或退回", "who filed the plan does not answer it", (filed_by,))


def who_filed_it(year: Year, event: YearPlanAccepted | YearPlanReturned) -> Iterator[UUID]:
    """Who filed the plan, so that persons can be told by their tags."""
    if year.plan is not None and year.plan.filed_by is not None:
        yield year.plan.filed_by


def year_can_be_told(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-19: a report tells what was done in the year, and is drawn up towards its end."""
    if not year.place or year.opened is None:
        return None
    first = day_in(year.year, pack.year.report_from)
    if act.day >= first:
        return None
    return refuse(pack, "I-19", f"年度报告自{first}起报送", f"the report of the year is filed from {first} on")


def no_report_yet(year: Year, act: Intent, pack: Pack) -> Refusal | None:
    """I-19: the report of a year is filed once."""
    return refuse(pack, "I-19", "年度报告已报送", "the report is filed already", final=True) if year.reported else None


def _late(duty: ObligationKind) -> Callable[[Year, Act[YearPlanFiled | YearReportFiled], Pack], Event]:
    def propose(year: Year, act: Act[YearPlanFiled | YearReportFiled], pack: Pack) -> Event:
        """By how many days it is late; nothing where it is in time."""
        waiting = owed_in(year, act.context.packs or Packs.fixed(pack))
        due = next((one.due for one in waiting if one.kind is duty), act.day)
        late = (act.day - min(due, act.day)).days
        return act.event.model_copy(update={"days_late": late or None})

    return propose


def obligations(year: Year, packs: Packs) -> Iterator[Obligation]:
    """The plan by its day and again after it was returned, its answer, and the report by its day."""
    if year.opened is None or year.level is not Level.PREFECTURE:
        return
    pack, plan = packs.on(year.opened), year.plan
    its_own = holder(Level.PREFECTURE, year.place)
    if plan is None:
        due = due_on(year, day_in(year.year, pack.year.plan_by), packs)
        yield owed(pack, ObligationKind.FILE_PLAN, "plan", its_own, year.opened, due)
    elif plan.returned is not None and plan.change_by is not None:
        ref = f"plan:{plan.returned}"
        yield owed(pack, ObligationKind.FILE_PLAN, ref, its_own, plan.filed, plan.change_by, Level.PROVINCE)
    elif not plan.accepted:
        by = packs.on(plan.filed)
        due = by.after(plan.filed, by.windows.handle_step)
        above = holder(Level.PROVINCE, year.place)
        yield owed(by, ObligationKind.ANSWER_PLAN, str(plan.version), above, plan.filed, due)
    if year.reported is None:
        due = due_on(year, day_in(year.year, pack.year.report_by), packs)
        yield owed(pack, ObligationKind.FILE_REPORT, "report", its_own, year.opened, due)


def ends(year: Year, day: date, pack: Pack) -> Iterator[Event]:
    """A year that is over ends by itself."""
    if year.opened is not None and not year.ended and day.year > year.year:
        yield YearEnded(year=year.year)


_FILED = desk(PREFECTURE)
_ABOVE = desk(PROVINCE)

ACCOUNTS: Chapter[Year] = Chapter(
    None,
    {
        YearOpened: state.opened,
        YearEnded: state.ended,
        YearPlanFiled: state.plan_filed,
        YearPlanAccepted: state.plan_accepted,
        YearPlanReturned: state.plan_returned,
        YearReportFiled: state.report_filed,
    },
    (
        Law(
            YearOpened,
            office=(*_ABOVE, SYSTEM),
            rule="I-19",
            opens=True,
            state=(not_opened,),
            content=(this_year_or_the_next, of_a_province_or_prefecture),
            reads=_below,
            effects=opens_below,
            place=lambda event: event.place,
            undone_by_procedure=True,
        ),
        Law(
            YearEnded,
            office=(TIMEKEEPER,),
            rule="I-19",
            weighs=WORK_DONE,
            state=(is_opened,),
            content=(over,),
            reads=_next,
            effects=opens_next,
            undone_by_procedure=True,
        ),
        Law(
            YearPlanFiled,
            office=_FILED,
            rule="I-19",
            state=(is_opened, of_a_prefecture, no_plan_lies_there),
            propose=_late(ObligationKind.FILE_PLAN),
            settles=(ObligationKind.FILE_PLAN,),
        ),
        Law(
            YearPlanAccepted,
            office=_ABOVE,
            rule="I-19",
            state=(a_plan_lies_there, not_by_who_filed_it),
            reads=who_filed_it,
            settles=(ObligationKind.ANSWER_PLAN,),
        ),
        Law(
            YearPlanReturned,
            office=_ABOVE,
            rule="I-19",
            state=(a_plan_lies_there, not_by_who_filed_it),
            content=(change_is_due_later,),
            reads=who_filed_it,
            settles=(ObligationKind.ANSWER_PLAN,),
        ),
        Law(
            YearReportFiled,
            office=_FILED,
            rule="I-19",
            weighs=WORK_DONE,
            state=(is_opened, of_a_prefecture, year_can_be_told, no_report_yet),
            propose=_late(ObligationKind.FILE_REPORT),
            settles=(ObligationKind.FILE_REPORT,),
        ),
    ),
    obligations,
)
