"""The register itself: whose it is, and since when (T-04, T-15, T-24)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.register import (
    RegisterBranched,
    RegisterKeyRotated,
    RegisterNationRecognised,
    RegisterNotWatched,
    RegisterOpened,
    RegisterRecovered,
)
from events.words import ActorKind, Level
from services.casework.law import Entitled, Intent
from services.casework.pack import Pack
from services.casework.stream import State

_REGISTERS = uuid5(NAMESPACE_URL, "concord:register")

RECOVERY_DAYS = 30
"""Days for which a recovery is shown on every page."""


@lru_cache(maxsize=64)
def register_stream(place: str) -> UUID:
    """The stream of the register of a place."""
    return uuid5(_REGISTERS, place)


@dataclass(frozen=True, slots=True)
class Hold:
    """What a legal hold keeps: everything that concerns some units, and some papers by their digests."""

    units: frozenset[UUID]
    papers: frozenset[str]

    def keeps(self, digest: str | None, streams: Iterable[UUID]) -> bool:
        """Whether it keeps a thing of that digest that these streams name."""
        return digest in self.papers or not self.units.isdisjoint(streams)


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request of a person that waits for its answer: when it was received, and the tag of who it is about."""

    received_on: date
    tag: str


@dataclass(frozen=True, slots=True)
class Register(State):
    """A register; `opened_on` is None until its genesis is over, `simulated` where its clock was made up.

    `not_watched` are the days, first and last, on which nobody looked for what was due (T-25); `keys` how many keys
    it has signed with; `nation` the log and the public key of the nation that a province recognises, `former_nations`
    the logs that it recognised before; `holds` the legal holds in force, by their entries (T-27);
    `requests` the requests of persons that wait, by their entries (T-29).
    """

    place: str = ""
    level: Level | None = None
    opened_on: date | None = None
    simulated: bool = False
    recovery_digest: str | None = None
    recovered: tuple[date, ...] = ()
    not_watched: tuple[tuple[date, date], ...] = ()
    keys: int = 1
    nation: tuple[UUID, str] | None = None
    former_nations: frozenset[UUID] = frozenset()
    holds: Mapping[int, Hold] = field(default_factory=dict)
    requests: Mapping[int, WaitingRequest] = field(default_factory=dict)


def opened(register: Register, entry: Entry[RegisterOpened]) -> Register:
    """The register after its opening."""
    event = entry.event
    return replace(
        register, place=event.place, level=event.level, opened_on=event.opened_on, simulated=event.simulated,
        recovery_digest=event.recovery_digest,
    )  # fmt: skip


def recovered(register: Register, entry: Entry[RegisterRecovered]) -> Register:
    """The register after a recovery."""
    return replace(register, recovered=(*register.recovered, entry.day), recovery_digest=entry.event.next_digest)


def not_watched(register: Register, entry: Entry[RegisterNotWatched]) -> Register:
    """The register with some days more on which nobody looked."""
    event = entry.event
    return replace(register, not_watched=(*register.not_watched, (event.from_, event.until)))


def key_rotated(register: Register, entry: Entry[RegisterKeyRotated]) -> Register:
    """The register with one key more."""
    return replace(register, keys=entry.event.number)


def nation_recognised(register: Register, entry: Entry[RegisterNationRecognised]) -> Register:
    """The register with the nation whose decisions it records."""
    former = register.former_nations | ({register.nation[0]} if register.nation else set())
    return replace(register, nation=(entry.event.log, entry.event.key), former_nations=former - {entry.event.log})


def branched(register: Register, entry: Entry[RegisterBranched]) -> Register:
    """The register, whose log is another one from now on."""
    return register


def at_genesis(state: State, act: Intent) -> bool:
    """Whether this register has not been opened yet: the operator sets it up, once.

    An operator of another place has nothing to set up here: of their register nothing was looked for.
    """
    stream = register_stream(act.actor.place)
    register = act.context.find(Register, stream)
    if register is not None:
        return register.opened_on is None
    return not act.context.whole or stream in act.context.absent


def _everywhere(state: Any, act: Intent, pack: Pack) -> frozenset[Level]:
    return frozenset(Level)


AT_GENESIS = Entitled(ActorKind.SYSTEM, _everywhere, when=at_genesis)
"""The operator, before the register is opened."""
