"""Tokens of machines: made by two administrators, for some uses, of a place, until a day; no session begins on one.

One asks and is shown the token, which opens nothing until another has confirmed it: what is kept is its hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from events.words import ActorKind
from services.access import accounts
from services.access.accounts import Use
from services.access.sessions import hash_of_id

MOST_DAYS: Final = 366
KINDS: Final[Mapping[ActorKind, tuple[Use, ...]]] = {
    ActorKind.SOURCE: (Use.REPORT, Use.READ, Use.INSPECTION),
    ActorKind.SYSTEM: (Use.READ, Use.OFFICES, Use.RUNNING),
}
"""What a machine of each kind can be for."""

Connection = AsyncConnection[Any]
_OF: Final[Mapping[str, ActorKind]] = {kind.value: kind for kind in KINDS}
_USES: Final[Mapping[str, Use]] = {use.value: use for use in Use}


@dataclass(frozen=True, slots=True)
class Machine:
    """What a token is asked for: whose it is, what for, where, and for how many days."""

    holder: UUID
    kind: ActorKind
    label: str
    uses: tuple[Use, ...]
    place: str
    days: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A token that waits for another administrator; `name` is the first 16 hexadecimal digits of its hash."""

    name: str
    machine: Machine
    asked_by: UUID
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was confirmed, times in UTC."""

    name: str
    holder: UUID
    kind: ActorKind
    label: str
    uses: tuple[Use, ...]
    place: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


async def ask(conn: Connection, session: str, machine: Machine) -> str | None:
    """A token, seen this once, that holds when another administrator has confirmed it; None without a session."""
    token = accounts.PREFIX + secrets.token_urlsafe(accounts.TOKEN_BYTES)
    values = (
        hash_of_id(session), accounts.hash_of(token), machine.holder, machine.kind.value, machine.label,
        [use.value for use in machine.uses], machine.place, machine.days,
    )  # fmt: skip
    cursor = await conn.execute("SELECT accounts.ask_token(%s, %s, %s, %s, %s, %s, %s, %s)", values)
    row = await cursor.fetchone()
    return token if row is not None and row[0] else None


async def requests(conn: Connection) -> list[Asked]:
    """What waits for another administrator, the oldest first."""
    rows = await (await conn.execute("SELECT * FROM accounts.token_requests_open()")).fetchall()
    return [
        Asked(name, Machine(holder, _OF[kind], label, _uses(uses), place, days), asked_by, asked_at)
        for name, holder, kind, label, uses, place, days, asked_by, asked_at in rows
    ]


async def made(conn: Connection) -> list[Made]:
    """The tokens of machines that there are and were, the newest first."""
    rows = await (await conn.execute("SELECT * FROM accounts.machine_tokens_made()")).fetchall()
    return [Made(name, holder, _OF[kind], label, _uses(uses), *rest) for name, holder, kind, label, uses, *rest in rows]


async def confirm(conn: Connection, session: str, name: str) -> bool:
    """Confirm what another administrator asked for; False where it is settled, too old, or one's own."""
    return await _done(conn, "SELECT accounts.confirm_token(%s, %s)", session, name)


async def drop(conn: Connection, session: str, name: str) -> bool:
    """Withdraw what one asked for, or turn down what another did."""
    return await _done(conn, "SELECT accounts.drop_token(%s, %s)", session, name)


async def revoke(conn: Connection, session: str, name: str) -> bool:
    """Revoke a machine's token: it holds nowhere from the commit on but for what each process remembers."""
    done = await _done(conn, "SELECT accounts.revoke_machine_token(%s, %s)", session, name)
    accounts.forget()
    return done


def _uses(given: Sequence[str]) -> tuple[Use, ...]:
    return tuple(_USES[one] for one in given)


async def _done(conn: Connection, statement: Any, session: str, name: str) -> bool:
    row = await (await conn.execute(statement, (hash_of_id(session), name))).fetchone()
    return bool(row is not None and row[0])
