"""The genesis of a register: its first administrators and data officers, its first policy, its opening (T-04).

Done once, by the operator, before anybody else can act: three administrators and two data officers, each
registered, tagged and appointed; the pack adopted for that day; the opening last. From then on the operator may
do nothing of the kind any more. What was begun is gone on with: every step has its own command, so that a
second run does only what the first left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import CHINA, Actor, Event
from events.governance.officer import OfficerAppointed, OfficerPersonTagged, OfficerRegistered
from events.governance.policy import PolicyAdopted
from events.governance.register import RegisterOpened
from events.person import PersonTag
from events.places import PLACES
from events.sealed import Sealed
from events.words import ActorKind, Role
from services.casework.pack import Pack
from services.casework.policy.state import policy_stream
from services.casework.register.state import Register, register_stream
from services.decisions import DecisionRequest, Decisions

ADMINISTRATORS: Final = 3
DATA_OFFICERS: Final = 2

_GENESIS: Final = uuid5(NAMESPACE_URL, "concord:genesis")


@dataclass(frozen=True, slots=True)
class Founder:
    """A person of the genesis, by identity number (which becomes a tag), and by name, which is sealed."""

    number: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Founders:
    """Everybody of the genesis: persons who can appoint, and persons who can erase, each two in agreement."""

    administrators: tuple[Founder, ...]
    data_officers: tuple[Founder, ...]

    def __post_init__(self) -> None:
        if (len(self.administrators), len(self.data_officers)) != (ADMINISTRATORS, DATA_OFFICERS):
            raise ValueError(f"a genesis takes {ADMINISTRATORS} administrators and {DATA_OFFICERS} data officers")
        numbers = {PersonTag.parse(founder.number).clear for founder in (*self.administrators, *self.data_officers)}
        if len(numbers) < ADMINISTRATORS + DATA_OFFICERS:
            raise ValueError("the founders are as many different persons")


@dataclass(frozen=True, slots=True)
class GenesisOfficers:
    """The officers of a genesis, in the order in which they were given."""

    administrators: tuple[UUID, ...]
    data_officers: tuple[UUID, ...]


async def begin(
    decisions: Decisions, founders: Founders, *, simulated: bool = False, recovery_digest: str | None = None
) -> GenesisOfficers:
    """Set the register up, or go on where that was left; nothing where it is open already.

    `recovery_digest` is that of the code that is sealed for a recovery.

    Raises what `Decisions.decide` raises.
    """
    place = decisions.states.place
    register = await decisions.states.current(Register, register_stream(place))
    if register is None or register.opened_on is None:
        day = decisions.clock().astimezone(CHINA).date()
        pack = (await decisions.states.packs(fresh=True)).on(day)
        for request in requests(place, founders, pack, day, simulated=simulated, recovery_digest=recovery_digest):
            await decisions.decide(request)
    return genesis_officers(place)


def genesis_officers(place: str) -> GenesisOfficers:
    """The officers of the genesis of a place's register."""
    return GenesisOfficers(
        tuple(officer_id(place, Role.ADMINISTRATOR, n) for n in range(1, ADMINISTRATORS + 1)),
        tuple(officer_id(place, Role.DATA_OFFICER, n) for n in range(1, DATA_OFFICERS + 1)),
    )


def officer_id(place: str, role: Role, number: int) -> UUID:
    """The id of an officer of the genesis: always the same, and of the form that ids without a key have."""
    return UUID(bytes=sha256(f"concord:genesis:{place}:{role.value}:{number}".encode()).digest()[:16], version=4)


def operator(place: str) -> Actor:
    """The operator of a place's register, who acts only before it is opened."""
    return Actor(id=uuid5(_GENESIS, place), kind=ActorKind.SYSTEM, post="启用登记册", place=place)


def requests(
    place: str,
    founders: Founders,
    pack: Pack,
    day: date,
    *,
    simulated: bool = False,
    recovery_digest: str | None = None,
) -> list[DecisionRequest]:
    """Every act of the genesis in its order; pure."""
    opened = RegisterOpened(
        place=place, level=PLACES[place].level, opened_on=day, simulated=simulated, recovery_digest=recovery_digest
    )
    acts = (*_founders(place, founders, pack, day), (register_stream(place), opened))
    return [_request(place, stream, event) for stream, event in acts]


def _founders(place: str, founders: Founders, pack: Pack, day: date) -> Iterator[tuple[UUID, Event]]:
    level = PLACES[place].level
    for role, persons in ((Role.ADMINISTRATOR, founders.administrators), (Role.DATA_OFFICER, founders.data_officers)):
        for number, founder in enumerate(persons, 1):
            stream = officer_id(place, role, number)
            yield stream, OfficerRegistered(name=Sealed(clear=founder.name) if founder.name else None)
            yield stream, OfficerPersonTagged(tag=PersonTag.parse(founder.number))
            post = f"{role.zh}{number}"
            yield stream, OfficerAppointed(post=post, level=level, place=place, roles=(role,), from_=day)
    adopted = PolicyAdopted(pack=pack.id, pack_version=pack.version, digest=pack.digest, from_=day)
    yield policy_stream(place), adopted


def _request(place: str, stream: UUID, event: Event) -> DecisionRequest:
    step = f"{place}:{stream}:{event.about.type}"
    by = operator(place)
    return DecisionRequest(
        command_id=uuid5(_GENESIS, step),
        # of the step and not of its contents: a second run may be on another day, and numbers leave no trace
        digest=sha256(step.encode()).digest(),
        stream=stream,
        event=event,
        who=by.id,
        posts=(by,),
    )
