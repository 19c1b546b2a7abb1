"""Chapter 激励: joint incentives within the term of a held title (policy 五(六)2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from events.envelope import Entry, Event
from events.places import within
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import UnitTermExpired
from events.unit.registration import UnitClosed, UnitSucceeded
from events.unit.revocation import UnitReconsiderationDecided, UnitRevoked
from events.words import Level, ReconsiderationOutcome
from services.casework.law import Act, Chapter, ContentRule, Intent, Law, Refusal, StateRule, refuse
from services.casework.office import COUNTY_UP, TIMEKEEPER, desk
from services.casework.pack import Pack
from services.casework.unit.application import nothing_proposed
from services.casework.unit.naming.term import term_begun, term_not_over, title_is_held
from services.casework.unit.registration import registered
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import titles_held

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


class GrantState(StrEnum):
    """Whether an incentive is enjoyed now."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Grant:
    """An incentive granted, by the version of its grant; `changed` is that of the entry by which it is as it is."""

    version: int
    incentive: str
    title: str
    since: date
    until: date
    state: GrantState = GrantState.ACTIVE
    level: Level | None = None
    suspended_by: Level | None = None
    before_revocation: GrantState | None = None
    changed: int = 0

    def state_on(self, day: date) -> GrantState:
        """Whether it is enjoyed on that day: past its last day it has ended, whatever was recorded (T-09)."""
        return GrantState.ENDED if day > self.until else self.state


@dataclass(frozen=True, slots=True)
class Incentives:
    """All grants, past and present."""

    grants: Mapping[int, Grant] = field(default_factory=dict)
    closed: bool = False

    def running(self, title: str | None = None) -> tuple[Grant, ...]:
        """Those not ended, of a title or of all."""
        return tuple(
            grant
            for grant in self.grants.values()
            if grant.state is not GrantState.ENDED and (title is None or grant.title == title)
        )

    def running_on(self, day: date, title: str | None = None) -> tuple[Grant, ...]:
        """Those not ended on that day, of a title or of all."""
        return tuple(grant for grant in self.running(title) if grant.state_on(day) is not GrantState.ENDED)


def _granted(region: Incentives, entry: Entry[UnitIncentiveGranted]) -> Incentives:
    event = entry.event
    until = event.until or event.from_
    grant = Grant(
        entry.version, event.incentive, event.title or "", event.from_, until, level=entry.actor.level,
        changed=entry.version,
    )  # fmt: skip
    return replace(region, grants={**region.grants, entry.version: grant})


def _set(region: Incentives, ref: int, state: GrantState, by: Entry[Any], **changes: object) -> Incentives:
    grant = region.grants.get(ref)
    if grant is None:
        return region
    changed = replace(grant, state=state, changed=by.version, **changes)  # type: ignore[arg-type]
    return replace(region, grants={**region.grants, ref: changed})


def _suspended(region: Incentives, entry: Entry[UnitIncentiveSuspended]) -> Incentives:
    return _set(region, entry.event.grant_ref, GrantState.SUSPENDED, entry, suspended_by=entry.actor.level)


def _resumed(region: Incentives, entry: Entry[UnitIncentiveResumed]) -> Incentives:
    return _set(region, entry.event.grant_ref, GrantState.ACTIVE, entry, suspended_by=None)


def _ended(region: Incentives, entry: Entry[UnitIncentiveEnded]) -> Incentives:
    return _set(region, entry.event.grant_ref, GrantState.ENDED, entry)


def _expired(region: Incentives, entry: Entry[UnitTermExpired]) -> Incentives:
    for grant in region.running(entry.event.title):
        region = _set(region, grant.version, GrantState.ENDED, entry)
    return region


def _closed(region: Incentives, entry: Entry[UnitClosed | UnitHandedOver]) -> Incentives:
    """T-21, T-28: with the unit its incentives end."""
    for grant in region.running():
        region = _set(region, grant.version, GrantState.ENDED, entry)
    return replace(region, closed=True)


def _received(region: Incentives, entry: Entry[UnitReceived]) -> Incentives:
    """T-28: received again, the unit may be granted incentives."""
    return replace(region, closed=False)


def _passed_on(region: Incentives, entry: Entry[UnitSucceeded]) -> Incentives:
    """Incentives are granted to a unit, and end where its title passes on."""
    for title in entry.event.titles_carried:
        for grant in region.running(title):
            region = _set(region, grant.version, GrantState.ENDED, entry)
    return region


def _revoked(region: Incentives, entry: Entry[UnitRevoked]) -> Incentives:
    """The incentives of a revoked title end at once; what they were before is kept, should it be set aside."""
    for grant in region.running(entry.event.title or ""):
        region = _set(region, grant.version, GrantState.ENDED, entry, before_revocation=grant.state)
    return region


def _reconsidered(region: Incentives, entry: Entry[UnitReconsiderationDecided]) -> Incentives:
    """T-07: what ended by a revocation that is set aside goes on as it was, to its day."""
    if entry.event.outcome is not ReconsiderationOutcome.SET_ASIDE or region.closed:
        return region
    for grant in region.grants.values():
        if grant.title == entry.event.title and grant.before_revocation is not None:
            region = _set(region, grant.version, grant.before_revocation, entry, before_revocation=None)
    return region


def propose_granted(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Event:
    """The department is the catalogue's; without a day of its own an incentive runs to the end of the term (I-11)."""
    event, item = act.event, pack.incentives.get(act.event.incentive)
    filled = {"department": item.department.zh if item is not None else None}
    held = unit.naming.held.get(event.title or "")
    until = held.term_until if held is not None and event.until is None else event.until
    return event.model_copy(update={**filled, "until": until})


def propose_named_grant(
    unit: Unit, act: Act[UnitIncentiveEnded | UnitIncentiveResumed | UnitIncentiveSuspended], pack: Pack
) -> Event:
    """The incentive's name is that of its grant."""
    event = act.event
    grant = unit.incentives.grants.get(getattr(event, "grant_ref", 0))
    return event.model_copy(update={"incentive": grant.incentive}) if grant else event


def in_catalogue(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Refusal | None:
    """I-11 (R-34): the incentive is in the catalogue, for this title, and its owner covers the unit's place."""
    event = act.event
    item = pack.incentives.get(event.incentive)
    if item is None or act.title not in item.titles:
        return refuse(
            pack,
            "I-11",
            "激励目录中没有该称号的此项激励",
            "the catalogue has no such incentive for this title",
            pointer="/incentive",
        )
    if not within(unit.life.place, item.owner):
        return refuse(
            pack,
            "I-11",
            "此项激励属于其他地区",
            "the incentive belongs to another place",
            (item.owner,),
            pointer="/incentive",
        )
    return None


def credit_grade_is_claimed(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Refusal | None:
    """A-46 (R-36): what needs a credit grade names it with its source and day, not ahead and not too old."""
    item, claim = pack.incentives.get(act.event.incentive), act.event.credit
    if item is None or item.needs_credit_grade is None:
        return None
    grade = item.needs_credit_grade
    if claim is None or claim.grade != grade:
        return refuse(pack, "A-46", f"须守法诚信等级{grade}", f"needs the credit grade {grade}", (), "/credit")
    if claim.on > act.day:
        zh, en = "等级评定日期晚于今日", "that grade is of a day to come"
        return refuse(pack, "I-21", zh, en, (claim.on,), "/credit/on")
    if pack.after(claim.on, pack.windows.credit_counts) < act.day:
        zh, en = f"{claim.on}评定的等级已逾期", f"the grade of {claim.on} is too old"
        return refuse(pack, "A-46", zh, en, (claim.on,), "/credit/on")
    return None


def within_term(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Refusal | None:
    """I-11: an incentive begins and ends within the term."""
    event, held = act.event, unit.naming.held.get(act.title or "")
    if held is None or event.until is None:
        return None
    if not held.term_from <= event.from_ <= event.until <= held.term_until:
        zh = f"激励须在认定期{held.term_from}至{held.term_until}内"
        en = f"within the term, {held.term_from} to {held.term_until}"
        pointer = "/until" if held.term_from <= event.from_ <= held.term_until else "/from"
        return refuse(pack, "I-11", zh, en, (held.version,), pointer)
    return None


def not_granted_back(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Refusal | None:
    """T-14: what is granted is enjoyed from the day of its recording at the earliest."""
    if act.event.from_ >= act.day:
        return None
    return refuse(pack, "T-14", "激励不得追溯", "no incentive is granted for days that are over", (), "/from")


def not_granted_twice(unit: Unit, act: Act[UnitIncentiveGranted], pack: Pack) -> Refusal | None:
    """I-11: the same incentive of the same title runs once at a time."""
    event = act.event
    same = [
        grant.version
        for grant in unit.incentives.running(act.title)
        if grant.incentive == event.incentive and grant.until >= event.from_
    ]
    if same:
        return refuse(pack, "I-11", "此项激励已在享受", "the incentive is granted already", same, pointer="/incentive")
    return None


_Change = UnitIncentiveSuspended | UnitIncentiveResumed | UnitIncentiveEnded


def some_grant(*states: GrantState) -> StateRule[Unit]:
    """I-00: some grant is in one of these states."""

    def grant_is_there(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
        if any(grant.state_on(act.day) in states for grant in unit.incentives.grants.values()):
            return None
        return refuse(
            pack, "I-00", "没有处于可变更状态的此项激励", "there is no such grant in that state", pointer="/grant_ref"
        )

    return grant_is_there


def that_grant(*states: GrantState) -> ContentRule[Unit, _Change]:
    """I-00: the grant named is in one of these states."""

    def grant_is(unit: Unit, act: Act[_Change], pack: Pack) -> Refusal | None:
        grant = unit.incentives.grants.get(act.event.grant_ref)
        if grant is not None and grant.state_on(act.day) in states:
            return None
        return refuse(
            pack, "I-00", "没有处于可变更状态的此项激励", "there is no such grant in that state", pointer="/grant_ref"
        )

    return grant_is


def not_below_who_decided(unit: Unit, act: Act[_Change], pack: Pack) -> Refusal | None:
    """T-07: what a higher level granted or suspended, a lower one does not suspend, end or resume."""
    grant = unit.incentives.grants.get(act.event.grant_ref)
    if grant is None or act.actor.level is None:
        return None
    resuming = isinstance(act.event, UnitIncentiveResumed)
    level = grant.suspended_by if resuming else grant.level
    if level is None or act.actor.level.rank >= level.rank:
        return None
    zh, en = f"由{level.zh}级作出，由{level.zh}级或其上级变更", f"the {level.en} level decided it: it or one above acts"
    return refuse(pack, "T-07", zh, en, (grant.version,))


CHAPTER: Chapter[Unit] = Chapter(
    "incentives",
    {
        UnitIncentiveGranted: _granted,
        UnitIncentiveSuspended: _suspended,
        UnitIncentiveResumed: _resumed,
        UnitIncentiveEnded: _ended,
        UnitRevoked: _revoked,
        UnitReconsiderationDecided: _reconsidered,
        UnitTermExpired: _expired,
        UnitClosed: _closed,
        UnitHandedOver: _closed,
        UnitReceived: _received,
        UnitSucceeded: _passed_on,
    },
    (
        Law(
            UnitIncentiveGranted,
            office=desk(COUNTY_UP),
            about=titles_held,
            rule="I-11",
            state=(registered, title_is_held, term_not_over, term_begun, nothing_frozen, nothing_proposed),
            content=(in_catalogue, credit_grade_is_claimed, within_term, not_granted_back, not_granted_twice),
            propose=propose_granted,
        ),
        Law(
            UnitIncentiveSuspended,
            office=(TIMEKEEPER, *desk(COUNTY_UP)),
            rule="I-13",
            state=(registered, some_grant(GrantState.ACTIVE)),
            content=(that_grant(GrantState.ACTIVE), not_below_who_decided),
            propose=propose_named_grant,
        ),
        Law(
            UnitIncentiveResumed,
            office=desk(COUNTY_UP),
            rule="I-13",
            state=(registered, some_grant(GrantState.SUSPENDED), nothing_frozen, nothing_proposed),
            content=(that_grant(GrantState.SUSPENDED), not_below_who_decided),
            propose=propose_named_grant,
        ),
        Law(
            UnitIncentiveEnded,
            office=desk(COUNTY_UP),
            rule="I-13",
            state=(registered, some_grant(GrantState.ACTIVE, GrantState.SUSPENDED)),
            content=(that_grant(GrantState.ACTIVE, GrantState.SUSPENDED), not_below_who_decided),
            propose=propose_named_grant,
        ),
    ),
)
