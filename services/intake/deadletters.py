"""Dead letters: messages that could not be taken, kept with their reason until a person deals with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.documents import NotJson, check_depth
from services.observed import logs

EARLY = "early"
"""The class of an amendment or withdrawal that came before its report; it is tried again when the report comes."""


KEEP: Final = """
    WITH same AS (
        SELECT id FROM intake.dead_letters
        WHERE status = 'waiting' AND class = %(kind)s AND source IS NOT DISTINCT FROM %(source)s
          AND external_id IS NOT DISTINCT FROM %(external_id)s
          AND sha256(message) = sha256(%(message)s::bytea) LIMIT 1
    ), kept AS (
        INSERT INTO intake.dead_letters (channel, source, external_id, class, reason, message, headers)
        SELECT %(channel)s, %(source)s, %(external_id)s, %(kind)s, %(reason)s, %(message)s, %(headers)s
        WHERE NOT EXISTS (SELECT FROM same) RETURNING id
    )
    SELECT id FROM kept UNION ALL SELECT id FROM same"""
ATTEMPTED: Final = "UPDATE intake.dead_letters SET attempts = attempts + 1, class = %s, reason = %s WHERE id = %s"
RESOLVED: Final = """
    UPDATE intake.dead_letters SET status = %s, resolved_at = now(), attempts = attempts + 1
    WHERE id = %s AND status <> 'replayed'"""


def row(
    channel: str,
    kind: str,
    reason: str,
    message: bytes,
    *,
    source: str | None = None,
    external_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The parameters of KEEP."""
    return {
        "channel": channel,
        "source": storable(source),
        "external_id": storable(external_id),
        "kind": kind,
        "reason": storable(reason) or "",
        "message": without_personal(message),
        "headers": Jsonb(
            {storable(name): storable(known_by(name, value)) for name, value in (headers or {}).items()},
            dumps=orjson.dumps,
        ),
    }


async def keep(conn: AsyncConnection[Any], letter: Mapping[str, Any]) -> int:
    """Keep a message with its class and reason (see `row`); its number. The same waiting message is kept once."""
    found = await (await conn.execute(KEEP, letter)).fetchone()
    return int(found[0]) if found else 0


_NAMES = frozenset({"id", "source", "type", "subject", "external_id", "code", "time"})
"""What a message is known by; kept as it came."""


def without_personal(message: bytes) -> bytes:
    """The message with what looks like an ID number or a telephone masked; bytes that are no JSON, or nested deeper
    than is taken, as text.
    """
    try:
        check_depth(message)
        document = orjson.loads(message)
    except (orjson.JSONDecodeError, NotJson):
        text = message.decode("utf-8", "surrogateescape")
        return str(logs.masked(text)).encode("utf-8", "surrogateescape")
    clean = _masked(document)
    return message if clean == document else orjson.dumps(clean)


def known_by(header: str, value: str) -> str:
    """A header's value; masked where it is none that the message is known by."""
    return value if header.lower().removeprefix("ce_") in _NAMES else str(logs.masked(value))


def _masked(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in _NAMES else logs.masked(value)
    if isinstance(value, dict):
        return {logs.masked(key): _masked(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, name) for part in value]
    return value


def storable(text: str | None) -> str | None:
    """A text as the table takes it: without NUL, and not longer than a person reads."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")[:2_000] if text else text


async def waiting_for(conn: AsyncConnection[Any], source: str, external_id: str) -> list[dict[str, Any]]:
    """Amendments and withdrawals that wait for this report, oldest first."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            """
            SELECT id, message, channel FROM intake.dead_letters
            WHERE status = 'waiting' AND class = %s AND source = %s AND external_id = %s ORDER BY id
            """,
            (EARLY, source, external_id),
        )
        return await cursor.fetchall()


async def resolve(conn: AsyncConnection[Any], number: int, status: str) -> bool:
    """Set a waiting or parked letter to `replayed` or `parked`; whether there was one."""
    cursor = await conn.execute(RESOLVED, (status, number))
    return cursor.rowcount > 0


async def attempted(conn: AsyncConnection[Any], number: int, kind: str, reason: str) -> None:
    """A retry failed again: count it, and keep the newest reason."""
    await conn.execute(ATTEMPTED, (kind, storable(reason) or "", number))


async def listed(conn: AsyncConnection[Any], status: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Dead letters after a number, oldest first, of a status or of all."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            """
            SELECT id, channel, source, external_id, class, reason, status, attempts, received_at, resolved_at,
                   octet_length(message) AS bytes
            FROM intake.dead_letters
            WHERE id > %(after)s AND (%(status)s::text IS NULL OR status = %(status)s)
            ORDER BY id LIMIT %(limit)s
            """,
            {"after": after, "status": status, "limit": limit},
        )
        return await cursor.fetchall()


async def waiting(conn: AsyncConnection[Any]) -> int:
    """How many letters nobody has dealt with."""
    row = await (await conn.execute("SELECT count(*) FROM intake.dead_letters WHERE status = 'waiting'")).fetchone()
    return int(row[0]) if row else 0


async def message_of(conn: AsyncConnection[Any], number: int) -> tuple[bytes, UUID | None] | None:
    """The bytes of a letter that was not replayed yet, and the source whose token sent it."""
    cursor = await conn.execute(
        "SELECT message, headers ->> 'sender' FROM intake.dead_letters WHERE id = %s AND status <> 'replayed'",
        (number,),
    )
    row = await cursor.fetchone()
    return (bytes(row[0]), UUID(row[1]) if row[1] else None) if row else None
