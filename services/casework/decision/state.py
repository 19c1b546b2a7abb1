"""A decision of the nation that this province could not record (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.decision import DecisionDeclined
from services.casework.stream import State

_DECLINED = uuid5(NAMESPACE_URL, "concord:declined")


def declined_stream(log: UUID, position: int) -> UUID:
    """The province's stream of a national decision that it could not record."""
    return uuid5(_DECLINED, f"{log}:{position}")


@dataclass(frozen=True, slots=True)
class Declined(State):
    """A declined decision, and by which rules."""

    declined: DecisionDeclined | None = None


def declined(decision: Declined, entry: Entry[DecisionDeclined]) -> Declined:
    """The decision as it was declined."""
    return replace(decision, declined=entry.event)
