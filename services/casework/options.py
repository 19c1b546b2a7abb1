"""What the fields of a decision are, which values they can take as the state stands, and a body that is lawful now.

Everything follows from the types of the fields (`events/references.py`), the subjects of the law and the state;
nothing here knows an event or a field by its name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID, uuid4

import orjson
from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from events.envelope import Actor, Entry, Event
from events.fields import Document
from events.labels import Label, label_of
from events.person import PersonTag
from events.record import ActSeconded
from events.references import EntryRef, Marker, PackRef, Scalar, StateId, StateRef, StreamRef, markers_of
from events.registry import EVENT_TYPES, encode
from events.sealed import Sealed
from events.sentences import Labels, sentence
from events.words import House, Word
from services.casework.calendar import Span, SpanUnit
from services.casework.judgement import act_of, judge, obligations, propose
from services.casework.law import NO_CONTEXT, Context, Law, Refusal, Second
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.record import event_of, lapses_on, takes_two
from services.casework.stream import OpenAct, State
from services.casework.unit.state import Unit

MOST_IN_PLACE: Final = 50
"""Values offered in place; where there are more, the answer says where to ask."""

DIGESTS: Final = frozenset({"digest", "report", "act_digest", "share", "share_digest", "seed_digest", "pack_digest"})
"""The kinds of a shape whose values are SHA-256 digests."""

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


# --- fields, by their types -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How a field's values are made: of which kind, once or many times, out of which parts.

    `of` says more of the type: the kind of stream, the types of entries, the table of the pack, the part of the
    state. `keys` is the shape of the keys of a map, whose values this is.
    """

    kind: str
    of: tuple[str, ...] = ()
    marker: Marker | None = None
    words: type[Enum] | None = None
    part: type[BaseModel] | None = None
    many: bool = False
    keys: Shape | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field that somebody fills in: its name in JSON and in Python, what it is called, and its shape."""

    name: str
    attribute: str
    owner: type[BaseModel]
    required: bool
    label: Label
    shape: Shape


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of an event or a part that somebody fills in, in their order; those that follow from the state not."""
    return tuple(
        Field(info.alias or name, name, model, info.is_required(), label_of(model, name), _shape(_whole(info)))
        for name, info in model.model_fields.items()
        if not (isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("readOnly"))
    )


def _whole(info: FieldInfo) -> Any:
    """The field's type with its markers and bounds, which pydantic keeps apart."""
    kind: Any = info.annotation
    for beside in info.metadata:
        kind = Annotated[kind, beside]
    return kind


def _shape(kind: Any) -> Shape:
    beside: list[Any] = []
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            beside = [*more, *beside]
        elif get_origin(kind) in (Union, UnionType):
            (kind,) = (choice for choice in get_args(kind) if choice is not NoneType)
        else:
            break
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (tuple, list):
        return _with(_shape(arguments[0]), many=True)
    if origin in (dict, Mapping):
        return _with(_shape(arguments[1]), keys=_shape(arguments[0]))
    return _single(kind, beside)


def _with(shape: Shape, *, many: bool = False, keys: Shape | None = None) -> Shape:
    return Shape(
        shape.kind, shape.of, shape.marker, shape.words, shape.part, many or shape.many, keys or shape.keys,
        shape.least, shape.most,
    )  # fmt: skip


def _single(kind: Any, beside: Sequence[Any]) -> Shape:
    marker = next((one for one in reversed(beside) if isinstance(one, Marker)), None)
    name, of = _named(marker)
    bounds = list(_bounds(beside))
    least = next((one.ge for one in bounds if isinstance(one, Ge) and isinstance(one.ge, int)), None)
    most = next((one.le for one in bounds if isinstance(one, Le) and isinstance(one.le, int)), None)
    if name is not None:
        return Shape(name, of, marker, least=least, most=most)
    if isinstance(kind, type):
        if issubclass(kind, Enum):
            return Shape("choice", words=kind)
        if issubclass(kind, bool):
            return Shape("flag")
        if issubclass(kind, BaseModel):
            return Shape("part", part=kind)
        plain = {Sealed: "sealed", PersonTag: "person", UUID: "uuid", int: "count", date: "day"}
        return Shape(plain.get(kind, "line"), least=least, most=most)
    return Shape("line")


def _bounds(beside: Iterable[Any]) -> Iterator[Any]:
    """Markers of bounds, also those that stand inside a `Field(…)`."""
    for one in beside:
        if isinstance(one, FieldInfo):
            yield from one.metadata
        else:
            yield one


def _named(marker: Marker | None) -> tuple[str | None, tuple[str, ...]]:
    match marker:
        case Scalar(kind):
            return str(kind), ()
        case StreamRef(kind=kind):
            return "reference", (kind,)
        case EntryRef(types=types):
            return "entry", types
        case PackRef(table=table):
            return "pack", (table,)
        case StateRef(what=what):
            return "state", (what,)
        case StateId(what=what):
            return "new_id", (what,)
    return None, ()


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen, and what people call it."""

    value: Any
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Where to ask for the values: the streams of a kind, the places, a table of the pack, the stream's entries."""

    what: Literal["streams", "places", "pack", "entries"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of a closed set, all of them; or whom to ask where they are more than stand in place."""

    offered: tuple[Choice, ...] = ()
    ask: Ask | None = None


@dataclass(slots=True)
class Options:
    """Which values the fields of decisions can take on a state; what is found out is kept for all fields."""

    state: State
    pack: Pack
    _entries: tuple[Entry[Event], ...] | None = None
    _values: dict[Shape, Choices | None] = field(default_factory=dict)
    _said: dict[int, Choice] = field(default_factory=dict)
    _candidates: dict[type[Event], list[dict[str, Any]]] = field(default_factory=dict)

    def of(self, law: Law[Any, Any], field: Field) -> Choices | None:
        """The values of a field, or of the field of a part; None where anything of its type will do."""
        named = self._subjects(law, field)
        return named if named is not None else self.values(field.shape)

    def values(self, shape: Shape) -> Choices | None:
        """The values of a shape; None where anything of its type will do."""
        if shape not in self._values:
            self._values[shape] = self._found(shape)
        return self._values[shape]

    def _found(self, shape: Shape) -> Choices | None:
        match shape.marker:
            case Scalar("place"):
                return Choices(ask=Ask("places"))
            case Scalar("report"):
                return Choices(tuple(self._files())[:MOST_IN_PLACE])
            case Scalar("duty"):
                return Choices(tuple(self._duties()))
            case StreamRef(foreign=False, kind=kind):
                return Choices(ask=Ask("streams", kind))
            case EntryRef() as marker:
                return self._named_by(marker)
            case PackRef(table=table):
                return self._table(table)
            case StateRef(what=what):
                named = self.state.descriptor.choices[what](self.state)
                return Choices(tuple(self._identified(what, one) for one in list(named)[-MOST_IN_PLACE:]))
        if shape.words is not None:
            return Choices(_words(shape.words))
        return None

    def _subjects(self, law: Law[Any, Any], field: Field) -> Choices | None:
        """What the act can be about, where the field names it."""
        event_type: type[Event] = law.event
        if law.about is None or field.owner != event_type or field.attribute not in law.about.fields:
            return None
        if event_type not in self._candidates:
            self._candidates[event_type] = law.about.candidates(self.state, self.pack)
        values = dict.fromkeys(candidate[field.attribute] for candidate in self._candidates[event_type])
        return Choices(tuple(self._called(value, field.shape) for value in values if value is not None))

    def _called(self, value: Any, shape: Shape) -> Choice:
        if isinstance(value, Word):
            return Choice(value.value, value.zh, value.en)
        if isinstance(shape.marker, EntryRef):
            return self._entry(self.state.entries[value - 1])
        return Choice(value, self.pack.label(str(value), "zh"), self.pack.label(str(value), "en"))

    def _named_by(self, marker: EntryRef) -> Choices:
        """The entries that may be named, the newest first."""
        if self._entries is None:
            self._entries = tuple(entry for entry in self.state.entries if entry.version not in self.state.voided)
        named = [entry for entry in reversed(self._entries) if marker.takes(entry.event.about.type)]
        offered = tuple(self._entry(entry) for entry in named[:MOST_IN_PLACE])
        return Choices(offered, Ask("entries") if len(named) > MOST_IN_PLACE else None)

    def _entry(self, entry: Entry[Event]) -> Choice:
        said = self._said.get(entry.version)
        if said is None:
            zh, en = (sentence(entry.event, language, self.pack.label) for language in ("zh", "en"))
            said = self._said[entry.version] = Choice(entry.version, zh, en)
        return said

    def _identified(self, what: str, value: str) -> Choice:
        """An id of the state by the entry that gave it: what it says, and when."""
        if value in EVENT_TYPES:
            return Choice(value, EVENT_TYPES[value].about.zh, EVENT_TYPES[value].about.en)
        for entry in self.state.entries:
            given = (name for name, marker in markers_of(type(entry.event)).items() if marker == StateId(what))
            if any(getattr(entry.event, name) == value for name in given):
                said = self._entry(entry)
                return Choice(value, f"{entry.day} {said.zh}", f"{entry.day} {said.en}")
        return Choice(value, value, value)

    def _files(self) -> Iterator[Choice]:
        """The files that the entries carry, the newest first."""
        found = dict[str, Choice]()
        for entry in reversed(self.state.entries):
            for _, value in entry.event:
                for one in value if isinstance(value, tuple) else (value,):
                    if isinstance(one, Document):
                        said = f"{one.title} · {entry.day}"
                        found.setdefault(one.sha256, Choice(one.sha256, said, said))
        yield from found.values()

    def _duties(self) -> Iterator[Choice]:
        """What is owed on the stream, by the key that names it."""
        for duty in obligations(self.state, Packs.fixed(self.pack)):
            yield Choice(duty.key, f"{duty.kind.zh}（{duty.due}）", f"{duty.kind.en} ({duty.due})")

    def _table(self, table: str) -> Choices:
        ids = self.for_kind(table)
        if len(ids) > MOST_IN_PLACE:
            return Choices(ask=Ask("pack", table))
        texts = self.pack.texts(table)
        return Choices(tuple(Choice(one, texts[one].zh, texts[one].en) for one in ids))

    def for_kind(self, table: str) -> Sequence[str]:
        """The ids of a table of the pack, those alone that are for units of this kind."""
        kind = self.state.life.kind if isinstance(self.state, Unit) else None
        if kind is None:
            return tuple(self.pack.texts(table))
        sets = {name: one for name, one in self.pack.standard_sets.items() if kind in one.kinds}
        match table:
            case "titles":
                return tuple(name for name, title in self.pack.titles.items() if kind in title.kinds)
            case "standard_sets":
                return tuple(sets)
            case "standards":
                return tuple(dict.fromkeys(name for one in sets.values() for name in one.standards))
            case "items":
                standards = [standard for one in sets.values() for standard in one.standards.values()]
                return tuple(dict.fromkeys(name for standard in standards for name in standard.items))
            case "vetoes":
                return tuple(dict.fromkeys(name for one in sets.values() for name in one.vetoes))
            case "honours":
                return tuple(name for name, honour in self.pack.honours.items() if kind in honour.kinds)
        return tuple(self.pack.texts(table))


def options(state: State, law: Law[Any, Any], field: Field, pack: Pack) -> Choices | None:
    """The values that a field of a decision can take on this state; None where anything of its type will do."""
    return Options(state, pack).of(law, field)


@cache
def _words(words: type[Enum]) -> tuple[Choice, ...]:
    return tuple(
        Choice(word.value, word.zh, word.en) if isinstance(word, Word) else Choice(word.value, word.name, word.name)
        for word in words
    )


# --- acts that wait for a second person -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed act as its second person sees it."""

    proposal: OpenAct
    event: Event
    lapses_on: date

    def says(self, language: Literal["zh", "en"], labels: Labels) -> str:
        """What the act says."""
        return sentence(self.event, language, labels)


def waiting(state: State, subject: Mapping[str, Any], law: Law[Any, Any], pack: Pack) -> Waiting | None:
    """What a seconding with that subject would bring about; None for all other decisions."""
    if not issubclass(law.event, ActSeconded):
        return None
    proposal = state.common.open_acts.get(subject.get("proposal") or 0)
    return Waiting(proposal, event_of(proposal), lapses_on(proposal, pack)) if proposal is not None else None


def second_person(state: State, law: Law[Any, Any], pack: Pack, example: Event | None = None, **by: Any) -> bool | None:
    """Whether a second person will be needed: known of the decision itself, or else of its example; None unknown."""
    if law.second is None:
        return False
    if law.second.when is _ALWAYS:
        return True
    if example is None:
        return None
    return takes_two(state, act_of(law, example, by["actor"], by["day"], context=by["context"]), pack)


_ALWAYS: Final = Second.__dataclass_fields__["when"].default
"""What says that an act takes two persons whatever is filled in."""


# --- bodies that are lawful now ---------------------------------------------------------------------------------------


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
        value = _PLAIN.get(shape.kind, "示例")
        return max(value, shape.least or 0) if isinstance(value, int) else value

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
    "event_type": next(iter(EVENT_TYPES)), "flag": True, "person": "11010519491231002X",
}  # fmt: skip
"""An invented value of each plain type; the identity number is the standard's own example (GB 11643-1999)."""


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
