"""The OpenAPI document: every decision of every kind as an operation of its own, its body the payload of its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from events.envelope import Event
from services.api.answers import json_response
from services.api.bodies import derived_fields
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import Law

_BASE = "/api/v1"
_GENERIC = "{kinds}"

_KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 200}}
_PROBLEM = {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
_REFUSED = {"400": _PROBLEM, "401": _PROBLEM, "409": _PROBLEM, "412": _PROBLEM, "422": _PROBLEM, "428": _PROBLEM}
_DAY = {"type": "string", "format": "date"}
_MOMENT = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_UUID = {"type": "string", "format": "uuid"}


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
    paths = document["paths"]
    generic = [path for path in paths if _GENERIC in path]
    if not generic:
        raise LookupError("the routes of streams are gone")
    for path in generic:
        del paths[path]
    for path, operations in paths.items():
        _declare(path, operations)
    for kind in KINDS.values():
        for path, operations in _of_kind(kind, schemas):
            paths[path] = operations | paths.get(path, {})
    return document


def _declare(path: str, operations: Mapping[str, Any]) -> None:
    """The parameters of a path whose route reads them from the request itself."""
    for operation in operations.values():
        given = operation.setdefault("parameters", [])
        known = {one["name"] for one in given}
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        given += [_path(name, _TEXT) for name in names if name not in known]


def _of_kind(kind: Kind[Any], schemas: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    plural, one = f"{_BASE}/{kind.words.plural}", f"{_BASE}/{kind.words.plural}/{{stream}}"
    begins: dict[str, Any] = {}
    for name, law in kind.decisions.items():
        operation = _decision(kind, name, law, schemas)
        yield f"{one}/decisions/{name}", {"post": operation}
        if law.opens and kind.key is not None and not begins:
            headers = [given for given in operation["parameters"] if given["in"] != "path"]
            begins = {"post": operation | {"operationId": f"{kind.name}-{name}-by-key", "parameters": headers}}
    listed = [
        _query("place", _TEXT), _query("open", _FLAG), _query("name", _TEXT), _query("changed_since", _MOMENT),
        _query("cursor", _TEXT), _query("limit", _NUMBER),
    ]  # fmt: skip
    yield plural, {"get": _reading(kind, "list", f"{kind.words.zh} · {kind.words.en}: the list", listed), **begins}
    views = [_query("version", _NUMBER), _query("on", _DAY), _query("known", _MOMENT)]
    yield one, {"get": _reading(kind, "state", "The state, now or in a view of the past", [_stream(kind), *views])}
    pages = [_stream(kind), _query("after", _NUMBER), _query("limit", _NUMBER)]
    yield f"{one}/events", {"get": _reading(kind, "events", "Everything that happened", pages)}
    asked = [_stream(kind), _query("options", _FLAG)]
    yield f"{one}/decisions", {"get": _reading(kind, "decisions", "What the caller may decide now", asked)}


def _reading(kind: Kind[Any], name: str, summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    answer = {"description": "Found", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "operationId": f"{kind.name}-{name}",
        "tags": [kind.name],
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": answer, "401": _PROBLEM, "404": _PROBLEM, "422": _PROBLEM},
    }


def _decision(kind: Kind[Any], name: str, law: Law[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    event_type = law.event
    schemas[event_type.__name__] = payload_schema(event_type, schemas)
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{event_type.__name__}"}}}
    required = not (event_type.about.fact or law.opens)
    match = {"name": "If-Match", "in": "header", "required": required, "schema": _TEXT}
    return {
        "operationId": f"{kind.name}-{name}",
        "tags": [kind.name],
        "summary": f"{event_type.about.zh} · {event_type.about.en}",
        "description": event_type.__doc__ or "",
        "parameters": [_stream(kind), _KEY, match, _query("effective_on", _DAY)],
        "requestBody": {"required": True, "content": body},
        "responses": {
            "201": {"description": "Stored", "content": {"application/json": {"schema": {"type": "object"}}}},
            **_REFUSED,
        },
    }


def _stream(kind: Kind[Any]) -> dict[str, Any]:
    told = "follows from its key" if kind.words.keyed else "chosen by who begins it: a UUID of version 4 or 7"
    return {**_path("stream", _UUID), "description": f"the {kind.words.en}; its id is {told}"}


def _path(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": dict(schema)}


def _query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def payload_schema(event_type: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of what a person fills in: the event's fields without those that follow from the state."""
    schema = event_type.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    for name in derived_fields(event_type):
        schema["properties"].pop(name, None)
    return schema
