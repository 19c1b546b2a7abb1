"""What came in about units: by source, severity and state, what each set in motion; and what is on no unit yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from events.words import Category, SignalOutcome
from projections.freshness import freshness
from projections.signals import queries as signals
from projections.streams import queries as streams
from services.casework.source.state import Source, source_stream
from services.http import readers
from services.http.context import Context, context
from services.http.queries import Cursor, Digits, Flag, Place, Spoken, tolerant
from services.web.pages import fresh_document, places_of, turned
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS, MOST_UNMATCHED = 50, 20


class SignalsPage(Spoken):
    """Which signals are shown; `severity` is the least."""

    place: Place | None = None
    category: Category | None = None
    severity: Annotated[int, Digits, Field(ge=1, le=4)] | None = None
    outcome: SignalOutcome | None = None
    open: Flag | None = None
    after: Cursor | None = None


@router.get("/signals")
async def received(request: Request) -> Response:
    """What came in, whose is it, what followed?"""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(SignalsPage, request)
    readers.must_list(who, "source" if who.uri is not None else "unit", asked.place)
    here = context(request)
    wanted = signals.Filter(
        place=asked.place, category=asked.category, least_severity=asked.severity, outcome=asked.outcome,
        open=asked.open, seen=readers.visible(who, unit=who.unit, source=who.uri),
    )  # fmt: skip
    waiting = streams.Filter(kind="signal", open=True, place=asked.place, seen=readers.visible(who, stream=who.holder))
    async with here.pool.connection() as conn:
        found = await turned(
            lambda after: signals.signals(conn, wanted, here.today, after, ROWS), asked.after, problems
        )
        unmatched = await streams.streams(conn, waiting, limit=MOST_UNMATCHED)
        fresh = await freshness(conn, "signals")
    return page(
        request,
        "signals.html",
        pack=await here.pack_today(),
        rows=found.rows,
        names=await _names(here, {row.source for row in found.rows}),
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        unmatched=unmatched.rows,
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        categories=list(Category),
        outcomes=list(SignalOutcome),
        fresh=fresh_document(fresh),
    )


async def _names(here: Context, uris: Iterable[str]) -> Mapping[str, str]:
    """What the sources are called, by their URIs."""
    known = {source_stream(uri): uri for uri in uris}
    found = await here.states.load(list(known), fresh=False)
    return {known[key]: one.name for key, one in found.items() if isinstance(one, Source)}
