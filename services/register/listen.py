"""Waiting for new events: the database's NOTIFY, with a poll beside it, because a notice can be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from services.register import read, read_async

LISTEN: Final = "LISTEN register_events"

POLL: Final = 1.0
"""Seconds after which the log is looked at although nothing was heard."""

RECONNECT: Final = 0.2
"""Seconds between two attempts to connect again."""


def wait_for_events(conn: psycopg.Connection[Any], after: int, timeout: float) -> int:
    """Block until there is an event after a position, at most `timeout` seconds; the newest position then.

    `conn` is in autocommit and serves nothing else. Raises psycopg.OperationalError where it is
    lost; a Listener goes on with a new one.
    """
    until = time.monotonic() + timeout
    conn.execute(LISTEN)
    while (position := read.last_position(conn)) <= after and (left := until - time.monotonic()) > 0:
        for _ in conn.notifies(timeout=min(POLL, left), stop_after=1):
            break
    return position


class Listener:
    """Waits for events on a connection of its own, and on a new one where that was lost."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._conn: psycopg.Connection[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def wait(self, after: int, timeout: float) -> int:
        """As `wait_for_events`; `after` itself where the database stays away for the whole time."""
        until = time.monotonic() + timeout
        while True:
            try:
                if self._conn is None:
                    self._conn = psycopg.connect(self._conninfo, autocommit=True, application_name="concord listen")
                return wait_for_events(self._conn, after, max(0.0, until - time.monotonic()))
            except psycopg.OperationalError:
                self._close()
                if time.monotonic() + RECONNECT >= until:
                    return after
                time.sleep(RECONNECT)

    def _close(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.close()


async def arrivals(conninfo: str, after: int) -> AsyncIterator[int]:
    """The newest position, each time that it has grown past `after` and past what was yielded last; for ever.

    Where the connection is lost it goes on with a new one, and misses nothing.
    """
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True, application_name="concord listen"
            ) as conn:
                await conn.execute(LISTEN)
                while True:
                    position = await read_async.last_position(conn)
                    if position > after:
                        after = position
                        yield position
                    else:
                        async for _ in conn.notifies(timeout=POLL, stop_after=1):
                            break
        except psycopg.OperationalError:
            await asyncio.sleep(RECONNECT)
