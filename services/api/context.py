"""What a request needs of the process: who asks, the decisions, the connections; and the trace it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Request
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from events.envelope import CHINA, Actor
from events.words import ActorKind
from services import accounts
from services.accounts import Account
from services.casework.pack import Pack
from services.casework.source.state import Source
from services.decisions import Decisions
from services.errors import ConcordError, Forbidden, Malformed, Problem, Unavailable
from services.settings import Settings

_KEYS = uuid5(NAMESPACE_URL, "concord:idempotency-key")
_LONGEST_KEY = 200


class Unauthorised(Forbidden):
    """No token, or one that is unknown, expired or revoked (401)."""

    code = "unauthorised"


class KeyRequired(Malformed):
    """A command without an Idempotency-Key (400)."""

    code = "idempotency-key-required"
    status = 400


class PreconditionRequired(ConcordError):
    """A decision without the version it was decided at (428)."""

    code = "precondition-required"
    status = 428
    zh = "须以If-Match说明所依据的版本"

    def __str__(self) -> str:
        return "a decision needs If-Match with the version that it was decided at"


@dataclass(frozen=True, slots=True)
class Context:
    """The process's own: made once at start, found by every request on `app.state.context`."""

    settings: Settings
    pool: AsyncConnectionPool[AsyncConnection[Any]]
    decisions: Decisions

    @property
    def today(self) -> date:
        """The day that it is in China."""
        return self.decisions.clock().astimezone(CHINA).date()

    async def pack_today(self) -> Pack:
        """The pack in force today."""
        return (await self.decisions.packs(fresh=True)).on(self.today)


def context(request: Request) -> Context:
    """The context of this process."""
    found: Context = request.app.state.context
    return found


async def account(request: Request, *, anew: bool = False) -> Account:
    """Whose token the request carries; `anew` asks for it again, whatever is remembered. Raises Unauthorised."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("a bearer token is needed", "须提供访问令牌", 401)
    known = None if anew else accounts.remembered(token)
    if known is None:
        try:
            async with context(request).pool.connection() as conn:
                known = await accounts.find(conn, token, anew=anew)
        except PoolTimeout as error:
            raise Unavailable("database") from error
    if known is None:
        raise Unauthorised("the token is unknown, expired or revoked", "令牌不存在、已过期或已撤销", 401)
    return known


async def posts_of(request: Request, who: Account) -> Sequence[Actor]:
    """The posts of an account that stands for no officer's stream: a source, the public; else none."""
    if who.kind is ActorKind.SOURCE:
        source = await context(request).decisions.current(Source, who.holder)
        return (source.actor(),) if source is not None else ()
    if who.kind is ActorKind.PUBLIC:
        return (Actor(id=who.holder, kind=ActorKind.PUBLIC, post=ActorKind.PUBLIC.zh, place="000000"),)
    return ()


def command_id(request: Request, who: Account) -> UUID:
    """The command's id from `Idempotency-Key`: a UUID as it is, any other text as one of this account's own."""
    key = request.headers.get("idempotency-key", "").strip()
    if not key or len(key) > _LONGEST_KEY:
        raise KeyRequired([Problem("", "缺少幂等键", "an Idempotency-Key of 1 to 200 characters is needed")])
    try:
        given = UUID(key)
    except ValueError:
        given = None
    # ids of our own making are of version 5 and can be foretold: nobody takes one beforehand
    return given if given is not None and given.version in (4, 7) else uuid5(_KEYS, f"{who.holder}:{key}")


def if_match(request: Request, *, required: bool) -> int | None:
    """The version of `If-Match: "7"`; `*` and absence are no version. Raises PreconditionRequired, Malformed."""
    given = request.headers.get("if-match", "").strip()
    if given in ("", "*"):
        if required:
            raise PreconditionRequired
        return None
    number = given.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Malformed([Problem("", "If-Match应为带引号的版本号", 'If-Match is a version in quotes, "7"')])
    return int(number)
