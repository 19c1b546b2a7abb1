"""The shapes in which things are answered: JSON bytes with their position, version and freshness."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response
from psycopg import AsyncConnection

from events.registry import encode, stream_kind
from projections import freshness
from services.entry_documents import bare_document
from services.errors import Unavailable
from services.http import entity_tags
from services.http.context import context, reader
from services.http.queries import Query
from services.http.readers import Reader
from services.register.append import Stored
from services.register.read import Recorded

MOST_WAITING, MOST_WAITING_OF_ONE = 5, 2
"""Requests that hold a connection while they wait for a position: half of the pool at most, and a share a holder."""

_waiting: Counter[UUID] = Counter()

WAIT_SECONDS = 10.0
"""How long a read waits for `min_position` at most."""


def json_response(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A document as JSON."""
    body = orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, headers, "application/json")


def versioned_response(document: Any, stream: UUID, version: int, headers: dict[str, str] | None = None) -> Response:
    """A document of a stream as JSON, with an entity tag for `If-Match` and `If-None-Match`."""
    response = json_response(document, headers=headers)
    response.headers["ETag"] = entity_tags.tag_of(stream, version, bytes(response.body))
    return response


def file_response(data: bytes, media_type: str, name: str) -> Response:
    """A paper that is made here, as an attachment of that name."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "ETag": f'"{sha256(data).hexdigest()}"',
    }
    return Response(data, headers=headers, media_type=media_type)


def named(stream: Any, kind: str) -> dict[str, str]:
    """The id of a stream as answers tell it: as `unit` too, where it is one."""
    return {"stream": str(stream), "unit": str(stream)} if kind == "unit" else {"stream": str(stream)}


def stored_response(stored: Stored, stream: Any) -> Response:
    """201 with what a command stored: stream (and `unit`, where it is one), version, position, events; the same
    again for a retry.
    """
    own = [recorded for recorded in stored.recorded if recorded.entry.stream == stream]
    last = own[-1]
    headers = {"ETag": f'"{last.entry.version}"', "X-Position": str(stored.recorded[-1].position)}
    if stored.repeated:
        headers["Idempotency-Replayed"] = "true"
    document = {
        **named(stream, stream_kind(last.entry.event.about.type)),
        "version": last.entry.version,
        "position": stored.recorded[-1].position,
        "command_id": str(stored.command_id),
        "events": [_stored_document(recorded) for recorded in stored.recorded],
    }
    return json_response(document, 201, headers)


def _stored_document(recorded: Recorded) -> orjson.Fragment:
    entry = recorded.entry
    return bare_document(entry, recorded.state or encode(entry), position=recorded.position)


def listed(headers: dict[str, str], asked: Query, **document: Any) -> Response:
    """A list of a projection: the filters in force, the position it holds everything up to, when that was recorded."""
    fresh_at = {"position": int(headers["X-Position"]), "as_of": headers["X-As-Of"] or None}
    return json_response({**document, "filter": asked.in_force, **fresh_at}, headers=headers)


def next_page(request: Request, after: str | None) -> dict[str, str]:
    """The header that names the next page, where there is one (RFC 8288)."""
    return {"Link": f'<{request.url.include_query_params(after=after)}>; rel="next"'} if after else {}


@asynccontextmanager
async def snapshot(
    request: Request, who: Reader, projection: str, min_position: int | None
) -> AsyncIterator[tuple[AsyncConnection[Any], dict[str, str]]]:
    """A connection that reads from one snapshot, and the headers that say how fresh the projection is in it.

    Waits for `min_position` first, where it is given. Raises Unavailable where it is not reached in time.
    """
    if min_position is not None:
        await _wait(request, who, projection, min_position)
    async with context(request).pool.connection() as conn:
        await conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield conn, await _freshness(conn, projection)
        finally:
            await conn.execute("ROLLBACK")


async def _wait(request: Request, who: Reader, projection: str, position: int) -> None:
    """Wait until a projection holds a position. Raises Unavailable where too many wait, or it takes too long."""
    if _waiting.total() >= MOST_WAITING or _waiting[who.holder] >= MOST_WAITING_OF_ONE:
        raise Unavailable("a place to wait for a position (too many wait already)")
    _waiting[who.holder] += 1
    try:
        async with context(request).pool.connection() as conn:
            reached = await freshness.wait_for(conn, position, WAIT_SECONDS, (projection,))
    finally:
        _waiting[who.holder] -= 1
        if not _waiting[who.holder]:
            del _waiting[who.holder]
    if not reached:
        raise Unavailable(f"position {position} of the projection {projection}")
    # who waited may have been shut out meanwhile
    await reader(request, anew=True)


async def _freshness(conn: AsyncConnection[Any], projection: str) -> dict[str, str]:
    found = await freshness.freshness(conn, projection)
    if found is None:
        raise Unavailable(f"the projection {projection} (concord serve projector makes it)")
    as_of = found.as_of.isoformat() if found.as_of else ""
    return {
        "X-Position": str(found.position),
        "X-As-Of": as_of,
        "X-Projection-Status": found.shown_status,
        "X-Lag": str(found.lag),
    }
