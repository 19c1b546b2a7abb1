"""Signing in and out, and the sessions that one has open.

By a name and a password, with a second factor where the role asks for one or one was set up; or by a token.
"""

from __future__ import annotations

import segno
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from services.access import accounts, people, second_factor, security, sessions
from services.access.passwords import LONGEST
from services.access.people import SECOND_FACTOR, Person
from services.casework.officer.state import Officer
from services.errors import TooManyRequests
from services.http.context import context
from services.http.queries import Spoken, tolerant
from services.http.refusals import address_of
from services.web.render import notices, page
from services.web.session import (
    Insecure,
    cookie_name,
    form_of,
    open_session,
    own_form,
    own_path,
    same_origin,
    secure,
    session_of,
    to_sign_in,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

LONGEST_NAME = 40


class SignInPage(Spoken):
    """The page to go to afterwards."""

    next: str = "/"


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Where a reader signs in."""
    asked, problems = tolerant(SignInPage, request)
    return page(request, "sign-in.html", wrong="", name="", next=own_path(asked.next), problems=problems)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Sign in: a session begins under a new id, and the one before ends. Raises NotOurs, Insecure, TooManyRequests."""
    form = await _form(request)
    back, token = own_path(form.get("next", "/")), form.get("token", "")
    if token:
        return await _by_token(request, token.strip(), back)
    name, password = form.get("name", "").strip().lower()[:LONGEST_NAME], form.get("password", "")[: LONGEST + 1]
    here, where = context(request), address_of(request) or ""
    _wait(request, name)
    async with here.pool.connection() as conn:
        person = await people.find(conn, name)
    if not await here.hashing.fits(person.password if person is not None else None, password) or person is None:
        here.failures.wait(where)
        here.delays.failed(name, where)
        await _note(request, person, done=False)
        return page(request, "sign-in.html", 401, wrong="password", name=name, next=back)
    return await further(request, person, back, how="by password")


async def further(request: Request, person: Person, back: str, *, how: str, done_there: bool = False) -> Response:
    """On from the first factor: a session, or the page that asks for the second; `done_there`: it was given already."""
    here = context(request)
    if done_there or (person.secret is None and not await _takes_a_second(request, person)):
        return await _begun(request, person, person.token, back, how)
    fresh = second_factor.fresh_secret() if person.secret is None else None
    kept = second_factor.wrapped(here.decisions.keys, person.account.holder, fresh) if fresh is not None else None
    async with here.pool.connection() as conn:
        step = await people.ask_second(conn, person.name, kept)
    return _second(request, step, back, person.name, fresh)


@router.post("/sign-in/second-factor")
async def second(request: Request) -> Response:
    """The second factor: what the authenticator shows, or a code. Raises NotOurs, Insecure, TooManyRequests."""
    form = await _form(request)
    back, step, code = own_path(form.get("next", "/")), form.get("step", ""), form.get("code", "").strip()
    here, where = context(request), address_of(request) or ""
    async with here.pool.connection() as conn:
        asked = await people.asked(conn, step)
        person = await people.find(conn, asked.name) if asked is not None else None
    if asked is None or person is None:
        return page(request, "sign-in.html", 401, wrong="over", name="", next=back)
    _wait(request, asked.name)
    kept = asked.fresh or person.secret
    secret = second_factor.unwrapped(here.decisions.keys, person.account.holder, kept) if kept is not None else ""
    at = second_factor.step_of(secret, code, here.decisions.clock())
    async with here.pool.connection() as conn:
        by_code = at is None and asked.fresh is None
        by_code = by_code and await people.use_code(conn, person.name, second_factor.hash_of_code(code))
        token = await people.second_given(conn, step, at) if at is not None or by_code else None
    if token is None:
        here.failures.wait(where)
        here.delays.failed(asked.name, where)
        await _note(request, person, done=False)
        return _second(request, step, back, asked.name, secret if asked.fresh is not None else None, wrong=True)
    return await _begun(request, person, token, back, "by second factor")


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session of this page. Raises NotOurs."""
    session, _ = await own_form(request)
    async with context(request).pool.connection() as conn:
        await sessions.end(conn, session.account.holder, session.name)
    return signed_out(request)


@router.get("/sessions")
async def own_sessions(request: Request) -> Response:
    """Where am I signed in?"""
    session = await session_of(request)
    if session is None:
        return to_sign_in(request)
    async with context(request).pool.connection() as conn:
        found = await sessions.of(conn, session.account.holder)
    return page(request, "sessions.html", rows=found, problems=tolerant(Spoken, request)[1])


@router.post("/sessions/end")
async def end_session(request: Request) -> Response:
    """End one of the reader's own sessions by its name, or all. Raises NotOurs."""
    session, form = await own_form(request)
    name = form.get("name", [""])[0] or None
    async with context(request).pool.connection() as conn:
        await sessions.end(conn, session.account.holder, name)
    return signed_out(request) if name in (None, session.name) else RedirectResponse("/sessions", 303)


def signed_out(request: Request, to: str = "/sign-in") -> Response:
    """The way on, without the cookie of a session or anything else that the browser kept of these pages."""
    response = RedirectResponse(to, 303, {"Clear-Site-Data": '"cache", "storage"'})
    https = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=https)
    return response


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form by which one signs in. Raises NotOurs, Insecure, TooManyRequests."""
    same_origin(request)
    if not secure(request):
        raise Insecure(
            "sign in over HTTPS: a password would cross the network in clear",
            "须通过HTTPS登录，密码和令牌不可明文传输",
            403,
        )
    if seconds := context(request).failures.would_wait(address_of(request)):
        raise TooManyRequests(seconds)
    return {name: values[-1] for name, values in (await form_of(request)).items()}


def _wait(request: Request, name: str) -> None:
    if seconds := context(request).delays.seconds(name, address_of(request) or ""):
        raise TooManyRequests(seconds)


async def _by_token(request: Request, token: str, back: str) -> Response:
    here, address = context(request), address_of(request)
    async with here.pool.connection() as conn:
        known = await accounts.find(conn, token)
    begun = await open_session(request, accounts.hash_of(token), back) if known is not None else None
    who, what = known.holder if known else None, security.What.SIGN_IN
    await security.note(here.pool, what, done=begun is not None, token=token, who=who, address=address)
    if begun is None:
        here.failures.wait(address)
        return page(request, "sign-in.html", 401, wrong="token", name="", next=back)
    return begun


async def _takes_a_second(request: Request, person: Person) -> bool:
    """Whether the roles of today ask for a second factor."""
    here = context(request)
    officer = await here.states.current(Officer, person.account.holder)
    posts = officer.actors(here.today) if officer is not None else ()
    return any(role in SECOND_FACTOR for post in posts for role in post.roles)


async def _begun(request: Request, person: Person, token: bytes, back: str, how: str) -> Response:
    context(request).delays.succeeded(person.name, address_of(request) or "")
    begun = await open_session(request, token, back)
    await _note(request, person, done=begun is not None, how=how)
    return begun if begun is not None else page(request, "sign-in.html", 401, wrong="over", name="", next=back)


async def _note(request: Request, person: Person | None, *, done: bool, how: str = "by password") -> None:
    who = person.account.holder if person is not None else None
    pool, where = context(request).pool, address_of(request)
    await security.note(pool, security.What.SIGN_IN, done=done, who=who, address=where, detail=how)


def _second(request: Request, step: str, back: str, name: str, fresh: str | None, *, wrong: bool = False) -> Response:
    """The page that asks for the second factor; `fresh` is a secret that is set up now."""
    drawn = None
    if fresh is not None:
        link = second_factor.address_of(fresh, name)
        drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    return page(
        request, "second-factor.html", 401 if wrong else 200, step=step, next=back, fresh=fresh, wrong=wrong,
        qr=Markup(drawn) if drawn is not None else None,  # noqa: S704 (drawn here, of squares alone)
    )  # fmt: skip
