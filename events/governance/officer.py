"""Officers: who holds which post, for which house, where, from when to when."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import (
    AppointmentRef,
    Day,
    DocumentRef,
    FutureUnitRef,
    KnownUnitRef,
    Line,
    Prose,
    SuspensionRef,
)
from events.person import PersonTag
from events.places import PlaceCode
from events.sealed import Sealed
from events.words import ActorKind, House, Level, Role


class OfficerRegistered(Event):
    """A person, or a unit's agent, gets an identity in the register; the name stands sealed.

    `roles` are those of a unit's agent (applicant, union of the unit); an officer's come with a post. `mandate_until`
    is the last day on which an agent acts for its unit; without one the mandate runs until an office says otherwise.
    """

    about = About(
        "officer.registered.v1", "登记人员", "Officer registered", "appointments",
        "登记人员（{kind}）", "{kind} registered",
        decision="register",
    )  # fmt: skip
    kind: ActorKind = ActorKind.OFFICER
    name: Sealed | None = None
    unit: FutureUnitRef | None = None
    roles: Annotated[tuple[Role, ...], Field(max_length=10)] = ()
    mandate_until: Day | None = None


class OfficerMandated(Event):
    """An agent's mandate runs until a day: given anew, or cut short (授权)."""

    about = About(
        "officer.mandated.v1", "授权代理", "Mandated", "appointments",
        "授权代理至{until}[：{reason}]", "Mandate until {until}[: {reason}]",
        decision="mandate",
    )  # fmt: skip
    until: Day
    paper: DocumentRef | None = None
    reason: Prose | None = None


class OfficerAppointed(Event):
    """The officer holds a post from a day on; where it takes two persons, the entry names who seconded it."""

    about = About(
        "officer.appointed.v1", "任职", "Appointed", "appointments",
        "任{post}[（{level}）][（{house}）]，自{from_}起[至{until}]",
        "Appointed {post}[ ({level})][ ({house})] from {from_}[ until {until}]",
        decision="appoint",
    )  # fmt: skip
    post: Line
    house: House | None = None
    level: Level | None = None
    place: PlaceCode
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=10)]
    from_: Day = Field(alias="from")
    until: Day | None = None
    paper: DocumentRef | None = None


class OfficerRelieved(Event):
    """The officer leaves a post."""

    about = About(
        "officer.relieved.v1", "免职", "Relieved", "appointments",
        "免去第{appointment}号任职，{on}[：{reason}]", "Relieved of appointment {appointment} on {on}[: {reason}]",
        decision="relieve",
    )  # fmt: skip
    appointment: AppointmentRef
    on: Day
    reason: Prose | None = None


class OfficerSuspended(Event):
    """The officer may not act until a day."""

    about = About(
        "officer.suspended.v1", "暂停履职", "Suspended", "appointments",
        "暂停履职，自{from_}起[至{until}]：{reason}", "Suspended from {from_}[ until {until}]: {reason}",
        decision="suspend",
    )  # fmt: skip
    from_: Day = Field(alias="from")
    until: Day | None = None
    reason: Prose


class OfficerReinstated(Event):
    """A suspension is lifted before its day; the officer may act again (恢复履职)."""

    about = About(
        "officer.reinstated.v1", "恢复履职", "Reinstated", "appointments",
        "自{on}起恢复履职（第{suspension}号记录的暂停）：{reason}",
        "Reinstated from {on} (suspension of entry {suspension}): {reason}",
        decision="lift-suspension",
    )  # fmt: skip
    suspension: SuspensionRef
    reason: Prose
    on: Day


class OfficerLeaveRecorded(Event):
    """The officer is away from a day until, and with, another; the deputies have what is theirs to do (AB角, T-05)."""

    about = About(
        "officer.leave-recorded.v1", "请假", "Leave recorded", "appointments",
        "{from_}至{until}不在岗", "Away from {from_} until {until}",
        decision="record-leave",
    )  # fmt: skip
    from_: Day = Field(alias="from")
    until: Day


class OfficerPersonTagged(Event):
    """Who the person is, as a tag of the identity number: the same tag is the same person (人员标识)."""

    about = About(
        "officer.person-tagged.v1", "登记人员标识", "Person tagged", "appointments",
        "登记人员标识", "Person tag recorded",
        decision="tag-person",
    )  # fmt: skip
    tag: PersonTag


class OfficerInterestDeclared(Event):
    """The officer declares an interest in a unit and does nothing on it from then on (I-12)."""

    about = About(
        "officer.interest-declared.v1", "申报利害关系", "Interest declared", "interests",
        "申报与{unit}的利害关系：{reason}", "Interest in {unit} declared: {reason}",
        decision="declare-interest",
    )  # fmt: skip
    unit: KnownUnitRef
    reason: Prose
