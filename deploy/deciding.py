"""The way into a register for a command of its own: a pool and an appender, closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from services.casework.pack import Pack
from services.decisions import Decisions, now
from services.register.appender import Appender
from services.states import States
from services.vault import KeyFile


@asynccontextmanager
async def deciding(
    conninfo: str, keys: KeyFile, pack: Pack, place: str, clock: Callable[[], datetime] = now
) -> AsyncIterator[Decisions]:
    """Decisions over as many connections as a ledger's rows need to be stored together."""
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        conninfo, min_size=1, max_size=16, kwargs={"autocommit": True}, open=False
    )
    async with pool, Appender(conninfo) as appender:
        yield Decisions(States(pool, place, pack), appender, keys, clock)
