"""How fresh a projection is, and waiting until it holds one's own write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row, tuple_row

Connection = psycopg.AsyncConnection[Any]

CHANNEL = "projections_position"
"""Notified with the position, after each batch of events taken in."""

SHOWN_AFTER_AN_ACT = ("board", "streams")
"""What a page shows right after an act, and so what a writer waits for."""

LOOK_SECONDS = 0.25
"""Seconds between looks while waiting, for the case that a notification is lost."""

PROJECTOR = "projector"
"""The process that takes events in, as it calls itself in `register.processes`."""

_FRESHNESS: LiteralString = """
    SELECT p.name, p.position, p.as_of, p.status, p.error, greatest(e.position - p.position, 0) AS lag,
        e.position > p.position AND coalesce(h.ago > interval '3 seconds', true) AS stale,
        CASE WHEN e.position > p.position THEN register.recorded_at(p.position + 1) END AS behind_since
    FROM projections.position AS p, register.last_position() AS e (position), register.heard_of(%(process)s) AS h (ago)
    WHERE p.name = %(name)s"""
_BEHIND: LiteralString = """
    SELECT min(position) >= %s FROM projections.position WHERE name = ANY (%s) AND status = 'running'"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The position up to which a projection holds everything, when that event was recorded, whether it goes on.

    `lag` is how many events wait for it, the oldest since `behind_since`. It is stale where some do and no process
    that takes them in has been heard for three seconds; one that has nothing to do is not.
    """

    name: str
    position: int
    as_of: datetime | None
    status: str
    error: str | None
    lag: int
    stale: bool
    behind_since: datetime | None

    @property
    def shown_status(self) -> str:
        """`stopped` at an event, `stale` while nobody takes events in, else `running`."""
        return "stale" if self.stale and self.status == "running" else self.status


async def freshness(conn: Connection, name: str) -> Freshness | None:
    """How fresh a projection is; None where it has no table yet."""
    async with conn.cursor(row_factory=class_row(Freshness)) as cursor:
        return await (await cursor.execute(_FRESHNESS, {"name": name, "process": PROJECTOR})).fetchone()


async def wait_for(conn: Connection, position: int, seconds: float, names: Sequence[str] = SHOWN_AFTER_AN_ACT) -> bool:
    """Wait until these projections hold everything up to a position; False where they do not after so long.

    A stopped projection is not waited for. The connection is in autocommit, and used by nobody else meanwhile.
    """
    until = monotonic() + seconds
    if await _reached(conn, position, names):
        return True
    await conn.execute("LISTEN projections_position")
    try:
        while not await _reached(conn, position, names):
            left = until - monotonic()
            if left <= 0:
                return False
            async for _ in conn.notifies(timeout=min(left, LOOK_SECONDS), stop_after=1):
                pass
        return True
    finally:
        await conn.execute("UNLISTEN projections_position")


async def _reached(conn: Connection, position: int, names: Sequence[str]) -> bool:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        row = await (await cursor.execute(_BEHIND, [position, list(names)])).fetchone()
    return row is not None and row[0] is not False
