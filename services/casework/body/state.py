"""A body: a tripartite body, a leading group, an office, with its members by house and term (policy 五(一); T-17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.folding import folded
from events.governance.body import (
    BodyAssessorContracted,
    BodyDissolved,
    BodyEstablished,
    BodyMeetingHeld,
    BodyMemberAppointed,
    BodyMemberReleased,
)
from events.words import BodyKind, House, Seat, UnitKind
from services.casework.stream import State

_BODIES = uuid5(NAMESPACE_URL, "concord:body")


def body_stream(place: str, kind: BodyKind, name: str) -> UUID:
    """The stream of a body: uuid5 of its place, kind and name, as names are compared."""
    return uuid5(_BODIES, f"{place}:{kind.value}:{folded(name)}")


@dataclass(frozen=True, slots=True)
class Member:
    """A member for a house, by the version of the appointment, from its recording on at the earliest (T-02); both days
    included.
    """

    version: int
    officer: UUID
    house: House
    since: date
    until: date | None
    seat: Seat | None = None

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether the member serves on one of these days; without an end they go on."""
        return (self.until is None or first <= self.until) and (last is None or self.since <= last)

    def serves_on(self, day: date) -> bool:
        """Whether the member serves on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Contract:
    """By what an assessor assesses units of some kinds, by the version of its entry; both days included."""

    version: int
    kinds: frozenset[UnitKind]
    assessors: frozenset[UUID]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Body(State):
    """A body as of a version of its stream; `unit` where it is that of a park or township."""

    kind: BodyKind | None = None
    name: str = ""
    place: str = ""
    unit: UUID | None = None
    since: date | None = None
    members: tuple[Member, ...] = ()
    contracts: tuple[Contract, ...] = ()
    dissolved: bool = False
    met: date | None = None
    minutes: frozenset[UUID] = frozenset()

    def members_on(self, day: date) -> frozenset[UUID]:
        """Who serves on that day."""
        return frozenset(m.officer for m in self.members if m.serves_on(day))

    def member_on(self, officer: UUID, day: date) -> Member | None:
        """The membership of an officer on that day."""
        return next((m for m in self.members if m.officer == officer and m.serves_on(day)), None)

    def assesses(self, kind: UnitKind | None, assessor: UUID, day: date) -> bool:
        """Whether a contract of that day covers units of that kind, with this person."""
        return any(
            kind in one.kinds and assessor in one.assessors and one.since <= day <= one.until for one in self.contracts
        )


def contracted(body: Body, entry: Entry[BodyAssessorContracted]) -> Body:
    """The assessor with another contract."""
    event = entry.event
    contract = Contract(entry.version, frozenset(event.kinds), frozenset(event.assessors), event.from_, event.until)
    return replace(body, contracts=(*body.contracts, contract))


def established(body: Body, entry: Entry[BodyEstablished]) -> Body:
    """The body as it was set up."""
    event = entry.event
    return replace(body, kind=event.kind, name=event.name, place=event.place, unit=event.unit, since=entry.day)


def member_appointed(body: Body, entry: Entry[BodyMemberAppointed]) -> Body:
    """The body with another member."""
    event = entry.event
    member = Member(entry.version, event.officer, event.house, max(event.from_, entry.day), event.until, event.seat)
    return replace(body, members=(*body.members, member))


def member_released(body: Body, entry: Entry[BodyMemberReleased]) -> Body:
    """The body without that member, from the day on."""
    last = date.fromordinal(entry.event.on.toordinal() - 1)
    members = tuple(replace(m, until=last) if m.version == entry.event.member else m for m in body.members)
    return replace(body, members=members)


def met(body: Body, entry: Entry[BodyMeetingHeld]) -> Body:
    """The body with the day of its last meeting; without a quorum nobody has met."""
    event = entry.event
    met_on = max(body.met or event.on, event.on) if event.quorum else body.met
    return replace(body, met=met_on, minutes=body.minutes | {event.minutes})


def dissolved(body: Body, entry: Entry[BodyDissolved]) -> Body:
    """The body that is no more."""
    return replace(body, dissolved=True)
