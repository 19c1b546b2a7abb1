"""What a list of streams tells of each beside its row, so that a form can be filled from it: posts, quotas, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from events.words import ActorKind, Category, House, Level, Role, RoundKind, SourceSystem, UnitKind
from projections.streams.rows import Row
from services.api.models import Answer, Paged, row_of
from services.casework.officer.state import Officer
from services.casework.round.state import Round
from services.casework.source.state import Source
from services.casework.stream import State


class Post(Answer):
    """A post held today."""

    post: str
    house: House | None
    level: Level | None
    place: str
    roles: list[Role]
    since: date
    until: date | None


class OfficerDetails(Answer):
    """An officer's posts of today, none while suspended; of an agent, the unit. Names are sealed and not listed."""

    kind: ActorKind
    unit: UUID | None
    posts: list[Post]
    suspended: bool


class Quota(Answer):
    """The places that a round has for units of a kind in a place, and how many are taken."""

    place: str
    kind: UnitKind
    places: int
    taken: int


class RoundDetails(Answer):
    """A round: its title, its days, its quotas."""

    kind: RoundKind | None
    title: str
    since: date | None
    until: date | None
    quotas: list[Quota]


class SourceDetails(Answer):
    """A source system: by which URI it reports, and what; `bound`: over Kafka it has to sign."""

    uri: str
    system: SourceSystem | None
    categories: list[Category]
    suspended: bool
    bound: bool


class ListedStream(row_of("StreamRow", Row)):  # type: ignore[misc]
    """A stream of a list; `details` differ by kind, and most kinds have none."""

    details: OfficerDetails | RoundDetails | SourceDetails | None


class Streams(Paged):
    """A page of the streams of a kind."""

    streams: list[ListedStream]


def listed(rows: Sequence[Row], states: Mapping[UUID, State], day: date) -> list[dict[str, Any]]:
    """The rows of a list with their details on that day."""
    return [{**row._asdict(), "details": details(states.get(row.stream), day)} for row in rows]


def details(state: State | None, day: date) -> dict[str, Any] | None:
    """What a list tells of such a stream on that day; None for a kind of which a list tells nothing more."""
    match state:
        case Officer():
            return _officer(state, day)
        case Round():
            return _round(state)
        case Source():
            return {
                "uri": state.uri, "system": state.system, "categories": sorted(state.categories),
                "suspended": state.suspended, "bound": state.bound,
            }  # fmt: skip
    return None


DETAILED = frozenset({"officer", "round", "source"})
"""The kinds that have details."""


def _officer(officer: Officer, day: date) -> dict[str, Any]:
    suspended = officer.suspended_on(day)
    held = [] if suspended else [post for post in officer.appointments if post.holds_on(day)]
    posts = [
        {
            "post": one.post, "house": one.house, "level": one.level, "place": one.place, "roles": list(one.roles),
            "since": one.since, "until": one.until,
        }
        for one in held
    ]  # fmt: skip
    return {"kind": officer.kind, "unit": officer.unit, "posts": posts, "suspended": suspended}


def _round(one: Round) -> dict[str, Any]:
    quotas = [
        {"place": place, "kind": kind, "places": places, "taken": len(one.holders(place, kind))}
        for (place, kind), places in one.quotas.items()
    ]
    return {"kind": one.kind, "title": one.title, "since": one.since, "until": one.until, "quotas": quotas}
