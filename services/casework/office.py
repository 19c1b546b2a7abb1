"""Who may do what: role × house × level × place × day × interest (domain §7; rules I-12, I-13).

The first rule of every act. Plain data and pure functions, deny by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from events.envelope import Actor
from events.places import PLACES, within
from events.references import StreamRef, references
from events.words import ActorKind, House, Level, Role
from services.casework.law import Act, Context, Entitled, Intent, Law, Levels, Refusal, refuse
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.source.state import Source
from services.casework.stream import State


def at(*levels: Level) -> Levels:
    """These levels, whatever the case."""
    fixed = frozenset(levels)

    def always(state: Any, act: Intent, pack: Pack) -> frozenset[Level]:
        return fixed

    return always


ALL_LEVELS = frozenset(Level)
IN_PROVINCE = frozenset({Level.COUNTY, Level.PREFECTURE, Level.PROVINCE})
ANY_OFFICE = at(*Level)
COUNTY_UP = at(Level.COUNTY, Level.PREFECTURE, Level.PROVINCE)
PREFECTURE_UP = at(Level.PREFECTURE, Level.PROVINCE)
ABOVE_COUNTY = at(Level.PREFECTURE, Level.PROVINCE, Level.NATION)
PROVINCE = at(Level.PROVINCE)
NATION = at(Level.NATION)
NATION_OR_PROVINCE = at(Level.NATION, Level.PROVINCE)

DESK = (Role.OFFICER, Role.APPROVER)
FIELD = (Role.OFFICER, Role.APPROVER, Role.INSPECTOR, Role.CONTACT)


def officer(*roles: Role, levels: Levels = ANY_OFFICE, house: House | None = None, anywhere: bool = False) -> Entitled:
    """An officer in a post with one of these roles."""
    return Entitled(ActorKind.OFFICER, levels, frozenset(roles), house, anywhere)


def desk(levels: Levels) -> tuple[Entitled, ...]:
    """Who handles cases at these levels, or approves there."""
    return (officer(*DESK, levels=levels),)


def approver(levels: Levels) -> tuple[Entitled, ...]:
    """Who approves at these levels."""
    return (officer(Role.APPROVER, levels=levels),)


AGENT = Entitled(ActorKind.APPLICANT, ANY_OFFICE, frozenset({Role.APPLICANT}))
AGENT_OR_UNION = Entitled(ActorKind.APPLICANT, ANY_OFFICE, frozenset({Role.APPLICANT, Role.UNIT_UNION}))
SOURCE = Entitled(ActorKind.SOURCE, ANY_OFFICE)
PUBLIC = Entitled(ActorKind.PUBLIC, ANY_OFFICE)
TIMEKEEPER = Entitled(ActorKind.TIMEKEEPER, ANY_OFFICE)
SYSTEM = Entitled(ActorKind.SYSTEM, ANY_OFFICE)


def acts_within_office(state: State, act: Intent, law: Law[Any, Any], pack: Pack) -> Refusal | None:
    """I-13: an officer acts only within house, level, place, role and days; an agent only for its unit."""
    return entitled_by(law.office, state, act, law, pack) or post_is_held(act, pack)


def entitled_by(
    office: Sequence[Entitled], state: State, act: Intent, law: Law[Any, Any], pack: Pack
) -> Refusal | None:
    """I-13: the actor's post is one of those that this office takes."""
    if any(_matches(one, state, act, law, pack) for one in office):
        return None
    able = [one for one in office if one.kind is not ActorKind.OFFICER or one.levels(state, act, pack)]
    if office and not able:
        return refuse(pack, "I-13", "没有一级机关可以作出此项", "there is no level whose office could do this")
    zh = "、".join(dict.fromkeys(_wanted(one, state, act, pack, "zh") for one in able)) or "登记簿本身"
    en = " or ".join(dict.fromkeys(_wanted(one, state, act, pack, "en") for one in able)) or "the register itself"
    return refuse(pack, "I-13", f"此项须由{zh}作出", f"this takes {en}")


def _matches(one: Entitled, state: State, act: Intent, law: Law[Any, Any], pack: Pack) -> bool:
    actor = act.actor
    if actor.kind is not one.kind or (one.roles and not one.roles & set(actor.roles)):
        return False
    if one.when is not None and not one.when(state, act):
        return False
    if actor.kind is ActorKind.APPLICANT:
        return actor.unit == state.descriptor.unit(state)
    if actor.kind is ActorKind.OFFICER:
        levels = one.levels(state, act, pack)
        in_post = actor.level in levels and (one.anywhere or _in_place(actor, state, act, law))
        in_house = one.house is None or actor.house is one.house
        return in_house and (in_post or state.descriptor.stands_in(state, act, levels) is not None)
    return True


def standing_in(state: State, act: Intent, law: Law[Any, Any], pack: Pack) -> int | None:
    """The entry by which the actor stands in for the office of the act; None where the post itself is of it (T-03)."""
    mine = [one for one in law.office if one.kind is act.actor.kind is ActorKind.OFFICER]
    levels = frozenset(level for one in mine for level in one.levels(state, act, pack))
    if act.actor.level in levels and (any(one.anywhere for one in mine) or _in_place(act.actor, state, act, law)):
        return None
    return state.descriptor.stands_in(state, act, levels)


def _in_place(actor: Actor, state: State, act: Intent, law: Law[Any, Any]) -> bool:
    named = law.place(act.event) if law.place is not None and isinstance(act, Act) else None
    places = [place for place in (state.descriptor.place(state), named) if place]
    return all(place in PLACES and actor.place in PLACES and within(place, actor.place) for place in places)


def _wanted(one: Entitled, state: State, act: Intent, pack: Pack, language: str) -> str:
    if one.kind is not ActorKind.OFFICER:
        return one.kind.zh if language == "zh" else f"the {one.kind.en}"
    allowed = one.levels(state, act, pack)
    levels = [level for level in Level if level in allowed]
    if language == "zh":
        return "/".join(level.zh for level in levels) + "级" + "/".join(sorted(role.zh for role in one.roles))
    return "/".join(sorted(role.en for role in one.roles)) + " at " + "/".join(level.en for level in levels)


def post_is_held(act: Intent, pack: Pack) -> Refusal | None:
    """I-13: the snapshot in the entry is the post of the officer on that day; a source is in service."""
    person = act.context.find(Officer, act.actor.id)
    source = act.context.find(Source, act.actor.id)
    if source is not None and not source.in_service:
        return refuse(pack, "I-13", "该来源已暂停或关闭", "the source is suspended or closed")
    if act.actor.kind not in (ActorKind.OFFICER, ActorKind.APPLICANT) or person is None:
        return None
    if person.suspended_on(act.day):
        return refuse(pack, "I-13", "该人员已暂停履职", "the officer is suspended")
    if not person.holds(act.actor, act.day):
        zh = f"该人员于{act.day}不担任{act.actor.post}"
        return refuse(pack, "I-13", zh, f"the officer does not hold that post on {act.day}")
    return None


def same_person(one: UUID, other: UUID, context: Context) -> bool:
    """Whether two ids are, or may be, one person's: the same id, two with the same tag, or two without one (T-02)."""
    if one == other:
        return True
    first, second = context.find(Officer, one), context.find(Officer, other)
    return first is not None and second is not None and first.tag == second.tag


def no_interest(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """I-12: an officer with a declared interest in a unit does nothing on it, nor on what names it, nor takes part."""
    people = [act.actor.id]
    if isinstance(act, Act):
        others = state.descriptor.laws[act.type].others
        people += others.of(act.event) if others is not None else ()
    for one in people:
        person = act.context.find(Officer, one) if one != state.id else None
        if person is None or not person.interests:
            continue
        since = person.interests
        named = [unit for unit in _units_of(state, act) if unit in since and since[unit] <= act.day]
        if named:
            zh, en = "该人员与单位有利害关系，应当回避", "the officer has declared an interest in the unit"
            return refuse(pack, "I-12", zh, en, named if one == act.actor.id else (one,))
    return None


def _units_of(state: State, act: Intent) -> set[UUID]:
    """The stream that the act is on, and the units that its event names."""
    if not isinstance(act, Act):
        return {state.id}
    mentions = references(act.event)
    return {state.id} | {m.value for m in mentions if m.marker in _UNITS and isinstance(m.value, UUID)}


_UNITS = (StreamRef("unit"), StreamRef("unit", closed=True), StreamRef("unit", closed=True, new=True))
