"""A source system's state: what it may report and where, folded from its stream (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Actor, Entry
from events.governance.source import (
    SourceClosed,
    SourceKeyRegistered,
    SourceKeyRevoked,
    SourceRegistered,
    SourceResumed,
    SourceSuspended,
)
from events.words import ActorKind, Category, SourceSystem
from services.casework.stream import State

_SOURCES = uuid5(NAMESPACE_URL, "concord:source")


def source_stream(uri: str) -> UUID:
    """The stream of a source system: uuid5 of its URI."""
    return uuid5(_SOURCES, uri)


@dataclass(frozen=True, slots=True)
class Source(State):
    """A source as of a version of its stream; `uri` is empty until it is registered.

    `keys`: the public keys by which it signs today. `bound`: it had one, and stays so; unbound, whoever may write to
    the topic of signals speaks in its name.
    """

    uri: str = ""
    name: str = ""
    system: SourceSystem | None = None
    place: str = ""
    categories: frozenset[Category] = frozenset()
    suspended: bool = False
    closed: bool = False
    keys: tuple[str, ...] = ()
    bound: bool = False

    @property
    def in_service(self) -> bool:
        """Whether it may report."""
        return not (self.suspended or self.closed)

    def actor(self) -> Actor:
        """The source as it stands in an entry."""
        return _as_source(self.id, self.name, self.place)


@lru_cache(maxsize=256)
def _as_source(source: UUID, name: str, place: str) -> Actor:
    """The snapshot of a source: the same of every signal."""
    return Actor(id=source, kind=ActorKind.SOURCE, post=name, place=place)


def registered(source: Source, entry: Entry[SourceRegistered]) -> Source:
    """The source after its registration."""
    event = entry.event
    return replace(
        source, uri=event.uri, name=event.name, system=event.system, place=event.place,
        categories=frozenset(event.categories),
    )  # fmt: skip


def suspended(source: Source, entry: Entry[SourceSuspended]) -> Source:
    """The source while it may not report."""
    return replace(source, suspended=True)


def resumed(source: Source, entry: Entry[SourceResumed]) -> Source:
    """The source when it may report again."""
    return replace(source, suspended=False)


def closed(source: Source, entry: Entry[SourceClosed]) -> Source:
    """The source closed for good."""
    return replace(source, closed=True)


def key_registered(source: Source, entry: Entry[SourceKeyRegistered]) -> Source:
    """The source with another key."""
    return replace(source, keys=(*source.keys, entry.event.key), bound=True)


def key_revoked(source: Source, entry: Entry[SourceKeyRevoked]) -> Source:
    """The source without that key."""
    return replace(source, keys=tuple(key for key in source.keys if key != entry.event.key))
