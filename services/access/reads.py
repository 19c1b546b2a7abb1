"""Who looked at a file on a page: written before it is shown, and told to whoever may read the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection


@dataclass(frozen=True, slots=True)
class Read:
    """A look at a file: when (UTC), and in which post."""

    at: datetime
    who: UUID
    post: str


async def note(conn: AsyncConnection[Any], who: UUID, post: str, stream: UUID) -> None:
    """Somebody looks at a file; once in ten minutes is enough."""
    await conn.execute("SELECT security.note_read(%s, %s, %s)", (who, post, stream))


async def of(conn: AsyncConnection[Any], stream: UUID) -> Sequence[Read]:
    """Who looked at a file, the latest first, 500 at most."""
    cursor = await conn.execute("SELECT * FROM security.reads_of(%s)", (stream,))
    return [Read(*row) for row in await cursor.fetchall()]
