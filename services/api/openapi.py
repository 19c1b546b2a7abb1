"""The OpenAPI document: every decision as an operation of its own, its body the payload of its event."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from events.envelope import Event
from services.api.answers import json_response
from services.api.bodies import derived_fields
from services.casework.judgement import DECISIONS

_HEADERS = [
    {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 200}},
]
_UNIT = {"name": "unit", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_PROBLEM = {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"type": "object"}}}}


def describe(app: FastAPI) -> None:
    """Serve `/openapi.json`, made once."""
    made: dict[str, Any] = {}

    @app.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        if not made:
            made.update(openapi_document(app))
        return json_response(made)


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The whole document (OpenAPI 3.1)."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    generic = document["paths"].pop("/api/v1/units/{unit}/decisions/{decision}", None)
    for name, event_type in DECISIONS.items():
        schemas[event_type.__name__] = payload_schema(event_type, schemas)
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{event_type.__name__}"}}}
        operation = {
            "operationId": name,
            "tags": ["decisions"],
            "summary": f"{event_type.about.zh} · {event_type.about.en}",
            "description": event_type.__doc__ or "",
            "requestBody": {"required": True, "content": body},
            "responses": {"201": {"description": "Stored"}, "409": _PROBLEM, "412": _PROBLEM, "422": _PROBLEM},
        }
        if name == "register":
            document["paths"]["/api/v1/units"]["post"] |= operation | {"parameters": _HEADERS}
            continue
        required = not event_type.about.fact
        match = {"name": "If-Match", "in": "header", "required": required, "schema": {"type": "string"}}
        path = f"/api/v1/units/{{unit}}/decisions/{name}"
        document["paths"][path] = {"post": operation | {"parameters": [_UNIT, *_HEADERS, match]}}
    if generic is None:
        raise LookupError("the route of decisions is gone")
    return document


def payload_schema(event_type: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of what a person fills in: the event's fields without those that follow from the state."""
    schema = event_type.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    for name in derived_fields(event_type):
        schema["properties"].pop(name, None)
    return schema
