"""The event feed: every entry in the order of the log, as pages of JSON or as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters
from fastapi.responses import StreamingResponse
from pydantic import Field

from events.envelope import Entry, Event
from events.registry import UnknownEntry, read
from services.api import models
from services.casework.kinds import KINDS
from services.casework.stream import State
from services.entry_documents import told
from services.errors import ConcordError, Malformed, Problem, TooManyRequests, Unavailable, Unreadable
from services.http import readers
from services.http.answers import json_response
from services.http.context import Context, context, reader
from services.http.queries import Digits, Position, Query, Types
from services.http.readers import Reader
from services.register import read_async
from services.register.read import Raw

router = APIRouter(tags=["feed"])

Told = Entry[Event] | UnknownEntry

PAGE = 500
MOST = 2_000
TOKEN_SECONDS = 1.0
"""How often a stream asks for its token again: with a second to spare it has ended 2 s after a revocation."""

RETRY_SECONDS = 60.0
"""When to come again for who follows too often already."""

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
    who, here = await reader(request), context(request)
    after, types = asked.after, asked.types.split(",") if asked.types else None
    if "text/event-stream" in request.headers.get("accept", ""):
        last = request.headers.get("last-event-id", "")
        if last and not (last.isascii() and last.isdigit() and len(last) < 19):
            raise Malformed([Problem("", "Last-Event-ID应为位置", "Last-Event-ID is a position")])
        start = int(last) if last else after
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        _may_follow(here, who)
        return StreamingResponse(
            _follow(here, request, who, start, types), media_type="text/event-stream", headers=headers
        )
    async with here.pool.connection() as conn:
        position, recorded = await read_async.read_page(conn, after, asked.limit, types)
    document = {
        "events": [told(entry, position=position) for position, entry in await readable(here, who, recorded)],
        "next": position if len(recorded) == asked.limit else None,
        "position": position,
        "filter": asked.in_force,
    }
    return json_response(document, headers={"X-Position": str(position)})


@dataclass(slots=True)
class Head:
    """Where the log ends, looked at once for all who follow it."""

    position: int = 0
    looked: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def is_beyond(self, here: Context, after: int, seconds: float) -> bool:
        """Whether the log goes on after a position, as it was within the last seconds."""
        if self.position > after:
            return True
        async with self.turn:
            if time.monotonic() - self.looked >= seconds:
                async with here.pool.connection() as conn:
                    self.position = await read_async.last_position(conn)
                self.looked = time.monotonic()
        return self.position > after


_following: Counter[UUID] = Counter()


def _may_follow(here: Context, who: Reader) -> None:
    """Raises TooManyRequests where this one follows too often, Unavailable where too many do."""
    if _following[who.holder] >= here.settings.streams_of_one:
        raise TooManyRequests(RETRY_SECONDS)
    if _following.total() >= here.settings.streams:
        raise Unavailable("a place to follow the log (too many follow it already)")


async def _follow(
    here: Context, request: Request, who: Reader, after: int, types: Sequence[str] | None
) -> AsyncIterator[bytes]:
    _following[who.holder] += 1
    try:
        async for part in _parts(here, request, who, after, types):
            yield part
    except ConcordError:
        # its token is no longer good, its holder out of office, or nobody can tell: whoever asks again is told
        return
    finally:
        _following[who.holder] -= 1
        if not _following[who.holder]:
            del _following[who.holder]


async def _parts(
    here: Context, request: Request, who: Reader, after: int, types: Sequence[str] | None
) -> AsyncIterator[bytes]:
    yield b": concord\n\n"
    head: Head = request.app.state.head
    poll = min(here.settings.poll_seconds, 0.25)
    spoken = asked = time.monotonic()
    while not await request.is_disconnected():
        now = time.monotonic()
        if now - asked >= TOKEN_SECONDS:
            who = await reader(request, anew=True)
            asked = now
        if await head.is_beyond(here, after, poll):
            async with here.pool.connection() as conn:
                position, recorded = await read_async.read_page(conn, after, PAGE, types)
            for at, entry in await readable(here, who, recorded):
                yield _event(at, entry)
            after = max(after, position)
            spoken = now if recorded else spoken
        else:
            await asyncio.sleep(poll)
        if now - spoken >= HEARTBEAT_SECONDS:
            yield b": still here\n\n"
            spoken = now


def _event(position: int, entry: Told) -> bytes:
    name = entry.type if isinstance(entry, UnknownEntry) else entry.event.about.type
    body = orjson.dumps(told(entry, position=position), default=str)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (position, name.encode(), body)


async def readable(here: Context, who: Reader, recorded: Sequence[Raw]) -> list[tuple[int, Told]]:
    """The entries of a page of the log that somebody may read, each with its position: those of streams that are theirs
    to read today, and what a source itself reported.
    """
    entries = [(one.position, readers.shown(who, read(one.type, one.state))) for one in recorded]
    if all((found := readers.scope(who, kind)) is not None and found.all for kind in KINDS):
        return entries
    states = await _states(here, {entry.stream for _, entry in entries})
    mine = {stream for stream, state in states.items() if readers.may_read(who, readers.row_of(state))}
    return [
        (position, entry)
        for position, entry in entries
        if entry.stream in mine or (not isinstance(entry, UnknownEntry) and entry.actor.id == who.holder)
    ]


async def _states(here: Context, streams: Set[UUID]) -> Mapping[UUID, State]:
    """The states of streams as they are now, without those that hold entries of a newer program."""
    try:
        return await here.decisions.load(streams, fresh=True)
    except Unreadable:
        if len(streams) == 1:
            return {}
        found = [await _states(here, {stream}) for stream in streams]
        return {stream: state for one in found for stream, state in one.items()}
