"""Chapter 提级与指定: where a place is too small, the level above takes a step up, or lends somebody (T-03)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from events.envelope import Actor, Entry, Event
from events.places import within
from events.record import COMMON
from events.registry import EVENT_TYPES
from events.unit.application import UnitApplied
from events.unit.evaluation import UnitHouseOpined
from events.unit.revocation import UnitRevocationProposed
from events.unit.standing_in import UnitOfficerLent, UnitStepTakenUp, UnitTakingUpRequested
from events.words import ActorKind, Level, ObligationKind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import THE_UNIT, Obligation, holder, owed
from services.casework.office import DESK, acts_within_office, approver, desk, no_interest
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.unit.duties import of_office
from services.casework.unit.registration import was_registered
from services.casework.unit.separation import people_of_steps

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit

_ABOVE = {Level.COUNTY: Level.PREFECTURE, Level.PREFECTURE: Level.PROVINCE}
"""The level above each within a province's register; the province has none there."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a unit's case: the type of its event, and what it is about."""

    type: str
    title: str | None = None
    objection_ref: int | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who does a step of the office of the level `of`: the level above (`officer` None), or an officer until a day."""

    version: int
    step: Step
    of: Level | None
    day: date
    officer: UUID | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class StandIns:
    """Steps taken up and officers lent by version, and steps that the level above was asked to take up."""

    all: Mapping[int, StandIn] = field(default_factory=dict)
    asked: Mapping[int, StandIn] = field(default_factory=dict)


_AnyStandIn = UnitTakingUpRequested | UnitStepTakenUp | UnitOfficerLent


def step_of(event: _AnyStandIn) -> Step:
    """The step that is asked for, taken up or lent for."""
    return Step(event.step, event.title, event.objection_ref)


def _asked(region: StandIns, entry: Entry[UnitTakingUpRequested]) -> StandIns:
    asked = StandIn(entry.version, step_of(entry.event), entry.actor.level, entry.day)
    return replace(region, asked={**region.asked, entry.version: asked})


def _taken_up(region: StandIns, entry: Entry[UnitStepTakenUp]) -> StandIns:
    return _stands(region, StandIn(entry.version, step_of(entry.event), _below(entry.actor.level), entry.day))


def _lent(region: StandIns, entry: Entry[UnitOfficerLent]) -> StandIns:
    event = entry.event
    return _stands(
        region, StandIn(entry.version, step_of(event), None, entry.day, officer=event.officer, until=event.until)
    )


def _stands(region: StandIns, new: StandIn) -> StandIns:
    asked = {version: one for version, one in region.asked.items() if one.step != new.step}
    return StandIns({**region.all, new.version: new}, asked)


def _begun(region: StandIns, entry: Entry[UnitApplied | UnitRevocationProposed]) -> StandIns:
    """What was arranged for a step of the last attempt or revocation is not for one of the next."""
    title = entry.event.title
    left = {version: one for version, one in region.all.items() if one.step.title != title}
    asked = {version: one for version, one in region.asked.items() if one.step.title != title}
    return StandIns(left, asked)


# --- what can be taken up ---------------------------------------------------------------------------------------------


def steps(unit: Unit) -> tuple[str, ...]:
    """The types of the acts on a unit that are an office's and that somebody else can do for it: steps that are kept
    apart by person, and what settles a duty. The opinion of a house is its own.
    """
    return _steps(type(unit))  # type: ignore[arg-type]  # a class is hashable; mypy looks at its instances


@cache
def _steps(kind: type[Unit]) -> tuple[str, ...]:
    return tuple(law.event.about.type for law in kind.descriptor.laws.values() if _can_be_done_for_another(law))


def _can_be_done_for_another(law: Law[Any, Any]) -> bool:
    handled = any(one.kind is ActorKind.OFFICER and set(DESK) & one.roles for one in law.office)
    return handled and bool(law.steps or law.others or law.settles) and law.event not in (UnitHouseOpined, *_OWN)


_OWN = (UnitTakingUpRequested, UnitStepTakenUp, UnitOfficerLent, COMMON["unit"].duty_resumed)


def _law_of(unit: Unit, step: Step) -> Law[Any, Any] | None:
    event_type = EVENT_TYPES.get(step.type)
    return unit.descriptor.laws.get(event_type) if event_type is not None else None


def _as_intent(law: Law[Any, Any], step: Step, act: Intent) -> Intent:
    fields = law.about.fields if law.about is not None else ()
    subject = {name: getattr(step, name, None) for name in fields}
    return Intent(law.event, act.actor, act.day, subject=subject, context=act.context)


def level_of(unit: Unit, step: Step, act: Intent, pack: Pack) -> Level | None:
    """The highest level in the province whose office does the step; None where that is nobody's there."""
    law = _law_of(unit, step)
    if law is None:
        return None
    asked = _as_intent(law, step, act)
    levels = {level for one in law.office if one.kind is ActorKind.OFFICER for level in one.levels(unit, asked, pack)}
    return max((level for level in levels if level is not Level.NATION), key=lambda level: level.rank, default=None)


def where_above(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level above the office of the step that the act is about; either, where it names no such step."""
    if not isinstance(act, Act) or _misnamed(unit, act, pack):
        return frozenset(_ABOVE.values())
    level = level_of(unit, step_of(act.event), act, pack)
    above = _ABOVE.get(level) if level is not None else None
    return frozenset({above}) if above is not None else frozenset()


def _misnamed(unit: Unit, act: Act[Any], pack: Pack) -> bool:
    return act.event.step not in steps(unit) or names_what_it_is_about(unit, act, pack) is not None


def where_it_is_done(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level whose office does the step, where another one is above it in the register."""
    if not isinstance(act, Act) or _misnamed(unit, act, pack):
        return frozenset(_ABOVE)
    level = level_of(unit, step_of(act.event), act, pack)
    return frozenset({level} & _ABOVE.keys()) if level is not None else frozenset()


def names_what_it_is_about(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
    """I-00: the step names its title, or its objection, where it has one, and no other."""
    step = step_of(act.event)
    law = _law_of(unit, step)
    if law is None:
        return None
    fields = law.about.fields if law.about is not None else ()
    for name in ("title", "objection_ref"):
        if (name in fields) is not (getattr(step, name) is not None):
            zh, en = "须指明该环节所涉事项，且不得指其他事项", "the step names what it is about, and nothing else"
            return refuse(pack, "I-00", zh, en, (), f"/{name}")
    if law.about is not None and _as_intent(law, step, act).subject not in law.about.candidates(unit, pack):
        return refuse(pack, "I-05", "没有处于该环节的事项", "nothing stands at that step", (step.type,), "/step")
    return None


def lent_from_elsewhere(unit: Unit, act: Act[UnitOfficerLent], pack: Pack) -> Refusal | None:
    """T-03, T-02: who is lent holds on that day a post of the step's level in another place of the one that lends.

    Where no such step is named, there is no level to ask for.
    """
    if _misnamed(unit, act, pack):
        return None
    event, level = act.event, level_of(unit, step_of(act.event), act, pack)
    person = act.context.find(Officer, event.officer)
    if person is None or level is None:
        return None
    posts = [post for post in person.actors(act.day) if post.level is level and within(post.place, act.actor.place)]
    if any(not within(unit.life.place, post.place) for post in posts):
        return None
    zh = "所指定的人员当日不在本辖区其他地区担任同级职务"
    en = "that officer holds no post of that level in another place below"
    return refuse(pack, "T-03", zh, en, (event.officer,), "/officer")


def lent_for_a_time(unit: Unit, act: Act[UnitOfficerLent], pack: Pack) -> Refusal | None:
    """T-03: somebody is lent until a day that is not over, and no longer than the pack says."""
    last = pack.after(act.day, pack.windows.lent)
    if act.day <= act.event.until <= last:
        return None
    return refuse(pack, "T-03", f"指定期限至迟为{last}", f"somebody is lent until {last} at the latest", (), "/until")


def nobody_here_can(unit: Unit, act: Act[UnitTakingUpRequested], pack: Pack) -> Refusal | None:
    """T-03: the level above is asked where none of those in post can do the step; else it is theirs."""
    law = _law_of(unit, step_of(act.event))
    if law is None:
        return None
    people = (act.context.find(Officer, officer) for officer in act.event.officers or ())
    asked = _as_intent(law, step_of(act.event), act)
    able = list(who_could(unit, asked, (person for person in people if person is not None), pack))
    if not able:
        return None
    zh = f"本地可由{'、'.join(actor.post for actor in able)}办理"
    en = f"{len(able)} in the place can do it"
    return refuse(pack, "T-03", zh, en, [actor.id for actor in able])


def not_arranged_yet(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
    """T-03: a step is asked for, or taken up, once."""
    waiting = _arranged(unit, step_of(act.event), act)
    if waiting:
        return refuse(pack, "T-03", "该环节已提请或已由上级办理", "that step is asked for or taken up already", waiting)
    return None


def _arranged(unit: Unit, step: Step, act: Intent) -> list[int]:
    known = unit.stand_ins.asked if act.type is UnitTakingUpRequested else {}
    waiting = [one.version for one in known.values() if one.step == step]
    return waiting + [one.version for one in _standing(unit, step, act.day) if one.officer is None]


def who_could(unit: Unit, act: Intent, officers: Iterable[Officer], pack: Pack) -> Iterator[Actor]:
    """Of these officers, in which post each could do the act, as far as office, separation and interest go."""
    law = unit.descriptor.laws[act.type]
    for person in officers:
        context = replace(act.context, states={**act.context.states, person.id: person})
        for actor in person.actors(act.day):
            theirs = replace(act, actor=actor, context=context)
            if acts_within_office(unit, theirs, law, pack) or no_interest(unit, theirs, pack):
                continue
            if not any(_keeps_apart(rule(unit, theirs, pack)) for rule in law.state):
                yield actor
                break


def in_post_for(
    unit: Unit, event: UnitTakingUpRequested, day: date, officers: Iterable[Officer], pack: Pack
) -> Iterator[UUID]:
    """Of these officers, those whose post is of the step, whatever keeps them from it."""
    law = _law_of(unit, step_of(event))
    if law is None:
        return
    for person in officers:
        acts = (_as_intent(law, step_of(event), Intent(law.event, actor, day)) for actor in person.actors(day))
        if any(acts_within_office(unit, act, law, pack) is None for act in acts):
            yield person.id


def level_above(unit: Unit, act: Intent, pack: Pack) -> Level | None:
    """The level above the office of the act, where there is one in the register."""
    about = act.subject
    step = Step(act.type.about.type, about.get("title"), about.get("objection_ref"))
    level = level_of(unit, step, act, pack) if step.type in steps(unit) else None
    return _ABOVE.get(level) if level is not None else None


def _keeps_apart(refusal: Refusal | None) -> bool:
    return refusal is not None and refusal.rule == "T-03"


def some_step_stands(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: some step stands open that the actor's level may ask for, take up, or lend somebody for."""
    asked = act.actor.level if act.type is UnitTakingUpRequested else _below(act.actor.level)
    for step in _open_steps(unit, pack) if asked in _ABOVE else ():
        arranged = act.type is not UnitOfficerLent and _arranged(unit, step, act)
        if not arranged and level_of(unit, step, act, pack) is asked:
            return None
    return refuse(pack, "I-05", "没有可提级或者指定办理的环节", "no step stands open for that")


def _open_steps(unit: Unit, pack: Pack) -> Iterator[Step]:
    for name in steps(unit):
        law = unit.descriptor.laws[EVENT_TYPES[name]]
        for subject in law.about.candidates(unit, pack) if law.about is not None else ({},):
            yield Step(name, subject.get("title"), subject.get("objection_ref"))


def _below(level: Level | None) -> Level | None:
    return next((below for below, above in _ABOVE.items() if above is level), None)


# --- who stands in ----------------------------------------------------------------------------------------------------


def _standing(unit: Unit, step: Step, day: date) -> Iterator[StandIn]:
    """Who stands in for that step on that day: a taking-up until it was used once, a lent officer until their day."""
    for one in unit.stand_ins.all.values():
        if not _same_step(unit, one.step, step) or (one.until is not None and day > one.until):
            continue
        if one.officer is not None or not any(e.actor.stands_in == one.version for e in unit.entries[one.version :]):
            yield one


def _same_step(unit: Unit, one: Step, other: Step) -> bool:
    """Whether two are the same step: acts that the pairs call alike are, such as revoking and dropping."""
    if (one.title, one.objection_ref) != (other.title, other.objection_ref):
        return False
    first, second = _law_of(unit, one), _law_of(unit, other)
    return one.type == other.type or bool(first and second and set(first.steps) & set(second.steps))


def stands_in(unit: Unit, act: Intent, levels: frozenset[Level]) -> int | None:
    """The entry by which the actor does a step of another office: their level took it up, or they were lent for it."""
    if not unit.stand_ins.all:
        return None
    about = act.subject
    for one in _standing(unit, Step(act.type.about.type, about.get("title"), about.get("objection_ref")), act.day):
        if one.officer is not None:
            if one.officer == act.actor.id and act.actor.level in levels:
                return one.version
        elif one.of in levels and act.actor.level is _ABOVE.get(one.of) and within(unit.life.place, act.actor.place):
            return one.version
    return None


def is_lent_for(unit: Unit, officer: UUID, act: Intent) -> bool:
    """Whether that officer is lent to the unit's place for the step that the act is, on its day."""
    step = Step(act.type.about.type, act.subject.get("title"), act.subject.get("objection_ref"))
    return any(one.officer == officer for one in _standing(unit, step, act.day))


# --- what is owed -----------------------------------------------------------------------------------------------------


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """Where nobody in the place can, the level above owes the taking-up, or somebody lent, within its days (T-03)."""
    for asked in unit.stand_ins.asked.values():
        above = _ABOVE.get(asked.of) if asked.of is not None else None
        pack = packs.on(asked.day)
        if above is not None and not _done_since(unit, asked, pack):
            due = pack.after(asked.day, pack.windows.take_up)
            yield of_office(unit, pack, ObligationKind.TAKE_UP, str(asked.version), above, asked.day, due)


def _done_since(unit: Unit, asked: StandIn, pack: Pack) -> bool:
    """Whether the step was done since, or what it was about stands no more."""
    law = _law_of(unit, asked.step)
    if law is None:
        return True
    for entry in unit.entries[asked.version :]:
        other = unit.descriptor.laws[type(entry.event)]
        if entry.version not in unit.voided and other.event is law.event and _about(other, entry.event) == asked.step:
            return True
    candidates = law.about.candidates(unit, pack) if law.about is not None else ({},)
    return not any(Step(asked.step.type, **about) == asked.step for about in map(_step_fields, candidates))


def _step_fields(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: about.get(name) for name in ("title", "objection_ref")}


def _about(law: Law[Any, Any], event: Event) -> Step:
    named = law.about.named_by(event) if law.about is not None else {}
    return Step(event.about.type, named.get("title"), named.get("objection_ref"))


def pressed(unit: Unit, title: str, duty: Obligation, packs: Packs) -> Iterator[Obligation]:
    """A duty of a revocation's step, and what follows where it is missed (T-12): after its last call the level above
    owes its taking-up, again and again, and the step once it took it up; where none is above, the step is missed again
    and again.
    """
    if duty.holder == THE_UNIT:
        yield duty
        return
    level = next(level for level in Level if duty.holder.startswith(f"{level.value}:"))
    taken = next((one for one in unit.stand_ins.all.values() if _takes(unit, one, title, level, duty)), None)
    missed = duty.key in unit.common.missed
    if taken is None or (duty.due < taken.day and not missed):
        yield duty
    above, pack = _ABOVE.get(level), packs.on(duty.due)
    if taken is not None and above is not None:
        pack = packs.on(taken.day)
        due = pack.after(taken.day, pack.windows.handle_step)
        passed_on = of_office(unit, pack, duty.kind, f"{duty.ref}^{taken.version}", above, taken.day, due)
        yield from pressed(unit, title, passed_on, packs)
    elif missed and above is not None:
        last = pack.after(duty.due, pack.windows.last_call)
        place = unit.life.place_on(last)
        up = owed(pack, ObligationKind.TAKE_UP, f"{duty.kind.value}:{duty.ref}", holder(above, place), duty.due, last)
        yield up
        if duty.kind not in _OVER_BY_RULE:
            yield from _again(unit, up, packs)
    elif missed and duty.kind not in _OVER_BY_RULE:
        yield from _again(unit, duty, packs)


_OVER_BY_RULE = (ObligationKind.NOTIFY_HEARING, ObligationKind.SERVE_NOTICE)
"""A proposal never served does not stay open."""


def _takes(unit: Unit, one: StandIn, title: str, level: Level, duty: Obligation) -> bool:
    law = _law_of(unit, one.step)
    about = one.step.title == title and one.officer is None and one.of is level and one.day >= duty.since
    return about and law is not None and duty.kind in law.settles


def _again(unit: Unit, duty: Obligation, packs: Packs) -> Iterator[Obligation]:
    """The same duty at each of its lapses: each last call that passes is another one."""
    lapses, again = 0, duty
    while again.key in unit.common.missed:
        lapses, pack = lapses + 1, packs.on(again.due)
        due = pack.after(again.due, pack.windows.last_call)
        again = replace(again, ref=f"{duty.ref}+{lapses}", since=again.due, due=due)
        yield again


def people_asked(unit: Unit, event: Event) -> Iterator[UUID]:
    """The streams of those who took part before, so that persons can be told by their tags."""
    return people_of_steps(unit)


CHAPTER: Chapter[Unit] = Chapter(
    "stand_ins",
    {
        UnitTakingUpRequested: _asked,
        UnitStepTakenUp: _taken_up,
        UnitOfficerLent: _lent,
        UnitApplied: _begun,
        UnitRevocationProposed: _begun,
    },
    (
        Law(
            UnitTakingUpRequested,
            office=desk(where_it_is_done),
            rule="T-03",
            state=(was_registered, some_step_stands),
            content=(names_what_it_is_about, not_arranged_yet, nobody_here_can),
            reads=people_asked,
        ),
        Law(
            UnitStepTakenUp,
            office=approver(where_above),
            rule="T-03",
            state=(was_registered, some_step_stands),
            content=(names_what_it_is_about, not_arranged_yet),
            second=Second(desk(where_above)),
            settles=(ObligationKind.TAKE_UP,),
            undone_by_procedure=True,
        ),
        Law(
            UnitOfficerLent,
            office=approver(where_above),
            rule="T-03",
            state=(was_registered, some_step_stands),
            content=(names_what_it_is_about, lent_from_elsewhere, lent_for_a_time),
            second=Second(desk(where_above)),
            settles=(ObligationKind.TAKE_UP,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
