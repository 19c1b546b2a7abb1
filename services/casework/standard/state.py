"""A standard of an industry (policy 五(四))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.folding import folded
from events.governance.standard import (
    StandardConsulted,
    StandardDrafted,
    StandardPiloted,
    StandardPublished,
    StandardTakenUp,
)
from services.casework.stream import State

_STANDARDS = uuid5(NAMESPACE_URL, "concord:standard")


def standard_stream(place: str, name: str) -> UUID:
    """The stream of a standard: uuid5 of its place and name, as names are compared."""
    return uuid5(_STANDARDS, f"{place}:{folded(name)}")


@dataclass(frozen=True, slots=True)
class Standard(State):
    """A standard as of a version of its stream; `consulted` is the first day on which others were asked about it."""

    name: str = ""
    place: str = ""
    consulted: date | None = None
    piloted: frozenset[str] = frozenset()
    number: str | None = None
    taken_up: frozenset[str] = frozenset()


def drafted(standard: Standard, entry: Entry[StandardDrafted]) -> Standard:
    """The standard as it was drafted."""
    return replace(standard, name=entry.event.name, place=entry.event.place)


def consulted(standard: Standard, entry: Entry[StandardConsulted]) -> Standard:
    """The standard on which others were asked."""
    on = entry.event.on
    return replace(standard, consulted=min(standard.consulted or on, on))


def piloted(standard: Standard, entry: Entry[StandardPiloted]) -> Standard:
    """The standard with another place in which it is tried."""
    return replace(standard, piloted=standard.piloted | {entry.event.place})


def published(standard: Standard, entry: Entry[StandardPublished]) -> Standard:
    """The standard under its number."""
    return replace(standard, number=entry.event.number)


def taken_up(standard: Standard, entry: Entry[StandardTakenUp]) -> Standard:
    """The standard that is a checklist of a pack."""
    return replace(standard, taken_up=standard.taken_up | {entry.event.standard_set})
