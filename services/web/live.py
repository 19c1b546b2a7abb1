"""Pages that follow what they show: told by server-sent events when a projection has moved on.

What is told is the position alone; what stands there is read by the page itself, with its own filters and rights.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from fastapi import APIRouter, Request, Response
from psycopg import OperationalError

from projections.freshness import freshness
from services.access import sessions
from services.access.sessions import Session
from services.http import event_stream, readers
from services.http.context import Context, context
from services.http.event_stream import HEARTBEAT_SECONDS, TOKEN_SECONDS, Event, Head
from services.http.queries import Position, Spoken, tolerant
from services.http.readers import Reader
from services.web.session import reader_of, session_of, to_sign_in

router = APIRouter(include_in_schema=False)

BETWEEN_SECONDS: Final = 2.0
"""Between two tellings, at least: a page is read again at each."""


class LivePage(Spoken):
    """The position that the page shows."""

    position: Position = 0


@router.get("/board/live")
async def board(request: Request) -> Response:
    """Where the board stands, whenever it has moved on, as long as the session is open.

    Raises Forbidden, TooManyRequests, Unavailable.
    """
    who, session = await reader_of(request), await session_of(request)
    if who is None or session is None:
        return to_sign_in(request)
    readers.must_list(who, "unit")
    here = context(request)
    event_stream.must_have_room(here, who)
    after = tolerant(LivePage, request)[0].position
    return event_stream.answer(_moves(here, request.app.state.head, who, session, after))


async def _moves(here: Context, head: Head, who: Reader, session: Session, after: int) -> AsyncIterator[bytes]:
    yield b": concord\n\n"
    asked = spoken = time.monotonic()
    with suppress(OperationalError), event_stream.follows(who):
        while True:  # who goes away ends it from outside
            await asyncio.sleep(BETWEEN_SECONDS)
            now = time.monotonic()
            if now - asked >= TOKEN_SECONDS:
                if not await _is_open(here, session):
                    return
                asked = now
            if await head.is_beyond(here, after, BETWEEN_SECONDS):
                async with here.pool.connection() as conn:
                    found = await freshness(conn, "board")
                if found is not None and found.position > after:
                    after, spoken = found.position, now
                    yield Event(after, "moved", after).encoded()
            if now - spoken >= HEARTBEAT_SECONDS:
                yield b": still here\n\n"
                spoken = now


async def _is_open(here: Context, session: Session) -> bool:
    """Whether the session is open still; looking does not count as its use."""
    async with here.pool.connection() as conn:
        found = await sessions.of(conn, session.account.holder)
    return session.name in {one.name for one in found}
