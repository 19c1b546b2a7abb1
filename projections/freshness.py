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

SHOWN_AFTER_AN_ACT = ("board", "dossier", "streams")
"""What a page shows right after an act, and so what a writer waits for."""

LOOK_SECONDS = 0.25
"""Seconds between looks while waiting, for the case that a notification is lost."""

_FRESHNESS: LiteralString = """
    SELECT name, position, as_of, status, error FROM projections.position WHERE name = %s"""
_BEHIND: LiteralString = """
    SELECT min(position) >= %s FROM projections.position WHERE name = ANY (%s) AND status = 'running'"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The position up to which a projection holds everything, when that event was recorded, whether it goes on."""

    name: str
    position: int
    as_of: datetime | None
    status: str
    error: str | None


async def freshness(conn: Connection, name: str) -> Freshness | None:
    """How fresh a projection is; None where it has no table yet."""
    async with conn.cursor(row_factory=class_row(Freshness)) as cursor:
        return await (await cursor.execute(_FRESHNESS, [name])).fetchone()


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
