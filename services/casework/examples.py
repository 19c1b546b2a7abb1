"""A body of a decision that is lawful now: filled in by the shapes of its fields, and tried on the law. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel, ValidationError

from events.envelope import Actor, Event
from events.person import identity_number
from events.references import EntryRef, PackRef, Scalar, StateId, StreamRef
from events.registry import EVENT_TYPES, encode
from events.words import House
from services.casework.calendar import Span, SpanUnit
from services.casework.field_shapes import DIGESTS, Field, Shape, fields_of
from services.casework.judgement import judge, propose
from services.casework.law import NO_CONTEXT, Context, Law, Refusal
from services.casework.officer.state import Officer
from services.casework.options import Choices, Options
from services.casework.second_person import waiting
from services.casework.unit.state import Unit

TRIES: Final = 9
"""Bodies that are tried at most to find one that is lawful."""

MOST_DIGESTS: Final = 4
"""Digests of the entries that are tried, the latest first."""

TOGETHER: Final = 2
"""People who go somewhere together, in an example: of as many houses."""

EXAMPLE_COUNT: Final = 400
"""The first count of an example: enough people for every quorum."""

LATER: Final = Span(10, SpanUnit.WORKING_DAYS)
"""By how much the second day of an example may lie after the first: longer than a publicity takes."""


class _NoneFits(LookupError):
    """A required field for which nothing is at hand."""


def _event_of(law: Law[Any, Any]) -> type[Event]:
    event_type: type[Event] = law.event
    return event_type


@dataclass(slots=True)
class _Turn:
    """One of the bodies to try: its number says, one digit a field, which of the values each field takes.

    `optional` are the fields that are filled in though they may be left out. Counts and amounts fall from field to
    field (a part is never more than its whole), and days that follow another one lie later.
    """

    number: int
    optional: frozenset[str]
    measures: int = 0
    days: int = 0

    def digit(self, base: int) -> int:
        """Which of so many values the next field takes."""
        self.number, digit = divmod(self.number, base)
        return digit

    def measure(self) -> int:
        """The percentage that the next count or amount is of the first one."""
        self.measures += 1
        return (100, 90, 80)[self.measures - 1] if self.measures <= 3 else 10


@dataclass(slots=True)
class Examples:
    """Bodies filled in by the types of their fields and tried on the law."""

    options: Options
    actor: Actor
    day: date
    context: Context = NO_CONTEXT
    _digests: list[str] | None = None

    def of(self, law: Law[Any, Any], subject: Mapping[str, Any]) -> tuple[dict[str, Any], Event] | None:
        """A body that is lawful on the state today, with its event; None where none of a few is.

        A refusal that points to an optional field has it filled in from then on; any other turns the values.
        """
        seen: list[dict[str, Any]] = []
        optional = {one.name for one in fields_of(_event_of(law)) if not one.required}
        wanted, number = frozenset[str](), 0
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                body = self._body(law, subject, _Turn(number, frozenset(optional) if last else wanted))
            except _NoneFits:
                number += 1
                continue
            missing = self._tried(law, body, seen)
            if isinstance(missing, Event):
                return body, missing
            added = (missing & optional) - wanted
            wanted |= added
            number += not added
        return None

    def _tried(self, law: Law[Any, Any], body: dict[str, Any], seen: list[dict[str, Any]]) -> Event | frozenset[str]:
        """The event of a body that is lawful; else the fields that refusals point to."""
        if body in seen:
            return frozenset()
        seen.append(body)
        try:
            event: Event = law.event.model_validate_json(orjson.dumps(body, default=str))
        except ValidationError:
            return frozenset()
        refusals = self._refusals(event)
        if not refusals:
            return event
        return frozenset(one.pointer.split("/")[1] for one in refusals if one.pointer)

    def _refusals(self, event: Event) -> Sequence[Refusal]:
        state, pack = self.options.state, self.options.pack
        filled = propose(state, event, self.actor, self.day, pack, self.context)
        return judge(state, filled, self.actor, self.day, pack, effective_on=self.day, context=self.context)

    def _body(self, law: Law[Any, Any], subject: Mapping[str, Any], turn: _Turn) -> dict[str, Any]:
        body, event_type = dict[str, Any](), _event_of(law)
        for one in fields_of(event_type):
            named = subject.get(one.attribute)
            if named is not None:
                body[one.name] = named.value if isinstance(named, Enum) else named
            elif one.required or one.name in turn.optional:
                body[one.name] = self._field(law, one, turn)
        found = waiting(self.options.state, subject, law, self.options.pack)
        return {**body, "digest": found.proposal.digest} if found is not None else body

    def _field(self, law: Law[Any, Any], one: Field, turn: _Turn) -> Any:
        if one.shape.many or one.shape.keys is not None:
            return self._several(one.shape, turn)
        offered = self.options.of(law, one)
        if offered is not None and (offered.offered or offered.ask is None):
            return _chosen(offered, turn)
        return self._value(one.shape, turn)

    def _several(self, shape: Shape, turn: _Turn) -> Any:
        """A value for each that can be chosen; else one alone."""
        if shape.keys is not None:
            keys = self.options.values(shape.keys)
            return {str(key.value): self._value(shape, turn) for key in (keys.offered if keys is not None else ())}
        if shape.part is None:
            return [self._value(shape, turn)]
        person = next((one for one in fields_of(shape.part) if _is_person(one)), None)
        house = next((one for one in fields_of(shape.part) if one.shape.words is House), None)
        if person is not None and house is not None:
            part = self._part(shape.part, turn)
            return [{**part, person.name: str(who), house.name: of.value} for of, who in self._people()]
        lead = next((one for one in fields_of(shape.part) if _leads(one)), None)
        offered = self.options.values(lead.shape) if lead is not None else None
        if lead is None or offered is None or not offered.offered:
            return [self._part(shape.part, turn)]
        part = self._part(shape.part, turn)
        return [{**part, lead.name: choice.value} for choice in offered.offered]

    def _people(self) -> list[tuple[House, UUID]]:
        """People at hand in post today, each of another house. Raises _NoneFits."""
        found: dict[House, UUID] = {}
        for state in self.context.states.values():
            for post in state.actors(self.day) if isinstance(state, Officer) else ():
                if post.house is not None:
                    found.setdefault(post.house, state.id)
        if not found:
            raise _NoneFits
        return list(found.items())[:TOGETHER]

    def _part(self, part: type[BaseModel], turn: _Turn) -> dict[str, Any]:
        return {
            one.name: self._several(one.shape, turn)
            if one.shape.many or one.shape.keys is not None
            else self._value(one.shape, turn)
            for one in fields_of(part)
            if one.required
        }

    def _value(self, shape: Shape, turn: _Turn) -> Any:
        if shape.part is not None:
            return self._part(shape.part, turn)
        offered = self.options.values(shape)
        if offered is not None and (offered.offered or offered.ask is None):
            return _chosen(offered, turn)
        match shape.marker:
            case StreamRef() as marker:
                return self._stream(marker)
            case Scalar("place"):
                return self.options.state.descriptor.place(self.options.state) or self.actor.place
            case Scalar(kind) if kind in DIGESTS:
                return self._digest(turn)
            case Scalar("public_key"):
                return sha256(f"{self.options.state.id}:{self.options.state.version}".encode()).hexdigest()
            case StateId():
                return f"example-{self.options.state.version + 1}"
        return self._plain(shape, turn)

    def _plain(self, shape: Shape, turn: _Turn) -> Any:
        match shape.kind:
            case "day":
                turn.days += 1
                later = turn.days > 1 and turn.digit(2)
                return (self.options.pack.after(self.day, LATER) if later else self.day).isoformat()
            case "count" | "money":
                value = self._first_count() * turn.measure() // 100 * (100_00 if shape.kind == "money" else 1)
                return min(max(value, shape.least or 0), shape.most or value)
            case "year":
                return self.day.year
            case "uuid" | "subject" | "log":
                return str(uuid4())
            case "person":
                return self._nobodys_number()
        value = _PLAIN.get(shape.kind, "示例")
        return max(value, shape.least or 0) if isinstance(value, int) else value

    def _nobodys_number(self) -> str:
        """An identity number of no place, and so of nobody: another one for each stream, for one is one person's."""
        year, rest = divmod(self.options.state.id.int % 100_000, 1_000)
        return identity_number(f"000000{year:02}0101{rest:03}")

    def _first_count(self) -> int:
        """As many as the unit has workers, where more than are enough in any case."""
        state = self.options.state
        return max(EXAMPLE_COUNT, (state.life.most or 0) if isinstance(state, Unit) else 0)

    def _stream(self, marker: StreamRef) -> str:
        """A stream of the kind that is at hand: whoever acts, this very one, or one that was read beside it."""
        if marker.foreign:
            raise _NoneFits
        near = {**self.context.states, self.options.state.id: self.options.state}
        for state in near.values():
            kind = state.descriptor
            if kind.name == marker.kind and state.version and (marker.closed or kind.is_open(state)):
                return str(state.id)
        raise _NoneFits

    def _digest(self, turn: _Turn) -> str:
        """A digest that the entries speak of, the latest first; any where they speak of none."""
        if self._digests is None:
            texts = (encode(entry) for entry in reversed(self.options.state.entries))
            found = (one.decode() for text in texts for one in _DIGEST.findall(text))
            self._digests = list(dict.fromkeys(islice(found, MOST_DIGESTS)))
        return self._digests[turn.digit(len(self._digests))] if self._digests else "0" * 64


_DIGEST = re.compile(rb'"([0-9a-f]{64})"')

_PLAIN: Final[Mapping[str, Any]] = {
    "percent": 90, "score": 1, "severity": 1, "version": 1, "position": 0, "size": 1,
    "id": "example1", "number": "example1", "pack_name": "example1", "period": "2026", "uri": "urn:example:1",
    "source": "urn:example:1", "holder": "unit", "json": "{}", "media_type": "application/pdf",
    "event_type": next(iter(EVENT_TYPES)), "flag": True,
}  # fmt: skip
"""An invented value of each plain type."""


def _is_person(field: Field) -> bool:
    marker = field.shape.marker
    return isinstance(marker, StreamRef) and marker.kind == "officer" and not field.shape.many


def names_people(model: type[BaseModel]) -> bool:
    """Whether the fields of an event name people of houses, whom an example has to have at hand."""
    parts = [one.shape.part for one in fields_of(model) if one.shape.part is not None and one.shape.many]
    return any(_is_person(one) for part in parts for one in fields_of(part))


def _leads(field: Field) -> bool:
    """Whether there is a row for each value of this field of a part."""
    return isinstance(field.shape.marker, PackRef | EntryRef) and not field.shape.many


def _chosen(offered: Choices, turn: _Turn) -> Any:
    if not offered.offered:
        raise _NoneFits
    return offered.offered[turn.digit(len(offered.offered))].value
