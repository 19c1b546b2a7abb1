"""A parked signal: what came without a unit, and what a person made of it (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import orjson

from events.envelope import Entry
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.places import PLACES, at_level
from events.unit.signals import UnitSignalRecorded
from events.words import Level
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class Parked(State):
    """A parked signal; `place` is that of the unit as the source says, or the source's where that one is in no place of
    its province.
    """

    parked: SignalParked | None = None
    since: date | None = None
    place: str = ""
    matched: UUID | None = None
    discarded: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has matched or discarded it yet."""
        return self.parked is not None and self.matched is None and not self.discarded


def reported(parked: SignalParked) -> UnitSignalRecorded:
    """What the source reported, as the unit's entry tells it."""
    sent = orjson.loads(parked.message)
    fields = {name: sent[name] for name in UnitSignalRecorded.model_fields.keys() & sent.keys()}
    fields |= {"source": parked.source, "digest": parked.digest}
    return UnitSignalRecorded.model_validate_json(orjson.dumps(fields))


def id_at_source(signal: str) -> str:
    """What its source calls a signal; the digest where the id grew too long."""
    return signal.rpartition("#")[2]


def parked(signal: Parked, entry: Entry[SignalParked]) -> Parked:
    """The signal as it came."""
    told, sender = entry.event.unit_place or "", entry.actor.place
    known = told in PLACES and at_level(told, Level.PROVINCE) == at_level(sender, Level.PROVINCE)
    return replace(signal, parked=entry.event, since=entry.day, place=told if known else sender)


def matched(signal: Parked, entry: Entry[SignalMatched]) -> Parked:
    """The signal with its unit."""
    return replace(signal, matched=entry.event.unit)


def discarded(signal: Parked, entry: Entry[SignalDiscarded]) -> Parked:
    """The signal put aside."""
    return replace(signal, discarded=True)
