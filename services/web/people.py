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
"""How long the link of an invitation holds."""

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
    await _administrator(request)
    return await _page(request)


@router.post("/accounts")
async def changed(request: Request) -> Response:
    """Invite somebody, make them a new link, remove their second factor, or close their account. Raises NotOurs,
    Forbidden, NotFound.
    """
    fields = await form_of(request)
    form = {name: values[-1] for name, values in fields.items()}
    await checked(request, form.get("csrf", ""))
    posts = await _administrator(request)
    here, session = context(request), session_id(request)
    act, name = form.get("act", ""), form.get("name", "").strip().lower()
    if act == "invite" and (wrong := await _invited(request, posts, form.get("holder", ""), name)) is not None:
        return await _page(request, 422, wrong=wrong)
    async with here.pool.connection() as conn:
        person = await people.find(conn, name)
        if person is None:
            raise NotFound(f"account {name[:40]}")
        await _in_charge(request, posts, person.account.holder)
        match act:
            case "invite" | "link":
                until = datetime.now(UTC) + timedelta(hours=LINK_HOURS)
                link = await people.add_link(conn, session, name, until)
                address = f"{request.url.scheme}://{request.url.netloc}/password?link={link}"
                return await _page(request, link=address, of=name, until=until)
            case "second-factor":
                await people.forget_second(conn, session, name)
            case "close":
                await people.close(conn, session, name)
            case _:
                raise Malformed([Problem("/act", "没有这种办理", "there is no such act")])
    return RedirectResponse("/accounts", 303)


async def _administrator(request: Request) -> Sequence[Actor]:
    """The posts in which whoever is signed in administers today. Raises Forbidden."""
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
    account = Account(state.id, state.kind, state.unit, state.descriptor.label(state))
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
    return page(
        request,
        "accounts.html",
        status,
        rows=[(row, known.get(row.stream)) for row in found.rows],
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        **shown,
    )
