"""A parked signal: what came without a unit, and what a person made of it (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from events.envelope import Entry
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.places import PLACES
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class Parked(State):
    """A parked signal; `place` is that of the unit as the source says, else that of the source."""

    parked: SignalParked | None = None
    place: str = ""
    matched: UUID | None = None
    discarded: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has matched or discarded it yet."""
        return self.parked is not None and self.matched is None and not self.discarded


def parked(signal: Parked, entry: Entry[SignalParked]) -> Parked:
    """The signal as it came."""
    told = entry.event.unit_place or ""
    return replace(signal, parked=entry.event, place=told if told in PLACES else entry.actor.place)


def matched(signal: Parked, entry: Entry[SignalMatched]) -> Parked:
    """The signal with its unit."""
    return replace(signal, matched=entry.event.unit)


def discarded(signal: Parked, entry: Entry[SignalDiscarded]) -> Parked:
    """The signal put aside."""
    return replace(signal, discarded=True)
