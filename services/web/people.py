"""Accounts of people, for administrators: invited, given a new link, closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from events.envelope import Actor
from events.places import within
from events.words import Role
from projections.streams import queries as streams
from services.access import people
from services.access.accounts import Account
from services.access.people import CredentialReset
from services.casework.office import same_person
from services.casework.officer.state import Officer
from services.errors import Forbidden, Malformed, NotFound, Problem
from services.http.context import context
from services.http.queries import Cursor, Spoken, Text, tolerant
from services.web.pages import turned
from services.web.render import notices, page
from services.web.session import checked, form_of, reader_of, session_id, session_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS = 50
LINK_HOURS = 72
"""How long a request holds, and the link that comes of it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_TAKEN = Problem("/name", "这个账号名已有人用，请换一个", "that name is taken: choose another")
_NONE = Problem("/name", "账号名为3至40个小写字母、数字、点或横线", "3 to 40 small letters, digits, dots, hyphens")


class PeoplePage(Spoken):
    """Whose accounts are shown; `name` is anywhere in what they are called."""

    name: Text | None = None
    after: Cursor | None = None


@router.get("/accounts")
async def listed(request: Request) -> Response:
    """Who has an account, and who has none yet. Raises Forbidden where the reader administers nothing."""
    if await session_of(request) is None:
        return to_sign_in(request)
    await administrator(request)
    return await _page(request)


@router.post("/accounts")
async def changed(request: Request) -> Response:
    """Invite somebody, ask another administrator for a link or for the removal of a second factor, close an account.
    Raises NotOurs, Forbidden, NotFound.
    """
    fields = await form_of(request)
    form = {name: values[-1] for name, values in fields.items()}
    await checked(request, form.get("csrf", ""))
    posts = await administrator(request)
    here, session = context(request), session_id(request)
    act, name = form.get("act", ""), form.get("name", "").strip().lower()
    if act == "invite" and (wrong := await _invited(request, posts, form.get("holder", ""), name)) is not None:
        return await _page(request, 422, wrong=wrong)
    async with here.pool.connection() as conn:
        person = await people.find(conn, name)
    if person is None:
        raise NotFound(f"account {name[:40]}")
    await _in_charge(request, posts, person.account.holder)
    code: str | None = None
    async with here.pool.connection() as conn:
        match act:
            case "invite" | "link":
                code = await people.ask(conn, session, CredentialReset.LINK, name, _until())
            case "second-factor":
                await people.ask(conn, session, CredentialReset.SECOND_FACTOR, name, _until())
            case "close":
                await people.close(conn, session, name)
            case _:
                raise Malformed([Problem("/act", "没有这种办理", "there is no such act")])
    return await _page(request, code=code, of=name) if code is not None else RedirectResponse("/accounts", 303)


@router.post("/accounts/requests")
async def settled(request: Request) -> Response:
    """Confirm what another administrator asked for, or turn it down; withdraw one's own. Raises NotOurs, Forbidden,
    NotFound.
    """
    form = {name: values[-1] for name, values in (await form_of(request)).items()}
    await checked(request, form.get("csrf", ""))
    posts = await administrator(request)
    here, session = context(request), session_id(request)
    async with here.pool.connection() as conn:
        known = {str(one.id): one for one in await people.requests(conn)}
    asked = known.get(form.get("request", ""))
    if form.get("act") not in ("confirm", "drop"):
        raise Malformed([Problem("/act", "应为confirm或drop", "confirm or drop")])
    if asked is None:
        raise NotFound(f"request {form.get('request', '')[:40]}")
    await _in_charge(request, posts, asked.holder)
    confirmed = form.get("act") == "confirm"
    if confirmed:
        await somebody_else(request, posts, asked.asked_by)
    link: str | None = None
    async with here.pool.connection() as conn:
        if confirmed:
            link = await people.confirm(conn, session, asked.id)
        else:
            await people.drop(conn, session, asked.id)
    if confirmed and link is None:
        raise NotFound(f"request {asked.id}")
    if link is None or asked.what is CredentialReset.SECOND_FACTOR:
        return RedirectResponse("/accounts", 303)
    address = f"{request.url.scheme}://{request.url.netloc}/password?link={link}"
    return await _page(request, link=address, of=asked.name, until=asked.expires_at)


async def somebody_else(request: Request, posts: Sequence[Actor], asking: UUID) -> None:
    """Raises Forbidden where who asked is, or may be, the one who confirms (T-02)."""
    here = context(request)
    beside = await here.states.context({asking, *(post.id for post in posts)}, fresh=True)
    if any(same_person(post.id, asking, beside) for post in posts):
        raise Forbidden("another administrator confirms this (T-04)", "须由另一名管理员确认（T-04）")


def _until() -> datetime:
    return datetime.now(UTC) + timedelta(hours=LINK_HOURS)


async def administrator(request: Request) -> Sequence[Actor]:
    """The posts in which the person who is signed in administers today. Raises Forbidden."""
    reader = await reader_of(request)
    posts = [post for post in reader.posts if Role.ADMINISTRATOR in post.roles] if reader is not None else []
    if await session_of(request) is None or not posts:
        raise Forbidden("accounts are for administrators", "账号由管理员管理")
    return posts


async def _in_charge(request: Request, posts: Sequence[Actor], holder: UUID) -> Officer:
    """The person, of the administrator's place and somebody else. Raises Forbidden, NotFound."""
    state = await context(request).states.current(Officer, holder)
    if state is None:
        raise NotFound(f"officer {holder}")
    places = {actor.place for actor in state.actors(context(request).today)}
    if holder in {post.id for post in posts}:
        raise Forbidden("another administrator sees to one's own account", "本人的账号由另一名管理员管理")
    if not all(any(within(place, post.place) for post in posts) for place in places):
        raise Forbidden("an account is for the administrators of its place", "账号由其所在地区的管理员管理")
    return state


async def _invited(request: Request, posts: Sequence[Actor], holder: str, name: str) -> Problem | None:
    """Give somebody an account of that name; what is wrong with it, or None. Raises NotFound."""
    here = context(request)
    if _NAME.fullmatch(name) is None:
        return _NONE
    state = await _in_charge(request, posts, _uuid(holder))
    account = Account(state.id, state.kind, state.unit, state.descriptor.label(state, "zh"))
    async with here.pool.connection() as conn:
        return None if await people.add(conn, session_id(request), name, account) else _TAKEN


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"officer {text[:40]}") from error


async def _page(request: Request, status: int = 200, **shown: Any) -> Response:
    asked, problems = tolerant(PeoplePage, request)
    wanted = streams.Filter(kind="officer", open=True, q=asked.name)
    async with context(request).pool.connection() as conn:
        found = await turned(lambda after: streams.streams(conn, wanted, after, ROWS), asked.after, problems)
        known = await people.of(conn, [row.stream for row in found.rows])
        waiting = await people.requests(conn)
        names = await streams.labels(conn, list({who for one in waiting for who in (one.asked_by, one.holder)}))
    session = await session_of(request)
    return page(
        request,
        "accounts.html",
        status,
        rows=[(row, known.get(row.stream)) for row in found.rows],
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        waiting=waiting,
        names=names,
        own=session.account.holder if session is not None else None,
        **shown,
    )
