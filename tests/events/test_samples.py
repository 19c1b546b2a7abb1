"""Every version ever released is kept as a stored sample that must load for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from vocabulary import ROOT, SAMPLES, document, sample

from deploy.contract.documents import SCHEMAS as KEPT
from events.registry import EVENT_TYPES, VOCABULARY, decode, encode

SCHEMAS = {name: orjson.loads((ROOT / KEPT / f"{name}.json").read_bytes()) for name in EVENT_TYPES}
"""As they are kept; that they are what the vocabulary says is `test_contract.py`'s."""


def test_each_type_has_a_sample_and_each_sample_a_type() -> None:
    assert SAMPLES.keys() == EVENT_TYPES.keys() | VOCABULARY.upcasters.keys()


def test_a_sample_loads() -> None:
    for name in SAMPLES:
        entry = decode(name, SAMPLES[name])
        assert type(entry.event) in EVENT_TYPES.values(), name


def test_what_loads_is_written_as_the_same_document() -> None:
    for name in EVENT_TYPES:
        assert orjson.loads(encode(sample(name))) == document(name), name


def test_a_sample_is_what_its_schema_says() -> None:
    for name in EVENT_TYPES:
        assert list(Draft202012Validator(SCHEMAS[name]).iter_errors(document(name))) == [], name


def test_a_schema_is_one_in_each_of_its_parts() -> None:
    parts = {orjson.dumps(part) for name in EVENT_TYPES for part in _parts(SCHEMAS[name])}
    for part in parts:
        Draft202012Validator.check_schema(orjson.loads(part))


def _parts(schema: dict[str, Any]) -> Iterator[Any]:
    """A schema without its named parts, and each of those, of which the envelope's are the same in all."""
    named = {name: schema[name] for name in ("$defs", "properties") if name in schema}
    yield schema | {name: {} for name in named}
    for parts in named.values():
        yield from parts.values()
