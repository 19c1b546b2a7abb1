"""The pages: status board, dossier, acts. Each is one question, answered from the projections or a replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.staticfiles import StaticFiles

from events.envelope import CHINA
from events.places import PLACES, children, short_name
from events.posts import english
from events.words import Ground, Standing, Step, UnitKind, Watch
from projections.acts import queries as acts
from projections.board import queries as board
from projections.freshness import freshness
from projections.page import area
from projections.streams import queries as streams
from services.access import reads
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.pack_parts import Clause
from services.casework.stream import State
from services.casework.unit.kind import UNIT
from services.errors import Malformed, Problem
from services.http import readers
from services.http.acts import seen_by, told
from services.http.context import Context, context
from services.http.filters import ActsFilter, BoardFilter
from services.http.queries import Cursor, Day, Known, Spoken, Version, tolerant
from services.http.readers import Reader
from services.http.units import known_unit
from services.state_documents import overview
from services.views import View
from services.web.life import bars_and_dots, ticks
from services.web.names import names_in
from services.web.prefectures import tile_map
from services.web.render import HERE, language_of, notices, page
from services.web.session import reader_of, to_sign_in
from services.web.timeline import MOST_LINES, Line, timeline

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])


class _Files(StaticFiles):
    """What pages are made of; a cache may keep it, and asks each time whether it is still the same."""

    def file_response(self, *given: Any, **more: Any) -> Response:
        response = super().file_response(*given, **more)
        response.headers["Cache-Control"] = "public, no-cache"
        return response


router.mount("/static", _Files(directory=HERE / "static"), name="static")

ROWS = 50

MOST_COUNTED = 1_000
"""Units that are counted of those that a part of a name fits: it is for finding one, and a part may be of all names."""

T = TypeVar("T")


class BoardPage(BoardFilter, Spoken):
    """What the board shows, by name or by the end of terms."""

    sort: Literal["name", "term", "due", "age"] | None = None
    after: Cursor | None = None


_ORDERS: Final = {"name": board.BY_NAME, "term": board.BY_TERM, "due": board.BY_DUE, "age": board.BY_AGE}


@router.get("/board")
async def board_page(request: Request) -> Response:
    """Where do we stand?"""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(BoardPage, request)
    readers.must_list(who, "unit", asked.place)
    wanted, today = replace(asked.wanted, seen=readers.visible(who, unit=who.unit)), context(request).today
    async with context(request).pool.connection() as conn:
        found = await turned(
            lambda after: board.units(conn, wanted, today, after, ROWS, order=_ORDERS[asked.sort or "name"]),
            asked.after, problems,
        )  # fmt: skip
        most = MOST_COUNTED if asked.q else None
        groups = await board.groups(conn, wanted if asked.q else replace(wanted, place=None), today, most)
        ages = await board.ages(conn, wanted, today)
        fresh = await freshness(conn, "board")
    everywhere = board.counted(groups)
    here = set(area(asked.place)) if asked.place is not None else None
    counts = board.counted(one for one in groups if here is None or one.place in here)
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
        total=counts.units,
        sampled=everywhere.units == most,
        steps=[(step, ages[step.value]) for step in Step if step.value in ages],
        spans=board.AGES,
        today=today,
        idle=context(request).settings.session_idle_minutes,
        map=tile_map(context(request).settings.place, everywhere.prefecture),
        pipeline=[(step, counts.step.get(step.value, 0)) for step in Step if step is not Step.NONE],
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        place_name=short_name(asked.place) if asked.place else "",
        choices=_choices(),
        link=lambda group, word: str(request.url.include_query_params(**{group: word}).remove_query_params("after")),
        fresh=fresh_document(fresh),
    )


def _choices() -> list[tuple[str, tuple[str, str], Any]]:
    return [
        ("kind", ("类别", "Kind"), UnitKind),
        ("standing", ("称号", "Standing"), Standing),
        ("step", ("在办步骤", "Step"), Step),
        ("watch", ("关注", "Watch"), Watch),
    ]


def places_of(request: Request) -> list[tuple[str, str]]:
    """The prefectures of the register and their counties, as the reader's language calls them."""
    english = language_of(request) == "en"

    def named(code: str) -> str:
        return PLACES[code].en if english else short_name(code)

    return [
        (code, name)
        for prefecture in children(context(request).settings.place)
        for code, name in (
            (prefecture, named(prefecture)),
            *((county, f"\u2003{named(county)}") for county in children(prefecture)),
        )
    ]


def fresh_document(found: Any) -> dict[str, Any] | None:
    """How fresh a projection is, as pages tell it; None where it has no table yet."""
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
    against: Day | None = None
    """The day with which the view is compared."""


@router.get("/units/{unit}")
async def dossier(request: Request, unit: str) -> Response:
    """What happened to this unit, who did it, on what ground? Now, or as it was: a replay, not a stored copy."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(DossierPage, request)
    here, view = context(request), View(asked.version, asked.on, asked.known)
    whole = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(whole))
    await note_look(here, who, whole.id)
    seen = view.of(whole)
    day = view.day(seen, here.today)
    packs = await here.states.packs(fresh=True)
    bars, dots = bars_and_dots(seen, day, packs.on(day))
    names = await names_in(here, (entry.event for entry in seen.entries[-MOST_LINES:]))
    lines = timeline(seen, who, names)
    before = View(on=asked.against)
    return page(
        request,
        "dossier.html",
        other=overview(before.of(whole), packs, asked.against) if asked.against is not None else None,
        shown_on=day,
        first=whole.entries[0].day,
        today=here.today,
        clauses=_cited(packs.on(day), lines),
        pack=packs.on(day),
        state=overview(seen, packs, day),
        signals=sorted(seen.signals.all.values(), key=lambda signal: -signal.version),
        lines=lines,
        asked_version=asked.version,
        surveys=sorted(whole.surveys.open.items()),
        last=whole.version,
        past=view.is_past,
        asked=dict(request.query_params),
        problems=problems,
        bars=bars,
        dots=dots,
        ticks=ticks(seen, day),
        fresh=None,
    )


async def note_look(here: Context, who: Reader, unit: UUID) -> None:
    """Write down that an officer looks at the file of a unit."""
    if who.offices:
        async with here.pool.connection() as conn:
            await reads.note(conn, who.holder, who.offices[0].post, unit)


def _cited(pack: Pack, lines: Iterable[Line]) -> dict[str, Clause]:
    """The clauses that the lines cite, in the order of the policy."""
    cited = {line.clause for line in lines}
    return {name: clause for name, clause in pack.clauses.items() if name in cited}


@router.get("/units/{unit}/readers")
async def who_looked(request: Request, unit: str) -> Response:
    """Who looked at this file, and when?"""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    whole = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(whole))
    async with context(request).pool.connection() as conn:
        found = await reads.of(conn, whole.id)
    people = await context(request).states.load(list({one.who for one in found}), fresh=False)
    rows = [(one.at, _post(people.get(one.who), one.post)) for one in found]
    problems = tolerant(Spoken, request)[1]
    named = {"stream": whole.id, "label": whole.descriptor.label(whole, "zh")}
    return page(request, "readers.html", unit=named, rows=rows, problems=problems)


def _post(person: State | None, post: str) -> tuple[str, str]:
    """A post as it was written down, and in English where it is known whose it was."""
    held = person.appointments if isinstance(person, Officer) else ()
    return post, next((english(one.roles, one.house, one.place) for one in held if one.post == post), post)


class AuditPage(ActsFilter, Spoken):
    """Which acts are shown."""

    after: Cursor | None = None


@router.get("/audit")
async def audit(request: Request) -> Response:
    """Who named or revoked what, under which rule, on what evidence?"""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(AuditPage, request)
    wanted = seen_by(who, asked)
    async with context(request).pool.connection() as conn:
        found = await turned(lambda after: acts.acts(conn, wanted, after, ROWS), asked.after, problems)
        fresh = await freshness(conn, "acts")
        names = await streams.labels(conn, list({row.stream for row in found.rows}))
    told_rows = [told(who, row) for row in found.rows]
    rows = [{**row._asdict(), "recorded": f"{row.recorded_at.astimezone(CHINA):%Y-%m-%d %H:%M}"} for row in told_rows]
    return page(
        request,
        "audit.html",
        rows=rows,
        names=names,
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        decisions=[(name, law.event) for name, law in UNIT.decisions.items()],
        grounds=list(Ground),
        places=places_of(request),
        fresh=fresh_document(fresh),
    )


async def turned(read: Callable[[str | None], Awaitable[T]], after: str | None, problems: list[Problem]) -> T:
    """A page of a list after a cursor; the first one, and a word of why, where the cursor is none of this list."""
    try:
        return await read(after)
    except Malformed as error:
        problems += error.problems
        return await read(None)
