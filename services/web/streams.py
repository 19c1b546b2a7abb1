"""Streams of every kind on pages: a list of a kind, and one with all its entries and what is owed on it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from projections.streams import queries as streams
from services.http import readers
from services.http.context import context
from services.http.queries import Cursor, Spoken, Text, Version, tolerant
from services.http.streams import kind_of, of_kind, stream_of
from services.state_documents import overview
from services.views import View
from services.web.names import called, names_in
from services.web.pages import turned
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in
from services.web.timeline import MOST_LINES, timeline

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS = 50


class StreamsPage(Spoken):
    """Which streams of a kind are shown; `name` is anywhere in what they are called."""

    name: Text | None = None
    after: Cursor | None = None


@router.get("/{kinds:kinds}")
async def listed(request: Request) -> Response:
    """The streams of a kind, by what they are called, and what begins another one."""
    kind = kind_of(request)
    if kind.name == "unit":
        return RedirectResponse("/board", 303)
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    readers.must_list(who, kind.name, None)
    asked, problems = tolerant(StreamsPage, request)
    wanted = streams.Filter(kind=kind.name, q=asked.name, seen=readers.visible(who, stream=who.holder))
    async with context(request).pool.connection() as conn:
        found = await turned(lambda after: streams.streams(conn, wanted, after, ROWS), asked.after, problems)
    return page(
        request,
        "streams.html",
        kind=kind.words,
        rows=found.rows,
        called=lambda row: (row.label, row.label_en),
        next=str(request.url.include_query_params(after=found.next)) if found.next else None,
        asked=asked.in_force,
        problems=problems,
        beginnings=[(name, law.event.about) for name, law in kind.decisions.items() if law.opens],
    )


class StreamPage(Spoken):
    """Up to which version a stream is shown; all of it where none is given."""

    version: Version | None = None


@router.get("/{kinds:kinds}/{stream}")
async def one(request: Request) -> Response:
    """What happened in a stream, who did it, by which rule; and what is owed on it."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    here, kind = context(request), kind_of(request)
    asked, problems = tolerant(StreamPage, request)
    stream = stream_of(request, kind)
    whole = of_kind((await here.states.load([stream], fresh=True)).get(stream), kind, stream)
    readers.must_read(who, readers.row_of(whole))
    view, packs = View(asked.version), await here.states.packs(fresh=True)
    state, pack = view.of(whole), packs.on(here.today)
    return page(
        request,
        "stream.html",
        pack=pack,
        kind=kind.words,
        called=called(state),
        state=overview(state, packs, view.day(state, here.today)),
        lines=timeline(state, who, await names_in(here, (entry.event for entry in state.entries[-MOST_LINES:]))),
        asked_version=asked.version,
        last=whole.version,
        problems=problems,
    )
