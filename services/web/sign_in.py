"""Signing in and out, and the sessions that one has open."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services import accounts, security, sessions
from services.errors import TooManyRequests
from services.http.context import context
from services.http.queries import Spoken, tolerant
from services.http.refusals import address_of
from services.web.render import notices, page
from services.web.session import (
    Insecure,
    cookie_name,
    form_of,
    own_form,
    own_path,
    same_origin,
    secure,
    session_of,
    to_sign_in,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])


class SignInPage(Spoken):
    """The page to go to afterwards."""

    next: str = "/"


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Where a reader signs in with an access token."""
    asked, problems = tolerant(SignInPage, request)
    return page(request, "sign-in.html", wrong=False, next=own_path(asked.next), problems=problems)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Sign in: a session begins under a new id, and the one before ends. Raises NotOurs, Insecure, TooManyRequests."""
    same_origin(request)
    if not secure(request):
        raise Insecure(
            "sign in over HTTPS: a token would cross the network in clear", "须通过HTTPS登录，令牌不可明文传输", 403
        )
    here, address = context(request), address_of(request)
    if seconds := here.failures.would_wait(address):
        raise TooManyRequests(seconds)
    form = await form_of(request)
    token, back = form.get("token", [""])[0].strip(), own_path(form.get("next", ["/"])[0])
    idle, whole = timedelta(minutes=here.settings.session_idle_minutes), timedelta(hours=here.settings.session_hours)
    before = await session_of(request)
    async with here.pool.connection() as conn:
        known = await accounts.find(conn, token)
        begun = await sessions.begin(conn, token, address, idle, whole) if known is not None else None
        if begun is not None and before is not None:
            await sessions.end(conn, before.account.holder, before.name)
    who = known.holder if known else None
    what = security.What.SIGN_IN
    await security.note(here.pool, what, done=begun is not None, token=token, who=who, address=address)
    if begun is None:
        here.failures.wait(address)
        return page(request, "sign-in.html", 401, wrong=True, next=back)
    response = RedirectResponse(back, 303)
    name, https = cookie_name(request), request.url.scheme == "https"
    response.set_cookie(name, begun, httponly=True, samesite="lax", secure=https)
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session of this page. Raises NotOurs."""
    session, _ = await own_form(request)
    async with context(request).pool.connection() as conn:
        await sessions.end(conn, session.account.holder, session.name)
    return _signed_out(request)


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
    return _signed_out(request) if name in (None, session.name) else RedirectResponse("/sessions", 303)


def _signed_out(request: Request) -> Response:
    response = RedirectResponse("/sign-in", 303)
    https = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=https)
    return response
