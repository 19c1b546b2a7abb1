"""Which values the fields of a decision can take as the state stands.

Everything follows from the shapes of the fields, the subjects of the law and the state; nothing here knows an event
or a field by its name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Final, Literal

from events.envelope import Entry, Event
from events.fields import Document
from events.references import EntryRef, PackRef, Scalar, StateId, StateRef, StreamRef, markers_of
from events.registry import EVENT_TYPES
from events.sentences import sentence
from events.words import Word
from services.casework.field_shapes import Field, Shape
from services.casework.judgement import obligations
from services.casework.law import Law
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import State
from services.casework.unit.state import Unit

MOST_IN_PLACE: Final = 50
"""Values offered in place; where there are more, the answer says where to ask."""


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
