"""Sessions of people who signed in on a page: kept here, known by an opaque id that only the cookie holds.

A session stands on a token and ends with it; it ends too when it was not used for long, at its absolute end, and
when it is ended. Kept and looked up as a hash, as tokens are (ASVS 5.0, 7.2 to 7.4).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection, Connection

from events.words import ActorKind
from services.access.accounts import Account

ID_BYTES = 32
"""256 random bits (ASVS 5.0, 7.2.3 asks for 128)."""

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[0-9a-f]{16}")
_KINDS = {kind.value: kind for kind in ActorKind}

_BEGIN: Final[LiteralString] = "SELECT accounts.begin_session(%s, %s, %s, %s, %s)"
_USE: Final[LiteralString] = "SELECT * FROM accounts.use_session(%s)"
_OF: Final[LiteralString] = "SELECT * FROM accounts.sessions_of(%s)"
_ALL: Final[LiteralString] = "SELECT * FROM accounts.open_sessions ORDER BY begun_at DESC, hash"
_END: Final[LiteralString] = "SELECT accounts.end_sessions(%s, %s)"


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `name` is the first 16 hexadecimal digits of its hash; `csrf` is what its own forms hold, and
    is known only where the session's id is; times in UTC.
    """

    name: str
    account: Account
    address: str | None
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    csrf: str = field(default="", repr=False)


async def begin(
    conn: AsyncConnection[Any], token: bytes, address: str | None, idle: timedelta, whole: timedelta
) -> str | None:
    """A new session on a token, told by its hash; its id, seen this once. None where the token does not hold."""
    fresh = secrets.token_urlsafe(ID_BYTES)
    cursor = await conn.execute(_BEGIN, (hash_of_id(fresh), token, address, idle, whole))
    row = await cursor.fetchone()
    return fresh if row is not None and row[0] else None


async def use(conn: AsyncConnection[Any], session_id: str) -> Session | None:
    """The open session of an id, used now; None where there is none."""
    if _ID.fullmatch(session_id) is None:
        return None
    row = await (await conn.execute(_USE, (hash_of_id(session_id),))).fetchone()
    return _session(row, csrf_of(session_id)) if row is not None else None


async def of(conn: AsyncConnection[Any], holder: UUID) -> Sequence[Session]:
    """The open sessions of a holder, the newest first."""
    return [_session(row) for row in await (await conn.execute(_OF, (holder,))).fetchall()]


async def end(conn: AsyncConnection[Any], holder: UUID, name: str | None = None) -> int:
    """End a holder's session of that name, or all; how many it were."""
    if name is not None and _NAME.fullmatch(name) is None:
        return 0
    row = await (await conn.execute(_END, (holder, name))).fetchone()
    return int(row[0]) if row is not None else 0


def all_open(conn: Connection[Any]) -> Sequence[Session]:
    """Every open session, the newest first: for the operator."""
    return [_session(row) for row in conn.execute(_ALL)]


def end_all(conn: Connection[Any], holder: UUID) -> int:
    """End all sessions of a holder: for the operator; how many it were."""
    row = conn.execute(_END, (holder, None)).fetchone()
    return int(row[0]) if row is not None else 0


def csrf_of(session_id: str) -> str:
    """What the forms of a session hold: follows from its id, and does not tell it."""
    digest = hmac.new(session_id.encode(), b"concord/csrf/v1", sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _session(row: Sequence[Any], csrf: str = "") -> Session:
    hashed, holder, kind, unit, label, address, begun_at, seen_at, expires_at = row
    account = Account(holder, _KINDS[kind], unit, label)
    return Session(bytes(hashed).hex()[:16], account, address, begun_at, seen_at, expires_at, csrf)


def hash_of_id(session_id: str) -> bytes:
    """What is kept of a session's id."""
    return sha256(session_id.encode()).digest()
