"""Every event type by its stable name, and the one way between entries and stored bytes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel

from events.envelope import Entry, Event, Moment
from events.kinds import KINDS, UNIT_CHAPTERS, StreamKind, events_of
from events.record import COMMON
from events.words import Chapter

__all__ = [
    "CHAPTER_OF",
    "COMMON",
    "ENTRY_OF",
    "EVENT_TYPES",
    "KINDS",
    "UPCASTERS",
    "VOCABULARY",
    "StreamKind",
    "UnknownEntry",
    "UnknownTypeError",
    "Upcaster",
    "Vocabulary",
    "decisions_of",
    "decode",
    "encode",
    "encode_around",
    "read",
    "stream_kind",
]


def _of_kind(kind: StreamKind) -> tuple[type[Event], ...]:
    return (*(event for chapter in kind.chapters for event in events_of(chapter)), *COMMON[kind.name].all)


EVENT_TYPES: Mapping[str, type[Event]] = {
    event.about.type: event for kind in KINDS.values() for event in _of_kind(kind)
}
"""The newest version of every event, by type name."""

CHAPTER_OF: Mapping[type[Event], Chapter] = {
    **{event: chapter for chapter, module in UNIT_CHAPTERS.items() for event in events_of(module)},
    **dict.fromkeys(COMMON["unit"].all, Chapter.RECORD),
}
"""The chapter of every event of a unit."""


def _decisions(kind: StreamKind) -> Mapping[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for event in _of_kind(kind):
        if (name := event.about.decision) is not None and found.setdefault(name, event) is not event:
            raise ValueError(f"{kind.name} has two decisions called {name}")
    return MappingProxyType(found)


_DECISIONS = {kind.name: _decisions(kind) for kind in KINDS.values()}


def decisions_of(kind: str) -> Mapping[str, type[Event]]:
    """The decisions a person can take on a kind of stream, each with the event it causes; KeyError for no kind."""
    return _DECISIONS[kind]


_MOMENT = b'"recorded_at":"'
"""What stands before the moment in stored bytes: in no text of an event, where a quote is escaped, and in nothing
that comes after it."""

_MOMENT_LENGTH = len("2026-03-02T12:00:00.000000Z")
_Z = ord("Z")

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""How the fields of one version of an event become those of the next."""

UPCASTERS: Mapping[str, tuple[str, Upcaster]] = {}
"""Old type name → (the next version's name, how its fields become that version's fields)."""


K = TypeVar("K")
V = TypeVar("V")


class _Kept(dict[K, V]):
    """What is made of each key when it is first asked for; of two threads that make it, both get the one kept."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        return self.setdefault(key, self._make(key))


class OnDemand(Mapping[K, V]):
    """A mapping whose keys are known and whose values are made when first asked for: all models take long to build."""

    def __init__(self, keys: Collection[K], make: Callable[[K], V]) -> None:
        self._keys = keys
        self._made = _Kept(make)

    def __getitem__(self, key: K) -> V:
        if key not in self._keys:
            raise KeyError(key)
        return self._made[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class UnknownTypeError(LookupError):
    """A stored type that this version of the program does not know."""


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """An entry of a type that this version of the program does not know: it can be shown, not folded."""

    stream: UUID
    version: int
    type: str
    recorded_at: datetime
    raw: bytes


class _Head(BaseModel):
    """What every entry has, whatever its type."""

    stream: UUID
    version: int
    recorded_at: Moment


def _entry_of(event: type[Event]) -> type[Entry[Event]]:
    return Entry[event]  # type: ignore[valid-type]


@dataclass(frozen=True)
class Vocabulary:
    """The types that can be written, and the old ones that can still be read.

    Raises ValueError where a type is both, or where an old one leads to no type of today.
    """

    types: Mapping[str, type[Event]]
    upcasters: Mapping[str, tuple[str, Upcaster]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.upcasters:
            if name in self.types or self._newest(name) is None:
                raise ValueError(f"{name} is upcast, but not from an old type to one of today")

    @cached_property
    def entries(self) -> Mapping[str, type[Entry[Event]]]:
        """The model of what is stored, by type name."""
        return OnDemand(self.types, lambda name: _entry_of(self.types[name]))

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[bytes], Entry[Event]]]:
        return _Kept(self._reader)

    @cached_property
    def _writers(self) -> Mapping[type[Event], Callable[..., bytes]]:
        return _Kept(self._writer)

    def _reader(self, type_name: str) -> Callable[[bytes], Entry[Event]]:
        if type_name in self.types:
            return self.entries[type_name].__pydantic_validator__.validate_json
        if type_name in self.upcasters:
            return partial(self._upcast, type_name)
        raise UnknownTypeError(type_name)

    def _writer(self, event: type[Event]) -> Callable[..., bytes]:
        if self.types.get(event.about.type) is not event:
            raise KeyError(event)
        return self.entries[event.about.type].__pydantic_serializer__.to_json

    def encode(self, entry: Entry[Event]) -> bytes:
        """The bytes that are stored: compact JSON without empty fields, `recorded_at` in UTC with six digits
        of microseconds.

        Raises pydantic's serialization error (a ValueError) where personal data is still in clear,
        or where a text is no Unicode.
        """
        return self._written(entry)[0]

    def encode_around(self, entry: Entry[Event]) -> tuple[bytes, bytes]:
        """What `encode` makes before and after the text of `recorded_at`. Raises as it does."""
        state, at = self._written(entry)
        return state[:at], state[at + _MOMENT_LENGTH :]

    def _written(self, entry: Entry[Event]) -> tuple[bytes, int]:
        """The bytes, and where in them the moment begins."""
        state = self._writers[type(entry.event)](entry, exclude_none=True, by_alias=True)
        at = state.rfind(_MOMENT) + len(_MOMENT)
        if state[at + _MOMENT_LENGTH - 1] != _Z:  # no microseconds, or another zone: rare enough to write it again
            moment = entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
            state = state[:at] + moment.encode() + state[state.index(b'"', at) :]
        return state, at

    def decode(self, type_name: str, state: bytes) -> Entry[Event]:
        """The entry of stored bytes, brought up to the newest version of its type.

        Raises UnknownTypeError, and pydantic's ValidationError where the bytes are not of their type.
        """
        return self._readers[type_name](state)

    def read(self, type_name: str, state: bytes) -> Entry[Event] | UnknownEntry:
        """As `decode`, but an entry of a type not known here is told as such: for readers that only show it.

        Raises pydantic's ValidationError where the bytes are not of their type, or no entry at all.
        """
        try:
            return self.decode(type_name, state)
        except UnknownTypeError:
            head = _Head.model_validate_json(state)
            return UnknownEntry(head.stream, head.version, type_name, head.recorded_at, state)

    def _upcast(self, type_name: str, state: bytes) -> Entry[Event]:
        document = orjson.loads(state)
        while type_name in self.upcasters:
            type_name, lift = self.upcasters[type_name]
            document["event"] = lift(document["event"])
        return self.decode(type_name, orjson.dumps(document))

    def _newest(self, type_name: str) -> str | None:
        for _ in range(len(self.upcasters) + 1):
            if type_name in self.types:
                return type_name
            if type_name in self.upcasters:
                type_name = self.upcasters[type_name][0]
        return None


VOCABULARY = Vocabulary(EVENT_TYPES, UPCASTERS)
ENTRY_OF: Mapping[type[Event], type[Entry[Event]]] = OnDemand(
    frozenset(EVENT_TYPES.values()), lambda event: VOCABULARY.entries[event.about.type]
)
"""What an entry of each event is made by."""

encode = VOCABULARY.encode
encode_around = VOCABULARY.encode_around
decode = VOCABULARY.decode
read = VOCABULARY.read


def stream_kind(type_name: str) -> str:
    """The kind of stream a type belongs to: the part before the first dot."""
    return type_name.partition(".")[0]
