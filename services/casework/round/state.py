"""A round's state: its title, its days, its quotas and who took the places (policy 五(六)1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from events.envelope import Entry
from events.governance.round import (
    RoundCandidatesRanked,
    RoundClosed,
    RoundListPublished,
    RoundOpened,
    RoundPlaceReleased,
    RoundPlaceTaken,
    RoundQuotaSet,
    RoundUnitCultivated,
)
from events.governance.round_awards import RoundAwardPlaceReleased, RoundAwardPlaceTaken, RoundAwardQuotaSet
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.places import within
from events.words import Level, RoundKind, UnitKind
from services.casework.objections import Objection, Objections, with_changes
from services.casework.stream import State


@dataclass(frozen=True, slots=True)
class ListInPublic:
    """A round's list in public for objections, by the version of its entry: of these units, with both days."""

    version: int
    since: date
    until: date
    units: frozenset[UUID]
    level: Level | None


@dataclass(frozen=True, slots=True)
class Round(State):
    """A campaign as of a version of its stream; a quota is keyed by (place, kind of unit), one of commendation by
    (place, award), with the candidates who took a place of it in `award_places`.

    `ranking` are the places that the formula gives its candidates, once they were ranked.
    `cultivated` are the units that were picked for it a year ahead, each with the day of its listing. `in_public` is
    its list as it was last in public; of the objections to lists, `about` are the units to which some of them are.
    """

    kind: RoundKind | None = None
    name: str = ""
    title: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    closed: bool = False
    quotas: Mapping[tuple[str, UnitKind], int] = field(default_factory=dict)
    taken: Mapping[UUID, tuple[str, UnitKind]] = field(default_factory=dict)
    numbers: Mapping[int, UUID] = field(default_factory=dict)
    award_quotas: Mapping[tuple[str, str], int] = field(default_factory=dict)
    award_places: Mapping[UUID, tuple[str, str]] = field(default_factory=dict)
    ranking: Mapping[UUID, int] | None = None
    cultivated: Mapping[UUID, date] = field(default_factory=dict)
    published: int | None = None
    in_public: ListInPublic | None = None
    objections: Objections = field(default_factory=dict)
    about: Mapping[int, UUID] = field(default_factory=dict)

    def open_on(self, day: date) -> bool:
        """Whether the round takes candidates on that day."""
        return not self.closed and self.since is not None and self.until is not None and self.since <= day <= self.until

    def to_come(self, day: date) -> bool:
        """Whether the round is announced, and begins on a later day."""
        return not self.closed and self.since is not None and day < self.since

    @property
    def upheld_against(self) -> frozenset[UUID]:
        """The units about which an objection was upheld."""
        return frozenset(unit for version, unit in self.about.items() if self.objections[version].upheld)

    def holders(self, place: str, kind: UnitKind) -> tuple[UUID, ...]:
        """The units that hold places of that quota, those of narrower quotas within it among them."""
        return tuple(unit for unit, (at, of) in self.taken.items() if of is kind and within(at, place))

    def candidates_of(self, place: str, award: str) -> tuple[UUID, ...]:
        """The candidates who hold places for the award in the place, those of narrower quotas among them."""
        return tuple(one for one, (at, of) in self.award_places.items() if of == award and within(at, place))


def opened(round_: Round, entry: Entry[RoundOpened]) -> Round:
    """The round after its opening."""
    event = entry.event
    return replace(
        round_, kind=event.kind, name=event.name, title=event.title, place=event.place, since=event.from_,
        until=event.until,
    )  # fmt: skip


def quota_set(round_: Round, entry: Entry[RoundQuotaSet]) -> Round:
    """The round with a quota; a later one for the same place and kind takes its stead."""
    event = entry.event
    return replace(round_, quotas={**round_.quotas, (event.place, event.unit_kind): event.places})


def place_taken(round_: Round, entry: Entry[RoundPlaceTaken]) -> Round:
    """The round with one place less."""
    event = entry.event
    numbers = {**round_.numbers, event.rank: event.unit} if event.rank is not None else round_.numbers
    return replace(round_, taken={**round_.taken, event.unit: (event.place, event.unit_kind)}, numbers=numbers)


def place_released(round_: Round, entry: Entry[RoundPlaceReleased]) -> Round:
    """The round with one place more; a number on a list that is public is not given again (T-18)."""
    left = entry.event.unit
    taken = {unit: quota for unit, quota in round_.taken.items() if unit != left}
    if round_.published is not None:
        return replace(round_, taken=taken)
    return replace(round_, taken=taken, numbers={rank: unit for rank, unit in round_.numbers.items() if unit != left})


def award_quota_set(round_: Round, entry: Entry[RoundAwardQuotaSet]) -> Round:
    """The round with places for an award; a later number for the same place takes its stead."""
    event = entry.event
    return replace(round_, award_quotas={**round_.award_quotas, (event.place, event.award): event.places})


def award_place_taken(round_: Round, entry: Entry[RoundAwardPlaceTaken]) -> Round:
    """The round with one candidate more."""
    event = entry.event
    return replace(round_, award_places={**round_.award_places, event.candidate: (event.place, event.award)})


def award_place_released(round_: Round, entry: Entry[RoundAwardPlaceReleased]) -> Round:
    """The round with one candidate less."""
    left = entry.event.candidate
    return replace(round_, award_places={one: at for one, at in round_.award_places.items() if one != left})


def candidates_ranked(round_: Round, entry: Entry[RoundCandidatesRanked]) -> Round:
    """The round with the order of its candidates."""
    return replace(round_, ranking={one.unit: one.rank for one in entry.event.ranking or ()})


def unit_cultivated(round_: Round, entry: Entry[RoundUnitCultivated]) -> Round:
    """The round with one unit more that is cultivated for it."""
    return replace(round_, cultivated={**round_.cultivated, entry.event.unit: entry.day})


def published(round_: Round, entry: Entry[RoundListPublished]) -> Round:
    """The round whose list is public."""
    return replace(round_, published=entry.version)


def publicised(round_: Round, entry: Entry[RoundListPublicised]) -> Round:
    """The round whose list is in public."""
    event = entry.event
    listed = ListInPublic(entry.version, event.from_, event.until, frozenset(event.units), entry.actor.level)
    return replace(round_, in_public=listed)


def objected(round_: Round, entry: Entry[RoundObjectionRaised]) -> Round:
    """The round with one objection more, for the level that made its list public."""
    event, version = entry.event, entry.version
    level = round_.in_public.level if round_.in_public is not None else None
    raised = Objection(version, entry.day, level, head=event.same_as)
    about = round_.about if event.unit is None else {**round_.about, version: event.unit}
    return replace(round_, objections={**round_.objections, version: raised}, about=about)


def objection_admitted(round_: Round, entry: Entry[RoundObjectionAdmitted]) -> Round:
    """The round with an objection that is looked into."""
    return replace(round_, objections=with_changes(round_.objections, entry.event.objection, admitted=True))


def objection_joined(round_: Round, entry: Entry[RoundObjectionJoined]) -> Round:
    """The round with an objection that is answered with another, which is thereby admitted."""
    joined = with_changes(round_.objections, entry.event.objection, head=entry.event.to)
    return replace(round_, objections=with_changes(joined, entry.event.to, admitted=True))


def objection_set_aside(round_: Round, entry: Entry[RoundObjectionSetAside]) -> Round:
    """The round with an objection that stated nothing."""
    return replace(round_, objections=with_changes(round_.objections, entry.event.objection, answered=True))


def objection_resolved(round_: Round, entry: Entry[RoundObjectionResolved]) -> Round:
    """The round with an objection that was looked into."""
    event = entry.event
    answered = with_changes(round_.objections, event.objection, answered=True, upheld=event.upheld)
    return replace(round_, objections=answered)


def closed(round_: Round, entry: Entry[RoundClosed]) -> Round:
    """The round that takes nobody any more."""
    return replace(round_, closed=True)
