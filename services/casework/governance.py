"""Who may cause the events beside units: appointments, sources, rounds, the policy (domain §7).

Administrators appoint, never themselves, and an approver's appointment names a second administrator;
the province's approvers run rounds and adopt packs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Actor, Entry, Event
from events.governance.check import CheckDrawn, CheckPlanned
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned, CrosscheckReported
from events.governance.national import NationalDecided
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerRegistered,
    OfficerRelieved,
    OfficerSuspended,
)
from events.governance.policy import PolicyAdopted
from events.governance.province import ProvinceJoined, ProvinceLeft
from events.governance.round import RoundClosed, RoundListPublished, RoundOpened, RoundQuotaSet
from events.governance.signal import SignalDiscarded, SignalMatched
from events.governance.source import SourceClosed, SourceRegistered, SourceResumed, SourceSuspended
from events.governance.year import YearCriticised
from events.places import within
from events.registry import stream_kind
from events.words import ActorKind, Level, Role
from services.casework.draw import draw_follows_plan
from services.casework.law import Refusal, refuse
from services.casework.nation import nation_may
from services.casework.policy import adoptable

if TYPE_CHECKING:
    from services.casework.pack import Pack

_ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
_APPROVAL = frozenset({Role.APPROVER})
_DESK = frozenset({Role.OFFICER, Role.APPROVER})
_ABOVE_COUNTY = frozenset({Level.PREFECTURE, Level.PROVINCE, Level.NATION})
_TOP = frozenset({Level.PROVINCE, Level.NATION})
_NATION = frozenset({Level.NATION})

OFFICE: Mapping[type[Event], tuple[frozenset[Role], frozenset[Level]]] = {
    OfficerRegistered: (_ADMINISTRATION, frozenset(Level)),
    OfficerAppointed: (_ADMINISTRATION, frozenset(Level)),
    OfficerRelieved: (_ADMINISTRATION, frozenset(Level)),
    OfficerSuspended: (_ADMINISTRATION, frozenset(Level)),
    OfficerInterestDeclared: (frozenset(Role), frozenset(Level)),
    SourceRegistered: (_ADMINISTRATION, _TOP),
    SourceSuspended: (_ADMINISTRATION, _TOP),
    SourceResumed: (_ADMINISTRATION, _TOP),
    SourceClosed: (_ADMINISTRATION, _TOP),
    PolicyAdopted: (_APPROVAL, _TOP),
    RoundOpened: (_APPROVAL, _TOP),
    RoundQuotaSet: (_APPROVAL, _TOP),
    RoundListPublished: (_APPROVAL, _TOP),
    RoundClosed: (_APPROVAL, _TOP),
    CheckPlanned: (_DESK, _ABOVE_COUNTY),
    CheckDrawn: (_DESK, _ABOVE_COUNTY),
    SignalMatched: (_DESK, _ABOVE_COUNTY),
    SignalDiscarded: (_DESK, _ABOVE_COUNTY),
    ProvinceJoined: (_ADMINISTRATION, _NATION),
    ProvinceLeft: (_ADMINISTRATION, _NATION),
    NationalDecided: (_DESK, _NATION),
    CrosscheckPlanned: (_DESK, _NATION),
    CrosscheckAssigned: (_DESK, _NATION),
    CrosscheckReported: (_DESK, _NATION),
    YearCriticised: (_APPROVAL, _NATION),
}
"""Roles and levels that may cause each event; an event that is not here may be caused by the system alone."""

_ONCE = (OfficerRegistered, SourceRegistered, RoundOpened, CheckPlanned, CrosscheckPlanned)

_OPENING = (
    OfficerRegistered, SourceRegistered, RoundOpened, CheckPlanned, PolicyAdopted,
    ProvinceJoined, NationalDecided, CrosscheckPlanned, YearCriticised,
)  # fmt: skip

DECISIONS: Mapping[str, Mapping[str, type[Event]]] = {
    kind: {
        event_type.about.decision: event_type
        for event_type in OFFICE
        if event_type.about.decision and event_type.about.type.startswith(f"{kind}.")
    }
    for kind in ("officer", "source", "policy", "round", "check", "signal", "province", "crosscheck", "year")
}
"""Every decision beside units, by kind of stream and imperative."""


def judge_governance(
    stream: UUID, entries: Sequence[Entry[Event]], event: Event, actor: Actor, pack: Pack
) -> list[Refusal]:
    """What refuses an event beside units, after the entries of its stream: office, place, the administrator's own
    case, the second person, a pack that is not here, a seed that was not committed.
    """
    if entries and stream_kind(entries[0].event.about.type) != stream_kind(event.about.type):
        return [refuse(pack, "I-00", "该记录流属于另一类", "that stream is of another kind")]
    if entries and type(event) in _ONCE:
        return [refuse(pack, "I-00", "已登记", "it is registered already", (entries[0].version,))]
    if actor.kind is ActorKind.SYSTEM:
        return []
    roles, levels = OFFICE.get(type(event), (frozenset(), frozenset()))
    if not roles & set(actor.roles) or actor.level not in levels:
        zh, en = "、".join(sorted(r.zh for r in roles)), ", ".join(sorted(r.en for r in roles))
        return [refuse(pack, "I-13", f"此项须由{zh}作出", f"this takes: {en}")]
    refusals = [_place(event, actor, pack), _own_case(stream, event, actor, pack), _second(event, actor, pack)]
    refusals += [_of_officers(entries, event, actor, pack), nation_may(entries, event, pack)]
    if isinstance(event, PolicyAdopted):
        refusals.append(adoptable(event, pack))
    if isinstance(event, CheckDrawn):
        refusals.append(draw_follows_plan(entries, event, pack))
    if isinstance(event, SignalMatched | SignalDiscarded) and len(entries) > 1:
        refusals.append(refuse(pack, "I-00", "该信号已匹配或作废", "the signal was matched or discarded already"))
    if not entries and type(event) not in _OPENING:
        refusals.append(refuse(pack, "I-00", "该记录流尚不存在", "there is no such stream yet"))
    return [refusal for refusal in refusals if refusal is not None]


def _place(event: Event, actor: Actor, pack: Pack) -> Refusal | None:
    place = getattr(event, "place", None)
    if place is not None and not within(place, actor.place):
        return refuse(pack, "I-13", "不在任职地区内", "outside the place of the post", (place,))
    return None


def _own_case(stream: UUID, event: Event, actor: Actor, pack: Pack) -> Refusal | None:
    if isinstance(event, OfficerAppointed | OfficerRelieved | OfficerSuspended) and stream == actor.id:
        return refuse(pack, "I-12", "不得任免自己", "nobody appoints, relieves or suspends themselves")
    if isinstance(event, OfficerInterestDeclared) and stream != actor.id:
        return refuse(pack, "I-12", "利害关系由本人申报", "an interest is declared by the officer concerned")
    return None


def _of_officers(entries: Sequence[Entry[Event]], event: Event, actor: Actor, pack: Pack) -> Refusal | None:
    """I-12, I-13: only people are registered; nobody gives or takes a post above their own level or place."""
    if isinstance(event, OfficerRegistered) and event.kind not in (ActorKind.OFFICER, ActorKind.APPLICANT):
        return refuse(pack, "I-12", "只能登记工作人员或单位代理人", "only officers and agents are registered")
    level = event.level if isinstance(event, OfficerAppointed) else None
    if level is not None and actor.level is not None and level.rank > actor.level.rank:
        return refuse(pack, "I-13", "不得任命上级职务", "nobody appoints above their own level")
    if isinstance(event, OfficerRelieved | OfficerSuspended):
        posts = [entry.event for entry in entries if isinstance(entry.event, OfficerAppointed)]
        if any(not within(post.place, actor.place) for post in posts):
            return refuse(
                pack, "I-13", "该人员的职务不在任职地区内", "the officer holds a post outside the place of yours"
            )
    return None


def _second(event: Event, actor: Actor, pack: Pack) -> Refusal | None:
    if not isinstance(event, OfficerAppointed) or Role.APPROVER not in event.roles:
        return None
    if event.seconded_by is None or event.seconded_by == actor.id:
        return refuse(pack, "I-12", "审批人员任命须两名管理员", "an approver's appointment takes two administrators")
    return None
