"""The policy in force: which pack was adopted from which day, folded from the policy's stream (rule I-23)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry, Event
from events.governance.policy import PolicyAdopted
from services.casework.law import Refusal, refuse
from services.casework.pack import Pack, load_pack

_POLICIES = uuid5(NAMESPACE_URL, "concord:policy")


def policy_stream(place: str) -> UUID:
    """The stream of a place's policy."""
    return uuid5(_POLICIES, place)


@dataclass(frozen=True, slots=True)
class Policy:
    """What was adopted, in the order of adopting, as of a version of the stream."""

    id: UUID
    version: int = 0
    adopted: tuple[PolicyAdopted, ...] = ()

    def in_force(self, day: date) -> PolicyAdopted | None:
        """The adoption by which an act of that day is judged: of those begun, the one that begins last."""
        begun = [adoption for adoption in self.adopted if adoption.from_ <= day]
        return max(reversed(begun), key=lambda adoption: adoption.from_, default=None)


def fold_policy(policy: Policy, entry: Entry[Event]) -> Policy:
    """The policy after one more entry of its stream."""
    if isinstance(entry.event, PolicyAdopted):
        return replace(policy, version=entry.version, adopted=(*policy.adopted, entry.event))
    return replace(policy, version=entry.version)


def adoptable(event: PolicyAdopted, pack: Pack) -> Refusal | None:
    """I-23: what is adopted is a pack that is here, in that version, to the letter."""
    try:
        wanted = load_pack(event.pack)
    except KeyError:
        return refuse(pack, "I-23", f"没有政策包{event.pack}", f"there is no pack {event.pack}")
    if (wanted.version, wanted.digest) != (event.pack_version, event.digest):
        zh = f"政策包{event.pack}的版本或摘要不符"
        return refuse(pack, "I-23", zh, f"the pack {event.pack} here has another version or digest", (wanted.version,))
    return None
