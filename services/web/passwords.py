"""One's own password: chosen by a link, changed, chosen again by a recovery code; and the codes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from services.access import people, security
from services.access.passwords import LONGEST, wrong_with
from services.access.people import Person
from services.access.second_factor import fresh_codes, hash_of_code
from services.errors import Problem, TooManyRequests
from services.http.context import context
from services.http.queries import Spoken, tolerant
from services.http.refusals import address_of
from services.web.render import notices, page
from services.web.session import (
    Insecure,
    form_of,
    open_session,
    own_form,
    same_origin,
    secure,
    session_id,
    session_of,
    to_sign_in,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

_TWO = Problem("/again", "两次填写的密码不同", "the two passwords differ")
_WRONG = Problem("/current", "当前密码不对", "the current password is wrong")
_NOT_HANDED = Problem(
    "/handed", "交接码不对；填错五次链接即作废", "the hand-over code is wrong; the fifth wrong one voids the link"
)
_VOID = Problem("/code", "账号或恢复码不对，或恢复码已用过", "the name or the code is wrong, or the code was used")


class LinkPage(Spoken):
    """What the link holds."""

    link: str = ""


@router.get("/password")
async def choose_page(request: Request) -> Response:
    """Where a password is chosen by a link: an invitation, or a reset by an administrator."""
    asked, problems = tolerant(LinkPage, request)
    return await _by_link(request, asked.link, problems=problems)


@router.post("/password")
async def choose(request: Request) -> Response:
    """Choose a password by a link, once. Raises NotOurs, Insecure."""
    form = await _form(request)
    link, password = form.get("link", ""), form.get("password", "")
    here = context(request)
    async with here.pool.connection() as conn:
        name = await people.named_by(conn, link)
    if name is None:
        return await _by_link(request, link)
    wrong = _wrong(password, form.get("again", ""), name)
    if wrong is not None:
        return await _by_link(request, link, wrong)
    hashed, codes = await here.hashing.hash_of(password), fresh_codes()
    async with here.pool.connection() as conn:
        chosen = await people.choose_by_link(
            conn, link, form.get("handed", "")[:40], hashed, [hash_of_code(code) for code in codes]
        )
    if not chosen:
        return await _by_link(request, link, _NOT_HANDED)
    return page(request, "recovery-codes.html", name=name, codes=codes)


@router.get("/password/forgotten")
async def forgotten(request: Request) -> Response:
    """What to do where a password was forgotten."""
    return _forgotten(request, problems=tolerant(Spoken, request)[1])


@router.post("/password/forgotten")
async def choose_by_code(request: Request) -> Response:
    """Choose a password by a recovery code. Raises NotOurs, Insecure, TooManyRequests."""
    form = await _form(request)
    here, where = context(request), address_of(request) or ""
    name, password = form.get("name", "").strip().lower(), form.get("password", "")
    if seconds := max(here.failures.would_wait(where), here.delays.seconds(name, where)):
        raise TooManyRequests(seconds)
    wrong = _wrong(password, form.get("again", ""), name or "-")
    if wrong is not None:
        return _forgotten(request, name, wrong)
    hashed = await here.hashing.hash_of(password)
    async with here.pool.connection() as conn:
        done = await people.choose_by_code(conn, name, hash_of_code(form.get("code", "")), hashed)
    if not done:
        here.failures.wait(where)
        here.delays.failed(name, where)
        await security.note(here.pool, security.What.PASSWORD, done=False, address=where)
        return _forgotten(request, name, _VOID)
    return page(request, "sign-in.html", wrong="", name=name, next="/")


@router.get("/account")
async def own(request: Request) -> Response:
    """One's own account: the password, the codes, where one is signed in."""
    session = await session_of(request)
    if session is None:
        return to_sign_in(request)
    return _own(request, await _person(request), problems=tolerant(Spoken, request)[1])


@router.post("/account/password")
async def change(request: Request) -> Response:
    """Change one's password, the current one asked for again: other sessions end, this begins again. Raises NotOurs."""
    _, fields = await own_form(request)
    form = {name: values[-1] for name, values in fields.items()}
    person, here = await _confirmed(request, form), context(request)
    if isinstance(person, Response):
        return person
    wrong = _wrong(form.get("password", ""), form.get("again", ""), person.name)
    if wrong is not None:
        return _own(request, person, wrong)
    hashed = await here.hashing.hash_of(form["password"])
    async with here.pool.connection() as conn:
        await people.choose(conn, session_id(request), hashed)
    del request.state.session
    return await open_session(request, person.token, "/account") or to_sign_in(request)


@router.post("/account/codes")
async def new_codes(request: Request) -> Response:
    """New recovery codes, the password asked for again; those before are void. Raises NotOurs."""
    _, fields = await own_form(request)
    person = await _confirmed(request, {name: values[-1] for name, values in fields.items()})
    if isinstance(person, Response):
        return person
    codes, here = fresh_codes(), context(request)
    async with here.pool.connection() as conn:
        await people.new_codes(conn, session_id(request), [hash_of_code(code) for code in codes])
    return page(request, "recovery-codes.html", name=person.name, codes=codes)


async def _form(request: Request) -> dict[str, str]:
    same_origin(request)
    if not secure(request):
        raise Insecure(
            "choose a password over HTTPS: it would cross the network in clear",
            "须通过HTTPS设置密码，不可明文传输",
            403,
        )
    return {name: values[-1] for name, values in (await form_of(request)).items()}


def _wrong(password: str, again: str, name: str) -> Problem | None:
    return wrong_with(password, name) or (_TWO if password != again else None)


async def _person(request: Request) -> Person | None:
    """The account that a session was begun with; None where it was begun with a token."""
    async with context(request).pool.connection() as conn:
        return await people.signed_in(conn, session_id(request))


async def _confirmed(request: Request, form: dict[str, str]) -> Person | Response:
    """Whose session it is, where the current password is right; else the page that says that it is not."""
    here, where = context(request), address_of(request) or ""
    person = await _person(request)
    if person is None:
        return _own(request, None)
    if seconds := here.delays.seconds(person.name, where):
        raise TooManyRequests(seconds)
    if await here.hashing.fits(person.password, form.get("current", "")[: LONGEST + 1]):
        return person
    here.delays.failed(person.name, where)
    return _own(request, person, _WRONG)


async def _by_link(
    request: Request, link: str, wrong: Problem | None = None, problems: Sequence[Problem] = ()
) -> Response:
    async with context(request).pool.connection() as conn:
        name = await people.named_by(conn, link)
    status = 410 if name is None else 422 if wrong is not None else 200
    return page(request, "password.html", status, name=name, link=link, wrong=wrong, problems=problems)


def _forgotten(
    request: Request, name: str = "", wrong: Problem | None = None, problems: Sequence[Problem] = ()
) -> Response:
    return page(request, "forgotten.html", 422 if wrong is not None else 200, name=name, wrong=wrong, problems=problems)


def _own(request: Request, person: Person | None, wrong: Problem | None = None, **shown: Any) -> Response:
    return page(request, "account.html", 422 if wrong is not None else 200, person=person, wrong=wrong, **shown)
