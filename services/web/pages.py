"""The pages: home, status board, dossier, acts. Each is one question, answered from the projections or a replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from events.envelope import CHINA
from events.places import children, short_name
from events.words import Ground, Standing, Step, UnitKind, Watch
from projections.acts import queries as acts
from projections.board import queries as board
from projections.freshness import freshness
from services import accounts, security
from services.api.acts import ActsFilter
from services.api.board import BoardFilter
from services.api.bodies import read_body
from services.api.context import context
from services.api.queries import Cursor, Day, Known, Spoken, Version, tolerant
from services.api.refusals import address_of
from services.api.states import state_document
from services.api.units import known_unit
from services.casework.unit.kind import UNIT
from services.errors import Malformed, Problem
from services.views import View
from services.web.life import bars_and_dots
from services.web.render import HERE, notices, page
from services.web.timeline import timeline

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])
router.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

TOKEN_COOKIE = "concord_token"  # noqa: S105 (the cookie's name)
ROWS = 50
T = TypeVar("T")
LONGEST_FORM = 4_096
"""Bytes of a sign-in, at most."""


async def signed_in(request: Request) -> bool:
    """Whether pages are open here, or the reader has signed in with a token."""
    here = context(request)
    if here.settings.open_pages:
        return True
    token = request.cookies.get(TOKEN_COOKIE, "")
    async with here.pool.connection() as conn:
        return await accounts.find(conn, token) is not None


def to_sign_in() -> Response:
    """Where a reader who has not signed in is sent."""
    return RedirectResponse("/sign-in", 303)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Where a reader signs in with an access token."""
    return page(request, "sign-in.html", wrong=False, problems=tolerant(Spoken, request)[1])


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Sign in: the token goes into a cookie that scripts cannot read."""
    form = parse_qs((await read_body(request, LONGEST_FORM)).decode("utf-8", "replace"))
    token = form.get("token", [""])[0].strip()
    async with context(request).pool.connection() as conn:
        known = await accounts.find(conn, token)
    await security.note(
        context(request).pool,
        security.What.SIGN_IN,
        done=known is not None,
        token=token,
        who=known.holder if known else None,
        address=address_of(request),
    )
    if known is None:
        return page(request, "sign-in.html", 401, wrong=True)
    response = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=36_000)
    return response


@router.get("/")
async def home(request: Request) -> Response:
    """Where to begin."""
    if not await signed_in(request):
        return to_sign_in()
    return page(request, "home.html", stories=request.app.state.stories, problems=tolerant(Spoken, request)[1])


class BoardPage(BoardFilter, Spoken):
    """What the board shows."""

    after: Cursor | None = None


@router.get("/board")
async def board_page(request: Request) -> Response:
    """Where do we stand?"""
    if not await signed_in(request):
        return to_sign_in()
    asked, problems = tolerant(BoardPage, request)
    wanted, today = asked.wanted, context(request).today
    async with context(request).pool.connection() as conn:
        found = await turned(lambda after: board.units(conn, wanted, today, after, ROWS), asked.after, problems)
        counts = await board.counts(conn, wanted, today)
        fresh = await freshness(conn, "board")
    numbers = [
        *[("standing", word.value, counts.standing.get(word.value, 0)) for word in Standing],
        *[
            ("watch", word.value, counts.watch.get(word.value, 0))
            for word in (Watch.FROZEN, Watch.ALERT, Watch.ATTENTION)
        ],
    ]
    return page(
        request,
        "board.html",
        pack=await context(request).pack_today(),
        rows=found.rows,
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        counts=numbers,
        asked=asked.in_force,
        problems=problems,
        places=_places(request),
        place_name=short_name(asked.place) if asked.place else "",
        choices=_choices(),
        link=lambda group, word: str(request.url.include_query_params(**{group: word}).remove_query_params("after")),
        fresh=_fresh(fresh),
    )


def _choices() -> list[tuple[str, tuple[str, str], Any]]:
    return [
        ("kind", ("类别", "Kind"), UnitKind),
        ("standing", ("称号", "Standing"), Standing),
        ("step", ("在办步骤", "Step"), Step),
        ("watch", ("关注", "Watch"), Watch),
    ]


def _places(request: Request) -> list[tuple[str, str]]:
    return [
        (code, name)
        for prefecture in children(context(request).settings.place)
        for code, name in (
            (prefecture, short_name(prefecture)),
            *((county, f"　{short_name(county)}") for county in children(prefecture)),
        )
    ]


def _fresh(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    as_of_moment = f"{found.as_of.astimezone(CHINA):%Y-%m-%d %H:%M}" if found.as_of else ""
    since = f"{found.behind_since.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if found.behind_since else ""
    return {
        "position": found.position,
        "as_of": as_of_moment,
        "status": found.shown_status,
        "lag": found.lag,
        "since": since,
    }


class DossierPage(Spoken):
    """Which view of a unit is shown."""

    version: Version | None = None
    on: Day | None = None
    known: Known | None = None


@router.get("/units/{unit}")
async def dossier(request: Request, unit: str) -> Response:
    """What happened to this unit, who did it, on what ground? Now, or as it was: a replay, not a stored copy."""
    if not await signed_in(request):
        return to_sign_in()
    asked, problems = tolerant(DossierPage, request)
    here, view = context(request), View(asked.version, asked.on, asked.known)
    whole = await known_unit(request, unit)
    seen = view.of(whole)
    day = view.day(seen, here.today)
    packs = await here.decisions.packs(fresh=True)
    bars, dots = bars_and_dots(seen, day)
    return page(
        request,
        "dossier.html",
        pack=packs.on(day),
        state=state_document(seen, packs, day),
        signals=sorted(seen.signals.all.values(), key=lambda signal: -signal.version),
        lines=timeline(seen),
        last=whole.version,
        past=view.is_past,
        asked=dict(request.query_params),
        problems=problems,
        bars=bars,
        dots=dots,
        fresh=None,
    )


class AuditPage(ActsFilter, Spoken):
    """Which acts are shown."""

    after: Cursor | None = None


@router.get("/audit")
async def audit(request: Request) -> Response:
    """Who named or revoked what, under which rule, on what evidence?"""
    if not await signed_in(request):
        return to_sign_in()
    asked, problems = tolerant(AuditPage, request)
    wanted = asked.wanted
    async with context(request).pool.connection() as conn:
        found = await turned(lambda after: acts.acts(conn, wanted, after, ROWS), asked.after, problems)
        fresh = await freshness(conn, "acts")
    rows = [{**row._asdict(), "recorded": f"{row.recorded_at.astimezone(CHINA):%Y-%m-%d %H:%M}"} for row in found.rows]
    return page(
        request,
        "audit.html",
        rows=rows,
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        decisions=[(name, law.event) for name, law in UNIT.decisions.items()],
        grounds=list(Ground),
        places=_places(request),
        fresh=_fresh(fresh),
    )


async def turned(read: Callable[[str | None], Awaitable[T]], after: str | None, problems: list[Problem]) -> T:
    """A page of a list after a cursor; the first one, and a word of why, where the cursor is none of this list."""
    try:
        return await read(after)
    except Malformed as error:
        problems += error.problems
        return await read(None)
