"""What a request needs of the process: who asks, the decisions, the connections; and the trace it is in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import Request
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from events.envelope import CHINA, Actor
from events.words import ActorKind
from services.access import accounts
from services.access.accounts import Account, Use
from services.access.passwords import Delays, Hashing
from services.access.provider import Provider
from services.casework.pack import Pack
from services.casework.source.state import Source
from services.decisions import Decisions
from services.errors import Forbidden, TooManyRequests, Unavailable, Unreadable
from services.http.middleware import Rates, address
from services.http.readers import Reader, reader_of
from services.intake.reception import Reception
from services.settings import Settings
from services.states import States


class Unauthorised(Forbidden):
    """No token, or one that is unknown, expired or revoked (401)."""

    code = "unauthorised"


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
    provider: Provider | None = None

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


def token_of(request: Request) -> str:
    """The bearer token that the request carries. Raises Unauthorised where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("a bearer token is needed", "须提供访问令牌", 401)
    return token


async def account(request: Request, *, anew: bool = False) -> Account:
    """Whose token the request carries; `anew` asks for it again, whatever is remembered. Raises Unauthorised."""
    token = token_of(request)
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
    return await reader_as(context(request), await account(request, anew=anew))


async def reader_as(here: Context, who: Account) -> Reader:
    """Who an account is today, however it was told. Raises Forbidden where it is nobody."""
    state = (await here.states.load([who.holder], fresh=True)).get(who.holder)
    return reader_of(who, state, here.today, here.settings.place)


async def readers_of(here: Context, tokens: Sequence[str]) -> dict[str, Reader]:
    """Who reads by each of these tokens, as the register says at this moment; without those of whom it cannot say."""
    async with here.pool.connection() as conn:
        known = await accounts.find_many(conn, tokens)
    try:
        states = await here.states.load([who.holder for who in known.values()], fresh=True)
    except Unreadable:
        if len(tokens) == 1:
            return {}
        return {token: who for one in tokens for token, who in (await readers_of(here, [one])).items()}
    found: dict[str, Reader] = {}
    for token, who in known.items():
        with suppress(Forbidden):
            found[token] = reader_of(who, states.get(who.holder), here.today, here.settings.place)
    return found


def may_report(who: Account) -> None:
    """Raises Forbidden where a machine's token is for reading alone."""
    if who.uses is not None and Use.REPORT not in who.uses:
        raise Forbidden("this token is for reading alone", "该令牌只供查阅，不能报送或者办理")


OFFICELESS = frozenset({ActorKind.SOURCE, ActorKind.PUBLIC})
"""The kinds of account that stand for no officer's stream."""


async def posts_of(here: Context, who: Account) -> Sequence[Actor]:
    """The posts of an account that stands for no officer's stream: a source, the public; else none."""
    if who.kind is ActorKind.SOURCE:
        source = await here.states.current(Source, who.holder)
        return (source.actor(),) if source is not None else ()
    if who.kind is ActorKind.PUBLIC:
        return (Actor(id=who.holder, kind=ActorKind.PUBLIC, post=ActorKind.PUBLIC.zh, place="000000"),)
    return ()
