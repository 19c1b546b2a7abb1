"""Sealed fields over HTTP: opened for a reason that is written down first, and who opened them shown to who may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, LiteralString
from uuid import UUID

from fastapi import Path, Request, Response
from psycopg.rows import dict_row
from pydantic import ConfigDict, ValidationError

from events.envelope import Entry, Event
from events.fields import Prose
from events.registry import UnknownEntry, read
from services import free_text, vault
from services.api.models import Answer
from services.errors import Malformed, NotFound, Problem
from services.http import readers
from services.http.answers import json_response
from services.http.bodies import problem_of, read_document
from services.http.context import Context, context, reader
from services.http.openings import note_opening
from services.http.readers import Reader, Row
from services.http.routing import api_router
from services.register import read_async

router = api_router("sealed", "/sealed")

_OF: LiteralString = "SELECT * FROM security.openings_of(%s)"
Id = Annotated[str, Path(json_schema_extra={"format": "uuid"})]
Number = Annotated[str, Path(json_schema_extra={"pattern": "^[1-9][0-9]{0,8}$"})]


class Why(Answer):
    """Why sealed fields are opened; it is kept with the name of who opens them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reason: Prose


class Opened(Answer):
    """Sealed fields of an entry in clear text, by their paths; null where the key was destroyed."""

    stream: UUID
    version: int
    fields: dict[str, str | None]


class Opening(Answer):
    """That somebody opened fields of an entry, when, and for which reason."""

    at: datetime
    who: UUID
    post: str
    version: int
    fields: list[str]
    reason: str


class Openings(Answer):
    """Who opened sealed fields of a stream, the latest first; 500 at most."""

    openings: list[Opening]


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": Why.model_json_schema(), "example": {"reason": "示例：核对送达地址"}}
        },
    }
}


@router.post("/{stream}/{version}", response_model=Opened, openapi_extra=_BODY)
async def open_fields(request: Request, stream: Id, version: Number) -> Response:
    """Open the sealed fields of an entry, for a reason. That is written down before anything is opened."""
    who, here, named = await reader(request), context(request), _id(stream)
    row = await _row(here, who, named)
    readers.must_read(who, replace(row, what=readers.SEALED))
    reason = _reason(await read_document(request))
    async with here.pool.connection() as conn:
        entry = await _entry(conn, named, version)
        sealed = list(vault.clear_of(entry))
        if not sealed:
            raise NotFound(f"a sealed field in entry {entry.version} of {named}")
        await note_opening(conn, request, who, entry, sealed, reason)
        keys = await vault.afetch(conn, here.decisions.keys, vault.needed(entry))
        fields = vault.clear_of(vault.open_entry(entry, keys))
    return json_response({"stream": str(named), "version": entry.version, "fields": fields})


@router.get("/{stream}", response_model=Openings)
async def openings(request: Request, stream: Id) -> Response:
    """Who opened sealed fields of a stream, when and why; for everybody who reads the stream."""
    who, here, named = await reader(request), context(request), _id(stream)
    await _row(here, who, named)
    async with here.pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        found = await (await cursor.execute(_OF, (named,))).fetchall()
    return json_response({"openings": found})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"stream {text[:60]}") from error


async def _row(here: Context, who: Reader, stream: UUID) -> Row:
    """What the stream is to a reader. Raises NotFound, and Forbidden where they may not read it at all."""
    state = (await here.states.load([stream], fresh=True)).get(stream)
    if state is None:
        raise NotFound(f"stream {stream}")
    row = readers.row_of(state)
    readers.must_read(who, row)
    return row


async def _entry(conn: read_async.Connection, stream: UUID, version: str) -> Entry[Event]:
    rows = await read_async.raw_stream(conn, stream)
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    if not 1 <= number <= len(rows):
        raise NotFound(f"entry {version[:20]} of {stream}")
    _, type_name, raw = rows[number - 1]
    entry = read(type_name, raw)
    if isinstance(entry, UnknownEntry):
        raise NotFound(f"entry {version} of {stream}, as far as this program reads it")
    return entry


def _reason(document: object) -> str:
    if not isinstance(document, dict):
        raise Malformed([Problem("", "应为JSON对象", "expected a JSON object")])
    try:
        why = Why.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Malformed([problem_of(one, "".join(f"/{part}" for part in one["loc"])) for one in found]) from error
    free_text.check(why)
    return why.reason
