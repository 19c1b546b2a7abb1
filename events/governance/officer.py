"""Officers: who holds which post, for which house, where, from when to when."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Line, Prose, Version
from events.places import PlaceCode
from events.sealed import Sealed
from events.words import ActorKind, House, Level, Role


class OfficerRegistered(Event):
    """A person, or a unit's agent, gets an identity in the register; the name stands sealed.

    `roles` are those of a unit's agent (applicant, union of the unit); an officer's come with a post.
    """

    about = About(
        "officer.registered.v1", "登记人员", "Officer registered", ("五(七)",),
        "登记人员（{kind}）", "{kind} registered",
        decision="register",
    )  # fmt: skip
    kind: ActorKind = ActorKind.OFFICER
    name: Sealed | None = None
    unit: UUID | None = None
    roles: Annotated[tuple[Role, ...], Field(max_length=10)] = ()


class OfficerAppointed(Event):
    """The officer holds a post from a day on; approvers need two administrators (§7 of the domain)."""

    about = About(
        "officer.appointed.v1", "任职", "Appointed", ("五(七)",),
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
    seconded_by: UUID | None = None


class OfficerRelieved(Event):
    """The officer leaves a post."""

    about = About(
        "officer.relieved.v1", "免职", "Relieved", ("五(七)",),
        "免去第{appointment}号任职，{on}[：{reason}]", "Relieved of appointment {appointment} on {on}[: {reason}]",
        decision="relieve",
    )  # fmt: skip
    appointment: Version
    on: Day
    reason: Prose | None = None


class OfficerSuspended(Event):
    """The officer may not act until a day."""

    about = About(
        "officer.suspended.v1", "暂停履职", "Suspended", ("五(七)",),
        "暂停履职，自{from_}起[至{until}]：{reason}", "Suspended from {from_}[ until {until}]: {reason}",
        decision="suspend",
    )  # fmt: skip
    from_: Day = Field(alias="from")
    until: Day | None = None
    reason: Prose


class OfficerInterestDeclared(Event):
    """The officer declares an interest in a unit and does nothing on it from then on (I-12)."""

    about = About(
        "officer.interest-declared.v1", "申报利害关系", "Interest declared", ("五(五)2",),
        "申报与单位（{unit}）的利害关系：{reason}", "Interest in unit {unit} declared: {reason}",
        decision="declare-interest",
    )  # fmt: skip
    unit: UUID
    reason: Prose
