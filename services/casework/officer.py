"""An officer's state: the posts held, suspensions and declared interests, folded from the officer's stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from events.envelope import Actor, Entry, Event
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerRegistered,
    OfficerRelieved,
    OfficerSuspended,
)
from events.words import ActorKind, House, Level, Role

PROVINCE_AT_LARGE = "000000"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A post held from a day on, until (and with) another day."""

    version: int
    post: str
    house: House | None
    level: Level | None
    place: str
    roles: tuple[Role, ...]
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Officer:
    """Who somebody is, as of a version of their stream; interests in units by the day they were declared."""

    id: UUID
    version: int = 0
    kind: ActorKind = ActorKind.OFFICER
    unit: UUID | None = None
    own_roles: tuple[Role, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    suspensions: tuple[tuple[date, date | None], ...] = ()
    interests: Mapping[UUID, date] = field(default_factory=dict)

    def suspended_on(self, day: date) -> bool:
        """Whether a suspension covers that day."""
        return any(since <= day and (until is None or day <= until) for since, until in self.suspensions)

    def actors(self, day: date) -> tuple[Actor, ...]:
        """The posts in which the officer may act on that day, as snapshots for an entry; none while suspended."""
        if self.suspended_on(day):
            return ()
        held = tuple(
            Actor(
                id=self.id, kind=self.kind, post=a.post, house=a.house, level=a.level, place=a.place,
                roles=a.roles, appointment=a.version, unit=self.unit,
            )
            for a in self.appointments
            if a.holds_on(day)
        )  # fmt: skip
        return (*held, self.agent()) if self.own_roles else held

    def holds(self, actor: Actor, day: date) -> bool:
        """Whether that snapshot is one of the posts in which the officer may act on that day."""
        if self.suspended_on(day) or (actor.id, actor.kind, actor.unit) != (self.id, self.kind, self.unit):
            return False
        if actor.appointment is None:
            return bool(self.own_roles) and actor == self.agent()
        return any(
            post.version == actor.appointment
            and post.holds_on(day)
            and (post.post, post.house, post.level, post.place, post.roles)
            == (actor.post, actor.house, actor.level, actor.place, actor.roles)
            for post in self.appointments
        )

    def agent(self) -> Actor:
        """The unit's agent, whose roles come with the registration and not with a post."""
        post = "、".join(role.zh for role in self.own_roles)
        return Actor(
            id=self.id, kind=self.kind, post=post, place=PROVINCE_AT_LARGE, roles=self.own_roles, unit=self.unit
        )


def fold_officer(officer: Officer, entry: Entry[Event]) -> Officer:
    """The officer after one more entry of their stream."""
    event, version = entry.event, entry.version
    match event:
        case OfficerRegistered():
            return replace(officer, version=version, kind=event.kind, unit=event.unit, own_roles=event.roles)
        case OfficerAppointed():
            post = Appointment(
                version, event.post, event.house, event.level, event.place, event.roles, event.from_, event.until
            )
            return replace(officer, version=version, appointments=(*officer.appointments, post))
        case OfficerRelieved():
            posts = tuple(
                replace(post, until=_day_before(event.on)) if post.version == event.appointment else post
                for post in officer.appointments
            )
            return replace(officer, version=version, appointments=posts)
        case OfficerSuspended():
            spans = (*officer.suspensions, (event.from_, event.until))
            return replace(officer, version=version, suspensions=spans)
        case OfficerInterestDeclared():
            declared = {event.unit: entry.day, **officer.interests}
            return replace(officer, version=version, interests=declared)
    return replace(officer, version=version)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
