"""What a request needs of the process: who asks, the decisions, the connections; and the trace it is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Request
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from events.envelope import CHINA, Actor
from events.words import ActorKind
from services.access import accounts
from services.access.accounts import Account
from services.access.passwords import Delays, Hashing
from services.casework.pack import Pack
from services.casework.source.state import Source
from services.decisions import Decisions
from services.errors import ConcordError, Forbidden, Malformed, Problem, TooManyRequests, Unavailable
from services.http.middleware import Rates, address
from services.http.readers import Reader, reader_of
from services.intake.reception import Reception
from services.settings import Settings
from services.states import States

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


class PreconditionFailed(ConcordError):
    """`If-Match` names nothing that a version could match (412)."""

    code = "precondition-failed"
    status = 412

    def __str__(self) -> str:
        return "If-Match compares strongly, and none of its tags is a version"


@dataclass(frozen=True, slots=True)
class Context:
    """The process's own: made once at start, found by every request on `app.state.context`."""

    settings: Settings
    pool: AsyncConnectionPool[AsyncConnection[Any]]
    states: States
    decisions: Decisions
    reception: Reception
    failures: Rates
    public: Rates
    hashing: Hashing = field(default_factory=Hashing)
    delays: Delays = field(default_factory=Delays)

    @property
    def today(self) -> date:
        """The day that it is in China."""
        return self.decisions.clock().astimezone(CHINA).date()

    async def pack_today(self) -> Pack:
        """The pack in force today."""
        return (await self.states.packs(fresh=True)).on(self.today)


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
        failures, where = context(request).failures, address(request.scope)
        if seconds := failures.would_wait(where):
            raise TooManyRequests(seconds)
        try:
            async with context(request).pool.connection() as conn:
                known = await accounts.find(conn, token, anew=anew)
        except PoolTimeout as error:
            raise Unavailable("database") from error
    if known is None:
        context(request).failures.wait(address(request.scope))
        raise Unauthorised("the token is unknown, expired or revoked", "令牌不存在、已过期或已撤销", 401)
    return known


async def reader(request: Request, *, anew: bool = False) -> Reader:
    """Who reads, as the register says today. Raises Unauthorised, and Forbidden where it is nobody today."""
    return await reader_as(request, await account(request, anew=anew))


async def reader_as(request: Request, who: Account) -> Reader:
    """Who an account is today, however it was told. Raises Forbidden where it is nobody."""
    here = context(request)
    state = (await here.states.load([who.holder], fresh=True)).get(who.holder)
    return reader_of(who, state, here.today, here.settings.place)


async def posts_of(request: Request, who: Account) -> Sequence[Actor]:
    """The posts of an account that stands for no officer's stream: a source, the public; else none."""
    if who.kind is ActorKind.SOURCE:
        source = await context(request).states.current(Source, who.holder)
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


_ENTITY_TAG = re.compile(r'\s*(W/)?"([^"\x00-\x20\x7f]*)"\s*(?:,|$)')


def if_match(request: Request, *, required: bool) -> tuple[int, ...] | None:
    """The versions of `If-Match: "6", "7"` (RFC 9110, 13.1.1); none where it is absent or `*`.

    Tags are compared strongly: a weak one, or one that is no version, matches nothing. Raises
    PreconditionRequired, PreconditionFailed where no tag can match, Malformed.
    """
    given = ", ".join(request.headers.getlist("if-match")).strip()
    if given in ("", "*"):
        if required:
            raise PreconditionRequired
        return None
    tags, end = [], 0
    while end < len(given):
        found = _ENTITY_TAG.match(given, end)
        if found is None:
            zh, en = "If-Match应为带引号的版本号", 'If-Match is a list of versions in quotes, "7"'
            raise Malformed([Problem("", zh, en)])
        tags.append(found)
        end = found.end()
    numbers = [tag[2] for tag in tags if tag[1] is None]
    versions = tuple(int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 10)
    if not versions:
        raise PreconditionFailed
    return versions
