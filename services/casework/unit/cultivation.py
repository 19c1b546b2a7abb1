"""Chapter 培育: contact, follow-up and cultivation, and what is owed there (policy 五(三), 五(五)3, 五(九))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry
from events.governance.round import RoundUnitCultivated
from events.unit.cultivation import (
    MeasuredStandard,
    UnitContactAssigned,
    UnitContactReleased,
    UnitCoordinatorAppointed,
    UnitCultivationConcluded,
    UnitCultivationListed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.unit.self_evaluation import UnitSelfEvaluated
from events.words import ObligationKind, RoundKind, UnitKind
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT, COUNTY_UP, DESK, FIELD, PREFECTURE_UP, desk, officer
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.round.state import Round
from services.casework.unit import cultivation_plan
from services.casework.unit.charge import charge_over, where_watched
from services.casework.unit.cultivation_plan import (
    Concluded,
    Plan,
    a_plan_is_open,
    as_measured,
    by_a_day_ahead,
    is_the_open_plan,
    its_own_standards,
    no_plan_open,
    propose_concluded,
    propose_planned,
)
from services.casework.unit.duties import of_office
from services.casework.unit.places import round_agrees
from services.casework.unit.registration import registered

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Cultivation:
    """Who follows the unit and when it was last seen; head counts of its coordinators; its plans, and the rounds ahead
    of which it is cultivated, each with the version of its listing.
    """

    contact: UUID | None = None
    contact_since: date | None = None
    contact_until: date | None = None
    released_on: date | None = None
    last_seen: date | None = None
    follow_ups: int = 0
    coordinators: int = 0
    certified: int = 0
    plan: Plan | None = None
    concluded: tuple[Concluded, ...] = ()
    listed_for: Mapping[UUID, int] = field(default_factory=dict)


def _assigned(region: Cultivation, entry: Entry[UnitContactAssigned]) -> Cultivation:
    event = entry.event
    since = max(event.from_, entry.day)  # nobody is late by what was entered later
    return replace(region, contact=event.officer, contact_since=since, contact_until=event.until)


def _released(region: Cultivation, entry: Entry[UnitContactReleased]) -> Cultivation:
    on = max(entry.event.on, entry.day) if entry.event.on is not None else None
    return replace(region, contact=None, contact_since=None, contact_until=None, released_on=on)


def _appointed(region: Cultivation, entry: Entry[UnitCoordinatorAppointed]) -> Cultivation:
    return replace(region, coordinators=entry.event.count, certified=entry.event.certified)


def _followed_up(region: Cultivation, entry: Entry[UnitFollowedUp]) -> Cultivation:
    on = entry.event.on
    last = on if region.last_seen is None or on > region.last_seen else region.last_seen
    return replace(region, last_seen=last, follow_ups=region.follow_ups + 1)


def _planned(region: Cultivation, entry: Entry[UnitCultivationPlanned]) -> Cultivation:
    event = entry.event
    plan = Plan(entry.version, event.standards, entry.day, event.by, entry.actor.level, _points(event.measured))
    return replace(region, plan=plan)


def _concluded(region: Cultivation, entry: Entry[UnitCultivationConcluded]) -> Cultivation:
    event = entry.event
    if region.plan is None:
        return region
    over = Concluded(region.plan, entry.version, event.outcome, _points(event.measured))
    return replace(region, plan=None, concluded=(*region.concluded, over))


def _points(measured: tuple[MeasuredStandard, ...] | None) -> Mapping[str, int]:
    return {one.standard: one.score for one in measured or ()}


def _listed(region: Cultivation, entry: Entry[UnitCultivationListed]) -> Cultivation:
    return replace(region, listed_for={**region.listed_for, entry.event.round: entry.version})


def has_contact(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: only an assigned contact can be released."""
    if unit.cultivation.contact is None:
        return refuse(pack, "I-00", "该单位没有定点联系人", "the unit has no designated contact")
    return None


def is_the_contact(unit: Unit, act: Act[UnitContactReleased], pack: Pack) -> Refusal | None:
    """I-00: the released officer is the contact."""
    event = act.event
    if isinstance(event, UnitContactReleased) and event.officer != unit.cultivation.contact:
        zh, en = "该人员不是定点联系人", "that officer is not the contact"
        return refuse(pack, "I-00", zh, en, (event.officer,), "/officer")
    return None


def another_contact(unit: Unit, act: Act[UnitContactAssigned], pack: Pack) -> Refusal | None:
    """I-00: assigning the contact that the unit has already says nothing."""
    event = act.event
    if isinstance(event, UnitContactAssigned) and event.officer == unit.cultivation.contact:
        return refuse(
            pack,
            "I-00",
            "该人员已是定点联系人",
            "that officer is the contact already",
            (event.officer,),
            pointer="/officer",
        )
    return None


def contact_holds_post(unit: Unit, act: Act[UnitContactAssigned], pack: Pack) -> Refusal | None:
    """T-02: the contact holds a post that covers the unit's place."""
    person = act.context.find(Officer, act.event.officer)
    if person is None or person.held_on(max(act.event.from_, act.day), unit.life.place):
        return None
    zh, en = "该人员在单位所在地不任职", "that officer holds no post that covers the unit's place"
    return refuse(pack, "T-02", zh, en, (act.event.officer,), "/officer")


def for_days_to_come(unit: Unit, act: Act[UnitContactAssigned], pack: Pack) -> Refusal | None:
    """I-21, T-05: a contact is assigned for days that are not over, that do not end before they begin, and that begin
    within the days that there are for it: nobody looks after a unit who does so in years.
    """
    event = act.event
    latest = pack.after(act.day, pack.windows.contact)
    if event.from_ > latest:
        zh, en = f"定点联系最迟自{latest}起", f"the contact begins by {latest} at the latest"
        return refuse(pack, "T-05", zh, en, (), "/from")
    if event.until is None or event.until >= max(event.from_, act.day):
        return None
    zh, en = "定点联系的截止日早于起始日或今日", "the contact's days end before they begin, or are over"
    return refuse(pack, "I-21", zh, en, (), "/until")


def certified_among_count(unit: Unit, act: Act[UnitCoordinatorAppointed], pack: Pack) -> Refusal | None:
    """I-00: certified coordinators are among the coordinators, and these among an enterprise's workers."""
    event, workers = act.event, unit.life.most
    if event.certified > event.count:
        return refuse(pack, "I-00", "持证人数多于协调员人数", "more certified than appointed", pointer="/certified")
    if unit.life.kind is UnitKind.ENTERPRISE and workers is not None and event.count > workers:
        zh, en = f"协调员多于职工{workers}人", f"more coordinators than its {workers} workers"
        return refuse(pack, "I-00", zh, en, (workers,), "/count")
    return None


def a_year_ahead(unit: Unit, act: Act[UnitCultivationListed], pack: Pack) -> Refusal | None:
    """A-51 (R-42): a unit is picked for a round that is announced and has not begun, in the year before it begins."""
    state = act.context.find(Round, act.event.round)
    if state is None or state.since is None:
        return None
    if not state.to_come(act.day):
        zh, en = f"轮次{state.name}已开始或者已结束", f"the round {state.name} has begun already, or is over"
        return refuse(pack, "A-51", zh, en, (state.since,), "/round")
    if act.day < (opens := pack.before(state.since, pack.windows.cultivation_ahead)):
        zh, en = f"{opens}起方可为该轮次强化培育", f"units are picked for that round from {opens}"
        return refuse(pack, "A-51", zh, en, (state.since,), "/round")
    return None


def of_the_rounds_kind(unit: Unit, act: Act[UnitCultivationListed], pack: Pack) -> Refusal | None:
    """A-51 (R-42): the title of the round is for units of this kind."""
    state = act.context.find(Round, act.event.round)
    title = pack.titles.get(state.title) if state is not None else None
    if title is None or unit.life.kind in title.kinds:
        return None
    zh, en = "该轮次的称号不授予此类单位", "the title of that round is not for units of this kind"
    return refuse(pack, "A-51", zh, en, (), "/round")


def listed_once(unit: Unit, act: Act[UnitCultivationListed], pack: Pack) -> Refusal | None:
    """A-51: a unit stands on the list of a round once."""
    before = unit.cultivation.listed_for.get(act.event.round)
    if before is None:
        return None
    return refuse(pack, "A-51", "已为该轮次列入强化培育", "the unit is on that list already", (before,), "/round")


def list_of_the_round(unit: Unit, act: Act[UnitCultivationListed], pack: Pack) -> Iterator[Effect]:
    """A round keeps who is cultivated for it, so that it can be told what that led to."""
    yield Effect(act.event.round, RoundUnitCultivated(unit=unit.id, programme=act.event.programme))


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """A contact for every unit, another where one's time ends, and to be seen now and then (五(五)3, A-04)."""
    life, region = unit.life, unit.cultivation
    if life.since is None or life.provisional or life.closed:
        return
    yield from cultivation_plan.obligations(unit, packs)
    without = region.contact_until if region.contact is not None else region.released_on or life.known_on
    if without is not None:
        pack = packs.on(without)
        due = pack.after(without, pack.windows.contact)
        yield of_office(unit, pack, ObligationKind.CONTACT, str(without), charge_over(unit, pack), without, due)
    if region.contact is None:
        return
    named = [held.named_on for held in unit.naming.held.values()]
    since = max(filter(None, (region.last_seen, region.contact_since, *named)))
    pack = packs.on(since)
    due = pack.after(since, pack.windows.follow_up_model if named else pack.windows.follow_up_other)
    yield of_office(unit, pack, ObligationKind.FOLLOW_UP, f"follow-up:{since}", charge_over(unit, pack), since, due)


CHAPTER: Chapter[Unit] = Chapter(
    "cultivation",
    {
        UnitContactAssigned: _assigned,
        UnitContactReleased: _released,
        UnitCoordinatorAppointed: _appointed,
        UnitFollowedUp: _followed_up,
        UnitCultivationPlanned: _planned,
        UnitCultivationConcluded: _concluded,
        UnitCultivationListed: _listed,
    },
    (
        Law(
            UnitContactAssigned,
            office=desk(where_watched),
            rule="I-13",
            state=(registered,),
            content=(another_contact, contact_holds_post, for_days_to_come),
            settles=(ObligationKind.CONTACT,),
        ),
        Law(
            UnitContactReleased,
            office=desk(where_watched),
            rule="I-13",
            state=(registered, has_contact),
            content=(is_the_contact, fact_not_ahead),
        ),
        Law(
            UnitCoordinatorAppointed,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered,),
            content=(certified_among_count,),
        ),
        Law(
            UnitFollowedUp,
            office=(officer(*FIELD),),
            rule="I-13",
            state=(registered,),
            content=(fact_not_ahead,),
            settles=(ObligationKind.FOLLOW_UP,),
        ),
        Law(
            UnitCultivationPlanned,
            office=desk(COUNTY_UP),
            rule="A-50",
            state=(registered, no_plan_open),
            content=(its_own_standards, by_a_day_ahead),
            propose=propose_planned,
        ),
        Law(
            UnitCultivationConcluded,
            office=desk(COUNTY_UP),
            rule="A-50",
            weighs=(UnitSelfEvaluated,),
            state=(registered, a_plan_is_open),
            content=(is_the_open_plan, as_measured),
            propose=propose_concluded,
            settles=(ObligationKind.CULTIVATE,),
        ),
        Law(
            UnitCultivationListed,
            office=desk(PREFECTURE_UP),
            rule="A-51",
            state=(registered,),
            content=(round_agrees(RoundKind.NAMING, ahead=True), a_year_ahead, of_the_rounds_kind, listed_once),
            effects=list_of_the_round,
        ),
    ),
    obligations,
)
