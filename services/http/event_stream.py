"""Server-sent events (WHATWG HTML, 9.2): whoever follows the log, or a view of it, as it grows.

One loop for every route that is followed: a share of followers each, its token and its holder asked again while it
runs, a comment line where nothing comes. A route brings only what it tells of the log after a position.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import orjson
from fastapi import Request
from fastapi.responses import StreamingResponse
from psycopg import AsyncConnection, OperationalError

from services.errors import ConcordError, Malformed, Problem, TooManyRequests, Unavailable
from services.http import negotiation
from services.http.context import Context, context, readers_of, token_of
from services.http.readers import Reader
from services.register import read_async

K = TypeVar("K", bound=Hashable)

TOKEN_SECONDS = 1.0
"""How often a stream asks for its token again: with a second to spare it has ended 2 s after a revocation."""

RETRY_SECONDS = 60.0
"""When to come again for who follows too often already."""

HEARTBEAT_SECONDS = 15.0
"""A comment line at least so often, so that proxies keep an idle stream open."""

DECLARED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
}
"""For a route that is followed too: what its document says of it."""

LAST_EVENT_ID: dict[str, Any] = {
    "parameters": [
        {
            "name": "Last-Event-ID", "in": "header", "required": False,
            "description": "with `Accept: text/event-stream`: go on after this position", "schema": {"type": "string"},
        }
    ]
}  # fmt: skip


class Event(NamedTuple):
    """One event of a stream: its position is its id."""

    position: int
    name: str
    data: Any

    def encoded(self) -> bytes:
        """As it goes over the wire."""
        body = orjson.dumps(self.data, default=str)
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (self.position, self.name.encode(), body)


Page = Callable[[Reader, int], Awaitable[tuple[int, Sequence[Event]]]]
"""What somebody is told of the log after a position, and up to where that goes. Raises where they read it no more."""


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


@dataclass(slots=True)
class Callers:
    """Who follows, by token: asked again for all of them at once, so that many cost no more than one."""

    tokens: Counter[str] = field(default_factory=Counter)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    asked: float = float("-inf")
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reader(self, here: Context, token: str, seconds: float) -> Reader | None:
        """Whom a token speaks for, as it was within the last seconds; None where that is nobody any more."""
        async with self.turn:
            now = time.monotonic()
            if now - self.asked >= seconds:
                # who comes while they are asked is not among them: the moment is that before
                self.readers, self.asked = await readers_of(here, list(self.tokens)), now
        return self.readers.get(token)


_following: Counter[UUID] = Counter()


def is_asked(request: Request) -> bool:
    """Whether the reader wants to follow, and not a page."""
    accept = ", ".join(request.headers.getlist("accept"))
    quality, named = negotiation.weight(accept, "text/event-stream")
    return named and quality > 0 and quality >= negotiation.weight(accept, "application/json")[0]


async def followed(request: Request, who: Reader, after: int, page: Page) -> StreamingResponse:
    """The answer that goes on: after `Last-Event-ID`, else after the position asked for.

    Raises Malformed, also where the reader has heard what this log does not hold; TooManyRequests where this one
    follows too often, Unavailable where too many do.
    """
    last = request.headers.get("last-event-id", "")
    if last and not (last.isascii() and last.isdigit() and len(last) < 19):
        raise Malformed([Problem("", "Last-Event-ID应为位置", "Last-Event-ID is a position")])
    here = context(request)
    if last:
        async with here.pool.connection() as conn:
            await must_reach(conn, int(last), "")
    must_have_room(here, who)
    return answer(_follow(here, request, who, int(last) if last else after, page))


async def must_reach(conn: AsyncConnection[Any], position: int, pointer: str) -> None:
    """Raises Malformed where the log ends before a position that a reader has heard: it was restored, or is another
    one; nothing would come, and nothing would say so.
    """
    end = await read_async.last_position(conn)
    if position > end:
        zh, en = f"日志止于{end}：本登记册曾由备份恢复，或为另一登记册", f"the log ends at {end}: restored, or another"
        raise Malformed([Problem(pointer, zh, en)])


def must_have_room(here: Context, who: Reader) -> None:
    """Raises TooManyRequests where this one follows too often, Unavailable where too many do."""
    if _following[who.holder] >= here.settings.streams_of_one:
        raise TooManyRequests(RETRY_SECONDS)
    if _following.total() >= here.settings.streams:
        raise Unavailable("a place to follow the log (too many follow it already)")


def follows(who: Reader) -> AbstractContextManager[None]:
    """Counts somebody among those who follow, as long as they do."""
    return _counted(_following, who.holder)


def answer(parts: AsyncIterator[bytes]) -> StreamingResponse:
    """The answer that goes on."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(parts, media_type="text/event-stream", headers=headers)


async def _follow(here: Context, request: Request, who: Reader, after: int, page: Page) -> AsyncIterator[bytes]:
    callers: Callers = request.app.state.callers
    with (
        # where the database is away nobody can tell what comes next: whoever asks again is told
        suppress(ConcordError, OperationalError),
        follows(who),
        _counted(callers.tokens, token_of(request)),
    ):
        async for part in _parts(here, request, who, after, page):
            yield part


@contextmanager
def _counted(counter: Counter[K], key: K) -> Iterator[None]:
    counter[key] += 1
    try:
        yield
    finally:
        counter[key] -= 1
        if not counter[key]:
            del counter[key]


async def _parts(here: Context, request: Request, who: Reader, after: int, page: Page) -> AsyncIterator[bytes]:
    yield b": concord\n\n"
    head: Head = request.app.state.head
    callers: Callers = request.app.state.callers
    token = token_of(request)
    poll = min(here.settings.poll_seconds, 0.25)
    spoken = began = time.monotonic()
    while True:  # who goes away ends it from outside
        now, position = time.monotonic(), after
        if now - began >= TOKEN_SECONDS:
            known = await callers.reader(here, token, TOKEN_SECONDS)
            if known is None:  # its token is no longer good, or its holder out of office
                return
            who = known
        if await head.is_beyond(here, after, poll):
            position, events = await page(who, after)
            for event in events:
                yield event.encoded()
            spoken = now if events else spoken
        if position > after:
            after = position
        else:  # nothing new, or a view that has not taken it in yet
            await asyncio.sleep(poll)
        if now - spoken >= HEARTBEAT_SECONDS:
            yield b": still here\n\n"
            spoken = now
