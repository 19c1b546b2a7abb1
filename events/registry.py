"""Every event type by its stable name, and the one way between entries and stored bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from types import ModuleType
from typing import Any

import orjson

from events.envelope import Entry, Event
from events.governance import (
    check,
    crosscheck,
    decision,
    national,
    officer,
    policy,
    province,
    round,  # noqa: A004 (the field's own word)
    signal,
    source,
    year,
)
from events.unit import (
    application,
    checks,
    cultivation,
    evaluation,
    incentives,
    naming,
    publicity,
    record,
    registration,
    revocation,
    self_evaluation,
    signals,
)
from events.words import Chapter

UNIT_CHAPTERS: Mapping[Chapter, ModuleType] = {
    Chapter.REGISTRATION: registration,
    Chapter.CULTIVATION: cultivation,
    Chapter.SELF_EVALUATION: self_evaluation,
    Chapter.APPLICATION: application,
    Chapter.EVALUATION: evaluation,
    Chapter.PUBLICITY: publicity,
    Chapter.NAMING: naming,
    Chapter.INCENTIVES: incentives,
    Chapter.SIGNALS: signals,
    Chapter.CHECKS: checks,
    Chapter.REVOCATION: revocation,
    Chapter.RECORD: record,
}
GOVERNANCE: tuple[ModuleType, ...] = (
    officer, source, policy, round, check, signal, province, national, crosscheck, year, decision,
)  # fmt: skip


def _events_of(module: ModuleType) -> list[type[Event]]:
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Event) and thing.__module__ == module.__name__
    ]


CHAPTER_OF: Mapping[type[Event], Chapter] = {
    event: chapter for chapter, module in UNIT_CHAPTERS.items() for event in _events_of(module)
}
EVENT_TYPES: Mapping[str, type[Event]] = {
    event.about.type: event for event in (*CHAPTER_OF, *(e for module in GOVERNANCE for e in _events_of(module)))
}
"""The newest version of every event, by type name."""

_MOMENT = b'"recorded_at":"'
"""What stands before the moment in stored bytes: in no text of an event, where a quote is escaped, and in nothing
that comes after it."""

_MOMENT_LENGTH = len("2026-03-02T12:00:00.000000Z")
_Z = ord("Z")

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""How the fields of one version of an event become those of the next."""

UPCASTERS: Mapping[str, tuple[str, Upcaster]] = {}
"""Old type name → (the next version's name, how its fields become that version's fields)."""


class UnknownTypeError(LookupError):
    """A stored type that this version of the program does not know."""


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
        return {name: Entry[event] for name, event in self.types.items()}  # type: ignore[valid-type]

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[bytes], Entry[Event]]]:
        return {name: entry.__pydantic_validator__.validate_json for name, entry in self.entries.items()}

    @cached_property
    def _writers(self) -> Mapping[type[Event], Callable[..., bytes]]:
        return {event: self.entries[name].__pydantic_serializer__.to_json for name, event in self.types.items()}

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
        reader = self._readers.get(type_name)
        return reader(state) if reader is not None else self._upcast(type_name, state)

    def _upcast(self, type_name: str, state: bytes) -> Entry[Event]:
        if type_name not in self.upcasters:
            raise UnknownTypeError(type_name)
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
ENTRY_OF: Mapping[type[Event], type[Entry[Event]]] = {
    event: VOCABULARY.entries[name] for name, event in EVENT_TYPES.items()
}
"""What an entry of each event is made by."""

encode = VOCABULARY.encode
encode_around = VOCABULARY.encode_around
decode = VOCABULARY.decode


def stream_kind(type_name: str) -> str:
    """The kind of stream a type belongs to: the part before the first dot."""
    return type_name.partition(".")[0]
