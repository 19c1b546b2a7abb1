"""What may be decided, as JSON: allowed or why not, whom it takes, and on request what to fill in and an example."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from events.envelope import Event
from events.registry import KINDS
from services.casework.examples import Examples
from services.casework.field_shapes import Field, Shape, fields_of
from services.casework.judgement import Possibility
from services.casework.law import Context
from services.casework.options import Ask, Choices, Options
from services.casework.pack import Pack
from services.casework.second_person import second_person, waiting
from services.casework.stream import State
from services.entry_documents import refusal_document
from services.http.routing import BASE


@dataclass(slots=True)
class Forms:
    """The possibilities on one state as documents; `filled` asks for fields and examples too."""

    state: State
    pack: Pack
    day: date
    context: Context
    filled: bool
    options: Options = field(init=False)
    _parts: dict[Shape, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.options = Options(self.state, self.pack)

    def example(self, possible: Possibility) -> tuple[dict[str, Any], Event] | None:
        """A body that is lawful now, with its event; None where it is refused anyway, or none is found."""
        if not possible.allowed or possible.actor is None:
            return None
        return Examples(self.options, possible.actor, self.day, self.context).of(possible.law, possible.subject)

    def document(self, possible: Possibility) -> dict[str, Any]:
        """One possibility."""
        law, actor, event_type = possible.law, possible.actor, possible.type
        made = self.example(possible) if self.filled else None
        by = {"actor": actor, "day": self.day, "context": self.context}
        document: dict[str, Any] = {
            "decision": possible.decision,
            "type": event_type.about.type,
            "subject": dict(possible.subject),
            "title": possible.title,
            "zh": event_type.about.zh,
            "en": event_type.about.en,
            "allowed": possible.allowed,
            "if_match": not event_type.about.fact,
            "as": actor.post if actor is not None and possible.allowed else None,
            "takes_two": second_person(self.state, law, self.pack, made[1] if made is not None else None, **by),
            "refusals": [refusal_document(refusal) for refusal in possible.refusals],
        }
        found = waiting(self.state, possible.subject, law, self.pack)
        if found is not None:
            document["waits"] = {
                "proposal": found.proposal.version,
                "type": found.proposal.type,
                "zh": found.says("zh", self.pack.label),
                "en": found.says("en", self.pack.label),
                "by": found.proposal.actor.post,
                "digest": found.proposal.digest,
                "proposed_on": found.proposal.day,
                "lapses_on": found.lapses_on,
            }
        if self.filled:
            document["fields"] = [self.field(one, self.options.of(law, one)) for one in fields_of(event_type)]
            if made is not None:
                document["example"] = made[0]
        return document

    def field(self, one: Field, choices: Choices | None) -> dict[str, Any]:
        """A field: what it is called and means, of which type it is, which values it can take."""
        said = _said(one)
        beside = self._values(one.shape, choices)
        return {**said, **beside} if beside else said

    def _values(self, shape: Shape, choices: Choices | None) -> dict[str, Any]:
        """What of a shape depends on the state: the values to choose from, down to the last part."""
        document: dict[str, Any] = {}
        if choices is not None and (choices.offered or choices.ask is None):
            document["choices"] = [{"value": one.value, "zh": one.zh, "en": one.en} for one in choices.offered]
        if choices is not None and choices.ask is not None:
            document["ask"] = self._address(choices.ask)
        if shape.keys is not None:
            document["keys"] = {**_form(shape.keys), **self._values(shape.keys, self.options.values(shape.keys))}
        if shape.part is not None:
            document["fields"] = self._fields_of_part(shape)
        return document

    def _fields_of_part(self, shape: Shape) -> list[dict[str, Any]]:
        if shape.part is None:
            return []
        if shape not in self._parts:
            self._parts[shape] = [self.field(one, self.options.values(one.shape)) for one in fields_of(shape.part)]
        return self._parts[shape]

    def _address(self, ask: Ask) -> str:
        own = f"{BASE}/{self.state.descriptor.words.plural}/{self.state.id}"
        match ask.what:
            case "streams":
                return f"{BASE}/{KINDS[ask.name].plural}?open=true"
            case "pack":
                return f"{BASE}/{ask.name.replace('_', '-')}"
            case "entries":
                return f"{own}/events"
        return f"{BASE}/places"


@cache
def _said(one: Field) -> dict[str, Any]:
    """What of a field is always so."""
    label = one.label
    return {
        "name": one.name,
        "required": one.required,
        "label": {"zh": label.zh, "en": label.en},
        "help": {"zh": label.help_zh, "en": label.help_en},
        **_form(one.shape),
    }


def _form(shape: Shape) -> dict[str, Any]:
    document: dict[str, Any] = {"type": shape.kind}
    if shape.of:
        document["of"] = list(shape.of)
    if shape.many:
        document["many"] = True
    if shape.least is not None:
        document["minimum"] = shape.least
    if shape.most is not None:
        document["maximum"] = shape.most
    return document
