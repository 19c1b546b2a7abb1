"""Dead letters: messages that could not be taken, kept with their reason until a person deals with them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import orjson
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from services.intake.raw import Binding, Raw
from services.intake.record import Incoming, mode_of, read
from services.observability import logs
from services.strict_json import NotJson, check_depth

EARLY = "early"
"""The class of an amendment or withdrawal that came before its report; it is tried again when the report comes."""


KEEP: Final = """
    INSERT INTO intake.dead_letters
        (channel, binding, sender, source, external_id, class, reason, key, headers, message, fingerprint)
    VALUES (%(channel)s, %(binding)s, %(sender)s, %(source)s, %(external_id)s, %(kind)s, %(reason)s,
            %(key)s, %(headers)s, %(message)s, %(fingerprint)s)
    ON CONFLICT (fingerprint) WHERE status = 'waiting' DO UPDATE SET class = excluded.class, reason = excluded.reason
    RETURNING id"""
WHOLE: Final = "d.id, d.binding, d.headers, d.key, d.message, d.sender"
"""The columns of which `again` makes a message."""

ATTEMPTED: Final = "UPDATE intake.dead_letters SET attempts = attempts + 1, class = %s, reason = %s WHERE id = %s"
RESOLVED: Final = """
    UPDATE intake.dead_letters SET status = %s, resolved_at = now(), attempts = attempts + 1
    WHERE id = %s AND status <> 'replayed'"""


def row(
    channel: str, kind: str, reason: str, raw: Raw, *, source: str | None = None, external_id: str | None = None
) -> dict[str, Any]:
    """The parameters of KEEP: the message whole, with what looks personal masked."""
    headers = [[storable(name), _kept(name, value)] for name, value in raw.headers]
    body = without_personal(raw.body)
    sender = str(raw.sender) if raw.sender else None
    whole = orjson.dumps([channel, raw.binding.value, sender, headers]), raw.key or b"", body
    return {
        "channel": channel,
        "binding": raw.binding.value,
        "sender": raw.sender,
        "source": storable(source),
        "external_id": storable(external_id),
        "kind": kind,
        "reason": storable(reason) or "",
        "key": raw.key,
        "headers": Jsonb(headers, dumps=orjson.dumps),
        "message": body,
        "fingerprint": sha256(b"".join(sha256(part).digest() for part in whole)).digest(),
    }


def _kept(name: str, value: bytes | None) -> str | dict[str, str] | None:
    """A header's value as JSON takes it: a text, or what is none in Base64."""
    if value is None:
        return None
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}
    return {"base64": b64encode(value).decode()} if "\x00" in text else known_by(name, text)


def again(kept: Sequence[Any]) -> Incoming:
    """A letter (its columns of WHOLE) as the message that it was, read in its own mode."""
    number, binding, headers, key, body, sender = kept
    came = [(name, b64decode(v["base64"]) if isinstance(v, dict) else v and v.encode()) for name, v in headers]
    return read(Raw(bytes(body), came, key and bytes(key), Binding(binding), sender), number)


async def keep(conn: AsyncConnection[Any], letter: Mapping[str, Any]) -> int:
    """Keep a message with its class and reason (see `row`); its number. The same waiting message is kept once
    (ADR 0013), every reason that it was given beside it.
    """
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
    name = header.lower().replace("-", "_").removeprefix("ce_")
    return value if name in _NAMES else str(logs.masked(value))


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


async def resolve(conn: AsyncConnection[Any], number: int, status: str) -> bool:
    """Set a waiting or parked letter to `replayed` or `parked`; whether there was one."""
    cursor = await conn.execute(RESOLVED, (status, number))
    return cursor.rowcount > 0


async def attempted(conn: AsyncConnection[Any], number: int, kind: str, reason: str) -> None:
    """A retry failed again: count it, and keep the newest reason."""
    await conn.execute(ATTEMPTED, (kind, storable(reason) or "", number))


LISTED: Final = """
    SELECT d.id, d.channel, d.binding, d.sender, d.source, d.external_id, d.class, d.reason, d.status, d.attempts,
           d.received_at, d.resolved_at, octet_length(d.message) AS bytes,
           (SELECT json_agg(json_build_object('at', r.at, 'class', r.class, 'reason', r.reason) ORDER BY r.id)
            FROM intake.dead_letter_reasons AS r WHERE r.letter = d.id) AS reasons
    FROM intake.dead_letters AS d"""


async def listed(conn: AsyncConnection[Any], status: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Dead letters after a number, oldest first, of a status or of all; each with every reason that it was given."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            LISTED + " WHERE d.id > %(after)s AND (%(status)s::text IS NULL OR d.status = %(status)s)"
            " ORDER BY d.id LIMIT %(limit)s",
            {"after": after, "status": status, "limit": limit},
        )
        return await cursor.fetchall()


async def letter(conn: AsyncConnection[Any], number: int) -> dict[str, Any] | None:
    """A letter with all that came: mode, key, headers, body (in Base64 what is no UTF-8); None where there is none."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        found = await (await cursor.execute(LISTED + " WHERE d.id = %s", (number,))).fetchone()
    if found is None:
        return None
    whole = await (
        await conn.execute(f"SELECT {WHOLE} FROM intake.dead_letters AS d WHERE id = %s", (number,))
    ).fetchone()
    raw = again(whole or ()).raw
    headers = [[name, _shown(value)] for name, value in raw.headers]
    return {
        **found,
        "mode": mode_of(raw.headers, raw.binding),
        "key": _shown(raw.key),
        "headers": headers,
        "body": _shown(raw.body),
    }


def _shown(value: bytes | None) -> str | dict[str, str] | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(value or b"").decode()}


async def waiting(conn: AsyncConnection[Any]) -> int:
    """How many letters nobody has dealt with."""
    row = await (await conn.execute("SELECT count(*) FROM intake.dead_letters WHERE status = 'waiting'")).fetchone()
    return int(row[0]) if row else 0
