"""A made-up value of a JSON Schema: the example that stands beside each request body in the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TEXTS = (
    "示例",
    "430104",
    "2024",
    "110101190001010014",
    "914301000000000013",
    "provincial_harmonious",
    "application/pdf",
    "ab" * 32,
    "urn:example:1",
)
"""Texts of the forms that the vocabulary asks for; of an identity number that of nobody, born in 1900."""

_BY_NAME = {"sha256": "ab" * 32, "media_type": "application/pdf"}


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """A value that fits the schema; references lead to `schemas` by their last part. Only required members are given.

    Raises LookupError for a pattern that nothing made up here fits.
    """
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    given = [*schema.get("examples", ()), *schema.get("enum", ()), *((schema["const"],) if "const" in schema else ())]
    if given:
        return given[0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], schemas, name)
    match schema.get("type"):
        case "object":
            return _object(schema, schemas)
        case "array":
            return [example(schema["items"], schemas, name)] * max(schema.get("minItems", 0), 1)
        case "string":
            return _text(schema, name)
        case "boolean":
            return True
    return max(schema.get("minimum", 1), 1)


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    members = schema.get("properties", {})
    made = {name: example(members[name], schemas, name) for name in schema.get("required", ()) if name in members}
    values = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), None)
    if isinstance(values, Mapping) and not made:
        return {"example": example(values, schemas)}
    return made


def _text(schema: Mapping[str, Any], name: str) -> str:
    match schema.get("format"):
        case "date":
            return "2026-05-11"
        case "date-time":
            return "2026-05-11T09:00:00+08:00"
        case "uuid":
            return "0190f5a0-3c1e-4d2b-8f6a-2b1c9d8e7f60"
    pattern = schema.get("pattern")
    if name in _BY_NAME:
        return _BY_NAME[name]
    if pattern is None:
        return "示例"
    fitting = (text for text in _TEXTS if re.search(pattern, text))
    found = next(fitting, None)
    if found is None:
        raise LookupError(f"no example fits {pattern}")
    return found
