"""Who is sent events over HTTP: added with a secret shown once, listed with what waits, moved on after an answer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row

from events.registry import EVENT_TYPES
from services.errors import Malformed, Problem
from services.register import read
from services.vault.keys import KEY_BYTES, KeyFile, Slot, commitment_of

Connection = psycopg.Connection[Any]

PURPOSE = "webhook.secret"

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts to which plain HTTP is allowed."""

_HOST = re.compile(r"[0-9A-Fa-f:.]+|[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?").fullmatch
"""An IP address, or labels none of which is empty."""

_KEPT = "/%:@!$&'()*+,;=-._~?"
"""Characters of a path or query that stay as they are."""

_ADD: LiteralString = """
    INSERT INTO register.webhooks (id, url, secret, commitment, types, position)
    VALUES (%s, %s, %s, %s, %s, coalesce(%s::bigint, register.last_position()))"""
_LIST: LiteralString = """
    SELECT id, url, secret, commitment, types, position, failures, error, next_try, next_try <= now() AS due
    FROM register.webhooks ORDER BY created_at, id"""
_DELIVERED: LiteralString = """
    UPDATE register.webhooks SET position = %s, failures = 0, error = NULL, next_try = now(), updated_at = now()
    WHERE id = %s AND position < %s"""
_FAILED: LiteralString = """
    UPDATE register.webhooks SET failures = failures + 1, error = %s, updated_at = now(),
        next_try = now() + least(%s, 2 ^ least(failures, 30)) * interval '1 second'
    WHERE id = %s"""

LONGEST_PAUSE = 3_600
"""Seconds between two tries at most; the first pause is one second, and each doubles the last."""


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """A subscription and where it is: the events after `position` wait, and are tried next at `next_try`."""

    id: UUID
    url: str
    secret: bytes
    commitment: bytes
    types: list[str] | None
    position: int
    failures: int
    error: str | None
    next_try: datetime
    due: bool


def addressed(url: str) -> str:
    """An address as it is sent to: its host in ASCII (IDNA), what else is no ASCII in percents.

    Raises Malformed where it is not HTTPS (plain HTTP only on the loopback), or no host can be asked by it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:  # UnicodeError is one: an empty or too long label, a character that no name has
        raise Malformed([Problem("/url", "地址无效", f"no address: {str(error)[:80]}")]) from error
    if not (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)) or not _HOST(name):
        raise Malformed([Problem("/url", "须为HTTPS地址", "an https address (http only on the loopback)")])
    if parts.username or parts.password:
        raise Malformed([Problem("/url", "地址不得含口令", "no credentials in the address")])
    place = (f"[{name}]" if ":" in name else name) + (f":{port}" if port is not None else "")
    path, query = quote(parts.path, safe=_KEPT), quote(parts.query, safe=_KEPT)
    return urlunsplit((parts.scheme, place, path, query, ""))


def add(
    conn: Connection, kek: KeyFile, url: str, types: Sequence[str] | None = None, after: int | None = None
) -> tuple[UUID, str]:
    """Subscribe an address from a position on (the log's end where None): its id, and its secret in clear text, once.

    Raises Malformed where the address is none (`addressed`), or a type is not known.
    """
    address = addressed(url)
    unknown = [name for name in types or () if name not in EVENT_TYPES]
    if unknown:
        raise Malformed([Problem("/types", "没有这种事件类型", f"no such event type: {unknown[0][:80]}")])
    subscription, secret = uuid4(), secrets.token_bytes(KEY_BYTES)
    wrapped = kek.wrap(subscription, Slot(subscription, PURPOSE), secret)
    wanted = list(types) if types else None
    conn.execute(_ADD, [subscription, address, wrapped, commitment_of(secret), wanted, after])
    return subscription, secret.hex()


def secret_of(kek: KeyFile, webhook: Webhook) -> bytes:
    """The key that signs. Raises Unavailable where another key file wrapped it."""
    return kek.unwrap(webhook.id, Slot(webhook.id, PURPOSE), webhook.secret, webhook.commitment)


def webhooks(conn: Connection) -> list[Webhook]:
    """All subscriptions, the oldest first."""
    with conn.cursor(row_factory=class_row(Webhook)) as cursor:
        return cursor.execute(_LIST).fetchall()


def waiting(conn: Connection, webhook: Webhook) -> int:
    """How many events wait to be delivered."""
    return read.waiting(conn, webhook.position, webhook.types)


def remove(conn: Connection, subscription: UUID) -> bool:
    """Send it nothing more; whether it was there."""
    return conn.execute("DELETE FROM register.webhooks WHERE id = %s", [subscription]).rowcount == 1


def delivered(conn: Connection, subscription: UUID, position: int) -> None:
    """Everything up to this position was answered with 2xx, or not asked for."""
    conn.execute(_DELIVERED, [position, subscription, position])


def failed(conn: Connection, subscription: UUID, error: str) -> None:
    """It was not delivered, and is tried again after a pause that grows."""
    conn.execute(_FAILED, [error[:500], LONGEST_PAUSE, subscription])
