"""The security log: sign-ins, tokens that were none, what was refused; lines of their own, and a table for its role.

Who is told by the stream of the account, which token by the beginning of its hash: no name, no token, no text of
what was sent. Tokens made and revoked are written by the database itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.access.accounts import name_of

_NOTE: Final[LiteralString] = "SELECT security.note(%s, %s, %s, %s, %s, %s)"

log = structlog.get_logger("security")


class What(StrEnum):
    """What happened."""

    SIGN_IN = "sign-in"
    TOKEN = "token"  # noqa: S105 (a word)
    ACCESS = "access"
    PASSWORD = "password"  # noqa: S105 (a word)


async def note(
    pool: AsyncConnectionPool[AsyncConnection[Any]],
    what: What,
    *,
    done: bool,
    token: str = "",
    who: UUID | None = None,
    address: str | None = None,
    detail: str = "",
) -> None:
    """Write a line, and a row where the database is there: what is refused stays refused without it."""
    outcome, name = "done" if done else "refused", name_of(token) if token else None
    (log.info if done else log.warning)(
        what.value, outcome=outcome, who=str(who) if who else None, token=name, address=address, detail=detail
    )
    try:
        async with pool.connection() as conn:
            await conn.execute(_NOTE, (what.value, outcome, who, name, address, detail))
    except (psycopg.Error, PoolTimeout) as error:
        log.error("a line of the security log is in this log alone", error=type(error).__name__)
