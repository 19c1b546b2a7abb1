"""The shapes in which things are answered: JSON bytes with their position, version and freshness."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import Request, Response
from psycopg import AsyncConnection

from events.registry import stream_kind
from projections import freshness
from services.api.problems import bare_document
from services.errors import Malformed, Problem, Unavailable
from services.register.append import Stored

_waiters = asyncio.Semaphore(5)
"""Requests that hold a connection while they wait for a position: half of the pool at most."""

WAIT_SECONDS = 10.0
"""How long a read waits for `min_position` at most."""


def json_response(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A document as JSON."""
    body = orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, headers, "application/json")


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
        "events": [bare_document(recorded.entry, position=recorded.position) for recorded in stored.recorded],
    }
    return json_response(document, 201, headers)


def listed(headers: dict[str, str], **document: Any) -> Response:
    """A list of a projection, with the position it holds everything up to and when that was recorded."""
    fresh_at = {"position": int(headers["X-Position"]), "as_of": headers["X-As-Of"] or None}
    return json_response({**document, **fresh_at}, headers=headers)


def whole_number(request: Request, name: str, default: int | None, least: int, most: int) -> int | None:
    """A whole number of the query within bounds. Raises Malformed."""
    given = request.query_params.get(name)
    if given is None or not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 19 and least <= int(given) <= most):
        raise Malformed([Problem(f"?{name}", f"应为{least}至{most}的整数", f"a whole number from {least} to {most}")])
    return int(given)


async def fresh(request: Request, conn: AsyncConnection[Any], projection: str) -> dict[str, str]:
    """The headers that say how fresh a projection is, after waiting for `min_position` where it is given.

    Raises Unavailable where the projection does not reach it in time.
    """
    wanted = whole_number(request, "min_position", None, 0, 2**62)
    if wanted is not None:
        if _waiters.locked():
            raise Unavailable("a place to wait for a position (too many wait already)")
        async with _waiters:
            if not await freshness.wait_for(conn, wanted, WAIT_SECONDS, (projection,)):
                raise Unavailable(f"position {wanted} of the projection {projection}")
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
