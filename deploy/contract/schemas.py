"""The JSON Schema (2020-12) of what is stored, one an event type, made from the event's class."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from events.envelope import Entry, Event
from events.labels import label_of
from events.registry import VOCABULARY, Vocabulary

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


_STORED_AS = {"Sealed": "x-sealed", "PersonTag": "x-person-tag"}
"""Types whose clear form is only ever entered, by the mark of the form that is stored."""


class Untitled(GenerateJsonSchema):
    """Without titles repeated from field names: what a field means stands in its description."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (the signature is pydantic's)
        return False


def schemas(vocabulary: Vocabulary = VOCABULARY) -> dict[str, Schema]:
    """The schema of the stored entry of every type, by type name."""
    return {name: _schema(vocabulary.entries[name], name, event) for name, event in vocabulary.types.items()}


def described(event: type[Event]) -> str:
    """What the event is: its docstring, on one line."""
    return " ".join(inspect.cleandoc(event.__doc__ or "").split())


@cache
def models_of(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """A model and every part in it, by the name it has in a schema."""
    found = {"Entry" if issubclass(model, Entry) else model.__name__: model}
    for field in model.model_fields.values():
        for part in _parts_in(field.annotation):
            found |= models_of(part)
    return found


def _parts_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for argument in get_args(kind):
        yield from _parts_in(argument)


@cache
def _schema(entry: type[Entry[Event]], name: str, event: type[Event]) -> Schema:
    made = entry.model_json_schema(mode="serialization", schema_generator=Untitled)
    models = models_of(entry)
    parts = {owner: _explained(models.get(owner), part) for owner, part in _stored(made.pop("$defs")).items()}
    head = {
        "$schema": DIALECT,
        "$id": f"urn:concord:event:{name}",
        "title": f"{event.about.zh} / {event.about.en}",
        "description": described(event),
        "x-matter": event.about.matter,
        "x-decision": event.about.decision,
    }
    body = _explained(Entry, _stored(made))
    return (
        head | {key: body[key] for key in ("type", "properties", "required", "additionalProperties")} | {"$defs": parts}
    )


def _explained(owner: type[BaseModel] | None, part: Schema) -> Schema:
    """The part with what each of its fields is called and means."""
    part = {key: " ".join(value.split()) if key == "description" else value for key, value in part.items()}
    if owner is None:
        return part
    return part | {"properties": {name: _labelled(owner, name) | field for name, field in part["properties"].items()}}


def _labelled(owner: type[BaseModel], field: str) -> Schema:
    zh, en, help_zh, help_en = label_of(owner, field)
    return {"title": f"{zh} / {en}", "description": f"{help_zh} / {help_en}"}


def _stored(schema: Any) -> Any:
    """As it is stored: empty fields are left out, so nothing is null; personal data is an envelope."""
    if isinstance(schema, list):
        return [_stored(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    mark = _STORED_AS.get(str(schema.get("title")))
    if mark is not None:
        return {mark: True} | schema["anyOf"][1]
    if "anyOf" in schema:
        filled = [part for part in schema["anyOf"] if part != {"type": "null"}]
        rest = {key: part for key, part in schema.items() if key not in ("anyOf", "default")}
        return _stored(rest | (filled[0] if len(filled) == 1 else {"anyOf": filled}))
    stored = {key: _stored(part) for key, part in schema.items() if not (key == "default" and part is None)}
    return stored | {"additionalProperties": False} if "patternProperties" in schema else stored
