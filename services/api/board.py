"""The board, deadlines, signals and search over HTTP; and the board of a place as it was (computed, not stored)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from events.envelope import CHINA
from events.words import Category, Standing, Step, UnitKind, Watch
from projections.board import queries as board
from projections.board import rows as board_rows
from projections.deadlines import queries as deadlines
from projections.history import History, Lens
from projections.search import queries as search
from projections.signals import queries as signals
from services.api import queries as ask
from services.api.answers import fresh, listed, whole_number
from services.api.context import Context, account, context
from services.casework.stream import as_of, fold
from services.casework.unit.kind import UNIT
from services.errors import Malformed, Problem
from services.register import read_async

router = APIRouter(tags=["board"])

MOST_COMPUTED = 500
"""Units of a place whose past is computed in one request."""


def board_filter(request: Request) -> board.Filter:
    """The filter of the board that a query asks for."""
    return board.Filter(
        kind=ask.word(request, "kind", UnitKind),
        place=ask.place(request),
        standing=ask.word(request, "standing", Standing),
        step=ask.word(request, "step", Step),
        watch=ask.word(request, "watch", Watch),
        title=ask.text(request, "title", 64),
        term_end_before=ask.day(request, "term_end_before"),
        contact=ask.identifier(request, "contact"),
        q=ask.text(request, "q"),
    )


@router.get("/units")
async def units(request: Request) -> Response:
    """The status board: units by filters, a page at a time; with `on` or `known`, as it was then."""
    await account(request)
    wanted = board_filter(request)
    on, known = ask.day(request, "on"), ask.moment(request, "known")
    limit = whole_number(request, "limit", 50, 1, 500) or 50
    one = ask.identifier(request, "unit")
    after = ask.text(request, "after", 1_000)
    here = context(request)
    async with here.pool.connection() as conn:
        headers = await fresh(request, conn, "board")
        if one is not None:
            row = await board.unit(conn, one, here.today)
            return listed(headers, units=[row._asdict()] if row else [], next=None)
        if on is not None or known is not None:
            return await _as_it_was(here, conn, wanted, on, known, headers)
        page = await board.units(conn, wanted, here.today, after, limit)
    rows = [row._asdict() for row in page.rows]
    if page.next:
        headers["Link"] = f'<{request.url.include_query_params(after=page.next)}>; rel="next"'
    return listed(headers, units=rows, next=page.next)


async def _as_it_was(
    here: Context,
    conn: read_async.Connection,
    wanted: board.Filter,
    on: date | None,
    known: datetime | None,
    headers: dict[str, str],
) -> Response:
    """Units that are in the place now, each folded as it was then; filters apply to what was."""
    place = board.Filter(place=wanted.place, kind=wanted.kind, q=wanted.q)
    page = await board.units(conn, place, here.today, None, MOST_COMPUTED)
    if page.next:
        most = MOST_COMPUTED
        raise Malformed(
            [Problem("?place", f"超过{most}户，请缩小范围", f"more than {most} units: ask for a smaller place")]
        )
    day = on or (known.astimezone(CHINA).date() if known is not None else here.today)
    lens = Lens(await here.decisions.packs(fresh=True))
    rows = []
    for stream, recorded in (await read_async.read_streams(conn, [row.unit for row in page.rows])).items():
        seen = fold(UNIT, stream, as_of([one.entry for one in recorded], on=on, known=known))
        if seen.version:
            position = next(one.position for one in reversed(recorded) if one.entry.version == seen.version)
            row = row_of(board_rows.rows(History(seen, position), lens), day)
            rows += [row._asdict()] if row is not None else []
    kept = [row for row in rows if _fits(row, wanted)]
    return listed(headers, units=sorted(kept, key=lambda row: row["name"]), next=None)


def row_of(rows: Iterable[board_rows.Row], day: date) -> board_rows.Row | None:
    """The row as it reads on that day."""
    on_the_day = (r for r in rows if r.valid_from <= day and (r.valid_until is None or day <= r.valid_until))
    return next(on_the_day, None)


def _fits(row: dict[str, Any], wanted: board.Filter) -> bool:
    same = (("standing", wanted.standing), ("step", wanted.step), ("watch", wanted.watch))
    return all(value is None or row[name] == value for name, value in same)


@router.get("/units/counts")
async def counts(request: Request) -> Response:
    """How many units stand where: by standing, step, watch, kind, place and prefecture."""
    await account(request)
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "board")
        found = await board.counts(conn, board_filter(request), context(request).today)
    return listed(headers, **asdict(found))


@router.get("/deadlines")
async def owed(request: Request) -> Response:
    """What is owed, by whom, by when; `state=open|missed|met`, `holder`, `place`, `before`."""
    await account(request)
    holder = ask.text(request, "holder")
    wanted = deadlines.Filter(
        holders=[holder] if holder else None,
        place=ask.place(request),
        state=ask.text(request, "state", 20),
        unit=ask.identifier(request, "unit"),
        due_before=ask.day(request, "before"),
    )
    limit = whole_number(request, "limit", 50, 1, 500) or 50
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "deadlines")
        page = await deadlines.due(conn, wanted, context(request).today, ask.text(request, "after", 1_000), limit)
    return listed(headers, deadlines=_documents(page.rows), next=page.next)


@router.get("/signals")
async def received(request: Request) -> Response:
    """Signals received, newest first; `category`, `place`, `open`, `unit`."""
    await account(request)
    wanted = signals.Filter(
        category=ask.word(request, "category", Category),
        place=ask.place(request),
        unit=ask.identifier(request, "unit"),
        source=ask.text(request, "source", 300),
        open=ask.flag(request, "open"),
    )
    limit = whole_number(request, "limit", 50, 1, 500) or 50
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "signals")
        page = await signals.signals(conn, wanted, context(request).today, ask.text(request, "after", 1_000), limit)
    return listed(headers, signals=_documents(page.rows), next=page.next)


@router.get("/search")
async def find(request: Request) -> Response:
    """Units by name, code, pinyin or its initials; twenty at most."""
    await account(request)
    async with context(request).pool.connection() as conn:
        headers = await fresh(request, conn, "search")
        found = await search.find(conn, ask.text(request, "q") or "", context(request).today)
    return listed(headers, units=_documents(found))


def _documents(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [row._asdict() if hasattr(row, "_asdict") else asdict(row) for row in rows]
