"""A place's year (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.year import YearCriticised
from services.casework.stream import State

_YEARS = uuid5(NAMESPACE_URL, "concord:year")


def year_stream(place: str, year: int) -> UUID:
    """The stream of a place's year."""
    return uuid5(_YEARS, f"{place}:{year}")


@dataclass(frozen=True, slots=True)
class Year(State):
    """What the level above said of a place in a year."""

    place: str = ""
    year: int = 0
    criticised: int = 0


def criticised(year: Year, entry: Entry[YearCriticised]) -> Year:
    """The year with one notice of criticism more."""
    event = entry.event
    return replace(year, place=event.place, year=event.year, criticised=year.criticised + 1)
