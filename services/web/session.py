"""Who reads a page, and whether a form is our own: the session of a request, and the check of every POST of a page."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.access import sessions
from services.access.sessions import Session
from services.errors import Forbidden
from services.http import readers
from services.http.bodies import read_body
from services.http.context import context, reader_as
from services.http.readers import Reader
from services.http.refusals import address_of

LONGEST_FORM: Final = 4_096
"""Bytes of a form at most, where a page says no other."""

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_COOKIE: Final = "concord_session"


class NotOurs(Forbidden):
    """A form that did not come from a page of this session (403)."""

    code = "foreign-form"


class Insecure(Forbidden):
    """Signing in over plain HTTP from elsewhere than this machine (403)."""

    code = "insecure"


def cookie_name(request: Request) -> str:
    """`__Host-…` over HTTPS: no other host, port or path can set it (RFC 6265bis); plain on this machine itself."""
    return f"__Host-{_COOKIE}" if request.url.scheme == "https" else _COOKIE


def session_id(request: Request) -> str:
    """The id in the cookie of a request; empty where there is none."""
    return request.cookies.get(cookie_name(request), "")


async def session_of(request: Request) -> Session | None:
    """The session of a request: its account, and the token of its forms; None where nobody has signed in.

    Asked once a request: a second call answers the same.
    """
    if not hasattr(request.state, "session"):
        request.state.session = None
        if given := session_id(request):
            async with context(request).pool.connection() as conn:
                request.state.session = await sessions.use(conn, given)
    found: Session | None = request.state.session
    return found


async def reader_of(request: Request) -> Reader | None:
    """Who reads a page: whoever has signed in, as the register says today; where pages are open, everybody. None where
    one has to sign in. Raises Forbidden where the person who signed in is nobody today.
    """
    session = await session_of(request)
    if session is not None:
        return await reader_as(context(request), session.account)
    settings = context(request).settings
    return readers.everybody(settings.place) if settings.open_pages else None


async def open_session(request: Request, token: bytes, back: str) -> Response | None:
    """Begin a session on a token, told by its hash, under a new id, and end the one before: the way back, with its
    cookie. None where the token does not hold.
    """
    here, before = context(request), await session_of(request)
    idle, whole = timedelta(minutes=here.settings.session_idle_minutes), timedelta(hours=here.settings.session_hours)
    async with here.pool.connection() as conn:
        fresh = await sessions.begin(conn, token, address_of(request), idle, whole)
        if fresh is not None and before is not None:
            await sessions.end(conn, before.account.holder, before.name)
    if fresh is None:
        return None
    response = RedirectResponse(back, 303)
    https = request.url.scheme == "https"
    response.set_cookie(cookie_name(request), fresh, httponly=True, samesite="lax", secure=https)
    return response


def to_sign_in(request: Request) -> Response:
    """Where a reader who has not signed in is sent; and from there back to the page that was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = "" if request.method != "GET" or asked == "/" else f"?{urlencode({'next': asked})}"
    return RedirectResponse(f"/sign-in{back}", 303)


def own_path(given: str) -> str:
    """A path of these pages as it was given; `/` for whatever would lead elsewhere, or begin no page."""
    parts = urlsplit(given) if given.isascii() and given.isprintable() and "\\" not in given else None
    own = parts is not None and not parts.scheme and not parts.netloc and given.startswith("/") and given[1:2] != "/"
    return given if own and not given.startswith("/sign-") else "/"


def secure(request: Request) -> bool:
    """Whether what is signed in with stays secret: HTTPS, or this machine itself."""
    return request.url.scheme == "https" or (request.url.hostname or "") in _LOOPBACK


def same_origin(request: Request) -> None:
    """A request that a page of ours sent, by what browsers say and scripts cannot: `Sec-Fetch-Site`, else `Origin`.

    Raises NotOurs, where neither is said too.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site == "same-origin"
    else:
        own = request.headers.get("origin") == f"{request.url.scheme}://{request.url.netloc}"
    if not own:
        raise NotOurs("the form was sent from another site, or does not say from where", "表单不是由本站页面提交", 403)


async def form_of(request: Request, longest: int = LONGEST_FORM) -> dict[str, list[str]]:
    """The fields of a form, as a browser sends them. Raises TooLarge."""
    body = (await read_body(request, longest)).decode("utf-8", "replace")
    return parse_qs(body, keep_blank_values=True, max_num_fields=1_000)


async def checked(request: Request, csrf: str) -> Session:
    """The session of a form that is its own: same origin, and the token that the session's forms hold.

    `csrf` is the form's field of that name, or a header's. Raises NotOurs; a session that has ended is no session.
    """
    same_origin(request)
    session = await session_of(request)
    if session is None or not hmac.compare_digest(session.csrf.encode(), csrf.encode()):
        zh = "表单所属的登录已结束，请重新登录后提交"
        raise NotOurs("the form belongs to no open session; sign in and send it again", zh, 403)
    return session


async def own_form(request: Request, longest: int = LONGEST_FORM) -> tuple[Session, dict[str, list[str]]]:
    """The session and the fields of a form that is its own. Raises NotOurs, TooLarge."""
    fields = await form_of(request, longest)
    return await checked(request, fields.get("csrf", [""])[0]), fields
