"""The stored samples, and events made from them with nothing but what they must have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from deploy.contract.schemas import models_of
from events.envelope import Entry, Event
from events.registry import EVENT_TYPES, VOCABULARY, decode

ROOT = Path(__file__).parents[2]
SAMPLES = {path.stem: path.read_bytes() for path in sorted((ROOT / "tests/samples").glob("*.json"))}


def sample(type_name: str) -> Entry[Event]:
    """The entry that is kept of the type."""
    return decode(type_name, SAMPLES[type_name])


def document(type_name: str) -> dict[str, Any]:
    """The same as plain JSON, to be spoilt by a test."""
    made: dict[str, Any] = orjson.loads(SAMPLES[type_name])
    return made


def bare(type_name: str) -> Event:
    """The sample's event with every optional field empty."""
    made = document(type_name)
    needed = {field.alias or name for name, field in EVENT_TYPES[type_name].model_fields.items() if field.is_required()}
    made["event"] = {name: value for name, value in made["event"].items() if name in needed}
    return decode(type_name, orjson.dumps(made)).event


def _models() -> tuple[type[BaseModel], ...]:
    found: dict[str, type[BaseModel]] = {}
    for entry in VOCABULARY.entries.values():
        found |= models_of(entry)
    return tuple(found.values())


MODELS = _models()
"""Every event, every part of one, and what the envelope is made of."""
