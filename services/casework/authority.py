"""Who may do what: role × house × level × place × day × interest (domain §7; rules I-12, I-13).

The first rule of every act. Plain data and one pure function, deny by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.envelope import Actor, Event
from events.places import PLACES, within
from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
    UnitApplied,
)
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitDeadlineMissed,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.cultivation import (
    UnitContactAssigned,
    UnitContactReleased,
    UnitCoordinatorAppointed,
    UnitCultivationListed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.unit.evaluation import (
    UnitAssessedByThirdParty,
    UnitEvaluated,
    UnitHouseOpined,
    UnitReviewed,
    UnitSiteVisited,
)
from events.unit.incentives import (
    UnitIncentiveEnded,
    UnitIncentiveGranted,
    UnitIncentiveResumed,
    UnitIncentiveSuspended,
)
from events.unit.naming import (
    UnitCommended,
    UnitNamed,
    UnitNamingRefused,
    UnitNominated,
    UnitPlaqueIssued,
    UnitPlaqueReportedLost,
    UnitRecommendedForHonour,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
)
from events.unit.publicity import (
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.unit.record import UnitEntryVoided, UnitPersonalDataErased
from events.unit.registration import (
    UnitClosed,
    UnitDetailsChanged,
    UnitMemberJoined,
    UnitMemberLeft,
    UnitRegistered,
    UnitSucceeded,
)
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.self_evaluation import UnitReportAdopted, UnitReportSealed, UnitSelfEvaluated
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import ActorKind, House, Level, Role
from services.casework.application import deciding_level, evaluating_level
from services.casework.law import Act, Refusal, refuse
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit import Unit

Levels = Callable[["Unit", Act, Pack], frozenset[Level]]


def at(*levels: Level) -> Levels:
    """These levels, whatever the case."""
    fixed = frozenset(levels)

    def always(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
        return fixed

    return always


def where_it_lies(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The level at which the application lies."""
    case = unit.application.cases.get(act.title or "")
    return frozenset({case.level}) if case else IN_PROVINCE


def where_evaluated(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The level that evaluates this case."""
    title = act.title or ""
    return frozenset({evaluating_level(unit, title, pack)}) if title in pack.titles else IN_PROVINCE


def where_decided(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The level in the province that reviews, makes public and (but for the nation's titles) names."""
    title = act.title or ""
    return frozenset({deciding_level(title, pack)}) if title in pack.titles else IN_PROVINCE


def where_objected(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The level that makes the objected case public (before one is named: that of any open objection)."""
    ref = getattr(act.event, "objection_ref", None)
    objections = unit.publicity.objections
    asked = [o for o in objections.values() if o.version == ref or (ref is None and o.upheld is None)]
    levels = frozenset(deciding_level(o.title, pack) for o in asked if o.title in pack.titles)
    return levels or IN_PROVINCE


def where_named(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The title's level; for the nation's titles the province may record its document (I-08)."""
    title = pack.titles.get(act.title or "")
    if title is None:
        return ALL_LEVELS
    return frozenset({Level.NATION, Level.PROVINCE} if title.named_by is Level.NATION else {title.named_by})


def where_revoked(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The level that revokes the title."""
    title = pack.titles.get(act.title or "")
    return frozenset({title.revoked_by}) if title is not None else ALL_LEVELS


def where_proposed(unit: Unit, act: Act, pack: Pack) -> frozenset[Level]:
    """The prefecture, or the level that revokes."""
    return where_revoked(unit, act, pack) | {Level.PREFECTURE}


ALL_LEVELS = frozenset(Level)
IN_PROVINCE = frozenset({Level.COUNTY, Level.PREFECTURE, Level.PROVINCE})
ANY_OFFICE = at(*Level)
COUNTY_UP = at(Level.COUNTY, Level.PREFECTURE, Level.PROVINCE)
PREFECTURE_UP = at(Level.PREFECTURE, Level.PROVINCE)
PROVINCE = at(Level.PROVINCE)
NATION_OR_PROVINCE = at(Level.NATION, Level.PROVINCE)


@dataclass(frozen=True, slots=True)
class Entitled:
    """One way to be entitled: a kind of actor with one of these roles, for officers at these levels."""

    kind: ActorKind
    roles: frozenset[Role] = frozenset()
    levels: Levels = ANY_OFFICE
    house: House | None = None


def officer(*roles: Role, levels: Levels = ANY_OFFICE, house: House | None = None) -> Entitled:
    """An officer in a post with one of these roles."""
    return Entitled(ActorKind.OFFICER, frozenset(roles), levels, house)


AGENT = Entitled(ActorKind.APPLICANT, frozenset({Role.APPLICANT}))
AGENT_OR_UNION = Entitled(ActorKind.APPLICANT, frozenset({Role.APPLICANT, Role.UNIT_UNION}))
SOURCE = Entitled(ActorKind.SOURCE)
PUBLIC = Entitled(ActorKind.PUBLIC)
TIMEKEEPER = Entitled(ActorKind.TIMEKEEPER)
SYSTEM = Entitled(ActorKind.SYSTEM)

_DESK = (Role.OFFICER, Role.APPROVER)
_FIELD = (Role.OFFICER, Role.APPROVER, Role.INSPECTOR, Role.CONTACT)


def _desk(levels: Levels) -> tuple[Entitled, ...]:
    return (officer(*_DESK, levels=levels),)


def _approver(levels: Levels) -> tuple[Entitled, ...]:
    return (officer(Role.APPROVER, levels=levels),)


OFFICE: Mapping[type[Event], tuple[Entitled, ...]] = {
    UnitRegistered: (AGENT, officer(*_DESK, levels=COUNTY_UP), SOURCE, SYSTEM),
    UnitDetailsChanged: (AGENT, officer(*_DESK, levels=COUNTY_UP)),
    UnitMemberJoined: (AGENT, officer(*_DESK, levels=COUNTY_UP)),
    UnitMemberLeft: (AGENT, officer(*_DESK, levels=COUNTY_UP)),
    UnitSucceeded: _approver(PREFECTURE_UP),
    UnitClosed: _desk(COUNTY_UP),
    UnitContactAssigned: _desk(PREFECTURE_UP),
    UnitContactReleased: _desk(PREFECTURE_UP),
    UnitCoordinatorAppointed: (AGENT, officer(*_DESK, levels=COUNTY_UP)),
    UnitFollowedUp: (officer(*_FIELD),),
    UnitCultivationPlanned: _desk(COUNTY_UP),
    UnitCultivationListed: _desk(PREFECTURE_UP),
    UnitSelfEvaluated: (AGENT, officer(*_DESK, levels=COUNTY_UP)),
    UnitReportAdopted: (AGENT_OR_UNION,),
    UnitReportSealed: (AGENT_OR_UNION, officer(*_DESK, levels=COUNTY_UP)),
    UnitApplied: (AGENT,),
    UnitApplicationAmended: (AGENT,),
    UnitApplicationWithdrawn: (AGENT,),
    UnitApplicationAccepted: _desk(where_it_lies),
    UnitApplicationReturned: _desk(where_it_lies),
    UnitApplicationForwarded: _desk(where_it_lies),
    UnitApplicationRejected: _approver(where_it_lies),
    UnitSiteVisited: _desk(where_evaluated),
    UnitAssessedByThirdParty: (officer(Role.ASSESSOR),),
    UnitHouseOpined: (officer(*_DESK, levels=PREFECTURE_UP),),
    UnitEvaluated: _approver(where_evaluated),
    UnitReviewed: _approver(where_decided),
    UnitPublicityStarted: _desk(where_decided),
    UnitObjectionRaised: (PUBLIC, AGENT_OR_UNION, officer(*_FIELD)),
    UnitObjectionResolved: _desk(where_objected),
    UnitPublicityCompleted: (TIMEKEEPER, *_desk(where_decided)),
    UnitNominated: _approver(PROVINCE),
    UnitNamed: _approver(where_named),
    UnitNamingRefused: _approver(where_named),
    UnitPlaqueIssued: _desk(where_named),
    UnitPlaqueReportedLost: (AGENT, *_desk(COUNTY_UP)),
    UnitTermExtended: _approver(where_named),
    UnitTermExpired: (TIMEKEEPER,),
    UnitReserveListed: _approver(PROVINCE),
    UnitReserveDelisted: (TIMEKEEPER, *_desk(PROVINCE)),
    UnitCommended: _approver(at(Level.PREFECTURE, Level.PROVINCE, Level.NATION)),
    UnitRecommendedForHonour: _desk(PREFECTURE_UP),
    UnitIncentiveGranted: _desk(COUNTY_UP),
    UnitIncentiveSuspended: (TIMEKEEPER, *_desk(COUNTY_UP)),
    UnitIncentiveResumed: _desk(COUNTY_UP),
    UnitIncentiveEnded: _desk(COUNTY_UP),
    UnitSignalRecorded: (SOURCE, officer(Role.INSPECTOR, *_DESK)),
    UnitSignalAmended: (SOURCE, officer(Role.INSPECTOR, *_DESK)),
    UnitSignalWithdrawn: (SOURCE, officer(Role.INSPECTOR, *_DESK)),
    UnitSignalAssessed: _desk(PREFECTURE_UP),
    UnitCheckOrdered: _desk(at(Level.PREFECTURE, Level.PROVINCE, Level.NATION)),
    UnitCheckConducted: (officer(Role.INSPECTOR, *_DESK),),
    UnitCrossInspected: (officer(Role.INSPECTOR, *_DESK, levels=NATION_OR_PROVINCE),),
    UnitRectificationOrdered: _desk(PREFECTURE_UP),
    UnitRectificationReported: (AGENT,),
    UnitRectificationConcluded: _desk(PREFECTURE_UP),
    UnitVerified: _desk(PREFECTURE_UP),
    UnitDeadlineMissed: (TIMEKEEPER,),
    UnitRevocationProposed: _desk(where_proposed),
    UnitRevocationDropped: _approver(where_proposed),
    UnitHearingNotified: _desk(where_proposed),
    UnitStatementHeard: (AGENT, *_desk(where_proposed)),
    UnitConsentRequested: _desk(PROVINCE),
    UnitConsentGiven: _approver(NATION_OR_PROVINCE),
    UnitConsentRefused: _approver(NATION_OR_PROVINCE),
    UnitRevoked: _approver(where_revoked),
    UnitPlaqueRecovered: _desk(PREFECTURE_UP),
    UnitRevocationAnnounced: _desk(where_revoked),
    UnitReconsiderationRequested: (AGENT,),
    UnitReconsiderationDecided: _approver(where_revoked),
    UnitEntryVoided: (AGENT_OR_UNION, SOURCE, officer(*_FIELD, Role.ASSESSOR)),
    UnitPersonalDataErased: (officer(Role.DATA_OFFICER),),
}
"""Who may cause each event; an event that is not here may be caused by nobody."""


def acts_within_office(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-13: an officer acts only within house, level, place, role and days; an agent only for its unit."""
    entitled = OFFICE.get(act.type, ())
    if not any(_matches(one, unit, act, pack) for one in entitled):
        zh = "、".join(_wanted(one, unit, act, pack, "zh") for one in entitled)
        en = " or ".join(_wanted(one, unit, act, pack, "en") for one in entitled)
        return refuse(pack, "I-13", f"此项须由{zh}作出", f"this takes {en}")
    return _post_is_held(act, pack)


def _matches(one: Entitled, unit: Unit, act: Act, pack: Pack) -> bool:
    actor = act.actor
    if actor.kind is not one.kind or (one.roles and not one.roles & set(actor.roles)):
        return False
    if actor.kind is ActorKind.APPLICANT:
        return actor.unit == unit.id
    if actor.kind is ActorKind.OFFICER:
        fits = actor.level in one.levels(unit, act, pack) and (one.house is None or actor.house is one.house)
        return fits and _in_place(actor, unit, act)
    return True


def _in_place(actor: Actor, unit: Unit, act: Act) -> bool:
    place = unit.life.place or getattr(act.event, "place", None)
    if place is None:
        return True
    inspecting_elsewhere = act.type is UnitCrossInspected
    return inspecting_elsewhere or (place in PLACES and actor.place in PLACES and within(place, actor.place))


def _wanted(one: Entitled, unit: Unit, act: Act, pack: Pack, language: str) -> str:
    if one.kind is not ActorKind.OFFICER:
        return one.kind.zh if language == "zh" else f"the {one.kind.en}"
    allowed = one.levels(unit, act, pack)
    levels = [level for level in Level if level in allowed]
    if language == "zh":
        return "/".join(level.zh for level in levels) + "级" + "/".join(sorted(role.zh for role in one.roles))
    return "/".join(sorted(role.en for role in one.roles)) + " at " + "/".join(level.en for level in levels)


def _post_is_held(act: Act, pack: Pack) -> Refusal | None:
    """The snapshot in the entry is the officer's own post on that day, as their stream has it."""
    person = act.beside.officer
    if act.actor.kind is not ActorKind.OFFICER or person is None:
        return None
    if person.suspended_on(act.day):
        return refuse(pack, "I-13", "该人员已暂停履职", "the officer is suspended")
    if not person.holds(act.actor, act.day):
        return refuse(
            pack,
            "I-13",
            f"该人员于{act.day}不担任{act.actor.post}",
            f"the officer does not hold that post on {act.day}",
        )
    return None


def no_interest(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-12: an officer with a declared interest in the unit does nothing on it."""
    person = act.beside.officer
    declared = person.interests.get(unit.id) if person is not None else None
    if declared is not None and declared <= act.day:
        return refuse(
            pack, "I-12", "该人员与单位有利害关系，应当回避", "the officer has declared an interest in the unit"
        )
    return None
