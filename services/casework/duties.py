"""What becomes of a duty beside being done: it is missed, released, put off once, or its clock stands (T-05).

A part of the chapter that every kind of stream has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from events.envelope import Entry, Event
from events.governance.year_lapses import YearLapseFound
from events.places import PLACES, within
from events.record import Common as CommonEvents
from events.record import DeadlineMissed, DutyAssigned, DutyExtended, DutyReleased, DutyResumed, DutySuspended
from events.words import DocumentKind, Level, ObligationKind, Role
from services.casework.document.state import Paper
from services.casework.judgement import obligations
from services.casework.law import Act, Effect, Intent, Law, Refusal, Second, Subjects, refuse
from services.casework.obligation import Obligation, holder, ordering_office
from services.casework.office import DESK, FIELD, TIMEKEEPER, officer, same_person
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import NOTHING_ORDERED, Assignment, Common, State, Suspension
from services.casework.year.state import Year, year_stream

_HALTING = (DocumentKind.RULING, DocumentKind.ORDER)
"""Papers for which a clock stands still, or runs again."""


# --- folds ------------------------------------------------------------------------------------------------------------


def folds(events: CommonEvents) -> Mapping[type[Event], Callable[[Any, Any], Any]]:
    """How the duties' events of a kind change the common region."""
    return {
        events.deadline_missed: _missed,
        events.duty_assigned: _assigned,
        events.duty_released: _released,
        events.duty_extended: _extended,
        events.duty_suspended: _suspended,
        events.duty_resumed: _resumed,
    }


def _missed(region: Common, entry: Entry[DeadlineMissed]) -> Common:
    return replace(region, missed=region.missed | {entry.event.ref})


def _with(region: Common, key: str, **changes: object) -> Common:
    ordered = replace(region.ordered.get(key, NOTHING_ORDERED), **changes)  # type: ignore[arg-type]
    return replace(region, ordered={**region.ordered, key: ordered})


def _added(region: Common, event: DutyExtended | DutyResumed) -> int:
    return region.ordered.get(event.ref, NOTHING_ORDERED).added + (event.days or 0)


def _assigned(region: Common, entry: Entry[DutyAssigned]) -> Common:
    event = entry.event
    before = region.ordered.get(event.ref, NOTHING_ORDERED).assignments
    given = Assignment(entry.day, event.holder or "", event.officer, event.deputy)
    return _with(region, event.ref, assignments=(*before, given))


def _released(region: Common, entry: Entry[DutyReleased]) -> Common:
    return _with(region, entry.event.ref, released=entry.version)


def _extended(region: Common, entry: Entry[DutyExtended]) -> Common:
    return _with(region, entry.event.ref, extended=entry.version, added=_added(region, entry.event))


def _suspended(region: Common, entry: Entry[DutySuspended]) -> Common:
    return _with(region, entry.event.ref, suspension=Suspension(entry.day, entry.event.until or entry.day))


def _resumed(region: Common, entry: Entry[DutyResumed]) -> Common:
    return _with(region, entry.event.ref, suspension=None, added=_added(region, entry.event))


# --- what follows from the state --------------------------------------------------------------------------------------


def _by_people(state: State, packs: Packs) -> list[Obligation]:
    """What is owed but for what ends by itself, on its day by the timekeeper or by lapsing, and but for looking after a
    clock that stands.
    """
    alone = {*state.descriptor.own_duties, ObligationKind.SECOND_ACT, ObligationKind.RESUME_CLOCK}
    return [duty for duty in obligations(state, packs) if duty.kind not in alone]


def _duty(state: State, act: Intent, pack: Pack) -> Obligation | None:
    key, packs = act.subject.get("ref"), act.context.packs or Packs.fixed(pack)
    return next((duty for duty in _by_people(state, packs) if duty.key == key), None) if key else None


DUTIES: Subjects[State] = Subjects(
    ("ref",), lambda state, pack: ((duty.key,) for duty in _by_people(state, Packs.fixed(pack)))
)


def propose_ordered(state: State, act: Act[DutyAssigned | DutyReleased | DutySuspended], pack: Pack) -> Event:
    """The duty's kind, its day and its holder."""
    duty = _duty(state, act, pack)
    if duty is None:
        return act.event
    return act.event.model_copy(update={"obligation": duty.kind, "due": duty.due, "holder": duty.holder})


def propose_suspended(state: State, act: Act[DutySuspended], pack: Pack) -> Event:
    """Beside the duty's kind, day and holder, by when the office looks again."""
    until = pack.after(act.day, pack.windows.clock_stands)
    return propose_ordered(state, act, pack).model_copy(update={"until": until})


def propose_extended(state: State, act: Act[DutyExtended], pack: Pack) -> Event:
    """The duty's kind and holder, and by how many days it is put off."""
    duty = _duty(state, act, pack)
    if duty is None:
        return act.event
    days = max(0, (act.event.due - duty.due).days)
    return act.event.model_copy(update={"obligation": duty.kind, "holder": duty.holder, "days": days})


def propose_resumed(state: State, act: Act[DutyResumed], pack: Pack) -> Event:
    """The duty's day is put off by as many days as its clock stood, and on to a working day."""
    duty = _duty(state, act, pack)
    suspension = state.common.ordered.get(act.event.ref, NOTHING_ORDERED).suspension
    if duty is None or suspension is None:
        return act.event
    due = duty.due + (act.day - suspension.since)
    while not pack.is_working_day(due):
        due += timedelta(days=1)
    days = (due - duty.due).days
    return act.event.model_copy(update={"obligation": duty.kind, "due": due, "holder": duty.holder, "days": days})


# --- rules ------------------------------------------------------------------------------------------------------------


def owed_and_overdue(state: State, act: Act[DeadlineMissed], pack: Pack) -> Refusal | None:
    """I-00: what is recorded as missed is owed, by that holder and day, overdue, and not recorded before."""
    event = act.event
    if event.ref in state.common.missed:
        return refuse(pack, "I-00", "逾期已有记录", "that it was missed is recorded already", (event.ref,), final=True)
    said = (event.obligation, event.due, event.holder, event.assigned_to, event.deputy)
    for duty in obligations(state, act.context.packs or Packs.fixed(pack)):
        whose = duty.assigned_when_due
        people = (whose.officer, whose.deputy) if whose is not None else (None, None)
        if duty.key == event.ref and (duty.kind, duty.due, duty.holder, *people) == said:
            overdue = duty.overdue_on(act.day)
            return None if overdue else refuse(pack, "I-00", "期限未满", "it is not overdue", (event.ref,))
    return refuse(pack, "I-00", "没有这项未履行的义务", "nothing of the kind is owed", (event.ref,))


def duty_is_owed(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: what is ordered is of a duty that somebody owes; what ends by itself on its day is none."""
    if _duty(state, act, pack) is not None:
        return None
    facts = (act.subject["ref"],) if act.subject.get("ref") else ()
    return refuse(pack, "T-05", "没有这项由人履行的义务", "nobody owes such a duty", facts)


def released_from_above(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: the level above who ordered a duty releases from it; the province and the nation from their own."""
    duty = _duty(state, act, pack)
    if duty is None:
        return None
    level, place = ordering_office(duty, state.descriptor.place(state) or "")
    least = min(level.rank + 1, Level.PROVINCE.rank) if level is not Level.NATION else level.rank
    covered = place in PLACES and within(place, act.actor.place)
    if act.actor.level is not None and act.actor.level.rank >= least and covered:
        return None
    wanted = list(Level)[least]
    zh, en = f"由{wanted.zh}级或其上级解除", f"the {wanted.en} level or one above releases"
    return refuse(pack, "T-05", zh, en, (duty.holder,))


def ordered_where_it_was(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: the office that ordered a duty, or that owes its own, puts it off, stops its clock and lets it run."""
    duty = _duty(state, act, pack)
    if duty is None:
        return None
    level, place = ordering_office(duty, state.descriptor.place(state) or "")
    if act.actor.level is level and act.actor.place == place:
        return None
    zh, en = f"由作出要求的{level.zh}级机关审批", f"the office of the {level.en} level that ordered it decides"
    return refuse(pack, "T-05", zh, en, (f"{level.value}:{place}",))


def owed_by_its_office(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: an office gives its own duties to its people, and nobody else's."""
    duty = _duty(state, act, pack)
    if duty is None or (act.actor.level is not None and duty.holder == holder(act.actor.level, act.actor.place)):
        return None
    return refuse(pack, "T-05", "由负有义务的机关指定承办人", "the office that owes it assigns it", (duty.holder,))


def to_its_people(state: State, act: Act[DutyAssigned], pack: Pack) -> Refusal | None:
    """T-05, I-12: a duty is given to somebody in post in that office today, without an interest; the deputy likewise,
    and another person.
    """
    event = act.event
    if event.deputy is not None and same_person(event.officer, event.deputy, act.context):
        return refuse(pack, "T-05", "AB角须为两人", "the deputy is another person", (event.deputy,), "/deputy")
    for name, person in (("officer", event.officer), ("deputy", event.deputy)):
        found = act.context.find(Officer, person)
        if found is None:
            continue
        posts = [one for one in found.actors(act.day) if set(one.roles) & set(FIELD)]
        if not any((one.level, one.place) == (act.actor.level, act.actor.place) for one in posts):
            zh, en = "该人员今日不在该机关任职", "that officer holds no such post in that office today"
            return refuse(pack, "T-05", zh, en, (found.id,), f"/{name}")
        if state.id in found.interests:
            return refuse(pack, "I-12", "该人员应当回避", "that officer has an interest in it", (found.id,), f"/{name}")
    return None


def day_not_over(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: a day that is over is put off no more."""
    duty = _duty(state, act, pack)
    if duty is None or duty.suspended or act.day <= duty.due:
        return None
    return refuse(pack, "T-05", f"期限{duty.due}已过", f"its day {duty.due} is over", (duty.key,), final=True)


def extended_once(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: a duty is extended once."""
    before = state.common.ordered.get(act.subject.get("ref") or "", NOTHING_ORDERED).extended
    return (
        refuse(pack, "T-05", "期限已延长过", "it was extended already", (before,), final=True)
        if before is not None
        else None
    )


def _latest(duty: Obligation, pack: Pack) -> date:
    """The last day until which a duty can be extended."""
    return duty.due + timedelta(days=int((duty.due - duty.since).days * pack.limits.extension_share))


def has_days_to_add(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: the pack's share of the days that a duty had is a day at least."""
    duty = _duty(state, act, pack)
    if duty is None or _latest(duty, pack) > duty.due:
        return None
    return refuse(pack, "T-05", "期限过短，不能延长", "its days are too few to be extended", (duty.key,), final=True)


def by_a_part_of_its_days(state: State, act: Act[DutyExtended], pack: Pack) -> Refusal | None:
    """T-05: an extension is to a later day, by no more than the pack's share of the days that the duty had."""
    duty = _duty(state, act, pack)
    if duty is None:
        return None
    latest = _latest(duty, pack)
    if duty.due < act.event.due <= latest:
        return None
    zh, en = (
        f"延长须在{duty.due}之后、不晚于{latest}",
        f"it is put off beyond {duty.due}, until {latest} at the latest",
    )
    return refuse(pack, "T-05", zh, en, (duty.key,), "/due")


def clock_stands(wanted: bool) -> Callable[[State, Intent, Pack], Refusal | None]:
    """Whether the clock of the duty stands still."""

    def clock_is(state: State, act: Intent, pack: Pack) -> Refusal | None:
        duty = _duty(state, act, pack)
        if duty is None or duty.suspended is wanted:
            return None
        zh, en = ("该义务未中止计时", "its clock runs") if wanted else ("该义务已中止计时", "its clock stands still")
        return refuse(pack, "T-05", zh, en, (duty.key,))

    return clock_is


def paper_stops_clocks(state: State, act: Act[DutySuspended | DutyResumed], pack: Pack) -> Refusal | None:
    """T-05, T-23: a clock stands and runs again for a ruling or an order, of this unit where it names any."""
    paper = act.context.find(Paper, act.event.paper)
    if paper is None:
        return None
    if paper.recorded is None or paper.recorded.kind not in _HALTING:
        zh, en = "须附裁判文书或者决定书", "the paper is no ruling of a court or an arbitration, and no order"
        return refuse(pack, "T-05", zh, en, (paper.id,), "/paper")
    if paper.units and state.descriptor.unit(state) not in (None, *paper.units):
        zh, en = "所附文件的名单中没有该单位", "the unit is none of those that the paper names"
        return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")
    return None


def paper_stops_a_clock_once(state: State, act: Act[DutySuspended], pack: Pack) -> Refusal | None:
    """T-05, T-23: for one paper the clock of a duty stands once, and not again and again."""
    used = [
        entry.version
        for entry in state.entries
        if isinstance(entry.event, DutySuspended)
        and (entry.event.ref, entry.event.paper) == (act.event.ref, act.event.paper)
    ]
    if not used:
        return None
    zh, en = "该文件已据以中止过该义务的计时", "the clock of that duty stood for that paper before"
    return refuse(pack, "T-23", zh, en, used, "/paper")


# --- lapses -----------------------------------------------------------------------------------------------------------


def _year_of_holder(state: State, event: DeadlineMissed) -> UUID | None:
    """The year of the prefecture that missed it; the year finds its own lapses."""
    own, place = state.descriptor.name == "year", event.holder.rpartition(":")[2]
    known = PLACES.get(place)
    # a province without prefectures does their part itself, and is no prefecture that could be assessed
    if (
        own
        or not event.holder.startswith(Level.PREFECTURE.value)
        or known is None
        or known.level is not Level.PREFECTURE
    ):
        return None
    return year_stream(place, event.due.year)


def year_of_holder(state: State, event: DeadlineMissed) -> Iterator[UUID]:
    """The stream of the year in which the miss may be a lapse."""
    stream = _year_of_holder(state, event)
    if stream is not None:
        yield stream


def lapses(state: State, act: Act[DeadlineMissed], pack: Pack) -> Iterator[Effect]:
    """R-29: what a prefecture missed is a lapse of its year, where the pack says so."""
    event = act.event
    stream = _year_of_holder(state, event)
    if stream is not None and event.obligation in pack.lapses:
        place, unit = event.holder.partition(":")[2], state.id if state.descriptor.name == "unit" else None
        year = act.context.find(Year, stream)
        if year is not None and any((one.ref, one.unit) == (event.ref, unit) for one in year.lapses.values()):
            return
        found = YearLapseFound(
            place=place, year=event.due.year, obligation=event.obligation, ref=event.ref, due=event.due, unit=unit
        )
        yield Effect(stream, found)


# --- laws -------------------------------------------------------------------------------------------------------------

_ABOVE = (officer(*DESK, anywhere=True),)
_APPROVER = (officer(Role.APPROVER, anywhere=True),)


def laws(events: CommonEvents) -> tuple[Law[State, Any], ...]:
    """The laws of the duties' events of a kind."""
    return (
        Law(
            events.deadline_missed,
            office=(TIMEKEEPER,),
            rule="I-14",
            content=(owed_and_overdue,),
            reads=year_of_holder,
            effects=lapses,
            undone_by_procedure=True,
        ),
        Law(
            events.duty_assigned,
            office=_ABOVE,
            about=DUTIES,
            rule="T-05",
            state=(duty_is_owed, owed_by_its_office),
            content=(to_its_people,),
            propose=propose_ordered,
            undone_by_procedure=True,
        ),
        Law(
            events.duty_released,
            office=_APPROVER,
            about=DUTIES,
            rule="T-05",
            state=(duty_is_owed, released_from_above),
            propose=propose_ordered,
            second=Second(_ABOVE, two_houses=True),
            undone_by_procedure=True,
        ),
        Law(
            events.duty_extended,
            office=_APPROVER,
            about=DUTIES,
            rule="T-05",
            state=(
                duty_is_owed,
                ordered_where_it_was,
                clock_stands(False),
                day_not_over,
                extended_once,
                has_days_to_add,
            ),
            content=(by_a_part_of_its_days,),
            propose=propose_extended,
            undone_by_procedure=True,
        ),
        Law(
            events.duty_suspended,
            office=_APPROVER,
            about=DUTIES,
            rule="T-05",
            state=(duty_is_owed, ordered_where_it_was, clock_stands(False), day_not_over),
            content=(paper_stops_clocks, paper_stops_a_clock_once),
            propose=propose_suspended,
            undone_by_procedure=True,
        ),
        Law(
            events.duty_resumed,
            office=_APPROVER,
            about=DUTIES,
            rule="T-05",
            state=(duty_is_owed, ordered_where_it_was, clock_stands(True)),
            content=(paper_stops_clocks,),
            propose=propose_resumed,
            settles=(ObligationKind.RESUME_CLOCK,),
            undone_by_procedure=True,
        ),
    )
