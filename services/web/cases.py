"""The review desk: which cases wait at which step and for how long, and one case with all that is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from events.words import Chapter, House, Step
from projections.board import queries as board
from projections.freshness import freshness
from projections.streams import queries as streams
from services.casework.record import event_of
from services.casework.session.state import Session
from services.casework.unit.application import current_step
from services.casework.unit.kind import UNIT
from services.casework.unit.state import Unit
from services.casework.unit.weights import freezing
from services.errors import NotFound
from services.http import readers
from services.http.context import Context, context
from services.http.papers import paper
from services.http.queries import Cursor, Place, Spoken, Title, tolerant
from services.http.queries import Text as Line
from services.http.readers import Reader
from services.http.streams import situation
from services.http.units import unit_of
from services.state_documents import overview
from services.web.acting import acting
from services.web.case_sheet import checklist, stages
from services.web.names import labels_of, names_in
from services.web.pages import fresh_document, note_look, places_of, turned
from services.web.possibilities import Shown, grouped, listed
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS, MOST_SESSIONS = 50, 20

_OF_A_CASE: Final = (
    Chapter.SELF_EVALUATION,
    Chapter.APPLICATION,
    Chapter.EVALUATION,
    Chapter.PUBLICITY,
    Chapter.NAMING,
)
"""The chapters by which a case comes to its end."""


class CasesPage(Spoken):
    """Which cases are shown."""

    place: Place | None = None
    title: Title | None = None
    step: Step | None = None
    after: Cursor | None = None


@router.get("/cases")
async def queue(request: Request) -> Response:
    """What waits, at which step, and for how long? What stands at a step longest comes first."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(CasesPage, request)
    readers.must_list(who, "unit", asked.place)
    here, pack = context(request), await context(request).pack_today()
    seen = readers.visible(who, unit=who.unit)
    everywhere = board.Filter(place=asked.place, seen=seen)
    wanted = board.Filter(place=asked.place, step=asked.step, seen=seen)
    async with here.pool.connection() as conn:
        found = await turned(
            lambda after: board.units(conn, wanted, here.today, after, ROWS, order=board.BY_AGE), asked.after, problems
        )
        ages = await board.ages(conn, everywhere, here.today)
        fresh = await freshness(conn, "board")
    return page(
        request,
        "cases.html",
        pack=pack,
        rows=found.rows,
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        steps=[(step, ages[step.value]) for step in Step if step.value in ages],
        spans=board.AGES,
        queue=_queue(asked.place, asked.step),
        link=lambda group, word: str(request.url.include_query_params(**{group: word}).remove_query_params("after")),
        left=lambda due: pack.working_days_between(here.today, due),
        today=here.today,
        sessions=await _sessions(here, who),
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        fresh=fresh_document(fresh),
    )


class CasePage(Spoken):
    """Which case of the unit, and which standard's evidence lies open; `place` and `step` are those of the queue."""

    title: Title | None = None
    standard: Line | None = None
    place: Place | None = None
    step: Step | None = None


@router.get("/cases/{unit}")
async def case(request: Request, unit: str) -> Response:
    """May I decide? What is there, what is missing, who can bring it about?"""
    who, reader = await acting(request), await reader_of(request)
    if who is None or reader is None:
        return to_sign_in(request)
    asked, problems = tolerant(CasePage, request)
    here, today = context(request), context(request).today
    before = await situation(request, who, UNIT, unit_of(unit))
    state, pack = before.state, before.pack
    if not isinstance(state, Unit) or state.version == 0:
        raise NotFound(f"unit {unit[:60]}")
    await note_look(here, reader, state.id)
    cases = state.application.cases
    chosen = cases.get(asked.title or current_step(state)[0] or "") or next(iter(cases.values()), None)
    queue = board.Filter(place=asked.place, step=asked.step, seen=readers.visible(reader, unit=reader.unit))
    async with here.pool.connection() as conn:
        before_it, after_it = await board.beside(conn, queue, today, state.id)
    names = await names_in(here, (event_of(act) for act in state.common.open_acts.values()))
    decisions = [one for one in listed(before, labels_of(names, pack)) if _of(one, chosen.title if chosen else None)]
    blocked = [one for one in decisions if one.refusals and not one.of_others]
    items = checklist(state, chosen, pack) if chosen is not None else ()
    return page(
        request,
        "case.html",
        pack=pack,
        unit=overview(state, before.packs, today),
        case=chosen,
        cases=list(cases.values()),
        items=items,
        item=next((one for one in items if one.name == asked.standard), items[0] if items else None),
        report=state.self_evaluation.whole,
        houses=list(House),
        stages=stages(state, chosen) if chosen is not None else (),
        visits=state.evaluation.visits.get(chosen.title, ()) if chosen is not None else (),
        freezing=freezing(state, pack)[0],
        sessions=[one for one in await _sessions(here, reader) if any(unit == state.id for unit, *_ in one.agenda)],
        queue=_queue(asked.place, asked.step),
        before_it=before_it,
        after_it=after_it,
        posts=before.posts,
        allowed=grouped(one for one in decisions if not one.refusals),
        missing=sorted((one for one in blocked if not one.not_yet), key=lambda one: one.due or date.max),
        not_yet=[one for one in blocked if one.not_yet],
        others=[one for one in decisions if one.of_others],
        problems=problems,
        fresh=None,
    )


def _queue(place: str | None, step: Step | None) -> str:
    """The filters of the queue, as what follows `?` in an address."""
    return urlencode({name: value for name, value in (("place", place), ("step", step)) if value is not None})


@router.get("/cases/{unit}/papers/{sha256}")
async def evidence(request: Request, unit: str, sha256: str) -> Response:
    """A paper that the file of the unit names. Raises Forbidden, NotFound."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    return await paper(context(request), who, unit_of(unit), sha256)


def _of(one: Shown, title: str | None) -> bool:
    """Whether a decision belongs on the desk of a case: it moves it, settles what is due, or waits for a second."""
    other = one.subject.get("title") not in (None, title)
    return not other and (one.chapter in _OF_A_CASE or one.due is not None or one.waits is not None)


async def _sessions(here: Context, who: Reader) -> Sequence[Session]:
    """The sessions that are called and not yet held, of those that somebody may read, the first first."""
    async with here.pool.connection() as conn:
        wanted = streams.Filter(kind="session", open=True, seen=readers.visible(who, stream=who.holder))
        rows = (await streams.streams(conn, wanted, limit=MOST_SESSIONS)).rows
    return _by_day(await _loaded(here, [row.stream for row in rows]))


async def _loaded(here: Context, ids: Sequence[UUID]) -> Iterable[Session]:
    found = await here.states.load(ids, fresh=False)
    return [one for one in found.values() if isinstance(one, Session) and one.held is None and not one.cancelled]


def _by_day(sessions: Iterable[Session]) -> Sequence[Session]:
    return sorted((one for one in sessions if one.on is not None), key=lambda one: (str(one.on), str(one.id)))
