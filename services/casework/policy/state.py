"""The policy in force: which pack was adopted from which day, folded from the policy's stream (rule I-23)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.policy import PolicyAdopted
from services.casework.pack import Pack, find_pack
from services.casework.stream import State

_POLICIES = uuid5(NAMESPACE_URL, "concord:policy")


@lru_cache(maxsize=64)
def policy_stream(place: str) -> UUID:
    """The stream of a place's policy."""
    return uuid5(_POLICIES, place)


@dataclass(frozen=True, slots=True)
class Policy(State):
    """What was adopted, in the order of adopting, as of a version of the stream."""

    adopted: tuple[PolicyAdopted, ...] = ()

    def in_force(self, day: date) -> PolicyAdopted | None:
        """The adoption by which an act of that day is judged: of those begun, the one that begins last."""
        begun = [adoption for adoption in self.adopted if adoption.from_ <= day]
        return max(reversed(begun), key=lambda adoption: adoption.from_, default=None)


def adopted(policy: Policy, entry: Entry[PolicyAdopted]) -> Policy:
    """The policy after an adoption."""
    return replace(policy, adopted=(*policy.adopted, entry.event))


@dataclass(frozen=True, slots=True)
class Packs:
    """The pack of each day: the one function of the day that everybody asks who needs a pack.

    `ours` judges the days before anything was adopted.
    """

    ours: Pack
    adopted: tuple[PolicyAdopted, ...] = ()

    @classmethod
    def fixed(cls, pack: Pack) -> Packs:
        """The same pack on every day: what-if replay, and rules tried by themselves."""
        return cls(pack)

    @classmethod
    def of(cls, policy: Policy | None, ours: Pack) -> Packs:
        """The packs that a policy's adoptions put in force."""
        return cls(ours, policy.adopted if policy is not None else ())

    def on(self, day: date) -> Pack:
        """The pack in force on that day. Raises KeyError where the pack adopted for it is not here."""
        begun = [adoption for adoption in self.adopted if adoption.from_ <= day]
        if not begun:
            return self.ours
        last = max(reversed(begun), key=lambda adoption: adoption.from_)
        return _found(last.pack, last.pack_version, last.digest)

    def next_change(self, day: date) -> date | None:
        """The first day after this one on which another pack begins."""
        return min((adoption.from_ for adoption in self.adopted if adoption.from_ > day), default=None)


@lru_cache(maxsize=64)
def _found(pack: str, version: str, digest: str) -> Pack:
    return find_pack(pack, version, digest)
