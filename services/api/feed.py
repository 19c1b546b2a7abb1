"""The event feed: every entry in the order of the log, as pages of JSON or as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters
from fastapi.responses import StreamingResponse
from pydantic import Field

from events.registry import read
from services.api import models
from services.api.answers import json_response
from services.api.context import Context, account, context
from services.api.problems import told
from services.api.queries import Digits, Position, Query, Types
from services.errors import Malformed, Problem
from services.register import read_async
from services.register.read import Raw

router = APIRouter(tags=["feed"])

PAGE = 500
MOST = 2_000
HEARTBEAT_SECONDS = 15.0
"""A comment line at least so often, so that proxies keep an idle stream open."""


class FeedQuery(Query):
    """Entries after a position, of some types."""

    after: Position = 0
    limit: Annotated[int, Digits, Field(ge=1, le=MOST)] = PAGE
    types: Types | None = None


@router.get("/events", response_model=models.Feed)
async def feed(request: Request, asked: Annotated[FeedQuery, Parameters()]) -> Response:
    """Entries after a position. `Accept: text/event-stream` follows the log; `Last-Event-ID` goes on after one."""
    await account(request)
    here = context(request)
    after, types = asked.after, asked.types.split(",") if asked.types else None
    if "text/event-stream" in request.headers.get("accept", ""):
        last = request.headers.get("last-event-id", "")
        if last and not (last.isascii() and last.isdigit() and len(last) < 19):
            raise Malformed([Problem("", "Last-Event-ID应为位置", "Last-Event-ID is a position")])
        start = int(last) if last else after
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_follow(here, request, start, types), media_type="text/event-stream", headers=headers)
    async with here.pool.connection() as conn:
        position, recorded = await read_async.read_page(conn, after, asked.limit, types)
    document = {
        "events": [told(read(one.type, one.state), position=one.position) for one in recorded],
        "next": position if len(recorded) == asked.limit else None,
        "position": position,
        "filter": asked.in_force,
    }
    return json_response(document, headers={"X-Position": str(position)})


async def _follow(here: Context, request: Request, after: int, types: Sequence[str] | None) -> AsyncIterator[bytes]:
    yield b": concord\n\n"
    quiet = 0.0
    poll = min(here.settings.poll_seconds, 0.25)
    while not await request.is_disconnected():
        async with here.pool.connection() as conn:
            recorded = await read_async.raw_tail(conn, after, PAGE, types)
        for one in recorded:
            yield _event(one)
            after = one.position
        if recorded:
            quiet = 0.0
            continue
        await asyncio.sleep(poll)
        quiet += poll
        if quiet >= HEARTBEAT_SECONDS:
            yield b": still here\n\n"
            quiet = 0.0


def _event(one: Raw) -> bytes:
    body = orjson.dumps(told(read(one.type, one.state), position=one.position), default=str)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (one.position, one.type.encode(), body)
