"""What runs where, as the processes say of themselves; the view that is read says what is idle and what is stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import class_row

_STATES: LiteralString = """
    SELECT id, name, host, pid, state, since, started_at, beat_at, taken, rate, error, error_at, lanes
    FROM register.process_states ORDER BY name, host, started_at, id"""


@dataclass(frozen=True, slots=True)
class Running:
    """A process, silent since `since` where it is `stale`.

    Other states: starting, working, idle, waiting (for what is away), standby, stopped (a person has to look),
    ended. `rate` is items a second over the last ten seconds. Each of `lanes` has `name`, `position`, `head` (none:
    the log's end), `lag` in items, `lag_seconds` of the oldest that waits, and `error` where it stands still.
    """

    id: UUID
    name: str
    host: str
    pid: int
    state: str
    since: datetime
    started_at: datetime
    beat_at: datetime
    taken: int
    rate: float
    error: str | None
    error_at: datetime | None
    lanes: list[dict[str, Any]]


def processes_now(conn: psycopg.Connection[Any]) -> list[Running]:
    """Every process heard within a day, by name and place; one that was replaced is left out."""
    with conn.cursor(row_factory=class_row(Running)) as cursor:
        return cursor.execute(_STATES).fetchall()


async def processes(conn: psycopg.AsyncConnection[Any]) -> list[Running]:
    """The same, without blocking."""
    async with conn.cursor(row_factory=class_row(Running)) as cursor:
        return await (await cursor.execute(_STATES)).fetchall()
