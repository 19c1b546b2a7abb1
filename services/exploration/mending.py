"""A refused body set right as its refusal says: the field that it points at takes what the refusal names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from events.envelope import Event
from events.references import EntryRef, PackRef, StateRef, StreamRef
from services.casework.field_shapes import DIGESTS, Field, Shape, fields_of
from services.casework.law import Refusal
from services.casework.stream import State
from services.exploration.bodies import PLACES_OF_THE_WORLD, Filling, NothingFitsError
from services.exploration.world import Act, World

ROUNDS: Final = 6
"""Fields set right in one body, at most."""

VALUES: Final = 80
"""Values tried for one field, at most."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?<![\d-])(?:19|20)\d\d(?![\d-])")
_NUMBER = re.compile(r"(?<![\w.-])\d{1,9}(?![\w-])")
_WORD = re.compile(r"[a-z][a-z0-9_]{2,63}|[0-9A-Z]{6,20}")
_NUMBERS: Final = frozenset({"count", "money", "percent", "score", "severity", "version", "position", "year", "size"})


def field_at(model: type[BaseModel], pointer: str) -> tuple[Field, Shape] | None:
    """The field that a pointer leads to (RFC 6901), and the shape of the value there; None where nobody enters it."""
    found: tuple[Field, Shape] | None = None
    for step in pointer.split("/")[1:]:
        field = next((one for one in fields_of(model) if one.name == step), None)
        if field is None:
            if found is None:
                return None
            continue  # a position in a list, or the key of a map
        found = (field, field.shape)
        if field.shape.part is not None:
            model = field.shape.part
    return found


@dataclass(slots=True)
class Mending:
    """Bodies for a stream of a world, set right by what refuses them."""

    world: World
    state: State
    random: Random

    def accepted(self, act: Act) -> Act | None:
        """The act with its body set right, field after field, until it is accepted; None where that leads nowhere."""
        refusals: Sequence[Refusal] = self.world.decided(act).refusals
        for _ in range(ROUNDS):
            if not refusals:
                return act
            mended = self._next(act, refusals)
            if mended is None:
                return None
            act, refusals = mended
        return act if not refusals else None

    def _next(self, act: Act, refusals: Sequence[Refusal]) -> tuple[Act, Sequence[Refusal]] | None:
        """The first body with which what refused it does so no more."""
        wrong = next((one for one in refusals if one.pointer), None)
        if wrong is None:
            return None
        for event in self.bodies(act.event, wrong):
            again = Act(act.day, act.who, act.stream, event, act.effective_on)
            left = self.world.decided(again).refusals
            if not any((one.rule, one.pointer) == (wrong.rule, wrong.pointer) for one in left):
                return again, left
        return None

    def bodies(self, event: Event, wrong: Refusal) -> Iterator[Event]:
        """Bodies with another value where the refusal points."""
        pointer = wrong.pointer or ""
        found = field_at(type(event), pointer)
        if found is None:
            return
        document = orjson.loads(event.model_dump_json(by_alias=True, exclude_none=True))
        for number, value in enumerate(self._values(found, document, pointer, wrong)):
            if number >= VALUES:
                return
            body = orjson.loads(orjson.dumps(document))
            if not _put(body, pointer.split("/")[1:], value):
                return
            try:
                yield type(event).model_validate_json(orjson.dumps(body))
            except ValidationError:
                continue

    def _values(
        self, found: tuple[Field, Shape], document: dict[str, Any], pointer: str, wrong: Refusal
    ) -> Iterator[Any]:
        field, shape = found
        if shape.kind in ("person", "sealed"):
            return
        said = " ".join((wrong.en, *wrong.facts))
        whole = pointer.rpartition("/")[2] == field.name
        if whole and (shape.many or shape.keys is not None):
            yield from self._lists(field, document, pointer)
            return
        yield from self._named(shape, said)
        if not field.required and whole:
            yield None
        for _ in range(4):
            try:
                yield Filling(self.world, self.state, self.random).value(field)
            except NothingFitsError:
                break

    def _lists(self, field: Field, document: dict[str, Any], pointer: str) -> Iterator[Any]:
        told = _get(document, pointer.split("/")[1:])
        if isinstance(told, list):
            yield from ([one for one in told if one != out] for out in told)
            yield from ([one] for one in told)
        for _ in range(4):
            try:
                yield Filling(self.world, self.state, self.random).value(field)
            except NothingFitsError:
                break

    def _named(self, shape: Shape, said: str) -> Iterator[Any]:
        """What the refusal names that such a field can take; then what else there is."""
        match shape.marker:
            case EntryRef() as marker:
                known = [e for e in reversed(self.state.entries) if e.version not in self.state.voided]
                yield from (int(one) for one in _NUMBER.findall(said))
                yield from (e.version for e in known if marker.takes(e.event.about.type))
            case StreamRef(kind=kind):
                yield from (str(one) for one in reversed(self.world.by_kind.get(kind, ())))
            case StateRef(what=what):
                yield from self.state.descriptor.choices[what](self.state)
            case PackRef(table=table):
                yield from (one for one in _WORD.findall(said) if one in self.world.pack.table(table))
                yield from self.world.pack.table(table)
            case _:
                yield from self._plain(shape, said)

    def _plain(self, shape: Shape, said: str) -> Iterator[Any]:
        if shape.kind == "day":
            yield from self._days(said)
        elif shape.kind in _NUMBERS:
            for text in dict.fromkeys(_NUMBER.findall(said)):
                yield from (int(text) + off for off in (0, 1, -1) if int(text) + off >= 0)
        elif shape.words is not None:
            yield from (one.value for one in shape.words)
        elif shape.kind == "flag":
            yield from (True, False)
        else:
            yield from self._texts(shape, said)

    def _days(self, said: str) -> Iterator[str]:
        for text in dict.fromkeys(_DATE.findall(said)):
            day = date.fromisoformat(text)
            yield from ((day + timedelta(days=off)).isoformat() for off in (0, 1, -1))
        for year in dict.fromkeys(_YEAR.findall(said)):
            yield from (f"{year}-12-31", f"{year}-01-01", f"{year}-07-01")
        yield from ((self.world.day + timedelta(days=off)).isoformat() for off in (0, 1, -1, 14, 40))

    def _texts(self, shape: Shape, said: str) -> Iterator[str]:
        match shape.kind:
            case "period":
                years = (self.world.day.year - back for back in range(3))
                yield from (f"{year}-{month:02}" for year in years for month in range(12, 0, -1))
            case "place":
                yield from PLACES_OF_THE_WORLD
            case kind if kind in DIGESTS:
                yield from Filling(self.world, self.state, self.random).spoken()
                yield sha256(said.encode()).hexdigest()
            case _:
                yield from dict.fromkeys(_WORD.findall(said))


def _get(document: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(document, list):
            document = document[int(step)] if int(step) < len(document) else None
        elif isinstance(document, dict):
            document = document.get(step)
    return document


def _put(document: Any, steps: Sequence[str], value: Any) -> bool:
    """Put a value where a pointer leads; taken out where it is None. Whether there is such a place."""
    for step in steps[:-1]:
        document = _get(document, (step,))
        if document is None:
            return False
    last = steps[-1]
    if isinstance(document, list):
        if int(last) >= len(document):
            return False
        document[int(last)] = value
    elif value is None:
        document.pop(last, None)
    else:
        document[last] = value
    return True
