"""A round's state: its title, its days, its quotas and who took the places (policy 五(六)1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from events.envelope import Entry, Event
from events.governance.round import RoundClosed, RoundOpened, RoundPlaceTaken, RoundQuotaSet
from events.words import RoundKind, UnitKind


@dataclass(frozen=True, slots=True)
class Round:
    """A campaign as of a version of its stream; a quota is keyed by (place, kind of unit)."""

    id: UUID
    version: int = 0
    kind: RoundKind | None = None
    name: str = ""
    title: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    closed: bool = False
    quotas: Mapping[tuple[str, UnitKind], int] = field(default_factory=dict)
    taken: Mapping[UUID, tuple[str, UnitKind]] = field(default_factory=dict)

    def open_on(self, day: date) -> bool:
        """Whether the round takes candidates on that day."""
        return not self.closed and self.since is not None and self.until is not None and self.since <= day <= self.until

    def holders(self, place: str, kind: UnitKind) -> tuple[UUID, ...]:
        """The units that hold places of that quota."""
        return tuple(unit for unit, quota in self.taken.items() if quota == (place, kind))


def fold_round(state: Round, entry: Entry[Event]) -> Round:
    """The round after one more entry of its stream."""
    event, version = entry.event, entry.version
    match event:
        case RoundOpened():
            return replace(
                state, version=version, kind=event.kind, name=event.name, title=event.title,
                place=event.place, since=event.from_, until=event.until,
            )  # fmt: skip
        case RoundQuotaSet():
            return replace(
                state, version=version, quotas={**state.quotas, (event.place, event.unit_kind): event.places}
            )
        case RoundPlaceTaken():
            return replace(state, version=version, taken={**state.taken, event.unit: (event.place, event.unit_kind)})
        case RoundClosed():
            return replace(state, version=version, closed=True)
    return replace(state, version=version)
