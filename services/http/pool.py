"""The connections of the requests: noticed where they died, before one is lent."""

from __future__ import annotations

import select
from typing import Any, TypeAlias

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from services.settings import Settings

POOL_TIMEOUT = 2.0
"""Seconds that a request waits for a connection before it is told to come again."""

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[Any]]


def request_pool(conninfo: str, settings: Settings) -> Pool:
    """The pool of a process that serves requests; to be opened."""

    async def check(conn: AsyncConnection[Any]) -> None:
        try:
            await still_open(conn)
        except OperationalError:
            # the others died with it: the pool would try them one by one, a second and more apart
            await pool.drain()
            raise

    pool: Pool = AsyncConnectionPool(
        conninfo, min_size=settings.pool_min, max_size=settings.pool_max, timeout=POOL_TIMEOUT, check=check, open=False,
        kwargs={"autocommit": True, "options": f"-c statement_timeout={settings.statement_timeout_ms}"},
    )  # fmt: skip
    return pool


async def still_open(conn: AsyncConnection[Any]) -> None:
    """Let go of a connection on which the server has said something since it was last used: it said goodbye.

    Nothing is asked of the server where it was silent. Raises psycopg.OperationalError.
    """
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(conn)
