"""The kind `body`: tripartite bodies, leading groups, offices, and their members (policy 五(一); R-08)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from events.governance.body import (
    BodyAssessorContracted,
    BodyDissolved,
    BodyEstablished,
    BodyMemberAppointed,
    BodyMemberReleased,
)
from events.places import PLACES
from events.words import BodyKind, DocumentKind, ObligationKind, Role, Seat
from services.casework.body import state
from services.casework.body.meetings import MEETINGS, not_dissolved
from services.casework.body.state import Body, body_stream
from services.casework.days import fact_not_ahead
from services.casework.document.state import Paper
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, owed
from services.casework.office import COUNTY_UP, desk, officer
from services.casework.officer.state import Officer
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

_CHARGE = (*desk(COUNTY_UP), officer(Role.ADMINISTRATOR))


def house_of_programme(body: Body, act: Act[BodyMemberAppointed], pack: Pack) -> Refusal | None:
    """R-08: members are sent by the houses of the programme."""
    if act.event.house in pack.quorums.houses:
        return None
    return refuse(pack, "I-00", "不是成员单位", "that house is none of the programme's", (act.event.house,), "/house")


def an_officer_not_yet_a_member(body: Body, act: Act[BodyMemberAppointed], pack: Pack) -> Refusal | None:
    """I-00: a member is an officer, once at a time, and its term does not end before it begins."""
    event = act.event
    if event.until is not None and event.until < event.from_:
        return refuse(pack, "I-21", "终止日早于起始日", "it ends before it begins", (), "/until")
    held = next((m for m in body.members if m.officer == event.officer and m.overlaps(event.from_, event.until)), None)
    if held is not None:
        return refuse(pack, "I-00", "该人员已是成员", "that officer is a member already", (held.version,), "/officer")
    return None


def seat_is_free(body: Body, act: Act[BodyMemberAppointed], pack: Pack) -> Refusal | None:
    """A-36: one chair at a time, and one deputy of each house."""
    event = act.event
    if event.seat not in (Seat.CHAIR, Seat.DEPUTY):
        return None
    taken = [
        m.version
        for m in body.members
        if m.seat is event.seat
        and (event.seat is Seat.CHAIR or m.house is event.house)
        and m.overlaps(event.from_, event.until)
    ]
    if not taken:
        return None
    zh, en = f"{event.seat.zh}任期重叠", f"the terms of the {event.seat.en} overlap"
    return refuse(pack, "A-36", zh, en, taken, "/seat")


def sent_by_their_house(body: Body, act: Act[BodyMemberAppointed], pack: Pack) -> Refusal | None:
    """T-02, R-08: a member for a house holds a post of that house which covers the body's place."""
    event = act.event
    person = act.context.find(Officer, event.officer)
    if person is None or person.held_on(max(event.from_, act.day), body.place, event.house):
        return None
    zh, en = f"该人员不在{event.house.zh}任职", f"that officer holds no post of the {event.house.en} there"
    return refuse(pack, "T-02", zh, en, (event.officer,), "/officer")


def some_member(body: Body, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a member to release."""
    if any(member.until is None or act.day <= member.until for member in body.members):
        return None
    return refuse(pack, "I-00", "没有可免去的成员", "there is no member to release")


def serves(body: Body, act: Act[BodyMemberReleased], pack: Pack) -> Refusal | None:
    """I-00: only who is a member is released."""
    member = next((m for m in body.members if m.version == act.event.member), None)
    if member is not None and (member.until is None or act.event.on <= member.until):
        return None
    return refuse(pack, "I-00", "该成员任期已结束", "that membership has ended", (act.event.member,), "/member")


def not_dated_back(body: Body, act: Act[BodyMemberReleased], pack: Pack) -> Refusal | None:
    """I-21: who was a member stays so until the recording: no quorum is made by a release from a day before."""
    if act.event.on >= act.day:
        return None
    return refuse(pack, "I-21", "成员免去不得追溯", "nobody is released from a day before", (), "/on")


def is_an_assessor(body: Body, act: Intent, pack: Pack) -> Refusal | None:
    """A-20: who assesses is a body registered for that."""
    if body.kind is BodyKind.ASSESSOR:
        return None
    return refuse(pack, "A-20", "该机构不是评估机构", "the body is no assessor")


def by_contract(body: Body, act: Act[BodyAssessorContracted], pack: Pack) -> Refusal | None:
    """A-20: the paper is a contract, and its days are in order."""
    event = act.event
    if event.until < event.from_:
        return refuse(pack, "I-21", "终止日早于起始日", "it ends before it begins", (), "/until")
    paper = act.context.find(Paper, event.paper)
    if paper is None or paper.recorded is None or paper.recorded.kind is DocumentKind.CONTRACT:
        return None
    return refuse(pack, "A-20", "该文件不是委托合同", "that paper is no contract", (paper.id,), "/paper")


def assessors_hold_that_role(body: Body, act: Act[BodyAssessorContracted], pack: Pack) -> Refusal | None:
    """T-02: who assesses for it holds the role of an assessor."""
    for index, one in enumerate(act.event.assessors):
        person = act.context.find(Officer, one)
        if person is not None and not any(Role.ASSESSOR in post.roles for post in person.actors(act.day)):
            zh, en = "该人员不担任第三方评估", "that officer is no third-party assessor"
            return refuse(pack, "T-02", zh, en, (one,), f"/assessors/{index}")
    return None


def obligations(body: Body, packs: Packs) -> Iterator[Obligation]:
    """A tripartite body has a member of every house within its days (R-08)."""
    if body.since is None or body.dissolved or body.kind is not BodyKind.TRIPARTITE:
        return
    pack = packs.on(body.since)
    due = pack.after(body.since, pack.windows.body_member)
    for house in pack.quorums.houses:
        if not any(member.house is house for member in body.members):
            holder = f"{PLACES[body.place].level.value}:{body.place}"
            yield owed(pack, ObligationKind.BODY_MEMBER, house.value, holder, body.since, due)


BODY = Kind(
    "body",
    Body,
    (
        Chapter(
            None,
            {
                BodyEstablished: state.established,
                BodyMemberAppointed: state.member_appointed,
                BodyMemberReleased: state.member_released,
                BodyAssessorContracted: state.contracted,
                BodyDissolved: state.dissolved,
            },
            (
                Law(
                    BodyEstablished,
                    office=_CHARGE,
                    rule="I-13",
                    opens=True,
                    once=True,
                    place=lambda event: event.place,
                ),
                Law(
                    BodyMemberAppointed,
                    office=_CHARGE,
                    rule="I-13",
                    state=(not_dissolved,),
                    content=(house_of_programme, sent_by_their_house, an_officer_not_yet_a_member, seat_is_free),
                    settles=(ObligationKind.BODY_MEMBER,),
                ),
                Law(
                    BodyMemberReleased,
                    office=_CHARGE,
                    rule="I-13",
                    state=(not_dissolved, some_member),
                    content=(serves, not_dated_back),
                ),
                Law(
                    BodyAssessorContracted,
                    office=_CHARGE,
                    rule="A-20",
                    state=(not_dissolved, is_an_assessor),
                    content=(by_contract, assessors_hold_that_role),
                ),
                Law(
                    BodyDissolved,
                    office=_CHARGE,
                    rule="I-13",
                    state=(not_dissolved,),
                    content=(fact_not_ahead,),
                ),
            ),
            obligations,
        ),
        MEETINGS,
    ),
    place=lambda body: body.place or None,
    is_open=lambda body: body.since is not None and not body.dissolved,
    label=lambda body, language: body.name,
    key=lambda event: body_stream(event.place, event.kind, event.name),
)  # fmt: skip
