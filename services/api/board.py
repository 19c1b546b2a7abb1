"""The board, deadlines, signals and search over HTTP; and the board of a place as it was (computed, not stored)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query as Parameters
from fastapi import Request, Response
from pydantic import Field

from events.envelope import CHINA
from events.folding import folded
from events.words import Category
from projections.board import queries as board
from projections.board import rows as board_rows
from projections.deadlines import queries as deadlines
from projections.history import History, Lens
from projections.search import queries as search
from projections.signals import queries as signals
from services.api import models
from services.casework.stream import as_of, fold
from services.casework.unit.kind import UNIT
from services.casework.unit.signals import signal_id
from services.errors import Malformed, Problem
from services.http import readers
from services.http.answers import listed, next_page, snapshot
from services.http.context import context, reader
from services.http.filters import BoardFilter
from services.http.queries import Code, Day, Flag, Fresh, Holder, Id, Known, Page, Place, Text
from services.http.readers import Reader, Row
from services.http.routing import api_router
from services.intake.held_back import HeldBack, held_back
from services.register import read_async

router = api_router("board")

MOST_COMPUTED = 500
"""Units of a place whose past is computed in one request."""


class UnitsQuery(BoardFilter, Page):
    """A page of the board, today or as it was: true `on` a day, `known` at a moment (a day means its end)."""

    unit: Id | None = None
    code: Code | None = None
    on: Day | None = None
    known: Known | None = None


class CountsQuery(BoardFilter, Fresh):
    """Which units are counted."""


@router.get("/units", response_model=models.Units)
async def units(request: Request, asked: Annotated[UnitsQuery, Parameters()]) -> Response:
    """The status board: units by filters, a page at a time; with `on` or `known`, as it was then."""
    who, here = await reader(request), context(request)
    readers.must_list(who, "unit", asked.place)
    seen = readers.visible(who, unit=who.unit)
    async with snapshot(request, who, "board", asked.min_position) as (conn, headers):
        if asked.on is not None or asked.known is not None:
            return await _as_it_was(request, who, conn, asked, headers)
        wanted = replace(asked.wanted, unit=asked.unit, code=asked.code, seen=seen)
        page = await board.units(conn, wanted, here.today, asked.after, asked.limit)
    rows = [_unit_row(who, row) for row in page.rows]
    return listed(headers | next_page(request, page.next), asked, units=rows, next=page.next)


def _unit_row(who: Reader, row: board_rows.Row) -> dict[str, Any]:
    zh, en = readers.sentences(who, row.last_type, row.last_zh, row.last_en)
    return row._replace(last_zh=zh, last_en=en)._asdict()


async def _as_it_was(
    request: Request, who: Reader, conn: read_async.Connection, asked: UnitsQuery, headers: dict[str, str]
) -> Response:
    """Units that are in the place now, each folded as it was then; filters apply to what was."""
    here, on, known = context(request), asked.on, asked.known
    seen = readers.visible(who, unit=who.unit)
    now = board.Filter(unit=asked.unit, code=asked.code, place=asked.place, kind=asked.kind, seen=seen)
    page = await board.units(conn, now, here.today, None, MOST_COMPUTED)
    if page.next:
        most = MOST_COMPUTED
        raise Malformed(
            [Problem("?place", f"超过{most}户，请缩小范围", f"more than {most} units: ask for a smaller place")]
        )
    day = on or (known.astimezone(CHINA).date() if known is not None else here.today)
    lens = Lens(await here.states.packs(fresh=True))
    position = int(headers["X-Position"])
    rows = []
    for stream, recorded in (await read_async.read_streams(conn, [row.unit for row in page.rows])).items():
        told = [one for one in recorded if one.position <= position]
        entries = as_of([one.entry for one in told], on=on, known=known)
        if entries:
            unit = fold(UNIT, stream, entries)
            last = told[unit.version - 1].position
            row = row_of(board_rows.rows(History(unit, last), lens), day)
            rows += [_unit_row(who, row)] if row is not None else []
    kept = [row for row in rows if _fits(row, asked)]
    return listed(headers, asked, units=sorted(kept, key=lambda row: row["name"]), next=None)


def row_of(rows: Iterable[board_rows.Row], day: date) -> board_rows.Row | None:
    """The row as it reads on that day."""
    on_the_day = (r for r in rows if r.valid_from <= day and (r.valid_until is None or day <= r.valid_until))
    return next(on_the_day, None)


def _fits(row: dict[str, Any], asked: UnitsQuery) -> bool:
    same = ("standing", "step", "watch") if asked.title is None else ("step", "watch")
    if any(getattr(asked, name) is not None and row[name] != getattr(asked, name) for name in same):
        return False
    if asked.title is not None:
        held = row["titles"].get(asked.title)
        if held is None or (asked.standing is not None and held["standing"] != asked.standing):
            return False
    if asked.term_end_before is not None and not (row["term_end"] and row["term_end"] < asked.term_end_before):
        return False
    if asked.contact is not None and row["contact"] != asked.contact:
        return False
    if asked.q is None:
        return True
    q = folded(asked.q)
    return q in folded(row["name"]) or folded(row["code"]).startswith(q)


@router.get("/units/counts", response_model=models.Counts)
async def counts(request: Request, asked: Annotated[CountsQuery, Parameters()]) -> Response:
    """How many units stand where: by standing, step, watch, kind, place and prefecture."""
    who = await reader(request)
    readers.must_list(who, "unit", asked.place)
    wanted = replace(asked.wanted, seen=readers.visible(who, unit=who.unit))
    async with snapshot(request, who, "board", asked.min_position) as (conn, headers):
        found = await board.counts(conn, wanted, context(request).today)
    return listed(headers, asked, **asdict(found))


class DeadlinesQuery(Page):
    """Which duties; without a `state` those still owed, missed ones too. `before`: due before that day; `assigned_to`:
    an officer whose they are, or who is the deputy.
    """

    state: Literal["open", "suspended", "missed", "met", "released"] | None = None
    holder: Holder | None = None
    assigned_to: Id | None = None
    place: Place | None = None
    unit: Id | None = None
    before: Day | None = None


@router.get("/deadlines", response_model=models.Deadlines)
async def owed(request: Request, asked: Annotated[DeadlinesQuery, Parameters()]) -> Response:
    """What is owed, by whom, by when, earliest first."""
    who = await reader(request)
    readers.must_list(who, "unit", asked.place)
    wanted = deadlines.Filter(
        holders=[asked.holder] if asked.holder else None, assigned_to=asked.assigned_to,
        place=asked.place, state=asked.state, unit=asked.unit, due_before=asked.before,
        seen=readers.visible(who, unit=who.unit),
    )  # fmt: skip
    async with snapshot(request, who, "deadlines", asked.min_position) as (conn, headers):
        page = await deadlines.due(conn, wanted, context(request).today, asked.after, asked.limit)
    headers |= next_page(request, page.next)
    return listed(headers, asked, deadlines=_documents(page.rows), next=page.next)


class SignalsQuery(Page):
    """Which signals; `source` is a URI, `external_id` what that source knows the signal by."""

    category: Category | None = None
    place: Place | None = None
    unit: Id | None = None
    source: Annotated[Text, Field(max_length=300)] | None = None
    external_id: Annotated[Text, Field(max_length=300)] | None = None
    open: Flag | None = None


@router.get("/signals", response_model=models.Signals)
async def received(request: Request, asked: Annotated[SignalsQuery, Parameters()]) -> Response:
    """Signals received, newest first, each with its unit and what it set in motion.

    By `source` and `external_id`: what became of a signal as its sender knows it, `held_back` what of it is on no
    unit: parked, waiting for its report, or a dead letter; for the source itself, and who reads dead letters.
    """
    who, named, held = await reader(request), None, list[HeldBack]()
    readers.must_list(who, "source" if who.uri is not None else "unit", asked.place)
    if asked.external_id is not None:
        if asked.source is None:
            raise Malformed([Problem("?source", "外部编号须与来源同时给出", "an external id is one of a source")])
        named = signal_id(asked.source, asked.external_id)
    wanted = signals.Filter(
        category=asked.category, place=asked.place, unit=asked.unit, signal=named,
        source=asked.source, open=asked.open, seen=readers.visible(who, unit=who.unit, source=who.uri),
    )  # fmt: skip
    async with snapshot(request, who, "signals", asked.min_position) as (conn, headers):
        page = await signals.signals(conn, wanted, context(request).today, asked.after, asked.limit)
        own = who.uri is not None and who.uri == asked.source
        may_see = own or readers.may_read(who, Row(readers.DEAD_LETTERS))
        if asked.source is not None and asked.external_id is not None and may_see:
            held = await held_back(conn, asked.source, asked.external_id)
    headers |= next_page(request, page.next)
    return listed(headers, asked, signals=_documents(page.rows), held_back=_documents(held), next=page.next)


class SearchQuery(Fresh):
    """What somebody typed."""

    q: Text


@router.get("/search", response_model=models.Found)
async def find(request: Request, asked: Annotated[SearchQuery, Parameters()]) -> Response:
    """Units by name, code, pinyin or its initials; twenty at most."""
    who = await reader(request)
    readers.must_list(who, "unit")
    seen = readers.visible(who, unit=who.unit)
    async with snapshot(request, who, "search", asked.min_position) as (conn, headers):
        found = await search.find(conn, asked.q, context(request).today, seen=seen)
    return listed(headers, asked, units=_documents(found))


def _documents(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [row._asdict() if hasattr(row, "_asdict") else asdict(row) for row in rows]
