"""Chapter 培育: contact, follow-up and cultivation, and what is owed there (policy 五(三), 五(五)3, 五(九))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry
from events.unit.cultivation import (
    UnitContactAssigned,
    UnitContactReleased,
    UnitCoordinatorAppointed,
    UnitCultivationListed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.words import Level, ObligationKind
from services.casework.calendar import add_working_days
from services.casework.law import Act, Refusal, Rules, refuse
from services.casework.obligation import Obligation, holder
from services.casework.pack import Pack
from services.casework.registration import registered

if TYPE_CHECKING:
    from services.casework.unit import Unit


@dataclass(frozen=True, slots=True)
class Cultivation:
    """Who follows the unit and when it was last seen; head counts of its coordinators."""

    contact: UUID | None = None
    contact_since: date | None = None
    contact_until: date | None = None
    released_on: date | None = None
    last_seen: date | None = None
    follow_ups: int = 0
    coordinators: int = 0
    certified: int = 0
    planned_by: date | None = None
    listed_for: frozenset[UUID] = frozenset()


def _assigned(region: Cultivation, entry: Entry[UnitContactAssigned]) -> Cultivation:
    event = entry.event
    return replace(region, contact=event.officer, contact_since=event.from_, contact_until=event.until)


def _released(region: Cultivation, entry: Entry[UnitContactReleased]) -> Cultivation:
    return replace(region, contact=None, contact_since=None, contact_until=None, released_on=entry.event.on)


def _appointed(region: Cultivation, entry: Entry[UnitCoordinatorAppointed]) -> Cultivation:
    return replace(region, coordinators=entry.event.count, certified=entry.event.certified)


def _followed_up(region: Cultivation, entry: Entry[UnitFollowedUp]) -> Cultivation:
    on = entry.event.on
    last = on if region.last_seen is None or on > region.last_seen else region.last_seen
    return replace(region, last_seen=last, follow_ups=region.follow_ups + 1)


def _planned(region: Cultivation, entry: Entry[UnitCultivationPlanned]) -> Cultivation:
    return replace(region, planned_by=entry.event.by)


def _listed(region: Cultivation, entry: Entry[UnitCultivationListed]) -> Cultivation:
    return replace(region, listed_for=region.listed_for | {entry.event.round})


FOLD = {
    UnitContactAssigned: _assigned,
    UnitContactReleased: _released,
    UnitCoordinatorAppointed: _appointed,
    UnitFollowedUp: _followed_up,
    UnitCultivationPlanned: _planned,
    UnitCultivationListed: _listed,
}


def has_contact(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: only an assigned contact can be released."""
    if unit.cultivation.contact is None:
        return refuse(pack, "I-00", "该单位没有定点联系人", "the unit has no designated contact")
    return None


def is_the_contact(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: the released officer is the contact."""
    event = act.event
    if isinstance(event, UnitContactReleased) and event.officer != unit.cultivation.contact:
        return refuse(pack, "I-00", "该人员不是定点联系人", "that officer is not the contact", (event.officer,))
    return None


def another_contact(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: assigning the contact that the unit has already says nothing."""
    event = act.event
    if isinstance(event, UnitContactAssigned) and event.officer == unit.cultivation.contact:
        return refuse(pack, "I-00", "该人员已是定点联系人", "that officer is the contact already", (event.officer,))
    return None


def fact_not_ahead(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-21: what happened cannot have happened later than today."""
    on = getattr(act.event, "on", None)
    if isinstance(on, date) and on > act.day:
        return refuse(
            pack, "I-21", f"发生日期{on}晚于今日{act.day}", f"it cannot have happened on {on}, after today {act.day}"
        )
    return None


def certified_among_count(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: certified coordinators are among the coordinators."""
    event = act.event
    if isinstance(event, UnitCoordinatorAppointed) and event.certified > event.count:
        return refuse(pack, "I-00", "持证人数多于协调员人数", "more certified than appointed")
    return None


LAW = {
    UnitContactAssigned: Rules((registered,), (another_contact,)),
    UnitContactReleased: Rules((registered, has_contact), (is_the_contact,)),
    UnitCoordinatorAppointed: Rules((registered,), (certified_among_count,)),
    UnitFollowedUp: Rules((registered,), (fact_not_ahead,)),
    UnitCultivationPlanned: Rules((registered,)),
    UnitCultivationListed: Rules((registered,)),
}


def obligations(unit: Unit, pack: Pack) -> Iterator[Obligation]:
    """A contact for every unit, another where one's time ends, and to be seen every 90 or 180 days (五(五)3, A-04)."""
    life, region, windows = unit.life, unit.cultivation, pack.windows
    if life.since is None or life.provisional or life.closed:
        return
    prefecture = holder(Level.PREFECTURE, unit)
    without = region.contact_until if region.contact is not None else region.released_on or life.since
    if without is not None:
        due = add_working_days(without, windows.contact)
        yield Obligation(ObligationKind.CONTACT, str(without), prefecture, without, due, "五(五)3")
    if region.contact is None:
        return
    days = windows.follow_up_model_days if unit.naming.held else windows.follow_up_other_days
    named = [held.named_on for held in unit.naming.held.values()]
    since = max(filter(None, (region.last_seen, region.contact_since, *named)))
    due = since + timedelta(days=days)
    yield Obligation(ObligationKind.FOLLOW_UP, f"follow-up:{since}", prefecture, since, due, "五(五)3")
