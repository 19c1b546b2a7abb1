"""A source system's state: what it may report and where, folded from its stream (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Actor, Entry, Event
from events.governance.source import SourceClosed, SourceRegistered, SourceResumed, SourceSuspended
from events.words import ActorKind, Category, SourceSystem

_SOURCES = uuid5(NAMESPACE_URL, "concord:source")


def source_stream(uri: str) -> UUID:
    """The stream of a source system: uuid5 of its URI."""
    return uuid5(_SOURCES, uri)


@dataclass(frozen=True, slots=True)
class Source:
    """A source as of a version of its stream; `uri` is empty until it is registered."""

    id: UUID
    version: int = 0
    uri: str = ""
    name: str = ""
    system: SourceSystem | None = None
    place: str = ""
    categories: frozenset[Category] = frozenset()
    suspended: bool = False
    closed: bool = False

    def actor(self) -> Actor:
        """The source as it stands in an entry."""
        return Actor(id=self.id, kind=ActorKind.SOURCE, post=self.name, place=self.place)


def fold_source(source: Source, entry: Entry[Event]) -> Source:
    """The source after one more entry of its stream."""
    event, version = entry.event, entry.version
    match event:
        case SourceRegistered():
            return replace(
                source, version=version, uri=event.uri, name=event.name, system=event.system,
                place=event.place, categories=frozenset(event.categories),
            )  # fmt: skip
        case SourceSuspended():
            return replace(source, version=version, suspended=True)
        case SourceResumed():
            return replace(source, version=version, suspended=False)
        case SourceClosed():
            return replace(source, version=version, closed=True)
    return replace(source, version=version)
