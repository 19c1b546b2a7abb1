"""Every version ever released is kept as a stored sample that must load for ever."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from vocabulary import SAMPLES, document, sample

from deploy.contract.schemas import schemas
from events.registry import EVENT_TYPES, VOCABULARY, decode, encode

SCHEMAS = schemas()


def test_each_type_has_a_sample_and_each_sample_a_type() -> None:
    assert SAMPLES.keys() == EVENT_TYPES.keys() | VOCABULARY.upcasters.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_loads(name: str) -> None:
    entry = decode(name, SAMPLES[name])
    assert type(entry.event) in EVENT_TYPES.values()


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_what_loads_is_written_as_the_same_document(name: str) -> None:
    assert orjson.loads(encode(sample(name))) == document(name)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_sample_is_what_its_schema_says(name: str) -> None:
    schema: dict[str, Any] = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document(name))
