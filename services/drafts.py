"""Drafts: what somebody has begun to fill into a form and not sent yet; theirs alone, sealed, gone when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from psycopg import AsyncConnection

from services.errors import Unavailable
from services.vault.keys import KeyFile, Slot, commitment_of

KEPT_FOR: Final = timedelta(days=30)
MOST: Final = 20
"""Drafts of one person that are listed, the latest first."""

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the names of the controls."""

_COMMITMENT_BYTES: Final = 32
_PURPOSE: Final = "draft"
Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is listed: the path of its form, and when it was saved (UTC)."""

    address: str
    saved_at: datetime


async def keep(conn: Connection, keys: KeyFile, holder: UUID, address: str, typed: Typed) -> None:
    """Save a draft in place of the one before; those that are too old go."""
    clear = orjson.dumps({name: list(values) for name, values in typed.items()})
    sealed = commitment_of(clear) + keys.wrap(_id(address), Slot(holder, _PURPOSE), clear)
    await conn.execute(
        "DELETE FROM accounts.drafts WHERE holder = %s AND saved_at < clock_timestamp() - %s", (holder, KEPT_FOR)
    )
    await conn.execute(
        """
        INSERT INTO accounts.drafts (holder, address, sealed) VALUES (%s, %s, %s)
        ON CONFLICT (holder, address) DO UPDATE SET sealed = excluded.sealed, saved_at = clock_timestamp()
        """,
        (holder, address, sealed),
    )


async def find(conn: Connection, keys: KeyFile, holder: UUID, address: str) -> dict[str, list[str]] | None:
    """What somebody saved of a form; None where there is nothing, or the key file is another one."""
    cursor = await conn.execute(
        "SELECT sealed FROM accounts.drafts WHERE holder = %s AND address = %s AND saved_at > clock_timestamp() - %s",
        (holder, address, KEPT_FOR),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    commitment, ciphertext = bytes(row[0])[:_COMMITMENT_BYTES], bytes(row[0])[_COMMITMENT_BYTES:]
    try:
        clear = keys.unwrap(_id(address), Slot(holder, _PURPOSE), ciphertext, commitment)
    except Unavailable:
        return None
    typed: dict[str, list[str]] = orjson.loads(clear)
    return typed


async def drop(conn: Connection, holder: UUID, address: str) -> None:
    """Forget a draft: it was sent, or is not wanted."""
    await conn.execute("DELETE FROM accounts.drafts WHERE holder = %s AND address = %s", (holder, address))


async def of(conn: Connection, holder: UUID) -> Sequence[Draft]:
    """The drafts of somebody, the latest first."""
    cursor = await conn.execute(
        """
        SELECT address, saved_at FROM accounts.drafts
        WHERE holder = %s AND saved_at > clock_timestamp() - %s ORDER BY saved_at DESC LIMIT %s
        """,
        (holder, KEPT_FOR, MOST),
    )
    return [Draft(*row) for row in await cursor.fetchall()]


def _id(address: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"concord:draft:{address}")
