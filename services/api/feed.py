"""The event feed: every entry in the order of the log, as pages of JSON or as server-sent events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Annotated
from uuid import UUID

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field

from events.envelope import Entry, Event
from events.registry import UnknownEntry, read
from services.api import models
from services.casework.kinds import KINDS
from services.casework.stream import State
from services.entry_documents import told
from services.errors import Unreadable
from services.http import event_stream, readers
from services.http.answers import json_response
from services.http.context import Context, context, reader
from services.http.queries import Digits, Position, Query, Types
from services.http.readers import Reader
from services.http.routing import api_router
from services.register import read_async
from services.register.read import Raw

router = api_router("feed")

Told = Entry[Event] | UnknownEntry

PAGE = 500
MOST = 2_000


class FeedQuery(Query):
    """Entries after a position, of some types."""

    after: Position = 0
    limit: Annotated[int, Digits, Field(ge=1, le=MOST)] = PAGE
    types: Types | None = None


@router.get(
    "/events",
    response_model=models.Feed,
    responses=event_stream.DECLARED,
    openapi_extra=event_stream.LAST_EVENT_ID,
)
async def feed(request: Request, asked: Annotated[FeedQuery, Parameters()]) -> Response:
    """Entries after a position. `Accept: text/event-stream` follows the log; `Last-Event-ID` goes on after one."""
    who, here = await reader(request), context(request)
    types = asked.types.split(",") if asked.types else None
    async with here.pool.connection() as conn:
        await event_stream.must_reach(conn, asked.after, "?after")
    if event_stream.is_asked(request):

        async def page(who: Reader, after: int) -> tuple[int, list[event_stream.Event]]:
            async with here.pool.connection() as conn:
                position, recorded = await read_async.read_page(conn, after, PAGE, types)
            return position, [_event(at, entry) for at, entry in await readable(here, who, recorded)]

        return await event_stream.followed(request, who, asked.after, page)
    async with here.pool.connection() as conn:
        position, recorded = await read_async.read_page(conn, asked.after, asked.limit, types)
    document = {
        "events": [told(entry, position=position) for position, entry in await readable(here, who, recorded)],
        "next": position if len(recorded) == asked.limit else None,
        "position": position,
        "filter": asked.in_force,
    }
    return json_response(document, headers={"X-Position": str(position)})


def _event(position: int, entry: Told) -> event_stream.Event:
    name = entry.type if isinstance(entry, UnknownEntry) else entry.event.about.type
    return event_stream.Event(position, name, told(entry, position=position))


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
        return await here.states.load(streams, fresh=True)
    except Unreadable:
        if len(streams) == 1:
            return {}
        found = [await _states(here, {stream}) for stream in streams]
        return {stream: state for one in found for stream, state in one.items()}
