"""Every event type by its stable name, and the one way between entries and stored bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import orjson

from events.envelope import Entry, Event
from events.governance import check, officer, policy, round, signal, source  # noqa: A004 (the field's own word)
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
GOVERNANCE: tuple[ModuleType, ...] = (officer, source, policy, round, check, signal)


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

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[str, tuple[str, Upcaster]] = {}
"""Old type name → (the next version's name, how its fields become that version's fields)."""

_ENTRIES = {name: Entry[event] for name, event in EVENT_TYPES.items()}  # type: ignore[valid-type]
_READERS = {name: entry.__pydantic_validator__ for name, entry in _ENTRIES.items()}
_WRITERS = {event: _ENTRIES[name].__pydantic_serializer__ for name, event in EVENT_TYPES.items()}


class UnknownTypeError(LookupError):
    """A stored type that this version of the program does not know."""


def encode(entry: Entry[Event]) -> bytes:
    """The bytes that are stored: compact JSON without empty fields.

    Raises pydantic's serialization error where personal data is still in clear.
    """
    data: bytes = _WRITERS[type(entry.event)].to_json(entry, exclude_none=True, by_alias=True)
    return data


def decode(type_name: str, state: bytes) -> Entry[Event]:
    """The entry of stored bytes, brought up to the newest version of its type.

    Raises UnknownTypeError, and pydantic's ValidationError where the bytes are not of their type.
    """
    reader = _READERS.get(type_name)
    if reader is not None:
        entry: Entry[Event] = reader.validate_json(state)
        return entry
    return _upcast(type_name, state)


def _upcast(type_name: str, state: bytes) -> Entry[Event]:
    document = orjson.loads(state)
    while type_name in UPCASTERS:
        type_name, lift = UPCASTERS[type_name]
        document["event"] = lift(document["event"])
    reader = _READERS.get(type_name)
    if reader is None:
        raise UnknownTypeError(type_name)
    entry: Entry[Event] = reader.validate_json(orjson.dumps(document))
    return entry


def stream_kind(type_name: str) -> str:
    """The kind of stream a type belongs to: the part before the first dot."""
    return type_name.partition(".")[0]
