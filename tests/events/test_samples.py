"""Every version ever released is kept as a stored sample that must load for ever."""

from __future__ import annotations

from typing import Any

import orjson
from jsonschema import Draft202012Validator
from vocabulary import SAMPLES, document, sample

from deploy.contract.schemas import schemas
from events.registry import EVENT_TYPES, VOCABULARY, decode, encode

SCHEMAS = schemas()


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
        schema: dict[str, Any] = SCHEMAS[name]
        Draft202012Validator.check_schema(schema)
        assert list(Draft202012Validator(schema).iter_errors(document(name))) == [], name
