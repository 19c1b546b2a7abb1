"""The JSON Schema (2020-12) of what is stored, one an event type, made from the event's class."""

from __future__ import annotations

import csv
import inspect
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from events.envelope import Event
from events.registry import VOCABULARY, Vocabulary

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Untitled(GenerateJsonSchema):
    """Without titles repeated from field names: what a field means stands in its description."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (the signature is pydantic's)
        return False


def schemas(vocabulary: Vocabulary = VOCABULARY) -> dict[str, Schema]:
    """The schema of the stored entry of every type, by type name."""
    return {name: _schema(vocabulary, name, event) for name, event in vocabulary.types.items()}


def described(event: type[Event]) -> str:
    """What the event is: its docstring, on one line."""
    return " ".join(inspect.cleandoc(event.__doc__ or "").split())


@cache
def meanings() -> dict[str, tuple[str, str]]:
    """Field (or `Class.field`, where it means something of its own) → what it means, zh and en."""
    text = files("deploy.contract").joinpath("meanings.csv").read_text(encoding="utf-8")
    return {row["field"]: (row["zh"], row["en"]) for row in csv.DictReader(text.splitlines())}


def meaning(owner: str, field: str) -> tuple[str, str]:
    """What a field of a class means; KeyError where `meanings.csv` does not say."""
    return meanings().get(f"{owner}.{field}") or meanings()[field]


def _schema(vocabulary: Vocabulary, name: str, event: type[Event]) -> Schema:
    made = vocabulary.entries[name].model_json_schema(mode="serialization", schema_generator=Untitled)
    parts = {owner: _explained(owner, part) for owner, part in _stored(made.pop("$defs")).items()}
    head = {
        "$schema": DIALECT,
        "$id": f"urn:concord:event:{name}",
        "title": f"{event.about.zh} / {event.about.en}",
        "description": described(event),
        "x-clauses": list(event.about.clauses),
        "x-decision": event.about.decision,
    }
    body = _explained("Entry", _stored(made))
    return (
        head | {key: body[key] for key in ("type", "properties", "required", "additionalProperties")} | {"$defs": parts}
    )


def _explained(owner: str, part: Schema) -> Schema:
    """The part with the meaning of each of its fields."""
    part = {key: " ".join(value.split()) if key == "description" else value for key, value in part.items()}
    if "properties" not in part:
        return part
    fields = {
        name: {"description": " / ".join(meaning(owner, name))} | field for name, field in part["properties"].items()
    }
    return part | {"properties": fields}


def _stored(schema: Any) -> Any:
    """As it is stored: empty fields are left out, so nothing is null; personal data is an envelope."""
    if isinstance(schema, list):
        return [_stored(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("title") == "Sealed":
        return {"x-sealed": True} | schema["anyOf"][1]
    if "anyOf" in schema:
        filled = [part for part in schema["anyOf"] if part != {"type": "null"}]
        rest = {key: part for key, part in schema.items() if key not in ("anyOf", "default")}
        return _stored(rest | (filled[0] if len(filled) == 1 else {"anyOf": filled}))
    stored = {key: _stored(part) for key, part in schema.items() if not (key == "default" and part is None)}
    return stored | {"additionalProperties": False} if "patternProperties" in schema else stored
