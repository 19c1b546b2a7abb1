"""What was told: the bodies of lawful acts by type of event, which an exploration fills in anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from events.envelope import Entry, Event
from events.record import ActProposed, DeadlineMissed
from events.registry import EVENT_TYPES
from services.casework.decide import REGISTER
from services.casework.field_shapes import fields_of

_BEFORE = 8
"""Acts before another that are kept as a way to it."""

_NOTHING: tuple[Any, ...] = ([], {})
"""Values that say nothing."""

Body = Mapping[str, Any]
"""The fields of an event as JSON has them, those that follow from the state left out."""


@dataclass(frozen=True, slots=True)
class Template:
    """A body that was lawful once, and the day on which it was."""

    body: Body
    day: date

    @property
    def filled_in(self) -> int:
        """How many fields say something: an empty list says nothing."""
        return sum(value not in _NOTHING for value in self.body.values())


@dataclass(slots=True)
class Templates:
    """Bodies by type, and how often one type followed another in a stream."""

    by_type: dict[type[Event], list[Template]] = field(default_factory=dict)
    followed: dict[str, dict[type[Event], int]] = field(default_factory=dict)
    _before: dict[type[Event], list[tuple[type[Event], ...]]] = field(default_factory=dict)
    _told: dict[Any, list[type[Event]]] = field(default_factory=dict)

    def of(self, event_type: type[Event]) -> list[Template]:
        """The bodies of a type; none where it was never told."""
        return self.by_type.get(event_type, [])

    def fullest(self, event_type: type[Event]) -> Template | None:
        """A body with every field that was told of the type, each as it was told last; None where none says more than
        another.
        """
        told, whole = self.of(event_type), dict[str, Any]()
        for one in told:
            whole |= {name: value for name, value in one.body.items() if value not in _NOTHING}
        return Template(whole, told[-1].day) if len(whole) > max((one.filled_in for one in told), default=0) else None

    def learn(self, entries: Iterable[Entry[Event]]) -> None:
        """Keep what a story says."""
        for entry in entries:
            event = told_event(entry)
            if event is None:
                continue
            self.by_type.setdefault(type(event), []).append(Template(body_of(event), entry.day))
            if entry.version == 1:
                self._told[entry.stream] = []
            told = self._told.setdefault(entry.stream, [])
            counts = self.followed.setdefault(told[-1].about.type if told else "", {})
            counts[type(event)] = counts.get(type(event), 0) + 1
            plan = tuple(told[-_BEFORE:])
            plans = self._before.setdefault(type(event), [])
            if plan and plan not in plans:
                plans.append(plan)
            told.append(type(event))

    def before(self, event_type: type[Event]) -> list[tuple[type[Event], ...]]:
        """What was told to come before an act of that type in its stream, the shortest first."""
        return self._before.get(event_type, [])

    def lives(self, kind: str) -> list[tuple[type[Event], ...]]:
        """What was told of streams of a kind, from the first act on, each way once, the shortest first."""
        told = {tuple(acts) for acts in self._told.values() if acts and acts[0].about.type.startswith(f"{kind}.")}
        return sorted(told, key=lambda acts: (len(acts), [one.about.type for one in acts]))


def told_event(entry: Entry[Event]) -> Event | None:
    """What somebody tried when the entry was made: what a proposal proposes; None for what followed from an act."""
    event = entry.event
    if entry.actor == REGISTER or entry.seconded_by is not None or isinstance(event, DeadlineMissed):
        return None
    return EVENT_TYPES[event.type].model_validate_json(event.payload) if isinstance(event, ActProposed) else event


def body_of(event: Event) -> Body:
    """The event's own fields, as somebody would enter them."""
    entered = fields_of(type(event))
    sealed = {one.attribute for one in entered if one.shape.kind == "sealed"}
    document: dict[str, Any] = orjson.loads(
        event.model_dump_json(by_alias=True, exclude_none=True, include={one.attribute for one in entered} - sealed)
    )
    return document
