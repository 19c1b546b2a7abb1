"""Signing in by the provider of identities that is set: there, and back again with its word."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.access import people, security
from services.access.provider import NotBelieved, Provider
from services.errors import NotFound, TooManyRequests
from services.http.context import context
from services.http.queries import Spoken, tolerant
from services.http.refusals import address_of
from services.web.render import notices, page
from services.web.session import Insecure, own_path, same_origin, secure
from services.web.sign_in import LONGEST_NAME, SignInPage, further

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

RETURN: Final = "/sign-in/provider/return"
_COOKIE: Final = "concord_provider"
_MINUTES: Final = 10
_LONGEST: Final = 4_096


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A sign-in that was begun here, as the browser keeps it: what has to come back, and the page to go to then."""

    state: str
    nonce: str
    verifier: str
    next: str


class ReturnPage(Spoken):
    """What the provider sends the browser back with (RFC 6749, 4.1.2; RFC 9207)."""

    state: str = ""
    code: str = ""
    error: str = ""
    iss: str = ""


@router.get("/sign-in/provider")
async def begin(request: Request) -> Response:
    """On to the provider, from the page on which one signs in. Raises NotOurs, Insecure, Unavailable, NotFound."""
    provider, asked = _provider(request), tolerant(SignInPage, request)[0]
    same_origin(request)
    _secure(request)
    begun = await provider.start(_back(request))
    kept = OnItsWay(begun.state, begun.nonce, begun.verifier, own_path(asked.next))
    response = RedirectResponse(begun.url, 303)
    text = urlsafe_b64encode(orjson.dumps(kept)).decode()
    https = request.url.scheme == "https"
    response.set_cookie(_name(request), text, max_age=60 * _MINUTES, httponly=True, samesite="lax", secure=https)
    return response


@router.get(RETURN)
async def returned(request: Request) -> Response:
    """Back from the provider: a session begins, or the second factor is asked for. Raises Insecure, TooManyRequests."""
    provider, asked = _provider(request), tolerant(ReturnPage, request)[0]
    _secure(request)
    here, where = context(request), address_of(request) or ""
    if seconds := here.failures.would_wait(where):
        raise TooManyRequests(seconds)
    kept = _on_its_way(request)
    if kept is None or not hmac.compare_digest(kept.state, asked.state):
        return _ended(request, page(request, "sign-in.html", 401, wrong="over", name="", next="/"))
    if asked.error:
        return _ended(request, page(request, "sign-in.html", 401, wrong="provider", name="", next=kept.next))
    try:
        if asked.iss and asked.iss != provider.issuer:
            raise NotBelieved("the answer is another provider's")
        told = await provider.identity(_back(request), asked.code, kept.nonce, kept.verifier)
    except NotBelieved as error:
        here.failures.wait(where)
        await security.note(here.pool, security.What.SIGN_IN, done=False, address=where, detail=f"by provider: {error}")
        return _ended(request, page(request, "sign-in.html", 401, wrong="provider", name="", next=kept.next))
    async with here.pool.connection() as conn:
        person = await people.find(conn, told.name.strip().lower()[:LONGEST_NAME])
    # an account is its person's from when they chose a password by the link that they were given
    if person is None or person.password is None:
        await security.note(here.pool, security.What.SIGN_IN, done=False, address=where, detail="by provider: unknown")
        return _ended(request, page(request, "sign-in.html", 401, wrong="unknown", name="", next=kept.next))
    how = "by provider"
    return _ended(request, await further(request, person, kept.next, how=how, done_there=told.several_factors))


def _provider(request: Request) -> Provider:
    found = context(request).provider
    if found is None:
        raise NotFound("a provider of identities: none is set")
    return found


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{RETURN}"


def _secure(request: Request) -> None:
    if not secure(request):
        raise Insecure("sign in over HTTPS: what signs in would cross the network in clear", "须通过HTTPS登录", 403)


def _name(request: Request) -> str:
    return f"__Host-{_COOKIE}" if request.url.scheme == "https" else _COOKIE


def _on_its_way(request: Request) -> OnItsWay | None:
    given = request.cookies.get(_name(request), "")[:_LONGEST]
    try:
        found = orjson.loads(urlsafe_b64decode(given))
        state, nonce, verifier, back = (str(found[name]) for name in ("state", "nonce", "verifier", "next"))
        return OnItsWay(state, nonce, verifier, own_path(back))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _ended(request: Request, response: Response) -> Response:
    """The response, with what was kept of the sign-in gone from the browser: it is good once."""
    https = request.url.scheme == "https"
    response.delete_cookie(_name(request), httponly=True, samesite="lax", secure=https)
    return response
