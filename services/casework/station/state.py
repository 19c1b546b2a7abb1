"""A station of labour-relations service (policy 四(二)7, 五(十))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.folding import folded
from events.governance.station import (
    StationClosed,
    StationInspected,
    StationOpened,
    StationPlanned,
    StationRecognised,
)
from services.casework.stream import State

_STATIONS = uuid5(NAMESPACE_URL, "concord:station")


def station_stream(place: str, name: str) -> UUID:
    """The stream of a station: uuid5 of its place and name, as names are compared."""
    return uuid5(_STATIONS, f"{place}:{folded(name)}")


@dataclass(frozen=True, slots=True)
class Station(State):
    """A station as of a version of its stream; `sound` says whether its last inspection met all four criteria."""

    name: str = ""
    place: str = ""
    pilot: str | None = None
    since: date | None = None
    due: date | None = None
    opened: date | None = None
    inspected: date | None = None
    sound: bool = False
    recognised: bool = False
    closed: bool = False


def planned(station: Station, entry: Entry[StationPlanned]) -> Station:
    """The station as it was planned."""
    event = entry.event
    return replace(station, name=event.name, place=event.place, pilot=event.pilot, since=entry.day, due=event.due)


def opened(station: Station, entry: Entry[StationOpened]) -> Station:
    """The station that serves."""
    return replace(station, opened=entry.event.on)


def inspected(station: Station, entry: Entry[StationInspected]) -> Station:
    """The station with its last inspection."""
    event = entry.event
    met = (event.uniform_signs, event.fixed_premises, event.complete_equipment, event.complete_services)
    return replace(station, inspected=event.on, sound=all(met))


def recognised(station: Station, entry: Entry[StationRecognised]) -> Station:
    """The model station."""
    return replace(station, recognised=True)


def closed(station: Station, entry: Entry[StationClosed]) -> Station:
    """The station that serves no more."""
    return replace(station, closed=True)
