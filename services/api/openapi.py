"""The OpenAPI document: every decision of every kind as an operation of its own, its body the payload of its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson
from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from events.envelope import Event
from services.api import details, models, streams
from services.api.examples import example
from services.casework.kind import Kind
from services.casework.kinds import KINDS
from services.casework.law import Law
from services.http.bodies import derived_fields
from services.http.queries import Query
from services.http.routing import BASE
from services.intake.message import KINDS as SIGNALS

_GENERIC = "{kinds}"
_SCHEMA = "#/components/schemas/{model}"
_JSON = "application/json"
_PROBLEM = "application/problem+json"
OPEN = ("/livez", "/readyz", "/metrics", "/api/v1/now")
"""Routes that ask for no token."""

_STATUSES = {
    400: "Not readable: no JSON, or no idempotency key",
    401: "No valid token",
    403: "Not allowed",
    404: "There is no such thing",
    406: "Not in a media type that is accepted",
    408: "The request took too long",
    409: "Refused by the rules",
    412: "What it rests on has changed",
    413: "Too large",
    414: "The address is too long",
    415: "Not of a media type that is taken",
    422: "What was sent does not fit",
    428: "The version decided at is needed",
    429: "Too many requests",
    503: "Not available now; try again",
}
_READING = (401, 403, 404, 406, 414, 422, 429, 503)
_WRITING = (400, 401, 403, 404, 408, 413, 414, 415, 422, 429, 503)
_DECIDING = (*_WRITING, 409, 412, 428)
_KINDS_MODELS: tuple[type[BaseModel], ...] = (
    models.ProblemDocument, models.State, models.UnitState, models.Events, models.Possibilities, models.Stored,
    details.Streams, models.Units, models.Outcome, models.Outcomes, *SIGNALS.values(),
)  # fmt: skip


def describe(app: FastAPI) -> None:
    """Serve `/openapi.json`, made once."""
    made: list[tuple[bytes, str]] = []

    @app.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        if not made:
            body = orjson.dumps(openapi_document(app))
            made.append((body, f'"{sha256(body).hexdigest()[:32]}"'))
        body, etag = made[0]
        return Response(body, headers={"ETag": etag, "Cache-Control": "public, no-cache"}, media_type=_JSON)


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The whole document (OpenAPI 3.1)."""
    document = get_openapi(
        title=app.title, version=app.version, routes=app.routes, summary="The register of harmonious labour relations"
    )
    components = document.setdefault("components", {})
    _, defined = models_json_schema([(model, "serialization") for model in _KINDS_MODELS], ref_template=_SCHEMA)
    schemas = components["schemas"] = defined["$defs"] | components.get("schemas", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {f"{status}": _problem(said) for status, said in _STATUSES.items()}
    document["security"] = [{"bearer": []}]
    paths = document["paths"]
    for path in [path for path in paths if _GENERIC in path]:
        del paths[path]
    for kind in KINDS.values():
        for path, operations in _of_kind(kind, schemas):
            paths[path] = operations | paths.get(path, {})
    for path, operations in paths.items():
        for method, operation in operations.items():
            _with_errors(path, method, operation)
    for name, method in _NATIONAL:
        paths[f"{BASE}/national/{name}"][method]["requestBody"] = _any_body()
    _signals(paths[f"{BASE}/signals"]["post"], schemas)
    return document


_NATIONAL = (
    ("provinces/{place}/units/{unit}/decisions/{decision}", "post"),
    ("provinces/{place}/decisions/{decision}", "post"),
    ("cross-inspections/{inspection}/decisions/{decision}", "post"),
)


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {_PROBLEM: {"schema": _ref(models.ProblemDocument)}}}


def _with_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    """What may go wrong, for every operation alike."""
    statuses: tuple[int, ...] = _READING if method == "get" else _DECIDING if "decisions" in path else _WRITING
    if path in OPEN:
        operation["security"] = []
        statuses = (406, 414, 422, 429)
    if method == "post" and path.count("/") == 3:
        statuses = _DECIDING
    responses = operation.setdefault("responses", {})
    for status in sorted(statuses):
        if str(status) not in responses or status == 422:
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    if method == "post" and path.startswith(f"{BASE}/national/"):
        operation["parameters"] = [*operation.get("parameters", []), _KEY, _if_match(required=False)]


def _of_kind(kind: Kind[Any], schemas: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    plural, one = f"{BASE}/{kind.words.plural}", f"{BASE}/{kind.words.plural}/{{stream}}"
    state = models.UnitState if kind.name == "unit" else models.State
    begins: dict[str, Any] = {}
    for name, law in kind.decisions.items():
        operation = _decision(kind, name, law, schemas)
        yield f"{one}/decisions/{name}", {"post": operation}
        if law.opens and kind.key is not None and not begins:
            headers = [given for given in operation["parameters"] if given["in"] != "path"]
            begins = {"post": operation | {"operationId": f"{kind.name}-{name}-by-key", "parameters": headers}}
    listed = _reading(kind, "list", "The list", streams.StreamsQuery, details.Streams)
    yield plural, {"get": listed, **begins}
    readings = (
        ("", "state", "The state, now or in a view of the past", streams.StateQuery, state),
        ("/events", "events", "Everything that happened", streams.HistoryQuery, models.Events),
        ("/decisions", "decisions", "What the caller may decide now", streams.PossibilitiesQuery, models.Possibilities),
    )
    for path, name, summary, query, answer in readings:
        operation = _reading(kind, name, summary, query, answer)
        operation["parameters"] = [_stream(kind), *operation["parameters"], _IF_NONE_MATCH, _IF_MATCH_OF_A_READ]
        operation["responses"]["304"] = {"description": "What the reader has already"}
        operation["responses"]["412"] = {"$ref": "#/components/responses/412"}
        yield f"{one}{path}", {"get": operation}


def _reading(kind: Kind[Any], name: str, summary: str, query: type[Query], answer: type[BaseModel]) -> dict[str, Any]:
    return {
        "operationId": f"{kind.name}-{name}",
        "tags": [kind.name],
        "summary": f"{kind.words.zh} · {kind.words.en}: {summary}",
        "parameters": _parameters(query),
        "responses": {"200": {"description": "Found", "content": {_JSON: {"schema": _ref(answer)}}}},
    }


def _parameters(query: type[Query]) -> list[dict[str, Any]]:
    """The parameters of a query's model."""
    schema = query.model_json_schema(by_alias=True)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _without_null(member)}
        for name, member in schema["properties"].items()
    ]


def _without_null(member: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is left out or has a value; none is ever null."""
    kinds = [kind for kind in member.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {name: value for name, value in member.items() if name not in ("anyOf", "default", "title")}
    if member.get("default") is not None:
        rest["default"] = member["default"]
    return rest if not kinds else {**(kinds[0] if len(kinds) == 1 else {"anyOf": kinds}), **rest}


def _decision(kind: Kind[Any], name: str, law: Law[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    event_type = law.event
    payload = payload_schema(event_type, schemas)
    schemas[event_type.__name__] = payload
    shown = {"schema": _ref(event_type), "example": example(payload, schemas)}
    return {
        "operationId": f"{kind.name}-{name}",
        "tags": [kind.name],
        "summary": f"{event_type.about.zh} · {event_type.about.en}",
        "description": event_type.__doc__ or "",
        "parameters": [
            _stream(kind), _KEY, _if_match(required=not (event_type.about.fact or law.opens)), _EFFECTIVE,
        ],
        "requestBody": {"required": True, "content": {_JSON: shown}},
        "responses": {"201": _stored()},
    }  # fmt: skip


def _stored() -> dict[str, Any]:
    headers = {
        "ETag": {"description": "the new version", "schema": {"type": "string"}},
        "X-Position": {"description": "its place in the log", "schema": {"type": "integer"}},
        "Idempotency-Replayed": {"description": "true: it had been stored before", "schema": {"const": "true"}},
    }
    return {"description": "Stored", "headers": headers, "content": {_JSON: {"schema": _ref(models.Stored)}}}


_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "description": "the same key and body: the same answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}  # fmt: skip
_IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False,
    "description": "the entity tag of what the reader has (RFC 9110, 13.1.2)", "schema": {"type": "string"},
}  # fmt: skip
_IF_MATCH_OF_A_READ = {
    "name": "If-Match", "in": "header", "required": False,
    "description": "entity tags, of which the answer has one (RFC 9110, 13.1.1)", "schema": {"type": "string"},
}  # fmt: skip
_EFFECTIVE = {
    "name": "effective_on", "in": "query", "required": False,
    "description": "from which day it holds, where that is not today", "schema": {"type": "string", "format": "date"},
}  # fmt: skip


def _if_match(*, required: bool) -> dict[str, Any]:
    said = 'the version decided at, as an entity tag: "7" (RFC 9110, 13.1.1)'
    return {
        "name": "If-Match", "in": "header", "required": required, "description": said,
        "schema": {"type": "string"}, "example": '"7"',
    }  # fmt: skip


def _stream(kind: Kind[Any]) -> dict[str, Any]:
    told = "follows from its key" if kind.words.keyed else "chosen by who begins it: a UUID of version 4 or 7"
    return {
        "name": "stream", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"},
        "description": f"the {kind.words.en}; its id {told}",
    }  # fmt: skip


def _any_body() -> dict[str, Any]:
    """The body of a decision whose event is named in the path."""
    return {"required": True, "content": {_JSON: {"schema": {"type": "object"}, "example": {}}}}


def _signals(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The body of a signal: CloudEvents 1.0 in structured, batch and binary mode."""
    names = list(SIGNALS)
    data = [{"$ref": f"#/components/schemas/{model.__name__}"} for model in SIGNALS.values()]
    schemas["CloudEvent"] = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1, "maxLength": 300},
            "source": {"type": "string", "minLength": 1, "maxLength": 300},
            "type": {"enum": names},
            "subject": {"type": "string"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"type": "string"},
            "data": {"anyOf": data},
        },
    }
    event = {"$ref": "#/components/schemas/CloudEvent"}
    shown = {
        "specversion": "1.0", "id": "example-1", "source": "urn:concord:source:petitions:430000", "type": names[0],
        "subject": "914301000000000013", "data": example(schemas[SIGNALS[names[0]].__name__], schemas),
    }  # fmt: skip
    operation["requestBody"] = {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": event, "example": shown},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": event}, "example": [shown]},
            _JSON: {"schema": {"anyOf": [event, *data]}, "example": shown},
        },
    }
    outcome = {"description": "Taken", "content": {_JSON: {"schema": _ref(models.Outcome)}}}
    operation["responses"] |= {
        "200": {"description": "What became of each", "content": {_JSON: {"schema": _ref(models.Outcomes)}}},
        "201": _stored(),
        "415": {"$ref": "#/components/responses/415"},
        "202": outcome | {"description": "Kept until its unit or its report is known"},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _SCHEMA.format(model=model.__name__)}


def payload_schema(event_type: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of what a person fills in: the event's fields without those that follow from the state."""
    schema = event_type.model_json_schema(by_alias=True, ref_template=_SCHEMA)
    schemas.update(schema.pop("$defs", {}))
    for name in derived_fields(event_type):
        schema["properties"].pop(name, None)
    return schema
