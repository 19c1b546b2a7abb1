"""An officer's state: the posts held, suspensions and declared interests, folded from the officer's stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from events.envelope import Actor, Entry
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerLeaveRecorded,
    OfficerMandated,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.places import within
from events.words import ActorKind, House, Level, Role
from services.casework.stream import State

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
    by: UUID | None = None
    seconded_by: UUID | None = None
    made_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A span in which the officer may not act; lifted, it ends before the day of lifting."""

    version: int
    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether it covers that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Officer(State):
    """Who somebody is, as of a version of their stream; interests in units by the day they were declared; leaves by
    their first and last days.

    `tag` tells persons apart: the same tag is the same person, and whoever has none may be anybody else
    without one. `place` is that of the office that registered them. A unit's agent acts from `mandated_from` until
    `mandated_until`, each without a limit where it is None (T-02).
    """

    kind: ActorKind = ActorKind.OFFICER
    unit: UUID | None = None
    own_roles: tuple[Role, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    interests: Mapping[UUID, date] = field(default_factory=dict)
    tag: str | None = None
    place: str = ""
    mandated_from: date | None = None
    mandated_until: date | None = None
    leaves: tuple[tuple[date, date], ...] = ()
    _snapshots: list[tuple[tuple[Appointment, Actor], ...]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def mandated_on(self, day: date) -> bool:
        """Whether an agent's mandate holds on that day."""
        begun = self.mandated_from is None or self.mandated_from <= day
        return bool(self.own_roles) and begun and (self.mandated_until is None or day <= self.mandated_until)

    def away_on(self, day: date) -> bool:
        """Whether nobody can count on the officer that day: on leave, suspended, or in no post (T-05)."""
        return any(since <= day <= until for since, until in self.leaves) or not self.held_on(day, None)

    def suspended_on(self, day: date) -> bool:
        """Whether a suspension covers that day."""
        return any(suspension.covers(day) for suspension in self.suspensions)

    def held_on(self, day: date, place: str | None, house: House | None = None) -> bool:
        """Whether a post of the house that covers the place was held on that day, not suspended; where None, of any
        house, anywhere.

        An appointment counts from its recording (T-02).
        """
        return not self.suspended_on(day) and any(
            post.holds_on(day)
            and (post.made_on is None or post.made_on <= day)
            and (house is None or post.house is house)
            and (place is None or within(place, post.place))
            for post in self.appointments
        )

    def appointed_on_by(self, other: UUID) -> date | None:
        """The last day on which that person made or seconded an appointment of this one."""
        days = [post.made_on for post in self.appointments if other in (post.by, post.seconded_by) and post.made_on]
        return max(days, default=None)

    def actors(self, day: date) -> tuple[Actor, ...]:
        """The posts in which the officer may act on that day, as snapshots for an entry; none while suspended."""
        if self.suspended_on(day):
            return ()
        if not self._snapshots:
            posts = self.appointments
            self._snapshots.append(tuple((post, _in_post(self.id, self.kind, self.unit, post)) for post in posts))
        held = tuple(actor for post, actor in self._snapshots[0] if post.holds_on(day))
        return (*held, self.agent()) if self.mandated_on(day) else held

    def holds(self, actor: Actor, day: date) -> bool:
        """Whether that snapshot is one of the posts in which the officer may act on that day."""
        if self.suspended_on(day) or (actor.id, actor.kind, actor.unit) != (self.id, self.kind, self.unit):
            return False
        if actor.appointment is None:
            return self.mandated_on(day) and actor == self.agent()
        return any(
            post.version == actor.appointment
            and post.holds_on(day)
            and (post.post, post.house, post.level, post.place, post.roles)
            == (actor.post, actor.house, actor.level, actor.place, actor.roles)
            for post in self.appointments
        )

    def agent(self) -> Actor:
        """The unit's agent, whose roles come with the registration and not with a post."""
        return _as_agent(self.id, self.kind, self.unit, self.own_roles)


@lru_cache(maxsize=4_096)
def _in_post(officer: UUID, kind: ActorKind, unit: UUID | None, post: Appointment) -> Actor:
    """The snapshot of an officer in a post: the same of every act in it."""
    return Actor(
        id=officer, kind=kind, post=post.post, house=post.house, level=post.level, place=post.place, roles=post.roles,
        appointment=post.version, unit=unit,
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def _as_agent(officer: UUID, kind: ActorKind, unit: UUID | None, roles: tuple[Role, ...]) -> Actor:
    """The snapshot of a unit's agent: the same of every act."""
    post = "、".join(role.zh for role in roles)
    return Actor(id=officer, kind=kind, post=post, place=PROVINCE_AT_LARGE, roles=roles, unit=unit)


def registered(officer: Officer, entry: Entry[OfficerRegistered]) -> Officer:
    """The officer after their registration."""
    event = entry.event
    return replace(
        officer, kind=event.kind, unit=event.unit, own_roles=event.roles, place=entry.actor.place,
        mandated_until=event.mandate_until,
    )  # fmt: skip


def mandated(officer: Officer, entry: Entry[OfficerMandated]) -> Officer:
    """The agent with that mandate: begun anew where the last one was over."""
    begins = officer.mandated_from if officer.mandated_on(entry.day) else entry.day
    return replace(officer, mandated_from=begins, mandated_until=entry.event.until)


def tagged(officer: Officer, entry: Entry[OfficerPersonTagged]) -> Officer:
    """The officer with their person tag."""
    return replace(officer, tag=entry.event.tag.tag)


def appointed(officer: Officer, entry: Entry[OfficerAppointed]) -> Officer:
    """The officer with another post."""
    event, second = entry.event, entry.seconded_by
    post = Appointment(
        entry.version, event.post, event.house, event.level, event.place, event.roles, event.from_, event.until,
        by=entry.actor.id, seconded_by=second.id if second is not None else None, made_on=entry.day,
    )  # fmt: skip
    return replace(officer, appointments=(*officer.appointments, post))


def relieved(officer: Officer, entry: Entry[OfficerRelieved]) -> Officer:
    """The officer without that post, from the day on, and not from before the recording (T-04)."""
    last = _day_before(max(entry.event.on, entry.day))
    posts = tuple(
        replace(post, until=last) if post.version == entry.event.appointment else post for post in officer.appointments
    )
    return replace(officer, appointments=posts)


def suspended(officer: Officer, entry: Entry[OfficerSuspended]) -> Officer:
    """The officer after a suspension."""
    since, until = max(entry.event.from_, entry.day), entry.event.until
    return replace(officer, suspensions=(*officer.suspensions, Suspension(entry.version, since, until)))


def reinstated(officer: Officer, entry: Entry[OfficerReinstated]) -> Officer:
    """The officer after a suspension was lifted."""
    last = _day_before(max(entry.event.on, entry.day))
    spans = tuple(
        replace(span, until=last) if span.version == entry.event.suspension else span for span in officer.suspensions
    )
    return replace(officer, suspensions=spans)


def interested(officer: Officer, entry: Entry[OfficerInterestDeclared]) -> Officer:
    """The officer with a declared interest; the first declaration counts."""
    return replace(officer, interests={entry.event.unit: entry.day, **officer.interests})


def left(officer: Officer, entry: Entry[OfficerLeaveRecorded]) -> Officer:
    """The officer with one leave more."""
    return replace(officer, leaves=(*officer.leaves, (entry.event.from_, entry.event.until)))


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
